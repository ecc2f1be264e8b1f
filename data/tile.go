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
)

// Tile implements tiles.Source for the base map; of what the picture holds the
// database cuts no tiles. A tile that would weigh more than 500 kB is cut again
// with fewer features, those of first rank staying.
func (db *DB) Tile(ctx context.Context, k tiles.Key) ([]byte, error) {
	if k.Layer != tiles.Base {
		return nil, fmt.Errorf("layer %.20q: %w", k.Layer, tiles.ErrAddress)
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
	err = db.tilePool.QueryRow(ctx, sql("tile_base"), k.Z, k.X, k.Y, limit).Scan(&body, &n)
	return body, n, err
}

// BaseVersion is the version of the base map; 0 until there is one.
func (db *DB) BaseVersion(ctx context.Context) (int64, error) {
	return one(ctx, db, "base_version", pgx.RowTo[int64])
}
