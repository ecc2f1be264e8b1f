package site

import "testing"

// minutes names the limits of the covering benchmarks, in seconds.
var minutes = map[string]int32{"5min": 300, "8min": 480, "10min": 600}

func BenchmarkMaxCover5000x200(b *testing.B) {
	for name, p := range map[string]Problem{"roads": roads(5000, 200, 1), "towns": towns(5000, 200, 1), "plain": plain(5000, 200, 1)} {
		for limit, within := range minutes {
			b.Run(name+"/"+limit, func(b *testing.B) {
				var a Answer
				for b.Loop() {
					a, _ = MaxCover(p, 20, within, Effort{})
				}
				b.ReportMetric(100*a.Gap(), "%gap")
			})
		}
	}
}

func BenchmarkMedian5000x200(b *testing.B) {
	for name, p := range map[string]Problem{"towns": towns(5000, 200, 2), "plain": plain(5000, 200, 2)} {
		b.Run(name, func(b *testing.B) {
			var a Answer
			for b.Loop() {
				a, _ = Median(p, 20, Effort{})
			}
			b.ReportMetric(100*a.Gap(), "%gap")
		})
	}
}
