package road

import (
	"math"

	"github.com/paulmach/orb"
)

// rings is a set of closed lines, cut into rows so that a look at one place
// meets only the edges of its row. What an odd number of edges encloses is
// inside; the lines may cross themselves and each other.
type rings struct {
	bound  orb.Bound
	edges  [][2]orb.Point
	scale  float64 // rows a degree of latitude
	first  []uint32
	in     []uint32
	height int
}

const mostEntries = 1 << 20

func ringsOf(list []orb.Ring) *rings {
	r := &rings{bound: orb.Bound{Min: orb.Point{1, 1}, Max: orb.Point{-1, -1}}}
	for _, ring := range list {
		for k := range ring {
			a, b := ring[k], ring[(k+1)%len(ring)]
			if len(r.edges) == 0 {
				r.bound = orb.Bound{Min: a, Max: a}
			}
			r.bound = r.bound.Extend(a).Extend(b)
			if a != b {
				r.edges = append(r.edges, [2]orb.Point{a, b})
			}
		}
	}
	if len(r.edges) == 0 {
		return r
	}
	r.height = min(len(r.edges), 4096)
	for {
		r.scale = float64(r.height) / math.Max(r.bound.Max[1]-r.bound.Min[1], 1e-9)
		total := 0
		for _, e := range r.edges {
			low, high := r.rows(e[0][1], e[1][1])
			total += high - low + 1
		}
		if total <= mostEntries || r.height == 1 {
			break
		}
		r.height /= 2
	}
	r.fill()
	return r
}

func (r *rings) rows(y0, y1 float64) (low, high int) {
	at := func(y float64) int {
		return min(max(int((y-r.bound.Min[1])*r.scale), 0), r.height-1)
	}
	return at(min(y0, y1)), at(max(y0, y1))
}

func (r *rings) fill() {
	r.first = make([]uint32, r.height+1)
	for _, e := range r.edges {
		low, high := r.rows(e[0][1], e[1][1])
		for row := low; row <= high; row++ {
			r.first[row+1]++
		}
	}
	for row := range r.height {
		r.first[row+1] += r.first[row]
	}
	r.in = make([]uint32, r.first[r.height])
	next := append([]uint32(nil), r.first...)
	for i, e := range r.edges {
		low, high := r.rows(e[0][1], e[1][1])
		for row := low; row <= high; row++ {
			r.in[next[row]] = uint32(i)
			next[row]++
		}
	}
}

// holds reports whether p is inside.
func (r *rings) holds(p orb.Point) bool {
	if len(r.edges) == 0 || !r.bound.Contains(p) {
		return false
	}
	row, _ := r.rows(p[1], p[1])
	inside := false
	for _, i := range r.in[r.first[row]:r.first[row+1]] {
		a, b := r.edges[i][0], r.edges[i][1]
		if a[1] > p[1] != (b[1] > p[1]) && p[0] < a[0]+(p[1]-a[1])/(b[1]-a[1])*(b[0]-a[0]) {
			inside = !inside
		}
	}
	return inside
}

// meets calls hit with every share of the piece from a to b at which it
// crosses an edge; some may come twice.
func (r *rings) meets(a, b orb.Point, hit func(f float64)) {
	if len(r.edges) == 0 ||
		max(a[0], b[0]) < r.bound.Min[0] || min(a[0], b[0]) > r.bound.Max[0] ||
		max(a[1], b[1]) < r.bound.Min[1] || min(a[1], b[1]) > r.bound.Max[1] {
		return
	}
	low, high := r.rows(a[1], b[1])
	for _, i := range r.in[r.first[low]:r.first[high+1]] {
		p, q := r.edges[i][0], r.edges[i][1]
		if max(p[0], q[0]) < min(a[0], b[0]) || min(p[0], q[0]) > max(a[0], b[0]) {
			continue
		}
		if cross(p, q, a) == cross(p, q, b) || cross(a, b, p) == cross(a, b, q) {
			continue
		}
		d := (b[0]-a[0])*(q[1]-p[1]) - (b[1]-a[1])*(q[0]-p[0])
		if d != 0 {
			f := ((p[0]-a[0])*(q[1]-p[1]) - (p[1]-a[1])*(q[0]-p[0])) / d
			hit(math.Min(math.Max(f, 0), 1))
		}
	}
}

// coverRings closes the stretches of road inside rings. Bridges and tunnels
// pass over and under unless the closure says otherwise.
func (g *Graph) coverRings(c *Closure, list []orb.Ring) []blocked {
	area := ringsOf(list)
	if len(g.head) == 0 || !area.bound.Intersects(g.bound) {
		return nil
	}
	low := orb.Point{math.Max(area.bound.Min[0], g.bound.Min[0]), math.Max(area.bound.Min[1], g.bound.Min[1])}
	high := orb.Point{math.Min(area.bound.Max[0], g.bound.Max[0]), math.Min(area.bound.Max[1], g.bound.Max[1])}
	seen := make([]bool, g.Segments())
	g.grid.cells(g.grid.cellAt(low), g.grid.cellAt(high), func(i int, _ cell) {
		for _, s := range g.grid.in(i) {
			seen[s] = true
		}
	})
	var out []blocked
	for i, near := range seen {
		s := uint32(i)
		if !near {
			continue
		}
		if a := g.way(s); (a.has(flagBridge) || a.has(flagTunnel)) && !c.Structures {
			continue
		}
		if b, ok := g.inside(s, area); ok {
			out = append(out, g.directed(c, b))
		}
	}
	return out
}

// inside is the stretch of a segment from its first point inside to its last.
func (g *Graph) inside(s uint32, area *rings) (blocked, bool) {
	shape := g.shapeOf(s)
	low, high := math.Inf(1), math.Inf(-1)
	total := 0.0
	a := shape[0].point()
	note := func(at float64) { low, high = min(low, at), max(high, at) }
	if area.holds(a) {
		note(0)
	}
	for k := 1; k < len(shape); k++ {
		b := shape[k].point()
		dx, dy := (b[0]-a[0])*g.grid.kx, (b[1]-a[1])*g.grid.ky
		length := math.Sqrt(dx*dx + dy*dy)
		area.meets(a, b, func(f float64) { note(total + f*length) })
		total += length
		if area.holds(b) {
			note(total)
		}
		a = b
	}
	if low > high {
		return blocked{}, false
	}
	if total == 0 {
		return blocked{segment: s, low: 0, high: 1}, true
	}
	return blocked{segment: s, low: float32(low / total), high: float32(math.Min(high/total, 1))}, true
}
