package index

import (
	"iter"
	"math"

	"github.com/paulmach/orb"

	"onemap/geo"
)

// walker is what one query needs: its candidates, and the branches still to
// be looked into, the nearest on top.
type walker struct {
	collector
	open []branch
}

type branch struct {
	rank  float64
	level int32
	index int32
}

// Nearest returns the k items nearest to p that keep accepts, nearest first;
// all of them when there are no more than k. A nil keep accepts all. The
// distance to a bound is that to its point of nearest longitude and latitude.
// Equal distances are ordered by key. What is no place has no neighbours.
func (t *Packed[T]) Nearest(p orb.Point, k int, keep func(T) bool) []Hit[T] {
	return t.AppendNearest(nil, p, k, keep)
}

// AppendNearest is Nearest into a slice of the caller's.
func (t *Packed[T]) AppendNearest(dst []Hit[T], p orb.Point, k int, keep func(T) bool) []Hit[T] {
	if k <= 0 || geo.Check(p) != nil {
		return dst
	}
	w := t.scratch.Get().(*walker)
	defer t.scratch.Put(w)
	w.reset(k, math.Inf(1))
	t.search(w, p, keep)
	return t.judge(dst, w, p, geo.Metres(math.Inf(1)))
}

// Within returns all items no farther than r from p, nearest first.
func (t *Packed[T]) Within(p orb.Point, r geo.Metres) []Hit[T] {
	return t.AppendWithin(nil, p, r)
}

// AppendWithin is Within into a slice of the caller's.
func (t *Packed[T]) AppendWithin(dst []Hit[T], p orb.Point, r geo.Metres) []Hit[T] {
	if !(r >= 0) || geo.Check(p) != nil {
		return dst
	}
	w := t.scratch.Get().(*walker)
	defer t.scratch.Put(w)
	w.reset(0, outer(r))
	t.search(w, p, nil)
	return t.judge(dst, w, p, r)
}

func (t *Packed[T]) judge(dst []Hit[T], w *walker, p orb.Point, r geo.Metres) []Hit[T] {
	return judge(dst, &w.collector, p, r, t.compare, func(ref int32) (T, orb.Point) {
		it := &t.items[ref]
		return it.Key, closest(p, it.Bound)
	})
}

// Search yields the keys of all items whose bound meets b, edges included, in
// the order of the tree. A box over the antimeridian must be split first.
func (t *Packed[T]) Search(b orb.Bound) iter.Seq[T] {
	want := box{b.Min[0] * perDegree, b.Min[1] * perDegree, b.Max[0] * perDegree, b.Max[1] * perDegree}
	return func(yield func(T) bool) {
		if len(t.items) > 0 {
			t.meet(want, len(t.levels)-1, 0, yield)
		}
	}
}

func (t *Packed[T]) meet(want box, level, index int, yield func(T) bool) bool {
	b := &t.levels[level][index]
	if !(b.west <= want.east && want.west <= b.east && b.south <= want.north && want.south <= b.north) {
		return true
	}
	if level == 0 {
		return yield(t.items[index].Key)
	}
	for child := index * branches; child < min(len(t.levels[level-1]), (index+1)*branches); child++ {
		if !t.meet(want, level-1, child, yield) {
			return false
		}
	}
	return true
}

// reaches tells whether near holds between s and every place in the tree.
func (t *Packed[T]) reaches(s spot) bool {
	all := t.levels[len(t.levels)-1][0]
	return math.Max(math.Abs(s.lon-all.west), math.Abs(all.east-s.lon)) <= reach &&
		math.Max(math.Abs(s.lat-all.south), math.Abs(all.north-s.lat)) <= reach
}

func (t *Packed[T]) search(w *walker, p orb.Point, keep func(T) bool) {
	if len(t.items) == 0 {
		return
	}
	s := newSpot(p)
	if !t.reaches(s) {
		for i := range t.items {
			rank := far(p, closest(p, t.items[i].Bound))
			if rank <= w.limit && (keep == nil || keep(t.items[i].Key)) {
				w.add(rank, int32(i))
			}
		}
		return
	}
	w.open = append(w.open[:0], branch{0, int32(len(t.levels) - 1), 0})
	for len(w.open) > 0 {
		b := w.pop()
		if b.rank > w.limit {
			return
		}
		if b.level == 0 { // a tree of one item
			t.offer(w, s, 0, 1, keep)
			continue
		}
		first := int(b.index) * branches
		last := min(len(t.levels[b.level-1]), first+branches)
		if b.level == 1 {
			t.offer(w, s, first, last, keep)
			continue
		}
		for i := first; i < last; i++ {
			if rank := t.atLeast(s, &t.levels[b.level-1][i]); rank <= w.limit {
				w.push(branch{rank, b.level - 1, int32(i)})
			}
		}
	}
}

// offer ranks the items from first up to last.
func (t *Packed[T]) offer(w *walker, s spot, first, last int, keep func(T) bool) {
	for i := first; i < last; i++ {
		b := &t.levels[0][i]
		if t.atLeast(s, b) > w.limit {
			continue
		}
		lat := math.Max(b.south, math.Min(b.north, s.lat))
		north, east := apart(s, b)
		rank := radius * radius * (north*north + s.cos*math.Cos(lat)*east*east)
		if rank <= w.limit && (keep == nil || keep(t.items[i].Key)) {
			w.add(rank, int32(i))
		}
	}
}

// atLeast is no greater than the rank of any place in b.
func (t *Packed[T]) atLeast(s spot, b *box) float64 {
	north, east := apart(s, b)
	return radius * radius * (north*north + s.cos*t.leastCos*east*east)
}

// apart is how far s lies from b in latitude and in longitude.
func apart(s spot, b *box) (north, east float64) {
	return math.Max(0, math.Max(b.south-s.lat, s.lat-b.north)), math.Max(0, math.Max(b.west-s.lon, s.lon-b.east))
}

// closest is the point of b nearest to p in latitude and, round the globe, in
// longitude.
func closest(p orb.Point, b orb.Bound) orb.Point {
	q := orb.Point{p[0], math.Max(b.Min[1], math.Min(b.Max[1], p[1]))}
	if p[0] < b.Min[0] || p[0] > b.Max[0] {
		q[0] = b.Min[0]
		west, east := math.Remainder(p[0]-b.Min[0], 360), math.Remainder(p[0]-b.Max[0], 360)
		if math.Abs(east) < math.Abs(west) {
			q[0] = b.Max[0]
		}
	}
	return q
}

func (w *walker) push(b branch) {
	w.open = append(w.open, b)
	for i := len(w.open) - 1; i > 0; {
		parent := (i - 1) / 2
		if w.open[parent].rank <= w.open[i].rank {
			return
		}
		w.open[parent], w.open[i] = w.open[i], w.open[parent]
		i = parent
	}
}

func (w *walker) pop() branch {
	top := w.open[0]
	last := len(w.open) - 1
	w.open[0] = w.open[last]
	w.open = w.open[:last]
	for i := 0; ; {
		child := 2*i + 1
		if child >= last {
			return top
		}
		if right := child + 1; right < last && w.open[right].rank < w.open[child].rank {
			child = right
		}
		if w.open[i].rank <= w.open[child].rank {
			return top
		}
		w.open[i], w.open[child] = w.open[child], w.open[i]
		i = child
	}
}
