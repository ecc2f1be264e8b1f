package overlay

import (
	"fmt"

	"github.com/paulmach/orb"
	"github.com/twpayne/go-geos"
)

// Valid refuses with ErrInvalid, naming reason and place, what the rules of OGC
// Simple Features do not allow.
func Valid(g orb.Geometry) error {
	_, err := do("check geometry", func(ctx *geos.Context) (struct{}, error) {
		shape, err := into(ctx, g)
		if err == nil && !shape.IsValid() {
			err = fmt.Errorf("%w: %s", ErrInvalid, shape.IsValidReason())
		}
		return struct{}{}, err
	})
	return err
}

// Union returns the area that lies in at least one of the geometries: none for
// none. It takes valid polygons and refuses others with ErrNotAreal or ErrInvalid.
func Union(gs []orb.Geometry) (orb.MultiPolygon, error) {
	return do("unite polygons", func(ctx *geos.Context) (orb.MultiPolygon, error) {
		shapes := make([]*geos.Geom, len(gs))
		for i, g := range gs {
			var err error
			if shapes[i], err = sound(ctx, g); err != nil {
				return nil, fmt.Errorf("polygon %d: %w", i, err)
			}
		}
		if len(shapes) == 0 {
			return orb.MultiPolygon{}, nil
		}
		return outOf(ctx.NewCollection(geos.TypeIDGeometryCollection, shapes).UnaryUnion())
	})
}

// Difference returns the area of a that is not in b, and refuses as Union does.
func Difference(a, b orb.Geometry) (orb.MultiPolygon, error) {
	return pairwise("subtract polygons", a, b, (*geos.Geom).Difference)
}

// Intersection returns the area common to a and b, and refuses as Union does.
func Intersection(a, b orb.Geometry) (orb.MultiPolygon, error) {
	return pairwise("intersect polygons", a, b, (*geos.Geom).Intersection)
}

func pairwise(what string, a, b orb.Geometry, f func(a, b *geos.Geom) *geos.Geom) (orb.MultiPolygon, error) {
	return do(what, func(ctx *geos.Context) (orb.MultiPolygon, error) {
		x, err := sound(ctx, a)
		if err != nil {
			return nil, fmt.Errorf("first: %w", err)
		}
		y, err := sound(ctx, b)
		if err != nil {
			return nil, fmt.Errorf("second: %w", err)
		}
		return outOf(f(x, y))
	})
}

// Repair returns the area that a broken polygon most likely meant: rings are
// read by structure, shells united and holes taken out of them; a valid one
// comes back as it is. It refuses with ErrTooLarge a tangle of more than 10,000
// positions or 5,000 crossings: GEOS would work on it for minutes without being
// stopped. The result is a proposal for a person to confirm.
func Repair(g orb.Geometry) (orb.MultiPolygon, error) {
	return do("repair polygon", func(ctx *geos.Context) (orb.MultiPolygon, error) {
		if err := areal(g); err != nil {
			return nil, err
		}
		shape, err := into(ctx, g)
		if err != nil {
			return nil, err
		}
		if shape.IsValid() {
			return outOf(shape)
		}
		if err := untangled(g); err != nil {
			return nil, err
		}
		return outOf(shape.MakeValidWithParams(geos.MakeValidStructure, geos.MakeValidDiscardCollapsed))
	})
}
