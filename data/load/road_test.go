package load

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"onemap/data"
	"onemap/data/osm"
	"onemap/dispatch"
	"onemap/geo/road"
)

const town = `<?xml version="1.0"?><osm version="0.6">
<node id="1" lat="39.90" lon="119.60"/><node id="2" lat="39.91" lon="119.61"/><node id="3" lat="39.92" lon="119.62"/>
<way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/><tag k="name" v="示例路"/><tag k="name:en" v="Example Rd"/><tag k="ref" v="G102"/><tag k="bridge" v="yes"/></way>
<way id="2"><nd ref="1"/><nd ref="3"/><tag k="highway" v="motorway"/></way>
<way id="3"><nd ref="2"/><nd ref="3"/><tag k="highway" v="trunk_link"/><tag k="oneway" v="-1"/><tag k="tunnel" v="no"/></way>
<way id="4"><nd ref="2"/><nd ref="3"/><tag k="highway" v="footway"/></way>
<way id="5"><nd ref="2"/><nd ref="9"/><tag k="highway" v="primary"/></way>
<way id="7"><nd ref="9"/><nd ref="1"/><nd ref="2"/><nd ref="8"/><nd ref="3"/><tag k="highway" v="residential"/><tag k="access" v="private"/></way>
<way id="6"><nd ref="1"/><nd ref="3"/><tag k="waterway" v="river"/></way>
</osm>`

func readTown(t *testing.T) Network {
	t.Helper()
	n, err := Roads(context.Background(), "town.osm", strings.NewReader(town), func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestWaysBecomeRoadsOnTheMapAndInTheGraph(t *testing.T) {
	t.Parallel()
	n := readTown(t)
	if want := (osm.Found{Nodes: 3, Ways: 7}); n.Found != want || n.Broken != 0 {
		t.Fatalf("found %+v, %d broken", n.Found, n.Broken)
	}
	want := []data.BaseFeature{
		{Layer: "road", Name: "示例路", NameEN: "Example Rd", Rank: 3, MinZoom: 7, Tile: map[string]any{"class": "primary", "ref": "G102", "bridge": true}, Geometry: orb.LineString{{119.6, 39.9}, {119.61, 39.91}}},
		{Layer: "road", Rank: 1, MinZoom: 5, Tile: map[string]any{"class": "motorway", "oneway": true}, Geometry: orb.LineString{{119.6, 39.9}, {119.62, 39.92}}},
		{Layer: "road", Rank: 5, MinZoom: 10, Tile: map[string]any{"class": "link", "link": "trunk", "oneway": true}, Geometry: orb.LineString{{119.62, 39.92}, {119.61, 39.91}}},
		{Layer: "road", Rank: 7, MinZoom: 11, Tile: map[string]any{"class": "residential"}, Geometry: orb.LineString{{119.6, 39.9}, {119.61, 39.91}}},
	}
	if diff := cmp.Diff(want, n.Features); diff != "" {
		t.Error(diff)
	}
	if n.Graph.Nodes() != 3 || n.Graph.Segments() != 5 { // the footpath too, which is not drawn
		t.Errorf("%d junctions, %d segments", n.Graph.Nodes(), n.Graph.Segments())
	}
}

func TestRoadsThatNoMapShowsAreCounted(t *testing.T) {
	t.Parallel()
	far := `<osm><node id="1" lat="86" lon="119"/><node id="2" lat="86.01" lon="119"/><node id="3" lat="39" lon="119"/>
		<way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/></way>
		<way id="2"><nd ref="3"/><nd ref="3"/><tag k="highway" v="primary"/></way></osm>`
	n, err := Roads(context.Background(), "far.osm", strings.NewReader(far), func(string) {})
	if err != nil || len(n.Features) != 0 || n.Broken != 2 {
		t.Errorf("%d features, %d broken, %v", len(n.Features), n.Broken, err)
	}
}

func TestNetworkIsKeptWithItsMap(t *testing.T) {
	t.Parallel()
	db, ctx, n := open(t), context.Background(), readTown(t)
	var said []string
	if err := n.Save(ctx, db, func(line string) { said = append(said, line) }); err != nil || len(said) != 1 {
		t.Fatalf("%v, said %q", err, said)
	}
	back, err := db.Roads(ctx)
	if err != nil || back.Version() != n.Graph.Version() {
		t.Fatalf("%v", err)
	}
	if _, err := road.NewNetwork(back).Now().Route(snap(t, back, 119.6, 39.9), snap(t, back, 119.61, 39.91), road.Ask{}); err != nil {
		t.Error(err)
	}
	about, err := db.RoadInfo(ctx)
	if err != nil || about.Source != "town.osm" || about.Report.Segments != 5 || time.Since(about.MadeAt) > time.Minute {
		t.Errorf("%+v, %v", about, err)
	}
	if v, err := db.BaseVersion(ctx); err != nil || v != 1 {
		t.Errorf("the base map is at version %d, %v", v, err)
	}
}

func snap(t *testing.T, g *road.Graph, lon, lat float64) road.Stop {
	t.Helper()
	s, err := g.Snap(orb.Point{lon, lat}, road.Snap{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestRealExtractsAreRead(t *testing.T) {
	t.Parallel()
	for name, least := range map[string]int{"monaco.osm.pbf": 500, "krems.osm.gz": 300} {
		f, err := os.Open(filepath.Join("../../../shared/testdata/02-osm", name))
		if err != nil {
			t.Skipf("no shared test data: %v", err)
		}
		n, err := Roads(context.Background(), name, f, func(string) {})
		_ = f.Close()
		if err != nil || len(n.Features) < least || n.Graph.Segments() < least {
			t.Errorf("%s: %d features, %v", name, len(n.Features), err)
		}
	}
}

func TestWhatHoldsNoRoadsIsRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ body, code string }{
		"nothing": {"", "bad_osm"}, "cut off": {town[:400], "bad_osm"}, "no tags": {"<osm><way></osm>", "bad_osm"},
		"noise": {"no map at all", "bad_osm"}, "broken gzip": {"\x1f\x8bxxxxxxxx", "bad_osm"}, "GeoJSON": {`{"type":"FeatureCollection"}`, "bad_osm"},
		"long header": {"\x7f\xff\xff\xff" + strings.Repeat("x", 100), "bad_osm"},
		"no roads":    {`<osm><node id="1" lat="39" lon="119"/></osm>`, "empty"},
		"no nodes":    {`<osm><way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/></way></osm>`, "empty"},
	} {
		_, err := Roads(context.Background(), name, strings.NewReader(c.body), func(string) {})
		if !errors.Is(err, &dispatch.Error{Code: c.code}) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %s in one line", name, err, c.code)
		}
	}
}

func TestReadingStopsWhenNobodyWaits(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Roads(ctx, "town.osm", strings.NewReader(town), func(string) {}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
