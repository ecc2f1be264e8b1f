package study

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"onemap/dispatch"
)

func TestACoarseGroundHasTheSamePeopleInEveryTownship(t *testing.T) {
	h := newHamlet(t)
	for range 3 { // each place three times over: they lie in one square
		for n, at := range []string{"A", "B", "C", "E", "F"} {
			h.live(at, 10*n)
		}
	}
	picture := dispatch.NewPicture(1, "", h.rows)
	sums := func(coarse bool) (int, *tally) {
		in := Input{Picture: picture, Actor: planner, Coarse: coarse}
		g := in.ground("")
		return len(g.cells), g.tally(2, func(i int, row []int64) { row[0], row[1] = g.cells[i].people, g.cells[i].areaM2 })
	}
	many, fine := sums(false)
	few, coarse := sums(true)
	if many != 15 || few != 5 {
		t.Errorf("%d cells, and %d of them put together", many, few)
	}
	if diff := cmp.Diff(fine.townships, coarse.townships, cmp.AllowUnexported(line{})); diff != "" {
		t.Errorf("townships (-fine +coarse):\n%s", diff)
	}
	if diff := cmp.Diff([]int64{300, 150_000}, coarse.total); diff != "" {
		t.Error(diff)
	}
	in := Input{Picture: picture, Actor: planner}
	if g := in.ground("130303"); g.people != 120 || len(g.cells) != 3 || len(g.inhabited().cells) != 3 {
		t.Errorf("%d people in %d cells of one county", g.people, len(g.cells))
	}
}
