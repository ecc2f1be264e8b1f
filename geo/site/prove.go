package site

import (
	"container/heap"
	"math"
	"slices"
)

// nodeSteps is how many steps the bound takes at each node of the proof.
const nodeSteps = 60

// node is the choices in which some sites must be and others must not. None of
// them costs less than floor.
type node struct {
	floor    int64
	born     int
	in1, out []bool
	price    []float64 // of the node above, shared with its sister
}

// open holds the nodes not looked into, least floor first: the bound is theirs,
// and rises with every look (best-first branch and bound, Land and Doig 1960).
type open []*node

func (o open) Len() int      { return len(o) }
func (o open) Swap(i, j int) { o[i], o[j] = o[j], o[i] }
func (o *open) Push(x any)   { *o = append(*o, x.(*node)) }
func (o open) Less(i, j int) bool {
	if o[i].floor != o[j].floor {
		return o[i].floor < o[j].floor
	}
	return o[i].born > o[j].born // of equals the deeper, which ends sooner
}
func (o *open) Pop() any {
	last := (*o)[len(*o)-1]
	*o = (*o)[:len(*o)-1]
	return last
}

// prove branches on sites until the best choice is proved, or nodes run out.
func (b *bound) prove(f finder, nodes int) {
	l, born := f.book(), 0
	queue := open{{floor: l.bound, in1: slices.Clone(b.in1), out: slices.Clone(b.out1), price: slices.Clone(b.price)}}
	for range nodes {
		if len(queue) == 0 || queue[0].floor >= l.value || l.stopped {
			break
		}
		for _, child := range b.look(f, heap.Pop(&queue).(*node)) {
			if child.floor < l.value {
				born++
				child.born = born
				heap.Push(&queue, child)
			}
		}
		if len(queue) > 0 {
			l.raise(queue[0].floor)
		}
	}
	switch {
	case len(queue) == 0 && !l.stopped:
		l.raise(l.value)
	case len(queue) > 0:
		l.raise(queue[0].floor)
	}
}

// look climbs at a node, lets the search try what the bound takes there, and
// returns the two halves that may hold something better.
func (b *bound) look(f finder, n *node) []*node {
	l := f.book()
	copy(b.in1, n.in1)
	copy(b.out1, n.out)
	copy(b.price, n.price)
	if math.IsInf(b.value(), 1) {
		return nil
	}
	top := b.climb(l, nodeSteps, 0.6, nil)
	top = max(top, float64(n.floor))
	if b.taken > 0 {
		f.choose(b.rank[:b.taken])
		f.improve()
		f.keep()
	}
	if whole(top) >= l.value {
		return nil
	}
	price := slices.Clone(b.best)
	copy(b.price, price)
	if !b.fix(l, top) || math.IsInf(b.value(), 1) {
		return nil
	}
	j, without, with := b.pick()
	if j < 0 {
		b.exact(f)
		return nil
	}
	yes := &node{floor: whole(top + with), in1: slices.Clone(b.in1), out: slices.Clone(b.out1), price: price}
	no := &node{floor: whole(top + without), in1: slices.Clone(b.in1), out: slices.Clone(b.out1), price: price}
	yes.in1[j], no.out[j] = true, true
	return []*node{no, yes}
}

// exact looks at the one choice that is left when every site is settled.
func (b *bound) exact(f finder) {
	var sites []int
	for j, must := range b.in1 {
		if must {
			sites = append(sites, j)
		}
	}
	if len(sites) > 0 {
		f.choose(sites)
		f.keep()
	}
}

// pick returns the unsettled site whose settling raises the bound most, and how
// far at least it does either way; −1 when all are settled.
func (b *bound) pick() (site int, without, with float64) {
	site = -1
	most := -1.0
	for k, j := range b.rank {
		if b.in1[j] || b.out1[j] {
			continue
		}
		up, down := 0.0, 0.0
		switch {
		case k < b.taken:
			up = b.without(j)
		case k == b.taken && b.part > 0: // in part: either way is open
			up, down = 0, 0
		default:
			down = b.with(j)
		}
		if rise := max(up, down); rise > most {
			site, most, without, with = j, rise, up, down
		}
	}
	return site, without, with
}
