package road

import (
	"cmp"
	"slices"
)

// turns knows which series of arcs may not be driven. A vehicle that has
// driven the first arcs of a forbidden series is in a prefix state; there are
// only as many states as such beginnings, so a network with few restrictions
// is hardly larger than one with none. Method: Aho and Corasick over arcs.
//
// A label says where a vehicle is: label a < arcs is at the end of arc a with
// nothing begun, label arcs+p is in prefix state p, at the end of its last arc.
type turns struct {
	arcs  uint32
	after []uint32 // arc → label after driving it with nothing begun
	last  []uint32 // prefix state → its last arc
	first []uint32 // len(last)+1 offsets into moves
	moves []move

	nodes  []uint32 // nodes with prefix states, ascending
	offset []uint32 // len(nodes)+1 offsets into states
	states []uint32
}

// move is one way on from a prefix state.
type move struct {
	arc  uint32
	to   uint32   // label
	pass Vehicles // who may; everyone where nothing forbids it
}

// trie of forbidden series.
type trie struct {
	child []map[uint32]int32
	depth []int32
	arc   []uint32
	up    []int32 // parent
	fail  []int32
	pass  []Vehicles // who may be here at the end of a series
	state []int32    // prefix state of an inner node, or -1
}

func (t *trie) grow(up int32, arc uint32) int32 {
	t.child = append(t.child, nil)
	t.arc = append(t.arc, arc)
	t.up = append(t.up, up)
	t.fail = append(t.fail, 0)
	t.pass = append(t.pass, Everyone)
	t.state = append(t.state, -1)
	depth := int32(0)
	if len(t.depth) > 0 {
		depth = t.depth[up] + 1
	}
	t.depth = append(t.depth, depth)
	return int32(len(t.child) - 1)
}

func (t *trie) add(s sequence) {
	at := int32(0)
	for _, arc := range s.arcs {
		next, ok := t.child[at][arc]
		if !ok {
			next = t.grow(at, arc)
			if t.child[at] == nil {
				t.child[at] = map[uint32]int32{}
			}
			t.child[at][arc] = next
		}
		at = next
	}
	t.pass[at] &= s.exempt
}

// turnsOf builds the states. Series shorter than two arcs mean nothing.
func turnsOf(g *Graph, forbidden []sequence) turns {
	t := &trie{}
	t.grow(0, 0)
	for _, s := range forbidden {
		if len(s.arcs) >= 2 {
			t.add(s)
		}
	}
	t.connect()
	out := turns{arcs: uint32(len(g.head)), after: make([]uint32, len(g.head)), first: []uint32{0}}
	for a := range out.after {
		out.after[a] = uint32(a)
	}
	var inner []int32
	for x := range t.child {
		if x > 0 && t.child[x] != nil {
			inner = append(inner, int32(x))
		}
	}
	slices.SortFunc(inner, func(a, b int32) int {
		return cmp.Or(cmp.Compare(t.arc[a], t.arc[b]), cmp.Compare(a, b))
	})
	for p, x := range inner {
		t.state[x] = int32(p)
	}
	for p, x := range inner {
		if t.depth[x] == 1 {
			out.after[t.arc[x]] = out.arcs + uint32(p)
		}
	}
	for _, x := range inner {
		out.last = append(out.last, t.arc[x])
		node := g.head[t.arc[x]]
		for arc := g.first[node]; arc < g.first[node+1]; arc++ {
			out.moves = append(out.moves, t.move(&out, x, arc))
		}
		out.first = append(out.first, uint32(len(out.moves)))
		g.flags[node] |= nodePrefix
	}
	out.placeStates(g)
	return out
}

// connect finds for each series its longest end that begins another one.
func (t *trie) connect() {
	order := []int32{0}
	for i := 0; i < len(order); i++ {
		x := order[i]
		next := make([]int32, 0, len(t.child[x]))
		for _, y := range t.child[x] {
			next = append(next, y)
		}
		slices.Sort(next)
		for _, y := range next {
			if x != 0 {
				t.fail[y] = t.reach(t.fail[x], t.arc[y])
			}
			t.pass[y] &= t.pass[t.fail[y]]
		}
		order = append(order, next...)
	}
}

// reach is the longest end of x followed by arc that begins a series.
func (t *trie) reach(x int32, arc uint32) int32 {
	for {
		if y, ok := t.child[x][arc]; ok {
			return y
		}
		if x == 0 {
			return 0
		}
		x = t.fail[x]
	}
}

func (t *trie) move(out *turns, x int32, arc uint32) move {
	y := t.reach(x, arc)
	m := move{arc: arc, to: arc, pass: t.pass[y]}
	for ; y != 0; y = t.fail[y] {
		if t.state[y] >= 0 {
			m.to = out.arcs + uint32(t.state[y])
			break
		}
	}
	return m
}

// placeStates lists the prefix states by the node they wait at.
func (t *turns) placeStates(g *Graph) {
	states := make([]uint32, len(t.last))
	for p := range states {
		states[p] = uint32(p)
	}
	at := func(p uint32) uint32 { return g.head[t.last[p]] }
	slices.SortFunc(states, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(at(a), at(b)), cmp.Compare(a, b))
	})
	t.states = states
	for i, p := range states {
		if i == 0 || at(p) != t.nodes[len(t.nodes)-1] {
			t.nodes = append(t.nodes, at(p))
			t.offset = append(t.offset, uint32(i))
		}
	}
	t.offset = append(t.offset, uint32(len(states)))
}

// statesAt are the prefix states that wait at a node.
func (t *turns) statesAt(node uint32) []uint32 {
	i, ok := slices.BinarySearch(t.nodes, node)
	if !ok {
		return nil
	}
	return t.states[t.offset[i]:t.offset[i+1]]
}

func (t *turns) movesOf(state uint32) []move { return t.moves[t.first[state]:t.first[state+1]] }

// labels counts all labels.
func (t *turns) labels() int { return int(t.arcs) + len(t.last) }

// arcAt is the arc whose end a label is at.
func (t *turns) arcAt(label uint32) uint32 {
	if label < t.arcs {
		return label
	}
	return t.last[label-t.arcs]
}

// moveOn is the way on from a label over arc, which must leave the label's node.
func (t *turns) moveOn(label, arc uint32) move {
	if label < t.arcs {
		return move{arc: arc, to: t.after[arc], pass: Everyone}
	}
	moves := t.movesOf(label - t.arcs)
	i, _ := slices.BinarySearchFunc(moves, arc, func(m move, arc uint32) int { return cmp.Compare(m.arc, arc) })
	return moves[i]
}
