package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"onemap/data/demo"
	"onemap/data/load"
	"onemap/dispatch"
	"onemap/geo"
	"onemap/geo/crs"
)

// demoPicture is the demo city as a picture, without a database.
func demoPicture(tb testing.TB) *dispatch.Picture {
	tb.Helper()
	city, err := demo.Build()
	if err != nil {
		tb.Fatal(err)
	}
	var rows []dispatch.Entity
	for _, l := range dispatch.Ledgers {
		read, _, problems, err := load.Rows(l, "geojson", crs.WGS84, bytes.NewReader(city.File(string(l)+".geojson")))
		if err != nil || len(problems) > 0 {
			tb.Fatalf("%s: %v %v", l, err, problems)
		}
		for _, r := range read {
			e := r.Entry
			if e.ID == (dispatch.ID{}) {
				e.ID = dispatch.NewID()
			}
			rows = append(rows, &e)
		}
	}
	return dispatch.NewPicture(1, "demo", rows)
}

// BenchmarkCoverage is the city's shelters at 2 km over 31,000 cells.
func BenchmarkCoverage(b *testing.B) {
	p := demoPicture(b)
	who := dispatch.Actor{Role: dispatch.Planner, Area: cityArea, Clearance: 2}
	for _, gaps := range []bool{false, true} {
		b.Run(fmt.Sprintf("gaps=%v", gaps), func(b *testing.B) {
			q := dispatch.CoverageQuery{Kinds: []dispatch.Ledger{dispatch.Shelters}, Distances: []geo.Metres{2000}, Gaps: gaps}
			for b.Loop() {
				if _, err := p.Coverage(b.Context(), who, q, time.Now()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkSearch is one keystroke over the demo city.
func BenchmarkSearch(b *testing.B) {
	p, s := demoPicture(b), dispatch.NewSearcher(nil)
	who := dispatch.Actor{Role: dispatch.Dispatcher, Area: cityArea, Clearance: 2}
	for b.Loop() {
		if len(s.Find(p, who, strings.ToLower("QHD"), 20)) == 0 && len(s.Find(p, who, "海港", 20)) == 0 {
			b.Fatal("nothing found")
		}
	}
}
