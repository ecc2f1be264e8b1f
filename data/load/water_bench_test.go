package load

import (
	"bytes"
	"context"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
)

// BenchmarkWater100000 asks for 100,000 points over the demo city and its bay
// whether they lie in water.
func BenchmarkWater100000(b *testing.B) {
	db, ctx := open(b), context.Background()
	for _, f := range city(b) {
		if f.Name != "base.geojson" {
			continue
		}
		if err := BaseMap(ctx, db, bytes.NewReader(f.Body), func(string) {}); err != nil {
			b.Fatal(err)
		}
	}
	wet, err := db.Water(ctx)
	if err != nil || wet == nil {
		b.Fatalf("no water: %v", err)
	}
	r := rand.New(rand.NewPCG(1, 1))
	points := make([]orb.Point, 100_000)
	for i := range points {
		points[i] = orb.Point{118.6 + 1.2*r.Float64(), 39.4 + 1.2*r.Float64()}
	}
	inside := 0
	for b.Loop() {
		inside = 0
		for _, p := range points {
			if wet(p) {
				inside++
			}
		}
	}
	b.ReportMetric(float64(inside)/float64(len(points)), "wet")
}
