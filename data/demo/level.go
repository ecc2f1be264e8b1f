package demo

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// joint is a node to put into a segment of a road, t of the way along it.
type joint struct {
	segment int
	t       float64
	node    int
}

// segment is one straight piece of a road.
type segment struct {
	road  *road
	i     int // from line point i to i+1
	a, b  orb.Point
	nodes [2]int
}

// closeBy is the distance in metres within which a crossing is taken to be at
// a corner that is there already.
const closeBy = 18.0

// join gives the roads their nodes and makes one wherever two of them cross,
// on one level. Raised roads keep their own nodes.
func (n *network) join(roads []*road) {
	var all []segment
	for _, r := range roads {
		prev := n.node(r.line[0])
		for i := 1; i < len(r.line); i++ {
			next := n.node(r.line[i])
			if !r.raised {
				all = append(all, segment{r, i - 1, r.line[i-1], r.line[i], [2]int{prev, next}})
			}
			prev = next
		}
	}
	joints := map[*road][]joint{}
	eachPair(all, func(x, y *segment) {
		t, u, ok := cross(x.a, x.b, y.a, y.b)
		if !ok {
			return
		}
		node := n.corner(lerp(x.a, x.b, t), x, y)
		for _, s := range []struct {
			seg *segment
			t   float64
		}{{x, t}, {y, u}} {
			if node != s.seg.nodes[0] && node != s.seg.nodes[1] {
				joints[s.seg.road] = append(joints[s.seg.road], joint{s.seg.i, s.t, node})
			}
		}
	})
	for _, r := range roads {
		r.nodes = n.thread(r, joints[r])
	}
}

// corner returns the node for a crossing: one of the four ends if it is close by.
func (n *network) corner(p orb.Point, x, y *segment) int {
	best, least := -1, closeBy
	for _, id := range []int{x.nodes[0], x.nodes[1], y.nodes[0], y.nodes[1]} {
		if d := distance(n.points[id], p); d < least {
			best, least = id, d
		}
	}
	if best >= 0 {
		return best
	}
	return n.node(p)
}

// thread lists a road's nodes in order, with the joints in their places.
func (n *network) thread(r *road, joints []joint) []int {
	slices.SortFunc(joints, func(a, b joint) int {
		return cmp.Or(cmp.Compare(a.segment, b.segment), cmp.Compare(a.t, b.t))
	})
	out := []int{n.node(r.line[0])}
	add := func(id int) {
		switch k := len(out); {
		case out[k-1] == id:
		case k > 1 && out[k-2] == id: // there and back
			out = out[:k-1]
		default:
			out = append(out, id)
		}
	}
	for i := 0; i+1 < len(r.line); i++ {
		for len(joints) > 0 && joints[0].segment == i {
			add(joints[0].node)
			joints = joints[1:]
		}
		add(n.node(r.line[i+1]))
	}
	return out
}

// eachPair calls f once for every two segments of different roads whose
// bounds may meet. Segments are short, so a grid of 1 km finds them.
func eachPair(all []segment, f func(x, y *segment)) {
	const cell = 0.01
	buckets := map[[2]int][]int{}
	for i := range all {
		s := &all[i]
		west, east := min(s.a[0], s.b[0]), max(s.a[0], s.b[0])
		south, north := min(s.a[1], s.b[1]), max(s.a[1], s.b[1])
		seen := map[int]bool{}
		for x := int(math.Floor(west / cell)); x <= int(math.Floor(east/cell)); x++ {
			for y := int(math.Floor(south / cell)); y <= int(math.Floor(north/cell)); y++ {
				key := [2]int{x, y}
				for _, j := range buckets[key] {
					if o := &all[j]; o.road != s.road && !seen[j] {
						seen[j] = true
						f(o, s)
					}
				}
				buckets[key] = append(buckets[key], i)
			}
		}
	}
}
