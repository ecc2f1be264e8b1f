package site

import (
	"cmp"
	"fmt"
	"slices"
)

// rooms is how many people each site takes at most, and the ways they come.
type rooms struct {
	in   *instance
	size []int64
	ways [][]way
	ask  []ask // of one site, while it is filled
}

// ask is a point that would pay for a place more than its way costs.
type ask struct {
	point  int32
	rate   float64 // what each of its people loses the site, below 0
	people int64
}

// fill gives the places of a site to those who pay most beyond their way, until
// it is full, and calls each with the share of their people (a knapsack of which
// the last piece may be cut, Dantzig 1957). It returns what the site loses.
func (r *rooms) fill(price []float64, j int, each func(point int32, share float64)) float64 {
	r.ask = r.ask[:0]
	sum, people := 0.0, int64(0)
	for _, w := range r.ways[j] {
		if v := w.paid - price[w.point]; v < 0 {
			n := r.in.weight[w.point]
			r.ask = append(r.ask, ask{w.point, v / float64(n), n})
			sum, people = sum+v, people+n
		}
	}
	if people <= r.size[j] {
		if each != nil {
			for _, a := range r.ask {
				each(a.point, 1)
			}
		}
		return sum
	}
	sum = 0
	left := r.size[j]
	for _, a := range r.ask[:r.foremost(left)] {
		n := min(left, a.people)
		left -= n
		sum += a.rate * float64(n)
		if each != nil && n > 0 {
			each(a.point, float64(n)/float64(a.people))
		}
	}
	return sum
}

// foremost puts those who pay most and fill so many places before the others, the
// last of them last, and returns how many points they are.
func (r *rooms) foremost(places int64) int {
	less := func(a, b ask) int { return cmp.Or(cmp.Compare(a.rate, b.rate), cmp.Compare(a.point, b.point)) }
	low, high := 0, len(r.ask)
	for high-low > 16 { // as in quicksort, but only the part in which the places run out
		part := r.ask[low:high]
		pivot := part[len(part)/2]
		k, people := 0, int64(0)
		for i, a := range part {
			if less(a, pivot) <= 0 {
				part[k], part[i] = part[i], part[k]
				k, people = k+1, people+a.people
			}
		}
		switch {
		case people <= places:
			low, places = low+k, places-people
		case k < len(part):
			high = low + k
		default: // the pivot was the last of all
			slices.SortFunc(part, less)
			high = low
		}
	}
	if high > low {
		slices.SortFunc(r.ask[low:high], less)
	}
	for low < len(r.ask) && places > 0 {
		places -= r.ask[low].people
		low++
	}
	return low
}

func (r *rooms) lean(b *bound, j int, share float64) {
	r.fill(b.price, j, func(point int32, part float64) { b.fresh[point] -= share * part })
}

// MedianRoom is Median where each candidate has room for so many people, who may
// be parted: Value is the least travel with which they find room, those who find
// none counting as twice the longest way (capacitated p-median). It tells how far
// the answer may be from the best; only small problems are proved.
func MedianRoom(p Problem, room []int64, sites int, e Effort) (Answer, error) {
	return p.medianRoom(room, means{sites: sites}, e)
}

// MedianRoomBudget is MedianRoom for sites that cost money, as in MedianBudget.
func MedianRoomBudget(p Problem, room, cost []int64, budget int64, e Effort) (Answer, error) {
	if cost == nil {
		return Answer{}, fmt.Errorf("no costs: %w", ErrShape)
	}
	return p.medianRoom(room, means{cost: cost, budget: budget}, e)
}

func (p *Problem) medianRoom(room []int64, m means, e Effort) (Answer, error) {
	in, out, err := p.instance(m, farTwice)
	if err == nil {
		err = p.checkRoom(room)
	}
	if err != nil {
		return Answer{}, err
	}
	a := in.solveRoom(room, 2*p.longest()+1, e)
	a.Out = out
	return a, nil
}

// MaxCoverRoom is MaxCover where each candidate has room for so many people:
// Value is who is within the limit of a site with room (capacitated maximal
// covering, Current and Storbeck 1988).
func MaxCoverRoom(p Problem, room []int64, sites int, within int32, e Effort) (Answer, error) {
	return p.maxCoverRoom(room, means{sites: sites}, within, e)
}

// MaxCoverRoomBudget is MaxCoverRoom for sites that cost money, as in MedianBudget.
func MaxCoverRoomBudget(p Problem, room, cost []int64, budget int64, within int32, e Effort) (Answer, error) {
	if cost == nil {
		return Answer{}, fmt.Errorf("no costs: %w", ErrShape)
	}
	return p.maxCoverRoom(room, means{cost: cost, budget: budget}, within, e)
}

func (p *Problem) maxCoverRoom(room []int64, m means, within int32, e Effort) (Answer, error) {
	if within < 0 {
		return Answer{}, fmt.Errorf("%d: %w", within, ErrThreshold)
	}
	in, out, err := p.instance(m, coverCost(within))
	if err == nil {
		err = p.checkRoom(room)
	}
	if err != nil {
		return Answer{}, err
	}
	all := in.merge()
	return in.solveRoom(room, 1, e.upTo(all)).upTo(all, out), nil
}

func (p *Problem) checkRoom(room []int64) error {
	if len(room) != len(p.Travel) {
		return fmt.Errorf("%d rooms for %d candidates: %w", len(room), len(p.Travel), ErrShape)
	}
	var space int64
	for j, r := range room {
		switch {
		case r < 0:
			return fmt.Errorf("candidate %d has room for %d: %w", j, r, ErrNegative)
		case r > most-space:
			return ErrTooLarge
		}
		space += r
	}
	return nil
}

// longest is the longest way there is, 0 when there is none.
func (p *Problem) longest() (t int32) {
	for _, row := range p.Travel {
		t = max(t, slices.Max(row))
	}
	return t
}

// solveRoom is solve where sites have room for so many; far is what a person
// costs who finds none.
func (in *instance) solveRoom(room []int64, far int32, e Effort) Answer {
	if in.n == 0 {
		return Answer{Sites: in.fill(nil), Proved: true, Method: "nobody to serve"}
	}
	in.reach(far)
	b := newBound(in)
	b.room = &rooms{in: in, size: room, ways: b.ways}
	s := newCrowd(in, b.room, e)
	in.ways *= sortLooks
	e = e.orElse(in)
	s.tries = e.Shakes
	s.greedy()
	s.improve()
	s.keep()
	s.choose(s.best)
	copy(b.price, s.worth)
	return in.settle(s, b, e, "greedy by duals, interchange, Lagrange with rooms")
}

// sortLooks is how many times as dear a way is to look at when sites are filled.
const sortLooks = 2
