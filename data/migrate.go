package data

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/tern/v2/migrate"
)

//go:embed migration/*.sql
var migrationFiles embed.FS

// ErrNewerSchema says that the database was migrated by a later release: this
// one must not write to it.
var ErrNewerSchema = errors.New("the database's schema is newer than this program")

const (
	world        = "real" // the schema of the real world; a drill has its own
	versionTable = world + ".schema_version"
	migrateLimit = 10 * time.Minute
)

// Migrate brings the schema up to this program's, under tern's advisory lock.
// It refuses with ErrNewerSchema when the schema is ahead.
func (db *DB) Migrate(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, migrateLimit)
	defer cancel()
	conn, err := pgx.ConnectConfig(ctx, db.plain())
	if err != nil {
		return fmt.Errorf("connect to migrate: %w", lost(err))
	}
	defer conn.Close(context.WithoutCancel(ctx))
	m, err := migrator(ctx, conn)
	if err != nil {
		return err
	}
	have, err := m.GetCurrentVersion(ctx)
	if err != nil {
		return fmt.Errorf("read schema version: %w", err)
	}
	if int(have) > len(m.Migrations) {
		return fmt.Errorf("schema %d, program %d: %w", have, len(m.Migrations), ErrNewerSchema)
	}
	m.OnStart = func(_ int32, name, _, _ string) { db.log.Info("migrating", "file", name) }
	if err := m.Migrate(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	// Connections made before the first migration do not know the geometry type.
	db.pool.Reset()
	db.tilePool.Reset()
	return nil
}

func migrator(ctx context.Context, conn *pgx.Conn) (*migrate.Migrator, error) {
	if err := makeWorld(ctx, conn); err != nil {
		return nil, err
	}
	m, err := migrate.NewMigrator(ctx, conn, versionTable)
	if err != nil {
		return nil, fmt.Errorf("prepare to migrate: %w", err)
	}
	files, err := fs.Sub(migrationFiles, "migration")
	if err != nil {
		return nil, fmt.Errorf("open migrations: %w", err)
	}
	if err := m.LoadMigrations(files); err != nil {
		return nil, fmt.Errorf("load migrations: %w", err)
	}
	return m, nil
}

// makeWorld makes the schema. Two nodes starting at once would both try, so
// they queue.
func makeWorld(ctx context.Context, conn *pgx.Conn) error {
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "select pg_advisory_xact_lock(hashtext('make world'))"); err != nil {
			return fmt.Errorf("lock to make schema: %w", err)
		}
		if _, err := tx.Exec(ctx, "create schema if not exists "+world); err != nil {
			return fmt.Errorf("make schema %s: %w", world, err)
		}
		return nil
	})
}
