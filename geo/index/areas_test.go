package index

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
)

// star is a polygon around c with n corners at random distances, and a hole of
// the same form half as large.
func star(r *rand.Rand, c orb.Point, n int) orb.Polygon {
	shell, hole := make(orb.Ring, 0, n+1), make(orb.Ring, 0, n+1)
	for i := range n {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(n))
		d := 0.02 + 0.05*r.Float64()
		shell = append(shell, orb.Point{c[0] + d*cos, c[1] + d*sin})
		hole = append(hole, orb.Point{c[0] + d*cos/2, c[1] + d*sin/2})
	}
	return orb.Polygon{append(shell, shell[0]), append(hole, hole[0])}
}

func TestAreasHoldWhatTheirPolygonsHold(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(11, 11))
	for round := range 20 {
		var polygons []orb.Polygon
		for range 1 + round*3 {
			polygons = append(polygons, star(r, orb.Point{119 + r.Float64(), 39.5 + r.Float64()}, 3+r.IntN(60)))
		}
		a := NewAreas(polygons)
		if a.Len() != len(polygons) {
			t.Fatalf("%d of %d polygons", a.Len(), len(polygons))
		}
		inside := 0
		for range 2000 {
			p := orb.Point{118.9 + 1.2*r.Float64(), 39.4 + 1.2*r.Float64()}
			want := false
			for _, poly := range polygons {
				want = want || planar.PolygonContains(poly, p)
			}
			if got := a.Contains(p); got != want {
				t.Fatalf("round %d: %v is held: %t, want %t", round, p, got, want)
			}
			if want {
				inside++
			}
		}
		if inside == 0 {
			t.Errorf("round %d: no point was inside", round)
		}
	}
}

func TestAreasHoldTheirSidesAndNothingElse(t *testing.T) {
	t.Parallel()
	square := orb.Polygon{{{119, 39}, {120, 39}, {120, 40}, {119, 40}, {119, 39}}}
	a := NewAreas([]orb.Polygon{square, {}, {{}}})
	for _, p := range []orb.Point{{119, 39}, {120, 40}, {119.5, 39}, {119.5, 40}, {119, 39.3}, {120, 39.7}, {119.5, 39.5}} {
		if !a.Contains(p) {
			t.Errorf("%v is not held", p)
		}
	}
	for _, p := range []orb.Point{{118.9999, 39.5}, {120.0001, 39.5}, {119.5, 38.9999}, {119.5, 40.0001}, {math.NaN(), 39.5}, {119.5, math.NaN()}, {math.Inf(1), 39.5}} {
		if a.Contains(p) {
			t.Errorf("%v is held", p)
		}
	}
	if NewAreas(nil).Contains(orb.Point{119.5, 39.5}) {
		t.Error("nothing holds a point")
	}
}
