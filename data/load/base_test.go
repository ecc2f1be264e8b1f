package load

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"onemap/data"
	"onemap/dispatch"
)

func TestBaseMapIsReadByLayerAndRank(t *testing.T) {
	t.Parallel()
	body := `{"type":"FeatureCollection","features":[
		{"type":"Feature","geometry":{"type":"Point","coordinates":[119.6,39.9]},"properties":{"layer":"place","kind":"city","name":"海港区","name_en":"Haigang","rank":1,"note":"x"}},
		{"type":"Feature","geometry":{"type":"LineString","coordinates":[[119,39],[120,40]]},"properties":{"layer":"township_line","name":"x"}},
		{"type":"Feature","geometry":{"type":"LineString","coordinates":[[119,39],[120,40]]},"properties":{"layer":"river","name":"滦河","rank":9}}]}`
	got, err := Base(strings.NewReader(body))
	want := []data.BaseFeature{
		{Layer: "place", Kind: "city", Name: "海港区", NameEN: "Haigang", Rank: 1, Geometry: orb.Point{119.6, 39.9}},
		{Layer: "river", Name: "滦河", Rank: 9, MinZoom: 10, Geometry: orb.LineString{{119, 39}, {120, 40}}},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	for _, bad := range []string{"{}", `{"type":"FeatureCollection","features":[{"properties":{"layer":"land"}}]}`, strings.Replace(body, "119.6", "1190.6", 1)} {
		if _, err := Base(strings.NewReader(bad)); !errors.Is(err, &dispatch.Error{Code: "bad_geojson"}) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func TestPartsOfTheBaseMapAreReplacedAlone(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), context.Background()
	quiet := func(string) {}
	place := `{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[119.6,39.9]},"properties":{"layer":"place","name":"海港区"}}]}`
	n, err := Roads(ctx, "town.osm", strings.NewReader(town), quiet)
	if err := errors.Join(err, BaseMap(ctx, db, strings.NewReader(place), quiet), n.Save(ctx, db, quiet)); err != nil {
		t.Fatal(err)
	}
	if spots, err := db.Places(ctx); err != nil || len(spots) != 1 {
		t.Errorf("%v, %v: the roads took the places away", spots, err)
	}
	if err := BaseMap(ctx, db, strings.NewReader(`{"type":"FeatureCollection","features":[]}`), quiet); !errors.Is(err, errNothing) {
		t.Errorf("an empty file: %v", err)
	}
	if _, _, _, ok, err := db.RoadVersion(ctx); !ok || err != nil {
		t.Errorf("the places took the roads away: %v", err)
	}
}
