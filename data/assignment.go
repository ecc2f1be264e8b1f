package data

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"onemap/dispatch"
)

// scanAssignment reads id, version, body.
func scanAssignment(rows pgx.CollectableRow) (*dispatch.Assignment, error) {
	var as dispatch.Assignment
	return &as, scanBody(rows, &as, &as.ID, &as.Version)
}

func saveAssignment(ctx context.Context, w *writer, as *dispatch.Assignment, r *row) error {
	body, err := json.Marshal(as)
	if err != nil {
		return fmt.Errorf("write assignment: %w", err)
	}
	args := []any{as.ID, as.Version, as.Incident, as.Unit, as.Division, as.State, as.State.Open(), as.OrderedAt, as.EndedAt, body, r.seq}
	if r.was == 0 {
		return w.add(ctx, 1, "assignment_add", args...)
	}
	return w.add(ctx, 1, "assignment_save", append(args, r.was)...)
}

// OpenAssignments implements dispatch.Tx.
func (t *transaction) OpenAssignments(ctx context.Context, of dispatch.ID) ([]*dispatch.Assignment, error) {
	ctx, cancel := context.WithTimeout(ctx, stepLimit)
	defer cancel()
	all, err := collect(ctx, t.tx, "assignment_open", scanAssignment, of)
	if err != nil {
		return nil, fmt.Errorf("read open assignments of %s: %w", of, err)
	}
	return all, nil
}

// Assignment returns one assignment, however long ago it ended;
// dispatch.ErrNotFound when there is none.
func (db *DB) Assignment(ctx context.Context, id dispatch.ID) (*dispatch.Assignment, error) {
	return found(one(ctx, db, "assignment_one", scanAssignment, id))
}

// Assignments lists at most limit assignments of an incident and of a unit
// (nil: of any), the newest order first, from behind the one ordered at a
// moment with an id.
func (db *DB) Assignments(ctx context.Context, incident, unit *dispatch.ID, before time.Time, id dispatch.ID, limit int) ([]*dispatch.Assignment, error) {
	return query(ctx, db, "assignment_list", scanAssignment, incident, unit, before, id, limit)
}
