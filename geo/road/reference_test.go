package road

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"onemap/geo"
)

// randomSource is a small town of crooked streets: one-ways, gates, ferries,
// lights, turn bans over nodes and over ways.
func randomSource(r *rand.Rand) Source {
	var s Source
	w, h := 4+r.IntN(5), 4+r.IntN(5)
	id := func(x, y int) int64 { return int64(y*100 + x + 1) }
	for y := range h {
		for x := range w {
			s.Nodes = append(s.Nodes, Node{
				ID:      id(x, y),
				At:      orb.Point{119.5 + float64(x)*0.002 + r.Float64()*0.001, 39.9 + float64(y)*0.002 + r.Float64()*0.001},
				Signals: r.IntN(6) == 0,
			})
		}
	}
	next := int64(10_000)
	street := func(a, b int64) {
		way := Way{ID: next, Class: Class(r.IntN(int(Track))), Forward: Everyone, Backward: Everyone}
		next++
		way.Nodes = []int64{a, b}
		if r.IntN(3) == 0 { // a bend, perhaps with a gate
			s.Nodes = append(s.Nodes, Node{
				ID: next, At: orb.Point{119.5 + r.Float64()*0.018, 39.9 + r.Float64()*0.018},
				Barrier: r.IntN(4) == 0, Pass: Emergency | Feet,
			})
			way.Nodes = []int64{a, next, b}
			next++
		}
		if r.IntN(4) == 0 {
			way.Oneway, way.Backward = true, Feet
		}
		way.Name = fmt.Sprint("S", way.ID)
		s.Ways = append(s.Ways, way)
	}
	for y := range h {
		for x := range w {
			if x+1 < w && r.IntN(10) > 0 {
				street(id(x, y), id(x+1, y))
			}
			if y+1 < h && r.IntN(10) > 0 {
				street(id(x, y), id(x, y+1))
			}
		}
	}
	randomRestrictions(r, &s)
	return s
}

func randomRestrictions(r *rand.Rand, s *Source) {
	ends := map[int64][]*Way{}
	for i := range s.Ways {
		w := &s.Ways[i]
		ends[w.Nodes[0]] = append(ends[w.Nodes[0]], w)
		ends[w.Nodes[len(w.Nodes)-1]] = append(ends[w.Nodes[len(w.Nodes)-1]], w)
	}
	other := func(w *Way, node int64) int64 {
		if w.Nodes[0] == node {
			return w.Nodes[len(w.Nodes)-1]
		}
		return w.Nodes[0]
	}
	for range len(s.Ways) / 2 {
		from := &s.Ways[r.IntN(len(s.Ways))]
		node := from.Nodes[r.IntN(2)*(len(from.Nodes)-1)]
		at := ends[node]
		next := at[r.IntN(len(at))]
		rule := Restriction{ID: int64(len(s.Restrictions)), From: from.ID, Only: r.IntN(4) == 0}
		switch r.IntN(3) {
		case 0, 1:
			rule.ViaNode, rule.To = node, next.ID
		default:
			far := other(next, node)
			last := ends[far][r.IntN(len(ends[far]))]
			rule.Via, rule.To = []int64{next.ID}, last.ID
		}
		if r.IntN(5) == 0 {
			rule.Exempt = Buses
		}
		s.Restrictions = append(s.Restrictions, rule)
	}
}

// history is the last arcs driven, the newest last.
type history [6]uint32

func (h history) then(arc uint32) history {
	copy(h[:], h[1:])
	h[len(h)-1] = arc + 1
	return h
}

// oracle finds the time between two marks in the slowest and plainest way: a
// search over whole histories, each move held against every restriction.
func oracle(v *view, starts, ends []mark) uint32 {
	dist := map[history]uint32{}
	var queue heap
	var known []history
	reach := func(h history, t uint32) {
		if old, ok := dist[h]; t < never && (!ok || t < old) {
			dist[h] = t
			known = append(known, h)
			queue.push(t, uint32(len(known)-1))
		}
	}
	cost := func(h history, arc uint32) uint32 {
		t := v.g.turnCost(v.m, h[len(h)-1]-1, arc)
		pass := Everyone
		next := h.then(arc)
		for _, s := range v.g.forbidden {
			if endsWith(next, s.arcs) {
				pass &= s.exempt
			}
		}
		return t + v.m.banCost(pass)
	}
	best := never
	for _, s := range starts {
		for _, e := range ends {
			if t, ok := v.direct(s, e); ok {
				best = min(best, t)
			}
		}
		reach(history{}.then(s.arc), s.rest+s.access)
	}
	for len(queue) > 0 {
		t, i := queue.pop()
		h := known[i]
		if t > dist[h] {
			continue
		}
		if t >= best {
			break
		}
		node := v.g.head[h[len(h)-1]-1]
		for _, e := range ends {
			if v.g.tail(e.arc) == node {
				best = min(best, t+cost(h, e.arc)+e.part+e.access)
			}
		}
		for arc := v.g.first[node]; arc < v.g.first[node+1]; arc++ {
			reach(h.then(arc), t+cost(h, arc)+v.m.weight[arc])
		}
	}
	return best
}

func endsWith(h history, arcs []uint32) bool {
	if len(arcs) > len(h) {
		return false
	}
	for k, arc := range arcs {
		if h[len(h)-len(arcs)+k] != arc+1 {
			return false
		}
	}
	return true
}

func randomClosures(r *rand.Rand, g *Graph) []Closure {
	var list []Closure
	for i := range r.IntN(4) {
		c := Closure{ID: fmt.Sprint("c", i)}
		for range 1 + r.IntN(4) {
			c.Segments = append(c.Segments, uint32(r.IntN(g.Segments())))
		}
		if r.IntN(3) == 0 {
			c.Factor = 0.1 + 0.8*r.Float64()
		}
		if r.IntN(3) == 0 {
			b := geo.Bearing(r.Float64() * 360)
			c.Heading = &b
		}
		if r.IntN(4) == 0 {
			p := orb.Point{119.5 + r.Float64()*0.018, 39.9 + r.Float64()*0.018}
			c.Segments = nil
			c.Area = orb.Ring{p, {p[0] + 0.004, p[1]}, {p[0] + 0.001, p[1] + 0.004}, p}
		}
		list = append(list, c)
	}
	return list
}

// Every engine must agree with the oracle: forward, A*, reverse, one-to-many
// and, without turn delays, the hierarchy.
func TestAllEnginesAgreeOnRandomTowns(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 2026))
	queries, reached := 0, 0
	for queries < 10_000 {
		g, _ := Build(randomSource(r))
		if g.Segments() == 0 {
			continue
		}
		n := NewNetwork(g)
		for range 3 {
			snap, err := n.Apply(randomClosures(r, g), time.Time{})
			if err != nil {
				t.Fatal(err)
			}
			q, ok := compareEngines(t, r, snap)
			queries, reached = queries+q, reached+ok
		}
	}
	t.Logf("%d queries, %d with a way", queries, reached)
}

func compareEngines(t *testing.T, r *rand.Rand, snap *Snapshot) (queries, reached int) {
	t.Helper()
	g := snap.Graph()
	for _, p := range Profiles() {
		ask := Ask{Profile: p.Name, Plain: r.IntN(2) == 0}
		var stops []Stop
		for range 6 {
			at := orb.Point{119.5 + r.Float64()*0.018, 39.9 + r.Float64()*0.018}
			how := Snap{Profile: p.Name, Place: r.IntN(2) == 0}
			if h := geo.Bearing(r.Float64() * 360); r.IntN(2) == 0 {
				how.Heading = &h
			}
			if s, err := g.Snap(at, how); err == nil {
				stops = append(stops, s)
			}
		}
		if len(stops) < 2 {
			continue
		}
		l, err := snap.lane(ask)
		if err != nil {
			t.Fatal(err)
		}
		v := l.view(ask)
		matrix, err := snap.Matrix(stops, stops, ask)
		if err != nil {
			t.Fatal(err)
		}
		from := stops[0]
		away := (&inquiry{lane: l, ask: ask, place: from, many: stops}).run(l, []int{0, 1, 2, 3, 4, 5}[:len(stops)], Bounds{Direction: Away})
		for j, to := range stops {
			queries++
			want := timeOf(first(l.pair(v, from, to)))
			if j == 1 {
				want = oracle(v, v.marks(from, 0, true), v.marks(to, 0, false))
			}
			if want < never {
				reached++
			}
			check := func(engine string, got uint32) {
				if got != want {
					t.Fatalf("%s, %s: %d, want %d (plain %v, %d closures)", engine, p.Name, got, want, ask.Plain, len(snap.closures))
				}
			}
			check("A*", timeOf(first(l.pair(v, from, to))))
			check("one to many", timeOf(away.trips[j]))
			back := (&inquiry{lane: l, ask: ask, place: to, many: []Stop{from}}).run(l, []int{0}, Bounds{Direction: Toward})
			check("reverse", timeOf(back.trips[0]))
			if ask.Plain {
				check("hierarchy", matrix.times[j])
			}
		}
	}
	return queries, reached
}

func first[A, B any](a A, _ B) A { return a }

func timeOf(t *trip) uint32 {
	if t == nil {
		return never
	}
	return t.time
}
