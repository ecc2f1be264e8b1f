package study

import (
	"math"

	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/geo"
	"onemap/geo/index"
)

// nearestStraight is how far each cell is from the nearest place, in metres on
// the ground; −1 where there is none. A plane finds the near ones, of which the
// geodesic measures those that it may have put in the wrong order.
func nearestStraight(places []place, land *ground) []float64 {
	least, rough := make([]float64, len(land.cells)), make([]float64, len(places))
	for i, c := range land.cells {
		least[i] = -1
		narrow, best := math.Cos(c.at[1]*math.Pi/180), math.Inf(1)
		for j, s := range places {
			x, y := (s.at[0]-c.at[0])*narrow, s.at[1]-c.at[1]
			rough[j] = x*x + y*y
			best = min(best, rough[j])
		}
		for j, s := range places {
			if rough[j] > best*1.1 { // of squares: the plane errs by a hundredth at a degree
				continue
			}
			if d := float64(geo.Distance(c.at, s.at)); least[i] < 0 || d < least[i] {
				least[i] = d
			}
		}
	}
	return least
}

// locate finds the gap that a point lies in, by its place in the list; false
// when it lies in none.
func locate(gaps []dispatch.Gap) func(orb.Point) (int, bool) {
	var all []orb.Polygon
	var of []int
	for i, g := range gaps {
		switch g := g.Geometry.(type) {
		case orb.Polygon:
			all, of = append(all, g), append(of, i)
		case orb.MultiPolygon:
			for _, p := range g {
				all, of = append(all, p), append(of, i)
			}
		}
	}
	areas := index.NewAreas(all)
	return func(p orb.Point) (int, bool) {
		n, ok := areas.First(p)
		if !ok {
			return 0, false
		}
		return of[n], true
	}
}
