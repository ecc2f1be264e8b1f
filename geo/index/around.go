package index

import (
	"iter"
	"math"

	"github.com/paulmach/orb"

	"onemap/geo"
)

// Around yields the keys of all items no farther than r from p, in the order
// of the tree. It measures only those near the rim, and so is many times
// faster than Within.
func (t *Packed[T]) Around(p orb.Point, r geo.Metres) iter.Seq[T] {
	return func(yield func(T) bool) {
		if !(r >= 0) || geo.Check(p) != nil || len(t.items) == 0 {
			return
		}
		s := newSpot(p)
		if !t.reaches(s) {
			for i := range t.items {
				if geo.Distance(p, closest(p, t.items[i].Bound)) <= r && !yield(t.items[i].Key) {
					return
				}
			}
			return
		}
		a := around[T]{t: t, p: p, s: s, r: r, inner: inner(r), outer: outer(r), yield: yield}
		a.visit(len(t.levels)-1, 0)
	}
}

// around is one walk of Around.
type around[T any] struct {
	t            *Packed[T]
	p            orb.Point
	s            spot
	r            geo.Metres
	inner, outer float64
	yield        func(T) bool
}

func (a *around[T]) visit(level, index int) bool {
	b := &a.t.levels[level][index]
	north, east := apart(a.s, b)
	low := radius * radius * (north*north + a.s.cos*a.t.leastCos*east*east)
	if low > a.outer {
		return true
	}
	if level > 0 {
		if a.atMost(b) <= a.inner {
			return a.all(level, index)
		}
		for child := index * branches; child < min(len(a.t.levels[level-1]), (index+1)*branches); child++ {
			if !a.visit(level-1, child) {
				return false
			}
		}
		return true
	}
	high := radius * radius * (north*north + a.s.cos*a.t.mostCos*east*east)
	if high > a.inner && geo.Distance(a.p, closest(a.p, a.t.items[index].Bound)) > a.r {
		return true
	}
	return a.yield(a.t.items[index].Key)
}

// atMost is no less than the rank of any place in b.
func (a *around[T]) atMost(b *box) float64 {
	north := math.Max(math.Abs(a.s.lat-b.south), math.Abs(b.north-a.s.lat))
	east := math.Max(math.Abs(a.s.lon-b.west), math.Abs(b.east-a.s.lon))
	return radius * radius * (north*north + a.s.cos*a.t.mostCos*east*east)
}

// all yields whatever is below a branch.
func (a *around[T]) all(level, index int) bool {
	first, last := index, index+1
	for range level {
		first, last = first*branches, last*branches
	}
	for i := first; i < min(last, len(a.t.items)); i++ {
		if !a.yield(a.t.items[i].Key) {
			return false
		}
	}
	return true
}
