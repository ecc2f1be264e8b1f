package road

import (
	"math"

	"github.com/paulmach/orb"
)

// forward searches from marks to stops, turn by turn: the reference for every
// other engine. Method: Dijkstra over labels, A* when a bearing is given.
func (s *search) forward(from, to []mark, goal goal, aim *aim) *hunt {
	v := s.v
	h := s.after(from, to, goal, func(m mark) uint32 { return v.g.tail(m.arc) })
	s.offerDirect(h, true)
	for i, f := range from {
		label := v.g.turns.after[f.arc]
		if s.improve(label, f.rest+f.access, none-1-uint32(i)) {
			s.queue.push(s.met[label].time+aim.left(v.g, label), label)
		}
	}
	for len(s.queue) > 0 {
		now, label := s.queue.pop()
		if now > s.met[label].time+aim.left(v.g, label) {
			continue
		}
		if s.certain(h, now) {
			s.close(h, now, false)
			return h
		}
		if node := v.g.head[v.g.turns.arcAt(label)]; s.wanted[node] == s.round {
			s.arrive(h, label, node)
		}
		s.spreadForward(label, aim)
	}
	s.close(h, 0, true)
	return h
}

// arrive offers the stops on the arcs that leave a node.
func (s *search) arrive(h *hunt, label, node uint32) {
	v := s.v
	arc := v.g.turns.arcAt(label)
	for i := s.waiting[node]; i != none32; i = h.next[i] {
		m := h.marks[i]
		way := v.g.turns.moveOn(label, m.arc)
		time := s.met[label].time + v.g.turnCost(v.m, arc, m.arc) + v.m.banCost(way.pass) + m.part + m.access
		s.offer(h, time, label, none32, i)
	}
}

const none32 = int32(-1)

func (s *search) spreadForward(label uint32, aim *aim) {
	v := s.v
	g, m := v.g, v.m
	arc := g.turns.arcAt(label)
	time := s.met[label].time
	node := g.head[arc]
	back := g.reversed(arc)
	bends := g.flags[node]&nodeJunction != 0
	bearing := g.arrive[arc]
	if label >= g.turns.arcs {
		for _, way := range g.turns.movesOf(label - g.turns.arcs) {
			t := time + m.weight[way.arc] + g.turnCost(m, arc, way.arc) + m.banCost(way.pass)
			if s.improve(way.to, t, label) {
				s.queue.push(t+aim.left(g, way.to), way.to)
			}
		}
		return
	}
	for out := g.first[node]; out < g.first[node+1]; out++ {
		t := time + m.weight[out]
		if out == back {
			t += m.uturn
		} else if bends {
			t += m.turn[g.leave[out]-bearing]
		}
		to := g.turns.after[out]
		if s.improve(to, t, label) {
			s.queue.push(t+aim.left(g, to), to)
		}
	}
}

// aim is a lower bound on the time still to go, for A*. A nil aim knows none.
type aim struct {
	lon, lat float64
	kx, ky   float64 // tenths of a second a unit of 1e-7 degrees, at the best pace
	slack    float64 // the marks lie this much nearer than the point aimed at
}

// aimAt takes the best pace of the network and the shortest degree in it.
func (v *view) aimAt(p orb.Point, marks []mark) *aim {
	if v.m.pace == 0 {
		return nil
	}
	lat := math.Max(math.Abs(v.g.bound.Min[1]), math.Abs(v.g.bound.Max[1])) * math.Pi / 180
	const safe = 0.99 // of the shortest degree of latitude, 110,574 m
	a := &aim{lon: p[0] * 1e7, lat: p[1] * 1e7}
	a.ky = safe * 110_574 / 1e7 * v.m.pace
	a.kx = safe * 111_320 * math.Cos(lat) / 1e7 * v.m.pace
	for _, m := range marks {
		q := v.g.pointAlong(v.g.segment(m.arc), v.g.alongArc(m.arc, m.share))
		a.slack = math.Max(a.slack, math.Hypot((q[0]*1e7-a.lon)*a.kx, (q[1]*1e7-a.lat)*a.ky))
	}
	a.slack += 2
	return a
}

// left is the least time from a label to the aim.
func (a *aim) left(g *Graph, label uint32) uint32 {
	if a == nil {
		return 0
	}
	at := g.nodes[g.head[g.turns.arcAt(label)]]
	d := math.Hypot((float64(at.Lon)-a.lon)*a.kx, (float64(at.Lat)-a.lat)*a.ky) - a.slack
	if d <= 0 {
		return 0
	}
	return uint32(d)
}
