package data

import (
	"context"
	"errors"
	"testing"
	"time"
)

func TestATurnIsOneNodesUntilItEndsOrItsSessionDoes(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	inside := func(do func(ctx context.Context)) (had bool) {
		had, err := db.Turn(ctx, "study x", func(ctx context.Context) error { do(ctx); return nil })
		if err != nil {
			t.Fatal(err)
		}
		return had
	}
	if !inside(func(context.Context) {
		if inside(func(context.Context) { t.Error("two have the turn") }) {
			t.Error("the second is said to have had it")
		}
		if had, err := db.Turn(ctx, "study y", func(context.Context) error { return nil }); !had || err != nil {
			t.Errorf("another turn: %t, %v", had, err)
		}
	}) {
		t.Fatal("nobody has the turn, and it is not to be had")
	}
	if !inside(func(work context.Context) {
		if _, err := db.pool.Exec(ctx, "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())"); err != nil {
			t.Fatal(err)
		}
		if !inside(func(context.Context) {}) {
			t.Error("the turn is not free though its session has ended")
		}
		select {
		case <-work.Done():
			if !errors.Is(context.Cause(work), errTurnLost) {
				t.Errorf("ended by %v", context.Cause(work))
			}
		case <-ctx.Done():
			t.Error("whoever lost the turn is not told")
		}
	}) {
		t.Error("the turn is not free after it was given back")
	}
}
