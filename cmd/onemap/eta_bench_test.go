package main

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"syscall"
	"testing"
	"time"

	"onemap/dispatch"
	"onemap/geo"
)

// moving is where units are, each on its way between two places.
type moving map[dispatch.ID]dispatch.Fix

func (m moving) At(id dispatch.ID) (dispatch.Fix, bool) { f, ok := m[id]; return f, ok }

// underWay sends 100 units of the demo city to 20 incidents at hazards of the
// ledger, the nearest ones or any, and puts each somewhere on the straight way.
func underWay(b *testing.B, p *dispatch.Picture, nearest bool) (*dispatch.Picture, moving) {
	b.Helper()
	r, now := rand.New(rand.NewPCG(20261123, 0)), time.Now()
	hazards := slices.Clone(p.Shelf(dispatch.Hazards).ByCode())
	r.Shuffle(len(hazards), func(i, j int) { hazards[i], hazards[j] = hazards[j], hazards[i] })
	var events []dispatch.Event
	happen := func(f dispatch.Fact) {
		events = append(events, dispatch.Event{Seq: p.Seq + dispatch.Seq(len(events)) + 1, Fact: f, Version: 1, RecordedAt: now})
	}
	var incidents []dispatch.Incident
	for _, h := range hazards[:20] {
		in := dispatch.Incident{ID: dispatch.NewID(), Number: "QHD-2026-000001", Geometry: h.Point(), Known: dispatch.Known{Division: h.Division}}
		incidents = append(incidents, in)
		happen(&dispatch.IncidentReported{Incident: in})
	}
	at := moving{}
	units := slices.Clone(p.Shelf(dispatch.Units).ByCode())
	r.Shuffle(len(units), func(i, j int) { units[i], units[j] = units[j], units[i] })
	for i := range 100 {
		in := incidents[i%len(incidents)]
		u := units[0]
		if nearest {
			u = slices.MinFunc(units, func(x, y *dispatch.Entry) int {
				return cmp.Compare(geo.GreatCircle(x.Point(), in.Point()), geo.GreatCircle(y.Point(), in.Point()))
			})
		}
		units = slices.DeleteFunc(units, func(e *dispatch.Entry) bool { return e == u })
		happen(&dispatch.AssignmentOrdered{ID: dispatch.NewID(), Incident: in.ID, Number: in.Number, Unit: u.ID, Division: in.Division, When: now})
		share := r.Float64()
		from, to := u.Point(), in.Point()
		from[0] += share * (to[0] - from[0])
		from[1] += share * (to[1] - from[1])
		at[u.ID] = dispatch.Fix{Unit: u.ID, Point: from, DeviceAt: now}
	}
	return p.Next(events), at
}

// worked is the processor time of this process so far: a machine that does
// other things too does not change it much.
func worked() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkETAs is one round of a hundred units on their way to twenty
// incidents on the demo network, all of which have moved.
func BenchmarkETAs(b *testing.B) {
	city := demoOnRoads(b)
	for name, nearest := range map[string]bool{"the nearest": true, "from anywhere": false} {
		p, at := underWay(b, city, nearest)
		b.Run(name, func(b *testing.B) {
			known, begun := 0, worked()
			for n := 0; b.Loop(); n++ {
				for id, f := range at {
					f.Point[1] += 1e-6 * float64(1-2*(n%2))
					at[id] = f
				}
				etas, err := p.ETAs(at, time.Now(), func(*dispatch.Assignment) bool { return true })
				if err != nil || len(etas) != 100 {
					b.Fatal(len(etas), err)
				}
				known = len(slices.DeleteFunc(etas, func(e dispatch.ETA) bool { return e.Basis == "" }))
			}
			b.ReportMetric(float64(known), "known")
			b.ReportMetric((worked()-begun).Seconds()*1000/float64(b.N), "cpu-ms/op")
		})
	}
}
