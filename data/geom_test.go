package data

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/geo"
)

var shapes = map[string]orb.Geometry{
	"POINT(119.6 39.9)":   orb.Point{119.6, 39.9},
	"LINESTRING(1 2,3 4)": orb.LineString{{1, 2}, {3, 4}},
	"POLYGON((0 0,4 0,4 4,0 4,0 0),(1 1,1 2,2 2,2 1,1 1))":      orb.Polygon{{{0, 0}, {4, 0}, {4, 4}, {0, 4}, {0, 0}}, {{1, 1}, {1, 2}, {2, 2}, {2, 1}, {1, 1}}},
	"MULTIPOINT((1 2),(3 4))":                                   orb.MultiPoint{{1, 2}, {3, 4}},
	"MULTILINESTRING((1 2,3 4),(5 6,7 8))":                      orb.MultiLineString{{{1, 2}, {3, 4}}, {{5, 6}, {7, 8}}},
	"MULTIPOLYGON(((0 0,1 0,1 1,0 0)),((5 5,6 5,6 6,5 5)))":     orb.MultiPolygon{{{{0, 0}, {1, 0}, {1, 1}, {0, 0}}}, {{{5, 5}, {6, 5}, {6, 6}, {5, 5}}}},
	"POINT(-0.00000012345678901 89.999999999999)":               orb.Point{-0.00000012345678901, 89.999999999999},
	"MULTIPOLYGON(((0 0,9 0,9 9,0 9,0 0),(1 1,1 2,2 2,1 1)))":   orb.MultiPolygon{{{{0, 0}, {9, 0}, {9, 9}, {0, 9}, {0, 0}}, {{1, 1}, {1, 2}, {2, 2}, {1, 1}}}},
	"LINESTRING(119 39,119.0000001 39.0000001,119.5 39.5,1 89)": orb.LineString{{119, 39}, {119.0000001, 39.0000001}, {119.5, 39.5}, {1, 89}},
}

func TestGeometriesPassBothWaysUnchanged(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	for text, want := range shapes {
		var same bool
		var got, flat orb.Geometry
		const ask = `select st_orderingequals($1::geometry, st_geomfromtext($2, 4326)), st_geomfromtext($2, 4326), st_force4d(st_geomfromtext($2, 4326))`
		if err := db.pool.QueryRow(ctx, ask, want, text).Scan(&same, &got, &flat); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if !same || !orb.Equal(got, want) || !orb.Equal(flat, want) {
			t.Errorf("%s: same %t, got %v, from four dimensions %v", text, same, got, flat)
		}
	}
	var none orb.Geometry
	if err := db.pool.QueryRow(ctx, "select null::geometry").Scan(&none); err != nil || none != nil {
		t.Errorf("null became %v, %v", none, err)
	}
	for _, bad := range []orb.Geometry{orb.Point{math.NaN(), 1}, orb.LineString{{1, 1}, {math.Inf(1), 1}}} {
		if err := db.pool.QueryRow(ctx, "select $1::geometry", bad).Scan(&none); !errors.Is(err, geo.ErrNotFinite) {
			t.Errorf("%v: %v", bad, err)
		}
	}
}

// Not parallel: it counts allocations.
func TestDeceivingBytesAreRefusedWithoutAllocation(t *testing.T) {
	deep := strings.Repeat("0104000000"+"01000000", 100_000)
	for name, text := range map[string]string{
		"nothing": "", "short": "0101", "byte order": "0201000000", "unknown type": "0163000000", "collection": "010700000000000000",
		"count beyond the end": "0102000000ffffffff", "rings beyond the end": "0103000000ffffffff", "parts beyond the end": "0106000000ffffffff",
		"deep nesting": deep, "multi in multi": "0104000000010000000104000000" + "00000000",
		"other srid": "0101000020110F0000" + strings.Repeat("00", 16), "too long": "0101000000" + strings.Repeat("00", 17),
		"not a number": "0101000000" + "000000000000f87f" + "0000000000000000",
	} {
		src, err := hex.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		var g orb.Geometry
		cost := testing.AllocsPerRun(10, func() { g, err = decodeEWKB(src) })
		if !errors.Is(err, errEWKB) || g != nil || cost > 20 {
			t.Errorf("%s: %v, %v, %.0f allocations", name, g, err, cost)
		}
	}
}

func FuzzEWKB(f *testing.F) {
	for _, g := range shapes {
		raw, err := appendEWKB(nil, g, wgs84)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
		binary.BigEndian.PutUint32(raw[1:], 0x20000001)
		raw[0] = 0
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		g, err := decodeEWKB(raw)
		if err != nil {
			return
		}
		again, err := appendEWKB(nil, g, wgs84)
		if err != nil {
			t.Fatalf("%v cannot be written: %v", g, err)
		}
		back, err := decodeEWKB(again)
		if err != nil || !cmp.Equal(g, back) {
			t.Errorf("%v came back as %v, %v", g, back, err)
		}
	})
}

func TestNoTableTakesAShapeThatIsNone(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	const entry = "insert into entry (ledger, id, version, code, name, division, sensitivity, properties, tile, recorded_at, seq, geom) values ('hazard', gen_random_uuid(), 1, gen_random_uuid(), 'x', '130302', 0, '{}', '{}', now(), 1, "
	for name, shape := range map[string]string{
		"NaN point":          "st_setsrid(st_makepoint('NaN', 'NaN'), 4326)",
		"half a NaN":         "st_setsrid(st_makepoint(119, 'NaN'), 4326)",
		"infinite":           "st_setsrid(st_makepoint('Infinity', 39), 4326)",
		"NaN in a line":      "st_setsrid(st_makeline(array[st_makepoint(119, 39), st_makepoint('NaN', 39), st_makepoint(119, 40)]), 4326)",
		"beyond the world":   "st_setsrid(st_makepoint(181, 39), 4326)",
		"swapped":            "st_setsrid(st_makepoint(39, 119), 4326)",
		"empty":              "'srid=4326;point empty'::geometry",
		"crossing itself":    "'srid=4326;polygon((0 0,1 1,1 0,0 1,0 0))'::geometry",
		"hole outside":       "'srid=4326;polygon((0 0,1 0,1 1,0 0),(5 5,6 5,6 6,5 5))'::geometry",
		"other srid":         "'srid=3857;point(1 1)'::geometry",
		"through JSON (M11)": `st_geomfromgeojson('{"type":"Point","coordinates":[1e999,39]}')`,
	} {
		_, err := db.pool.Exec(ctx, entry+shape+")")
		var pg *pgconn.PgError
		if !errors.As(err, &pg) || pg.Code == "42601" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := db.pool.Exec(ctx, entry+"'srid=4326;point(119 39)')"); err != nil {
		t.Errorf("a good one: %v", err)
	}
}

// One truth: what the picture calls nearest, PostGIS calls nearest. Its <->
// orders on the sphere, so its first forty are ranked by ST_Distance.
func TestPostGISAndGeoAgreeOnDistance(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	dice := rand.New(rand.NewPCG(20261123, 1))
	place := func() orb.Point { return orb.Point{118.5 + 1.4*dice.Float64(), 39.4 + 1.2*dice.Float64()} }
	all := make([]dispatch.Entry, 500)
	for i := range all {
		all[i] = shelter(i)
		all[i].Geometry = geo.Snap(place())
	}
	must[dispatch.Taken](t)(desk(db).Import(ctx, wish("points"), dispatch.Shelters, rows(all...), false))
	const nearest = `select id, metres from (
			select id, st_distance(geom::geography, $1::geometry::geography) as metres
			from entry where ledger = 'shelter' and not removed order by geom::geography <-> $1::geometry::geography limit 40
		) near order by metres limit 10`
	type hit struct {
		ID dispatch.ID
		M  float64
	}
	for range 200 {
		from := place()
		slices.SortFunc(all, func(a, b dispatch.Entry) int {
			return int(math.Copysign(1, float64(geo.Distance(from, a.Point())-geo.Distance(from, b.Point()))))
		})
		found, err := db.pool.Query(ctx, nearest, from)
		if err != nil {
			t.Fatal(err)
		}
		for i, h := range must[[]hit](t)(pgx.CollectRows(found, pgx.RowToStructByPos[hit])) {
			if own := float64(geo.Distance(from, all[i].Point())); h.ID != all[i].ID || math.Abs(h.M-own) > 0.001 {
				t.Fatalf("number %d from %v: PostGIS %s at %.4f m, ours %s at %.4f m", i, from, h.ID, h.M, all[i].ID, own)
			}
		}
	}
	far := []orb.Point{{0, 0}, {-73.78, 40.64}, {151.2, -33.9}, {119.6, 39.9}, {10, 89.9}, {-179.9, 0}}
	for _, a := range far {
		for _, b := range far {
			var said float64
			if err := db.pool.QueryRow(ctx, "select st_distance($1::geometry::geography, $2::geometry::geography)", a, b).Scan(&said); err != nil {
				t.Fatal(err)
			}
			if own := float64(geo.Distance(a, b)); math.Abs(own-said) > 0.001 {
				t.Errorf("%v to %v: PostGIS %.4f m, ours %.4f m", a, b, said, own)
			}
		}
	}
}
