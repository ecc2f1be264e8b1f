package study

import (
	"slices"
	"testing"

	"onemap/geo/site"
)

// TestAVerdictIsTakenAsFarAsItHolds weighs what solvers may say of ten people at
// most: we have found 7, and know that no more than 10 can be.
func TestAVerdictIsTakenAsFarAsItHolds(t *testing.T) {
	alone := map[int]int64{0: 7, 1: 9, 2: 4} // what each site alone counts
	model := program{most: true, count: func(sites []int) (int64, bool, error) {
		return alone[sites[0]], len(sites) == 1, nil
	}}
	for name, c := range map[string]struct {
		sites   []int
		bound   *float64
		outcome string
		value   int64
		top     int64
	}{
		"proved":                        {[]int{0}, known(7.0), "proved", 7, 7},
		"a bound in floating point":     {[]int{0}, known(7.9999), "proved", 7, 7},
		"one just below a whole number": {[]int{0}, known(7.99999999), "narrowed", 7, 8},
		"narrowed":                      {[]int{2}, known(8.0), "narrowed", 7, 8},
		"no narrower":                   {[]int{2}, known(12.0), "unchanged", 7, 10},
		"no bound":                      {[]int{2}, nil, "unchanged", 7, 10},
		"better":                        {[]int{1}, known(10.0), "better", 9, 10},
		"better and proved":             {[]int{1}, known(9.0), "better", 9, 9},
		"more than there may be":        {[]int{1, 0}, nil, "unchanged", 7, 10},
		"against what was counted":      {[]int{0}, known(5.0), "failed", 7, 10},
		"against its own sites":         {[]int{1}, known(8.0), "failed", 7, 10},
	} {
		s := &siting{out: &Result{}, best: &site.Answer{Sites: []int{0}, Value: 7, Bound: 10}}
		proof := &Proof{Outcome: proofUnchanged, Solver: "a solver", Bound: c.bound, Sites: c.sites}
		s.weigh(model, proof)
		if proof.Outcome != c.outcome || s.best.Value != c.value || s.best.Bound != c.top || s.best.Proved != (c.value == c.top) {
			t.Errorf("%s: %s, %+v", name, proof.Outcome, *s.best)
		}
		if c.outcome == proofBetter && !slices.Equal(s.best.Sites, c.sites) {
			t.Errorf("%s: sites %v", name, s.best.Sites)
		}
		if len(s.out.Assumptions)+len(s.out.LeftOut) == 0 {
			t.Errorf("%s: nothing said", name)
		}
	}
}
