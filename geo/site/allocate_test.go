package site

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// cheapest tries every way to place people one by one.
func cheapest(people, room []int64, travel [][]int32) (unplaced, cost int64) {
	var units []int
	for i, w := range people {
		for range w {
			units = append(units, i)
		}
	}
	left := append([]int64(nil), room...)
	bestU, bestC := int64(1<<60), int64(0)
	var try func(k int, u, c int64)
	try = func(k int, u, c int64) {
		if u > bestU || u == bestU && c >= bestC {
			return
		}
		if k == len(units) {
			bestU, bestC = u, c
			return
		}
		for j := range room {
			if d := travel[j][units[k]]; left[j] > 0 && d != None {
				left[j]--
				try(k+1, u, c+int64(d))
				left[j]++
			}
		}
		try(k+1, u+1, c)
	}
	try(0, 0, 0)
	return bestU, bestC
}

func drawAllocation(t *rapid.T) (people, room []int64, travel [][]int32) {
	n, m := rapid.IntRange(1, 4).Draw(t, "points"), rapid.IntRange(1, 3).Draw(t, "places")
	for range n {
		people = append(people, rapid.Int64Range(0, 2).Draw(t, "people"))
	}
	people[0]++
	for range m {
		room = append(room, rapid.Int64Range(0, 4).Draw(t, "room"))
		row := make([]int32, n)
		for i := range row {
			row[i] = rapid.Int32Range(-1, 9).Draw(t, "travel")
		}
		travel = append(travel, row)
	}
	return people, room, travel
}

func TestAllocationIsTheBestThereIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		people, room, travel := drawAllocation(t)
		a, err := Allocate(people, room, travel)
		if err != nil {
			t.Fatal(err)
		}
		unplaced, cost := cheapest(people, room, travel)
		got := int64(0)
		placed := make([]int64, len(people))
		for i, u := range a.Unplaced {
			got, placed[i] = got+u, u
		}
		for _, m := range a.Moves {
			placed[m.Point] += m.People
			if travel[m.Place][m.Point] == None {
				t.Fatalf("%+v goes where no way leads", m)
			}
		}
		for i, w := range people {
			if placed[i] != w {
				t.Fatalf("of %d people at %d, %d are accounted for", w, i, placed[i])
			}
		}
		for j, used := range a.Used {
			if used > room[j] {
				t.Fatalf("place %d holds %d of %d", j, used, room[j])
			}
		}
		parts := make([]int, len(people))
		cut, full, spread, moves := int64(0), int64(0), 0, 0
		for i, u := range a.Unplaced {
			if u > 0 {
				parts[i]++
			}
			if a.Cut[i] {
				cut += u
			} else {
				full += u
			}
		}
		for _, m := range a.Moves {
			parts[m.Point]++
		}
		for i, n := range parts {
			if n > 1 {
				spread++
			}
			if people[i] > 0 {
				moves += n - 1
			}
		}
		most := len(room) // a basic answer has no more parts than that beyond one a point
		if got == 0 {
			most--
		}
		if a.CutOff != cut || a.NoRoom != full || a.Split != spread || moves > most {
			t.Fatalf("%+v: by hand %d cut off, %d without room, %d split into %d parts more", a, cut, full, spread, moves)
		}
		if got != unplaced || a.Cost != cost {
			t.Fatalf("unplaced %d, cost %d; best %d, %d", got, a.Cost, unplaced, cost)
		}
	})
}

func TestPeopleOfOnePlaceAreKeptTogetherWhereItCostsNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { // all ways alike: whole points fill whole places
		k := rapid.IntRange(2, 12).Draw(t, "points")
		people, room, travel := make([]int64, k), make([]int64, k), make([][]int32, k)
		for i := range people {
			people[i] = 10
			room[i] = 10 * rapid.Int64Range(1, 3).Draw(t, "room")
			travel[i] = slices.Repeat([]int32{7}, k)
		}
		a, err := Allocate(people, room, travel)
		if err != nil || a.Split != 0 || a.Cost != int64(70*k) {
			t.Fatalf("%d split, cost %d (%v)", a.Split, a.Cost, err)
		}
	})
}

func TestACityIsSplitNoMoreThanItHasPlaces(t *testing.T) {
	p := towns(600, 40, 5)
	room := make([]int64, 40)
	for j := range room {
		room[j] = sum(p.Weight) / 36
	}
	a, err := Allocate(p.Weight, room, p.Travel)
	if err != nil || sum(a.Unplaced) > 0 || a.Split == 0 || len(a.Moves) > 600+39 {
		t.Errorf("%d split, %d moves, %d unplaced (%v)", a.Split, len(a.Moves), sum(a.Unplaced), err)
	}
}

func TestReliefIsNoLessThanWhatAPlaceMoreSaves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		people, room, travel := drawAllocation(t)
		a, err := Allocate(people, room, travel)
		if err != nil {
			t.Fatal(err)
		}
		j := rapid.IntRange(0, len(room)-1).Draw(t, "place")
		room[j]++
		more, err := Allocate(people, room, travel)
		if err != nil {
			t.Fatal(err)
		}
		if len(a.Moves) > 0 && sum(a.Unplaced) == sum(more.Unplaced) && a.Cost-more.Cost > a.Relief[j] {
			t.Fatalf("one place more at %d saves %d, relief says %d", j, a.Cost-more.Cost, a.Relief[j])
		}
	})
}

func sum(all []int64) (s int64) {
	for _, v := range all {
		s += v
	}
	return s
}

func BenchmarkAllocate5000x200(b *testing.B) {
	for name, p := range map[string]Problem{"plain": plain(5000, 200, 3), "roads": roads(5000, 200, 3)} {
		room := make([]int64, 200)
		for j := range room {
			room[j] = sum(p.Weight) / 180
		}
		b.Run(name, func(b *testing.B) {
			var a Allocation
			var err error
			for b.Loop() {
				if a, err = Allocate(p.Weight, room, p.Travel); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(a.Split), "split")
			b.ReportMetric(float64(sum(a.Unplaced)), "unplaced")
		})
	}
}
