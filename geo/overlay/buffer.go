package overlay

import (
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"
	"github.com/twpayne/go-geos"

	"onemap/geo"
)

const (
	maxRadius   = geo.Metres(200_000)
	maxExtent   = geo.Metres(500_000) // from the middle
	step        = 2_000.0             // metres between positions of a long side
	quarterArcs = 16                  // sides a quarter circle
)

// Buffer returns the area within d of g; a negative d takes that much off a
// polygon. Distances are right to 1.5 % of d, roughly: GEOS leaves out bends
// shallower than 1 % of d, a round corner of 16 sides a quarter lies up to
// 0.12 % inside, and the plane stretches by 0.1 % at its rim. It refuses with
// ErrTooLarge a d beyond 200 km and shapes that reach 500 km from their middle,
// with ErrInvalid shapes that touch a pole or the antimeridian afterwards.
// Method: an azimuthal equidistant plane about the middle, sides cut to 2 km.
func Buffer(g orb.Geometry, d geo.Metres) (orb.MultiPolygon, error) {
	if !(math.Abs(float64(d)) <= float64(maxRadius)) {
		return nil, fmt.Errorf("buffer by %.0f m, at most %.0f: %w", float64(d), float64(maxRadius), ErrTooLarge)
	}
	return do("buffer geometry", func(ctx *geos.Context) (orb.MultiPolygon, error) {
		shape, err := into(ctx, g)
		if err != nil {
			return nil, err
		}
		if !shape.IsValid() {
			return nil, fmt.Errorf("%w: %s", ErrInvalid, shape.IsValidReason())
		}
		flat := plane{g.Bound().Center()}
		laid, err := flat.lay(g)
		if err != nil {
			return nil, err
		}
		if shape, err = hand(ctx, laid, finite); err != nil {
			return nil, err
		}
		out, err := outOf(shape.Buffer(float64(d), quarterArcs))
		if err != nil {
			return nil, err
		}
		return flat.lift(out)
	})
}

// finite is the check for places in metres.
func finite(p orb.Point) error {
	if err := geo.Check(p); errors.Is(err, geo.ErrNotFinite) {
		return err
	}
	return nil
}

// plane is the azimuthal equidistant projection about a centre: x east, y
// north, in metres; directions and distances from the centre are true.
type plane struct{ centre orb.Point }

func (a plane) to(p orb.Point) (orb.Point, error) {
	d := geo.Distance(a.centre, p)
	if d > maxExtent {
		return p, fmt.Errorf("%v is %.0f km from the middle: %w", p, float64(d)/1000, ErrTooLarge)
	}
	sin, cos := math.Sincos(float64(geo.InitialBearing(a.centre, p)) * math.Pi / 180)
	return orb.Point{float64(d) * sin, float64(d) * cos}, nil
}

func (a plane) from(q orb.Point) (orb.Point, error) {
	to := geo.Bearing(math.Atan2(q[0], q[1]) * 180 / math.Pi)
	p := geo.Destination(a.centre, to, geo.Metres(math.Hypot(q[0], q[1])))
	if math.Abs(p[0]-a.centre[0]) > 90 {
		return p, fmt.Errorf("%w: over a pole or the antimeridian", ErrInvalid)
	}
	return p, nil
}

// lay puts g on the plane, long sides cut.
func (a plane) lay(g orb.Geometry) (orb.Geometry, error) {
	switch g := g.(type) {
	case orb.Point:
		return a.to(g)
	case orb.MultiPoint:
		return a.points(g, a.to)
	case orb.LineString:
		line, err := a.points(cut(g, onGround), a.to)
		return orb.LineString(line), err
	case orb.Ring:
		return a.lay(orb.Polygon{g})
	case orb.Bound:
		return a.lay(g.ToPolygon())
	case orb.MultiLineString:
		return layAll(a, g)
	case orb.Polygon:
		out := make(orb.Polygon, len(g))
		for i, ring := range g {
			line, err := a.points(cut(ring, onGround), a.to)
			if err != nil {
				return nil, err
			}
			out[i] = orb.Ring(line)
		}
		return out, nil
	case orb.MultiPolygon:
		return layAll(a, g)
	case orb.Collection:
		return layAll(a, g)
	}
	return nil, fmt.Errorf("%w: %T", ErrInvalid, g)
}

// layAll makes a collection: on the plane parts that only touched may overlap.
func layAll[S ~[]G, G orb.Geometry](a plane, parts S) (orb.Geometry, error) {
	out := make(orb.Collection, 0, len(parts))
	for _, part := range parts {
		laid, err := a.lay(part)
		if err != nil {
			return nil, err
		}
		if inner, ok := laid.(orb.Collection); ok {
			out = append(out, inner...)
			continue
		}
		out = append(out, laid)
	}
	return out, nil
}

// lift brings polygons back to degrees.
func (a plane) lift(m orb.MultiPolygon) (orb.MultiPolygon, error) {
	for _, polygon := range m {
		for i, ring := range polygon {
			lifted, err := a.points(cut(ring, onPlane), a.from)
			if err != nil {
				return nil, err
			}
			polygon[i] = orb.Ring(lifted)
		}
	}
	return m, nil
}

func (a plane) points(in []orb.Point, f func(orb.Point) (orb.Point, error)) (orb.MultiPoint, error) {
	out := make(orb.MultiPoint, len(in))
	for i, p := range in {
		var err error
		if out[i], err = f(p); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func onPlane(p, q orb.Point) float64 { return math.Hypot(q[0]-p[0], q[1]-p[1]) }

func onGround(p, q orb.Point) float64 { return float64(geo.GreatCircle(p, q)) }

// cut puts positions into sides longer than step.
func cut(line []orb.Point, apart func(p, q orb.Point) float64) []orb.Point {
	out := make([]orb.Point, 0, len(line))
	for i, q := range line {
		if i > 0 {
			p := line[i-1]
			n := int(math.Min(1000, math.Ceil(apart(p, q)/step)))
			for j := 1; j < n; j++ {
				t := float64(j) / float64(n)
				out = append(out, orb.Point{p[0] + t*(q[0]-p[0]), p[1] + t*(q[1]-p[1])})
			}
		}
		out = append(out, q)
	}
	return out
}
