package demo

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"github.com/paulmach/orb"
)

// corridor is one line of the upper road classes: control points on a real road.
type corridor struct {
	ref, name, class string
	speed, lanes     int // km/h; lanes in both directions
	line             []orb.Point
}

// toll is a place where expressways are entered, left or changed.
type toll struct {
	kind, name string // hub or toll
	at         orb.Point
	refs       []string
}

func (f *facts) readRoads() error {
	recs, err := table("road", 6)
	if err != nil {
		return err
	}
	for _, rec := range recs {
		n, err := numbers(rec[3:5])
		if err != nil {
			return fmt.Errorf("road %s: %w", rec[0], err)
		}
		line, err := points(rec[5])
		if err != nil {
			return fmt.Errorf("road %s: %w", rec[0], err)
		}
		f.roads = append(f.roads, corridor{rec[0], rec[1], rec[2], n[0], n[1], line})
	}
	tolls, err := table("toll", 4)
	if err != nil {
		return err
	}
	for _, rec := range tolls {
		at, err := points(rec[2])
		if err != nil {
			return fmt.Errorf("toll %s: %w", rec[1], err)
		}
		f.tolls = append(f.tolls, toll{rec[0], rec[1], at[0], strings.Fields(rec[3])})
	}
	return nil
}

// tags are what a road says of itself, in the words of OpenStreetMap.
type tags struct {
	highway, ref, name string
	speed, lanes       int
	oneway, toll       bool
	bridge, tunnel     bool
}

// road is one road: its tags and the nodes it goes over.
type road struct {
	tags
	raised bool // an expressway: crosses others without joining them
	line   []orb.Point
	nodes  []int
	spans  map[int]span // what is special between node i and i+1
}

type span struct {
	name           string
	bridge, tunnel bool
	limit          int // km/h, lower than the road's own; 0 for none
}

// speedAt is the posted speed between node i and i+1, km/h.
func (r *road) speedAt(i int) int {
	if l := r.spans[i].limit; l > 0 {
		return l
	}
	return r.speed
}

// highways gives the classes of the facts their OpenStreetMap words.
var highways = map[string]string{"expressway": "motorway", "national": "trunk", "provincial": "primary", "urban": "secondary"}

// bend returns the way from a to b in steps of about that many metres, swung
// to the sides by up to sway metres; the ends stay.
func bend(rng *rand.Rand, a, b orb.Point, step, sway float64) []orb.Point {
	n := max(1, int(math.Round(distance(a, b)/step)))
	f1, f2 := rng.Float64()*2*math.Pi, rng.Float64()*2*math.Pi
	k1, k2 := 1+2*rng.Float64(), 3+3*rng.Float64()
	right := (heading(a, b) + 90) * math.Pi / 180
	out := []orb.Point{round6(a)}
	for i := 1; i < n; i++ {
		t := float64(i) / float64(n)
		d := sway * math.Sin(math.Pi*t) * (0.7*math.Sin(k1*2*math.Pi*t+f1) + 0.3*math.Sin(k2*2*math.Pi*t+f2))
		out = append(out, round6(offset(lerp(a, b, t), d*math.Sin(right), d*math.Cos(right))))
	}
	return append(out, round6(b))
}

// drawn returns a corridor's line in steps of 250 m, bent a little between its
// control points, more in the hills.
func (g *ground) drawn(rng *rand.Rand, c corridor) []orb.Point {
	out := []orb.Point{round6(c.line[0])}
	for i := 1; i < len(c.line); i++ {
		sway := 60.0
		if g.hilly(c.line[i]) {
			sway = 160
		}
		out = append(out, bend(rng, c.line[i-1], c.line[i], 250, sway)[1:]...)
	}
	return out
}

// hilly goes by the elevation of the nearest township.
func (g *ground) hilly(p orb.Point) bool {
	c := g.countyAt(p)
	return c != nil && c.nearest(p).Elevation >= 100
}

// surfaceCorridors are the upper roads that cross others on one level.
func (g *ground) surfaceCorridors() []*road {
	rng := stream("corridor")
	var out []*road
	for _, c := range g.roads {
		line := g.drawn(rng, c)
		if c.class == "expressway" {
			continue
		}
		ref := c.ref
		if strings.HasPrefix(ref, "B-") || strings.HasPrefix(ref, "S-") {
			ref = "" // numbers not verified
		}
		out = append(out, &road{line: line, tags: tags{highway: highways[c.class], ref: ref, name: c.name, speed: c.speed, lanes: c.lanes}})
	}
	return out
}
