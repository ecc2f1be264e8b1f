package site

import "fmt"

// These say what a model counts for sites that somebody else chose, as its own
// answer would: the sites must be candidates, each once, the fixed ones among
// them.

// MedianOf is what Median counts.
func MedianOf(p Problem, sites []int) (int64, error) {
	in, _, err := p.instance(means{sites: len(p.Travel)}, farTwice)
	if err != nil {
		return 0, err
	}
	if err := p.chosen(sites); err != nil {
		return 0, err
	}
	sum, far := int64(0), 2*p.longest()+1
	for i, w := range in.weight {
		least := far
		for _, j := range sites {
			least = min(least, in.cost[j][i])
		}
		sum += w * int64(least)
	}
	return sum, nil
}

// MaxCoverOf is what MaxCover counts.
func MaxCoverOf(p Problem, sites []int, within int32) (int64, error) {
	if err := p.chosen(sites); err != nil {
		return 0, err
	}
	_, people, err := Overlap(p, sites, within)
	if err != nil {
		return 0, err
	}
	sum := int64(0)
	for _, n := range people[1:] {
		sum += n
	}
	return sum, nil
}

// CoverOf is what Cover counts, false when the sites leave out somebody whom a
// candidate reaches.
func CoverOf(p Problem, sites []int, within int32) (int64, bool, error) {
	got, err := MaxCoverOf(p, sites, within)
	if err != nil {
		return 0, false, err
	}
	all := make([]int, len(p.Travel))
	for j := range all {
		all[j] = j
	}
	most, err := MaxCoverOf(p, all, within)
	return int64(len(sites)), got == most, err
}

func (p *Problem) chosen(sites []int) error {
	seen := make([]bool, len(p.Travel))
	for _, j := range sites {
		if j < 0 || j >= len(seen) || seen[j] {
			return fmt.Errorf("site %d: %w", j, ErrSites)
		}
		seen[j] = true
	}
	for _, j := range p.Fixed {
		if !seen[j] {
			return fmt.Errorf("fixed site %d is left out: %w", j, ErrSites)
		}
	}
	return nil
}
