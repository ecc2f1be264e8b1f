package dispatch

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"onemap/geo/road"
)

// crooked is a town of n × n junctions, none quite where it should be, so that
// no two ways between places are equally long.
func crooked(r *rand.Rand, n int) (*road.Graph, []orb.Point) {
	var s road.Source
	var at []orb.Point
	for i := range n * n {
		p := orb.Point{119.6 + 0.004*(float64(i%n)+0.5*r.Float64()), 39.93 + 0.003*(float64(i/n)+0.5*r.Float64())}
		at = append(at, p)
		s.Nodes = append(s.Nodes, road.Node{ID: int64(i + 1), At: p})
		if i%n > 0 {
			s.Ways = append(s.Ways, road.Way{ID: int64(2*i + 1), Nodes: []int64{int64(i), int64(i + 1)}, Class: road.Tertiary, Forward: road.Everyone, Backward: road.Everyone})
		}
		if i >= n {
			s.Ways = append(s.Ways, road.Way{ID: int64(2*i + 2), Nodes: []int64{int64(i - n + 1), int64(i + 1)}, Class: road.Residential, Forward: road.Everyone, Backward: road.Everyone})
		}
	}
	g, _ := road.Build(s)
	return g, at
}

// blocking is the middle of a street between two of the junctions.
func blocking(r *rand.Rand, n int, at []orb.Point, k int) *Entry {
	i := r.IntN(n*n - 1)
	if i%n == n-1 {
		i--
	}
	mid := orb.Point{(at[i][0] + at[i+1][0]) / 2, (at[i][1] + at[i+1][1]) / 2}
	return &Entry{Ledger: Closures, ID: NewID(), Head: Head{Code: fmt.Sprintf("Z-%d", k), Name: "阻断", Division: "130302001"}, Geometry: mid, Detail: &Closure{}}
}

// TestMatrixNamesExactlyWhatShapedIt holds the names of closures against what
// each closure alone does to the pairs that have another time on open roads.
func TestMatrixNamesExactlyWhatShapedIt(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(20261123, 5))
	const n = 7
	some := 0
	for round := range 40 {
		g, at := crooked(r, n)
		var rows []Entity
		for k := range 1 + r.IntN(6) {
			rows = append(rows, blocking(r, n, at, k))
		}
		p, err := NewPicture(1, "e", rows).OnRoads(NewRoads(g), time.Now())
		if err != nil {
			t.Fatal(err)
		}
		var q MatrixQuery
		for range 3 {
			q.From = append(q.From, at[r.IntN(n*n)])
			q.To = append(q.To, at[r.IntN(n*n)])
		}
		got, err := p.Matrix(Actor{Area: "130300", Clearance: 3}, q, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, c := range got.Closures {
			names = append(names, c.Code)
		}
		slices.Sort(names)
		want := byItself(t, p, q)
		if !slices.Equal(names, want) {
			t.Errorf("round %d: %v, want %v", round, names, want)
		}
		some += len(want)
	}
	if some < 20 {
		t.Errorf("only %d closures shaped anything: the test shows little", some)
	}
}

// byItself lists the closures that by themselves lengthen a pair which the
// closures together lengthen too.
func byItself(t *testing.T, p *Picture, q MatrixQuery) (codes []string) {
	t.Helper()
	ask := askFor(q.Profile, q.Size)
	from, _, err := p.Roads.putAll(q.From, ask)
	if err != nil {
		t.Fatal(err)
	}
	to, _, err := p.Roads.putAll(q.To, ask)
	if err != nil {
		t.Fatal(err)
	}
	times := func(s *road.Snapshot) *road.Matrix {
		m, err := s.Matrix(from, to, ask)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	all, open := times(p.Roads.Now), times(p.Roads.Now.Open())
	for _, e := range p.Shelf(Closures).ByCode() {
		one, err := p.Roads.Network.WhatIf([]road.Closure{e.Detail.(*Closure).onRoads(e.ID, e.Geometry)}, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		m, shaped := times(one), false
		for i := range q.From {
			for j := range q.To {
				was, _ := open.At(i, j)
				by, ok := m.At(i, j)
				now, known := all.At(i, j)
				shaped = shaped || (!ok || by != was) && (!known || now != was)
			}
		}
		if shaped {
			codes = append(codes, e.Code)
		}
	}
	slices.Sort(codes)
	return codes
}

// TestReachCountsEveryCellItsOwnWay holds the people of each band against a
// search that leaves no cell out.
func TestReachCountsEveryCellItsOwnWay(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(20261123, 6))
	const n = 7
	for range 20 {
		g, at := crooked(r, n)
		rows := []Entity{blocking(r, n, at, 1), blocking(r, n, at, 2)}
		for i := range 200 {
			low := orb.Point{119.59 + 0.0025*float64(i%20), 39.92 + 0.004*float64(i/20)}
			rows = append(rows, &Entry{Ledger: Cells, ID: NewID(), Head: Head{Code: fmt.Sprintf("C%03d", i), Division: "130302001"},
				Geometry: orb.Bound{Min: low, Max: orb.Point{low[0] + 0.0025, low[1] + 0.004}}.ToPolygon(), Detail: &Cell{People: 1 + i, AreaM2: 90_000}})
		}
		p, err := NewPicture(1, "e", rows).OnRoads(NewRoads(g), time.Now())
		if err != nil {
			t.Fatal(err)
		}
		q := ReachQuery{Points: at[:1], Limits: []time.Duration{time.Minute, 3 * time.Minute, 6 * time.Minute}, Direction: road.Direction(r.IntN(2)), OffRoad: 0}
		got, err := p.Reach(Actor{Area: "130300", Clearance: 3}, q, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		cells, err := p.Roads.Cells(p, got.Profile)
		if err != nil {
			t.Fatal(err)
		}
		from, err := p.Roads.Place(at[0], got.Profile)
		if err != nil {
			t.Fatal(err)
		}
		arrivals, err := p.Roads.Now.Arrivals([]road.Stop{from}, cells, road.Bounds{Direction: q.Direction}, askFor("", nil))
		if err != nil {
			t.Fatal(err)
		}
		for b, limit := range q.Limits {
			var people int64
			for i, a := range arrivals.Cells {
				if a.Known && a.Time <= limit {
					people += int64(p.Shelf(Cells).ByCode()[i].Detail.(*Cell).People)
				}
			}
			if *got.Bands[b].People != people {
				t.Errorf("within %v: %d people, want %d", limit, *got.Bands[b].People, people)
			}
		}
	}
}
