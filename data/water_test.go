package data

import (
	"testing"
	"time"

	"github.com/paulmach/orb"
)

func TestWaterIsSeaAndWhatIsTooLargeToWade(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	if wet, err := db.Water(ctx); wet != nil || err != nil {
		t.Errorf("a map without water: %v", err)
	}
	box := func(west, south, size float64) orb.Polygon {
		return orb.Bound{Min: orb.Point{west, south}, Max: orb.Point{west + size, south + size}}.ToPolygon()
	}
	lake := box(119.3, 40, 0.05)
	lake = append(lake, box(119.32, 40.02, 0.01)[0]) // with an island
	lake[1].Reverse()
	err := db.SaveBase(ctx, []BaseFeature{
		{Layer: "sea", Geometry: orb.MultiPolygon{box(119, 39, 0.5), box(120, 39, 0.5)}},
		{Layer: "water", Geometry: lake},
		{Layer: "water", Geometry: box(119.6, 40, 0.0005)}, // a pond of 2,400 m²
		{Layer: "river", Geometry: orb.LineString{{119.8, 40}, {119.9, 40}}},
		{Layer: "land", Geometry: box(119.5, 39.5, 0.5)},
	})
	if err != nil {
		t.Fatal(err)
	}
	wet, err := db.Water(ctx)
	if err != nil || wet == nil {
		t.Fatalf("no water: %v", err)
	}
	for at, want := range map[orb.Point]bool{
		{119.2, 39.2}: true, {120.2, 39.2}: true, {119.31, 40.01}: true,
		{119.325, 40.025}: false, {119.60025, 40.00025}: false, {119.85, 40}: false, {119.7, 39.7}: false, {119.7, 39.2}: false,
	} {
		if wet(at) != want {
			t.Errorf("%v is water: %t", at, !want)
		}
	}
}
