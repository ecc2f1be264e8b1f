package demo

import (
	"fmt"
	"math"
	"strings"

	"github.com/paulmach/orb"
)

// water is one body or course of water, or a peak: what the water table has.
type water struct {
	kind, name, note string
	line             []orb.Point // a river's course; the one point of a peak
	area             ring        // of a reservoir or lagoon
}

func (f *facts) readWaters() error {
	recs, err := table("water", 4)
	if err != nil {
		return err
	}
	for _, rec := range recs {
		w := water{kind: rec[0], name: rec[1], note: rec[3]}
		if w.line, err = points(rec[2]); err != nil {
			return fmt.Errorf("water %s: %w", rec[1], err)
		}
		switch w.kind {
		case "river":
			if w.note == "A" { // control points only: let it meander
				w.line = meander(w.name, w.line)
			}
		case "lagoon":
			w.area = ring(w.line).turned()
		case "reservoir":
			if len(rec) < 5 {
				return fmt.Errorf("reservoir %s has no size", rec[1])
			}
			size, err := numbers(strings.Split(rec[4], ","))
			if err != nil {
				return fmt.Errorf("reservoir %s: %w", rec[1], err)
			}
			w.area = lake(rec[1], w.line[0], float64(size[0]), float64(size[1]), float64(size[2]))
		}
		f.waters = append(f.waters, w)
	}
	return nil
}

// meander swings a river up to 250 m to the sides between its control points.
func meander(name string, line []orb.Point) []orb.Point {
	rng := stream("river " + name)
	out := line[:1:1]
	for i := 1; i < len(line); i++ {
		out = append(out, bend(rng, line[i-1], line[i], 350, 250)[1:]...)
	}
	return out
}

// lake sketches a reservoir: an uneven oval of that length and width in
// metres, turned to a heading in degrees.
func lake(name string, centre orb.Point, length, width, turn float64) ring {
	rng := stream("lake " + name)
	sin, cos := math.Sincos(turn * math.Pi / 180)
	var r ring
	const corners = 36
	for i := range corners {
		a := 2 * math.Pi * float64(i) / corners
		k := 0.8 + 0.4*rng.Float64()
		x, y := k*width/2*math.Cos(a), k*length/2*math.Sin(a)
		r = append(r, round6(offset(centre, x*cos+y*sin, y*cos-x*sin)))
	}
	return r.turned()
}

// wet reports whether p is in the sea, a reservoir or a lagoon.
func (g *ground) wet(p orb.Point) bool {
	if g.sea.contains(p) {
		return true
	}
	for _, w := range g.waters {
		if w.area != nil && w.area.contains(p) {
			return true
		}
	}
	return false
}
