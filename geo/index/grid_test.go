package index

import (
	"cmp"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"onemap/geo"
)

func TestAGridUnderMotionAnswersAsOneBuiltAfresh(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 2))
	grid, err := NewGrid(city, 300, cmp.Compare[int])
	if err != nil {
		t.Fatal(err)
	}
	now := map[int]orb.Point{}
	for step := range 4000 {
		key := r.IntN(300)
		if r.IntN(5) == 0 {
			_, had := now[key]
			if grid.Remove(key) != had {
				t.Fatalf("step %d: removing %d did not tell whether it was there", step, key)
			}
			delete(now, key)
		} else {
			p := orb.Point{118.3 + 1.8*r.Float64(), 39.2 + 1.6*r.Float64()} // some outside
			if err := grid.Upsert(key, p); err != nil {
				t.Fatal(err)
			}
			now[key] = p
		}
		if step%40 != 0 {
			continue
		}
		var all []pair
		for k, at := range now {
			all = append(all, pair{k, at})
		}
		p := orb.Point{118 + 2*r.Float64(), 39 + 2*r.Float64()}
		if got, want := grid.Nearest(p, 12, nil), search(all, p, 12, everywhere, nil); !slices.Equal(got, want) {
			t.Fatalf("step %d: %v, want %v", step, got, want)
		}
		if grid.Len() != len(now) {
			t.Fatalf("step %d: %d things, want %d", step, grid.Len(), len(now))
		}
	}
}

func TestARefusedMoveLeavesTheThingInPlace(t *testing.T) {
	at := orb.Point{119.6, 39.9}
	grid := newGrid(t, city, []pair{{7, at}})
	if err := grid.Upsert(7, orb.Point{math.NaN(), 39.9}); !errors.Is(err, geo.ErrNotFinite) {
		t.Errorf("got %v", err)
	}
	if err := grid.Upsert(8, orb.Point{200, 39.9}); !errors.Is(err, geo.ErrOutOfRange) || grid.Len() != 1 {
		t.Errorf("got %v, %d things", err, grid.Len())
	}
	if p, ok := grid.At(7); !ok || p != at {
		t.Errorf("it is at %v, %v", p, ok)
	}
	if _, ok := grid.At(8); ok {
		t.Error("something refused is there")
	}
}

func TestOddAreasStillAnswer(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	areas := []orb.Bound{
		{Min: orb.Point{119, 39}, Max: orb.Point{119, 39}},      // a point
		{Min: orb.Point{-180, -90}, Max: orb.Point{180, 90}},    // the globe
		{Min: orb.Point{175, 86}, Max: orb.Point{180, 90}},      // a pole and the antimeridian
		{Min: orb.Point{119, -0.001}, Max: orb.Point{119.2, 0}}, // a strip on the equator
	}
	for _, area := range areas {
		middle := area.Center()
		var all []pair
		for i := range 200 {
			p := orb.Point{middle[0] + 8*r.NormFloat64(), middle[1] + 4*r.NormFloat64()}
			if geo.Check(p) == nil {
				all = append(all, pair{i, p})
			}
		}
		grid := newGrid(t, area, all)
		for range 50 {
			p := orb.Point{r.Float64()*360 - 180, r.Float64()*180 - 90}
			if r.IntN(2) == 0 {
				p = all[r.IntN(len(all))].at
			}
			if got, want := grid.Nearest(p, 5, nil), search(all, p, 5, everywhere, nil); !slices.Equal(got, want) {
				t.Fatalf("%v, %v: %v, want %v", area, p, got, want)
			}
		}
	}
}

func TestAnAreaThatIsNoneIsRefused(t *testing.T) {
	for _, area := range []orb.Bound{
		{Min: orb.Point{120, 39}, Max: orb.Point{119, 40}},
		{Min: orb.Point{119, 39}, Max: orb.Point{119, 100}},
		{Min: orb.Point{math.NaN(), 39}, Max: orb.Point{119, 40}},
	} {
		if _, err := NewGrid(area, 10, cmp.Compare[int]); err == nil {
			t.Errorf("%v was accepted", area)
		}
	}
}
