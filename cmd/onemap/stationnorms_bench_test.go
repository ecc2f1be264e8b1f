package main

import (
	"bytes"
	"compress/gzip"
	"testing"

	planning "onemap/dispatch/study"
)

// BenchmarkStationNorms holds the fire stations of the demo city against the
// norm: processor time, and how many bytes travel, plainly and in gzip.
func BenchmarkStationNorms(b *testing.B) {
	p := demoOnRoads(b)
	var kept planning.Answer
	begun := allTime(b)
	for b.Loop() {
		found, err := planning.Run(b.Context(), "station_norms", studied(p, planning.Params{}))
		if err != nil {
			b.Fatal(err)
		}
		if kept, err = found.Encode(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64((allTime(b)-begun).Milliseconds())/float64(b.N), "cpu-ms/op")
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestSpeed)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := w.Write(kept.Bytes); err != nil {
		b.Fatal(err)
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(len(kept.Bytes)), "bytes")
	b.ReportMetric(float64(packed.Len()), "gzip-bytes")
}
