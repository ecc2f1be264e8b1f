package site

import "fmt"

// Median finds p sites, the fixed ones among them, for which people travel
// least in all (p-median, Hakimi 1964). Value is that sum. A point that none of
// the sites serves counts as twice the longest way, so that as many as possible
// are served.
func Median(p Problem, sites int, e Effort) (Answer, error) {
	return p.median(means{sites: sites}, e)
}

// MedianBudget is Median for sites that cost money: at most budget is spent, in
// whatever unit cost, by candidate, is. Fixed sites stand already and cost nothing.
func MedianBudget(p Problem, cost []int64, budget int64, e Effort) (Answer, error) {
	if cost == nil {
		return Answer{}, fmt.Errorf("no costs: %w", ErrShape)
	}
	return p.median(means{cost: cost, budget: budget}, e)
}

func (p *Problem) median(m means, e Effort) (Answer, error) {
	in, out, err := p.instance(m, farTwice)
	if err != nil {
		return Answer{}, err
	}
	a := in.solve(e)
	a.Out = out
	return a, nil
}

// farTwice lets whoever is not served travel twice the longest way.
func farTwice(t, longest int32) int32 {
	if t == None {
		return 2*longest + 1
	}
	return t
}

// MaxCover finds p sites, the fixed ones among them, that reach most people
// within a limit (maximal covering, Church and ReVelle 1974). Value is those
// people.
func MaxCover(p Problem, sites int, within int32, e Effort) (Answer, error) {
	return p.maxCover(means{sites: sites}, within, e)
}

// MaxCoverBudget is MaxCover for sites that cost money, as in MedianBudget.
func MaxCoverBudget(p Problem, cost []int64, budget int64, within int32, e Effort) (Answer, error) {
	if cost == nil {
		return Answer{}, fmt.Errorf("no costs: %w", ErrShape)
	}
	return p.maxCover(means{cost: cost, budget: budget}, within, e)
}

func (p *Problem) maxCover(m means, within int32, e Effort) (Answer, error) {
	if within < 0 {
		return Answer{}, fmt.Errorf("%d: %w", within, ErrThreshold)
	}
	in, out, err := p.instance(m, coverCost(within))
	if err != nil {
		return Answer{}, err
	}
	all := in.merge()
	a := in.solve(e.upTo(all))
	return a.upTo(all, out), nil
}

// upTo turns the costs a watch hears of into what is gained of all.
func (e Effort) upTo(all int64) Effort {
	if watch := e.Watch; watch != nil {
		e.Watch = func(value, bound int64) bool { return watch(all-value, all-bound) }
	}
	return e
}

func (a Answer) upTo(all int64, out []int) Answer {
	a.Value, a.Bound, a.Out = all-a.Value, all-a.Bound, out
	return a
}

// coverCost lets whoever is not reached cost one: the least cost is the
// greatest cover.
func coverCost(within int32) func(t, longest int32) int32 {
	return func(t, _ int32) int32 {
		if t == None || t > within {
			return 1
		}
		return 0
	}
}
