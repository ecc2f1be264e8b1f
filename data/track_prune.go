package data

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// ShortestTracks is the least that tracks are kept: positions are taken in that
// are a week old.
const ShortestTracks = 8 * 24 * time.Hour

// prunedAtOnce is how many stray positions one statement deletes.
const prunedAtOnce = 50_000

// PruneTracks drops the partitions of days that ended more than keep ago, and
// deletes what is as old and lies in none. It returns the days it dropped. A day
// that somebody is reading is left for the next time.
func (db *DB) PruneTracks(ctx context.Context, now time.Time, keep time.Duration) ([]string, error) {
	if keep < ShortestTracks {
		return nil, fmt.Errorf("prune tracks: %s is shorter than the %s positions may come late", keep, ShortestTracks)
	}
	before := now.UTC().Add(-keep).Truncate(24 * time.Hour)
	days, err := query(ctx, db, "track_days", pgx.RowTo[string])
	if err != nil {
		return nil, err
	}
	var dropped []string
	var failed []error
	for _, name := range days {
		day, err := time.Parse("fix_20060102", name)
		if err != nil || !day.Before(before) {
			continue // a day ends when the next begins: that of before is needed still
		}
		if err := db.drop(ctx, name); err != nil {
			failed = append(failed, db.note(fmt.Errorf("drop track partition %s: %w", name, err)))
			continue
		}
		dropped = append(dropped, name)
	}
	if err := db.exec(ctx, "track_prune", before, prunedAtOnce); err != nil {
		failed = append(failed, err)
	}
	return dropped, errors.Join(failed...)
}

func (db *DB) drop(ctx context.Context, partition string) error {
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	_, err := db.pool.Exec(ctx, "drop table "+pgx.Identifier{partition}.Sanitize())
	return err
}
