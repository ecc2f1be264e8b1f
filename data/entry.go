package data

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"onemap/dispatch"
)

// scanEntry reads ledger, id, version, properties, geom, recorded_at, removed.
func scanEntry(rows pgx.CollectableRow) (*dispatch.Entry, error) {
	var e dispatch.Entry
	var properties []byte
	if err := rows.Scan(&e.Ledger, &e.ID, &e.Version, &properties, &e.Geometry, &e.RecordedAt, &e.Removed); err != nil {
		return nil, err
	}
	detail, err := dispatch.NewDetail(e.Ledger)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(properties, &e.Head); err != nil {
		return nil, fmt.Errorf("read head of %s %s: %w", e.Ledger, e.ID, err)
	}
	if err := json.Unmarshal(properties, detail); err != nil {
		return nil, fmt.Errorf("read detail of %s %s: %w", e.Ledger, e.ID, err)
	}
	e.Detail, e.RecordedAt = detail, e.RecordedAt.UTC()
	return &e, nil
}

func saveEntry(ctx context.Context, w *writer, e *dispatch.Entry, r *row) error {
	values, err := entryValues(e, r.seq)
	if err != nil {
		return err
	}
	if r.was == 0 {
		return w.add(ctx, 1, "entry_add", values...)
	}
	return w.add(ctx, 1, "entry_save", append(values, r.was)...)
}

// entryColumns are the columns of entry in the order of entryValues.
var entryColumns = []string{"ledger", "id", "version", "code", "name", "division", "sensitivity", "verify_by", "weight",
	"properties", "tile", "geom", "removed", "recorded_at", "seq"}

func entryValues(e *dispatch.Entry, seq dispatch.Seq) ([]any, error) {
	properties, err := e.Properties()
	if err != nil {
		return nil, err
	}
	shown, weight := e.Shown()
	attributes := make(map[string]any, len(shown))
	for _, a := range shown {
		attributes[a.Name] = a.Value
	}
	tile, err := json.Marshal(attributes)
	if err != nil {
		return nil, fmt.Errorf("write tile attributes: %w", err)
	}
	var verifyBy *time.Time
	if e.VerifyBy != nil {
		verifyBy = &e.VerifyBy.Time
	}
	return []any{e.Ledger, e.ID, e.Version, e.Code, e.Name, e.Division, e.Sensitivity, verifyBy, weight,
		properties, tile, e.Geometry, e.Removed, e.RecordedAt, seq}, nil
}
