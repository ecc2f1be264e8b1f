package demo

import "slices"

// keepLargest drops what is not in the largest strongly connected part, so
// that from everywhere one gets everywhere.
func (n *network) keepLargest() {
	part := n.parts()
	size := map[int]int{}
	for _, p := range part {
		size[p]++
	}
	main := 0
	for _, p := range part { // in node order: ties do not depend on the map
		if size[p] > size[main] {
			main = p
		}
	}
	var kept []*road
	for _, r := range n.roads {
		for i := 0; i < len(r.nodes); {
			if part[r.nodes[i]] != main {
				i++
				continue
			}
			j := i
			for j < len(r.nodes) && part[r.nodes[j]] == main {
				j++
			}
			if j-i > 1 {
				piece := *r
				piece.nodes = slices.Clone(r.nodes[i:j])
				kept = append(kept, &piece)
			}
			i = j
		}
	}
	n.roads = kept
}

// parts numbers the strongly connected parts: nodes of one part have one
// number. Two passes of depth-first search, the second against the arrows.
func (n *network) parts() []int {
	ahead := make([][]int, len(n.points))
	back := make([][]int, len(n.points))
	for _, r := range n.roads {
		for i := 1; i < len(r.nodes); i++ {
			a, b := r.nodes[i-1], r.nodes[i]
			ahead[a], back[b] = append(ahead[a], b), append(back[b], a)
			if !r.oneway {
				ahead[b], back[a] = append(ahead[b], a), append(back[a], b)
			}
		}
	}
	seen := make([]bool, len(n.points))
	var order []int
	for v := range ahead {
		order = finish(ahead, v, seen, order)
	}
	part := make([]int, len(n.points))
	seen = make([]bool, len(n.points))
	for i := len(order) - 1; i >= 0; i-- {
		for _, v := range finish(back, order[i], seen, nil) {
			part[v] = order[i]
		}
	}
	return part
}

// finish appends the nodes reached from v that were not seen yet, each after
// all it leads to.
func finish(next [][]int, v int, seen []bool, order []int) []int {
	if seen[v] {
		return order
	}
	type visit struct{ v, k int }
	seen[v] = true
	stack := []visit{{v, 0}}
	for len(stack) > 0 {
		top := &stack[len(stack)-1]
		if top.k == len(next[top.v]) {
			order = append(order, top.v)
			stack = stack[:len(stack)-1]
			continue
		}
		w := next[top.v][top.k]
		top.k++
		if !seen[w] {
			seen[w] = true
			stack = append(stack, visit{w, 0})
		}
	}
	return order
}
