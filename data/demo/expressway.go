package demo

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// expressway is one corridor of that class with its two carriageways.
type expressway struct {
	corridor
	centre   []orb.Point
	forward  carriageway // keeps right
	backward carriageway
}

// carriageway is a line one drives in its own direction, in metres from its start.
type carriageway struct {
	line []orb.Point
	cuts []cut // where ramps leave or join
}

type cut struct {
	at    float64 // metres from the start
	point orb.Point
}

const (
	halfMedian = 14.0 // metres from the centre line to a carriageway
	rampRun    = 450.0
	plazaSide  = 260.0 // metres from the centre line to the plaza of a station
)

// expressways draws the corridors of that class, their carriageways, ramps and
// stations. They join other roads at stations only.
func (g *ground) expressways(n *network) []*road {
	rng := stream("expressway")
	ways := map[string]*expressway{}
	var order []*expressway
	for _, c := range g.roads {
		if c.class != "expressway" {
			continue
		}
		e := &expressway{corridor: c, centre: g.drawn(rng, c)}
		e.forward.line = beside(e.centre, halfMedian)
		e.backward.line = beside(reversed(e.centre), halfMedian)
		ways[c.ref] = e
		order = append(order, e)
	}
	var out []*road
	for _, t := range g.tolls {
		plaza := t.plaza(ways)
		for _, ref := range t.refs {
			out = append(out, ways[ref].ramps(t, plaza)...)
		}
		if t.kind == "toll" {
			n.stations = append(n.stations, station{t.name, plaza})
		} else {
			n.hubs = append(n.hubs, plaza)
		}
	}
	for _, e := range order {
		out = append(out, e.roads()...)
	}
	return out
}

func reversed(line []orb.Point) []orb.Point {
	out := make([]orb.Point, len(line))
	for i, p := range line {
		out[len(line)-1-i] = p
	}
	return out
}

// beside moves a line to the right by metres; its ends stay, so that the two
// carriageways meet there.
func beside(line []orb.Point, metres float64) []orb.Point {
	out := []orb.Point{line[0]}
	for i := 1; i+1 < len(line); i++ {
		right := (heading(line[i-1], line[i+1]) + 90) * math.Pi / 180
		out = append(out, round6(offset(line[i], metres*math.Sin(right), metres*math.Cos(right))))
	}
	return append(out, line[len(line)-1])
}

// plaza is where the ramps of a station or hub come together: beside the first
// expressway, on the side of the point the facts give.
func (t toll) plaza(ways map[string]*expressway) orb.Point {
	e := ways[t.refs[0]]
	at, way := along(e.centre, nearestAlong(e.centre, t.at))
	right := (way + 90) * math.Pi / 180
	shift := plazaSide
	if distance(at, t.at) > 30 && math.Cos((heading(at, t.at)-way-90)*math.Pi/180) < 0 {
		shift = -plazaSide
	}
	return round6(offset(at, shift*math.Sin(right), shift*math.Cos(right)))
}

// nearestAlong returns how many metres along a line is closest to p.
func nearestAlong(line []orb.Point, p orb.Point) float64 {
	best, least, run := 0.0, math.Inf(1), 0.0
	for i := 1; i < len(line); i++ {
		l := distance(line[i-1], line[i])
		for k := range 10 {
			if d := distance(p, lerp(line[i-1], line[i], float64(k)/10)); d < least {
				best, least = run+l*float64(k)/10, d
			}
		}
		run += l
	}
	if distance(p, line[len(line)-1]) < least {
		return run
	}
	return best
}

// ramps ties both carriageways to a plaza: off before it, on behind it. Where
// the expressway ends there, its end is tied to it both ways.
func (e *expressway) ramps(t toll, plaza orb.Point) []*road {
	link := tags{highway: "motorway_link", name: t.name, speed: 40, lanes: 1, oneway: true, toll: t.kind == "toll"}
	total := length(e.centre)
	s := nearestAlong(e.centre, t.at)
	if s < 2*rampRun || s > total-2*rampRun {
		end := e.centre[0]
		if s > total/2 {
			end = e.centre[len(e.centre)-1]
		}
		link.oneway, link.lanes = false, 2
		return []*road{{tags: link, raised: true, line: []orb.Point{end, plaza}}}
	}
	var out []*road
	for _, c := range []*carriageway{&e.forward, &e.backward} {
		at := nearestAlong(c.line, t.at)
		off, on := c.cut(at-rampRun), c.cut(at+rampRun)
		out = append(out,
			&road{tags: link, raised: true, line: []orb.Point{off, curve(off, plaza, c.line, at), plaza}},
			&road{tags: link, raised: true, line: []orb.Point{plaza, curve(on, plaza, c.line, at), on}})
	}
	return out
}

// curve is the middle of a ramp: between its ends, drawn towards the main line.
func curve(from, plaza orb.Point, line []orb.Point, at float64) orb.Point {
	mid, _ := along(line, at)
	return round6(lerp(lerp(from, plaza, 0.5), mid, 0.2))
}

// roads returns the two carriageways with the ramp points in them.
func (e *expressway) roads() []*road {
	t := tags{highway: "motorway", ref: e.ref, name: e.name, speed: e.speed, lanes: e.lanes / 2, oneway: true, toll: true}
	if e.ref == "G0111-L1" {
		t.ref = "G0111"
	}
	if e.ref == "X-BPE" {
		t.ref = ""
	}
	return []*road{
		{tags: t, raised: true, line: e.forward.withCuts()},
		{tags: t, raised: true, line: e.backward.withCuts()},
	}
}

// cut notes a point of its own that many metres along.
func (c *carriageway) cut(metres float64) orb.Point {
	p, _ := along(c.line, metres)
	c.cuts = append(c.cuts, cut{metres, round6(p)})
	return round6(p)
}

// withCuts is the line with its cuts in their places.
func (c *carriageway) withCuts() []orb.Point {
	slices.SortFunc(c.cuts, func(a, b cut) int { return cmp.Compare(a.at, b.at) })
	rest := c.cuts
	out := []orb.Point{c.line[0]}
	run := 0.0
	for i := 1; i < len(c.line); i++ {
		run += distance(c.line[i-1], c.line[i])
		for len(rest) > 0 && rest[0].at <= run {
			out = append(out, rest[0].point)
			rest = rest[1:]
		}
		out = append(out, c.line[i])
	}
	return out
}
