package geo

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"
)

// sweep moves a line over all rings of one multipolygon, from west to east and
// on it from south to north, and stops at the first place where two sides
// cross or a ring meets itself. Two different rings may touch in points.
// Method: M. Shamos, D. Hoey, Geometric Intersection Problems (1976), with all
// sides that meet in one vertex taken together and an exact orientation test.
type sweep struct {
	path   func(polygon, ring int) path
	sides  []side
	rings  []ringState
	events []event
	status []int32 // sides under the line, from south to north
	arms   []arm   // scratch: what meets at the present vertex
	touch  touches
}

// side is one segment of a ring, from its lesser end to its greater one.
type side struct {
	low, high orb.Point
	ring      int32
	vertex    int32 // index of its first position in the ring
	forward   bool  // the ring runs from low to high
}

type ringState struct {
	polygon, ring int32
	parent        int32 // the ring directly around it, or none
	seen          bool
	anticlockwise bool
}

const none = int32(-1)

type event struct {
	at    orb.Point
	side  int32
	start bool
}

func newSweep(polygons orb.MultiPolygon, at func(polygon, ring int) path) *sweep {
	n := Vertices(polygons)
	s := &sweep{path: at, sides: make([]side, 0, n), events: make([]event, 0, 2*n)}
	for i, polygon := range polygons {
		for j, ring := range polygon {
			s.addRing(int32(i), int32(j), ring)
		}
	}
	slices.SortFunc(s.events, func(a, b event) int {
		if c := comparePoints(a.at, b.at); c != 0 {
			return c
		}
		return cmp.Compare(a.side, b.side)
	})
	return s
}

func (s *sweep) addRing(polygon, ring int32, points orb.Ring) {
	index := int32(len(s.rings))
	s.rings = append(s.rings, ringState{polygon: polygon, ring: ring, parent: none})
	for i := 1; i < len(points); i++ {
		order := comparePoints(points[i-1], points[i])
		if order == 0 {
			continue // a repeated position is no side
		}
		side := side{low: points[i-1], high: points[i], ring: index, vertex: int32(i - 1), forward: true}
		if order > 0 {
			side.low, side.high, side.forward = side.high, side.low, false
		}
		id := int32(len(s.sides))
		s.sides = append(s.sides, side)
		s.events = append(s.events, event{side.low, id, true}, event{side.high, id, false})
	}
}

func comparePoints(a, b orb.Point) int {
	switch {
	case a[0] < b[0]:
		return -1
	case a[0] > b[0]:
		return 1
	case a[1] < b[1]:
		return -1
	case a[1] > b[1]:
		return 1
	}
	return 0
}

func (s *sweep) run() *Invalid {
	for i := 0; i < len(s.events); {
		end := i + 1
		for end < len(s.events) && s.events[end].at == s.events[i].at {
			end++
		}
		if err := s.vertex(s.events[i].at, s.events[i:end]); err != nil {
			return err
		}
		i = end
	}
	if err := s.nesting(); err != nil {
		return err
	}
	return s.touch.check(s)
}

// vertex handles all sides that start, end at or pass through one point.
func (s *sweep) vertex(p orb.Point, here []event) *Invalid {
	from, to := s.span(p)
	s.arms = s.arms[:0]
	for _, id := range s.status[from:to] {
		t := &s.sides[id]
		s.arms = append(s.arms, arm{id, t.low})
		if t.high != p {
			s.arms = append(s.arms, arm{id, t.high})
		}
	}
	for _, e := range here {
		if e.start {
			s.arms = append(s.arms, arm{e.side, s.sides[e.side].high})
		}
	}
	if err := s.meet(p); err != nil {
		return err
	}
	return s.replace(p, from, to)
}

// span finds the sides under the line that contain p.
func (s *sweep) span(p orb.Point) (from, to int) {
	below := func(id int32, p orb.Point) int { // -1 while the side is below p
		return -orient(s.sides[id].low, s.sides[id].high, p)
	}
	from, found := slices.BinarySearchFunc(s.status, p, below)
	to = from
	for found && to < len(s.status) && below(s.status[to], p) == 0 {
		to++
	}
	return from, to
}

// replace takes what ends at p out of the status, puts what starts in, and
// tests the new neighbours.
func (s *sweep) replace(p orb.Point, from, to int) *Invalid {
	var few [8]int32
	right := few[:0]
	for _, a := range s.arms {
		if comparePoints(a.far, p) > 0 {
			right = append(right, a.side)
		}
	}
	slices.SortFunc(right, func(a, b int32) int {
		return -orient(p, s.sides[a].high, s.sides[b].high)
	})
	s.status = slices.Replace(s.status, from, to, right...)
	for i, id := range right {
		s.settle(id, from+i)
	}
	if len(right) == 0 {
		return s.cross(from-1, from)
	}
	if err := s.cross(from-1, from); err != nil {
		return err
	}
	return s.cross(from+len(right)-1, from+len(right))
}

// cross refuses two neighbours in the status whose insides intersect.
func (s *sweep) cross(i, j int) *Invalid {
	if i < 0 || j >= len(s.status) {
		return nil
	}
	a, b := &s.sides[s.status[i]], &s.sides[s.status[j]]
	if orient(a.low, a.high, b.low)*orient(a.low, a.high, b.high) >= 0 ||
		orient(b.low, b.high, a.low)*orient(b.low, b.high, a.high) >= 0 {
		return nil
	}
	return s.refuse(s.status[i], s.status[j], intersection(a, b))
}

// refuse names the first side and says what it crosses.
func (s *sweep) refuse(i, j int32, at orb.Point) *Invalid {
	a, b := &s.sides[i], &s.sides[j]
	reason := "ring crosses itself"
	if a.ring != b.ring {
		reason = "ring crosses " + s.name(b.ring).String()
	}
	return s.name(a.ring).at(int(a.vertex)).refuse(at, reason)
}

func (s *sweep) name(ring int32) path {
	return s.path(int(s.rings[ring].polygon), int(s.rings[ring].ring))
}

func intersection(a, b *side) orb.Point {
	dx, dy := a.high[0]-a.low[0], a.high[1]-a.low[1]
	ex, ey := b.high[0]-b.low[0], b.high[1]-b.low[1]
	t := ((b.low[0]-a.low[0])*ey - (b.low[1]-a.low[1])*ex) / (dx*ey - dy*ex)
	return orb.Point{a.low[0] + t*dx, a.low[1] + t*dy}
}
