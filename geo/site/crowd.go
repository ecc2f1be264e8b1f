package site

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// crowd looks for sites with room. What a choice costs is a transportation
// problem; its duals say what each person would pay for a place, and so what a
// further site could save at most.
type crowd struct {
	in    *instance
	room  *rooms
	open  []int
	at    []bool
	cost  int64
	left  int64     // of the budget
	tries int       // exchanges that may still be tried
	worth []float64 // by point: what its people would pay for places
	rent  []float64 // by place in open: what a place more would save
	moves [][]ask   // by place in open: who comes; rate is unused
	ledger
	random *rand.Rand
}

func newCrowd(in *instance, room *rooms, e Effort) *crowd {
	return &crowd{
		in: in, room: room, at: make([]bool, in.m), worth: make([]float64, in.n), ledger: newLedger(e),
		random: rand.New(rand.NewPCG(e.Seed, 0x9e3779b97f4a7c15)),
	}
}

func (s *crowd) keep() { s.note(s.open, s.cost) }

func (s *crowd) choose(sites []int) {
	clear(s.at)
	s.open, s.left = append(s.open[:0], sites...), s.in.budget
	for _, j := range s.open {
		s.at[j] = true
		s.left -= s.in.price[j]
	}
	s.place()
}

// place sends everybody to the sites of the choice.
func (s *crowd) place() {
	in, n, k := s.in, s.in.n, len(s.open)
	rows, size := make([][]int32, k), make([]int64, k)
	for place, j := range s.open {
		rows[place], size[place] = in.cost[j], s.room.size[j]
	}
	t := carry(in.weight, size, rows, in.worst, int64(in.worst), s.halted)
	s.cost, s.moves, s.rent = 0, make([][]ask, k), make([]float64, k)
	for e, f := range t.flow {
		if i, to := t.from[e], int(t.to[e])-n; f > 0 && int(i) < n {
			s.cost += f * t.cost[e]
			if to >= 0 && to < k {
				s.moves[to] = append(s.moves[to], ask{point: i, people: f})
			}
		}
	}
	for place := range s.open {
		s.rent[place] = float64(max(0, t.price[n+k+1]-t.price[n+place]))
	}
	for i, w := range in.weight {
		each := min(float64(in.worst), max(0, float64(t.price[n+k]-t.price[i])))
		s.worth[i] = each * float64(w)
	}
}

// greedy takes the fixed sites, then each time the one that could save most for
// its price, while the budget lasts.
func (s *crowd) greedy() {
	var sites []int
	for j, fixed := range s.in.fixed {
		if fixed {
			sites = append(sites, j)
		}
	}
	s.choose(sites)
	for !s.halted() {
		best, most := -1, -1.0
		for j, has := range s.at {
			if has || s.in.price[j] > s.left {
				continue
			}
			if v := -s.room.fill(s.worth, j, nil) / math.Max(1e-9, float64(s.in.price[j])); v > most {
				best, most = j, v
			}
		}
		if best < 0 {
			return
		}
		s.choose(append(slices.Clone(s.open), best))
	}
}

// trade is an exchange worth a try; out is a place in open, −1 for none.
type trade struct {
	in, out int
	net     float64
}

// shortlist is how many trades are tried before a choice counts as the best near it.
const shortlist = 8

// improve tries the trades that promise most, and takes the first that keeps its
// promise, as long as tries are left.
func (s *crowd) improve() {
	for s.tries > 0 && !s.halted() {
		was, cost := slices.Clone(s.open), s.cost
		better := false
		for _, t := range s.trades() {
			if s.tries == 0 {
				break
			}
			s.tries--
			if s.halted() {
				break
			}
			with := append(slices.Clone(was), t.in)
			if t.out >= 0 {
				with = append(slices.Delete(slices.Clone(was), t.out, t.out+1), t.in)
			}
			if s.choose(with); s.cost < cost {
				better = true
				break
			}
		}
		if !better {
			s.choose(was)
			return
		}
	}
}

// trades lists what may help most, best first: what a site could save by the
// duals, less what those who lose theirs pay for the next.
func (s *crowd) trades() (all []trade) {
	loss := s.losses()
	for j, has := range s.at {
		if has {
			continue
		}
		gain := -s.room.fill(s.worth, j, nil)
		if gain <= 0 {
			continue
		}
		if s.in.price[j] <= s.left {
			all = append(all, trade{j, -1, gain})
			continue
		}
		for place, k := range s.open {
			if !s.in.fixed[k] && s.in.price[j]-s.in.price[k] <= s.left {
				all = append(all, trade{j, place, gain - loss[place]})
			}
		}
	}
	slices.SortFunc(all, func(a, b trade) int {
		return cmp.Or(cmp.Compare(b.net, a.net), cmp.Compare(a.in, b.in), cmp.Compare(a.out, b.out))
	})
	return all[:min(shortlist, len(all))]
}

// losses says for each site of the choice what its people would pay elsewhere,
// rents as they are.
func (s *crowd) losses() []float64 {
	loss := make([]float64, len(s.open))
	for place, come := range s.moves {
		own := s.in.cost[s.open[place]]
		for _, a := range come {
			next := float64(s.in.worst)
			for other, k := range s.open {
				if c := s.in.cost[k][a.point]; other != place && c < s.in.worst {
					next = min(next, float64(c)+s.rent[other])
				}
			}
			loss[place] += float64(a.people) * (next - float64(own[a.point]))
		}
	}
	return loss
}

// shake exchanges two sites of the best choice at random, and improves.
func (s *crowd) shake() {
	if s.tries <= 0 || len(s.best) == s.in.m || len(s.best) == 0 {
		return
	}
	with := slices.Clone(s.best)
	for range 2 {
		place, in := s.random.IntN(len(with)), s.random.IntN(s.in.m)
		if out := with[place]; !s.in.fixed[out] && !slices.Contains(with, in) && s.in.price[in] <= s.in.price[out] {
			with[place] = in
		}
	}
	s.tries--
	s.choose(with)
	s.improve()
	s.keep()
}
