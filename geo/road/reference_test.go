package road

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/paulmach/orb"
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
		switch r.IntN(12) {
		case 0:
			way.Bridge, way.Layer = true, 1
		case 1:
			way.Tunnel, way.Layer, way.MaxHeight = true, -1, 2.5
		case 2:
			way.MaxWeight = 10
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

// oracle finds the times from one stop's marks to those of many in the slowest
// and plainest way: a search over whole histories, each move held against
// every restriction.
func oracle(v *view, starts []mark, many [][]mark) []uint32 {
	dist := map[history]uint32{}
	var queue heap
	var known []history
	best := make([]uint32, len(many))
	ends := map[uint32][]mark{} // by the node they are driven to from
	for j, marks := range many {
		best[j] = never
		for _, e := range marks {
			e.stop = uint32(j)
			ends[v.g.tail(e.arc)] = append(ends[v.g.tail(e.arc)], e)
			for _, s := range starts {
				if t, ok := v.direct(s, e); ok {
					best[j] = min(best[j], t)
				}
			}
		}
	}
	reach := func(h history, t uint32) {
		if old, ok := dist[h]; t < never && (!ok || t < old) {
			dist[h] = t
			known = append(known, h)
			queue.push(t, uint32(len(known)-1))
		}
	}
	for _, s := range starts {
		reach(history{}.then(s.arc), s.rest+s.access)
	}
	for len(queue) > 0 {
		t, i := queue.pop()
		h := known[i]
		if t > dist[h] {
			continue
		}
		if t >= slices.Max(best) {
			break
		}
		node := v.g.head[h[len(h)-1]-1]
		for _, e := range ends[node] {
			best[e.stop] = min(best[e.stop], t+h.cost(v, e.arc)+e.part+e.access)
		}
		for arc := v.g.first[node]; arc < v.g.first[node+1]; arc++ {
			reach(h.then(arc), t+h.cost(v, arc)+v.m.weight[arc])
		}
	}
	return best
}

// cost is that of the turn from a history into one more arc; never or more
// where a restriction forbids it.
func (h history) cost(v *view, arc uint32) uint32 {
	pass := Everyone
	next := h.then(arc)
	for _, s := range v.g.forbidden {
		if endsWith(next, s.arcs) {
			pass &= s.exempt
		}
	}
	return v.g.turnCost(v.m, h[len(h)-1]-1, arc) + v.m.banCost(pass)
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
