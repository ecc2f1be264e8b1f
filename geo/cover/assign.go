package cover

import (
	"errors"
	"fmt"
	"math"
)

// Want is somebody who needs Quantity of what others have, and what it costs
// to leave one of them out.
type Want struct {
	Quantity int
	Unmet    int64
}

// Part is how many of a want one supplier gives.
type Part struct{ From, N int }

// Allotment says who gives how many to whom at the least cost, what is missing
// of each want, and what that costs together.
type Allotment struct {
	Given   [][]Part
	Missing []int
	Cost    int64
}

// Errors of Allot.
var (
	ErrPrice = errors.New("prices lie between zero and 2^50")
	ErrPairs = errors.New("at most 20 million pairs of want and supplier")
)

const (
	mostPrice = int64(1) << 50
	mostPairs = 20_000_000
	noWay     = int64(math.MaxInt64)
)

// Allot shares out what suppliers have: room is how many each can give, price
// what one costs between a want and a supplier, false where it may not be. It
// is asked once a pair. What is wanted in vain is priced as unmet. Equal costs
// are settled the same way each time, in favour of the earlier.
// Method: successive shortest paths with potentials over a dense table, a want
// after the other; O(quantity · (wants + suppliers) · suppliers) at worst.
func Allot(wants []Want, room []int, price func(want, supplier int) (int64, bool)) (Allotment, error) {
	if len(room) > 0 && len(wants) > mostPairs/len(room) {
		return Allotment{}, ErrPairs
	}
	f := &flow{wants: wants, room: append([]int(nil), room...), missing: make([]int, len(wants))}
	f.price, f.sent = make([][]int64, len(wants)), make([][]int, len(wants))
	for i, w := range wants {
		if w.Unmet < 0 || w.Unmet > mostPrice {
			return Allotment{}, fmt.Errorf("want %d unmet costs %d: %w", i, w.Unmet, ErrPrice)
		}
		f.price[i], f.sent[i] = make([]int64, len(room)), make([]int, len(room))
		for j := range room {
			p, ok := price(i, j)
			if !ok {
				p = noWay
			} else if p < 0 || p > mostPrice {
				return Allotment{}, fmt.Errorf("want %d from %d costs %d: %w", i, j, p, ErrPrice)
			}
			f.price[i][j] = p
		}
	}
	f.begin()
	for i, w := range wants {
		f.enter(i)
		for left := w.Quantity; left > 0; {
			left -= f.augment(i, left)
		}
	}
	return f.allotment(), nil
}

// flow is an allotment being made. Nodes are the wants, the suppliers behind
// them, and last the sink; high is the potential of each.
type flow struct {
	wants   []Want
	room    []int // still to give
	missing []int
	price   [][]int64
	sent    [][]int
	high    []int64

	far  []int64 // of each node in this search
	from []int   // the node before it
	done []bool
}

func (f *flow) begin() {
	n := len(f.wants) + len(f.room) + 1
	f.high, f.far, f.from, f.done = make([]int64, n), make([]int64, n), make([]int, n), make([]bool, n)
}

// enter gives a want a potential at which none of its ways costs less than nothing.
func (f *flow) enter(i int) {
	n, sink := len(f.wants), len(f.high)-1
	high := f.high[sink] - f.wants[i].Unmet
	for j, p := range f.price[i] {
		if p != noWay {
			high = max(high, f.high[n+j]-p)
		}
	}
	f.high[i] = high
}

// augment sends at most so many from a want to the sink on the cheapest way
// there is, and returns how many.
func (f *flow) augment(i, most int) int {
	n, sink := len(f.wants), len(f.high)-1
	f.search(i)
	for v := range f.high {
		f.high[v] += min(f.far[v], f.far[sink])
	}
	for v := sink; v != i; v = f.from[v] {
		switch u := f.from[v]; {
		case v == sink && u >= n:
			most = min(most, f.room[u-n])
		case v == sink && u != i:
			most = min(most, f.sent[u][f.from[u]-n])
		case v < n:
			most = min(most, f.sent[v][u-n])
		}
	}
	for v := sink; v != i; v = f.from[v] {
		switch u := f.from[v]; {
		case v == sink && u >= n:
			f.room[u-n] -= most
		case v == sink:
			f.missing[u] += most
		case v >= n:
			f.sent[u][v-n] += most
		default:
			f.sent[v][u-n] -= most
		}
	}
	return most
}

// search finds the cheapest ways from a want, until the sink is met.
func (f *flow) search(i int) {
	sink := len(f.high) - 1
	for v := range f.far {
		f.far[v], f.done[v] = noWay, false
	}
	for f.far[i] = 0; ; {
		best := -1
		for v, d := range f.far {
			if !f.done[v] && d != noWay && (best < 0 || d < f.far[best]) {
				best = v
			}
		}
		if f.done[best] = true; best == sink {
			return
		}
		f.relax(best)
	}
}

// relax looks at every way on from a node. The sink is always reached: to leave
// a want unmet is a way.
func (f *flow) relax(u int) {
	n, sink := len(f.wants), len(f.high)-1
	step := func(v int, cost int64) {
		if d := f.far[u] + cost + f.high[u] - f.high[v]; !f.done[v] && d < f.far[v] {
			f.far[v], f.from[v] = d, u
		}
	}
	if u < n {
		for j, p := range f.price[u] {
			if p != noWay {
				step(n+j, p)
			}
		}
		step(sink, f.wants[u].Unmet)
		return
	}
	if f.room[u-n] > 0 {
		step(sink, 0)
	}
	for w := range f.wants {
		if f.sent[w][u-n] > 0 {
			step(w, -f.price[w][u-n])
		}
	}
}

func (f *flow) allotment() Allotment {
	out := Allotment{Given: make([][]Part, len(f.wants)), Missing: f.missing}
	for i, w := range f.wants {
		out.Cost += int64(f.missing[i]) * w.Unmet
		for j, n := range f.sent[i] {
			if n > 0 {
				out.Given[i] = append(out.Given[i], Part{j, n})
				out.Cost += int64(n) * f.price[i][j]
			}
		}
	}
	return out
}
