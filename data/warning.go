package data

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"onemap/dispatch"
)

// scanWarning reads version, body.
func scanWarning(rows pgx.CollectableRow) (*dispatch.Warning, error) {
	var w dispatch.Warning
	return &w, scanBody(rows, &w, &w.Version)
}

func saveWarning(ctx context.Context, w *writer, g *dispatch.Warning, r *row) error {
	body, err := json.Marshal(g)
	if err != nil {
		return fmt.Errorf("write warning: %w", err)
	}
	var identifier *string
	if last := g.Last(); last != nil {
		identifier = &last.Identifier
	}
	args := []any{g.ID, g.Version, g.State, identifier, g.EndedAt, body, r.seq}
	if r.was == 0 {
		return w.add(ctx, 1, "warning_add", args...)
	}
	return w.add(ctx, 1, "warning_save", append(args, r.was)...)
}

// Warning returns one warning, however long ago it ended; dispatch.ErrNotFound
// when there is none.
func (db *DB) Warning(ctx context.Context, id dispatch.ID) (*dispatch.Warning, error) {
	return found(one(ctx, db, "warning_one", scanWarning, id))
}
