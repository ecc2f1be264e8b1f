package geo

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"
)

func TestAPlaceOnEarthIsAccepted(t *testing.T) {
	for _, p := range []orb.Point{{119.6, 39.9}, {-180, -90}, {180, 90}, {0, 0}} {
		if err := Check(p); err != nil {
			t.Errorf("Check(%v) = %v", p, err)
		}
	}
}

func TestNoPlaceOnEarthIsRefused(t *testing.T) {
	cases := []struct {
		p       orb.Point
		want    error
		swapped bool
	}{
		{orb.Point{math.NaN(), 39}, ErrNotFinite, false},
		{orb.Point{119, math.Inf(-1)}, ErrNotFinite, false},
		{orb.Point{39.9, 119.6}, ErrOutOfRange, true},
		{orb.Point{540, 95}, ErrOutOfRange, false},
		{orb.Point{181, 0}, ErrOutOfRange, false},
		{orb.Point{math.Nextafter(180, 181), 0}, ErrOutOfRange, false},
	}
	for _, c := range cases {
		err := Check(c.p)
		if !errors.Is(err, c.want) {
			t.Errorf("Check(%v) = %v, want %v", c.p, err, c.want)
			continue
		}
		if hint := strings.Contains(err.Error(), "swapped?"); hint != c.swapped {
			t.Errorf("Check(%v) = %v, swapped hint %v", c.p, err, hint)
		}
	}
}

func TestThePlaneBringsAPointBack(t *testing.T) {
	for _, centre := range []orb.Point{{119.6, 39.94}, {179.99, -17}, {-179.99, 60}} {
		plane := NewLocalPlane(centre)
		for _, q := range []orb.Point{{0, 0}, {5000, -3000}, {-40000, 20000}} {
			p := plane.From(q)
			if p[0] > 180 || p[0] < -180 {
				t.Errorf("From(%v) left the globe: %v", q, p)
			}
			if back := plane.To(p); math.Hypot(back[0]-q[0], back[1]-q[1]) > 1e-6 {
				t.Errorf("about %v: %v came back as %v", centre, q, back)
			}
		}
	}
}

func TestThePlaneMeasuresAsTheGroundDoes(t *testing.T) {
	centre := orb.Point{119.58936, 39.94104}
	plane := NewLocalPlane(centre)
	for _, q := range []orb.Point{{1000, 0}, {0, 1000}, {-700, 700}} {
		on := math.Hypot(q[0], q[1])
		if d := float64(Distance(centre, plane.From(q))); math.Abs(d-on) > on/10_000 {
			t.Errorf("%v: %f m on the plane, %f on the ground", q, on, d)
		}
	}
}

func TestSnapRoundsAndCollapsesWhatRepeats(t *testing.T) {
	same := make(orb.LineString, 50_000)
	for i := range same {
		same[i] = orb.Point{119.6 + float64(i%3)*1e-9, 39.9}
	}
	got := Snap(append(same, orb.Point{119.7, 39.9})).(orb.LineString)
	want := orb.LineString{{119.6, 39.9}, {119.7, 39.9}}
	if !orb.Equal(got, want) {
		t.Errorf("Snap = %v, want %v", got, want)
	}
}

func TestSnapLeavesItsArgumentAlone(t *testing.T) {
	ring := orb.Ring{{0.00000001, 0}, {1, 0}, {1, 1}, {0.00000001, 0}}
	given := orb.Collection{orb.MultiPolygon{{ring}}, orb.Point{-0.00000001, 2}}
	got := Snap(given).(orb.Collection)
	if ring[0][0] != 0.00000001 {
		t.Error("Snap moved the point it was given")
	}
	if p := got[1].(orb.Point); math.Signbit(p[0]) {
		t.Error("Snap left a negative zero")
	}
	if first := got[0].(orb.MultiPolygon)[0][0][0]; first != (orb.Point{0, 0}) {
		t.Errorf("Snap left %v", first)
	}
}

func TestASliverIsGoneAfterSnap(t *testing.T) {
	sliver := orb.Polygon{{{0, 0}, {1, 0}, {1, 1e-12}, {0, 0}}}
	if err := CheckGeometry(Snap(sliver), 100); err == nil {
		t.Error("a sliver of 1e-12 degrees passed")
	}
}
