package main

import (
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/dispatch/live"
)

// BenchmarkJoint weighs 20 incidents against each other on the rnv extract, by
// the card of BenchmarkRecommend: 500 units that all move once every 20
// questions, 30 closures; with diverting half the incidents have been served.
func BenchmarkJoint(b *testing.B) {
	for _, divert := range []bool{false, true} {
		b.Run(fmt.Sprintf("divert=%t", divert), func(b *testing.B) {
			c, incidents := planned(b, 0)
			var rows []dispatch.Entity
			for _, l := range []dispatch.Ledger{dispatch.Units, dispatch.Closures, dispatch.RunCards} {
				for _, e := range c.Picture().Shelf(l).ByCode() {
					rows = append(rows, e)
				}
			}
			for i, id := range incidents[:20] {
				in := *c.Picture().Incidents[id]
				in.Number, in.Priority = fmt.Sprintf("N-%02d", i), 1+i%5
				rows = append(rows, &in)
			}
			who := dispatch.Actor{Role: dispatch.Dispatcher, Area: cityArea, Clearance: 1}
			if divert { // the half that is less urgent is served first
				rows = append(rows, served(b, c, who, rows, incidents[:20])...)
			}
			roads := c.Picture().Roads
			c.Live = live.New(dispatch.NewPicture(2, "bench", rows), silent{}, silent{}, slog.New(slog.DiscardHandler))
			c.Drive(roads)
			c.move()
			var took []time.Duration
			slots := 0
			ask := func() {
				start := time.Now()
				got, err := c.Picture().RecommendJointly(who, dispatch.JointQuery{AllowDivert: divert}, c.Board(), start)
				if took = append(took, time.Since(start)); err != nil || len(got.Slots) == 0 || got.TotalCost > got.GreedyCost {
					b.Fatal(len(got.Slots), got.TotalCost, got.GreedyCost, err)
				}
				slots = len(got.Slots)
			}
			for range 3 {
				ask()
			}
			took = nil
			for i := 0; b.Loop(); i++ {
				if i%20 == 0 {
					c.move()
				}
				ask()
			}
			slices.Sort(took)
			b.ReportMetric(float64(slots), "slots")
			for _, p := range []int{50, 99} {
				b.ReportMetric(float64(took[len(took)*p/100].Microseconds())/1000, fmt.Sprintf("p%d-ms", p))
			}
		})
	}
}

// served are assignments of the less urgent incidents, one engine or rescue each.
func served(b *testing.B, c *column, who dispatch.Actor, rows []dispatch.Entity, incidents []dispatch.ID) (out []dispatch.Entity) {
	b.Helper()
	var units []*dispatch.Entry
	for _, e := range c.Picture().Shelf(dispatch.Units).ByCode() {
		if u := e.Detail.(*dispatch.Unit); u.Duty == "available_base" && u.Kind == "ambulance" && u.Capabilities[0].Level > 1 {
			units = append(units, e)
		}
	}
	for i, id := range incidents {
		if i%5 >= 3 && len(out) < len(units) {
			out = append(out, &dispatch.Assignment{ID: dispatch.NewID(), Incident: id, Number: "N", Unit: units[len(out)].ID, State: dispatch.Enroute, Division: "130302001", OrderedAt: time.Now()})
		}
	}
	return out
}

// BenchmarkVoids looks at 20 coverage rules over 500 units and 31,000 cells:
// anew once, then as every five seconds, all units having moved eight metres.
func BenchmarkVoids(b *testing.B) {
	c, _ := planned(b, 31_000)
	var rows []dispatch.Entity
	for _, l := range []dispatch.Ledger{dispatch.Units, dispatch.Closures, dispatch.Cells} {
		for _, e := range c.Picture().Shelf(l).ByCode() {
			rows = append(rows, e)
		}
	}
	roads := c.Picture().Roads
	for i := range 20 {
		at := c.onRoad()
		rows = append(rows, &dispatch.Entry{Ledger: dispatch.CoverageRules, ID: dispatch.NewID(), Head: dispatch.Head{Code: fmt.Sprintf("R-%02d", i), Division: "130302"},
			Geometry: orb.Bound{Min: at, Max: at}.Pad(0.06).ToPolygon(),
			Detail:   &dispatch.CoverageRule{Kinds: []string{"engine", "rescue", "ambulance"}[i%3 : i%3+1], Minimum: 1 + i%2, WithinMin: 8 + i%8}})
	}
	c.Live = live.New(dispatch.NewPicture(2, "bench", rows), silent{}, silent{}, slog.New(slog.DiscardHandler))
	c.Drive(roads)
	c.move()
	look := func() (time.Duration, int) {
		start := time.Now()
		got, err := c.Picture().Voids(dispatch.System, c.Board(), start)
		if err != nil || len(got.Voids) != 20 {
			b.Fatal(len(got.Voids), err)
		}
		moves := 0
		for _, v := range got.Voids {
			moves += len(v.Proposals)
		}
		return time.Since(start), moves
	}
	first, _ := look()
	b.ReportMetric(float64(first.Milliseconds()), "first-ms")
	var took []time.Duration
	moves := 0
	for b.Loop() {
		c.move()
		d, n := look()
		took, moves = append(took, d), n
	}
	slices.Sort(took)
	b.ReportMetric(float64(moves), "proposals")
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(first.Milliseconds()), "first-ms")
}
