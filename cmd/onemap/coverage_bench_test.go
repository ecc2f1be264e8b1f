package main

import (
	"bytes"
	"testing"
	"time"

	"onemap/data/demo"
	"onemap/data/load"
	"onemap/dispatch"
	"onemap/geo/crs"
)

// demoOnRoads is the demo city in memory, on its roads.
func demoOnRoads(b testing.TB) *dispatch.Picture {
	b.Helper()
	city, err := demo.Build()
	if err != nil {
		b.Fatal(err)
	}
	var rows []dispatch.Entity
	for _, l := range dispatch.Ledgers {
		body := city.File(string(l) + ".geojson")
		if body == nil {
			continue
		}
		read, _, problems, err := load.Rows(l, "geojson", crs.WGS84, bytes.NewReader(body))
		if err != nil || len(problems) > 0 {
			b.Fatalf("%s: %v %v", l, err, problems)
		}
		for _, r := range read {
			rows = append(rows, &r.Entry)
		}
	}
	network, err := load.Roads(b.Context(), "roads.osm", bytes.NewReader(city.File("roads.osm")), func(string) {})
	if err != nil {
		b.Fatal(err)
	}
	p, err := dispatch.NewPicture(1, "demo", rows).OnRoads(dispatch.NewRoads(network.Graph), time.Now())
	if err != nil {
		b.Fatal(err)
	}
	b.Logf("%d junctions, %d segments", network.Graph.Nodes(), network.Graph.Segments())
	return p
}

// BenchmarkCoverageByRoad asks who is within 5, 15 and 30 minutes, for every
// cell of the demo city; first puts all on the road, the others find it there.
func BenchmarkCoverageByRoad(b *testing.B) {
	p := demoOnRoads(b)
	who := dispatch.Actor{Role: dispatch.Planner, Area: cityArea, Clearance: 3}
	limits := []time.Duration{5 * time.Minute, 15 * time.Minute, 30 * time.Minute}
	ask := func(b *testing.B, q dispatch.CoverageQuery) dispatch.CoverageAnswer {
		b.Helper()
		got, err := p.Coverage(b.Context(), who, q, time.Now())
		if err != nil || got.Results[0].Total.PeopleCovered == 0 {
			b.Fatal(got.LeftOut, err)
		}
		return got
	}
	begun := time.Now()
	shelters := dispatch.CoverageQuery{Kinds: []dispatch.Ledger{dispatch.Shelters}, Limits: limits}
	got := ask(b, shelters)
	b.Logf("first: %s; %d sites, %d cells; left out %q", time.Since(begun).Round(time.Millisecond), got.Sites, got.Cells, got.LeftOut)
	outlined := shelters
	outlined.Gaps = true
	timed := shelters
	timed.Arrivals = true
	driven := dispatch.CoverageQuery{Kinds: []dispatch.Ledger{dispatch.Teams, dispatch.Depots}, Limits: limits}
	for _, l := range []dispatch.Ledger{dispatch.Shelters, dispatch.Hazards, dispatch.Cameras, dispatch.Units} {
		driven.Kinds = append(driven.Kinds, l)
	}
	for _, c := range []struct {
		name  string
		query dispatch.CoverageQuery
	}{
		{"shelters", shelters}, {"with gaps", outlined}, {"with arrivals", timed}, {"all kinds", driven},
	} {
		b.Run(c.name, func(b *testing.B) {
			sites := ask(b, c.query).Sites
			for b.Loop() {
				ask(b, c.query)
			}
			b.ReportMetric(float64(sites), "sites")
		})
	}
}
