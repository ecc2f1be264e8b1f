package data

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"onemap/dispatch"
)

// KeepReads keeps who read restricted fields, all or none. One that is kept
// already for the same minute is passed over.
func (db *DB) KeepReads(ctx context.Context, reads []dispatch.Read) error {
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	err := pgx.BeginFunc(ctx, db.pool, func(tx pgx.Tx) error {
		var batch pgx.Batch
		for _, r := range reads {
			batch.Queue(sql("read_add"), r.At, r.At.UTC().Truncate(time.Minute), r.Actor, r.ActorName, r.Operation, r.Kind, r.Subject, r.Fields)
		}
		return tx.SendBatch(ctx, &batch).Close()
	})
	if err != nil {
		return db.note(fmt.Errorf("keep %d reads: %w", len(reads), err))
	}
	return nil
}

// Reads lists at most limit reads of restricted fields, the newest first, from
// behind a number.
func (db *DB) Reads(ctx context.Context, before int64, limit int) ([]dispatch.Read, error) {
	return query(ctx, db, "read_list", func(rows pgx.CollectableRow) (r dispatch.Read, err error) {
		err = rows.Scan(&r.ID, &r.At, &r.Actor, &r.ActorName, &r.Operation, &r.Kind, &r.Subject, &r.Fields)
		return r, err
	}, before, limit)
}
