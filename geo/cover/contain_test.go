package cover

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
	"pgregory.net/rapid"
)

// TestTheSieveAnswersAsTheSlowWayDoes, on stars with a hole. Points are a hair
// off round numbers: on a side itself either answer will do.
func TestTheSieveAnswersAsTheSlowWayDoes(t *testing.T) {
	star := func(t *rapid.T, least, most float64) orb.Ring {
		n := rapid.IntRange(3, 60).Draw(t, "corners")
		var r orb.Ring
		for i := range n {
			out := rapid.Float64Range(least, most).Draw(t, "radius")
			a := 2 * math.Pi * float64(i) / float64(n)
			r = append(r, orb.Point{119 + out*math.Cos(a), 40 + out*math.Sin(a)})
		}
		return append(r, r[0])
	}
	rapid.Check(t, func(t *rapid.T) {
		p := orb.Polygon{star(t, .3, .5), star(t, .05, .1)}
		s := newSieve(p)
		for range 50 {
			at := orb.Point{rapid.Float64Range(118.4, 119.6).Draw(t, "lon") + math.Pi*1e-9, rapid.Float64Range(39.4, 40.6).Draw(t, "lat") + math.E*1e-9}
			if got, want := s.holds(at), planar.PolygonContains(p, at); got != want {
				t.Fatalf("%v in %v: %v, want %v", at, p, got, want)
			}
		}
	})
}
