package demo

import (
	"container/heap"
	"math"
	"slices"
)

type reach struct {
	seconds float64
	node    int
}

type frontier []reach

func (f frontier) Len() int           { return len(f) }
func (f frontier) Less(i, j int) bool { return f[i].seconds < f[j].seconds }
func (f frontier) Swap(i, j int)      { f[i], f[j] = f[j], f[i] }
func (f *frontier) Push(x any)        { *f = append(*f, x.(reach)) }
func (f *frontier) Pop() any {
	last := (*f)[len(*f)-1]
	*f = (*f)[:len(*f)-1]
	return last
}

// route returns the fastest way between two nodes, both included, and its
// seconds; nil and +Inf when there is none. Method: Dijkstra.
func (n *network) route(from, to int) ([]int, float64) {
	best := make([]float64, len(n.points))
	prev := make([]int, len(n.points))
	for i := range best {
		best[i], prev[i] = math.Inf(1), -1
	}
	best[from] = 0
	open := frontier{{0, from}}
	for len(open) > 0 {
		at := heap.Pop(&open).(reach)
		if at.node == to {
			break
		}
		if at.seconds > best[at.node] {
			continue
		}
		for _, a := range n.arcs[at.node] {
			if s := at.seconds + a.metres/a.mps; s < best[a.to] {
				best[a.to], prev[a.to] = s, at.node
				heap.Push(&open, reach{s, a.to})
			}
		}
	}
	if math.IsInf(best[to], 1) {
		return nil, best[to]
	}
	var way []int
	for v := to; v >= 0; v = prev[v] {
		way = append(way, v)
	}
	slices.Reverse(way)
	return way, best[to]
}

// arc returns the piece of road from one node to its neighbour; the fastest if
// there are two.
func (n *network) arc(from, to int) (arc, bool) {
	var found arc
	ok := false
	for _, a := range n.arcs[from] {
		if a.to == to && (!ok || a.mps > found.mps) {
			found, ok = a, true
		}
	}
	return found, ok
}
