package data

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"onemap/tiles"
)

const (
	tileBytes    = 500_000 // the most one tile may weigh (torture line 71)
	tileFeatures = 20_000  // and hold, before it is weighed
	tileTries    = 4
	thinFrom     = 11 // below this zoom shapes are thinned and cells lose their ids
)

// Tile implements tiles.Source. A tile that would weigh more than 500 kB is cut
// again with fewer features, the heaviest (a ledger's weight, the base map's
// rank) staying.
func (db *DB) Tile(ctx context.Context, k tiles.Key) ([]byte, error) {
	layer, ok := tiles.Find(k.Layer)
	if !ok || k.Z < layer.MinZoom {
		return nil, nil
	}
	limit := tileFeatures
	for range tileTries {
		body, n, err := db.cut(ctx, k, limit)
		if err != nil {
			return nil, db.note(fmt.Errorf("cut %s tile: %w", k.Layer, err))
		}
		db.count.tiles.Add(1)
		if len(body) <= tileBytes {
			return body, nil
		}
		limit = int(int64(n) * tileBytes * 9 / 10 / int64(len(body)))
	}
	db.log.Warn("tile left empty: too heavy however thinned", "layer", k.Layer, "z", k.Z, "x", k.X, "y", k.Y)
	return nil, nil
}

func (db *DB) cut(ctx context.Context, k tiles.Key, limit int) (body []byte, n int, err error) {
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	if k.Layer == tiles.Base {
		err = db.tilePool.QueryRow(ctx, sql("tile_base"), k.Z, k.X, k.Y, limit).Scan(&body, &n)
		return body, n, err
	}
	hidden := []string{}
	if k.Layer == "cell" && k.Z < thinFrom {
		hidden = []string{"id"} // half of such a tile, and no cell can be pointed at
	}
	err = db.tilePool.QueryRow(ctx, sql("tile_entry"), k.Layer, k.Z, k.X, k.Y, k.Area, k.Clearance, limit, hidden).Scan(&body, &n)
	return body, n, err
}

// LayerVersions returns, for each layer, the number of the last event that
// changed it; for the base map its own version.
func (db *DB) LayerVersions(ctx context.Context) (map[string]int64, error) {
	type version struct {
		layer string
		seq   int64
	}
	names := make([]string, len(tiles.Layers))
	for i, l := range tiles.Layers {
		names[i] = l.Name
	}
	all, err := query(ctx, db, "layer_versions", func(rows pgx.CollectableRow) (v version, err error) {
		err = rows.Scan(&v.layer, &v.seq)
		return v, err
	}, names)
	if err != nil {
		return nil, err
	}
	versions := make(map[string]int64, len(all))
	for _, v := range all {
		versions[v.layer] = v.seq
	}
	return versions, nil
}
