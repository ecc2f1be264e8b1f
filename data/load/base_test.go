package load

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"onemap/data"
	"onemap/dispatch"
)

const town = `<?xml version="1.0"?><osm version="0.6">
<node id="1" lat="39.90" lon="119.60"/><node id="2" lat="39.91" lon="119.61"/><node id="3" lat="39.92" lon="119.62"/>
<way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/><tag k="name" v="示例路"/><tag k="name:en" v="Example Rd"/><tag k="ref" v="G102"/><tag k="bridge" v="yes"/></way>
<way id="2"><nd ref="1"/><nd ref="3"/><tag k="highway" v="motorway"/></way>
<way id="3"><nd ref="2"/><nd ref="3"/><tag k="highway" v="trunk_link"/><tag k="oneway" v="-1"/><tag k="tunnel" v="no"/></way>
<way id="4"><nd ref="2"/><nd ref="3"/><tag k="highway" v="footway"/></way>
<way id="5"><nd ref="2"/><nd ref="9"/><tag k="highway" v="primary"/></way>
<way id="6"><nd ref="1"/><nd ref="3"/><tag k="waterway" v="river"/></way>
</osm>`

func TestWaysBecomeRoads(t *testing.T) {
	t.Parallel()
	roads, stats, err := Roads(context.Background(), strings.NewReader(town))
	if err != nil || stats != (RoadStats{Nodes: 3, Ways: 6, Roads: 3, Skipped: 1, Broken: 1}) {
		t.Fatalf("%+v, %v", stats, err)
	}
	want := []data.BaseFeature{
		{Layer: "road", Name: "示例路", NameEN: "Example Rd", Rank: 3, MinZoom: 7, Tile: map[string]any{"class": "primary", "ref": "G102", "bridge": true}, Geometry: orb.LineString{{119.6, 39.9}, {119.61, 39.91}}},
		{Layer: "road", Rank: 1, MinZoom: 5, Tile: map[string]any{"class": "motorway", "oneway": true}, Geometry: orb.LineString{{119.6, 39.9}, {119.62, 39.92}}},
		{Layer: "road", Rank: 5, MinZoom: 10, Tile: map[string]any{"class": "link", "link": "trunk", "oneway": true}, Geometry: orb.LineString{{119.62, 39.92}, {119.61, 39.91}}},
	}
	if diff := cmp.Diff(want, roads); diff != "" {
		t.Error(diff)
	}
}

func TestRealExtractsAreRead(t *testing.T) {
	t.Parallel()
	for name, least := range map[string]int{"monaco.osm.pbf": 500, "krems.osm.gz": 300} {
		f, err := os.Open(filepath.Join("../../../shared/testdata/02-osm", name))
		if err != nil {
			t.Skipf("no shared test data: %v", err)
		}
		roads, stats, err := Roads(context.Background(), f)
		f.Close()
		if err != nil || len(roads) < least {
			t.Errorf("%s: %+v, %v", name, stats, err)
		}
	}
}

func TestBrokenOSMIsRefused(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"nothing": "", "cut off": town[:400], "no tags": "<osm><way></osm>", "noise": "no map at all", "broken gzip": "\x1f\x8bxxxxxxxx",
		"long header": "\x7f\xff\xff\xff" + strings.Repeat("x", 100),
	} {
		if _, _, err := Roads(context.Background(), strings.NewReader(body)); !errors.Is(err, &dispatch.Error{Code: "bad_osm"}) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

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
	said := ""
	say := func(line string) { said += line + "\n" }
	place := `{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[119.6,39.9]},"properties":{"layer":"place","name":"海港区"}}]}`
	if err := errors.Join(BaseMap(ctx, db, "base", strings.NewReader(place), say), BaseMap(ctx, db, "roads", strings.NewReader(town), say)); err != nil {
		t.Fatal(err)
	}
	if spots, err := db.Places(ctx); err != nil || len(spots) != 1 {
		t.Errorf("%v, %v: the roads took the places away", spots, err)
	}
	if !strings.Contains(said, "3 of 6 ways") {
		t.Error(said)
	}
	if err := BaseMap(ctx, db, "base", strings.NewReader(`{"type":"FeatureCollection","features":[]}`), say); !errors.Is(err, errNothing) {
		t.Errorf("an empty file: %v", err)
	}
}
