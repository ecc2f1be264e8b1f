package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"onemap/data/pgtest"
	"onemap/dispatch"
	"onemap/geo"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func postgis(t *testing.T) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), pgtest.New(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

// TestNearestAgreesWithPostGIS: the k nearest by the picture are those of
// PostGIS geography, at the same distances to the millimetre.
func TestNearestAgreesWithPostGIS(t *testing.T) {
	conn, r := postgis(t), rand.New(rand.NewPCG(7, 0))
	run(t, conn, "create table p (code text primary key, g geography(point))")
	var rows []dispatch.Entity
	for i := range 2000 {
		at := scattered(r)
		e := &dispatch.Entry{Ledger: dispatch.Depots, ID: dispatch.NewID(), Head: dispatch.Head{Code: fmt.Sprint(i), Division: "130302001"}, Geometry: at, Detail: &dispatch.Depot{Level: "city"}}
		rows = append(rows, e)
		run(t, conn, "insert into p values ($1, st_makepoint($2, $3)::geography)", e.Code, at[0], at[1])
	}
	p := dispatch.NewPicture(1, "e", rows)
	for range 100 {
		at, k := scattered(r), 1+r.IntN(30)
		got, err := p.Nearest(dispatch.Actor{Area: cityArea}, dispatch.NearestQuery{Point: at, Kinds: []dispatch.Ledger{dispatch.Depots}, K: k, MaxFixAge: dispatch.FixLimit}, nil, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		want, err := conn.Query(t.Context(), "select code, st_distance(g, st_makepoint($1, $2)::geography) d from p order by d limit $3", at[0], at[1], k)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; want.Next(); i++ {
			var code string
			var d float64
			if err := want.Scan(&code, &d); err != nil {
				t.Fatal(err)
			}
			if h := got.Results[i]; h.Entry.Code != code || h.Distance-geo.Metres(d) > 1e-3 || geo.Metres(d)-h.Distance > 1e-3 {
				t.Fatalf("rank %d of %v: %s at %.4f m, PostGIS %s at %.4f m", i+1, at, h.Entry.Code, h.Distance, code, d)
			}
		}
	}
}

// TestCoverageAgreesWithPostGIS: people and land within reach, and the overlap,
// are what st_dwithin on geography counts.
func TestCoverageAgreesWithPostGIS(t *testing.T) {
	conn, r := postgis(t), rand.New(rand.NewPCG(8, 0))
	run(t, conn, "create table c (people int, area int, g geography(point))")
	run(t, conn, "create table s (g geography(point))")
	var rows []dispatch.Entity
	for i := range 1500 {
		at, people := scattered(r), r.IntN(500)
		cell := orb.Bound{Min: at, Max: at}.Pad(0.001)
		rows = append(rows, &dispatch.Entry{Ledger: dispatch.Cells, ID: dispatch.NewID(), Head: dispatch.Head{Code: fmt.Sprint(i), Division: "130302001"}, Geometry: cell.ToPolygon(), Detail: &dispatch.Cell{People: people, AreaM2: 250_000}})
		centre := cell.ToPolygon().Bound().Center()
		run(t, conn, "insert into c values ($1, 250000, st_makepoint($2, $3)::geography)", people, centre[0], centre[1])
	}
	var sites []orb.Point
	for range 25 {
		at := scattered(r)
		sites = append(sites, at)
		run(t, conn, "insert into s values (st_makepoint($1, $2)::geography)", at[0], at[1])
	}
	p := dispatch.NewPicture(1, "e", rows)
	for _, d := range []float64{500, 3000, 12_345.6, 40_000} {
		got, err := p.Coverage(t.Context(), dispatch.Actor{Area: cityArea}, dispatch.CoverageQuery{Candidates: sites, Distances: []geo.Metres{geo.Metres(d)}}, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		want := dispatch.Share{}
		err = conn.QueryRow(t.Context(), `select sum(people), sum(people) filter (where n > 0), sum(area), coalesce(sum(area) filter (where n > 0), 0),
			coalesce(sum(people) filter (where n = 0), 0), coalesce(sum(people) filter (where n = 1), 0), coalesce(sum(people) filter (where n = 2), 0), coalesce(sum(people) filter (where n > 2), 0)
			from (select people, area, (select count(*) from s where st_dwithin(s.g, c.g, $1)) n from c) x`, d).
			Scan(&want.People, &want.PeopleCovered, &want.AreaM2, &want.AreaCoveredM2, &want.Overlap[0], &want.Overlap[1], &want.Overlap[2], &want.Overlap[3])
		if err != nil {
			t.Fatal(err)
		}
		if got.Results[0].Total != want {
			t.Errorf("within %.1f m: %+v, PostGIS %+v", d, got.Results[0].Total, want)
		}
	}
}

func run(t *testing.T, conn *pgx.Conn, sql string, args ...any) {
	t.Helper()
	if _, err := conn.Exec(t.Context(), sql, args...); err != nil {
		t.Fatal(err)
	}
}
