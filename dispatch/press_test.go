package dispatch

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestEachPressOfTheButtonCriesOnce: in order of time every run of SOS cries
// exactly once, however long it lasts and however often a position is repeated;
// out of order at least once and never more often than there were presses.
func TestEachPressOfTheButtonCriesOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		said := rapid.SliceOfN(rapid.Bool(), 1, 20).Draw(t, "sos")
		runs := 0
		for i, sos := range said {
			if sos && (i == 0 || !said[i-1]) {
				runs++
			}
		}
		var order []int
		for i := range said {
			for range rapid.IntRange(1, 3).Draw(t, "copies") {
				order = append(order, i)
			}
		}
		if got := cries(said, order); got != runs {
			t.Fatalf("in order: %d cries of %d presses", got, runs)
		}
		mixed := rapid.Permutation(order).Draw(t, "order")
		if got := cries(said, mixed); (got == 0) != (runs == 0) || got > runs {
			t.Fatalf("out of order: %d cries of %d presses", got, runs)
		}
	})
}

func cries(said []bool, order []int) (n int) {
	var p Press
	for _, i := range order {
		var anew bool
		if p, anew = p.Take(noon.Add(time.Duration(i)*time.Second), said[i]); anew {
			n++
		}
	}
	return n
}
