package index

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"

	"onemap/geo"
)

// candidate is an item by number, with its rank.
type candidate struct {
	rank float64
	ref  int32
}

// collector keeps every candidate that may be among the k nearest, or, when k
// is 0, every one within the limit.
type collector struct {
	k     int
	limit float64   // a greater rank cannot be among them
	best  []float64 // the k least ranks, the greatest on top
	found []candidate
}

func (c *collector) reset(k int, limit float64) {
	c.k, c.limit = k, limit
	c.best, c.found = c.best[:0], c.found[:0]
}

// add takes a candidate of a rank within the limit.
func (c *collector) add(rank float64, ref int32) {
	c.found = append(c.found, candidate{rank, ref})
	switch {
	case c.k == 0:
		return
	case len(c.best) < c.k:
		c.best = append(c.best, rank)
		up(c.best, len(c.best)-1)
	case rank < c.best[0]:
		c.best[0] = rank
		down(c.best)
	default:
		return
	}
	if len(c.best) == c.k {
		c.limit = min(c.limit, slack(c.best[0]))
	}
	if len(c.found) > 4*c.k+256 {
		c.prune()
	}
}

// prune drops what the limit has passed by since it was found.
func (c *collector) prune() {
	c.found = slices.DeleteFunc(c.found, func(f candidate) bool { return f.rank > c.limit })
}

// up and down keep a heap with the greatest value on top.
func up(h []float64, i int) {
	for i > 0 {
		parent := (i - 1) / 2
		if h[parent] >= h[i] {
			return
		}
		h[parent], h[i] = h[i], h[parent]
		i = parent
	}
}

func down(h []float64) {
	for i := 0; ; {
		child := 2*i + 1
		if child >= len(h) {
			return
		}
		if right := child + 1; right < len(h) && h[right] > h[child] {
			child = right
		}
		if h[i] >= h[child] {
			return
		}
		h[i], h[child] = h[child], h[i]
		i = child
	}
}

// judge measures the candidates and appends those within r to dst, the nearest
// first, equals by compare, k at most.
func judge[T any](dst []Hit[T], c *collector, p orb.Point, r geo.Metres, compare func(a, b T) int, item func(ref int32) (T, orb.Point)) []Hit[T] {
	start := len(dst)
	for _, f := range c.found {
		if f.rank > c.limit {
			continue
		}
		key, at := item(f.ref)
		if d := geo.Distance(p, at); d <= r {
			dst = append(dst, Hit[T]{key, at, d})
		}
	}
	slices.SortFunc(dst[start:], func(a, b Hit[T]) int {
		if order := cmp.Compare(a.Distance, b.Distance); order != 0 {
			return order
		}
		return compare(a.Key, b.Key)
	})
	if c.k > 0 && len(dst)-start > c.k {
		clear(dst[start+c.k:]) // keep no key alive
		dst = dst[:start+c.k]
	}
	return dst
}
