package main

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/geo/road"
)

// gridded is the rnv extract with 31,000 cells of people on it and closures.
func gridded(b *testing.B, closures ...dispatch.Entity) (*dispatch.Picture, *rand.Rand) {
	b.Helper()
	g := realRoads(b, "rnv.osm.pbf")
	box, rows := g.Bound(), closures
	const across, down = 200, 155
	dx, dy := (box.Max[0]-box.Min[0])/across, (box.Max[1]-box.Min[1])/down
	for i := range across * down {
		low := orb.Point{box.Min[0] + float64(i%across)*dx, box.Min[1] + float64(i/across)*dy}
		square := orb.Bound{Min: low, Max: orb.Point{low[0] + dx, low[1] + dy}}.ToPolygon()
		rows = append(rows, &dispatch.Entry{Ledger: dispatch.Cells, ID: dispatch.NewID(), Head: dispatch.Head{Code: fmt.Sprintf("C%05d", i), Division: "130302001"},
			Geometry: square, Detail: &dispatch.Cell{People: 100, AreaM2: 250_000}})
	}
	p, err := dispatch.NewPicture(1, "bench", rows).OnRoads(dispatch.NewRoads(g), time.Now())
	if err != nil {
		b.Fatal(err)
	}
	return p, rand.New(rand.NewPCG(20261123, 4))
}

// onRoads finds n places near a road.
func onRoads(p *dispatch.Picture, r *rand.Rand, n int) []orb.Point {
	box, places := p.Roads.Now.Graph().Bound(), make([]orb.Point, 0, n)
	for len(places) < n {
		at := orb.Point{box.Min[0] + r.Float64()*(box.Max[0]-box.Min[0]), box.Min[1] + r.Float64()*(box.Max[1]-box.Min[1])}
		if _, err := p.Roads.Place(at, "truck"); err == nil {
			places = append(places, at)
		}
	}
	return places
}

var benchActor = dispatch.Actor{Role: dispatch.Dispatcher, Area: cityArea, Clearance: 1}

// wide is a closure as large as the extract, and one of a single place.
func wide(g orb.Geometry) *dispatch.Entry {
	return &dispatch.Entry{Ledger: dispatch.Closures, ID: dispatch.NewID(), Head: dispatch.Head{Code: "Z-1", Name: "bench", Division: "130302001"},
		Geometry: g, Detail: &dispatch.Closure{Cause: "flood", Confidence: "reported", Structures: true}}
}

// BenchmarkReach draws the bands of 10, 20 and 30 minutes from a random place
// and counts the people of 31,000 cells in each.
func BenchmarkReach(b *testing.B) {
	p, r := gridded(b)
	from := onRoads(p, r, 50)
	q := dispatch.ReachQuery{Limits: []time.Duration{10 * time.Minute, 20 * time.Minute, 30 * time.Minute}, Direction: road.Away, Profile: "fire_engine", OffRoad: 150}
	ask := func(i int) dispatch.ReachAnswer {
		q.Points = from[i%len(from) : i%len(from)+1]
		got, err := p.Reach(benchActor, q, time.Now())
		if err != nil || got.Bands[2].People == nil {
			b.Fatal(err)
		}
		return got
	}
	ask(0) // puts the cells on the road, once a network
	i := 0
	for b.Loop() {
		ask(i)
		i++
	}
}

// BenchmarkMatrix prices 200 × 5,000 pairs, on open roads and with closures.
func BenchmarkMatrix(b *testing.B) {
	for name, closed := range map[string]int{"open": 0, "one closure": 1, "50 closures": 50} {
		b.Run(name, func(b *testing.B) {
			p, r := gridded(b)
			var rows []dispatch.Entity
			for _, at := range onRoads(p, r, closed) {
				rows = append(rows, wide(at))
			}
			p, err := dispatch.NewPicture(1, "bench", rows).OnRoads(p.Roads, time.Now())
			if err != nil {
				b.Fatal(err)
			}
			q := dispatch.MatrixQuery{From: onRoads(p, r, 200), To: onRoads(p, r, 5_000)}
			p.Roads.Now.Graph().Prepare()
			named := 0
			for b.Loop() {
				got, err := p.Matrix(benchActor, q, time.Now())
				if err != nil || len(got.Times) != 200 {
					b.Fatal(err)
				}
				named = len(got.Closures)
			}
			b.ReportMetric(float64(named), "closures-named")
		})
	}
}

// BenchmarkClosureInForce puts a polygon over everything in force and asks for
// the first times under it.
func BenchmarkClosureInForce(b *testing.B) {
	open, r := gridded(b)
	places := onRoads(open, r, 101)
	bound := open.Roads.Now.Graph().Bound()
	quarter := orb.Bound{Min: bound.Min, Max: bound.Center()}
	for name, shape := range map[string]orb.Geometry{"city": bound.ToPolygon(), "quarter": quarter.ToPolygon(), "point": places[0]} {
		b.Run(name, func(b *testing.B) {
			var stops []road.Stop
			for _, at := range places {
				s, err := open.Roads.Place(at, "car")
				if err != nil {
					b.Fatal(err)
				}
				stops = append(stops, s)
			}
			for b.Loop() {
				p, err := dispatch.NewPicture(2, "bench", []dispatch.Entity{wide(shape)}).OnRoads(open.Roads, time.Now())
				if err != nil {
					b.Fatal(err)
				}
				if _, err := p.Roads.Now.Times(stops[0], stops[1:], road.Bounds{}, road.Ask{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkClosureShown previews a polygon over everything, and lists it.
func BenchmarkClosureShown(b *testing.B) {
	open, _ := gridded(b)
	city := open.Roads.Now.Graph().Bound().ToPolygon()
	p, err := dispatch.NewPicture(2, "bench", []dispatch.Entity{wide(city)}).OnRoads(open.Roads, time.Now())
	if err != nil {
		b.Fatal(err)
	}
	b.Run("preview", func(b *testing.B) {
		for b.Loop() {
			if got, err := p.PreviewClosure(dispatch.ClosureDraft{Geometry: city, Structures: true}); err != nil || got.Segments == 0 {
				b.Fatal(err)
			}
		}
	})
	b.Run("list", func(b *testing.B) {
		for b.Loop() {
			if got := p.ClosuresNow(benchActor, time.Now()); got[0].Drawn == 0 {
				b.Fatal("nothing drawn")
			}
		}
	})
}

// BenchmarkRoute finds the way between random places, steps and all.
func BenchmarkRoute(b *testing.B) {
	p, r := gridded(b)
	places := onRoads(p, r, 100)
	i := 0
	for b.Loop() {
		from, to := &places[i%100], &places[(i*7+3)%100]
		if _, err := p.Route(benchActor, dispatch.RouteQuery{From: dispatch.RoutePlace{Point: from}, To: dispatch.RoutePlace{Point: to}}, nil, time.Now()); err != nil {
			b.Fatal(err)
		}
		i++
	}
}
