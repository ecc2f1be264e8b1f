package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// spent is the processor time of the server so far, in the kernel's hundredths
// of a second (proc(5), fields 14 and 15 of stat).
func (r *running) spent(b *testing.B) time.Duration {
	b.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", r.cmd.Process.Pid))
	if err != nil {
		b.Fatal(err)
	}
	fields, sum := strings.Fields(string(raw[strings.LastIndexByte(string(raw), ')')+1:])), 0
	for _, f := range fields[11:13] {
		n, err := strconv.Atoi(f)
		if err != nil {
			b.Fatal(err)
		}
		sum += n
	}
	return time.Duration(sum) * 10 * time.Millisecond
}

// BenchmarkPageOfItems reads a page of a thousand features of the largest
// ledger of the demo city, over HTTP, on the machine that also serves it: as it
// lies, in a box, and by a filter that asks every feature. What else the server
// does meanwhile (its demo moves) counts as its processor time too.
func BenchmarkPageOfItems(b *testing.B) {
	r := serve(b, publicDir(b), "ONEMAP_DEMO=1")
	for name, query := range map[string]string{"plain": "", "box": "&bbox=119.4,39.8,119.8,40.1", "filter": "&filter=people%3E100"} {
		b.Run(name, func(b *testing.B) {
			path, size := "/ogc/collections/cell/items?limit=1000"+query, 0
			r.basic("duty_officer", path)
			before := r.spent(b)
			for b.Loop() {
				size = len(r.basic("duty_officer", path))
			}
			b.ReportMetric((r.spent(b)-before).Seconds()*1000/float64(b.N), "cpu-ms/op")
			b.ReportMetric(float64(size), "bytes")
			var page struct{ NumberReturned, NumberMatched int }
			if err := json.Unmarshal(r.basic("duty_officer", path), &page); err != nil || page.NumberReturned != 1000 {
				b.Fatalf("%d features: %v", page.NumberReturned, err)
			}
			b.ReportMetric(float64(page.NumberMatched), "matched")
		})
	}
}
