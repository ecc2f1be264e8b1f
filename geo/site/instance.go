package site

import (
	"fmt"
	"slices"
)

// instance is a median problem: choose rows of cost within a budget so that the
// weighted sum over points of the least cost is least. A number of sites is a
// budget at a price of one each. Fixed sites are chosen and cost nothing.
type instance struct {
	n, m   int
	about  int       // how many sites a choice has, more or less
	cost   [][]int32 // by site, then point
	weight []int64
	fixed  []bool
	price  []int64
	budget int64
	near   [][]pair // by site: the points it may be the first or second choice of
	ways   int      // in near
	cap    []int32  // by point: near holds every way that costs less
	worst  int32    // no way costs more
}

// pair is one way of a site.
type pair struct{ point, cost int32 }

// instance prices the ways of a problem, and sets aside the points without
// people or without a way.
func (p *Problem) instance(m means, price func(t, longest int32) int32) (*instance, []int, error) {
	if err := p.check(); err != nil {
		return nil, nil, err
	}
	if err := m.check(p); err != nil {
		return nil, nil, err
	}
	var keep, out []int
	longest := int32(0)
	for i, w := range p.Weight {
		served := false
		for j := range p.Travel {
			served = served || p.Travel[j][i] != None
			longest = max(longest, p.Travel[j][i])
		}
		switch {
		case !served:
			out = append(out, i)
		case w > 0:
			keep = append(keep, i)
		}
	}
	in := &instance{n: len(keep), m: len(p.Travel), fixed: make([]bool, len(p.Travel))}
	m.lay(in, p.Fixed)
	for _, i := range keep {
		in.weight = append(in.weight, p.Weight[i])
	}
	for j := range p.Travel {
		row := make([]int32, in.n)
		for k, i := range keep {
			row[k] = price(p.Travel[j][i], longest)
		}
		in.cost = append(in.cost, row)
	}
	return in, out, nil
}

// means is what may be spent on sites: a number of them, fixed ones included, or
// money.
type means struct {
	sites  int
	cost   []int64 // by candidate; nil when sites are counted
	budget int64
}

func (m means) check(p *Problem) error {
	if m.cost == nil {
		if m.sites < max(1, len(p.Fixed)) || m.sites > len(p.Travel) {
			return fmt.Errorf("%d of %d candidates, %d of them fixed: %w", m.sites, len(p.Travel), len(p.Fixed), ErrSites)
		}
		return nil
	}
	if len(m.cost) != len(p.Travel) {
		return fmt.Errorf("%d costs for %d candidates: %w", len(m.cost), len(p.Travel), ErrShape)
	}
	least, all := int64(-1), int64(0)
	for j, c := range m.cost {
		switch {
		case c < 0:
			return fmt.Errorf("candidate %d costs %d: %w", j, c, ErrNegative)
		case c > most-all:
			return ErrTooLarge
		case least < 0 || c < least:
			least = c
		}
		all += c
	}
	if len(p.Fixed) == 0 && m.budget < least || m.budget < 0 {
		return fmt.Errorf("%d where the cheapest candidate costs %d: %w", m.budget, least, ErrBudget)
	}
	return nil
}

// lay puts the means into an instance.
func (m means) lay(in *instance, fixed []int) {
	in.price, in.budget = slices.Clone(m.cost), m.budget
	if m.cost == nil {
		in.price, in.budget = slices.Repeat([]int64{1}, in.m), int64(m.sites-len(fixed))
	}
	for _, j := range fixed {
		in.fixed[j], in.price[j] = true, 0
	}
	in.about = len(fixed)
	left := in.budget
	cheap := slices.Sorted(slices.Values(in.price))
	for _, c := range cheap[len(fixed):] {
		if left -= c; left < 0 {
			break
		}
		in.about++
	}
	in.about = max(1, in.about)
}

// merge makes one point of those that look alike from every site, and returns
// the people of all.
func (in *instance) merge() (people int64) {
	place, key := map[string]int{}, make([]byte, (in.m+7)/8)
	var first []int
	var weight []int64
	for i, w := range in.weight {
		people += w
		clear(key)
		for j := range in.cost {
			key[j/8] |= byte(in.cost[j][i]) << (j % 8)
		}
		k, ok := place[string(key)]
		if !ok {
			k = len(first)
			place[string(key)] = k
			first, weight = append(first, i), append(weight, 0)
		}
		weight[k] += w
	}
	for j, row := range in.cost {
		short := make([]int32, len(first))
		for k, i := range first {
			short[k] = row[i]
		}
		in.cost[j] = short
	}
	in.n, in.weight = len(first), weight
	return people
}

// fill adds candidates to a choice while the budget allows.
func (in *instance) fill(sites []int) []int {
	have, left := slices.Clone(in.fixed), in.budget
	out := slices.Clone(sites)
	for _, j := range sites {
		have[j], left = true, left-in.price[j]
	}
	for j, had := range have {
		switch {
		case in.fixed[j] && !slices.Contains(sites, j):
			out = append(out, j)
		case !had && in.price[j] <= left:
			out, left = append(out, j), left-in.price[j]
		}
	}
	slices.Sort(out)
	return out
}

// meet finds the near ways. Each point looks at several times as many sites as
// would share the ways out evenly; what is farther hardly ever matters, and is
// looked at where it does. It reports false when it was stopped.
func (in *instance) meet(e Effort) bool {
	rank := min(in.m, max(24, 8*in.m/in.about))
	in.near, in.cap = make([][]pair, in.m), make([]int32, in.n)
	costs := make([]int32, in.m)
	for i := range in.cap {
		if i%1024 == 0 && e.stopped() {
			return false
		}
		for j, row := range in.cost {
			costs[j] = row[i]
		}
		slices.Sort(costs)
		in.cap[i] = costs[rank-1] + 1
		if costs[in.m-1] < in.cap[i] {
			in.cap[i] = costs[in.m-1] // the dearest way is nobody's gain
		}
	}
	for j, row := range in.cost {
		in.worst = max(in.worst, slices.Max(row))
		for i, c := range row {
			if c < in.cap[i] {
				in.near[j] = append(in.near[j], pair{int32(i), c})
			}
		}
		in.ways += len(in.near[j])
	}
	return true
}

// reach lets near hold every way that costs less than far, which is what it costs
// not to be served.
func (in *instance) reach(far int32) {
	in.near, in.cap, in.worst = make([][]pair, in.m), slices.Repeat([]int32{far}, in.n), far
	for j, row := range in.cost {
		for i, c := range row {
			if c < far {
				in.near[j] = append(in.near[j], pair{int32(i), c})
			}
		}
		in.ways += len(in.near[j])
	}
}

// solve searches, bounds, and proves as far as the effort goes.
func (in *instance) solve(e Effort) Answer {
	if in.n == 0 { // nobody can be served: any sites will do
		return Answer{Sites: in.fill(nil), Proved: true, Method: "nobody to serve"}
	}
	if !in.meet(e) {
		return givenUp()
	}
	e = e.orElse(in)
	s := newSearch(in, e)
	if s.greedy(); s.stopped {
		return givenUp()
	}
	s.improve()
	s.keep()
	b := newBound(in)
	b.open(s)
	return in.settle(s, b, e, "greedy, interchange, Lagrange")
}

// givenUp is the answer that nobody waits for.
func givenUp() Answer { return Answer{Stopped: true, Method: "given up"} }

// settle drives the bound and the search towards each other.
func (in *instance) settle(f finder, b *bound, e Effort, method string) Answer {
	l := f.book()
	b.ascend(f, e.Steps)
	for k := 0; k < e.Shakes && !l.done(); k++ {
		f.shake()
	}
	if !l.done() {
		b.ascend(f, e.Steps/2)
	}
	if !l.done() {
		b.prove(f, e.Nodes)
	}
	sites := in.fill(l.best)
	return Answer{Sites: sites, Value: l.value, Bound: min(l.bound, l.value), Proved: l.bound >= l.value, Method: method, Stopped: l.stopped}
}
