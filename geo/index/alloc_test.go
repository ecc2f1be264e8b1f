//go:build !race

package index

import (
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
)

// Under the race detector a pool forgets on purpose.
func TestAsksAllocateNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	var all []pair
	for i := range 5000 {
		all = append(all, pair{i, orb.Point{118.6 + r.Float64(), 39.5 + r.Float64()}})
	}
	grid, packed := newGrid(t, city, all), newPacked(t, all)
	hits := make([]Hit[int], 0, 64)
	p := orb.Point{119.3, 39.9}
	ask := func() {
		hits = grid.AppendNearest(hits[:0], p, 10, nil)
		hits = packed.AppendNearest(hits[:0], p, 10, nil)
	}
	ask()
	if n := testing.AllocsPerRun(200, ask); n > 0.5 { // a collection may empty the pool
		t.Errorf("%.1f allocations", n)
	}
}
