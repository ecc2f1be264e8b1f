package site

import (
	"fmt"
	"slices"
)

// BackupCover finds p sites, the fixed ones among them, so that most is gained
// when a person within the limit of one site counts alpha thousandths and of two
// or more a whole (backup coverage, Hogan and ReVelle 1986). Value is in people's
// thousandths. A thousand is MaxCover; 0 counts only who has two.
func BackupCover(p Problem, sites int, within int32, alpha int64, e Effort) (Answer, error) {
	if within < 0 || alpha < 0 || alpha > 1000 {
		return Answer{}, fmt.Errorf("within %d, %d thousandths: %w", within, alpha, ErrThreshold)
	}
	in, out, err := p.instance(means{sites: sites}, coverCost(within))
	if err != nil {
		return Answer{}, err
	}
	all := in.merge()
	if all > most/1000 {
		return Answer{}, ErrTooLarge
	}
	first, both := make([]int64, in.n), make([]int64, in.n)
	for i, w := range in.weight {
		first[i], both[i] = alpha*w, 1000*w
	}
	a := in.solveTwice(first, both, nil, e.upTo(1000*all))
	return a.upTo(1000*all, out), nil
}

// Backed is the fewest sites that reach everybody, chosen so that most people
// are within the limit of two. Twice and TwiceBound count those, whether the
// number of sites is proved or not; TwiceBound holds for that number of sites.
type Backed struct {
	Answer
	Twice, TwiceBound int64
}

// CoverBacked is Cover that among the choices of fewest sites takes one that
// reaches most people twice (LSCP with backup, Daskin and Stern 1981). The fewer
// sites always come first.
func CoverBacked(p Problem, within int32, e Effort) (Backed, error) {
	a, err := Cover(p, within, e)
	if err != nil {
		return Backed{}, err
	}
	if a.Stopped || len(a.Sites) == 0 {
		return Backed{Answer: a}, nil
	}
	in, _, err := p.instance(means{sites: len(a.Sites)}, coverCost(within))
	if err != nil {
		return Backed{}, err
	}
	people := in.onlyReached()
	if in.n == 0 {
		return Backed{Answer: a}, nil
	}
	once := people + 1 // to reach somebody at all counts more than to reach all twice
	if once > most/int64(in.n+1) {
		return Backed{}, ErrTooLarge
	}
	first, both := make([]int64, in.n), make([]int64, in.n)
	for i, w := range in.weight {
		first[i], both[i] = once, once+w
	}
	b := in.solveTwice(first, both, a.Sites, e.upTo(people))
	a.Sites, a.Stopped, a.Method = b.Sites, b.Stopped, a.Method+"; then "+b.Method
	return Backed{Answer: a, Twice: people - b.Value, TwiceBound: people - max(0, b.Bound)}, nil
}

// onlyReached merges the points and leaves out whom no site reaches. It returns
// the people of the others.
func (in *instance) onlyReached() (people int64) {
	in.merge()
	var keep []int
	for i, w := range in.weight {
		if slices.ContainsFunc(in.cost, func(row []int32) bool { return row[i] == 0 }) {
			keep, people = append(keep, i), people+w
		}
	}
	weight := make([]int64, len(keep))
	for k, i := range keep {
		weight[k] = in.weight[i]
	}
	for j, row := range in.cost {
		short := make([]int32, len(keep))
		for k, i := range keep {
			short[k] = row[i]
		}
		in.cost[j] = short
	}
	in.n, in.weight = len(keep), weight
	return people
}

// solveTwice is solve where a second site that reaches a point counts too. first
// and both are what one and two sites are worth to it; start is a choice to begin
// with, nil for a greedy one.
func (in *instance) solveTwice(first, both []int64, start []int, e Effort) Answer {
	if in.n == 0 {
		return Answer{Sites: in.fill(nil), Proved: true, Method: "nobody to serve"}
	}
	in.reach(1)
	e = e.orElse(in)
	s := newTwice(in, first, both, e)
	if start == nil {
		s.greedy()
	} else {
		s.choose(start)
	}
	s.improve()
	s.keep()
	in.weight = both
	b := newBound(in)
	b.twice = first
	for i := range b.price { // above this a point takes no site
		b.most[i] = max(float64(first[i]), float64(both[i])/2)
		b.price[i] = float64(both[i]) / 4
	}
	return in.settle(s, b, e, "greedy, interchange, Lagrange")
}
