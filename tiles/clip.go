package tiles

// spot is a place in a tile's own units before it is snapped to them.
type spot struct{ x, y float64 }

// The window of a tile: what is cut off lies outside.
const (
	low  = -Buffer
	high = Extent + Buffer
)

// side is one border of the window.
type side byte

// inside is how far inside a border a place lies; negative beyond it.
func (s side) inside(p spot) float64 {
	switch s {
	case 0:
		return p.x - low
	case 1:
		return high - p.x
	case 2:
		return p.y - low
	}
	return high - p.y
}

// clipRing cuts a ring, not closed, to the window, border by border (Sutherland
// and Hodgman). A ring that falls apart stays one, held together along the
// border, which lies in the buffer. The result lies in one of the two lists.
func clipRing(ring, spare []spot) (cut, other []spot) {
	for s := side(0); s < 4; s++ {
		spare = spare[:0]
		for i, p := range ring {
			q := ring[(i+len(ring)-1)%len(ring)]
			in, was := s.inside(p), s.inside(q)
			if in >= 0 != (was >= 0) {
				spare = append(spare, crossing(q, p, was, in))
			}
			if in >= 0 {
				spare = append(spare, p)
			}
		}
		ring, spare = spare, ring
	}
	return ring, spare
}

// crossing is where the way from a to b meets a border they lie on two sides of.
func crossing(a, b spot, inA, inB float64) spot {
	t := inA / (inA - inB)
	return spot{a.x + t*(b.x-a.x), a.y + t*(b.y-a.y)}
}

// clipStretch cuts what lies between two places to the window; false when
// nothing is left (Liang and Barsky).
func clipStretch(a, b spot) (from, to spot, ok bool) {
	enter, leave := 0.0, 1.0
	for s := side(0); s < 4; s++ {
		inA, inB := s.inside(a), s.inside(b)
		switch {
		case inA < 0 && inB < 0:
			return a, b, false
		case inA < 0:
			enter = max(enter, inA/(inA-inB))
		case inB < 0:
			leave = min(leave, inA/(inA-inB))
		}
	}
	if enter > leave {
		return a, b, false
	}
	from, to = a, b
	if enter > 0 {
		from = spot{a.x + enter*(b.x-a.x), a.y + enter*(b.y-a.y)}
	}
	if leave < 1 {
		to = spot{a.x + leave*(b.x-a.x), a.y + leave*(b.y-a.y)}
	}
	return from, to, true
}
