package road

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/paulmach/orb"

	"onemap/geo"
)

var noon = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)

// randomClosures draws up to five closures of every kind of place, effect,
// direction, vehicle and time, and counts what it drew.
func randomClosures(r *rand.Rand, g *Graph, count map[string]int) []Closure {
	var list []Closure
	for i := range r.IntN(6) {
		c := Closure{ID: fmt.Sprint("c", i)}
		place := randomExtent(r, g, &c)
		if r.IntN(3) == 0 {
			c.Factor = 0.1 + 0.8*r.Float64()
			place += ", slowed"
		}
		count["closure: "+place]++
		if r.IntN(4) == 0 {
			b := geo.Bearing(r.Float64() * 360)
			c.Heading = &b
			count["closure: one direction"]++
		}
		switch r.IntN(6) {
		case 0:
			c.Limits = Load{Height: 1 + 3*r.Float64()}
			count["closure: height limit"]++
		case 1:
			c.Limits = Load{Weight: 1 + 30*r.Float64(), Width: 2 + r.Float64()}
			count["closure: weight and width limit"]++
		case 2:
			all := Profiles()
			c.Profiles = []string{all[r.IntN(len(all))].Name, all[r.IntN(len(all))].Name}
			count["closure: some profiles"]++
		}
		switch r.IntN(6) {
		case 0:
			c.From, c.Until = noon.Add(-time.Hour), noon.Add(time.Hour)
			count["closure: for a time"]++
		case 1:
			c.Until = noon
			count["closure: just over"]++
		}
		list = append(list, c)
	}
	return list
}

// randomExtent chooses where a closure lies and names the choice.
func randomExtent(r *rand.Rand, g *Graph, c *Closure) string {
	p := orb.Point{119.5 + r.Float64()*0.018, 39.9 + r.Float64()*0.018}
	switch r.IntN(6) {
	case 0:
		c.Area = g.pointAlong(uint32(r.IntN(g.Segments())), r.Float64())
		return "point"
	case 1:
		s := uint32(r.IntN(g.Segments()))
		c.Area = g.line(g.arcOf[s<<1|uint32(r.IntN(2))], r.Float64()/2, 1)
		c.Along = r.IntN(2) == 0
		return "line along a road"
	case 2:
		c.Area = orb.LineString{p, {p[0] + 0.006*(r.Float64()-0.5), p[1] + 0.006*(r.Float64()-0.5)}}
		return "line across"
	case 3:
		c.Area = orb.Ring{p, {p[0] + 0.004, p[1]}, {p[0] + 0.001, p[1] + 0.004}, p}
		return "polygon"
	case 4:
		c.Area = orb.Polygon{{p, {p[0] + 0.003, p[1]}, {p[0] - 0.001, p[1] + 0.004}, p}}
		c.Structures = true
		return "polygon with structures"
	}
	for range 1 + r.IntN(4) {
		c.Segments = append(c.Segments, uint32(r.IntN(g.Segments())))
	}
	return "segments"
}
