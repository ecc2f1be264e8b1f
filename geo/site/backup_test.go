package site

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// reached counts the people whom one and whom two of some sites reach.
func (p *Problem) reached(sites []int, within int32) (once, twice int64) {
	for i, w := range p.Weight {
		n := 0
		for _, j := range sites {
			if t := p.Travel[j][i]; t != None && t <= within {
				n++
			}
		}
		if n > 0 {
			once += w
		}
		if n > 1 {
			twice += w
		}
	}
	return once, twice
}

func TestBackupIsTheBestThereIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t)
		sites := rapid.IntRange(max(1, len(p.Fixed)), len(p.Travel)).Draw(t, "sites")
		within, alpha := rapid.Int32Range(0, 20).Draw(t, "within"), rapid.Int64Range(0, 1000).Draw(t, "alpha")
		worth := func(set []int) int64 {
			once, twice := p.reached(set, within)
			return alpha*once + (1000-alpha)*twice
		}
		best := int64(-1)
		p.each(func(set []int) {
			if len(set) == sites {
				best = max(best, worth(set))
			}
		})
		a, err := BackupCover(p, sites, within, alpha, Effort{})
		if err != nil || a.Value != best || a.Bound < best || worth(a.Sites) != best || len(a.Sites) != sites {
			t.Fatalf("%+v (%v), best %d", a, err, best)
		}
	})
}

func TestOfTheFewestSitesThoseAreTakenThatReachMostTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t)
		within := rapid.Int32Range(0, 20).Draw(t, "within")
		plain, err := Cover(p, within, Effort{})
		if err != nil {
			t.Fatal(err)
		}
		a, err := CoverBacked(p, within, Effort{})
		if err != nil || a.Value != plain.Value || len(a.Sites) != int(a.Value) || !slices.Equal(a.Out, plain.Out) {
			t.Fatalf("%+v (%v), without backup %+v", a, err, plain)
		}
		most, _ := p.reached(plain.Sites, within)
		best := int64(0)
		p.each(func(set []int) {
			if once, twice := p.reached(set, within); len(set) == len(a.Sites) && once == most {
				best = max(best, twice)
			}
		})
		once, twice := p.reached(a.Sites, within)
		if once != most || twice != best || a.Twice != best || a.TwiceBound < best {
			t.Fatalf("%d reached of %d, %d of them twice, the answer says %d to %d; best %d", once, most, twice, a.Twice, a.TwiceBound, best)
		}
	})
}
