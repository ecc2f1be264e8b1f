package demo

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/paulmach/orb"
)

// The five tunnels of G0121 between 石门寨 and 大新寨: 17 km together, the
// longest over 5,300 m (S8). Lengths in metres, from east to west; the split
// and the gaps are invented.
var tunnels = []float64{1950, 2600, 5350, 3900, 3200}

const (
	firstTunnel = 2200.0 // metres west of the 石门寨 station
	tunnelGap   = 1400.0
)

// span notes on every road where it goes over a bridge or through a tunnel.
func (n *network) span(g *ground, grids []*streetGrid) {
	for _, r := range n.roads {
		r.spans = map[int]span{}
		n.limit(g, grids, r)
	}
	n.bridges(g)
	for _, c := range g.roads {
		if c.ref == "G0121" {
			n.bore(c, g.tolls)
		}
	}
}

// limit posts lower speeds: 50 km/h where an upper road is a town's street, 80
// on an expressway in the hills.
func (n *network) limit(g *ground, grids []*streetGrid, r *road) {
	if !upperClass(r.highway) {
		return
	}
	for i := 1; i < len(r.nodes); i++ {
		p := lerp(n.points[r.nodes[i-1]], n.points[r.nodes[i]], 0.5)
		switch {
		case r.highway == "motorway":
			if g.hilly(p) {
				r.spans[i-1] = span{limit: 80}
			}
		case slices.ContainsFunc(grids, func(s *streetGrid) bool { return distance(s.centre, p) < s.reach+700 }):
			r.spans[i-1] = span{limit: min(50, r.speed)}
		}
	}
}

// bore puts the tunnels into both carriageways of the expressway.
func (n *network) bore(c corridor, tolls []toll) {
	start := 0.0
	for _, t := range tolls {
		if strings.HasPrefix(t.name, "石门寨") {
			start = nearestAlong(c.line, t.at) - firstTunnel
		}
	}
	for _, r := range n.roads {
		if r.highway != "motorway" || r.ref != c.ref {
			continue
		}
		for i := 1; i < len(r.nodes); i++ {
			at := start - nearestAlong(c.line, lerp(n.points[r.nodes[i-1]], n.points[r.nodes[i]], 0.5))
			for k, l := range tunnels {
				if at >= 0 && at < l {
					r.spans[i-1] = span{name: fmt.Sprintf("京秦高速%d号隧道（示例名）", k+1), tunnel: true, limit: 80}
				}
				at -= l + tunnelGap
			}
		}
	}
}

// bridges marks where expressways cross over other roads, and upper roads over rivers.
func (n *network) bridges(g *ground) {
	var all []segment
	for _, r := range n.roads {
		for i := 1; i < len(r.nodes); i++ {
			all = append(all, segment{r, i - 1, n.points[r.nodes[i-1]], n.points[r.nodes[i]], [2]int{r.nodes[i-1], r.nodes[i]}})
		}
	}
	for _, w := range g.waters {
		if w.kind != "river" {
			continue
		}
		river := &road{tags: tags{highway: "river", name: w.name}}
		for i := 1; i < len(w.line); i++ {
			all = append(all, segment{river, i - 1, w.line[i-1], w.line[i], [2]int{-1, -2}})
		}
	}
	eachPair(all, func(x, y *segment) {
		if x.road.highway == "river" {
			x, y = y, x
		}
		_, _, ok := cross(x.a, x.b, y.a, y.b)
		switch shared := x.nodes[0] == y.nodes[0] || x.nodes[0] == y.nodes[1] || x.nodes[1] == y.nodes[0] || x.nodes[1] == y.nodes[1]; {
		case !ok || shared || x.road.highway == "river":
		case y.road.highway == "river":
			if upperClass(x.road.highway) {
				x.road.bridgeOver(x.i, y.road.name+"桥（示例名）")
			}
		case x.road.raised:
			x.road.bridgeOver(x.i, "")
		case y.road.raised:
			y.road.bridgeOver(y.i, "")
		}
	})
}

func (r *road) bridgeOver(i int, name string) {
	s := r.spans[i]
	s.bridge = true
	s.name = cmp.Or(name, s.name)
	r.spans[i] = s
}

func upperClass(highway string) bool {
	switch highway {
	case "motorway", "trunk", "primary", "secondary":
		return true
	}
	return false
}

// forbid makes the turns one may not take: turning back at a hub, and left out
// of a side street into a national road, at the first few places of each.
func (n *network) forbid() {
	plaza := map[int]bool{}
	for _, p := range n.hubs {
		plaza[n.node(p)] = true
	}
	trunk := map[int][]int{} // node: its neighbours along the national road
	for _, r := range n.roads {
		for i := 1; r.highway == "trunk" && i+1 < len(r.nodes); i++ {
			trunk[r.nodes[i]] = []int{r.nodes[i-1], r.nodes[i+1]}
		}
	}
	left := 0
	for _, r := range n.roads {
		for i := 1; i < len(r.nodes); i++ {
			from, via := r.nodes[i-1], r.nodes[i]
			if r.highway == "motorway_link" && plaza[via] {
				n.noWayBack(r, from, via)
			}
			if r.highway != "residential" || left >= 12 {
				continue
			}
			for _, to := range trunk[via] {
				if to != from && side(n.points[from], n.points[via], n.points[to]) > 0 && clearLeft(n.points[from], n.points[via], n.points[to]) {
					n.turns = append(n.turns, turn{"no_left_turn", from, via, to})
					left++
				}
			}
		}
	}
}

// clearLeft keeps to turns of 45° to 135°.
func clearLeft(a, b, c orb.Point) bool {
	turned := heading(a, b) - heading(b, c)
	if turned < 0 {
		turned += 360
	}
	return turned > 45 && turned < 135
}

// noWayBack forbids the ramp that leads back along the expressway one came on.
func (n *network) noWayBack(off *road, from, via int) {
	for _, r := range n.roads {
		if r.highway != "motorway_link" || r.nodes[0] != via || r.name != off.name || r == off || !r.oneway {
			continue
		}
		a, b := n.points[off.nodes[0]], n.points[r.nodes[len(r.nodes)-1]]
		if distance(a, b) < 3*halfMedian { // the two ramps begin side by side
			n.turns = append(n.turns, turn{"no_u_turn", from, via, r.nodes[1]})
		}
	}
}
