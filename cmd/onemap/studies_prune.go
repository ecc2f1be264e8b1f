package main

import (
	"context"
	"log/slog"
	"time"

	"onemap/data"
)

// studyPrune is how often results that are no longer kept are looked for.
const studyPrune = 24 * time.Hour

// pruneStudies drops, at once and then every day, the results of studies that
// were put away longer ago than they are kept, until ctx ends. Any node may: what
// one has dropped another does not find.
func pruneStudies(ctx context.Context, db *data.DB, keep time.Duration, log *slog.Logger) error {
	t := time.NewTicker(studyPrune)
	defer t.Stop()
	for {
		n, err := db.PruneStudies(ctx, time.Now().Add(-keep))
		switch {
		case err != nil && ctx.Err() == nil:
			log.Warn("drop results of studies put away", "error", err)
		case n > 0:
			log.Info("results of studies dropped", "count", n, "put_away_before", time.Now().Add(-keep))
		}
		select {
		case <-t.C:
		case <-ctx.Done():
			return nil
		}
	}
}
