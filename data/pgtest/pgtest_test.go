package pgtest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5"
)

func TestMain(m *testing.M) { Main(m) }

// ask runs a query that answers one number.
func ask(t *testing.T, dsn, sql string) int {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), callLimit)
	defer cancel()
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	var n int
	if err := conn.QueryRow(ctx, sql).Scan(&n); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return n
}

const tables = "select count(*) from pg_tables where schemaname = 'public' and tablename <> 'spatial_ref_sys'"

func TestFreshDatabaseHasPostGISAndNoTables(t *testing.T) {
	dsn := New(t)
	if n := ask(t, dsn, "select st_srid(st_setsrid(st_makepoint(119.6, 39.9), 4326))"); n != 4326 {
		t.Errorf("PostGIS answers %d", n)
	}
	if n := ask(t, dsn, tables); n != 0 {
		t.Errorf("%d tables in a fresh database", n)
	}
}

// shelters prepares a database with one table of one row.
func shelters(dsn string) error {
	ctx, cancel := context.WithTimeout(context.Background(), callLimit)
	defer cancel()
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, "create table shelter as select 3 as free")
	return errors.Join(err, conn.Close(ctx))
}

func TestCopiesOfATemplateAreStrangers(t *testing.T) {
	prepared := 0
	prepare := func(dsn string) error {
		prepared++
		return shelters(dsn)
	}
	one, two := Template(t, "shelters", prepare), Template(t, "shelters", prepare)
	if prepared != 1 {
		t.Errorf("prepared %d times", prepared)
	}
	if n := ask(t, one, "update shelter set free = 0 returning free"); n != 0 {
		t.Errorf("updated to %d", n)
	}
	if n := ask(t, two, "select free from shelter"); n != 3 {
		t.Errorf("a change in one copy shows in another: %d", n)
	}
}

func TestDatabaseIsDroppedWithItsTest(t *testing.T) {
	before := ask(t, Cluster(t).DSN("postgres"), "select count(*) from pg_database")
	t.Run("inner", func(t *testing.T) { ask(t, New(t), "select 1") })
	if after := ask(t, Cluster(t).DSN("postgres"), "select count(*) from pg_database"); after != before {
		t.Errorf("%d databases, before the test %d", after, before)
	}
}

func TestKilledClusterKeepsItsDatabases(t *testing.T) {
	dsn := Template(t, "kept", shelters)
	ask(t, dsn, "update shelter set free = 5 returning free")
	killed := Cluster(t).Pid()
	Kill(t)
	if Cluster(t).Pid() == killed {
		t.Error("the dead postmaster is called ready")
	}
	if n := ask(t, dsn, "select free from shelter"); n != 5 {
		t.Errorf("after the kill %d places are free, want the 5 committed before", n)
	}
}

func TestSweepLeavesTheLiving(t *testing.T) {
	live := Cluster(t).Dir()
	dead, err := os.MkdirTemp("", prefix)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dead, "pg"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dead, "pg", "lock"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	sweep()
	if _, err := os.Stat(dead); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the dead directory is still there: %v", err)
	}
	if _, err := os.Stat(live); err != nil {
		t.Errorf("the living directory: %v", err)
	}
}
