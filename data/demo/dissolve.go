package demo

import (
	"math"

	"github.com/paulmach/orb"
)

// dissolve joins polygons whose common borders have the same points on both
// sides: an edge that is walked both ways goes, what is left is traced anew.
// Rings that touch at a point stay apart.
func dissolve(parts []ring) orb.MultiPolygon {
	next := map[orb.Point][]orb.Point{}
	var order []orb.Point // keeps the answer independent of map order
	for _, r := range parts {
		r = r.turned()
		for i, a := range r {
			b := r[(i+1)%len(r)]
			if drop(next, b, a) {
				continue
			}
			if len(next[a]) == 0 {
				order = append(order, a)
			}
			next[a] = append(next[a], b)
		}
	}
	var outers, holes []ring
	for _, start := range order {
		for len(next[start]) > 0 {
			r := trace(next, start).tidy()
			switch {
			case len(r) < 3:
			case r.area() > 0:
				outers = append(outers, r)
			default:
				holes = append(holes, r)
			}
		}
	}
	return nest(outers, holes)
}

func drop(next map[orb.Point][]orb.Point, a, b orb.Point) bool {
	for i, q := range next[a] {
		if q == b {
			next[a] = append(next[a][:i:i], next[a][i+1:]...)
			return true
		}
	}
	return false
}

// trace walks one ring off the edges and takes them away. Where edges branch
// it keeps to the inside: the first way clockwise from where it came.
func trace(next map[orb.Point][]orb.Point, start orb.Point) ring {
	var r ring
	at, from := start, orb.Point{}
	for {
		ways := next[at]
		best := 0
		if len(ways) > 1 && len(r) > 0 {
			best = firstClockwise(at, from, ways)
		}
		to := ways[best]
		next[at] = append(ways[:best:best], ways[best+1:]...)
		r = append(r, at)
		if to == start || len(next[to]) == 0 {
			return r
		}
		at, from = to, at
	}
}

func firstClockwise(at, from orb.Point, ways []orb.Point) int {
	back := math.Atan2(from[1]-at[1], from[0]-at[0])
	best, turn := 0, math.Inf(1)
	for i, w := range ways {
		t := math.Mod(back-math.Atan2(w[1]-at[1], w[0]-at[0])+4*math.Pi, 2*math.Pi)
		if t == 0 {
			t = 2 * math.Pi
		}
		if t < turn {
			best, turn = i, t
		}
	}
	return best
}

// nest gives each hole to the outer ring around it.
func nest(outers, holes []ring) orb.MultiPolygon {
	inside := make([][]ring, len(outers))
	for _, h := range holes {
		for i, o := range outers {
			if o.contains(orb.Point{(h[0][0] + h[1][0]) / 2, (h[0][1] + h[1][1]) / 2}) {
				inside[i] = append(inside[i], h)
				break
			}
		}
	}
	var out orb.MultiPolygon
	for i, o := range outers {
		out = append(out, polygon(o, inside[i]...))
	}
	return out
}
