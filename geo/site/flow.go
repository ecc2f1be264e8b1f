package site

import "math"

// transport is a transportation problem in balance: what the sources have, the
// sinks take, at the least cost over the ways there are. It is solved by the
// network simplex method (Dantzig 1951) on a strongly feasible tree
// (Cunningham 1976), which cannot cycle.
type transport struct {
	from, to []int32 // of each way; sinks are numbered behind sources
	cost     []int64
	flow     []int64 // of the ways in the tree; the others carry nothing

	way           []int32 // to the parent; −1 at the root
	parent        []int32
	up            []bool // the way leads to the parent
	child, next   []int32
	before        []int32 // the sister before, −1 for the first
	depth         []int32
	price         []int64 // reduced cost of a way: cost + price[from] − price[to]
	cursor, block int
	stack         []int32
}

// newTransport makes the problem for supplies and demands, which must be equal
// in sum. Ways are added before solve.
func newTransport(nodes int) *transport {
	return &transport{
		way: make([]int32, nodes+1), parent: make([]int32, nodes+1), up: make([]bool, nodes+1), child: make([]int32, nodes+1),
		next: make([]int32, nodes+1), before: make([]int32, nodes+1), depth: make([]int32, nodes+1), price: make([]int64, nodes+1),
	}
}

func (t *transport) add(from, to int, cost int64) {
	t.from, t.to, t.cost = append(t.from, int32(from)), append(t.to, int32(to)), append(t.cost, cost)
}

// solve finds the cheapest flow; balance is what each node sends on, negative
// for a sink. dear must be more than any real way round can cost. It reports
// whether every unit went by a real way; told to stop it ends where it is.
func (t *transport) solve(balance []int64, dear int64, stop func() bool) bool {
	root, real := len(balance), len(t.from)
	for v, b := range balance { // a dear way from or to the root for each node
		t.way[v], t.parent[v], t.up[v], t.depth[v] = int32(len(t.from)), int32(root), b >= 0, 1
		if b >= 0 {
			t.add(v, root, dear)
			t.price[v] = -dear
		} else {
			t.add(root, v, dear)
			t.price[v] = dear
		}
	}
	t.flow = make([]int64, len(t.from))
	for v, b := range balance {
		t.flow[real+v] = max(b, -b)
	}
	t.way[root], t.parent[root], t.child[root], t.next[root], t.before[root] = -1, -1, -1, -1, -1
	for v := range balance {
		t.child[v] = -1
		t.hang(int32(v), int32(root))
	}
	t.block = max(64, int(math.Sqrt(float64(real))))
	for pivots := 0; ; pivots++ {
		e := t.entering(real)
		if e < 0 || pivots%512 == 511 && stop() {
			break
		}
		t.pivot(e)
	}
	for _, f := range t.flow[real:] {
		if f > 0 {
			return false
		}
	}
	return true
}

func (t *transport) reduced(e int) int64 {
	return t.cost[e] + t.price[t.from[e]] - t.price[t.to[e]]
}

// entering looks through the ways block by block for the one that saves most,
// −1 when none saves.
func (t *transport) entering(real int) int {
	best, least := -1, int64(0)
	for seen := 0; seen < real; {
		for range min(t.block, real-seen) {
			if r := t.reduced(t.cursor); r < least {
				best, least = t.cursor, r
			}
			if t.cursor++; t.cursor == real {
				t.cursor = 0
			}
			seen++
		}
		if best >= 0 {
			return best
		}
	}
	return best
}

// pivot sends as much as it can along a way and back round the tree, and lets
// the way that runs dry leave the tree.
func (t *transport) pivot(e int) {
	u, v := t.from[e], t.to[e]
	apex := t.meet(u, v)
	// Round the cycle in the direction of e: down from the apex to u, e, up from
	// v. Of the ways that run dry together the last one leaves.
	amount, leaving, atV := int64(math.MaxInt64), int32(-1), false
	for x := u; x != apex; x = t.parent[x] { // against the direction: a tie keeps the later found
		if t.up[x] && t.flow[t.way[x]] < amount {
			amount, leaving = t.flow[t.way[x]], x
		}
	}
	for x := v; x != apex; x = t.parent[x] {
		if !t.up[x] && t.flow[t.way[x]] <= amount {
			amount, leaving, atV = t.flow[t.way[x]], x, true
		}
	}
	if leaving < 0 {
		return // cannot be: costs are not negative, so no cycle sends without end
	}
	t.push(u, v, apex, amount)
	t.flow[e] = amount
	t.flow[t.way[leaving]] = 0
	end, anchor := u, v // end lies in the part that is cut off
	if atV {
		end, anchor = v, u
	}
	t.rehang(end, anchor, leaving, int32(e))
}

func (t *transport) meet(u, v int32) int32 {
	for u != v {
		if t.depth[u] >= t.depth[v] {
			u = t.parent[u]
		} else {
			v = t.parent[v]
		}
	}
	return u
}

func (t *transport) push(u, v, apex int32, amount int64) {
	for x := u; x != apex; x = t.parent[x] {
		if t.up[x] {
			t.flow[t.way[x]] -= amount
		} else {
			t.flow[t.way[x]] += amount
		}
	}
	for x := v; x != apex; x = t.parent[x] {
		if t.up[x] {
			t.flow[t.way[x]] += amount
		} else {
			t.flow[t.way[x]] -= amount
		}
	}
}

// rehang turns the part below the leaving way round, so that it hangs by the
// entering way, and prices it anew.
func (t *transport) rehang(end, anchor, leaving, e int32) {
	x, above, way, up := end, anchor, e, t.from[e] == end
	for {
		old, oldWay, oldUp := t.parent[x], t.way[x], t.up[x]
		t.unhang(x)
		t.way[x], t.up[x] = way, up
		t.hang(x, above)
		if x == leaving {
			break
		}
		above, x, way, up = x, old, oldWay, !oldUp
	}
	t.stack = append(t.stack[:0], end)
	for len(t.stack) > 0 {
		x := t.stack[len(t.stack)-1]
		t.stack = t.stack[:len(t.stack)-1]
		p := t.parent[x]
		t.depth[x] = t.depth[p] + 1
		if t.up[x] {
			t.price[x] = t.price[p] - t.cost[t.way[x]]
		} else {
			t.price[x] = t.price[p] + t.cost[t.way[x]]
		}
		for c := t.child[x]; c >= 0; c = t.next[c] {
			t.stack = append(t.stack, c)
		}
	}
}

func (t *transport) hang(x, parent int32) {
	first := t.child[parent]
	t.parent[x], t.before[x], t.next[x], t.child[parent] = parent, -1, first, x
	if first >= 0 {
		t.before[first] = x
	}
}

func (t *transport) unhang(x int32) {
	if b := t.before[x]; b >= 0 {
		t.next[b] = t.next[x]
	} else {
		t.child[t.parent[x]] = t.next[x]
	}
	if n := t.next[x]; n >= 0 {
		t.before[n] = t.before[x]
	}
}
