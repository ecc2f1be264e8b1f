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
	shown, weight := shownOf(e)
	tile, err := json.Marshal(shown)
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

// shownOf returns what a tile shows of an entry, and its weight: when a tile
// is full, the heaviest stay.
func shownOf(e *dispatch.Entry) (shown map[string]any, weight int64) {
	shown = map[string]any{"id": e.ID.String()}
	put := func(pairs ...any) {
		for i := 0; i < len(pairs); i += 2 {
			shown[pairs[i].(string)] = pairs[i+1]
		}
	}
	if e.NameEN != "" {
		put("name_en", e.NameEN)
	}
	switch d := e.Detail.(type) {
	case *dispatch.Division:
		put("code", e.Code, "name", e.Name, "level", d.Level, "people", d.People)
		weight = int64(d.People)
	case *dispatch.Team:
		put("code", e.Code, "name", e.Name, "readiness", d.Readiness, "system", d.OwnerSystem, "joint", d.Joint)
	case *dispatch.Depot:
		put("name", e.Name, "level", d.Level)
		if fill, ok := d.Fill(); ok {
			put("fill", fill)
		}
	case *dispatch.Shelter:
		put("name", e.Name, "class", d.Class, "state", d.State, "capacity", d.Capacity, "occupancy", d.Occupancy, "free", d.Free())
		weight = int64(d.Capacity)
	case *dispatch.Hazard:
		put("name", e.Name, "kind", d.Kind, "level", d.Level, "state", d.State)
		weight = int64(-d.Level)
	case *dispatch.RiskZone:
		put("name", e.Name, "kind", d.Kind, "class", d.Class)
		weight = int64(-d.Class)
	case *dispatch.Camera:
		put("name", e.Name, "state", d.State)
		if d.Heading != nil {
			put("heading_deg", *d.Heading)
		}
	case *dispatch.Closure:
		put("name", e.Name, "cause", d.Cause, "confidence", d.Confidence, "factor", d.SpeedFactor)
	case *dispatch.Cell:
		put("people", d.People)
		weight = int64(d.People)
	}
	return shown, weight
}
