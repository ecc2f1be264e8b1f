package site

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestTheBudgetIsSpentOnTheBestThereIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t)
		within := rapid.Int32Range(0, 20).Draw(t, "within")
		var cost []int64
		for range p.Travel {
			cost = append(cost, rapid.Int64Range(0, 9).Draw(t, "cost"))
		}
		budget := rapid.Int64Range(9, 40).Draw(t, "budget")
		spent := func(set []int) (sum int64) {
			for _, j := range set {
				sum += cost[j]
			}
			for _, j := range p.Fixed { // they stand already
				sum -= cost[j]
			}
			return sum
		}
		cover, far := int64(0), int64(math.MaxInt64)
		p.each(func(set []int) {
			if spent(set) <= budget {
				cover, far = max(cover, p.covered(set, within)), min(far, p.far(set))
			}
		})
		a, err := MaxCoverBudget(p, cost, budget, within, Effort{})
		if err != nil || a.Value != cover || a.Bound < cover || p.covered(a.Sites, within) != cover || spent(a.Sites) > budget {
			t.Fatalf("cover %+v for %d (%v), best %d", a, spent(a.Sites), err, cover)
		}
		if got, err := MaxCoverOf(p, a.Sites, within); err != nil || got != cover {
			t.Fatalf("judged to be %d (%v), is %d", got, err, cover)
		}
		a, err = MedianBudget(p, cost, budget, Effort{})
		if got, err := MedianOf(p, a.Sites); err != nil || got != far {
			t.Fatalf("judged to be %d (%v), is %d", got, err, far)
		}
		if err != nil || a.Value != far || a.Bound > far || p.far(a.Sites) != far || spent(a.Sites) > budget {
			t.Fatalf("median %+v for %d (%v), best %d", a, spent(a.Sites), err, far)
		}
	})
}
