// Package overlay is the only room with GEOS: validity, repair, union,
// difference, intersection, and buffers in metres. What comes in and goes out
// is orb, in degrees; no GEOS object ever leaves.
package overlay

import (
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
	"github.com/twpayne/go-geos"

	"onemap/geo"
)

var (
	// ErrInvalid says that a geometry breaks the rules of its kind, or that
	// GEOS gave up on it.
	ErrInvalid = errors.New("invalid geometry")
	// ErrNotAreal says that polygons belong here.
	ErrNotAreal = errors.New("not a polygon or multipolygon")
	// ErrTooLarge says that a geometry is beyond what is done in one process:
	// too many positions, too many crossings, too wide.
	ErrTooLarge = errors.New("geometry is too large")
	// ErrBusy says that no turn came within half a minute.
	ErrBusy = errors.New("overlay is busy")
)

const (
	maxVertices = 1_000_000
	maxWait     = 30 * time.Second
)

// engines is the gate: one context for each processor, handed from caller to
// caller. Contexts are kept, because go-geos never frees one that has read WKB;
// and GEOS cannot be interrupted, so more of them would only take each other's
// time. It is a variable of the package because the processors are.
var engines = func() chan *geos.Context {
	n := runtime.GOMAXPROCS(0)
	c := make(chan *geos.Context, n)
	for range n {
		c <- nil // made when first needed
	}
	return c
}()

// do runs f with a context of its own, and turns what GEOS throws into ErrInvalid.
func do[T any](what string, f func(*geos.Context) (T, error)) (out T, err error) {
	var ctx *geos.Context
	timer := time.NewTimer(maxWait)
	defer timer.Stop()
	select {
	case ctx = <-engines:
	case <-timer.C:
		return out, fmt.Errorf("%s: %w", what, ErrBusy)
	}
	defer func() { engines <- ctx }()
	if ctx == nil {
		ctx = geos.NewContext()
	}
	defer func() {
		thrown := recover()
		if thrown == nil {
			return
		}
		cause, ok := thrown.(error)
		var fault runtime.Error
		if !ok || errors.As(cause, &fault) {
			panic(thrown) // ours, not GEOS's
		}
		err = fmt.Errorf("%s: %w: %w", what, ErrInvalid, cause)
	}()
	if out, err = f(ctx); err != nil {
		return out, fmt.Errorf("%s: %w", what, err)
	}
	return out, nil
}

// into hands a geometry in degrees over.
func into(ctx *geos.Context, g orb.Geometry) (*geos.Geom, error) {
	return hand(ctx, g, geo.Check)
}

// hand hands g over, after the checks without which a parser may crash.
func hand(ctx *geos.Context, g orb.Geometry, place func(orb.Point) error) (*geos.Geom, error) {
	if err := bounded(g, place); err != nil {
		return nil, err
	}
	raw, err := wkb.Marshal(g)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	out, err := ctx.NewGeomFromWKB(raw)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	return out, nil
}

// sound hands over polygons, and refuses those that GEOS holds invalid:
// overlaying them is undefined.
func sound(ctx *geos.Context, g orb.Geometry) (*geos.Geom, error) {
	if err := areal(g); err != nil {
		return nil, err
	}
	out, err := into(ctx, g)
	if err != nil {
		return nil, err
	}
	if !out.IsValid() {
		return nil, fmt.Errorf("%w: %s", ErrInvalid, out.IsValidReason())
	}
	return out, nil
}

// areal refuses what is not made of polygons only.
func areal(g orb.Geometry) error {
	switch g := g.(type) {
	case orb.Polygon, orb.MultiPolygon, orb.Ring, orb.Bound:
		return nil
	case nil:
		return fmt.Errorf("no geometry: %w", ErrNotAreal)
	default:
		return fmt.Errorf("%s: %w", g.GeoJSONType(), ErrNotAreal)
	}
}

// bounded refuses what is misplaced, nested or too large.
func bounded(g orb.Geometry, place func(orb.Point) error) error {
	if g == nil {
		return fmt.Errorf("%w: none", ErrInvalid)
	}
	n := 0
	return walk(g, false, func(p orb.Point) error {
		if n++; n > maxVertices {
			return fmt.Errorf("more than %d positions: %w", maxVertices, ErrTooLarge)
		}
		if err := place(p); err != nil {
			return fmt.Errorf("%w: %w", ErrInvalid, err)
		}
		return nil
	})
}

// walk calls f at every position.
func walk(g orb.Geometry, nested bool, f func(orb.Point) error) error {
	line := func(points []orb.Point) error {
		for _, p := range points {
			if err := f(p); err != nil {
				return err
			}
		}
		return nil
	}
	switch g := g.(type) {
	case orb.Point:
		return f(g)
	case orb.MultiPoint:
		return line(g)
	case orb.LineString:
		return line(g)
	case orb.Ring:
		return line(g)
	case orb.Bound:
		return line([]orb.Point{g.Min, g.Max})
	case orb.MultiLineString:
		return walkAll(g, f)
	case orb.Polygon:
		return walkAll(g, f)
	case orb.MultiPolygon:
		return walkAll(g, f)
	case orb.Collection:
		if nested {
			return fmt.Errorf("%w: a collection within a collection", ErrInvalid)
		}
		return walkAll(g, f)
	}
	return fmt.Errorf("%w: %T", ErrInvalid, g)
}

func walkAll[S ~[]G, G orb.Geometry](parts S, f func(orb.Point) error) error {
	for _, part := range parts {
		if err := walk(part, true, f); err != nil {
			return err
		}
	}
	return nil
}

// outOf takes the polygons of a result, and leaves its lines and points.
func outOf(g *geos.Geom) (orb.MultiPolygon, error) {
	if g == nil {
		return nil, fmt.Errorf("%w: no result", ErrInvalid)
	}
	if g.IsEmpty() {
		return orb.MultiPolygon{}, nil
	}
	parsed, err := wkb.Unmarshal(g.ToWKB())
	if err != nil {
		return nil, fmt.Errorf("read the result: %w", err)
	}
	return polygons(orb.MultiPolygon{}, parsed), nil
}

// polygons appends the polygons of g to out, shells anticlockwise and holes
// clockwise as RFC 7946 wants them.
func polygons(out orb.MultiPolygon, g orb.Geometry) orb.MultiPolygon {
	switch g := g.(type) {
	case orb.Polygon:
		if len(g) == 0 {
			return out
		}
		for i, ring := range g {
			want := orb.CW
			if i == 0 {
				want = orb.CCW
			}
			if ring.Orientation() != want {
				ring.Reverse()
			}
		}
		return append(out, g)
	case orb.MultiPolygon:
		for _, p := range g {
			out = polygons(out, p)
		}
	case orb.Collection:
		for _, part := range g {
			out = polygons(out, part)
		}
	}
	return out
}
