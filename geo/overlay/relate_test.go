package overlay_test

import (
	"errors"
	"testing"

	"github.com/paulmach/orb"

	"onemap/geo/overlay"
)

func TestRelationsHold(t *testing.T) {
	area := orb.Bound{Min: orb.Point{119, 39}, Max: orb.Point{120, 40}}.ToPolygon()
	inside, border, line := orb.Point{119.5, 39.5}, orb.Point{119, 39.5}, orb.LineString{{118, 39.5}, {119.5, 39.5}}
	both := orb.Collection{orb.Point{1, 1}, inside}
	for i, c := range []struct {
		how  overlay.Relation
		a, b orb.Geometry
		want bool
	}{
		{overlay.Within, inside, area, true}, {overlay.Within, border, area, false}, {overlay.Touches, border, area, true}, {overlay.Contains, area, inside, true},
		{overlay.Crosses, line, area, true}, {overlay.Equals, area, area, true}, {overlay.Overlaps, area, area, false},
		{overlay.Intersects, both, area, true}, {overlay.Disjoint, area, both, false}, {overlay.Disjoint, area, orb.Collection{orb.Point{1, 1}}, true},
	} {
		if got, err := overlay.Relate(c.how, c.a, c.b); got != c.want || err != nil {
			t.Errorf("%d: %s: %t %v", i, c.how, got, err)
		}
	}
	for _, how := range []overlay.Relation{overlay.Touches, "near"} {
		if _, err := overlay.Relate(how, both, area); !errors.Is(err, overlay.ErrInvalid) {
			t.Errorf("%s of a collection: %v", how, err)
		}
	}
	if _, err := overlay.Relate(overlay.Intersects, nil, area); !errors.Is(err, overlay.ErrInvalid) {
		t.Errorf("nothing: %v", err)
	}
}
