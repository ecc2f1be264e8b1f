package site

import "fmt"

// Overlap counts for each point the sites within a limit of it: 0 is a gap (盲区),
// 2 or more is backup. People sums up how many people have so many sites, by
// number of sites from 0 to all; its sum is everybody.
func Overlap(p Problem, sites []int, within int32) (count []int, people []int64, err error) {
	if within < 0 {
		return nil, nil, fmt.Errorf("%d: %w", within, ErrThreshold)
	}
	p.Fixed = sites // they are checked the same way
	if err := p.check(); err != nil {
		return nil, nil, err
	}
	count, people = make([]int, len(p.Weight)), make([]int64, len(sites)+1)
	for i, w := range p.Weight {
		for _, j := range sites {
			if t := p.Travel[j][i]; t != None && t <= within {
				count[i]++
			}
		}
		people[count[i]] += w
	}
	return count, people, nil
}
