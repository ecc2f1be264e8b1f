package data

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	turnPulse = 3 * time.Second // how often whoever has a turn shows a sign of life
	turnIdle  = "15s"           // silence after which the server takes the turn back
)

// errTurnLost says that the session which held a turn is gone: another node may
// have it now.
var errTurnLost = errors.New("the turn is lost")

// Turn does something that only one node may do at a time, by name: it returns
// false at once when another has the turn. The turn is a session's advisory
// lock, so it ends with the node that holds it; when the database is lost, do's
// context ends with it.
func (db *DB) Turn(ctx context.Context, name string, do func(context.Context) error) (had bool, err error) {
	conn, err := db.turnConn(ctx)
	if err != nil {
		return false, err
	}
	defer func() {
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_, _ = conn.Exec(end, sql("turn_give")) // or the end of the session does it, a moment later
		_ = conn.Close(end)
	}()
	take, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	if err := conn.QueryRow(take, sql("turn_take"), name).Scan(&had); err != nil {
		return false, db.note(fmt.Errorf("take the turn at %s: %w", name, err))
	}
	if !had {
		return false, nil
	}
	work, lose := context.WithCancelCause(ctx)
	pulse := make(chan struct{})
	go func() {
		defer close(pulse)
		lose(keepAlive(work, conn))
	}()
	err = do(work)
	lose(nil)
	<-pulse // the connection is not ours while it pings
	return true, err
}

func (db *DB) turnConn(ctx context.Context) (*pgx.Conn, error) {
	config := db.plain()
	config.RuntimeParams["idle_session_timeout"] = turnIdle
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, db.note(fmt.Errorf("connect for a turn: %w", err))
	}
	return conn, nil
}

// keepAlive shows signs of life until ctx ends, or they are not answered.
func keepAlive(ctx context.Context, conn *pgx.Conn) error {
	for rest(ctx, turnPulse) {
		ping, cancel := context.WithTimeout(ctx, callLimit)
		err := conn.Ping(ping)
		cancel()
		if err != nil && ctx.Err() == nil {
			return fmt.Errorf("%w: %w", errTurnLost, err)
		}
	}
	return nil
}
