package overlay

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"
	"github.com/twpayne/go-geos"

	"onemap/geo"
)

// DiscUnion returns the area within r of at least one of the points: each disc
// a polygon of quad sides a quarter, its corners exactly r away, so that the
// area is never more than the true one, and 0.16 % less for a quad of 16. It
// refuses with ErrTooLarge an r beyond 1 cm to 200 km, a quad beyond 2 to 64 and
// more than a million corners, with ErrInvalid a disc over a pole or the
// antimeridian.
func DiscUnion(points []orb.Point, r geo.Metres, quad int) (orb.MultiPolygon, error) {
	switch {
	case !(r >= 0.01 && r <= maxRadius):
		return nil, fmt.Errorf("discs of %g m: %w", float64(r), ErrTooLarge)
	case quad < 2 || quad > 64:
		return nil, fmt.Errorf("discs of %d sides a quarter: %w", quad, ErrTooLarge)
	case len(points) > maxVertices/(4*quad+1):
		return nil, fmt.Errorf("%d discs: %w", len(points), ErrTooLarge)
	}
	discs := make(orb.MultiPolygon, 0, len(points))
	seen := make(map[orb.Point]bool, len(points))
	for i, p := range points {
		if seen[p] {
			continue
		}
		seen[p] = true
		ring, err := disc(p, r, 4*quad)
		if err != nil {
			return nil, fmt.Errorf("disc %d: %w", i, err)
		}
		discs = append(discs, orb.Polygon{ring})
	}
	if len(discs) == 0 {
		return orb.MultiPolygon{}, nil
	}
	return do("unite discs", func(ctx *geos.Context) (orb.MultiPolygon, error) {
		all, err := into(ctx, discs)
		if err != nil {
			return nil, err
		}
		return outOf(all.UnaryUnion())
	})
}

func disc(centre orb.Point, r geo.Metres, sides int) (orb.Ring, error) {
	if err := geo.Check(centre); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	pole := orb.Point{0, math.Copysign(90, centre[1])}
	if geo.Distance(centre, pole) <= r {
		return nil, fmt.Errorf("%w: over a pole", ErrInvalid)
	}
	ring := make(orb.Ring, 0, sides+1)
	for i := range sides {
		p := geo.Destination(centre, geo.Bearing(-360*float64(i)/float64(sides)), r)
		if math.Abs(p[0]-centre[0]) > 180 {
			return nil, fmt.Errorf("%w: over the antimeridian", ErrInvalid)
		}
		ring = append(ring, p)
	}
	return append(ring, ring[0]), nil
}
