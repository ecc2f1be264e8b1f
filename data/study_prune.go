package data

import (
	"context"
	"fmt"
	"time"
)

// PruneStudies drops the results of studies that were put away before an instant,
// and returns how many. The studies, their figures and the hashes of their
// results stay in the journal.
func (db *DB) PruneStudies(ctx context.Context, before time.Time) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, changeLimit)
	defer cancel()
	done, err := db.pool.Exec(ctx, sql("study_prune"), before)
	if err != nil {
		return 0, db.note(fmt.Errorf("drop results of studies put away: %w", err))
	}
	return done.RowsAffected(), nil
}
