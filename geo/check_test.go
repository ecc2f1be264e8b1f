package geo

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/paulmach/orb"
)

// square is a closed ring about (x, y), anticlockwise.
func square(x, y, half float64) orb.Ring {
	return orb.Ring{{x - half, y - half}, {x + half, y - half}, {x + half, y + half}, {x - half, y + half}, {x - half, y - half}}
}

func turned(r orb.Ring) orb.Ring {
	out := r.Clone()
	out.Reverse()
	return out
}

func TestSoundGeometriesPass(t *testing.T) {
	sound := map[string]orb.Geometry{
		"a point":                       orb.Point{119, 39},
		"points":                        orb.MultiPoint{{119, 39}, {119, 39}},
		"a line that crosses itself":    orb.LineString{{0, 0}, {2, 2}, {2, 0}, {0, 2}},
		"lines":                         orb.MultiLineString{{{0, 0}, {1, 1}}, {{0, 0}, {1, 1}}},
		"a square":                      orb.Polygon{square(0, 0, 1)},
		"a square the other way round":  orb.Polygon{turned(square(0, 0, 1))},
		"a ring alone":                  square(0, 0, 1),
		"a repeated corner":             orb.Polygon{{{0, 0}, {1, 0}, {1, 0}, {1, 1}, {0, 0}}},
		"a corner on a straight side":   orb.Polygon{{{0, 0}, {1, 0}, {2, 0}, {2, 2}, {0, 0}}},
		"a hole":                        orb.Polygon{square(0, 0, 2), square(0, 0, 1)},
		"a hole touching the shell":     orb.Polygon{square(0, 0, 2), {{-2, 0}, {0, -1}, {0, 1}, {-2, 0}}},
		"two holes touching":            orb.Polygon{square(0, 0, 5), square(-1, 0, 1), {{0, 0}, {2, -1}, {2, 1}, {0, 0}}},
		"islands touching in a corner":  orb.MultiPolygon{{square(0, 0, 1)}, {square(2, 2, 1)}},
		"an island in a lake":           orb.MultiPolygon{{square(0, 0, 3), square(0, 0, 2)}, {square(0, 0, 1)}},
		"an island filling its lake":    orb.MultiPolygon{{square(0, 0, 1)}, {square(0, 0, 3), {{-2, 0}, {0, -2}, {2, 0}, {0, 2}, {-2, 0}}}},
		"islands touching in two spots": orb.MultiPolygon{{square(0, 0, 1)}, {{{1, 1}, {3, 0}, {1, -1}, {2, 0}, {1, 1}}}},
		"a pole ring cut in quarters":   orb.Polygon{{{-180, 80}, {-60, 80}, {60, 80}, {180, 80}, {180, 90}, {60, 90}, {-60, 90}, {-180, 90}, {-180, 80}}},
		"a collection":                  orb.Collection{orb.Point{1, 1}, orb.Polygon{square(0, 0, 1)}},
		"a bound":                       orb.Bound{Min: orb.Point{1, 1}, Max: orb.Point{1, 2}},
	}
	for name, g := range sound {
		if err := CheckGeometry(g, 100); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestUnsoundGeometriesAreRefusedByPlace(t *testing.T) {
	cases := []struct {
		name, path, reason string
		g                  orb.Geometry
	}{
		{"nothing", "coordinates", "no geometry", nil},
		{"no points", "coordinates", "empty", orb.MultiPoint{}},
		{"no polygons", "coordinates", "empty", orb.MultiPolygon{}},
		{"a polygon of no rings", "coordinates", "polygon 1 is empty", orb.MultiPolygon{{square(0, 0, 1)}, {}}},
		{"a line of one", "coordinates", "1 positions, at least 2", orb.LineString{{0, 0}}},
		{"a line on the spot", "coordinates", "a line without length", orb.LineString{{1, 2}, {1, 2}}},
		{"NaN", "coordinates[1]", "not a finite number", orb.LineString{{0, 0}, {math.NaN(), 0}}},
		{"beyond the globe", "coordinates[0][2]", "out of range", orb.Polygon{{{0, 0}, {1, 0}, {1, 91}, {0, 0}}}},
		{"open", "coordinates[0][3]", "ring is not closed", orb.Polygon{{{0, 0}, {1, 0}, {1, 1}, {0, 1}}}},
		{"two points and back", "coordinates[0]", "3 positions, at least 4", orb.Polygon{{{0, 0}, {1, 0}, {0, 0}}}},
		{"over the antimeridian", "coordinates[0][1]", "crosses the antimeridian", orb.Polygon{{{179, 0}, {-179, 0}, {-179, 1}, {179, 1}, {179, 0}}}},
		{"one place four times", "coordinates[0]", "ring has no area", orb.Polygon{{{1, 1}, {1, 1}, {1, 1}, {1, 1}}}},
		{"there and back", "coordinates[0]", "ring runs back upon itself", orb.Polygon{{{0, 0}, {1, 0}, {2, 0}, {0, 0}}}},
		{"a crumb", "coordinates[0]", "ring has no area", orb.Polygon{square(0, 0, 1e-8)}},
		{"a bow tie", "coordinates[0]", "ring crosses itself at [1.0000000, 1.0000000]", orb.Polygon{{{0, 0}, {2, 2}, {2, 0}, {0, 2}, {0, 0}}}},
		{"a spike", "coordinates[0]", "ring runs back upon itself", orb.Polygon{{{0, 0}, {4, 0}, {4, 4}, {4, 6}, {4, 4}, {0, 4}, {0, 0}}}},
		{"a figure eight", "coordinates[0]", "ring touches itself at [1.0000000, 0.0000000]", orb.Polygon{{{1, 0}, {3, 1}, {3, -1}, {1, 0}, {-1, 1}, {-1, -1}, {1, 0}}}},
		{"a corner touching a side", "coordinates[0]", "ring touches itself at [2.0000000, 0.0000000]", orb.Polygon{{{0, 0}, {4, 0}, {4, 4}, {2, 0}, {0, 4}, {0, 0}}}},
		{"a hole across the shell", "coordinates[0]", "ring crosses coordinates[1]", orb.Polygon{square(0, 0, 2), square(2, 0.5, 1)}},
		{"a hole sharing a side", "coordinates[0]", "ring shares a side with coordinates[1]", orb.Polygon{square(0, 0, 2), square(1, 0, 1)}},
		{"a hole outside", "coordinates[1]", "hole lies outside its shell", orb.Polygon{square(0, 0, 2), square(5, 0, 1)}},
		{"a hole around the shell", "coordinates[0]", "shell lies within its own hole", orb.Polygon{square(0, 0, 1), square(0, 0, 2)}},
		{"a hole in a hole", "coordinates[2]", "hole lies within another hole", orb.Polygon{square(0, 0, 3), square(0, 0, 2), square(0, 0, 1)}},
		{"a hole in a neighbour", "coordinates[0][1]", "hole lies outside its shell", orb.MultiPolygon{{square(0, 0, 2), square(5, 0, 1)}, {square(5, 0, 2)}}},
		{"a polygon in another", "coordinates[1][0]", "polygon lies within another", orb.MultiPolygon{{square(0, 0, 2)}, {square(0, 0, 1)}}},
		{"one polygon twice", "coordinates[0][0]", "ring shares a side with coordinates[1][0]", orb.MultiPolygon{{square(0, 0, 2)}, {square(0, 0, 2)}}},
		{"rings crossing in a corner", "coordinates[0][0]", "ring crosses coordinates[1][0]", orb.MultiPolygon{{square(0, 0, 1)}, {{{1, 1}, {0, 2}, {-3, 0}, {0, 0}, {1, 1}}}}},
		{"a hole that cuts in two", "coordinates[0]", "cut the polygon in two", orb.Polygon{square(0, 0, 2), {{-2, 0}, {0, -1}, {2, 0}, {0, 1}, {-2, 0}}}},
		{"collections", "geometries[1]", "a collection within a collection", orb.Collection{orb.Point{}, orb.Collection{}}},
		{"within a collection", "geometries[0].coordinates[1]", "out of range", orb.Collection{orb.MultiPoint{{0, 0}, {0, 95}}}},
		{"corners exchanged", "coordinates", "beyond the upper one", orb.Bound{Min: orb.Point{2, 0}, Max: orb.Point{1, 1}}},
	}
	for _, c := range cases {
		err := CheckGeometry(c.g, 100)
		var invalid *Invalid
		if !errors.As(err, &invalid) {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if !strings.HasPrefix(invalid.Path, c.path) || !strings.Contains(invalid.Error(), c.reason) {
			t.Errorf("%s: %v; want %s: %s", c.name, err, c.path, c.reason)
		}
	}
}

func TestRefusalsKeepTheirCause(t *testing.T) {
	cases := map[error]orb.Geometry{
		ErrTooManyVertices: make(orb.LineString, 101),
		ErrNotFinite:       orb.Point{math.Inf(1), 0},
		ErrOutOfRange:      orb.MultiPoint{{0, 0}, {39.9, 119.6}},
	}
	for want, g := range cases {
		if err := CheckGeometry(g, 100); !errors.Is(err, want) {
			t.Errorf("got %v, want %v", err, want)
		}
	}
}

// star is a polygon of n corners in which every side crosses many others.
func star(n int) orb.Polygon {
	ring := make(orb.Ring, 0, n+1)
	for i := range n {
		sin, cos := math.Sincos(2 * math.Pi * float64(i*(n/2-1)%n) / float64(n))
		ring = append(ring, orb.Point{119.6 + 0.1*cos, 39.9 + 0.1*sin})
	}
	return orb.Polygon{append(ring, ring[0])}
}

// scrawl is a closed random walk among random places.
func scrawl(n int, seed uint64) orb.Polygon {
	r := rand.New(rand.NewPCG(seed, 1))
	ring := make(orb.Ring, 0, n+1)
	for range n {
		ring = append(ring, orb.Point{119 + r.Float64(), 39 + r.Float64()})
	}
	return orb.Polygon{append(ring, ring[0])}
}

func TestAPolygonThatCrossesItselfEverywhereIsRefused(t *testing.T) {
	for name, g := range map[string]orb.Geometry{"star": star(2001), "scrawl": scrawl(2000, 7)} {
		err := CheckGeometry(g, 10_000)
		var invalid *Invalid
		if !errors.As(err, &invalid) || !strings.Contains(invalid.Reason, "ring") || Check(invalid.At) != nil || invalid.At == (orb.Point{}) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// comb is a sound polygon with n slanting teeth, the worst for boxes.
func comb(n int) orb.Polygon {
	ring := orb.Ring{{0, 0}}
	for i := range n {
		x := float64(i) / float64(n)
		ring = append(ring, orb.Point{x + 50, 50}, orb.Point{x + 0.5/float64(n), 0})
	}
	return orb.Polygon{append(ring, orb.Point{20, -1}, ring[0])}
}

func TestAnOrientationTooFineForFloatsIsStillRight(t *testing.T) {
	a, b := orb.Point{12, 12}, orb.Point{24, 24}
	for i := range 64 {
		x := 0.5 + float64(i)*0x1p-53
		for j := range 64 {
			y := 0.5 + float64(j)*0x1p-53
			if got, want := orient(a, b, orb.Point{x, y}), sign(y-x); got != want {
				t.Fatalf("orient of (%v, %v) = %d, want %d", x, y, got, want)
			}
		}
	}
}

func BenchmarkCheckStar2000(b *testing.B)      { benchCheck(b, star(2001)) }
func BenchmarkCheckScrawl2000(b *testing.B)    { benchCheck(b, scrawl(2000, 7)) }
func BenchmarkCheckCircle10000(b *testing.B)   { benchCheck(b, circle(10_000)) }
func BenchmarkCheckComb10000(b *testing.B)     { benchCheck(b, comb(5_000)) }
func BenchmarkCheckCircle1000000(b *testing.B) { benchCheck(b, circle(1_000_000)) }

func circle(n int) orb.Polygon {
	ring := make(orb.Ring, 0, n+1)
	for i := range n {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(n))
		ring = append(ring, orb.Point{119.6 + cos, 39.9 + sin})
	}
	return orb.Polygon{append(ring, ring[0])}
}

func benchCheck(b *testing.B, g orb.Geometry) {
	for b.Loop() {
		_ = CheckGeometry(g, 1_100_000)
	}
}
