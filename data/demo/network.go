package demo

import (
	"slices"

	"github.com/paulmach/orb"
)

// network is the demo's roads: nodes, the roads over them, and the arcs to
// drive on.
type network struct {
	points   []orb.Point
	index    map[orb.Point]int
	roads    []*road
	stations []station   // toll stations
	hubs     []orb.Point // where expressways meet
	turns    []turn
	arcs     [][]arc // by node
	corners  []bool  // by node: more than two ways meet
}

type station struct {
	name string
	at   orb.Point
}

// turn is a turn that is forbidden: from node to node over a third.
type turn struct {
	kind          string // no_u_turn, no_left_turn
	from, via, to int
}

// arc is one piece of road in a direction one may drive.
type arc struct {
	to     int
	metres float64
	mps    float64 // as it is driven
}

// node returns the number of the node at p, a new one if there is none.
func (n *network) node(p orb.Point) int {
	p = round6(p)
	if id, ok := n.index[p]; ok {
		return id
	}
	n.index[p] = len(n.points)
	n.points = append(n.points, p)
	return len(n.points) - 1
}

// lay builds the whole network: upper roads, county roads, streets, then the
// expressways over them, tied in at their stations.
func (g *ground) lay() *network {
	n := &network{index: map[orb.Point]int{}}
	upper := g.surfaceCorridors()
	grids := g.streetGrids()
	surface := slices.Concat(upper,
		g.countyRoads(g.roadSpots(stream("village"), grids)),
		g.streets(grids, upper))
	n.join(surface)
	raised := g.expressways(n)
	for _, s := range n.stations {
		raised = append(raised, n.approach(s, surface))
	}
	n.threadAll(raised)
	n.roads = append(surface, raised...)
	n.keepLargest()
	n.span(g, grids)
	n.forbid()
	n.measure()
	return n
}

// threadAll gives roads that cross nothing their nodes.
func (n *network) threadAll(raised []*road) {
	for _, r := range raised {
		r.nodes = n.thread(r, nil)
	}
}

// approach ties a station to the nearest node of a road that is more than a
// street; a village road must be 1.5 km nearer to be preferred.
func (n *network) approach(s station, surface []*road) *road {
	best, least := 0, -1.0
	for _, r := range surface {
		if r.highway == "residential" {
			continue
		}
		worse := 0.0
		if r.highway == "unclassified" {
			worse = 1500
		}
		for _, id := range r.nodes {
			if d := distance(n.points[id], s.at) + worse; least < 0 || d < least {
				best, least = id, d
			}
		}
	}
	return &road{
		tags: tags{highway: "motorway_link", name: s.name, speed: 40, lanes: 2, toll: true}, raised: true,
		line: []orb.Point{s.at, n.points[best]},
	}
}

// pace is how much of the posted speed a car keeps on the whole: it brakes,
// waits and follows others.
func pace(highway string) float64 {
	if highway == "motorway" {
		return 0.9
	}
	return 0.8
}

// measure makes the arcs from the roads.
func (n *network) measure() {
	n.arcs = make([][]arc, len(n.points))
	n.corners = make([]bool, len(n.points))
	beside := make([]map[int]bool, len(n.points))
	note := func(a, b int) {
		if beside[a] == nil {
			beside[a] = map[int]bool{}
		}
		beside[a][b] = true
		n.corners[a] = len(beside[a]) > 2
	}
	for _, r := range n.roads {
		for i := 1; i < len(r.nodes); i++ {
			mps := float64(r.speedAt(i-1)) / 3.6 * pace(r.highway)
			a, b := r.nodes[i-1], r.nodes[i]
			d := distance(n.points[a], n.points[b])
			n.arcs[a] = append(n.arcs[a], arc{b, d, mps})
			if !r.oneway {
				n.arcs[b] = append(n.arcs[b], arc{a, d, mps})
			}
			note(a, b)
			note(b, a)
		}
	}
}
