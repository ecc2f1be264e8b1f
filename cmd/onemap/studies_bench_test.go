package main

import (
	"encoding/json"
	"testing"
	"time"

	"onemap/dispatch"
	planning "onemap/dispatch/study"
)

// BenchmarkStudy is a study of coverage on the demo city: coarse, as a slider
// asks while it moves, and exact, as it is kept.
func BenchmarkStudy(b *testing.B) {
	p := demoOnRoads(b)
	who := dispatch.Actor{Role: dispatch.Planner, Area: cityArea, Clearance: 2}
	for name, raw := range map[string]string{
		"road":     `{"kinds": ["shelter"], "limits_s": [900]}`,
		"three":    `{"kinds": ["shelter"], "limits_s": [300, 900, 1800]}`,
		"distance": `{"kinds": ["shelter"], "distances_m": [2000]}`,
	} {
		params, err := planning.Check("coverage", json.RawMessage(raw))
		if err != nil {
			b.Fatal(err)
		}
		for _, coarse := range []bool{true, false} {
			b.Run(name+map[bool]string{true: "/coarse", false: "/exact"}[coarse], func(b *testing.B) {
				size := 0
				for b.Loop() {
					result, err := planning.Run(b.Context(), "coverage", planning.Input{Picture: p, Actor: who, Now: time.Now(), Params: params, Coarse: coarse})
					if err != nil {
						b.Fatal(err)
					}
					answer, err := result.Encode()
					if err != nil {
						b.Fatal(err)
					}
					size = len(answer.Bytes)
				}
				b.ReportMetric(float64(size), "bytes")
			})
		}
	}
}
