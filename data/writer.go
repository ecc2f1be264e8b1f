package data

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// chunk is how many statements travel together: enough to forget the round
// trip, few enough to keep a whole city's import out of one buffer.
const chunk = 1000

// bulkFrom is the number of events from which new entries and events are
// copied in: COPY takes a third of the time of single statements.
const bulkFrom = 200

// writer gathers statements and sends them by the chunk.
type writer struct {
	tx    pgx.Tx
	batch pgx.Batch
	want  []int64 // rows each statement must touch
	names []string
}

// add queues a query file that must touch exactly want rows; -1: any number.
func (w *writer) add(ctx context.Context, want int64, name string, args ...any) error {
	w.batch.Queue(sql(name), args...)
	w.want, w.names = append(w.want, want), append(w.names, name)
	if len(w.want) < chunk {
		return nil
	}
	return w.flush(ctx)
}

// flush sends what is queued. It fails with errRaced when a statement touched
// other than the rows it should.
func (w *writer) flush(ctx context.Context) (err error) {
	if len(w.want) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, stepLimit)
	defer cancel()
	answers := w.tx.SendBatch(ctx, &w.batch)
	defer func() {
		if end := answers.Close(); err == nil && end != nil {
			err = fmt.Errorf("end of writing: %w", end)
		}
		w.batch, w.want, w.names = pgx.Batch{}, w.want[:0], w.names[:0]
	}()
	for i, want := range w.want {
		tag, err := answers.Exec()
		if err != nil {
			return fmt.Errorf("run %s: %w", w.names[i], err)
		}
		if want >= 0 && tag.RowsAffected() != want {
			return fmt.Errorf("run %s: %w", w.names[i], errRaced)
		}
	}
	return nil
}

// patiently raises the server's limit of a statement for the rest of the
// transaction: it counts the time we take to hand over or take in rows.
func patiently(ctx context.Context, tx pgx.Tx) error {
	if _, err := tx.Exec(ctx, "set local statement_timeout = '30s'"); err != nil {
		return fmt.Errorf("ask for patience: %w", err)
	}
	return nil
}

// copyIn copies rows into a table, two thousand at a time so that none takes
// long. What was queued before goes first.
func (w *writer) copyIn(ctx context.Context, table string, columns []string, n int, row func(int) ([]any, error)) error {
	if err := w.flush(ctx); err != nil {
		return err
	}
	for from := 0; from < n; from += 2 * chunk {
		if err := w.copyPart(ctx, table, columns, from, min(n, from+2*chunk), row); err != nil {
			return fmt.Errorf("copy into %s: %w", table, err)
		}
	}
	return nil
}

func (w *writer) copyPart(ctx context.Context, table string, columns []string, from, to int, row func(int) ([]any, error)) error {
	ctx, cancel := context.WithTimeout(ctx, bulkLimit)
	defer cancel()
	source := pgx.CopyFromSlice(to-from, func(i int) ([]any, error) { return row(from + i) })
	_, err := w.tx.CopyFrom(ctx, pgx.Identifier{table}, columns, source)
	return err
}
