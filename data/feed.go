package data

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	notifyPause = 50 * time.Millisecond // at most 20 NOTIFY a second
	pollEvery   = time.Second           // what a lost notice costs at most
	listenAgain = time.Second
	listenLimit = 30 * time.Second // silence after which the connection is tried
)

// bells are the doorbells of this process, and the wish to ring others'.
type bells struct {
	mu   sync.Mutex
	all  map[chan struct{}]bool
	wake chan struct{}
}

// Bell returns a channel that is signalled after each commit of this process,
// after commits of others, and each second in any case. It is a doorbell, not
// the parcel: Events says what came. It is never closed; ctx ends it.
func (db *DB) Bell(ctx context.Context) <-chan struct{} {
	bell := make(chan struct{}, 1) // full: it rings already
	db.bells.mu.Lock()
	if db.bells.all == nil {
		db.bells.all = map[chan struct{}]bool{}
	}
	db.bells.all[bell] = true
	db.bells.mu.Unlock()
	db.wait.Add(1)
	go func() {
		defer db.wait.Done()
		db.poll(ctx, bell)
		db.bells.mu.Lock()
		delete(db.bells.all, bell)
		db.bells.mu.Unlock()
	}()
	return bell
}

func (db *DB) poll(ctx context.Context, bell chan struct{}) {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			poke(bell)
		case <-ctx.Done():
			return
		case <-db.life.Done():
			return
		}
	}
}

func poke(bell chan struct{}) {
	select {
	case bell <- struct{}{}:
	default:
	}
}

// ring tells this process at once and others soon.
func (db *DB) ring() {
	db.ringHere()
	poke(db.bells.wake)
}

func (db *DB) ringHere() {
	db.bells.mu.Lock()
	defer db.bells.mu.Unlock()
	for bell := range db.bells.all {
		poke(bell)
	}
}

// notify tells other nodes, outside any transaction that waits for it (M18)
// and at most 20 times a second. What fails is made good by their poll.
func (db *DB) notify(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-db.bells.wake:
		}
		if err := db.exec(ctx, "notify"); err != nil && ctx.Err() == nil {
			db.log.Debug("other nodes not told", "cause", err)
		}
		if !rest(ctx, notifyPause) {
			return
		}
	}
}

// listen rings when another node has committed.
func (db *DB) listen(ctx context.Context) {
	for heard := true; ; {
		before := heard
		err := db.listenOnce(ctx, &heard)
		if ctx.Err() != nil {
			return
		}
		if before || heard {
			db.log.Warn("not hearing other nodes, looking each second", "cause", err)
		}
		if !rest(ctx, listenAgain) {
			return
		}
	}
}

// listenOnce listens until the connection ends; heard tells whether it stood.
func (db *DB) listenOnce(ctx context.Context, heard *bool) error {
	*heard = false
	conn, err := pgx.ConnectConfig(ctx, db.plain())
	if err != nil {
		return fmt.Errorf("connect to listen: %w", err)
	}
	defer func() {
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = conn.Close(end) // it is gone either way
	}()
	if _, err := conn.Exec(ctx, sql("listen")); err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	*heard = true
	for {
		wait, cancel := context.WithTimeout(ctx, listenLimit)
		_, err := conn.WaitForNotification(wait)
		cancel()
		switch {
		case err == nil:
			db.ringHere()
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, context.DeadlineExceeded):
			if err := conn.Ping(ctx); err != nil {
				return fmt.Errorf("listening connection: %w", err)
			}
		default:
			return fmt.Errorf("wait for notice: %w", err)
		}
	}
}

// rest waits, and reports false when ctx ended meanwhile.
func rest(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
