package data

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/geo"
)

// BaseFeature is one feature of the base map. Tile is what a tile shows of it
// beside kind, name, name_en and rank.
type BaseFeature struct {
	Layer, Kind, Name, NameEN string
	Rank                      int // 0: unranked, 1 first
	MinZoom                   int
	Tile                      map[string]any
	Geometry                  orb.Geometry
}

// baseVertices is the most one feature of the base map may have.
const baseVertices = 1_000_000

var baseColumns = []string{"layer", "kind", "name", "name_en", "rank", "minzoom", "tile", "geom"}

// SaveBase replaces the whole base map and raises its version, all or nothing.
// Tiles are cut from the old one until then.
func (db *DB) SaveBase(ctx context.Context, features []BaseFeature) error {
	return db.SaveBaseLayers(ctx, nil, features)
}

// SaveBaseLayers replaces some layers of the base map; nil: all.
func (db *DB) SaveBaseLayers(ctx context.Context, layers []string, features []BaseFeature) error {
	for i, f := range features {
		if err := geo.CheckGeometry(f.Geometry, baseVertices); err != nil {
			return dispatch.ErrInvalid.With("base feature %d (%s %q): %v", i+1, f.Layer, f.Name, err)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, changeLimit)
	defer cancel()
	err := pgx.BeginFunc(ctx, db.pool, func(tx pgx.Tx) error {
		if err := patiently(ctx, tx); err != nil {
			return err
		}
		w := writer{tx: tx}
		if err := w.add(ctx, -1, "base_clear", layers); err != nil {
			return err
		}
		if err := w.copyIn(ctx, "base", baseColumns, len(features), func(i int) ([]any, error) { return features[i].values() }); err != nil {
			return err
		}
		if err := w.add(ctx, 1, "base_raise"); err != nil {
			return err
		}
		return w.flush(ctx)
	})
	if err != nil {
		return db.note(fmt.Errorf("save base map: %w", err))
	}
	return nil
}

func (f BaseFeature) values() ([]any, error) {
	shown := map[string]any{}
	for name, value := range map[string]string{"kind": f.Kind, "name": f.Name, "name_en": f.NameEN} {
		if value != "" {
			shown[name] = value
		}
	}
	if f.Rank > 0 {
		shown["rank"] = f.Rank
	}
	for name, value := range f.Tile {
		shown[name] = value
	}
	tile, err := json.Marshal(shown)
	if err != nil {
		return nil, fmt.Errorf("write tile attributes: %w", err)
	}
	return []any{f.Layer, f.Kind, f.Name, f.NameEN, f.Rank, f.MinZoom, tile, f.Geometry}, nil
}

// Places returns the named points of the base map, for search.
func (db *DB) Places(ctx context.Context) ([]dispatch.Spot, error) {
	return query(ctx, db, "base_places", func(rows pgx.CollectableRow) (dispatch.Spot, error) {
		var s dispatch.Spot
		var g orb.Geometry
		if err := rows.Scan(&s.Kind, &s.Name, &s.NameEN, &g); err != nil {
			return s, err
		}
		s.Point, _ = g.(orb.Point)
		return s, nil
	})
}
