package index

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"onemap/geo"
)

func boxes(r *rand.Rand, n int, wide float64) []Item[int] {
	items := make([]Item[int], n)
	for i := range items {
		low := orb.Point{118.6 + r.Float64(), 39.4 + r.Float64()}
		items[i] = Item[int]{i, orb.Bound{Min: low, Max: orb.Point{low[0] + wide*r.Float64(), low[1] + wide*r.Float64()}}}
	}
	return items
}

func TestBoundsAreFoundAsAFullSearchFindsThem(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 3))
	for _, n := range []int{0, 1, 2, 16, 17, 300, 5000} {
		items := boxes(r, n, 0.02)
		packed, err := NewPacked(items, cmp.Compare[int])
		if err != nil {
			t.Fatal(err)
		}
		if packed.Len() != n {
			t.Fatalf("%d items, want %d", packed.Len(), n)
		}
		for range 60 {
			p := orb.Point{118.4 + 1.5*r.Float64(), 39.2 + 1.5*r.Float64()}
			all := make([]pair, n)
			for i, it := range items {
				all[i] = pair{it.Key, closest(p, it.Bound)}
			}
			if got, want := packed.Nearest(p, 9, nil), search(all, p, 9, everywhere, nil); !slices.Equal(got, want) {
				t.Fatalf("nearest to %v: %v, want %v", p, got, want)
			}
			if got, want := packed.Within(p, 5000), search(all, p, n, 5000, nil); !slices.Equal(got, want) {
				t.Fatalf("within 5 km of %v: %v, want %v", p, got, want)
			}
			r := geo.Metres(100_000 * r.Float64())
			var want []int
			for _, h := range search(all, p, n, r, nil) {
				want = append(want, h.Key)
			}
			slices.Sort(want)
			if got := slices.Sorted(packed.Around(p, r)); !slices.Equal(got, want) {
				t.Fatalf("around %v by %v: %d found, want %d", p, r, len(got), len(want))
			}
		}
	}
}

func TestSearchFindsWhatMeetsTheWindow(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 3))
	items := boxes(r, 3000, 0.05)
	packed, err := NewPacked(items, cmp.Compare[int])
	if err != nil {
		t.Fatal(err)
	}
	windows := boxes(r, 200, 0.2)
	for i := range 50 { // windows that only touch
		windows = append(windows, Item[int]{0, orb.Bound{Min: items[i].Bound.Max, Max: items[i].Bound.Max}})
	}
	for _, w := range windows {
		var want []int
		for _, it := range items {
			if it.Bound.Intersects(w.Bound) {
				want = append(want, it.Key)
			}
		}
		if got := slices.Sorted(packed.Search(w.Bound)); !slices.Equal(got, want) {
			t.Fatalf("%v: %d found, want %d", w.Bound, len(got), len(want))
		}
	}
	exchanged := orb.Bound{Min: orb.Point{119.5, 40}, Max: orb.Point{119, 39.5}}
	if got := slices.Collect(packed.Search(exchanged)); len(got) == len(items) {
		t.Error("a window turned inside out holds everything")
	}
}

func TestAWalkMayStopEarly(t *testing.T) {
	packed, err := NewPacked(boxes(rand.New(rand.NewPCG(5, 5)), 500, 0.01), cmp.Compare[int])
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []orb.Point{{119, 40}, {-60, -40}} {
		seen := 0
		for range packed.Around(p, everywhere) {
			if seen++; seen == 3 {
				break
			}
		}
		if seen != 3 {
			t.Errorf("from %v: %d seen", p, seen)
		}
	}
	for range packed.Search(city) {
		break
	}
}

func TestABoundOverTheHorizonIsMeasuredTheShortWay(t *testing.T) {
	fiji := Item[int]{1, orb.Bound{Min: orb.Point{-180, -18}, Max: orb.Point{-179, -16}}}
	packed, err := NewPacked([]Item[int]{fiji}, cmp.Compare[int])
	if err != nil {
		t.Fatal(err)
	}
	hits := packed.Nearest(orb.Point{179.9, -17}, 1, nil)
	if len(hits) != 1 || math.Abs(float64(hits[0].Distance-geo.Distance(orb.Point{179.9, -17}, orb.Point{180, -17}))) > 1e-6 {
		t.Errorf("got %v", hits)
	}
}

func TestBoundsThatAreNoneAreRefused(t *testing.T) {
	for _, b := range []orb.Bound{
		{Min: orb.Point{2, 0}, Max: orb.Point{1, 1}},
		{Min: orb.Point{math.NaN(), 0}, Max: orb.Point{1, 1}},
		{Min: orb.Point{0, 0}, Max: orb.Point{1, 91}},
	} {
		if _, err := NewPacked([]Item[int]{{1, b}}, cmp.Compare[int]); err == nil {
			t.Errorf("%v was accepted", b)
		}
	}
}
