package dispatch

import (
	"testing"

	"github.com/paulmach/orb"

	"onemap/geo/crs"
)

// TestImportedClosureIsNoLargerThanTheRoadsTake: an import may bring large
// shapes, but a closure the roads leave out would close nothing.
func TestImportedClosureIsNoLargerThanTheRoadsTake(t *testing.T) {
	t.Parallel()
	for n, good := range map[int]bool{mostClosing: true, mostClosing + 1: false} {
		line := make(orb.LineString, n)
		for i := range line {
			line[i] = orb.Point{119 + float64(i)*1e-5, 39.9}
		}
		e := Entry{Ledger: Closures, ID: NewID(), Head: Head{Code: "Z-1", Name: "长", Division: "130302001", SourceDatum: crs.WGS84},
			Geometry: line, Detail: &Closure{Cause: "flood", Confidence: "reported"}}
		if err := e.Check(maxImportVertices); (err == nil) != good {
			t.Errorf("%d points: %v", n, err)
		}
	}
}
