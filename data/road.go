package data

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"onemap/dispatch"
	"onemap/geo"
	"onemap/geo/road"
)

// roadPart is how many bytes of a network travel at once.
const roadPart = 8 << 20

// SaveRoads puts a network in the place of the one there is, all or nothing,
// and leaves the roads on the base map as they are. A network that was
// prepared comes back prepared. source names where it is from.
func (db *DB) SaveRoads(ctx context.Context, g *road.Graph, source string) error {
	return db.replaceRoads(ctx, g, source, nil)
}

// SaveRoadMap is SaveRoads and replaces the roads of the base map, in one.
func (db *DB) SaveRoadMap(ctx context.Context, g *road.Graph, source string, features []BaseFeature) error {
	for i, f := range features {
		if err := geo.CheckGeometry(f.Geometry, baseVertices); err != nil || f.Layer != "road" {
			return dispatch.ErrInvalid.With("road feature %d (%s %q): %v", i+1, f.Layer, f.Name, err)
		}
	}
	return db.replaceRoads(ctx, g, source, func(ctx context.Context, w *writer) error {
		if err := w.add(ctx, -1, "base_clear", []string{"road"}); err != nil {
			return err
		}
		if err := w.copyIn(ctx, "base", baseColumns, len(features), func(i int) ([]any, error) { return features[i].values() }); err != nil {
			return err
		}
		return w.add(ctx, 1, "base_raise")
	})
}

func (db *DB) replaceRoads(ctx context.Context, g *road.Graph, source string, also func(context.Context, *writer) error) error {
	var body bytes.Buffer
	size, err := g.WriteTo(&body)
	if err != nil {
		return fmt.Errorf("save road network: %w", err)
	}
	report, err := json.Marshal(g.Report())
	if err != nil {
		return fmt.Errorf("save road network: write its report: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, changeLimit)
	defer cancel()
	err = pgx.BeginFunc(ctx, db.pool, func(tx pgx.Tx) error {
		if err := patiently(ctx, tx); err != nil {
			return err
		}
		w := writer{tx: tx}
		if err := w.add(ctx, 1, "road_save", versionText(g.Version()), strings.ToValidUTF8(source, ""), g.Nodes(), g.Segments(), g.Arcs(), size, report); err != nil {
			return err
		}
		if err := w.add(ctx, -1, "road_clear"); err != nil {
			return err
		}
		for part := 0; body.Len() > 0; part++ {
			if err := w.add(ctx, 1, "road_part_add", part, body.Next(roadPart)); err != nil {
				return err
			}
			if err := w.flush(ctx); err != nil {
				return err
			}
		}
		if also != nil {
			if err := also(ctx, &w); err != nil {
				return err
			}
		}
		return w.flush(ctx)
	})
	if err != nil {
		return db.note(fmt.Errorf("save road network: %w", err))
	}
	return nil
}

// Roads reads the network there is, ready for use when it was prepared before
// it was saved. It refuses with dispatch.ErrNoRoads when there is none, and with
// road.ErrDamaged or road.ErrFormat one that cannot be used.
func (db *DB) Roads(ctx context.Context) (*road.Graph, error) {
	ctx, cancel := context.WithTimeout(ctx, changeLimit)
	defer cancel()
	var g *road.Graph
	view := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	err := pgx.BeginTxFunc(ctx, db.pool, view, func(tx pgx.Tx) error {
		var version, source string
		var madeAt time.Time
		err := tx.QueryRow(ctx, sql("road_version")).Scan(&version, &source, &madeAt)
		if errors.Is(err, pgx.ErrNoRows) {
			return dispatch.ErrNoRoads
		}
		if err != nil {
			return fmt.Errorf("run road_version: %w", err)
		}
		g, err = road.ReadFrom(&parts{ctx: ctx, tx: tx})
		if err == nil && versionText(g.Version()) != version {
			err = fmt.Errorf("its version is %016x, not %s: %w", g.Version(), version, road.ErrDamaged)
		}
		if errors.Is(err, road.ErrDamaged) || errors.Is(err, road.ErrFormat) {
			return fmt.Errorf("%w; load %s again: onemap load roads", err, source)
		}
		return err
	})
	if err != nil {
		return nil, db.note(fmt.Errorf("read road network: %w", err))
	}
	return g, nil
}

// parts reads the bytes of the network, a part at a time.
type parts struct {
	ctx  context.Context
	tx   pgx.Tx
	next int
	rest []byte
}

func (p *parts) Read(into []byte) (int, error) {
	if len(p.rest) == 0 {
		err := p.tx.QueryRow(p.ctx, sql("road_part"), p.next).Scan(&p.rest)
		if errors.Is(err, pgx.ErrNoRows) {
			return 0, io.EOF
		}
		if err != nil {
			return 0, fmt.Errorf("run road_part: %w", err)
		}
		p.next++
	}
	n := copy(into, p.rest)
	p.rest = p.rest[n:]
	return n, nil
}

// RoadVersion says which network there is: cheap enough to be asked every
// second. ok is false when there is none.
func (db *DB) RoadVersion(ctx context.Context) (version uint64, source string, madeAt time.Time, ok bool, err error) {
	type row struct {
		Version, Source string
		MadeAt          time.Time
	}
	r, err := one(ctx, db, "road_version", pgx.RowToStructByPos[row])
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, "", time.Time{}, false, nil
	}
	if err != nil {
		return 0, "", time.Time{}, false, err
	}
	if version, err = strconv.ParseUint(r.Version, 16, 64); err != nil {
		return 0, "", time.Time{}, false, fmt.Errorf("read road version: %w", err)
	}
	return version, r.Source, r.MadeAt, true, nil
}

// RoadInfo is what is said of the network there is (路网说明).
type RoadInfo struct {
	Version               string // 16 hexadecimal digits
	Source                string
	MadeAt                time.Time
	Nodes, Segments, Arcs int
	Bytes                 int64
	Report                road.Report
}

// RoadInfo reads what is said of the network, without the network. It refuses
// with ErrNoRoads when there is none.
func (db *DB) RoadInfo(ctx context.Context) (RoadInfo, error) {
	about, err := one(ctx, db, "road_about", pgx.RowToStructByPos[RoadInfo])
	if errors.Is(err, pgx.ErrNoRows) {
		return about, dispatch.ErrNoRoads
	}
	return about, err
}

// roads says for the doctor what network there is. A database of an older
// schema has no place for one.
func (db *DB) roads(ctx context.Context, now time.Time) Check {
	version, source, madeAt, ok, err := db.RoadVersion(ctx)
	var old *pgconn.PgError
	switch {
	case errors.As(err, &old) && old.Code == "42P01": // undefined_table
		return Check{"roads", Fail, "no tables for them", "onemap migrate"}
	case err != nil:
		return Check{"roads", Fail, err.Error(), ""}
	case !ok:
		return Check{"roads", Warn, "none loaded: distances are straight lines", "onemap load roads FILE.osm.pbf"}
	}
	days := int(now.Sub(madeAt).Hours() / 24)
	return Check{"roads", OK, fmt.Sprintf("version %s from %s, loaded %s (%d days ago)", versionText(version), source, madeAt.Format(time.DateOnly), days), ""}
}

func versionText(v uint64) string { return fmt.Sprintf("%016x", v) }
