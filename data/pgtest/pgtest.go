// Package pgtest gives each test a PostGIS database of its own. One private
// cluster serves a test binary: it starts with the first test that asks, runs
// without fsync, and ends with the binary, however that ends. A machine without
// PostgreSQL or PostGIS fails such tests; nothing is skipped.
package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"onemap/data/cluster"
)

const (
	base      = "base" // the template with extensions and nothing else
	callLimit = 60 * time.Second
)

// running is the cluster of this test binary.
var running struct {
	once    sync.Once
	cluster *cluster.Cluster
	dir     string
	err     error
	count   atomic.Int64 // names databases

	mu        sync.Mutex // guards templates
	templates map[string]*template
}

type template struct {
	once sync.Once
	err  error
}

// Main runs the tests and stops the cluster. A package that uses a database
// says: func TestMain(m *testing.M) { pgtest.Main(m) }.
func Main(m *testing.M) {
	code := m.Run()
	if running.cluster != nil {
		if err := running.cluster.Stop(context.Background()); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = max(code, 1)
		}
	}
	if running.dir != "" {
		// What stays is swept by the next test binary.
		_ = os.RemoveAll(running.dir)
	}
	os.Exit(code)
}

// New returns the DSN of a fresh database with PostGIS in schema public and no
// tables. It is dropped when the test ends.
func New(t testing.TB) string {
	t.Helper()
	return clone(t, base)
}

// Template returns the DSN of a fresh copy of a prepared database. The first
// caller of a name prepares it, on an empty database with PostGIS; a later one
// with the same name gets a copy whatever it passes. prepare closes its
// connections before it returns.
func Template(t testing.TB, name string, prepare func(dsn string) error) string {
	t.Helper()
	c := Cluster(t)
	running.mu.Lock()
	made := running.templates[name]
	if made == nil {
		made = &template{}
		running.templates[name] = made
	}
	running.mu.Unlock()
	db := "template_" + name
	made.once.Do(func() {
		made.err = errors.New("its preparation did not come to an end")
		if made.err = create(c, db, base); made.err != nil {
			return
		}
		if made.err = prepare(c.DSN(db)); made.err != nil {
			return
		}
		made.err = freeze(c, db)
	})
	if made.err != nil {
		t.Fatalf("prepare template %s: %v", name, made.err)
	}
	return clone(t, db)
}

// Kill ends the postmaster as a crash would (SIGKILL) and returns when the
// cluster has recovered. Such a test does not run in parallel with others.
func Kill(t testing.TB) {
	t.Helper()
	c := Cluster(t)
	ctx, cancel := context.WithTimeout(context.Background(), callLimit)
	defer cancel()
	pid := c.Pid()
	if pid == 0 {
		t.Fatal("no postmaster to kill")
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatalf("kill postmaster: %v", err)
	}
	look := time.NewTicker(time.Millisecond)
	defer look.Stop()
	for c.Pid() == pid { // until the keeper has noticed
		select {
		case <-look.C:
		case <-ctx.Done():
			t.Fatalf("killed postmaster: %v", ctx.Err())
		}
	}
	if err := c.Ready(ctx); err != nil {
		t.Fatalf("after the kill: %v", err)
	}
}

// Cluster is the running cluster, for tests that hurt it in other ways.
func Cluster(t testing.TB) *cluster.Cluster {
	t.Helper()
	running.once.Do(func() {
		running.err = errors.New("its start did not come to an end")
		running.err = start()
	})
	if running.err != nil {
		t.Fatalf("start test database: %v", running.err)
	}
	return running.cluster
}

func start() error {
	sweep()
	dir, err := os.MkdirTemp("", prefix)
	if err != nil {
		return fmt.Errorf("make directory: %w", err)
	}
	running.dir, running.templates = dir, map[string]*template{}
	// PostgreSQL's user, when root tests, has to pass through.
	if err := os.Chmod(dir, 0o711); err != nil {
		return fmt.Errorf("open directory: %w", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), callLimit)
	defer cancel()
	c, err := cluster.Open(ctx, cluster.Options{Dir: filepath.Join(dir, "pg"), SharedBuffersMB: 128, MaxConnections: 200})
	if err != nil {
		return err
	}
	running.cluster = c
	if err := create(c, base, "template0"); err != nil {
		return err
	}
	if err := exec(c, base, "create extension postgis schema public"); err != nil {
		return err
	}
	return freeze(c, base)
}

// clone copies a template into a database that lives as long as the test.
func clone(t testing.TB, from string) string {
	t.Helper()
	c := Cluster(t)
	db := fmt.Sprintf("test_%d", running.count.Add(1))
	if err := create(c, db, from); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := exec(c, "postgres", "drop database "+quote(db)+" with (force)"); err != nil {
			t.Errorf("drop database: %v", err)
		}
	})
	return c.DSN(db)
}

func create(c *cluster.Cluster, db, from string) error {
	return exec(c, "postgres", "create database "+quote(db)+" template "+quote(from)+" strategy file_copy")
}

// freeze closes a database to connections, which would stand in the way of a
// copy, and ends those there are.
func freeze(c *cluster.Cluster, db string) error {
	return errors.Join(
		exec(c, "postgres", "alter database "+quote(db)+" with allow_connections false"),
		exec(c, "postgres", "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = $1", db))
}

func exec(c *cluster.Cluster, db, sql string, args ...any) error {
	ctx, cancel := context.WithTimeout(context.Background(), callLimit)
	defer cancel()
	conn, err := pgx.Connect(ctx, c.DSN(db))
	if err != nil {
		return fmt.Errorf("connect to %s: %w", db, err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, sql, args...); err != nil {
		return fmt.Errorf("%s: %w", sql, err)
	}
	return nil
}

func quote(name string) string { return pgx.Identifier{name}.Sanitize() }
