package geo

import (
	"slices"

	"github.com/paulmach/orb"
)

// arm is a side as seen from a vertex of the sweep: it leads to far.
type arm struct {
	side int32
	far  orb.Point
}

// meet judges the sides that come together in p: no two may lie upon each
// other, a ring may come by once, and two rings may touch but not cross.
func (s *sweep) meet(p orb.Point) *Invalid {
	slices.SortFunc(s.arms, func(a, b arm) int { return aroundOrder(p, a.far, b.far) })
	for i := range s.arms {
		a, b := s.arms[i], s.arms[(i+1)%len(s.arms)]
		if a.side != b.side && aroundOrder(p, a.far, b.far) == 0 {
			return s.overlap(a.side, b.side, p)
		}
	}
	if len(s.arms) == 2 {
		return nil // one ring passes by
	}
	// Rings that touch nest like brackets around p; rings that cross do not.
	var few [8]int32
	open := few[:0]
	count := make(map[int32]int, 4)
	for _, a := range s.arms {
		ring := s.sides[a.side].ring
		count[ring]++
		switch {
		case count[ring] > 2:
			return s.name(ring).at(int(s.sides[a.side].vertex)).refuse(p, "ring touches itself")
		case count[ring] == 1:
			open = append(open, a.side)
		case s.sides[open[len(open)-1]].ring != ring:
			return s.refuse(open[len(open)-1], a.side, p)
		default:
			open = open[:len(open)-1]
			s.touch.add(ring, p)
		}
	}
	return nil
}

func (s *sweep) overlap(i, j int32, p orb.Point) *Invalid {
	a, b := &s.sides[min(i, j)], &s.sides[max(i, j)]
	reason := "ring runs back upon itself"
	if a.ring != b.ring {
		reason = "ring shares a side with " + s.name(b.ring).String()
	}
	return s.name(a.ring).at(int(a.vertex)).refuse(p, reason)
}

// aroundOrder orders directions from p anticlockwise, beginning just after
// south; equal means the same direction.
func aroundOrder(p, a, b orb.Point) int {
	ra, rb := comparePoints(a, p) > 0, comparePoints(b, p) > 0
	switch {
	case ra && !rb:
		return -1
	case !ra && rb:
		return 1
	}
	return -orient(p, a, b)
}

// settle finds, when a ring is met for the first time, the ring around it: the
// side directly below tells.
func (s *sweep) settle(id int32, at int) {
	t := &s.sides[id]
	r := &s.rings[t.ring]
	if r.seen {
		return
	}
	// This is the lower of the two sides at the ring's least vertex.
	r.seen, r.anticlockwise = true, t.forward
	if at == 0 {
		return
	}
	below := &s.sides[s.status[at-1]]
	around := &s.rings[below.ring]
	r.parent = around.parent
	if below.forward == around.anticlockwise {
		r.parent = below.ring
	}
}

// nesting checks that holes lie in their shell and shells in nothing, save in
// the hole of another polygon.
func (s *sweep) nesting() *Invalid {
	for i := range s.rings {
		r := &s.rings[i]
		shell := r.ring == 0
		if r.parent == none {
			if shell {
				continue
			}
			return s.misplaced(i, "hole lies outside its shell")
		}
		around := &s.rings[r.parent]
		aroundShell, same := around.ring == 0, around.polygon == r.polygon
		switch {
		case shell && aroundShell:
			return s.misplaced(i, "polygon lies within another")
		case shell && same:
			return s.misplaced(i, "shell lies within its own hole")
		case !shell && !same:
			return s.misplaced(i, "hole lies outside its shell")
		case !shell && !aroundShell:
			return s.misplaced(i, "hole lies within another hole")
		}
	}
	return nil
}

func (s *sweep) misplaced(ring int, reason string) *Invalid {
	at := orb.Point{}
	for i := range s.sides {
		if int(s.sides[i].ring) == ring {
			at = s.sides[i].low
			break
		}
	}
	return s.name(int32(ring)).refuse(at, reason)
}
