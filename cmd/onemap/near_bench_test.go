package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"onemap/data/pgtest"
	"onemap/dispatch"
	"onemap/dispatch/live"
)

const crowd = 100_000

// scattered is somewhere in the city's box.
func scattered(r *rand.Rand) orb.Point {
	return orb.Point{118.6 + 1.2*r.Float64(), 39.4 + 1.2*r.Float64()}
}

// silent is a journal nothing happens in.
type silent struct{}

func (silent) Events(context.Context, dispatch.Seq, int) ([]dispatch.Event, error) { return nil, nil }
func (silent) Incident(context.Context, dispatch.ID) (*dispatch.Incident, error) {
	return nil, dispatch.ErrNotFound
}
func (silent) Bell(context.Context) <-chan struct{}            { return nil }
func (silent) SaveFixes(context.Context, []dispatch.Fix) error { return nil }

// crowded is a live room with 100,000 units, all just heard, and where they are.
func crowded(b *testing.B) (*live.Live, []orb.Point) {
	b.Helper()
	r := rand.New(rand.NewPCG(20261123, 0))
	rows, fixes, points := make([]dispatch.Entity, crowd), make([]dispatch.Fix, crowd), make([]orb.Point, crowd)
	now := time.Now()
	for i := range rows {
		points[i] = scattered(r)
		id := dispatch.NewID()
		rows[i] = &dispatch.Entry{Ledger: dispatch.Units, ID: id, Head: dispatch.Head{Code: fmt.Sprintf("U%06d", i), Division: "130302001"},
			Geometry: points[i], Detail: &dispatch.Unit{Duty: "available_base", Crew: 4, CrewMinimum: 4}}
		fixes[i] = dispatch.Fix{Unit: id, Point: points[i], DeviceAt: now}
	}
	l := live.New(dispatch.NewPicture(1, "bench", rows), silent{}, silent{}, slog.New(slog.NewTextHandler(io.Discard, nil)))
	l.Report(now, fixes)
	return l, points
}

// BenchmarkNearest asks for the ten nearest of 100,000 moving units by metres
// on the ground: the board and PostGIS for the points alone, and the picture
// for the whole answer, with scope, filters, why-nots and ages.
func BenchmarkNearest(b *testing.B) {
	l, points := crowded(b)
	b.Run("board", func(b *testing.B) {
		r := rand.New(rand.NewPCG(1, 0))
		all := func(*dispatch.Entry, orb.Point) bool { return true }
		for b.Loop() {
			if got := l.Board().Near(scattered(r), 10, all); len(got) != 10 {
				b.Fatal(len(got))
			}
		}
	})
	who := dispatch.Actor{Role: dispatch.Dispatcher, Area: cityArea, Clearance: 1}
	b.Run("picture", func(b *testing.B) {
		r := rand.New(rand.NewPCG(1, 0))
		for b.Loop() {
			q := dispatch.NearestQuery{Point: scattered(r), Kinds: []dispatch.Ledger{dispatch.Units}, K: 10, Status: []string{"available"}, MaxFixAge: dispatch.FixLimit}
			if got, err := l.Picture().Nearest(who, q, l.Board(), time.Now()); err != nil || len(got.Results) != 10 {
				b.Fatal(len(got.Results), err)
			}
		}
	})
	b.Run("postgis", func(b *testing.B) {
		conn, err := pgx.Connect(b.Context(), pgtest.New(b))
		if err != nil {
			b.Fatal(err)
		}
		defer conn.Close(context.Background())
		fillPoints(b, conn, points)
		r := rand.New(rand.NewPCG(1, 0))
		for b.Loop() {
			at, n := scattered(r), 0
			rows, err := conn.Query(b.Context(), "select id, g <-> st_setsrid(st_makepoint($1, $2), 4326)::geography as d from p order by d limit 10", at[0], at[1])
			if err != nil {
				b.Fatal(err)
			}
			for rows.Next() {
				n++
			}
			if rows.Err() != nil || n != 10 {
				b.Fatal(n, rows.Err())
			}
		}
	})
}

func fillPoints(b *testing.B, conn *pgx.Conn, points []orb.Point) {
	b.Helper()
	for _, sql := range []string{"create table p (id int primary key, lon float8, lat float8, g geography(point))"} {
		if _, err := conn.Exec(b.Context(), sql); err != nil {
			b.Fatal(err)
		}
	}
	source := pgx.CopyFromSlice(len(points), func(i int) ([]any, error) { return []any{i, points[i][0], points[i][1]}, nil })
	if _, err := conn.CopyFrom(b.Context(), pgx.Identifier{"p"}, []string{"id", "lon", "lat"}, source); err != nil {
		b.Fatal(err)
	}
	for _, sql := range []string{"update p set g = st_makepoint(lon, lat)::geography", "create index on p using gist (g)", "analyze p"} {
		if _, err := conn.Exec(b.Context(), sql); err != nil {
			b.Fatal(err)
		}
	}
}
