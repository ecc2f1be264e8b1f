package data

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/planar"

	"onemap/dispatch"
	"onemap/geo/crs"
	"onemap/tiles"
)

// ledgerTile is the tile of a ledger as PostGIS cuts it: what the picture's
// tiles are held against. $7 is the attributes left out.
const ledgerTile = `select coalesce(st_asmvt(f, $1, 4096, 'geom', 'fid'), '')
from (
  select fid,
    case when verify_by < (now() at time zone 'Asia/Shanghai')::date then tile || '{"stale": true}' else tile end - $7::text[] as tile,
    st_asmvtgeom(
      case when $2 < 11 then st_simplify(geom3857, 40075016.6856 / 1024 / (1 << $2)) else geom3857 end,
      st_tileenvelope($2, $3, $4), 4096, 64, true) as geom
  from entry
  where ledger = $1 and not removed
    and geom3857 && st_tileenvelope($2, $3, $4, margin => 64.0 / 4096)
    and starts_with(division, $5) and sensitivity <= $6
  order by weight desc, fid
) f
where geom is not null`

// blob is a ring of that many corners round a place, that many degrees wide.
func blob(at orb.Point, wide float64, corners int, r *rand.Rand) orb.Ring {
	ring := make(orb.Ring, 0, corners+1)
	for i := range corners {
		angle, far := 2*math.Pi*float64(i)/float64(corners), wide*(0.5+0.5*r.Float64())
		ring = append(ring, orb.Point{at[0] + far*math.Cos(angle), at[1] + far*math.Sin(angle)})
	}
	return append(ring, ring[0])
}

// everyLedger makes entries of each ledger that tiles are cut of: points, lines
// over several tiles, areas with holes and islands, some secret, some stale.
func everyLedger(n int) map[dispatch.Ledger][]dispatch.Entry {
	r := rand.New(rand.NewPCG(13, 3))
	ring := func(at orb.Point, wide float64) orb.Polygon {
		hole := blob(at, wide*0.3, 12, r)
		hole.Reverse()
		return orb.Polygon{blob(at, wide, 60, r), hole}
	}
	makes := map[dispatch.Ledger]func(at orb.Point) (dispatch.Detail, orb.Geometry){
		dispatch.Divisions: func(at orb.Point) (dispatch.Detail, orb.Geometry) {
			return &dispatch.Division{Level: "county", Parent: "130300", People: r.IntN(1e6)}, orb.MultiPolygon{ring(at, 0.1), ring(orb.Point{at[0] + 0.5, at[1]}, 0.02)}
		},
		dispatch.Teams: func(at orb.Point) (dispatch.Detail, orb.Geometry) {
			return &dispatch.Team{OwnerSystem: "social", Joint: r.IntN(2) == 0, Capabilities: []dispatch.Capability{}, Readiness: "ready"}, at
		},
		dispatch.Depots: func(at orb.Point) (dispatch.Detail, orb.Geometry) {
			return &dispatch.Depot{Level: "city", Stock: []dispatch.Stock{{Item: "2011100", Name: "帐篷", Unit: "顶", Quantity: r.IntN(400), Target: 300}}}, at
		},
		dispatch.Shelters: func(at orb.Point) (dispatch.Detail, orb.Geometry) { return shelter(r.IntN(900)).Detail, at },
		dispatch.Hazards: func(at orb.Point) (dispatch.Detail, orb.Geometry) {
			return &dispatch.Hazard{Kind: "tailings_pond", Level: 1 + r.IntN(4), State: "operating"}, at
		},
		dispatch.RiskZones: func(at orb.Point) (dispatch.Detail, orb.Geometry) {
			return &dispatch.RiskZone{Kind: "forest_fire", Class: 1 + r.IntN(3)}, ring(at, 0.03)
		},
		dispatch.Cameras: func(at orb.Point) (dispatch.Detail, orb.Geometry) {
			heading := r.IntN(360)
			return &dispatch.Camera{State: "online", Heading: &heading}, at
		},
		dispatch.Closures: func(at orb.Point) (dispatch.Detail, orb.Geometry) {
			line := orb.LineString{at}
			for i := range 30 {
				line = append(line, orb.Point{at[0] + float64(i)*0.004, at[1] + r.Float64()*0.01})
			}
			return &dispatch.Closure{Cause: "flood", Confidence: "verified", SpeedFactor: 0.5}, orb.MultiLineString{line, {{at[0], at[1] - 0.1}, {at[0] + 0.1, at[1]}}}
		},
		dispatch.Cells: func(at orb.Point) (dispatch.Detail, orb.Geometry) {
			e := cell(r.IntN(2000))
			return e.Detail, e.Geometry
		},
	}
	all := map[dispatch.Ledger][]dispatch.Entry{}
	for _, l := range dispatch.Ledgers {
		for i := range n {
			if makes[l] == nil {
				break
			}
			e := dispatch.Entry{Ledger: l, ID: dispatch.NewID(), Head: dispatch.Head{
				Code: fmt.Sprintf("X-%d", i), Name: fmt.Sprintf("示例%d", i), Division: []string{"130302001", "130321101"}[i%2], SourceDatum: crs.WGS84}}
			if e.Sensitivity = i % 7 / 5 * 2; l == dispatch.Divisions {
				e.Code, e.Division, e.Sensitivity = fmt.Sprintf("1303%02d", i+1), fmt.Sprintf("1303%02d", i+1), 0
			}
			if i%3 == 0 {
				e.VerifyBy = &dispatch.Date{Time: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)}
			}
			e.Detail, e.Geometry = makes[l](orb.Point{119 + r.Float64(), 39.5 + r.Float64()*0.8})
			all[l] = append(all[l], e)
		}
	}
	return all
}

// TestTilesOfThePictureAreThoseOfPostGIS cuts every layer both ways, over a
// sample of tiles and scopes: the same features, attributes and shapes.
func TestTilesOfThePictureAreThoseOfPostGIS(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, 4*time.Minute)
	all := everyLedger(60)
	for _, l := range dispatch.Ledgers {
		if len(all[l]) > 0 {
			if took := must[dispatch.Taken](t)(desk(db).Import(ctx, wish(string(l)), l, rows(all[l]...), false)); len(took.Problems) > 0 {
				t.Fatalf("%s: %+v", l, took.Problems[0])
			}
		}
	}
	p := must[*dispatch.Picture](t)(db.Snapshot(ctx))
	for _, layer := range tiles.Layers[1:] {
		features := 0
		for _, z := range []int{0, 6, 8, 9, 10, 11, 12, 13, 14, 16} {
			for i := range 6 {
				k := over(layer.Name, z, all[dispatch.Ledger(layer.Name)][i].Geometry.Bound().Min)
				k.X = min(k.X+i%2, 1<<z-1)
				k.Area, k.Clearance = []string{"1303", "130302", "1303"}[i%3], []int{3, 3, 0}[i%3]
				if z < layer.MinZoom {
					continue
				}
				features += sameTile(ctx, t, db, p, k)
			}
		}
		if features < 100 {
			t.Errorf("%s: %d features were compared", layer.Name, features)
		}
		t.Logf("%s: %d features", layer.Name, features)
	}
}

// sameTile compares one tile cut both ways, and returns how many features it has.
func sameTile(ctx context.Context, t *testing.T, db *DB, p *dispatch.Picture, k tiles.Key) int {
	t.Helper()
	hidden := []string{}
	if k.Layer == "cell" && k.Z < tiles.ThinFrom {
		hidden = []string{"id"}
	}
	var theirs []byte
	if err := db.tilePool.QueryRow(ctx, ledgerTile, k.Layer, k.Z, k.X, k.Y, k.Area, k.Clearance, hidden).Scan(&theirs); err != nil {
		t.Fatal(err)
	}
	want, got := decoded(t, theirs), decoded(t, must[[]byte](t)(p.Tile(k, time.Now())))
	if len(hidden) > 0 {
		if len(want) != len(got) {
			t.Errorf("%+v: %d features, want %d", k, len(got), len(want))
		}
		return len(want)
	}
	for id, f := range want {
		g := got[id]
		switch {
		case g == nil && !marginal(f.Geometry):
			t.Errorf("%+v: PostGIS alone shows %s %v", k, f.Geometry.GeoJSONType(), f.Geometry.Bound())
		case g != nil:
			if d := cmp.Diff(f.Properties, g.Properties); d != "" {
				t.Errorf("%+v: attributes: %s", k, d)
			}
			if why := unlike(f.Geometry, g.Geometry, k.Z); why != "" {
				t.Errorf("%+v: %s", k, why)
			}
		}
	}
	for id, g := range got {
		if want[id] == nil && !marginal(g.Geometry) {
			t.Errorf("%+v: PostGIS does not show %s %v", k, g.Geometry.GeoJSONType(), g.Geometry.Bound())
		}
	}
	return len(want)
}

// decoded reads the features of a tile by their ids, or where they have none by
// their numbers.
func decoded(t *testing.T, tile []byte) map[string]*geojson.Feature {
	t.Helper()
	layers, err := mvt.Unmarshal(tile)
	if err != nil || len(layers) > 1 {
		t.Fatalf("%d layers, %v", len(layers), err)
	}
	all := map[string]*geojson.Feature{}
	for _, l := range layers {
		if l.Version != 2 || l.Extent != tiles.Extent {
			t.Errorf("version %d, extent %d", l.Version, l.Extent)
		}
		for i, f := range l.Features {
			id, ok := f.Properties["id"].(string)
			if !ok {
				id = fmt.Sprint(i)
			}
			all[id] = f
		}
	}
	return all
}

// marginal reports a shape that rounding may lose: smaller than what is thinned
// away, or wholly at the rim of the buffer.
func marginal(g orb.Geometry) bool {
	b := g.Bound()
	size := math.Max(b.Max[0]-b.Min[0], b.Max[1]-b.Min[1])
	_, point := g.(orb.Point)
	return !point && size <= 2*tiles.ThinTo ||
		b.Max[0] <= -tiles.Buffer+1 || b.Max[1] <= -tiles.Buffer+1 || b.Min[0] >= tiles.Extent+tiles.Buffer-1 || b.Min[1] >= tiles.Extent+tiles.Buffer-1
}

// inner is the bound of the corners within the window. On its rim ours goes on
// where an area has fallen apart, and nobody sees that.
func inner(g orb.Geometry) orb.Bound {
	var all orb.MultiPoint
	add := func(points []orb.Point) {
		for _, p := range points {
			if math.Max(math.Abs(p[0]-tiles.Extent/2), math.Abs(p[1]-tiles.Extent/2)) < tiles.Extent/2+tiles.Buffer {
				all = append(all, p)
			}
		}
	}
	switch g := g.(type) {
	case orb.Point:
		add([]orb.Point{g})
	case orb.LineString:
		add(g)
	case orb.MultiLineString:
		for _, line := range g {
			add(line)
		}
	case orb.Polygon:
		for _, ring := range g {
			add(ring)
		}
	case orb.MultiPolygon:
		for _, p := range g {
			for _, ring := range p {
				add(ring)
			}
		}
	}
	return all.Bound()
}

// unlike says how two shapes differ by more than snapping, and below ThinFrom
// thinning, explain.
func unlike(want, got orb.Geometry, z int) string {
	off := 1.0
	if z < tiles.ThinFrom {
		off = 3 * tiles.ThinTo
	}
	if want.Dimensions() != got.Dimensions() {
		return fmt.Sprintf("%s, want %s", got.GeoJSONType(), want.GeoJSONType())
	}
	a, b := inner(want), inner(got)
	for i := range 2 {
		if math.Abs(a.Min[i]-b.Min[i]) > off || math.Abs(a.Max[i]-b.Max[i]) > off {
			return fmt.Sprintf("bound %v, want %v", b, a)
		}
	}
	sizeA, sizeB, rim := math.Abs(planar.Area(want)), math.Abs(planar.Area(got)), planar.Length(want)
	if want.Dimensions() == 1 {
		sizeA, sizeB, rim = planar.Length(want), planar.Length(got), 20
	}
	if math.Abs(sizeA-sizeB) > off*rim/2+4 {
		return fmt.Sprintf("size %.0f, want %.0f, round %.0f", sizeB, sizeA, rim)
	}
	return ""
}
