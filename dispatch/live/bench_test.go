package live

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"onemap/dispatch"
)

// crowd is a board of n heard units spread over the city.
func crowd(n int) (*Board, []*dispatch.Entry) {
	r := rand.New(rand.NewPCG(20261123, 0))
	units := make([]*dispatch.Entry, n)
	for i := range units {
		units[i] = unit("U", "130302001")
		units[i].Geometry = orb.Point{118.6 + 1.2*r.Float64(), 39.4 + 1.2*r.Float64()}
	}
	b := boardOf(units...)
	for _, u := range units {
		b.report(noon, []dispatch.Fix{fixAt(u, noon, 118.6+1.2*r.Float64(), 39.4+1.2*r.Float64())})
	}
	return b, units
}

// BenchmarkReport is one fix in.
func BenchmarkReport(b *testing.B) {
	board, units := crowd(10_000)
	at := noon
	for i := 0; b.Loop(); i++ {
		if i%len(units) == 0 {
			at = at.Add(time.Second)
			board.drain()
		}
		board.report(at, []dispatch.Fix{fixAt(units[i%len(units)], at, 119.2+float64(i%1000)*1e-5, 39.9)})
	}
}

// BenchmarkTick is one tick of 5,000 moved units for ten scopes.
func BenchmarkTick(b *testing.B) {
	board, units := crowd(5_000)
	at := noon
	for b.Loop() {
		b.StopTimer()
		at = at.Add(time.Second)
		for i, u := range units {
			board.report(at, []dispatch.Fix{fixAt(u, at, 119.2+float64(i%1000)*1e-5, 39.9)})
		}
		frames := map[scope][]byte{}
		for _, area := range []string{"130300", "130302", "130303", "130304", "130306", "130321", "130322", "130324", "130371", "130372"} {
			frames[scope{area: area, clearance: 1}] = nil
		}
		b.StartTimer()
		board.deltas(at, frames)
	}
}

// BenchmarkNear is the ten nearest of 100,000 moving units.
func BenchmarkNear(b *testing.B) {
	board, _ := crowd(100_000)
	r := rand.New(rand.NewPCG(1, 0))
	all := func(*dispatch.Entry, orb.Point) bool { return true }
	for b.Loop() {
		board.Near(orb.Point{118.6 + 1.2*r.Float64(), 39.4 + 1.2*r.Float64()}, 10, all)
	}
}
