package overlay

import (
	"errors"
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
	"pgregory.net/rapid"

	"onemap/geo"
)

// rim returns the least and the greatest of f over all corners of m.
func rim(m orb.MultiPolygon, f func(orb.Point) geo.Metres) (low, high geo.Metres) {
	low, high = geo.Metres(math.Inf(1)), 0
	for _, polygon := range m {
		for _, p := range polygon[0] {
			low, high = min(low, f(p)), max(high, f(p))
		}
	}
	return low, high
}

func TestABufferedPointIsADisc(t *testing.T) {
	for _, d := range []geo.Metres{1, 500, 30_000, 200_000} {
		p := orb.Point{119.6, 39.9}
		got, err := Buffer(p, d)
		if err != nil {
			t.Fatal(err)
		}
		low, high := rim(got, func(q orb.Point) geo.Metres { return geo.Distance(p, q) })
		if low < d*0.998 || high > d*1.0001 {
			t.Errorf("%v m: rim from %v to %v", d, low, high)
		}
	}
}

func TestABufferIsAsWideFarFromTheMiddleAsInIt(t *testing.T) {
	road := orb.LineString{{118.6, 39.9}, {119.8, 39.9}, {119.8, 40.6}}
	const d = geo.Metres(2000)
	got, err := Buffer(road, d)
	if err != nil {
		t.Fatal(err)
	}
	// The true distance to the road, by its positions every few metres.
	fine := cut(road, func(p, q orb.Point) float64 { return onGround(p, q) * 150 })
	low, high := rim(got, func(q orb.Point) geo.Metres {
		nearest := geo.Metres(math.Inf(1))
		for _, p := range fine {
			nearest = min(nearest, geo.GreatCircle(p, q))
		}
		return nearest
	})
	if low < d*0.98 || high > d*1.015 {
		t.Errorf("%v m: rim from %v to %v", d, low, high)
	}
}

func TestBuffersGrowAndShrink(t *testing.T) {
	a := orb.MultiPolygon{block(0, 0, 1), block(5, 0, 1)}
	wider, err := Buffer(a, 300)
	if err != nil {
		t.Fatal(err)
	}
	narrower, err := Buffer(a, -300)
	if err != nil {
		t.Fatal(err)
	}
	gone, err := Buffer(a, -2000)
	if err != nil {
		t.Fatal(err)
	}
	if !(Area(wider) > Area(a) && Area(a) > Area(narrower) && Area(narrower) > 0) || len(gone) != 0 {
		t.Errorf("areas %.0f, %.0f, %.0f; %d left", Area(wider), Area(a), Area(narrower), len(gone))
	}
	if err := geo.CheckGeometry(wider, 10_000); err != nil {
		t.Error(err)
	}
}

func TestBuffersBeyondReasonAreRefused(t *testing.T) {
	p := orb.Point{119.6, 39.9}
	for _, d := range []geo.Metres{1e9, -1e9, geo.Metres(math.NaN()), geo.Metres(math.Inf(1))} {
		if _, err := Buffer(p, d); !errors.Is(err, ErrTooLarge) {
			t.Errorf("by %v: %v", d, err)
		}
	}
	for name, c := range map[string]struct {
		g    orb.Geometry
		want error
	}{
		"a line over the ocean":   {orb.LineString{{119.6, 39.9}, {140, 39.9}}, ErrTooLarge},
		"nothing":                 {nil, ErrInvalid},
		"a bow tie":               {bowTie, ErrInvalid},
		"a pole":                  {orb.Point{0, 89.99}, ErrInvalid},
		"beside the antimeridian": {orb.Point{179.99, 0}, ErrInvalid},
	} {
		if _, err := Buffer(c.g, 5000); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDiscsAreTheirRadiusWide(t *testing.T) {
	points := []orb.Point{{119.6, 39.9}, {119.6, 39.9}, {118.9, 40.4}}
	const r = geo.Metres(5000)
	got, err := DiscUnion(points, r, 16)
	if err != nil || len(got) != 2 {
		t.Fatalf("%d discs, %v", len(got), err)
	}
	for _, polygon := range got {
		for _, p := range polygon[0] {
			d := min(geo.Distance(points[0], p), geo.Distance(points[2], p))
			if math.Abs(float64(d-r)) > 0.001 {
				t.Fatalf("a corner is %v m away", d)
			}
		}
	}
	circles := 2 * math.Pi * float64(r*r)
	if a := Area(got); a > circles || a < circles*0.998 {
		t.Errorf("area %.0f, two circles have %.0f", a, circles)
	}
}

func TestDiscsBeyondReasonAreRefused(t *testing.T) {
	here := []orb.Point{{119.6, 39.9}}
	for name, f := range map[string]func() (orb.MultiPolygon, error){
		"no radius":        func() (orb.MultiPolygon, error) { return DiscUnion(here, 0, 16) },
		"a huge radius":    func() (orb.MultiPolygon, error) { return DiscUnion(here, 1e9, 16) },
		"NaN":              func() (orb.MultiPolygon, error) { return DiscUnion(here, geo.Metres(math.NaN()), 16) },
		"too many sides":   func() (orb.MultiPolygon, error) { return DiscUnion(here, 1000, 1000) },
		"too many discs":   func() (orb.MultiPolygon, error) { return DiscUnion(make([]orb.Point, 20_000), 1000, 16) },
		"a pole":           func() (orb.MultiPolygon, error) { return DiscUnion([]orb.Point{{0, -90}}, 1000, 16) },
		"the antimeridian": func() (orb.MultiPolygon, error) { return DiscUnion([]orb.Point{{180, 0}}, 1000, 16) },
		"nowhere":          func() (orb.MultiPolygon, error) { return DiscUnion([]orb.Point{{math.NaN(), 0}}, 1000, 16) },
	} {
		if got, err := f(); !errors.Is(err, ErrTooLarge) && !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	if got, err := DiscUnion(nil, 1000, 16); err != nil || len(got) != 0 {
		t.Errorf("no discs: %v, %v", got, err)
	}
}

func TestAUnionOfDiscsHoldsWhatIsNearAndNothingElse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		place := rapid.Custom(func(t *rapid.T) orb.Point {
			return orb.Point{rapid.Float64Range(119, 119.5).Draw(t, "lon"), rapid.Float64Range(39.5, 40).Draw(t, "lat")}
		})
		points := rapid.SliceOfN(place, 1, 8).Draw(t, "points")
		r := geo.Metres(rapid.Float64Range(100, 20_000).Draw(t, "r"))
		union, err := DiscUnion(points, r, 16)
		if err != nil {
			t.Fatal(err)
		}
		total := 0.0
		for _, p := range points {
			one, err := DiscUnion([]orb.Point{p}, r, 16)
			if err != nil {
				t.Fatal(err)
			}
			total += Area(one)
		}
		if a := Area(union); a > total*(1+1e-9) {
			t.Fatalf("union %.3f exceeds the sum %.3f", a, total)
		}
		q := place.Draw(t, "q")
		nearest := geo.Metres(math.Inf(1))
		for _, p := range points {
			nearest = min(nearest, geo.Distance(p, q))
		}
		inside := planar.MultiPolygonContains(union, q)
		if inside && nearest > r || !inside && nearest < r*0.998 {
			t.Fatalf("%v is %v m away, inside %v", q, nearest, inside)
		}
	})
}

func BenchmarkDiscUnion200(b *testing.B) {
	var points []orb.Point
	for i := range 200 {
		points = append(points, orb.Point{118.8 + float64(i%20)*0.05, 39.5 + float64(i/20)*0.1})
	}
	for b.Loop() {
		if _, err := DiscUnion(points, 5000, 16); err != nil {
			b.Fatal(err)
		}
	}
}
