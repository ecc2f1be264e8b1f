package demo

import (
	"cmp"
	"math/rand/v2"
	"slices"

	"github.com/paulmach/orb"
)

// spot is a place that county roads tie together: a township or an invented village.
type spot struct {
	at    orb.Point
	town  bool
	hilly bool
}

// spots are the township points outside the street grids of larger places, and
// villages strewn between them: denser in the plain than in the hills.
func (g *ground) roadSpots(rng *rand.Rand, grids []*streetGrid) []spot {
	var out []spot
	for _, t := range g.townships {
		if inGrid(grids, t) {
			continue
		}
		out = append(out, spot{round6(t.Point), true, t.Elevation >= 100})
	}
	for range 9000 {
		p := orb.Point{118.55 + 1.32*rng.Float64(), 39.37 + 1.26*rng.Float64()}
		t := g.township(p)
		if t == nil {
			continue
		}
		s := spot{round6(p), false, t.Elevation >= 100}
		gap := 1900.0
		if s.hilly {
			gap = 2700
		}
		if !slices.ContainsFunc(out, func(o spot) bool { return distance(o.at, s.at) < gap }) {
			out = append(out, s)
		}
	}
	return out
}

func inGrid(grids []*streetGrid, t *township) bool {
	return slices.ContainsFunc(grids, func(s *streetGrid) bool {
		return s.home != t && distance(s.centre, t.Point) < s.reach
	})
}

// countyRoads ties the spots together by a Gabriel graph: two spots have a
// road when no third lies in the circle over it. It holds the shortest tree,
// so it reaches everyone, and no two of its roads cross.
func (g *ground) countyRoads(spots []spot) []*road {
	rng := stream("county road")
	near := nearestSpots(spots, 24)
	var out []*road
	for i, a := range spots {
		for _, j := range near[i] {
			if b := spots[j]; i < j && gabriel(spots, near, i, j) && !g.overWater(a.at, b.at) {
				out = append(out, g.countyRoad(rng, a, b))
			}
		}
	}
	return out
}

func (g *ground) countyRoad(rng *rand.Rand, a, b spot) *road {
	r := &road{tags: tags{highway: "unclassified", speed: 40, lanes: 2}}
	if a.town || b.town {
		r.tags = tags{highway: "tertiary", speed: 50, lanes: 2}
	}
	sway := 0.03
	if a.hilly || b.hilly {
		sway, r.speed = 0.07, r.speed-10
	}
	r.line = bend(rng, a.at, b.at, 300, sway*distance(a.at, b.at))
	for _, p := range r.line {
		if g.sea.contains(p) {
			r.line = bend(rng, a.at, b.at, 300, 0)
			break
		}
	}
	return r
}

func nearestSpots(spots []spot, k int) [][]int {
	out := make([][]int, len(spots))
	away := make([]float64, len(spots))
	order := make([]int, len(spots))
	for i, a := range spots {
		p := toPlane(a.at)
		for j, b := range spots {
			q := toPlane(b.at)
			away[j], order[j] = (q[0]-p[0])*(q[0]-p[0])+(q[1]-p[1])*(q[1]-p[1]), j
		}
		slices.SortFunc(order, func(x, y int) int { return cmp.Compare(away[x], away[y]) })
		out[i] = slices.Clone(order[1 : k+1])
	}
	return out
}

func gabriel(spots []spot, near [][]int, i, j int) bool {
	mid := lerp(spots[i].at, spots[j].at, 0.5)
	r := distance(spots[i].at, mid)
	for _, k := range near[i] {
		if k != j && distance(spots[k].at, mid) < r {
			return false
		}
	}
	return true
}

// overWater reports whether the straight way from a to b leaves the land or goes through a lake.
func (g *ground) overWater(a, b orb.Point) bool {
	for i := 1; i < len(g.shore); i++ {
		if touch(a, b, g.shore[i-1], g.shore[i]) {
			return true
		}
	}
	for k := range 10 {
		if g.wet(lerp(a, b, float64(k)/10)) {
			return true
		}
	}
	return false
}
