package site

import (
	"math"
	"math/rand/v2"
)

// twice looks for sites of which a point counts the first and the second that
// reach it. Its cost is what is not gained.
type twice struct {
	in    *instance
	gains [3][]int64 // by how many reach a point already: what one more gains
	by    [][]int32  // by point: the sites that reach it
	open  []int
	at    []int // place in open, −1 when not chosen
	count []int32
	loss  []int64 // by place in open: what its going would cost
	all   int64
	cost  int64
	left  int64 // of the budget
	ledger
	random *rand.Rand
}

func newTwice(in *instance, first, both []int64, e Effort) *twice {
	s := &twice{
		in: in, by: make([][]int32, in.n), at: make([]int, in.m), count: make([]int32, in.n), loss: make([]int64, in.m),
		ledger: newLedger(e), random: rand.New(rand.NewPCG(e.Seed, 0x9e3779b97f4a7c15)),
	}
	s.gains = [3][]int64{first, make([]int64, in.n), make([]int64, in.n)}
	for i := range first {
		s.gains[1][i] = both[i] - first[i]
		s.all += both[i]
	}
	for j, near := range in.near {
		for _, w := range near {
			s.by[w.point] = append(s.by[w.point], int32(j))
		}
	}
	return s
}

// more is what one site more gains at a point that so many reach.
func (s *twice) more(i, count int32) int64 { return s.gains[min(2, count)][i] }

func (s *twice) keep() { s.note(s.open, s.cost) }

func (s *twice) choose(sites []int) {
	for j := range s.at {
		s.at[j] = -1
	}
	clear(s.count)
	s.open, s.left, s.cost = s.open[:0], s.in.budget, s.all
	for _, j := range sites {
		s.add(j)
	}
}

func (s *twice) add(j int) {
	s.at[j], s.open = len(s.open), append(s.open, j)
	s.left -= s.in.price[j]
	for _, w := range s.in.near[j] {
		s.cost -= s.more(w.point, s.count[w.point])
		s.count[w.point]++
	}
}

func (s *twice) drop(j int) {
	place, end := s.at[j], len(s.open)-1
	s.open[place] = s.open[end]
	s.at[s.open[place]] = place
	s.at[j], s.open = -1, s.open[:end]
	s.left += s.in.price[j]
	for _, w := range s.in.near[j] {
		s.count[w.point]--
		s.cost += s.more(w.point, s.count[w.point])
	}
}

// greedy takes the fixed sites, then each time the site that gains most for its
// price. Where a second site counts more than the first, one alone may gain
// nothing; then the first of equals is taken.
func (s *twice) greedy() {
	var fixed []int
	for j, f := range s.in.fixed {
		if f {
			fixed = append(fixed, j)
		}
	}
	s.choose(fixed)
	for !s.halted() {
		best, most := -1, -1.0
		for j := range s.in.near {
			if s.at[j] >= 0 || s.in.price[j] > s.left {
				continue
			}
			if worth := float64(s.gain(j)) / math.Max(1e-9, float64(s.in.price[j])); worth > most {
				best, most = j, worth
			}
		}
		if best < 0 {
			return
		}
		s.add(best)
	}
}

func (s *twice) gain(j int) (sum int64) {
	for _, w := range s.in.near[j] {
		sum += s.more(w.point, s.count[w.point])
	}
	return sum
}

// improve exchanges one site for another, or adds one, while that helps.
func (s *twice) improve() {
	for idle, j := 0, 0; idle < s.in.m && !s.halted(); j = (j + 1) % s.in.m {
		idle++
		if s.at[j] >= 0 {
			continue
		}
		out, saved := s.exchange(j)
		if saved <= 0 {
			continue
		}
		if out >= 0 {
			s.drop(out)
		}
		s.add(j)
		idle = 0
	}
}

// exchange finds which site to give up for another, −1 when none must be, and
// what that gains. A point that both reach keeps its number.
func (s *twice) exchange(in int) (out int, saved int64) {
	gain := s.gain(in)
	if s.in.price[in] <= s.left {
		return -1, gain
	}
	for place, j := range s.open {
		s.loss[place] = 0
		for _, w := range s.in.near[j] {
			s.loss[place] += s.more(w.point, s.count[w.point]-1)
		}
	}
	for _, w := range s.in.near[in] {
		c := s.count[w.point]
		if c == 0 {
			continue
		}
		for _, j := range s.by[w.point] {
			if place := s.at[j]; place >= 0 {
				s.loss[place] += s.more(w.point, c) - s.more(w.point, c-1)
			}
		}
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

// shake exchanges a few sites of the best choice at random, and improves.
func (s *twice) shake() {
	s.choose(s.best)
	if len(s.open) == s.in.m || len(s.open) == 0 {
		return
	}
	for range 2 + s.random.IntN(3) {
		out, in := s.open[s.random.IntN(len(s.open))], s.random.IntN(s.in.m)
		if !s.in.fixed[out] && s.at[in] < 0 && s.in.price[in]-s.in.price[out] <= s.left {
			s.drop(out)
			s.add(in)
		}
	}
	s.improve()
	s.keep()
}
