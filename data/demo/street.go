package demo

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// streetGrid is the street net of one town: squares of a side, turned by the
// direction of the coast nearby, within reach of the centre. Metres.
type streetGrid struct {
	home        *township
	centre      orb.Point
	reach, side float64
	turn        float64 // degrees
}

// streetGrids plans one grid for each town: 2.5 km for 海港, 1.2 km for the
// other seats, 0.6 km for towns, none where a larger one reaches.
func (g *ground) streetGrids() []*streetGrid {
	rng := stream("street grid")
	var out []*streetGrid
	for _, t := range g.townships {
		s := &streetGrid{home: t, centre: round6(t.Point), reach: 600, side: float64(between(rng, 25, 29) * 10)}
		switch {
		case t.Code == "130302101": // 海港镇, the middle of the city
			s.reach, s.side = 2500, 270
		case distance(t.Point, t.county.Seat) < 900:
			s.reach, s.side = 1200, 300
		case t.parent.Kind == "zone" || !t.town():
			s.reach = 900
		}
		s.turn = g.coastTurn(t.Point) + rng.Float64()*6 - 3
		out = append(out, s)
	}
	slices.SortStableFunc(out, func(a, b *streetGrid) int { return int(b.reach - a.reach) })
	var kept []*streetGrid
	for _, s := range out {
		if !inGrid(kept, s.home) {
			kept = append(kept, s)
		}
	}
	return kept
}

// coastTurn is the direction of the nearest piece of coast.
func (g *ground) coastTurn(p orb.Point) float64 {
	best, least := 0.0, math.Inf(1)
	for i := 1; i < len(g.coast); i++ {
		if d := distance(p, lerp(g.coast[i-1], g.coast[i], 0.5)); d < least && distance(g.coast[i-1], g.coast[i]) > 800 {
			best, least = heading(g.coast[i-1], g.coast[i]), d
		}
	}
	return best
}

// streets draws all grids. A square's corner belongs to the first grid that
// reaches it; sides along an upper road, which is a street itself there, go.
func (g *ground) streets(grids []*streetGrid, upper []*road) []*road {
	var out []*road
	for i, s := range grids {
		out = append(out, g.gridRoads(s, grids[:i], upper)...)
	}
	return out
}

func (g *ground) gridRoads(s *streetGrid, before []*streetGrid, upper []*road) []*road {
	n := int(s.reach / s.side)
	corner := map[[2]int]orb.Point{}
	sin, cos := math.Sincos(s.turn * math.Pi / 180)
	for u := -n; u <= n; u++ {
		for v := -n; v <= n; v++ {
			x, y := float64(u)*s.side, float64(v)*s.side
			p := round6(offset(s.centre, x*cos+y*sin, y*cos-x*sin))
			taken := slices.ContainsFunc(before, func(o *streetGrid) bool { return distance(o.centre, p) < o.reach+150 })
			if math.Hypot(x, y) <= s.reach && !taken && g.township(p) != nil {
				corner[[2]int{u, v}] = p
			}
		}
	}
	var out []*road
	for axis := range 2 {
		for u := -n; u <= n; u++ {
			out = append(out, gridLines(corner, axis, u, n, upper)...)
		}
	}
	return out
}

// gridLines are the runs of one line of the grid. Every third line is a
// through street.
func gridLines(corner map[[2]int]orb.Point, axis, u, n int, upper []*road) []*road {
	kind := tags{highway: "residential", speed: 30, lanes: 2}
	if n >= 4 && u%3 == 0 {
		kind = tags{highway: "tertiary", speed: 40, lanes: 2}
	}
	var out []*road
	var run []orb.Point
	end := func() {
		if len(run) > 1 {
			out = append(out, &road{tags: kind, line: run})
		}
		run = nil
	}
	for v := -n; v <= n; v++ {
		key := [2]int{u, v}
		if axis == 1 {
			key = [2]int{v, u}
		}
		p, ok := corner[key]
		switch {
		case !ok:
			end()
			continue
		case len(run) > 0 && besideRoad(run[len(run)-1], p, upper):
			end()
		}
		run = append(run, p)
	}
	end()
	return out
}

// besideRoad reports whether the side from a to b runs along an upper road
// less than 60 m away.
func besideRoad(a, b orb.Point, upper []*road) bool {
	mid, way := lerp(a, b, 0.5), heading(a, b)
	for _, r := range upper {
		for i := 1; i < len(r.line); i++ {
			c, d := r.line[i-1], r.line[i]
			if math.Abs(c[0]-mid[0]) > 0.01 || math.Abs(c[1]-mid[1]) > 0.01 {
				continue
			}
			diff := math.Mod(math.Abs(way-heading(c, d)), 180)
			if min(diff, 180-diff) < 25 && offLine(mid, c, d) < 60 {
				return true
			}
		}
	}
	return false
}

// offLine is the distance from p to the segment a–b in metres.
func offLine(p, a, b orb.Point) float64 {
	q, x, y := toPlane(p), toPlane(a), toPlane(b)
	dx, dy := y[0]-x[0], y[1]-x[1]
	t := 0.0
	if l := dx*dx + dy*dy; l > 0 {
		t = min(1, max(0, ((q[0]-x[0])*dx+(q[1]-x[1])*dy)/l))
	}
	return math.Hypot(q[0]-x[0]-t*dx, q[1]-x[1]-t*dy)
}
