package road

import "slices"

// tree answers questions on a hierarchy under one set of prices. Method:
// elimination tree queries; no queue.
type tree struct {
	h *hierarchy
	w prices
}

// climb is the working memory of one sweep up the tree.
type climb struct {
	dist  []uint32
	seen  []bool
	chain []uint32 // ranks met, every one after all its ancestors
}

func newClimb(n int) *climb {
	c := &climb{dist: make([]uint32, n), seen: make([]bool, n)}
	for i := range c.dist {
		c.dist[i] = never
	}
	return c
}

// reset forgets the last sweep.
func (c *climb) reset() {
	for _, r := range c.chain {
		c.dist[r], c.seen[r] = never, false
	}
	c.chain = c.chain[:0]
}

// include adds a rank with all its ancestors.
func (c *climb) include(h *hierarchy, r uint32) {
	start := len(c.chain)
	for r != none && !c.seen[r] {
		c.seen[r] = true
		c.chain = append(c.chain, r)
		r = h.parent[r]
	}
	slices.Reverse(c.chain[start:])
}

// seed is a place to start from: a rank and the time it takes to be there.
type seed struct{ rank, time uint32 }

// rise finds the times from the seeds to everything above them, or with way 1,
// from everything above to the seeds.
func (t *tree) rise(c *climb, seeds []seed, way int) {
	for _, s := range seeds {
		c.include(t.h, s.rank)
		c.dist[s.rank] = min(c.dist[s.rank], s.time)
	}
	for i := len(c.chain) - 1; i >= 0; i-- {
		r := c.chain[i]
		d := c.dist[r]
		if d >= never {
			continue
		}
		for e := t.h.first[r]; e < t.h.first[r+1]; e++ {
			if n := d + t.w[e][way]; n < c.dist[t.h.up[e]] {
				c.dist[t.h.up[e]] = n
			}
		}
	}
}

// sink carries the times down again to the ranks of a chain; d holds what rise
// found and gets the answers.
func (t *tree) sink(chain []uint32, d []uint32, way int) {
	for _, r := range chain {
		best := d[r]
		for e := t.h.first[r]; e < t.h.first[r+1]; e++ {
			best = min(best, d[t.h.up[e]]+t.w[e][1-way])
		}
		d[r] = best
	}
}

// leaving are the seeds of a mark that starts a trip.
func (v *view) leaving(h *hierarchy, mode int, m mark, out []seed) []seed {
	state := v.g.stateOf(mode, v.g.turns.after[m.arc])
	return append(out, seed{h.rank[state], m.rest + m.access})
}

// arriving are the seeds of a mark that ends one: every state from which its
// arc may be driven.
func (v *view) arriving(h *hierarchy, mode int, m mark, out []seed) []seed {
	tail := v.g.tail(m.arc)
	out = append(out, seed{h.rank[tail], m.part + m.access})
	if mode == walking || v.g.flags[tail]&nodePrefix == 0 {
		return out
	}
	for _, p := range v.g.turns.statesAt(tail) {
		ban := v.m.banCost(v.g.turns.moveOn(v.g.turns.arcs+p, m.arc).pass)
		if ban < never {
			out = append(out, seed{h.rank[uint32(len(v.g.nodes))+p], m.part + m.access + ban})
		}
	}
	return out
}
