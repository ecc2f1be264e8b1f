package study

import (
	"cmp"
	"math"
	"slices"

	"onemap/geo/site"
)

// reached is who is how near at some choice of sites.
type reached struct {
	near  []int32 // of each cell, to its nearest site
	count []int32 // sites within the limit
}

// standingReach is that of the sites there are.
func (s *siting) standingReach() *reached {
	r := &reached{slices.Clone(s.near), make([]int32, len(s.near))}
	if s.stand != nil {
		for _, row := range s.stand.by {
			s.countIn(r.count, row)
		}
	}
	return r
}

func (s *siting) countIn(count, row []int32) {
	for i, v := range row {
		if v != site.None && v <= s.limit {
			count[i]++
		}
	}
}

// add opens a candidate.
func (r *reached) add(s *siting, j int) {
	s.countIn(r.count, s.by[j])
	for i, v := range s.by[j] {
		if v != site.None && (r.near[i] == site.None || v < r.near[i]) {
			r.near[i] = v
		}
	}
}

// gain is what one site adds to some others.
type gain struct {
	offer   int
	people  int64 // newly within the limit
	backed  int64 // newly within the limit of two
	reach   int64 // within the limit
	overlap int64 // of them within that of others already
	nearer  int64 // for whom the way gets shorter
	saved   int64 // people times tenths, all told
	opened  int64 // for whom there was no way at all
	before  int64 // of those newly within the limit who had a way: people times tenths
	had     int64 // how many they are
}

func (s *siting) gain(r *reached, j int) gain {
	g := gain{offer: j}
	for i, v := range s.by[j] {
		w := s.land.cells[i].people
		if v == site.None {
			continue
		}
		switch near := r.near[i]; {
		case near == site.None:
			g.opened += w
		case v < near:
			g.nearer, g.saved = g.nearer+w, g.saved+w*int64(near-v)
		}
		if v > s.limit {
			continue
		}
		g.reach += w
		switch r.count[i] {
		case 0:
			g.people += w
			if r.near[i] != site.None {
				g.before, g.had = g.before+w*int64(r.near[i]), g.had+w
			}
		case 1:
			g.backed += w
			fallthrough
		default:
			g.overlap += w
		}
	}
	return g
}

// better orders gains by what the model is after.
func (s *siting) better(a, b gain) int {
	var first, second int
	switch s.in.Params.Model {
	case "p_median", "p_centre":
		first, second = cmp.Compare(b.opened, a.opened), cmp.Compare(b.saved, a.saved)
	case "lscp_backup", "mclp_backup":
		first, second = cmp.Compare(b.people+b.backed, a.people+a.backed), cmp.Compare(b.people, a.people)
	default:
		first, second = cmp.Compare(b.people, a.people), cmp.Compare(b.saved, a.saved)
	}
	return cmp.Or(first, second, cmp.Compare(a.offer, b.offer))
}

// adds reports whether a gain is one by the model.
func (s *siting) adds(g gain) bool {
	switch s.in.Params.Model {
	case "p_median", "p_centre":
		return g.opened > 0 || g.saved > 0
	case "lscp_backup", "mclp_backup":
		return g.people+g.backed > 0
	}
	return g.people > 0
}

// inOrder opens the chosen sites one by one, each time the one that adds most
// to those before it, and leaves r as it is with all of them. Sites that add
// nothing to the others come last.
func (s *siting) inOrder(r *reached) (all []gain) {
	left := slices.Clone(s.chosen)
	// Nobody is newly reached twice: what a site added before is the most it adds now.
	byPeople := s.in.Params.Model == "lscp" || s.in.Params.Model == "mclp"
	most := make([]int64, len(s.offers))
	for _, j := range left {
		most[j] = math.MaxInt64
	}
	for len(left) > 0 && !s.stop() {
		best, at := gain{}, -1
		slices.SortStableFunc(left, func(a, b int) int { return cmp.Compare(most[b], most[a]) })
		for k, j := range left {
			if byPeople && at >= 0 && most[j] < best.people {
				break
			}
			g := s.gain(r, j)
			if most[j] = g.people; at < 0 || s.better(g, best) < 0 {
				best, at = g, k
			}
		}
		left = slices.Delete(left, at, at+1)
		r.add(s, best.offer)
		all = append(all, best)
	}
	return all
}

// home is the township where most of the people live whom a site newly brings
// within the limit, and how many they are.
func (s *siting) home(before *reached, j int) (township string, people int64) {
	sum := map[string]int64{}
	for i, v := range s.by[j] {
		if c := s.land.cells[i]; v != site.None && v <= s.limit && before.count[i] == 0 {
			sum[c.township] += c.people
		}
	}
	for code, n := range sum {
		if n > people || n == people && code < township {
			township, people = code, n
		}
	}
	return township, people
}
