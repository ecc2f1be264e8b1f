package site

import (
	"math"
	"math/rand/v2"
)

// search holds a choice of sites and, for each point, its nearest and second
// nearest among them (Whitaker 1983).
type search struct {
	in            *instance
	open          []int   // chosen sites
	at            []int   // place in open, −1 when not chosen
	first, second []int32 // places of sites, −1 while fewer are chosen
	cost          int64
	left          int64   // of the budget
	have, next    []int32 // what these two cost
	base, loss    []int64 // by place in open: what its going would cost
	wide          []int   // points whose second choice is no near way
	stale         bool    // the choice has changed since these were summed up

	ledger
	random *rand.Rand
}

func newSearch(in *instance, e Effort) *search {
	return &search{
		in: in, at: make([]int, in.m), first: make([]int32, in.n), second: make([]int32, in.n),
		have: make([]int32, in.n), next: make([]int32, in.n), base: make([]int64, in.m), loss: make([]int64, in.m),
		ledger: newLedger(e), random: rand.New(rand.NewPCG(e.Seed, 0x9e3779b97f4a7c15)),
	}
}

func (s *search) keep() { s.note(s.open, s.cost) }

// choose makes a set of sites the choice.
func (s *search) choose(sites []int) {
	for j := range s.at {
		s.at[j] = -1
	}
	s.open, s.left = s.open[:0], s.in.budget
	for _, j := range sites {
		s.at[j] = len(s.open)
		s.open = append(s.open, j)
		s.left -= s.in.price[j]
	}
	s.cost, s.stale = 0, true
	for i := range s.first {
		s.settle(i)
		s.cost += s.in.weight[i] * int64(s.in.cost[s.first[i]][i])
	}
}

// settle finds the nearest two of a point anew.
func (s *search) settle(i int) {
	first, second := int32(-1), int32(-1)
	a, b := int32(math.MaxInt32), int32(math.MaxInt32)
	for _, j := range s.open {
		switch c := s.in.cost[j][i]; {
		case c < a:
			second, b, first, a = first, a, int32(j), c
		case c < b:
			second, b = int32(j), c
		}
	}
	s.first[i], s.second[i] = first, second
}

// greedy takes the fixed sites, then each time the site that helps most for its
// price, while the budget lasts.
func (s *search) greedy() {
	in, left := s.in, s.in.budget
	least := make([]int32, in.n)
	for i := range least {
		least[i] = in.worst + 1
	}
	var sites []int
	taken := make([]bool, in.m)
	take := func(j int) {
		taken[j], left = true, left-in.price[j]
		sites = append(sites, j)
		for i, c := range in.cost[j] {
			least[i] = min(least[i], c)
		}
	}
	for j, fixed := range in.fixed {
		if fixed {
			take(j)
		}
	}
	for {
		if s.halted() {
			return
		}
		best, most := -1, -1.0
		for j, row := range in.cost {
			if taken[j] || in.price[j] > left {
				continue
			}
			sum := int64(0)
			for i, c := range row {
				if c < least[i] {
					sum += in.weight[i] * int64(least[i]-c)
				}
			}
			if worth := float64(sum) / math.Max(1e-9, float64(in.price[j])); worth > most {
				best, most = j, worth
			}
		}
		if best < 0 {
			break
		}
		take(best)
	}
	s.choose(sites)
}

// improve exchanges one site for another, or adds one where the budget allows,
// while that helps.
func (s *search) improve() {
	for idle, j := 0, 0; idle < s.in.m && !s.halted(); j = (j + 1) % s.in.m {
		idle++
		if s.at[j] < 0 {
			if out, saved := s.exchange(j); saved > 0 {
				if out < 0 {
					s.add(j)
				} else {
					s.swap(out, j)
				}
				idle = 0
			}
		}
	}
}

// exchange finds which site to give up for another, −1 when none must be, and
// what that saves; 0 when it would be too dear. A
// site's loss is what its points lose by going to their second choice; the new
// site lessens it, and gains where it is nearer than the first.
func (s *search) exchange(in int) (out int, saved int64) {
	if s.stale {
		s.account()
	}
	copy(s.loss, s.base)
	gain := int64(0)
	for _, w := range s.in.near[in] {
		gain += s.weigh(int(w.point), w.cost)
	}
	for _, i := range s.wide {
		if c := s.in.cost[in][i]; c >= s.in.cap[i] {
			gain += s.weigh(i, c)
		}
	}
	if s.in.price[in] <= s.left {
		return -1, gain
	}
	least := int64(math.MaxInt64)
	for place, j := range s.open {
		if !s.in.fixed[j] && s.in.price[in]-s.in.price[j] <= s.left && s.loss[place] < least {
			out, least = j, s.loss[place]
		}
	}
	if least == math.MaxInt64 {
		return 0, 0
	}
	return out, gain - least
}

// weigh returns what a point gains by a way to a new site, and takes what it
// would lose by its first site's going down.
func (s *search) weigh(i int, c int32) (gain int64) {
	have, next := s.have[i], s.next[i]
	switch {
	case c < have:
		gain = s.in.weight[i] * int64(have-c)
		s.loss[s.at[s.first[i]]] -= s.in.weight[i] * int64(next-have)
	case c < next:
		s.loss[s.at[s.first[i]]] -= s.in.weight[i] * int64(next-c)
	}
	return gain
}

// account sums up what each site's going would cost, and lists the points whose
// second choice is farther than their near ways.
func (s *search) account() {
	clear(s.base)
	s.wide, s.stale = s.wide[:0], false
	for i, f := range s.first {
		have := s.in.cost[f][i]
		next := s.in.worst
		if k := s.second[i]; k >= 0 {
			next = s.in.cost[k][i]
		}
		s.have[i], s.next[i] = have, next
		s.base[s.at[f]] += s.in.weight[i] * int64(next-have)
		if next > s.in.cap[i] {
			s.wide = append(s.wide, i)
		}
	}
}

// swap gives one site up for another.
func (s *search) swap(out, in int) {
	place := s.at[out]
	s.at[out], s.at[in], s.open[place] = -1, place, in
	s.left += s.in.price[out] - s.in.price[in]
	s.enter(out, in)
}

// add takes one site more.
func (s *search) add(in int) {
	s.at[in], s.open = len(s.open), append(s.open, in)
	s.left -= s.in.price[in]
	s.enter(-1, in)
}

// drop gives one site up for none.
func (s *search) drop(out int) {
	place, end := s.at[out], len(s.open)-1
	s.open[place] = s.open[end]
	s.at[s.open[place]] = place
	s.at[out], s.open = -1, s.open[:end]
	s.left += s.in.price[out]
	s.enter(out, -1)
}

// enter finds the first and second choices anew after one site went and another
// came; −1 is none.
func (s *search) enter(out, in int) {
	s.stale = true
	for i, f := range s.first {
		was := s.in.cost[f][i]
		switch {
		case int(f) == out || int(s.second[i]) == out:
			s.settle(i)
		case in < 0:
		case s.in.cost[in][i] < was:
			s.first[i], s.second[i] = int32(in), f
		case s.second[i] < 0 || s.in.cost[in][i] < s.in.cost[s.second[i]][i]:
			s.second[i] = int32(in)
		}
		s.cost += s.in.weight[i] * int64(s.in.cost[s.first[i]][i]-was)
	}
}

// shake exchanges a few sites of the best choice at random, gives up those for
// which there is no money, and improves.
func (s *search) shake() {
	s.choose(s.best)
	if len(s.open) == s.in.m || len(s.open) == 0 {
		return
	}
	few := 2 + s.random.IntN(3)
	if s.random.IntN(4) == 0 {
		few = max(few, len(s.open)/2)
	}
	for range few {
		out, in := s.open[s.random.IntN(len(s.open))], s.random.IntN(s.in.m)
		switch {
		case s.in.fixed[out] || s.at[in] >= 0:
		case s.in.price[in]-s.in.price[out] <= s.left:
			s.swap(out, in)
		case len(s.open) > 1:
			s.drop(out)
		}
	}
	s.improve()
	s.keep()
}
