package site

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// cheapestFar tries every way to place people one by one, where one without a
// place costs far.
func cheapestFar(people, room []int64, travel [][]int32, far int64) int64 {
	best := int64(math.MaxInt64)
	left, come := append([]int64(nil), room...), append([]int64(nil), people...)
	var try func(i int, cost int64)
	try = func(i int, cost int64) {
		switch {
		case cost >= best:
			return
		case i == len(people):
			best = cost
			return
		case come[i] == 0:
			try(i+1, cost)
			return
		}
		come[i]--
		for j := range left {
			if d := travel[j][i]; left[j] > 0 && d != None && int64(d) < far {
				left[j]--
				try(i, cost+int64(d))
				left[j]++
			}
		}
		try(i, cost+far)
		come[i]++
	}
	try(0, 0)
	return best
}

func TestSitesWithRoomAreTheBestThereAre(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		people, room, travel := drawAllocation(t)
		p := Problem{Weight: people, Travel: travel}
		if rapid.Bool().Draw(t, "fixed") {
			p.Fixed = []int{0}
		}
		sites := rapid.IntRange(1, len(room)).Draw(t, "sites")
		within := rapid.Int32Range(0, 9).Draw(t, "within")
		near := make([][]int32, len(travel)) // what counts for covering
		far, all := 2*int64(p.longest())+1, int64(0)
		for j, row := range travel {
			near[j] = make([]int32, len(row))
			for i, d := range row {
				if near[j][i] = None; d != None && d <= within {
					near[j][i] = 0
				}
			}
		}
		out := map[int]bool{}
		for i, w := range people {
			if out[i] = p.reach(p.all(), i) == None; !out[i] {
				all += w
			}
		}
		var price []int64
		for range room {
			price = append(price, rapid.Int64Range(0, 9).Draw(t, "price"))
		}
		budget := rapid.Int64Range(9, 30).Draw(t, "budget")
		coverFor, medianFor := int64(0), int64(math.MaxInt64) // for money
		spent := func(set []int) (sum int64) {
			for _, j := range set {
				if !slices.Contains(p.Fixed, j) {
					sum += price[j]
				}
			}
			return sum
		}
		cover, median := int64(0), int64(math.MaxInt64)
		cost := func(set []int) (covered, travelled int64) {
			own := make([]int64, len(room))
			for _, j := range set {
				own[j] = room[j]
			}
			served := append([]int64(nil), people...)
			for i := range served {
				if out[i] {
					served[i] = 0
				}
			}
			return all - cheapestFar(served, own, near, 1), cheapestFar(served, own, travel, far)
		}
		p.each(func(set []int) {
			if len(set) == sites {
				c, m := cost(set)
				cover, median = max(cover, c), min(median, m)
			}
			if spent(set) <= budget {
				c, m := cost(set)
				coverFor, medianFor = max(coverFor, c), min(medianFor, m)
			}
		})
		a, err := MaxCoverRoom(p, room, sites, within, Effort{})
		if got, _ := cost(a.Sites); err != nil || a.Value != cover || a.Bound < cover || got != cover || len(a.Sites) != sites {
			t.Fatalf("cover %+v (%v), best %d", a, err, cover)
		}
		a, err = MedianRoom(p, room, sites, Effort{})
		if _, got := cost(a.Sites); err != nil || a.Value != median || a.Bound > median || got != median || len(a.Sites) != sites {
			t.Fatalf("median %+v (%v), best %d", a, err, median)
		}
		a, err = MaxCoverRoomBudget(p, room, price, budget, within, Effort{})
		if got, _ := cost(a.Sites); err != nil || a.Value != coverFor || a.Bound < coverFor || got != coverFor || spent(a.Sites) > budget {
			t.Fatalf("cover for %d: %+v (%v), best %d", budget, a, err, coverFor)
		}
		a, err = MedianRoomBudget(p, room, price, budget, Effort{})
		if _, got := cost(a.Sites); err != nil || a.Value != medianFor || a.Bound > medianFor || got != medianFor || spent(a.Sites) > budget {
			t.Fatalf("median for %d: %+v (%v), best %d", budget, a, err, medianFor)
		}
	})
}

func TestRoomForAllChangesNothing(t *testing.T) {
	p := towns(120, 20, 4)
	room := make([]int64, 20)
	for j := range room {
		room[j] = sum(p.Weight)
	}
	free, err := Median(p, 6, Effort{})
	if err != nil {
		t.Fatal(err)
	}
	full, err := MedianRoom(p, room, 6, Effort{})
	if err != nil || full.Value < free.Bound || full.Bound > free.Value || full.Gap() > 0.01 {
		t.Errorf("%d, bound %d with room for all (%v); %d, bound %d without rooms", full.Value, full.Bound, err, free.Value, free.Bound)
	}
}

func BenchmarkMedianRoom(b *testing.B) {
	for name, p := range map[string]Problem{"1000x100": roads(1000, 100, 3), "5000x200": roads(5000, 200, 3)} {
		room := make([]int64, len(p.Travel))
		for j := range room {
			room[j] = sum(p.Weight) / 15
		}
		b.Run(name, func(b *testing.B) {
			var a Answer
			for b.Loop() {
				a, _ = MedianRoom(p, room, 20, Effort{})
			}
			b.ReportMetric(100*a.Gap(), "%gap")
		})
		b.Run(name+"/cover", func(b *testing.B) {
			var a Answer
			for b.Loop() {
				a, _ = MaxCoverRoom(p, room, 20, 480, Effort{})
			}
			b.ReportMetric(100*a.Gap(), "%gap")
		})
	}
}
