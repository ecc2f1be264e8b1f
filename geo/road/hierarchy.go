package road

import (
	"slices"
	"sync"
)

// hierarchy is the skeleton of a customizable contraction hierarchy for one
// mode: which shortcuts there may be, whatever the weights. States are known
// by rank, their place in the order of elimination. Source: Dibbelt, Strasser,
// Wagner, "Customizable Contraction Hierarchies" (2014).
type hierarchy struct {
	rank   []uint32 // state → rank
	parent []uint32 // elimination tree; none at a root
	first  []uint32 // edges of a rank, to higher ranks, ascending
	up     []uint32

	slot []uint32 // move → edge<<1, +1 when it leads down
	arc  []uint32 // move → arc
	pass []Vehicles

	pool sync.Pool // of *climb
}

// skeleton is the hierarchy of a mode, made once.
func (g *Graph) skeleton(mode int) *hierarchy {
	g.framing[mode].Do(func() { g.frame[mode] = g.hierarchyOf(mode) })
	return g.frame[mode]
}

// hierarchyOf contracts the states of a mode in order. Of every state, the
// higher neighbours become neighbours of each other; it is enough to hand them
// to the lowest of them.
func (g *Graph) hierarchyOf(mode int) *hierarchy {
	order := g.order(mode)
	n := len(order)
	h := &hierarchy{rank: make([]uint32, n), parent: make([]uint32, n), first: make([]uint32, n+1)}
	for r, s := range order {
		h.rank[s] = uint32(r)
	}
	above := make([][]uint32, n)
	g.eachMove(mode, func(from, _, to uint32, _ Vehicles) {
		if a, b := h.rank[from], h.rank[to]; a != b {
			above[min(a, b)] = append(above[min(a, b)], max(a, b))
		}
	})
	total := 0
	var merged []uint32
	for r := range n {
		slices.Sort(above[r])
		above[r] = slices.Compact(above[r])
		h.parent[r] = none
		if len(above[r]) > 0 {
			p := above[r][0]
			h.parent[r] = p
			merged = append(merged[:0], above[p]...)
			above[p] = append(merged, above[r][1:]...)
			above[p] = slices.Clone(above[p])
		}
		total += len(above[r])
		h.first[r+1] = uint32(total)
	}
	h.up = make([]uint32, 0, total)
	for _, list := range above {
		h.up = append(h.up, list...)
	}
	h.placeMoves(g, mode)
	return h
}

func (h *hierarchy) placeMoves(g *Graph, mode int) {
	g.eachMove(mode, func(from, arc, to uint32, pass Vehicles) {
		a, b := h.rank[from], h.rank[to]
		if a == b {
			return
		}
		low, high := min(a, b), max(a, b)
		i, _ := slices.BinarySearch(h.up[h.first[low]:h.first[low+1]], high)
		slot := (h.first[low] + uint32(i)) << 1
		if a > b {
			slot++
		}
		h.slot = append(h.slot, slot)
		h.arc = append(h.arc, arc)
		h.pass = append(h.pass, pass)
	})
}

// prices are the times over the edges of a hierarchy under one metric: first
// upwards, then downwards.
type prices [][2]uint32

// customize prices every edge, shortcuts included, from the weights of the
// arcs. Method: lower triangles in rank order; exact.
func (h *hierarchy) customize(m *metric) prices {
	w := make(prices, len(h.up))
	for i := range w {
		w[i] = [2]uint32{never, never}
	}
	for i, slot := range h.slot {
		t := m.weight[h.arc[i]]
		if h.pass[i] != Everyone {
			t += m.banCost(h.pass[i])
		}
		if p := &w[slot>>1][slot&1]; t < *p {
			*p = t
		}
	}
	for r := range len(h.rank) {
		start, end := h.first[r], h.first[r+1]
		edges, mine := h.up[start:end], w[start:end]
		for i, u := range edges {
			toUp, toDown := mine[i][0], mine[i][1]
			if toUp >= never && toDown >= never {
				continue
			}
			k := h.first[u]
			for j := i + 1; j < len(edges); j++ {
				for h.up[k] != edges[j] {
					k++
				}
				e := &w[k]
				if t := toDown + mine[j][0]; t < e[0] {
					e[0] = t
				}
				if t := toUp + mine[j][1]; t < e[1] {
					e[1] = t
				}
			}
		}
	}
	return w
}
