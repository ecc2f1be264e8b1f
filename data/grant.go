package data

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"onemap/dispatch"
)

// scanGrant reads version, body.
func scanGrant(rows pgx.CollectableRow) (*dispatch.Grant, error) {
	var g dispatch.Grant
	return &g, scanBody(rows, &g, &g.Version)
}

func saveGrant(ctx context.Context, w *writer, g *dispatch.Grant, r *row) error {
	body, err := json.Marshal(g)
	if err != nil {
		return fmt.Errorf("write grant: %w", err)
	}
	if r.was == 0 {
		return w.add(ctx, 1, "grant_add", g.ID, g.Version, body, r.seq)
	}
	return w.add(ctx, 1, "grant_save", g.ID, g.Version, body, r.seq, r.was)
}
