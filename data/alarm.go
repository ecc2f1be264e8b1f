package data

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"onemap/dispatch"
)

// scanAlarm reads id, version, body.
func scanAlarm(rows pgx.CollectableRow) (*dispatch.Alarm, error) {
	var al dispatch.Alarm
	return &al, scanBody(rows, &al, &al.ID, &al.Version)
}

func saveAlarm(ctx context.Context, w *writer, al *dispatch.Alarm, r *row) error {
	body, err := json.Marshal(al)
	if err != nil {
		return fmt.Errorf("write alarm: %w", err)
	}
	args := []any{al.ID, al.Version, al.State, al.EndedAt == nil, al.RaisedAt, al.EndedAt, al.Incident, body, r.seq}
	if r.was == 0 {
		return w.add(ctx, 1, "alarm_add", args...)
	}
	return w.add(ctx, 1, "alarm_save", append(args, r.was)...)
}

// OpenAlarms implements dispatch.Tx.
func (t *transaction) OpenAlarms(ctx context.Context, unit dispatch.ID) ([]*dispatch.Alarm, error) {
	ctx, cancel := context.WithTimeout(ctx, stepLimit)
	defer cancel()
	all, err := collect(ctx, t.tx, "alarm_unit", scanAlarm, unit)
	if err != nil {
		return nil, fmt.Errorf("read open alarms of %s: %w", unit, err)
	}
	return all, nil
}

// Alarm returns one alarm, however long ago it ended; dispatch.ErrNotFound when
// there is none.
func (db *DB) Alarm(ctx context.Context, id dispatch.ID) (*dispatch.Alarm, error) {
	return found(one(ctx, db, "alarm_one", scanAlarm, id))
}
