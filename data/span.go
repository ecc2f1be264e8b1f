package data

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"onemap/dispatch"
)

// whereabouts is where the subject of an event lies.
type whereabouts struct {
	ref         dispatch.Ref
	division    string
	sensitivity int
}

func scanWhereabouts(rows pgx.CollectableRow) (w whereabouts, err error) {
	err = rows.Scan(&w.ref.Kind, &w.ref.ID, &w.division, &w.sensitivity)
	return w, err
}

// Span counts the events of incidents, assignments and alarms that counted
// accepts, in at most that many equal steps from the first event of all to an
// instant. What happened in the ledgers is not counted.
func (db *DB) Span(ctx context.Context, to time.Time, steps int, counted func(kind, division string, sensitivity int) bool) (dispatch.Span, error) {
	subjects, err := query(ctx, db, "subject_where", scanWhereabouts)
	if err != nil {
		return dispatch.Span{}, err
	}
	span := dispatch.Span{From: to, To: to}
	if span.TracksFrom, err = db.tracksFrom(ctx); err != nil {
		return dispatch.Span{}, err
	}
	d := &db.diary
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.read(ctx, db); err != nil {
		return dispatch.Span{}, fmt.Errorf("read the journal's diary: %w", err)
	}
	if len(d.since) == 0 || d.since[0] >= to.UnixMicro() {
		return span, nil
	}
	seen := make([]bool, len(d.subjects))
	for _, w := range subjects {
		if n, ok := d.numbers[w.ref]; ok && counted(w.ref.Kind, w.division, w.sensitivity) {
			seen[n] = true
		}
	}
	span.From = time.UnixMicro(d.since[0]).UTC()
	span.Step = max(time.Second, to.Sub(span.From)/time.Duration(steps)+1)
	span.Counts = make([]int, steps)
	for i, n := range d.about {
		if at := time.UnixMicro(d.recorded[i]); seen[n] && !at.After(to) {
			span.Counts[at.Sub(span.From)/span.Step]++
		}
	}
	return span, nil
}

// tracksFrom is the beginning of the oldest day that has positions.
func (db *DB) tracksFrom(ctx context.Context) (*time.Time, error) {
	days, err := query(ctx, db, "track_days", pgx.RowTo[string])
	if err != nil {
		return nil, err
	}
	for _, table := range days {
		var some bool
		order := "select exists (select from " + pgx.Identifier{table}.Sanitize() + ")"
		if err := db.pool.QueryRow(ctx, order).Scan(&some); err != nil {
			return nil, db.note(fmt.Errorf("look into %s: %w", table, err))
		}
		if day, err := time.Parse("fix_20060102", table); some && err == nil {
			return &day, nil
		}
	}
	return nil, nil
}
