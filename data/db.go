// Package data is the only room that speaks SQL: the journal and the rows it
// folds into, the feed others follow it by, positions, the base map, tiles.
package data

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Every call gets a deadline: without one a peer that fell silent holds it for
// ever (M8). The server's own limits are tighter, so that it says why.
const (
	callLimit    = 5 * time.Second
	connectLimit = 4 * time.Second

	statementLimit = "4s"
	lockLimit      = "1s"
	tileLimit      = "2s"
)

// Options says which database and how much of it to use.
type Options struct {
	DSN      string
	MaxConns int // of the command pool; 16 when 0
	Log      *slog.Logger
}

// DB is the database: safe for any number of goroutines.
type DB struct {
	pool     *pgxpool.Pool // commands and reads
	tilePool *pgxpool.Pool // tiles, which must not starve commands
	log      *slog.Logger
	bells    bells
	count    counters
	diary    diary

	life context.Context // ends with Close
	end  context.CancelFunc
	wait sync.WaitGroup
}

// Open prepares the pools; it does not wait for the database, which Ready asks.
func Open(ctx context.Context, opt Options) (*DB, error) {
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	if opt.MaxConns == 0 {
		opt.MaxConns = 16
	}
	db := &DB{log: opt.Log}
	var err error
	commands := map[string]string{"statement_timeout": statementLimit, "lock_timeout": lockLimit, "jit": "off"}
	if db.pool, err = newPool(ctx, opt.DSN, opt.MaxConns, commands); err != nil {
		return nil, err
	}
	tiles := map[string]string{"statement_timeout": tileLimit, "jit": "off", "max_parallel_workers_per_gather": "0", "default_transaction_read_only": "on"}
	if db.tilePool, err = newPool(ctx, opt.DSN, max(2, opt.MaxConns/4), tiles); err != nil {
		db.pool.Close()
		return nil, err
	}
	db.life, db.end = context.WithCancel(context.WithoutCancel(ctx))
	db.bells.wake = make(chan struct{}, 1)
	db.wait.Add(2)
	go func() { defer db.wait.Done(); db.notify(db.life) }()
	go func() { defer db.wait.Done(); db.listen(db.life) }()
	return db, nil
}

// Close ends what the DB runs by itself and closes every connection.
func (db *DB) Close() {
	db.end()
	db.wait.Wait()
	db.tilePool.Close()
	db.pool.Close()
}

func newPool(ctx context.Context, dsn string, conns int, settings map[string]string) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("read database address: %w", err)
	}
	settle(config.ConnConfig)
	for name, value := range settings {
		config.ConnConfig.RuntimeParams[name] = value
	}
	config.MaxConns, config.MaxConnIdleTime = int32(conns), 5*time.Minute
	config.PingTimeout = connectLimit
	config.AfterConnect = teach
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("make pool: %w", err)
	}
	return pool, nil
}

// settle is what every connection has in common.
func settle(c *pgx.ConnConfig) {
	c.ConnectTimeout = connectLimit
	c.RuntimeParams["search_path"] = world + ", public"
	c.RuntimeParams["timezone"] = "UTC"
	c.RuntimeParams["application_name"] = "onemap"
	c.RuntimeParams["idle_in_transaction_session_timeout"] = "60s"
}

// plain is the address without the pools' limits, for migrations and listening.
func (db *DB) plain() *pgx.ConnConfig {
	c := db.pool.Config().ConnConfig.Copy()
	delete(c.RuntimeParams, "statement_timeout")
	delete(c.RuntimeParams, "lock_timeout")
	return c
}

// query reads all rows of a query file.
func query[T any](ctx context.Context, db *DB, name string, row pgx.RowToFunc[T], args ...any) ([]T, error) {
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	rows, err := db.pool.Query(ctx, sql(name), args...)
	if err != nil {
		return nil, db.note(fmt.Errorf("ask %s: %w", name, err))
	}
	all, err := pgx.CollectRows(rows, row)
	if err != nil {
		return nil, db.note(fmt.Errorf("read %s: %w", name, err))
	}
	return all, nil
}

// one reads the only row of a query file; pgx.ErrNoRows when there is none.
func one[T any](ctx context.Context, db *DB, name string, row pgx.RowToFunc[T], args ...any) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	rows, err := db.pool.Query(ctx, sql(name), args...)
	if err != nil {
		return *new(T), db.note(fmt.Errorf("ask %s: %w", name, err))
	}
	value, err := pgx.CollectOneRow(rows, row)
	if err != nil {
		return value, db.note(fmt.Errorf("read %s: %w", name, err))
	}
	return value, nil
}

// exec runs a query file that answers nothing.
func (db *DB) exec(ctx context.Context, name string, args ...any) error {
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	if _, err := db.pool.Exec(ctx, sql(name), args...); err != nil {
		return db.note(fmt.Errorf("run %s: %w", name, err))
	}
	return nil
}
