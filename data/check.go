package data

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// State grades a check.
type State string

// The grades.
const (
	OK   State = "ok"
	Warn State = "warn"
	Fail State = "fail"
)

// Check is one thing that was looked at, and what to do when it is not well.
type Check struct {
	Name  string
	State State
	Text  string
	Fix   string
}

const readyLimit = 2 * time.Second

// Ready reports whether commands can be taken: the database answers, has our
// schema and may be written to.
func (db *DB) Ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyLimit)
	defer cancel()
	var readOnly bool
	if err := db.pool.QueryRow(ctx, sql("ready")).Scan(&readOnly); err != nil {
		if ctx.Err() != nil {
			return fmt.Errorf("%w: %w", ErrUnavailable, err)
		}
		return db.note(fmt.Errorf("ask whether ready: %w", err))
	}
	if readOnly {
		return ErrUnavailable.With("the database takes no writes")
	}
	return nil
}

// server is what the database says of itself.
type server struct {
	Version, PostGIS, GEOS, PROJ          string
	Fsync, FullPage, Sync, Checksums, Dir string
	Local                                 bool // on this machine, so that its disk is ours to see
	Schema                                int
	Partitions                            int // of tracks, from today on
}

// Checks says in words how the database is, for the doctor.
func (db *DB) Checks(ctx context.Context) []Check {
	s, err := one(ctx, db, "server", pgx.RowToStructByPos[server])
	if err != nil {
		return []Check{{"database", Fail, err.Error(), "start PostgreSQL, or correct the database address"}}
	}
	all := []Check{
		{"database", OK, "PostgreSQL " + s.Version, ""},
		{"PostGIS", OK, s.PostGIS + ", GEOS " + s.GEOS + ", PROJ " + s.PROJ, ""},
		durable(s), db.schema(s), db.journal(ctx), tracks(s), db.roads(ctx, time.Now()),
	}
	if s.Local {
		all = append(all, disk(s.Dir))
	}
	return all
}

func durable(s server) Check {
	var weak []string
	for name, value := range map[string]string{"fsync": s.Fsync, "full_page_writes": s.FullPage} {
		if value != "on" {
			weak = append(weak, name+" = "+value)
		}
	}
	if s.Sync == "off" {
		weak = append(weak, "synchronous_commit = off")
	}
	switch {
	case len(weak) > 0:
		return Check{"durability", Fail, strings.Join(weak, ", ") + ": what was acknowledged can be lost", "set them to on"}
	case s.Checksums != "on":
		return Check{"durability", Warn, "pages have no checksums", "pg_checksums --enable, with the server stopped"}
	}
	return Check{"durability", OK, "fsync, full_page_writes, synchronous_commit and checksums are on", ""}
}

func (db *DB) schema(s server) Check {
	files, err := migrationFiles.ReadDir("migration")
	want := len(files)
	switch {
	case err != nil:
		return Check{"schema", Fail, err.Error(), ""}
	case s.Schema < want:
		return Check{"schema", Fail, fmt.Sprintf("version %d, this program's is %d", s.Schema, want), "onemap migrate"}
	case s.Schema > want:
		return Check{"schema", Fail, fmt.Sprintf("version %d, this program knows %d", s.Schema, want), "install the newer onemap"}
	}
	return Check{"schema", OK, fmt.Sprintf("version %d", s.Schema), ""}
}

// journal looks at the end of the chain; Verify walks all of it.
func (db *DB) journal(ctx context.Context) Check {
	h, err := db.readHead(ctx)
	if err != nil {
		return Check{"journal", Fail, err.Error(), ""}
	}
	hash, from, err := db.before(ctx, h.seq-100)
	if err == nil {
		_, err = db.walk(ctx, h, hash, from)
	}
	if errors.Is(err, ErrChain) {
		return Check{"journal", Fail, err.Error(), "stop writing, keep a copy, compare with the last backup"}
	}
	if err != nil {
		return Check{"journal", Fail, err.Error(), ""}
	}
	return Check{"journal", OK, fmt.Sprintf("%d events, the last %d chained without a break", h.seq, min(100, h.seq)), ""}
}

func tracks(s server) Check {
	if s.Partitions < 2 {
		return Check{"track partitions", Warn, fmt.Sprintf("%d made ahead", s.Partitions), "they are made while onemap serve runs"}
	}
	return Check{"track partitions", OK, fmt.Sprintf("%d from today on", s.Partitions), ""}
}

// disk warns before PostgreSQL stops for want of room (M9).
func disk(dir string) Check {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		return Check{"disk", Warn, fmt.Sprintf("cannot see %s: %v", dir, err), ""}
	}
	free, all := fs.Bavail*uint64(fs.Bsize), fs.Blocks*uint64(fs.Bsize)
	text := fmt.Sprintf("%.1f GB free of %.1f", float64(free)/1e9, float64(all)/1e9)
	switch {
	case free*20 < all || free < 500e6:
		return Check{"disk", Fail, text, "make room: a full disk stops the database"}
	case free*10 < all || free < 2e9:
		return Check{"disk", Warn, text, "make room soon"}
	}
	return Check{"disk", OK, text, ""}
}
