package data

import (
	"context"
	"crypto/sha256"
	"fmt"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"onemap/data/pgtest"
	"onemap/dispatch"
	"onemap/geo/crs"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// migrated returns the address of a fresh database with our schema.
func migrated(t testing.TB) string {
	t.Helper()
	return pgtest.Template(t, "migrated", func(dsn string) error {
		db, err := Open(context.Background(), Options{DSN: dsn, MaxConns: 2})
		if err != nil {
			return err
		}
		defer db.Close()
		return db.Migrate(context.Background())
	})
}

func openAt(t testing.TB, dsn string) *DB {
	t.Helper()
	db, err := Open(context.Background(), Options{DSN: dsn, MaxConns: 16})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return db
}

func open(t testing.TB) *DB {
	t.Helper()
	return openAt(t, migrated(t))
}

func within(t testing.TB, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	t.Cleanup(cancel)
	return ctx
}

var officer = dispatch.Actor{ID: dispatch.NewID(), Name: "值班员（示例）", Role: dispatch.DutyOfficer, Area: "130300", Clearance: 3}

// wish is a command of its own id about that text.
func wish(about string) dispatch.Command {
	return dispatch.Command{ID: dispatch.NewID(), Actor: officer, OccurredAt: time.Now(), Digest: sha256.Sum256([]byte(about))}
}

func seen(c dispatch.Command, version int) dispatch.Command {
	c.Expected = &version
	return c
}

func desk(db *DB) *dispatch.Desk {
	empty := dispatch.NewPicture(0, "", nil)
	return &dispatch.Desk{Journal: db, Picture: func() *dispatch.Picture { return empty }, Now: time.Now}
}

// shelter makes one at Haigang, moved a little for each n.
func shelter(n int) dispatch.Entry {
	return dispatch.Entry{
		Ledger: dispatch.Shelters, ID: dispatch.NewID(),
		Head: dispatch.Head{Code: fmt.Sprintf("S-%05d", n), Name: fmt.Sprintf("示例避难场所%d", n), Division: "130302001", SourceDatum: crs.WGS84},
		Detail: &dispatch.Shelter{Class: "emergency", Grade: "village", Space: "outdoor", State: "ready",
			Capacity: 1000 + n, Occupancy: n % 500},
		Geometry: orb.Point{119.5 + float64(n%1000)*1e-4, 39.9 + float64(n/1000)*1e-4},
	}
}

// cell makes a square of the population grid.
func cell(n int) dispatch.Entry {
	x, y := 119+float64(n%200)*0.005, 39.5+float64(n/200)*0.005
	return dispatch.Entry{
		Ledger: dispatch.Cells, ID: dispatch.NewID(),
		Head:     dispatch.Head{Code: fmt.Sprintf("C-%d", n), Name: fmt.Sprintf("格%d", n), Division: "130302001", SourceDatum: crs.WGS84},
		Detail:   &dispatch.Cell{People: n % 997, AreaM2: 250_000},
		Geometry: orb.Polygon{{{x, y}, {x + 0.005, y}, {x + 0.005, y + 0.005}, {x, y + 0.005}, {x, y}}},
	}
}

func rows(entries ...dispatch.Entry) []dispatch.Row {
	all := make([]dispatch.Row, len(entries))
	for i, e := range entries {
		all[i] = dispatch.Row{Line: i + 1, Entry: e}
	}
	return all
}

func incident(title string) dispatch.Incident {
	return dispatch.Incident{
		ID:       dispatch.NewID(),
		Known:    dispatch.Known{Kind: "flood", Title: title, Priority: 2, Division: "130302001"},
		Geometry: orb.Point{119.6, 39.93}, Source: "call",
	}
}

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}
