package overlay

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/paulmach/orb"
)

const (
	maxRepairVertices  = 10_000
	maxRepairCrossings = 5_000
	maxRepairPairs     = 5_000_000 // looked at while counting
)

type segment struct {
	a, b                     orb.Point
	west, east, south, north float64
}

// untangled refuses polygons whose sides cross so often that cutting them at
// every crossing would not end in good time.
func untangled(g orb.Geometry) error {
	segments := sides(nil, g)
	if len(segments) > maxRepairVertices {
		return fmt.Errorf("%d sides to repair: %w", len(segments), ErrTooLarge)
	}
	slices.SortFunc(segments, func(s, t segment) int { return cmp.Compare(s.west, t.west) })
	pairs, crossings := 0, 0
	for i, s := range segments {
		for _, t := range segments[i+1:] {
			if t.west > s.east {
				break
			}
			if pairs++; pairs > maxRepairPairs {
				return fmt.Errorf("a tangle of sides: %w", ErrTooLarge)
			}
			if s.south <= t.north && t.south <= s.north && s.crosses(t) {
				crossings++
			}
		}
		if crossings > maxRepairCrossings {
			return fmt.Errorf("more than %d crossings: %w", maxRepairCrossings, ErrTooLarge)
		}
	}
	return nil
}

func sides(out []segment, g orb.Geometry) []segment {
	switch g := g.(type) {
	case orb.Ring:
		for i := 1; i < len(g); i++ {
			a, b := g[i-1], g[i]
			out = append(out, segment{a, b, min(a[0], b[0]), max(a[0], b[0]), min(a[1], b[1]), max(a[1], b[1])})
		}
	case orb.Polygon:
		for _, ring := range g {
			out = sides(out, ring)
		}
	case orb.MultiPolygon:
		for _, polygon := range g {
			out = sides(out, polygon)
		}
	}
	return out
}

// crosses is true of proper crossings; a count needs no more care.
func (s segment) crosses(t segment) bool {
	return turn(s.a, s.b, t.a)*turn(s.a, s.b, t.b) < 0 && turn(t.a, t.b, s.a)*turn(t.a, t.b, s.b) < 0
}

func turn(a, b, c orb.Point) float64 {
	d := (b[0]-a[0])*(c[1]-a[1]) - (b[1]-a[1])*(c[0]-a[0])
	return float64(cmp.Compare(d, 0))
}
