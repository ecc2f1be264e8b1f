package data

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"onemap/dispatch"
)

// scanTerminal reads version, body.
func scanTerminal(rows pgx.CollectableRow) (*dispatch.Terminal, error) {
	var t dispatch.Terminal
	return &t, scanBody(rows, &t, &t.Version)
}

func saveTerminal(ctx context.Context, w *writer, t *dispatch.Terminal, r *row) error {
	body, err := json.Marshal(t)
	if err != nil {
		return fmt.Errorf("write terminal: %w", err)
	}
	args := []any{t.ID, t.Version, t.Protocol, t.Identity, t.Removed, body, r.seq}
	if r.was == 0 {
		return w.add(ctx, 1, "terminal_add", args...)
	}
	return w.add(ctx, 1, "terminal_save", append(args, r.was)...)
}

// TerminalSecret returns the SHA-256 of a terminal's secret;
// dispatch.ErrNotFound when it has none.
func (db *DB) TerminalSecret(ctx context.Context, id dispatch.ID) ([]byte, error) {
	return found(one(ctx, db, "terminal_secret", pgx.RowTo[[]byte], id))
}
