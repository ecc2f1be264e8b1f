package main

import (
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"onemap/data/osm"
	"onemap/geo/road"
)

// A side is a direction of a segment: twice its number, and one more against
// the way it was drawn.
type side = int64

// streets is a network as another router needs it: segments between numbered
// nodes, what each side costs in tenths of a second, and which series of sides
// are forbidden. Everything but the costs is worked out from the source, so
// that the other router does not inherit our reading of it.
type streets struct {
	net       *road.Network
	graph     *road.Graph
	from, to  []int64 // by segment; twice the OSM node, one more behind a gate
	cost      []int64 // by side; -1 may not be driven
	out       map[int64][]side
	at        map[int64]orb.Point
	ofWay     map[int64][]int // segments of a way, in order
	forbidden [][]side
	solved    int // restrictions that were worked out
}

func readSource(t *testing.T, path string) road.Source {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Skipf("shared test data is not here: %v", err)
	}
	defer f.Close()
	source, err := osm.Road(f, osm.PBF)
	if err != nil {
		t.Fatal(err)
	}
	return source
}

// without is a source without lights or without turn restrictions.
func without(source road.Source, lights, restrictions bool) road.Source {
	if lights {
		source.Nodes = slices.Clone(source.Nodes)
		for i := range source.Nodes {
			source.Nodes[i].Signals = false
		}
	}
	if restrictions {
		source.Restrictions = nil
	}
	return source
}

func streetsOf(t *testing.T, source road.Source) *streets {
	t.Helper()
	g, _ := road.Build(source)
	s := &streets{net: road.NewNetwork(g), graph: g, out: map[int64][]side{}, at: map[int64]orb.Point{}}
	s.place(t, source)
	for n := range s.from {
		s.out[s.from[n]] = append(s.out[s.from[n]], side(2*n))
		s.out[s.to[n]] = append(s.out[s.to[n]], side(2*n+1))
	}
	bare, _ := road.Build(without(source, false, true)) // so that a turn restriction hides no cost
	s.weigh(t, road.NewNetwork(bare).Now())
	for _, r := range source.Restrictions {
		if r.Exempt&road.Cars == 0 {
			s.forbid(r)
		}
	}
	return s
}

type e7 [2]int32

func spotOf(p orb.Point) e7 { return e7{int32(math.Round(p[0] * 1e7)), int32(math.Round(p[1] * 1e7))} }

// place finds the nodes at both ends of every segment by following the ways.
func (s *streets) place(t *testing.T, source road.Source) {
	t.Helper()
	g := s.graph
	s.from, s.to = make([]int64, g.Segments()), make([]int64, g.Segments())
	s.ofWay = map[int64][]int{}
	gates := map[int64]int64{} // ends seen at a gate
	for n := range g.Segments() {
		seg, _ := g.Segment(uint32(n))
		if seg.Class == road.Gate {
			s.from[n], s.to[n] = 2*seg.Way, 2*seg.Way+1
			gates[seg.Way] = 0
			continue
		}
		s.ofWay[seg.Way] = append(s.ofWay[seg.Way], n)
	}
	spots := map[int64]e7{}
	for _, n := range source.Nodes {
		spots[n.ID] = spotOf(n.At)
		s.at[2*n.ID], s.at[2*n.ID+1] = n.At, n.At
	}
	end := func(node int64) int64 {
		if count, gate := gates[node]; gate {
			gates[node]++
			return 2*node + count
		}
		return 2 * node
	}
	for _, w := range source.Ways {
		at := 0
		for _, n := range s.ofWay[w.ID] {
			seg, _ := g.Segment(uint32(n))
			i := next(w.Nodes, spots, at, spotOf(seg.Line[0]))
			j := next(w.Nodes, spots, i+1, spotOf(seg.Line[len(seg.Line)-1]))
			if i < 0 || j < 0 {
				t.Fatalf("way %d does not hold segment %d", w.ID, n)
			}
			s.from[n], s.to[n], at = end(w.Nodes[i]), end(w.Nodes[j]), j
		}
	}
}

// next is the first node of a way from at onwards that lies on a spot.
func next(nodes []int64, spots map[int64]e7, at int, want e7) int {
	for i := at; i < len(nodes); i++ {
		if spot, ok := spots[nodes[i]]; ok && spot == want {
			return i
		}
	}
	return -1
}

func (s *streets) tail(a side) int64 {
	if a&1 == 0 {
		return s.from[a/2]
	}
	return s.to[a/2]
}

func (s *streets) head(a side) int64 { return s.tail(a ^ 1) }

// start is the place where a side begins.
func start(a side) road.Candidate {
	return road.Candidate{Segment: uint32(a / 2), Along: float64(a & 1), Forward: a&1 == 0, Backward: a&1 == 1}
}

// weigh asks the hierarchy what each side costs: the time from its beginning to
// the beginning of any side after it.
func (s *streets) weigh(t *testing.T, now *road.Snapshot) {
	t.Helper()
	s.cost = make([]int64, 2*len(s.from))
	for i := range s.cost {
		s.cost[i] = -1
	}
	for _, leaving := range s.out {
		var in, out []road.Stop
		for _, a := range leaving {
			in = append(in, road.Stop{Candidates: []road.Candidate{start(a ^ 1)}})
			out = append(out, road.Stop{Candidates: []road.Candidate{start(a)}})
		}
		m, err := now.Matrix(in, out, road.Ask{})
		if err != nil {
			t.Fatal(err)
		}
		for i, a := range leaving {
			for j, b := range leaving {
				if d, ok := m.At(i, j); ok && b != a^1 {
					if c := s.cost[a^1]; c < 0 || d.Milliseconds()/100 < c {
						s.cost[a^1] = d.Milliseconds() / 100
					}
				}
			}
		}
	}
}

// forbid turns a restriction into series of sides.
func (s *streets) forbid(r road.Restriction) {
	found := s.series(r)
	if len(found) != 1 {
		return // forbidden by other signs already, or the ways do not meet
	}
	s.solved++
	path := found[0]
	if !r.Only {
		s.forbidden = append(s.forbidden, path)
		return
	}
	for k := max(1, len(path)-1); k < len(path); k++ {
		for _, other := range s.out[s.head(path[k-1])] {
			if other != path[k] {
				s.forbidden = append(s.forbidden, append(slices.Clone(path[:k]), other))
			}
		}
	}
}

// series are the ways to drive from the first way of a restriction over its
// node, or over its one via way, into the last.
func (s *streets) series(r road.Restriction) [][]side {
	var found [][]side
	for _, n := range s.ofWay[r.From] {
		for in := side(2 * n); in < side(2*n+2); in++ {
			switch {
			case s.cost[in] < 0:
			case len(r.Via) == 0 && s.head(in) == 2*r.ViaNode:
				found = append(found, s.onTo([]side{in}, s.ofWay[r.To])...)
			case len(r.Via) == 1:
				for _, n := range s.ofWay[r.Via[0]] {
					for step := side(-1); step <= 1; step += 2 {
						found = append(found, s.along(in, n, step, s.ofWay[r.Via[0]], s.ofWay[r.To])...)
					}
				}
			}
		}
	}
	return found
}

// along drives from a side into segment n of a via way and on in one direction.
func (s *streets) along(in side, n int, step side, via, to []int) [][]side {
	path := []side{in}
	var found [][]side
	for ; slices.Contains(via, n); n += int(step) {
		a := side(2 * n)
		if step < 0 {
			a++
		}
		if s.tail(a) != s.head(path[len(path)-1]) || s.cost[a] < 0 {
			break
		}
		path = append(path, a)
		found = append(found, s.onTo(slices.Clone(path), to)...)
	}
	return found
}

func (s *streets) onTo(path []side, to []int) [][]side {
	var found [][]side
	last := path[len(path)-1]
	for _, out := range s.out[s.head(last)] {
		if s.cost[out] >= 0 && slices.Contains(to, int(out/2)) && (len(path) == 1 || out != last^1) {
			found = append(found, append(slices.Clone(path), out))
		}
	}
	return found
}

// someNodes chooses junctions next to random places that a car reaches and
// leaves.
func (s *streets) someNodes(r *rand.Rand, count int) []int64 {
	var nodes []int64
	box := s.graph.Bound()
	for len(nodes) < count {
		p := orb.Point{
			box.Min[0] + r.Float64()*(box.Max[0]-box.Min[0]), box.Min[1] + r.Float64()*(box.Max[1]-box.Min[1]),
		}
		stop, err := s.graph.Snap(p, road.Snap{Place: true})
		if err != nil || stop.Candidates[0].Island != 0 {
			continue
		}
		c := stop.Candidates[0]
		node := s.from[c.Segment]
		if c.Along > 0.5 {
			node = s.to[c.Segment]
		}
		drives := func(a side) bool { return s.cost[a] >= 0 }
		arrives := func(a side) bool { return s.cost[a^1] >= 0 }
		if slices.ContainsFunc(s.out[node], drives) && slices.ContainsFunc(s.out[node], arrives) && !slices.Contains(nodes, node) {
			nodes = append(nodes, node)
		}
	}
	return nodes
}

// stops puts nodes on the road: every side that leaves one begins there.
func (s *streets) stops(nodes []int64) []road.Stop {
	out := make([]road.Stop, len(nodes))
	for i, n := range nodes {
		out[i].At = s.at[n]
		for _, a := range s.out[n] {
			c := start(a)
			c.At = s.at[n]
			out[i].Candidates = append(out[i].Candidates, c)
		}
	}
	return out
}
