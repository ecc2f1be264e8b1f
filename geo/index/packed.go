package index

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/paulmach/orb"

	"onemap/geo"
)

// Item is something that stands: its key, and its bound in degrees, which for
// a point is the point twice.
type Item[T any] struct {
	Key   T
	Bound orb.Bound
}

// PointItem is an item without extent.
func PointItem[T any](key T, p orb.Point) Item[T] {
	return Item[T]{key, orb.Bound{Min: p, Max: p}}
}

// Packed is an index of things that stand, built once and never changed: an
// R-tree of sixteen branches, filled to the brim along a Hilbert curve. Any
// number of goroutines may ask it at once. Keys may repeat.
type Packed[T any] struct {
	compare  func(a, b T) int
	items    []Item[T] // in the order of the lowest level
	levels   [][]box   // [0] are the items, the last is one box or none
	leastCos float64
	mostCos  float64
	scratch  sync.Pool // of *walker
}

const branches = 16

// box is a bound in radians.
type box struct{ west, south, east, north float64 }

func (b box) with(o box) box {
	return box{math.Min(b.west, o.west), math.Min(b.south, o.south), math.Max(b.east, o.east), math.Max(b.north, o.north)}
}

// NewPacked builds the index over a copy of items. It refuses bounds that are
// not on earth or whose corners are exchanged. Compare orders keys, for equal
// distances. O(n log n): a million take about a second.
func NewPacked[T any](items []Item[T], compare func(a, b T) int) (*Packed[T], error) {
	leaves := make([]box, len(items))
	all := box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for i, it := range items {
		if err := geo.CheckGeometry(it.Bound, 2); err != nil {
			return nil, fmt.Errorf("index item %d: %w", i, err)
		}
		leaves[i] = box{it.Bound.Min[0] * perDegree, it.Bound.Min[1] * perDegree, it.Bound.Max[0] * perDegree, it.Bound.Max[1] * perDegree}
		all = all.with(leaves[i])
	}
	t := &Packed[T]{compare: compare, items: make([]Item[T], len(items))}
	t.scratch.New = func() any { return new(walker) }
	sorted := make([]box, len(items))
	for i, from := range alongHilbert(leaves, all) {
		t.items[i], sorted[i] = items[from], leaves[from]
	}
	t.levels = [][]box{sorted}
	for level := sorted; len(level) > 1; {
		level = parents(level)
		t.levels = append(t.levels, level)
	}
	t.leastCos = math.Max(0, math.Min(math.Cos(all.south), math.Cos(all.north)))
	t.mostCos = 1.0
	if all.south > 0 || all.north < 0 {
		t.mostCos = math.Max(math.Cos(all.south), math.Cos(all.north))
	}
	return t, nil
}

// Len is the number of items.
func (t *Packed[T]) Len() int { return len(t.items) }

func parents(level []box) []box {
	out := make([]box, 0, (len(level)+branches-1)/branches)
	for group := range slices.Chunk(level, branches) {
		b := group[0]
		for _, o := range group[1:] {
			b = b.with(o)
		}
		out = append(out, b)
	}
	return out
}

// alongHilbert returns the numbers of the boxes in the order of their centres
// along a Hilbert curve of 65,536 steps a side.
func alongHilbert(boxes []box, all box) []int32 {
	type place struct {
		at   uint32
		from int32
	}
	const side = 1<<16 - 1
	scale := func(v, low, high float64) uint32 {
		if high <= low {
			return 0
		}
		return uint32(side * (v - low) / (high - low))
	}
	places := make([]place, len(boxes))
	for i, b := range boxes {
		x := scale((b.west+b.east)/2, all.west, all.east)
		y := scale((b.south+b.north)/2, all.south, all.north)
		places[i] = place{hilbert(x, y), int32(i)}
	}
	slices.SortFunc(places, func(a, b place) int {
		if c := cmp.Compare(a.at, b.at); c != 0 {
			return c
		}
		return cmp.Compare(a.from, b.from)
	})
	out := make([]int32, len(places))
	for i, p := range places {
		out[i] = p.from
	}
	return out
}

// hilbert is the distance along the curve of order 16 to (x, y).
func hilbert(x, y uint32) (d uint32) {
	for s := uint32(1 << 15); s > 0; s >>= 1 {
		var rx, ry uint32
		if x&s != 0 {
			rx = 1
		}
		if y&s != 0 {
			ry = 1
		}
		d += s * s * ((3 * rx) ^ ry)
		if ry == 0 {
			if rx == 1 {
				x, y = 1<<16-1-x, 1<<16-1-y
			}
			x, y = y, x
		}
	}
	return d
}
