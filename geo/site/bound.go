package site

import (
	"math"
	"slices"
)

// bound is the Lagrange bound of a median problem: each point pays a price for
// being served, and the sites that earn most of the prices are taken, as far as
// the budget goes. No choice of sites costs less than what is paid (Narula, Ogbu
// and Samuelsson 1977).
type bound struct {
	in     *instance
	ways   [][]way   // by site: its near ways
	reach  [][]int32 // by site: the points of its near ways, where all of them cost nothing
	most   []float64 // by point: no price is higher, so that far ways never pay
	twice  []int64   // by point: what a first site is worth, where a second counts too
	room   *rooms    // nil where a site serves any number
	price  []float64
	best   []float64 // prices of the best bound
	slope  []float64 // the direction taken
	fresh  []float64 // the slope where the prices stand
	profit []float64 // of each site, at most 0
	rank   []int
	taken  int     // so many of rank are taken,
	part   float64 // and this share of the next
	last   float64 // profit per price of the last that is taken, 0 when money is left
	next   float64 // and of the next
	in1    []bool  // sites that must be
	out1   []bool  // sites that must not be
}

// way is a near way with what its point's people pay together.
type way struct {
	point int32
	paid  float64
}

func newBound(in *instance) *bound {
	b := &bound{
		in: in, price: make([]float64, in.n), best: make([]float64, in.n), slope: make([]float64, in.n), fresh: make([]float64, in.n), profit: make([]float64, in.m),
		rank: make([]int, in.m), in1: slices.Clone(in.fixed), out1: make([]bool, in.m), most: make([]float64, in.n),
	}
	for i, c := range in.cap {
		b.most[i] = float64(in.weight[i]) * float64(c)
	}
	for _, near := range in.near {
		ways := make([]way, len(near))
		for k, w := range near {
			ways[k] = way{w.point, float64(in.weight[w.point]) * float64(w.cost)}
		}
		b.ways = append(b.ways, ways)
	}
	for j, c := range in.price {
		b.out1[j] = c > in.budget
	}
	b.flatten()
	return b
}

// flatten keeps only the points of the ways when all of them are for nothing, as
// in covering: they are quicker to sum.
func (b *bound) flatten() {
	reach := make([][]int32, len(b.ways))
	for j, ways := range b.ways {
		for _, w := range ways {
			if w.paid != 0 {
				return
			}
			reach[j] = append(reach[j], w.point)
		}
	}
	b.reach = reach
}

// open sets the first prices: between what the first and the second best site of
// the choice cost.
func (b *bound) open(s *search) {
	s.choose(s.best)
	for i := range b.price {
		k := s.second[i]
		if k < 0 {
			k = s.first[i]
		}
		both := float64(b.in.cost[s.first[i]][i]) + float64(b.in.cost[k][i])
		b.price[i] = min(b.most[i], float64(b.in.weight[i])*both/2)
	}
}

// value prices every site, fills the budget with those that earn most for their
// money, the last one perhaps in part, and returns the bound.
func (b *bound) value() float64 {
	sum := 0.0
	for i, v := range b.price {
		sum += b.paid(i, v)
	}
	for j := range b.ways {
		if b.rank[j] = j; !b.out1[j] {
			b.profit[j] = b.earn(j)
		}
	}
	slices.SortFunc(b.rank, b.before)
	b.taken, b.part, b.last, b.next = 0, 0, 0, 0
	left, last := b.in.budget, 0.0
	for _, j := range b.rank {
		if b.out1[j] {
			break
		}
		ratio, price := b.ratio(j), b.in.price[j]
		if price > left && b.in1[j] {
			return math.Inf(1) // what must be is too dear
		}
		if price > left {
			b.part, b.next = float64(left)/float64(price), ratio
			sum += b.part * b.profit[j]
			if left > 0 {
				last = ratio
			}
			b.last = last
			break
		}
		if left -= price; !b.in1[j] && price > 0 {
			last = ratio
		}
		b.taken++
		sum += b.profit[j]
	}
	if left == 0 {
		b.last = last
	}
	return sum
}

// paid is what a point costs at a price, however many sites it then takes.
func (b *bound) paid(i int, v float64) float64 {
	if b.twice == nil {
		return v
	}
	first, both := float64(b.twice[i]), float64(b.in.weight[i])
	return min(both, both-first+v, 2*v)
}

// earn is what a site loses, at most 0, when it serves whoever pays more than
// serving costs.
func (b *bound) earn(j int) float64 {
	if b.room != nil {
		return b.room.fill(b.price, j, nil)
	}
	s := 0.0
	if b.reach != nil { // whoever pays at all is served
		for _, i := range b.reach[j] {
			s -= b.price[i]
		}
		return s
	}
	for _, w := range b.ways[j] {
		if v := w.paid - b.price[w.point]; v < 0 {
			s += v
		}
	}
	return s
}

// ratio is what a site earns for its price.
func (b *bound) ratio(j int) float64 { return b.profit[j] / math.Max(1e-9, float64(b.in.price[j])) }

// before ranks what must be first, what must not be last, and between them by
// what is earned for the money.
func (b *bound) before(x, y int) int {
	if c := b.class(x) - b.class(y); c != 0 {
		return c
	}
	if b.out1[x] {
		return x - y // not priced
	}
	switch p, q := b.profit[x]*max(1e-9, float64(b.in.price[y])), b.profit[y]*max(1e-9, float64(b.in.price[x])); {
	case p < q:
		return -1
	case p > q:
		return 1
	}
	return x - y
}

func (b *bound) class(j int) int {
	switch {
	case b.in1[j]:
		return 0
	case b.out1[j]:
		return 2
	}
	return 1
}

// lean returns the slope: how often a point takes a site at its price, less the
// sites taken that serve it.
func (b *bound) lean() []float64 {
	for i := range b.fresh {
		b.fresh[i] = 1
		if b.twice != nil {
			first, both := float64(b.twice[i]), float64(b.in.weight[i])
			switch v := b.price[i]; {
			case both <= both-first+v && both <= 2*v:
				b.fresh[i] = 0
			case 2*v <= both-first+v:
				b.fresh[i] = 2
			}
		}
	}
	for k, j := range b.rank[:min(b.taken+1, len(b.rank))] {
		share := 1.0
		if k == b.taken {
			share = b.part
		}
		if share == 0 {
			continue
		}
		if b.room != nil {
			b.room.lean(b, j, share)
			continue
		}
		for _, w := range b.ways[j] {
			if w.paid < b.price[w.point] {
				b.fresh[w.point] -= share
			}
		}
	}
	return b.fresh
}

// without and with say how much the bound rises at least when a site that is
// taken must not be, and one that is not must be.
func (b *bound) without(j int) float64 {
	return max(0, b.next*float64(b.in.price[j])-b.profit[j])
}

func (b *bound) with(j int) float64 {
	return max(0, b.profit[j]-b.last*float64(b.in.price[j]))
}

// fix settles the sites without which, or with which, nothing better than the
// best can be. It reports false when the money does not go round.
func (b *bound) fix(l *ledger, top float64) bool {
	if math.IsInf(b.value(), 1) {
		return false
	}
	for k, j := range b.rank {
		switch {
		case b.in1[j] || b.out1[j] || k == b.taken && b.part > 0:
		case k < b.taken && whole(top+b.without(j)) >= l.value:
			b.in1[j] = true
		case k >= b.taken && whole(top+b.with(j)) >= l.value:
			b.out1[j] = true
		}
	}
	return true
}

// whole rounds a bound up: costs are whole numbers.
func whole(v float64) int64 {
	if v >= 1<<62 {
		return math.MaxInt64
	}
	return int64(math.Ceil(v - 1e-6*math.Max(1, math.Abs(v)*1e-6)))
}
