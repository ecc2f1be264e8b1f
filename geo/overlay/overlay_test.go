package overlay

import (
	"errors"
	"math"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"onemap/geo"
)

// block is a square about (x, y) hundredths of a degree from the city.
func block(x, y, half float64) orb.Polygon {
	at := func(dx, dy float64) orb.Point { return orb.Point{119.6 + (x+dx)/100, 39.9 + (y+dy)/100} }
	return orb.Polygon{{at(-half, -half), at(half, -half), at(half, half), at(-half, half), at(-half, -half)}}
}

var bowTie = orb.Polygon{{{0, 0}, {2, 2}, {2, 0}, {0, 2}, {0, 0}}}

func wantArea(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-6*math.Max(1, want) {
		t.Errorf("%s: %.3f m², want %.3f", what, got, want)
	}
}

func TestTwoBlocksOverlap(t *testing.T) {
	a, b := block(0, 0, 1), block(1, 0, 1)
	common := orb.Bound{Min: b[0][0], Max: a[0][2]}
	union, err := Union([]orb.Geometry{a, b})
	if err != nil {
		t.Fatal(err)
	}
	difference, err := Difference(a, b)
	if err != nil {
		t.Fatal(err)
	}
	intersection, err := Intersection(a, b)
	if err != nil {
		t.Fatal(err)
	}
	wantArea(t, "union", Area(union), Area(a)+Area(b)-Area(common))
	wantArea(t, "difference", Area(difference), Area(a)-Area(common))
	wantArea(t, "intersection", Area(intersection), Area(common))
}

func TestBlocksThatOnlyTouchHaveNothingInCommon(t *testing.T) {
	got, err := Intersection(block(0, 0, 1), block(2, 0, 1)) // GEOS returns a line
	if err != nil || got == nil || len(got) != 0 {
		t.Errorf("got %v, %v", got, err)
	}
	if got, err = Difference(block(0, 0, 1), block(0, 0, 2)); err != nil || len(got) != 0 {
		t.Errorf("got %v, %v", got, err)
	}
	if got, err = Union(nil); err != nil || got == nil || len(got) != 0 {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestRingsTurnAsRFC7946Wants(t *testing.T) {
	got, err := Difference(block(0, 0, 2), block(0, 0, 1))
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 || len(got[0]) != 2 {
		t.Fatalf("got %v", got)
	}
	if got[0][0].Orientation() != orb.CCW || got[0][1].Orientation() != orb.CW {
		t.Error("shell or hole turns the wrong way")
	}
}

func TestWhatIsNotSoundIsRefused(t *testing.T) {
	good := block(0, 0, 1)
	cases := map[string]struct {
		g    orb.Geometry
		want error
	}{
		"a bow tie":     {bowTie, ErrInvalid},
		"an open ring":  {orb.Polygon{{{0, 0}, {1, 0}, {1, 1}, {0, 1}}}, ErrInvalid},
		"NaN":           {orb.Polygon{{{0, 0}, {math.NaN(), 0}, {1, 1}, {0, 0}}}, ErrInvalid},
		"off the globe": {orb.Polygon{{{0, 0}, {999, 0}, {1, 1}, {0, 0}}}, geo.ErrOutOfRange},
		"a line":        {orb.LineString{{0, 0}, {1, 1}}, ErrNotAreal},
		"nothing":       {nil, ErrNotAreal},
		"a heap":        {orb.Collection{good}, ErrNotAreal},
		"too much":      {orb.Polygon{make(orb.Ring, maxVertices+1)}, ErrTooLarge},
	}
	for name, c := range cases {
		if _, err := Union([]orb.Geometry{good, c.g}); !errors.Is(err, c.want) {
			t.Errorf("union with %s: %v", name, err)
		}
		if _, err := Difference(good, c.g); !errors.Is(err, c.want) {
			t.Errorf("difference with %s: %v", name, err)
		}
		if _, err := Intersection(c.g, good); !errors.Is(err, c.want) {
			t.Errorf("intersection with %s: %v", name, err)
		}
	}
}

func TestValidNamesReasonAndPlace(t *testing.T) {
	if err := Valid(block(0, 0, 1)); err != nil {
		t.Error(err)
	}
	if err := Valid(orb.LineString{{0, 0}, {1, 1}}); err != nil {
		t.Error(err)
	}
	if err := Valid(bowTie); !errors.Is(err, ErrInvalid) {
		t.Errorf("a bow tie: %v", err)
	}
	if err := Valid(orb.Collection{orb.Collection{}}); !errors.Is(err, ErrInvalid) {
		t.Errorf("a nest: %v", err)
	}
}

func TestABowTieIsRepairedIntoTwoTriangles(t *testing.T) {
	got, err := Repair(bowTie)
	if err != nil || len(got) != 2 || Valid(got) != nil {
		t.Fatalf("got %v, %v", got, err)
	}
	kept, err := Repair(block(0, 0, 1))
	if err != nil {
		t.Fatal(err)
	}
	wantArea(t, "a sound block", Area(kept), Area(block(0, 0, 1)))
}

func TestATangleIsNotRepaired(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	tangle := func(n int) orb.Polygon {
		ring := make(orb.Ring, n)
		for i := range ring {
			ring[i] = orb.Point{119 + r.Float64(), 39 + r.Float64()}
		}
		return orb.Polygon{append(ring, ring[0])}
	}
	for _, n := range []int{2000, 20_000} {
		if _, err := Repair(tangle(n)); !errors.Is(err, ErrTooLarge) {
			t.Errorf("%d sides: %v", n, err)
		}
	}
	if got, err := Repair(tangle(60)); err != nil || Valid(got) != nil {
		t.Errorf("a small one: %v", err)
	}
}

func TestGEOSAndTheSweepJudgeAlike(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// A coarse lattice makes touching, overlapping and repeating common.
		point := rapid.Custom(func(t *rapid.T) orb.Point {
			return orb.Point{float64(rapid.IntRange(0, 6).Draw(t, "x")), float64(rapid.IntRange(0, 6).Draw(t, "y"))}
		})
		ring := rapid.Custom(func(t *rapid.T) orb.Ring {
			r := orb.Ring(rapid.SliceOfN(point, 3, 7).Draw(t, "ring"))
			return append(r, r[0])
		})
		polygon := rapid.Custom(func(t *rapid.T) orb.Polygon {
			return orb.Polygon(rapid.SliceOfN(ring, 1, 3).Draw(t, "polygon"))
		})
		g := orb.MultiPolygon(rapid.SliceOfN(polygon, 1, 2).Draw(t, "polygons"))
		ours, theirs := geo.CheckGeometry(g, 1000), Valid(g)
		if (ours == nil) != (theirs == nil) {
			t.Fatalf("%v: sweep %v, GEOS %v", g, ours, theirs)
		}
	})
}

func TestManyCallersShareTheGate(t *testing.T) {
	var group sync.WaitGroup
	errs := make([]error, 32)
	for i := range errs {
		group.Go(func() {
			for range 10 {
				if i%4 == 0 { // some throw
					if _, err := Union([]orb.Geometry{bowTie}); !errors.Is(err, ErrInvalid) {
						errs[i] = err
					}
					continue
				}
				if _, err := Union([]orb.Geometry{block(0, 0, 1), block(float64(i), 0, 1)}); err != nil {
					errs[i] = err
				}
			}
		})
	}
	group.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Error(err)
	}
	if len(engines) != cap(engines) {
		t.Errorf("%d of %d engines came back", len(engines), cap(engines))
	}
}
