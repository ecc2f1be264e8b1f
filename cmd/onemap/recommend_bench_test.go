package main

import (
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/dispatch/live"
)

// planned is a column with a card of three requirements and incidents anywhere,
// and as many population cells as are asked for.
func planned(b *testing.B, cells int) (c *column, incidents []dispatch.ID) {
	b.Helper()
	g := realRoads(b, "rnv.osm.pbf")
	c = columnOf(b, g, 30)
	var rows []dispatch.Entity
	for _, l := range []dispatch.Ledger{dispatch.Units, dispatch.Closures} {
		for _, e := range c.Picture().Shelf(l).ByCode() {
			rows = append(rows, e)
		}
	}
	entry := func(l dispatch.Ledger, code string, at orb.Geometry, d dispatch.Detail) {
		rows = append(rows, &dispatch.Entry{Ledger: l, ID: dispatch.NewID(), Head: dispatch.Head{Code: code, Division: "130302001"}, Geometry: at, Detail: d})
	}
	entry(dispatch.RunCards, "P", g.Bound().ToPolygon(), &dispatch.RunCard{Kinds: []string{"building_fire"}, Mode: "prefill", Levels: []dispatch.RunCardLevel{{Requirements: []dispatch.Requirement{
		{Type: "unit_kind", Quantity: 2, Kinds: []string{"engine", "rescue"}, WithinMin: 15},
		{Type: "unit_kind", Quantity: 1, Kinds: []string{"ambulance"}, WithinMin: 15},
		{Type: "capability", Quantity: 2, Discipline: "fire", Level: 1},
	}}}})
	for i := range cells {
		entry(dispatch.Cells, fmt.Sprintf("C%05d", i), c.onRoad(), &dispatch.Cell{People: 100})
	}
	for range 200 {
		in := &dispatch.Incident{ID: dispatch.NewID(), State: dispatch.Confirmed, Geometry: c.onRoad(), Known: dispatch.Known{Kind: "building_fire", Priority: 1, Division: "130302001"}}
		rows, incidents = append(rows, in), append(incidents, in.ID)
	}
	c.Live = live.New(dispatch.NewPicture(1, "bench", rows), silent{}, silent{}, slog.New(slog.NewTextHandler(io.Discard, nil)))
	c.Drive(dispatch.NewRoads(g))
	c.move()
	return c, incidents
}

// BenchmarkRecommend asks whom to send to an incident anywhere on the rnv
// extract: a card of three requirements, 500 units that all move once every 20
// questions, 30 closures; with cells it may also measure what picks leave uncovered.
func BenchmarkRecommend(b *testing.B) {
	for _, cells := range []int{0, 31_000} {
		b.Run(fmt.Sprintf("cells=%d", cells), func(b *testing.B) {
			c, incidents := planned(b, cells)
			who := dispatch.Actor{Role: dispatch.Dispatcher, Area: cityArea, Clearance: 1}
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			var took, spent []time.Duration
			ask := func(i int) {
				start, busy := time.Now(), threadTime(b)
				got, err := c.Picture().Recommend(who, dispatch.RecommendQuery{Incident: incidents[i%len(incidents)]}, c.Board(), start)
				took, spent = append(took, time.Since(start)), append(spent, threadTime(b)-busy)
				if err != nil || len(got.Picks) == 0 || len(got.Picks)+len(got.Alternates)+len(got.Rejected) != 500 {
					b.Fatal(len(got.Picks), err)
				}
			}
			for i := range 20 { // the weights of each vehicle are made once
				ask(i)
			}
			took, spent = nil, nil
			for i := 0; b.Loop(); i++ {
				if i%20 == 0 {
					c.move()
				}
				ask(i)
			}
			slices.Sort(took)
			slices.Sort(spent)
			for _, p := range []int{50, 99} {
				b.ReportMetric(float64(took[len(took)*p/100].Microseconds())/1000, fmt.Sprintf("p%d-ms", p))
				b.ReportMetric(float64(spent[len(spent)*p/100].Microseconds())/1000, fmt.Sprintf("p%d-cpu-ms", p))
			}
		})
	}
}
