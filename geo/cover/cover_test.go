package cover

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"onemap/geo"
)

// village is a row of cells a kilometre apart, eastwards, a hundred people each.
func village(n int) []Cell {
	cells := make([]Cell, n)
	for i := range cells {
		cells[i] = Cell{
			Index:    i,
			Centre:   geo.Destination(orb.Point{119.2, 39.9}, 90, geo.Metres(1000*i)),
			People:   100,
			AreaM2:   1_000_000,
			Township: fmt.Sprintf("town %d", i/4),
			County:   fmt.Sprintf("county %d", i/8),
		}
	}
	return cells
}

func site(p orb.Point) Site { return Site{ID: fmt.Sprint(p), Point: p} }

func TestTheRowWithinTwoKilometresIsCovered(t *testing.T) {
	cells := village(10)
	r, err := Share(cells, []Site{site(cells[3].Centre), site(cells[4].Centre)}, 2000.001, nil)
	if err != nil {
		t.Fatal(err)
	}
	if want := []int32{0, 1, 2, 2, 2, 2, 1, 0, 0, 0}; !slices.Equal(r.Reached, want) {
		t.Errorf("reached %v, want %v", r.Reached, want)
	}
	if want := []int{0, 7, 8, 9}; !slices.Equal(Gaps(r), want) {
		t.Errorf("gaps %v, want %v", Gaps(r), want)
	}
	if r.Total.All != (Sum{10, 1000, 10_000_000}) || r.Total.Covered != (Sum{6, 600, 6_000_000}) {
		t.Errorf("total %+v", r.Total)
	}
	if r.Overlap != [4]Sum{{4, 400, 4e6}, {2, 200, 2e6}, {4, 400, 4e6}, {}} {
		t.Errorf("overlap %+v", r.Overlap)
	}
	if share, ok := r.Counties[0].PeopleShare(); !ok || share != 0.75 {
		t.Errorf("county 0: %v, %v", share, ok)
	}
	if len(r.Townships) != 3 || r.Townships[1].Covered.People != 300 {
		t.Errorf("townships %+v", r.Townships)
	}
	if !r.Covered(1) || r.Covered(0) {
		t.Error("flags disagree with counts")
	}
}

func TestACellExactlyAtTheLimitIsCovered(t *testing.T) {
	cells := village(2)
	limit := geo.Distance(cells[0].Centre, cells[1].Centre)
	for _, c := range []struct {
		limit float64
		want  bool
	}{{float64(limit), true}, {math.Nextafter(float64(limit), 0), false}} {
		r, err := Share(cells, []Site{site(cells[0].Centre)}, c.limit, nil)
		if err != nil || r.Covered(1) != c.want {
			t.Errorf("at %v: %v, %v", c.limit, r.Reached, err)
		}
	}
}

func TestACostOfOnesOwnDecides(t *testing.T) {
	cells := village(4)
	way := []float64{10, math.NaN(), math.Inf(1), 11}
	r, err := Share(cells, make([]Site, 1), 10, func(_, cell int) float64 { return way[cell] })
	if err != nil || !slices.Equal(r.Reached, []int32{1, 0, 0, 0}) {
		t.Errorf("%v, %v", r.Reached, err)
	}
	r, err = Share(cells, make([]Site, 1), math.Inf(1), func(_, cell int) float64 { return way[cell] })
	if err != nil || !slices.Equal(r.Reached, []int32{1, 0, 0, 1}) {
		t.Errorf("without limit: %v, %v", r.Reached, err)
	}
}

func TestDistanceAsACostAnswersAsTheIndexDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cells, sites, limit := anyTown(t)
		byIndex, err := Share(cells, sites, limit, nil)
		if err != nil {
			t.Fatal(err)
		}
		byPair, err := Share(cells, sites, limit, func(s, c int) float64 {
			return float64(geo.Distance(sites[s].Point, cells[c].Centre))
		})
		if err != nil || !slices.Equal(byIndex.Reached, byPair.Reached) {
			t.Fatalf("%v, %v, %v", byIndex.Reached, byPair.Reached, err)
		}
	})
}

func anyPlace(t *rapid.T) orb.Point {
	return orb.Point{rapid.Float64Range(119, 119.4).Draw(t, "lon"), rapid.Float64Range(39.7, 40).Draw(t, "lat")}
}

func anyTown(t *rapid.T) (cells []Cell, sites []Site, limit float64) {
	cells = make([]Cell, rapid.IntRange(0, 60).Draw(t, "cells"))
	for i := range cells {
		cells[i] = Cell{
			Index: i, Centre: anyPlace(t),
			People:   rapid.Int64Range(0, 5000).Draw(t, "people"),
			AreaM2:   rapid.Int64Range(0, 1_000_003).Draw(t, "area"),
			County:   rapid.SampledFrom([]string{"Haigang", "Funing", ""}).Draw(t, "county"),
			Township: rapid.SampledFrom([]string{"east", "west", "north"}).Draw(t, "township"),
		}
	}
	sites = make([]Site, rapid.IntRange(0, 6).Draw(t, "sites"))
	for i := range sites {
		sites[i] = site(anyPlace(t))
	}
	return cells, sites, rapid.Float64Range(0, 20_000).Draw(t, "limit")
}

func TestSharesAddUpAndNeverShrink(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cells, sites, limit := anyTown(t)
		f, err := NewField(cells)
		if err != nil {
			t.Fatal(err)
		}
		share := func(sites []Site, limit float64) Report {
			r, err := f.Share(sites, limit, nil)
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		r := share(sites, limit)

		var counties, townships, overlap, each Sum
		for _, c := range r.Counties {
			counties.plus(c.Covered)
		}
		for _, c := range r.Townships {
			townships.plus(c.Covered)
		}
		for _, s := range r.Overlap[1:] {
			overlap.plus(s)
		}
		if counties != r.Total.Covered || townships != r.Total.Covered || overlap != r.Total.Covered {
			t.Fatalf("counties %v, townships %v, overlap %v, total %v", counties, townships, overlap, r.Total.Covered)
		}
		for _, s := range sites {
			each.plus(share([]Site{s}, limit).Total.Covered)
		}
		if r.Total.Covered.People > each.People || r.Total.Covered.AreaM2 > each.AreaM2 {
			t.Fatalf("the union %v exceeds the sum %v", r.Total.Covered, each)
		}
		more := share(append(slices.Clone(sites), site(anyPlace(t))), limit)
		wider := share(sites, limit*1.5)
		for i := range cells {
			if r.Covered(i) && (!more.Covered(i) || !wider.Covered(i)) {
				t.Fatalf("cell %d is lost by one more site or a wider limit", i)
			}
		}
		gaps := Gaps(r)
		if len(gaps)+r.Total.Covered.Cells != len(cells) || r.Overlap[0].Cells != len(gaps) {
			t.Fatalf("%d gaps and %d covered of %d", len(gaps), r.Total.Covered.Cells, len(cells))
		}
	})
}

func TestWhereNobodyLivesThereIsNoShare(t *testing.T) {
	r, err := Share(nil, nil, 1000, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := r.Total.PeopleShare(); ok {
		t.Error("nobody has a share")
	}
	if _, ok := r.Total.AreaShare(); ok {
		t.Error("no ground has a share")
	}
}

func TestQuestionsWithoutSenseAreRefused(t *testing.T) {
	good := village(1)
	for _, limit := range []float64{-1, math.NaN()} {
		if _, err := Share(good, nil, limit, nil); !errors.Is(err, ErrLimit) {
			t.Errorf("limit %v: %v", limit, err)
		}
	}
	if _, err := Share(good, []Site{site(orb.Point{39.9, 119.6})}, 1, nil); !errors.Is(err, geo.ErrOutOfRange) {
		t.Errorf("a site nowhere: %v", err)
	}
	for name, c := range map[string]Cell{
		"nowhere":                 {Centre: orb.Point{math.NaN(), 0}},
		"fewer than nobody":       {People: -1},
		"less than nothing":       {AreaM2: -1},
		"more than one can count": {People: math.MaxInt64},
	} {
		if _, err := NewField([]Cell{{People: 1}, c}); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}

func BenchmarkShareCity(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	cells := make([]Cell, 0, 31_000)
	for i := range 31_000 {
		cells = append(cells, Cell{
			Centre: orb.Point{118.6 + 0.006*float64(i%200), 39.4 + 0.008*float64(i/200)},
			People: 96, AreaM2: 250_000, County: fmt.Sprint(i % 7), Township: fmt.Sprint(i % 102),
		})
	}
	sites := make([]Site, 200)
	for i := range sites {
		sites[i] = site(orb.Point{118.6 + 1.2*r.Float64(), 39.4 + 1.2*r.Float64()})
	}
	b.Run("prepare", func(b *testing.B) {
		for b.Loop() {
			if _, err := NewField(cells); err != nil {
				b.Fatal(err)
			}
		}
	})
	f, err := NewField(cells)
	if err != nil {
		b.Fatal(err)
	}
	for _, limit := range []float64{2500, 10_000, 200_000} {
		b.Run(fmt.Sprintf("share within %.0f m", limit), func(b *testing.B) {
			for b.Loop() {
				if _, err := f.Share(sites, limit, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
