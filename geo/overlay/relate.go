package overlay

import (
	"fmt"

	"github.com/paulmach/orb"
	"github.com/twpayne/go-geos"
)

// Relation is one of the named predicates of OGC Simple Features.
type Relation string

// The relations.
const (
	Intersects Relation = "intersects"
	Disjoint   Relation = "disjoint"
	Equals     Relation = "equals"
	Touches    Relation = "touches"
	Within     Relation = "within"
	Contains   Relation = "contains"
	Overlaps   Relation = "overlaps"
	Crosses    Relation = "crosses"
)

var relations = map[Relation]func(a, b *geos.Geom) bool{
	Intersects: (*geos.Geom).Intersects, Disjoint: (*geos.Geom).Disjoint, Equals: (*geos.Geom).Equals, Touches: (*geos.Geom).Touches,
	Within: (*geos.Geom).Within, Contains: (*geos.Geom).Contains, Overlaps: (*geos.Geom).Overlaps, Crosses: (*geos.Geom).Crosses,
}

// Relate reports whether a stands in a relation to b, on the plane of degrees.
// It refuses with ErrInvalid what GEOS gives up on: a polygon that crosses
// itself, and a collection in any relation but intersects and disjoint.
func Relate(how Relation, a, b orb.Geometry) (bool, error) {
	holds, ok := relations[how]
	if !ok {
		return false, fmt.Errorf("relate: %w: no relation %q", ErrInvalid, string(how))
	}
	if !apart(how) && (isCollection(a) || isCollection(b)) {
		return false, fmt.Errorf("relate: %w: %s of a collection", ErrInvalid, string(how))
	}
	if how == Disjoint {
		meets, err := Relate(Intersects, a, b)
		return !meets, err
	}
	if parts, ok := a.(orb.Collection); ok {
		return anyOf(parts, b)
	}
	if parts, ok := b.(orb.Collection); ok {
		return anyOf(parts, a)
	}
	return do("relate geometries", func(ctx *geos.Context) (bool, error) {
		x, err := into(ctx, a)
		if err != nil {
			return false, err
		}
		y, err := into(ctx, b)
		if err != nil {
			return false, err
		}
		return holds(x, y), nil
	})
}

func apart(how Relation) bool { return how == Intersects || how == Disjoint }

func isCollection(g orb.Geometry) bool {
	_, is := g.(orb.Collection)
	return is
}

// anyOf reports whether a part meets g.
func anyOf(parts orb.Collection, g orb.Geometry) (bool, error) {
	for _, part := range parts {
		if isCollection(part) {
			return false, fmt.Errorf("relate: %w: a collection within a collection", ErrInvalid)
		}
		if meets, err := Relate(Intersects, part, g); meets || err != nil {
			return meets, err
		}
	}
	return false, nil
}
