package site

import (
	"math/bits"
	"slices"
)

// Centre finds p sites, the fixed ones among them, from which the longest way to
// anybody is shortest (p-centre, Hakimi 1964). Value is that way; whoever no
// candidate serves is left out of it and listed.
func Centre(p Problem, sites int, e Effort) (Answer, error) {
	_, out, err := p.instance(means{sites: sites}, func(t, _ int32) int32 { return t })
	if err != nil {
		return Answer{}, err
	}
	ways := p.limits()
	if len(ways) == 0 { // nobody can be served: any sites will do
		return p.centre(Answer{Sites: slices.Clone(p.Fixed)}, 0, 0, sites, out, e)
	}
	// A shorter limit needs more sites: the answer lies between a limit that is
	// known to be too short and one that is known to do.
	best := Answer{Method: "bisection over set covering"}
	low, high := 0, len(ways)-1
	for low < high {
		mid := (low + high) / 2
		a, err := p.fit(ways[mid], sites, e)
		if err != nil {
			return Answer{}, err
		}
		if e.stopped() {
			return givenUp(), nil
		}
		switch {
		case a.Value <= int64(sites):
			high, best.Sites = mid, a.Sites
		case a.Bound > int64(sites):
			low = mid + 1
		default: // not settled: it may do, so the bound stays
			return p.centre(best, ways[low], ways[high], sites, out, e)
		}
	}
	return p.centre(best, ways[low], ways[high], sites, out, e)
}

// limits lists the ways that may be the longest, shortest first: none shorter
// than what somebody has to go even were there a site at every candidate.
func (p *Problem) limits() (ways []int32) {
	least := int32(0)
	for i, w := range p.Weight {
		nearest := None
		for _, row := range p.Travel {
			if t := row[i]; t != None && (nearest == None || t < nearest) {
				nearest = t
			}
		}
		if w > 0 {
			least = max(least, nearest)
		}
	}
	there := make([]uint64, p.longest()/64+1) // of each length, one bit: far quicker to list than to sort
	for _, row := range p.Travel {
		for i, t := range row {
			if t >= least && p.Weight[i] > 0 {
				there[t/64] |= 1 << (t % 64)
			}
		}
	}
	for k, word := range there {
		for ; word != 0; word &= word - 1 {
			ways = append(ways, int32(64*k+bits.TrailingZeros64(word)))
		}
	}
	return ways
}

// fit covers everybody within a limit, and stops as soon as so few sites do or
// more are needed for sure.
func (p *Problem) fit(limit int32, sites int, e Effort) (Answer, error) {
	watch := e.Watch
	e.Watch = func(value, bound int64) bool {
		if watch != nil && !watch(int64(limit), int64(limit)) {
			return false
		}
		return value > int64(sites) && bound <= int64(sites)
	}
	return Cover(*p, limit, e)
}

// centre fills the answer up to p sites, which any further site may be.
func (p *Problem) centre(a Answer, low, high int32, sites int, out []int, e Effort) (Answer, error) {
	if a.Sites == nil {
		fit, err := p.fit(high, sites, e)
		if err != nil {
			return Answer{}, err
		}
		if e.stopped() {
			return givenUp(), nil
		}
		a.Sites = fit.Sites
	}
	for j := 0; j < len(p.Travel) && len(a.Sites) < sites; j++ {
		if !slices.Contains(a.Sites, j) {
			a.Sites = append(a.Sites, j)
		}
	}
	slices.Sort(a.Sites)
	a.Value, a.Bound, a.Proved, a.Out = int64(high), int64(low), low == high, out
	return a, nil
}
