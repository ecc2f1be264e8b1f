package road

import (
	"math"

	"github.com/paulmach/orb"
)

// link numbers the arcs by the junction they leave and takes their bearings.
func (g *Graph) link() {
	n, s := len(g.nodes), len(g.segFrom)
	g.first = make([]uint32, n+1)
	for i := range g.segFrom {
		g.first[g.segFrom[i]+1]++
		g.first[g.segTo[i]+1]++
	}
	for i := range n {
		if g.first[i+1] >= 3 {
			g.flags[i] |= nodeJunction
		}
		g.first[i+1] += g.first[i]
	}
	g.head = make([]uint32, 2*s)
	g.side = make([]uint32, 2*s)
	g.arcOf = make([]uint32, 2*s)
	next := append([]uint32(nil), g.first[:n]...)
	for i := range uint32(s) {
		for d, from := range [2]uint32{g.segFrom[i], g.segTo[i]} {
			arc := next[from]
			next[from]++
			g.side[arc] = i<<1 | uint32(d)
			g.arcOf[i<<1|uint32(d)] = arc
			g.head[arc] = [2]uint32{g.segTo[i], g.segFrom[i]}[d]
		}
	}
	g.turned = make([]uint32, 2*s)
	for arc, side := range g.side {
		g.turned[arc] = g.arcOf[side^1]
	}
	g.takeBearings()
	g.takeBound()
}

// takeBearings measures at some 10 m from the junction, past the wiggle that
// a drawn crossing has in its middle.
func (g *Graph) takeBearings() {
	g.leave = make([]uint8, len(g.head))
	g.arrive = make([]uint8, len(g.head))
	for s := range uint32(len(g.segFrom)) {
		shape := g.shapeOf(s)
		out := bearingAlong(shape, false)
		back := bearingAlong(shape, true)
		forward, backward := g.arcOf[s<<1], g.arcOf[s<<1|1]
		g.leave[forward], g.arrive[forward] = out, back+128
		g.leave[backward], g.arrive[backward] = back, out+128
	}
}

const bearingReach = 10 // metres

// bearingAlong is the direction in which a shape leaves its start, or its end
// when seen from there.
func bearingAlong(shape []spot, fromEnd bool) uint8 {
	at := func(k int) spot {
		if fromEnd {
			return shape[len(shape)-1-k]
		}
		return shape[k]
	}
	start := at(0)
	k := 1
	for k < len(shape)-1 && start.metres(at(k)) < bearingReach {
		k++
	}
	return circle(start.point(), at(k).point())
}

// circle is the bearing from p to q in 256ths of a circle.
func circle(p, q orb.Point) uint8 {
	dx := (q[0] - p[0]) * math.Cos((p[1]+q[1])/2*math.Pi/180)
	turn := math.Atan2(dx, q[1]-p[1]) / (2 * math.Pi)
	return uint8(int(math.Round(turn*256)) & 255)
}

func (g *Graph) takeBound() {
	for i, s := range g.shape {
		p := s.point()
		if i == 0 {
			g.bound = orb.Bound{Min: p, Max: p}
		}
		g.bound = g.bound.Extend(p)
	}
}

// finish derives what follows from arcs and restrictions alone.
func (g *Graph) finish(r *Report) {
	g.incoming = make([]incoming, len(g.head))
	for out, in := range g.turned {
		g.incoming[out] = incoming{in, g.arrive[in], g.turns.after[in] != in}
	}
	g.findParts(r)
	g.findCore(r)
	g.grid = gridOf(g)
	if r == nil {
		return
	}
	r.Nodes, r.Segments, r.Arcs = len(g.nodes), len(g.segFrom), len(g.head)
	for s := range uint32(len(g.segFrom)) {
		r.Length += metres(g.metresOf(s))
	}
}
