package demo

import (
	"math"

	"github.com/paulmach/orb"
)

// leg is one straight piece of a drive.
type leg struct {
	from, to   orb.Point
	metres     float64
	mps, atEnd float64 // the most on it and at its end
}

const (
	farthest  = 15_000.0 // metres a patrol goes from where it is
	yardSpeed = 4.0      // metres per second between a base and the road
)

// byCounty lists the nodes one may drive to in each county, without the
// expressways: nobody patrols to the middle of one.
func (n *network) byCounty(g *ground) map[string][]int {
	local := make([]bool, len(n.points))
	for _, r := range n.roads {
		for _, id := range r.nodes {
			local[id] = local[id] || !r.raised
		}
	}
	out := map[string][]int{}
	for id, p := range n.points {
		if !local[id] || !n.corners[id] {
			continue
		}
		if c := g.countyAt(p); c != nil {
			out[c.Code] = append(out[c.Code], id)
		}
	}
	return out
}

// plan chooses where a car goes next and the way there: one patrol in five
// leads home, the others to somewhere in its own county.
func (t *traffic) plan(c *car) []leg {
	nodes := t.nodes[c.home]
	start := t.net.closest(nodes, c.at)
	home := t.net.closest(nodes, c.base)
	goal := home
	if c.patrols && t.rng.IntN(5) > 0 {
		for range 50 {
			goal = pick(t.rng, nodes)
			if d := distance(t.net.points[goal], c.at); d > 800 && d < farthest {
				break
			}
		}
	}
	ids, _ := t.net.route(start, goal)
	way := t.net.legs(ids)
	if p := t.net.points[start]; distance(c.at, p) > 1 {
		way = append([]leg{{c.at, p, distance(c.at, p), yardSpeed, yardSpeed}}, way...)
	}
	if p := t.net.points[home]; goal == home && distance(p, c.base) > 1 {
		way = append(way, leg{p, c.base, distance(p, c.base), yardSpeed, 0})
	}
	if len(way) > 0 {
		way[len(way)-1].atEnd = 0
	}
	return way
}

// closest is the nearest of those nodes.
func (n *network) closest(nodes []int, p orb.Point) int {
	best, least := nodes[0], math.Inf(1)
	for _, id := range nodes {
		if d := distance(n.points[id], p); d < least {
			best, least = id, d
		}
	}
	return best
}

// legs turns a way over nodes into pieces with their speeds: slow at
// junctions, slower where the way bends sharply.
func (n *network) legs(ids []int) []leg {
	var out []leg
	for i := 1; i < len(ids); i++ {
		a, ok := n.arc(ids[i-1], ids[i])
		if !ok || a.metres == 0 {
			continue
		}
		l := leg{n.points[ids[i-1]], n.points[ids[i]], a.metres, a.mps, a.mps}
		if i+1 < len(ids) {
			bend := math.Abs(math.Mod(heading(l.from, l.to)-heading(l.to, n.points[ids[i+1]])+540, 360) - 180)
			switch {
			case bend > 60:
				l.atEnd = min(l.atEnd, 4)
			case bend > 25:
				l.atEnd = min(l.atEnd, 8)
			case n.corners[ids[i]] && a.mps < 22:
				l.atEnd = min(l.atEnd, 11)
			}
		}
		out = append(out, l)
	}
	return out
}
