package data

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"onemap/data/osm"
	"onemap/dispatch"
	"onemap/geo/road"
)

// lane is a network of n segments in a row.
func lane(n int) *road.Graph { return named(n, func(int64) string { return "河北大街" }) }

func named(n int, name func(int64) string) *road.Graph {
	var s road.Source
	for i := range int64(n + 1) {
		s.Nodes = append(s.Nodes, road.Node{ID: i + 1, At: orb.Point{119.6 + float64(i)*1e-4, 39.9}})
	}
	for i := range int64(n) {
		s.Ways = append(s.Ways, road.Way{
			ID: i + 1, Nodes: []int64{i + 1, i + 2}, Class: road.Primary, Name: name(i), Forward: road.Everyone, Backward: road.Everyone,
		})
	}
	s.Ways = append(s.Ways, road.Way{ID: 99_999})
	g, _ := road.Build(s)
	g.Prepare()
	return g
}

func storedBytes(t testing.TB, g *road.Graph) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := g.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestTheRoadNetworkIsReplacedAsAWhole(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	if _, err := db.Roads(ctx); !errors.Is(err, dispatch.ErrNoRoads) {
		t.Errorf("without roads: %v", err)
	}
	if _, err := db.RoadInfo(ctx); !errors.Is(err, dispatch.ErrNoRoads) {
		t.Errorf("without roads: %v", err)
	}
	if _, _, _, ok, err := db.RoadVersion(ctx); ok || err != nil {
		t.Errorf("a version without roads, %v", err)
	}
	for _, n := range []int{3, 40} {
		g := lane(n)
		if err := db.SaveRoads(ctx, g, "lane\xff.osm"); err != nil {
			t.Fatal(err)
		}
		back := must[*road.Graph](t)(db.Roads(ctx))
		if !bytes.Equal(storedBytes(t, back), storedBytes(t, g)) {
			t.Errorf("%d segments: other bytes came back", n)
		}
		version, source, madeAt, ok, err := db.RoadVersion(ctx)
		if version != g.Version() || source != "lane.osm" || time.Since(madeAt) > time.Minute || !ok || err != nil {
			t.Errorf("version %x of %q at %v, %t, %v", version, source, madeAt, ok, err)
		}
		about := must[RoadInfo](t)(db.RoadInfo(ctx))
		if diff := cmp.Diff(g.Report(), about.Report); diff != "" || about.Segments != n || about.Nodes != n+1 || about.Arcs != 2*n || about.Report.RejectedBy == nil {
			t.Errorf("%+v\n%s", about, diff)
		}
	}
	var parts int
	if err := db.pool.QueryRow(ctx, "select count(*) from road_part").Scan(&parts); err != nil || parts != 1 {
		t.Errorf("%d parts, %v", parts, err)
	}
}

func TestRoadsAndTheirMapComeTogetherOrNotAtAll(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	line := orb.LineString{{119.6, 39.9}, {119.61, 39.9}}
	if err := db.SaveRoadMap(ctx, lane(3), "first", []BaseFeature{{Layer: "road", Geometry: line}}); err != nil {
		t.Fatal(err)
	}
	for name, features := range map[string][]BaseFeature{
		"a line beyond the poles":   {{Layer: "road", Geometry: orb.LineString{{119.6, 39.9}, {119.6, 139.9}}}},
		"a line no map can show":    {{Layer: "road", Geometry: orb.LineString{{119.6, 89}, {119.6, 89.5}}}},
		"a feature of another kind": {{Layer: "sea", Geometry: line}},
		"a name of other signs":     {{Layer: "road", Name: "\x00", Geometry: line}},
	} {
		if err := db.SaveRoadMap(ctx, lane(7), name, features); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	if _, source, _, _, err := db.RoadVersion(ctx); source != "first" || err != nil {
		t.Errorf("roads of %q, %v", source, err)
	}
	var roads int
	if err := db.pool.QueryRow(ctx, "select count(*) from base where layer = 'road'").Scan(&roads); err != nil || roads != 1 {
		t.Errorf("%d roads on the map, %v", roads, err)
	}
}

func TestTwoLoadsAtOnceLeaveOneNetwork(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	graphs := []*road.Graph{lane(3), lane(5), lane(8), lane(13)}
	var all sync.WaitGroup
	for _, g := range graphs {
		all.Go(func() {
			if err := db.SaveRoads(ctx, g, "race"); err != nil && !errors.Is(err, ErrBusy) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	must[*road.Graph](t)(db.Roads(ctx))
}

func TestDamagedRoadsAreRefusedAndSaySo(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	for name, c := range map[string]struct {
		damage string
		want   error
	}{
		"a byte turned": {"update road_part set bytes = set_byte(bytes, 60, get_byte(bytes, 60) # 1)", road.ErrDamaged},
		"cut off":       {"update road_part set bytes = substring(bytes, 1, 200)", road.ErrDamaged},
		"a part gone":   {"delete from road_part", road.ErrDamaged},
		"other format":  {"update road_part set bytes = set_byte(bytes, 8, 99)", road.ErrFormat},
		"exchanged":     {"update road_graph set version = '0123456789abcdef'", road.ErrDamaged},
	} {
		if err := db.SaveRoads(ctx, lane(9), "lane.osm"); err != nil {
			t.Fatal(err)
		}
		if _, err := db.pool.Exec(ctx, c.damage); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Roads(ctx); !errors.Is(err, c.want) || !strings.Contains(err.Error(), "load lane.osm again") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheDoctorKnowsTheRoads(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	now := time.Now()
	if c := db.roads(ctx, now); c.State != Warn || c.Fix == "" {
		t.Errorf("none: %+v", c)
	}
	g := lane(3)
	if err := db.SaveRoads(ctx, g, "lane.osm"); err != nil {
		t.Fatal(err)
	}
	c := db.roads(ctx, now.Add(73*time.Hour))
	if c.State != OK || !strings.Contains(c.Text, versionText(g.Version())) || !strings.Contains(c.Text, "lane.osm") || !strings.Contains(c.Text, "3 days") {
		t.Errorf("%+v", c)
	}
	if _, err := db.pool.Exec(ctx, "drop table road_part, road_graph"); err != nil {
		t.Fatal(err)
	}
	if c := db.roads(ctx, now); c.State != Fail || c.Fix != "onemap migrate" {
		t.Errorf("no tables: %+v", c)
	}
}

// realRoads is the network of a region, or a skip.
func realRoads(t testing.TB) *road.Graph {
	t.Helper()
	f, err := os.Open("../../shared/testdata/18-routing-siting/osm/rnv.osm.pbf")
	if err != nil {
		t.Skipf("shared test data is not here: %v", err)
	}
	defer f.Close()
	g, _ := road.Build(must[road.Source](t)(osm.Road(f, osm.PBF)))
	g.Prepare()
	return g
}

func TestLargeNetworkTravelsInParts(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	g := named(20_000, func(i int64) string { return fmt.Sprintf("%0500d", i) }) // 10 MB of names
	if err := db.SaveRoads(ctx, g, "names"); err != nil {
		t.Fatal(err)
	}
	var parts, longest, size int
	if err := db.pool.QueryRow(ctx, "select count(*), max(octet_length(bytes)), sum(octet_length(bytes)) from road_part").Scan(&parts, &longest, &size); err != nil {
		t.Fatal(err)
	}
	if parts != 2 || longest > roadPart || size != len(storedBytes(t, g)) {
		t.Errorf("%d bytes in %d parts, the longest of %d", size, parts, longest)
	}
	if back := must[*road.Graph](t)(db.Roads(ctx)); back.Version() != g.Version() {
		t.Errorf("version %x", back.Version())
	}
}

func BenchmarkRoadsReadyAgain(b *testing.B) {
	db, ctx, g := open(b), within(b, 5*time.Minute), realRoads(b)
	if err := db.SaveRoads(ctx, g, "rnv.osm.pbf"); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		back := must[*road.Graph](b)(db.Roads(ctx))
		stop := must[road.Stop](b)(back.Snap(back.Bound().Center(), road.Snap{}))
		must[*road.Matrix](b)(road.NewNetwork(back).Now().Matrix([]road.Stop{stop}, []road.Stop{stop}, road.Ask{}))
	}
	b.ReportMetric(float64(len(storedBytes(b, g)))/1e6, "MB")
}
