package index

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"onemap/geo"
)

// city is about as large as Qinhuangdao.
var city = orb.Bound{Min: orb.Point{118.55, 39.37}, Max: orb.Point{119.86, 40.62}}

type pair struct {
	key int
	at  orb.Point
}

// search is the full search that every index must equal.
func search(all []pair, p orb.Point, k int, r geo.Metres, keep func(int) bool) []Hit[int] {
	var hits []Hit[int]
	for _, e := range all {
		if d := geo.Distance(p, e.at); d <= r && (keep == nil || keep(e.key)) {
			hits = append(hits, Hit[int]{e.key, e.at, d})
		}
	}
	slices.SortFunc(hits, func(a, b Hit[int]) int {
		return cmp.Or(cmp.Compare(a.Distance, b.Distance), cmp.Compare(a.Key, b.Key))
	})
	return hits[:min(k, len(hits))]
}

var everywhere = geo.Metres(math.Inf(1))

func newGrid(t interface{ Fatal(...any) }, area orb.Bound, all []pair) *Grid[int] {
	g, err := NewGrid(area, len(all), cmp.Compare[int])
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		if err := g.Upsert(e.key, e.at); err != nil {
			t.Fatal(err)
		}
	}
	return g
}

func newPacked(t interface{ Fatal(...any) }, all []pair) *Packed[int] {
	items := make([]Item[int], len(all))
	for i, e := range all {
		items[i] = PointItem(e.key, e.at)
	}
	p, err := NewPacked(items, cmp.Compare[int])
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// anyPoint draws from near the city, its corners, and now and then the globe.
func anyPoint(t *rapid.T) orb.Point {
	switch rapid.IntRange(0, 9).Draw(t, "where") {
	case 0:
		return orb.Point{rapid.Float64Range(-180, 180).Draw(t, "lon"), rapid.Float64Range(-90, 90).Draw(t, "lat")}
	case 1:
		x, y := rapid.IntRange(0, 1).Draw(t, "x"), rapid.IntRange(0, 1).Draw(t, "y")
		corners := [2]orb.Point{city.Min, city.Max}
		return orb.Point{corners[x][0], corners[y][1]}
	case 2: // a lattice, for duplicates and equal distances
		return orb.Point{119.5 + 0.01*float64(rapid.IntRange(-2, 2).Draw(t, "i")), 39.9 + 0.01*float64(rapid.IntRange(-2, 2).Draw(t, "j"))}
	case 3: // a crowd
		return orb.Point{119.6 + 1e-5*rapid.Float64Range(-1, 1).Draw(t, "dx"), 39.94 + 1e-9*rapid.Float64Range(-1, 1).Draw(t, "dy")}
	}
	return orb.Point{rapid.Float64Range(118.4, 120).Draw(t, "x"), rapid.Float64Range(39.2, 40.8).Draw(t, "y")}
}

func anyPairs(t *rapid.T) []pair {
	all := make([]pair, rapid.IntRange(0, 120).Draw(t, "n"))
	for i := range all {
		all[i] = pair{i, anyPoint(t)}
	}
	return all
}

func TestAnswersAreThoseOfAFullSearch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := anyPairs(t)
		grid, packed := newGrid(t, city, all), newPacked(t, all)
		p := anyPoint(t)
		k := rapid.IntRange(0, 140).Draw(t, "k")
		var keep func(int) bool
		if rapid.Bool().Draw(t, "filtered") {
			keep = func(key int) bool { return key%3 == 0 }
		}
		want := search(all, p, k, everywhere, keep)
		if got := grid.Nearest(p, k, keep); !slices.Equal(got, want) {
			t.Fatalf("grid: nearest %d to %v: %v, want %v", k, p, got, want)
		}
		if got := packed.Nearest(p, k, keep); !slices.Equal(got, want) {
			t.Fatalf("packed: nearest %d to %v: %v, want %v", k, p, got, want)
		}
		r := geo.Metres(math.Pow(10, rapid.Float64Range(-3, 7.5).Draw(t, "r")))
		if len(want) > 0 && rapid.Bool().Draw(t, "rim") {
			r = want[len(want)/2].Distance // exactly on the rim
		}
		want = search(all, p, len(all), r, nil)
		if got := grid.Within(p, r); !slices.Equal(got, want) {
			t.Fatalf("grid: within %v of %v: %v, want %v", r, p, got, want)
		}
		if got := packed.Within(p, r); !slices.Equal(got, want) {
			t.Fatalf("packed: within %v of %v: %v, want %v", r, p, got, want)
		}
		keys := slices.Sorted(packed.Around(p, r))
		wantKeys := make([]int, len(want))
		for i, h := range want {
			wantKeys[i] = h.Key
		}
		slices.Sort(wantKeys)
		if !slices.Equal(keys, wantKeys) {
			t.Fatalf("packed: around %v by %v: %v, want %v", p, r, keys, wantKeys)
		}
	})
}

func TestTheCheapMeasureKeepsItsBounds(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 9))
	lowest, highest := math.Inf(1), 0.0
	for range 200_000 {
		a := orb.Point{r.Float64()*20 - 10, r.Float64()*180 - 90}
		b := orb.Point{a[0] + (r.Float64()*2-1)*16, a[1] + (r.Float64()*2-1)*16}
		if geo.Check(b) != nil {
			continue
		}
		d := float64(geo.Distance(a, b))
		for _, rank := range []float64{near(newSpot(a), newSpot(b)), far(a, b)} {
			ratio := d / math.Sqrt(rank)
			lowest, highest = math.Min(lowest, ratio), math.Max(highest, ratio)
		}
	}
	if lowest < least || highest > most {
		t.Errorf("geodesic over cheap measure runs from %.5f to %.5f", lowest, highest)
	}
}

func TestOrderDoesNotDependOnInsertion(t *testing.T) {
	ring := make([]pair, 40)
	for i := range ring { // ten keys on each of four places, all as far away
		ring[i] = pair{i, orb.Point{119.6 + []float64{-0.01, 0.01}[i%2], 39.9}}
	}
	p := orb.Point{119.6, 39.9}
	want := newGrid(t, city, ring).Nearest(p, 7, nil)
	for seed := range uint64(20) {
		rand.New(rand.NewPCG(seed, 0)).Shuffle(len(ring), func(i, j int) { ring[i], ring[j] = ring[j], ring[i] })
		if got := newGrid(t, city, ring).Nearest(p, 7, nil); !slices.Equal(got, want) {
			t.Fatalf("grid: %v, want %v", got, want)
		}
		if got := newPacked(t, ring).Nearest(p, 7, nil); !slices.Equal(got, want) {
			t.Fatalf("packed: %v, want %v", got, want)
		}
	}
}

func TestNothingIsNearNowhere(t *testing.T) {
	all := []pair{{1, orb.Point{119.6, 39.9}}}
	grid, packed := newGrid(t, city, all), newPacked(t, all)
	nowhere := []orb.Point{{math.NaN(), 39}, {119, math.Inf(1)}, {39.9, 119.6}}
	for _, p := range nowhere {
		if len(grid.Nearest(p, 1, nil))+len(packed.Nearest(p, 1, nil))+len(grid.Within(p, 1e9))+len(packed.Within(p, 1e9)) != 0 {
			t.Errorf("%v has neighbours", p)
		}
	}
	p := orb.Point{119.6, 39.9}
	for _, r := range []geo.Metres{-1, geo.Metres(math.NaN())} {
		if len(grid.Within(p, r))+len(packed.Within(p, r)) != 0 {
			t.Errorf("something is within %v", r)
		}
	}
	if len(grid.Within(p, 0)) != 1 || len(packed.Within(p, everywhere)) != 1 {
		t.Error("a thing is not within reach of itself")
	}
}

func bench(b *testing.B, n int, run func(b *testing.B, all []pair, asks []orb.Point)) {
	r := rand.New(rand.NewPCG(20261123, uint64(n)))
	spot := func() orb.Point {
		if r.IntN(2) == 0 { // half of them in the built-up area
			return orb.Point{119.6 + 0.08*r.NormFloat64(), 39.93 + 0.05*r.NormFloat64()}
		}
		return orb.Point{118.55 + 1.31*r.Float64(), 39.37 + 1.25*r.Float64()}
	}
	all := make([]pair, n)
	for i := range all {
		all[i] = pair{i, spot()}
	}
	asks := make([]orb.Point, 1024)
	for i := range asks {
		asks[i] = spot()
	}
	b.Run(fmt.Sprint(n), func(b *testing.B) { run(b, all, asks) })
}

func BenchmarkGridNearest10(b *testing.B) {
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		bench(b, n, func(b *testing.B, all []pair, asks []orb.Point) {
			g := newGrid(b, city, all)
			var hits []Hit[int]
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				hits = g.AppendNearest(hits[:0], asks[i%len(asks)], 10, nil)
			}
		})
	}
}

func BenchmarkPackedNearest10(b *testing.B) {
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		bench(b, n, func(b *testing.B, all []pair, asks []orb.Point) {
			p := newPacked(b, all)
			var hits []Hit[int]
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				hits = p.AppendNearest(hits[:0], asks[i%len(asks)], 10, nil)
			}
		})
	}
}

func BenchmarkGridMove(b *testing.B) {
	for _, n := range []int{10_000, 1_000_000} {
		bench(b, n, func(b *testing.B, all []pair, _ []orb.Point) {
			g := newGrid(b, city, all)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ { // 15 m a second
				e := &all[i%n]
				e.at[0] += 0.00012
				e.at[1] += 0.00012
				_ = g.Upsert(e.key, e.at)
			}
		})
	}
}

func BenchmarkPackedBuild(b *testing.B) {
	bench(b, 100_000, func(b *testing.B, all []pair, _ []orb.Point) {
		for b.Loop() {
			newPacked(b, all)
		}
	})
}
