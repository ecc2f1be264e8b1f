package data

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"onemap/dispatch"
)

// scanAccount reads the body; the version in it is the row's.
func scanAccount(rows pgx.CollectableRow) (*dispatch.Account, error) {
	var a dispatch.Account
	return &a, scanBody(rows, &a)
}

func scanToken(rows pgx.CollectableRow) (*dispatch.Token, error) {
	var t dispatch.Token
	return &t, scanBody(rows, &t)
}

func saveAccount(ctx context.Context, w *writer, a *dispatch.Account, r *row) error {
	body, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("write account: %w", err)
	}
	args := []any{a.ID, a.Version, a.Name, body, r.seq}
	if r.was == 0 {
		return w.add(ctx, 1, "account_add", args...)
	}
	return w.add(ctx, 1, "account_save", append(args, r.was)...)
}

func saveToken(ctx context.Context, w *writer, t *dispatch.Token, r *row) error {
	body, err := json.Marshal(t)
	if err != nil {
		return fmt.Errorf("write token: %w", err)
	}
	args := []any{t.ID, t.Version, body, r.seq}
	if r.was == 0 {
		return w.add(ctx, 1, "token_add", args...)
	}
	return w.add(ctx, 1, "token_save", append(args, r.was)...)
}

// found turns "no row" into the refusal.
func found[T any](value T, err error) (T, error) {
	if errors.Is(err, pgx.ErrNoRows) {
		return value, dispatch.ErrNotFound
	}
	return value, err
}

// PasswordOf returns the hash an account signs in by; dispatch.ErrNotFound
// when it has none.
func (db *DB) PasswordOf(ctx context.Context, account dispatch.ID) (string, error) {
	return found(one(ctx, db, "password_of", pgx.RowTo[string], account))
}

// TokenOf returns the token whose secret has that SHA-256; dispatch.ErrNotFound
// when there is none. Whether it still holds is the caller's to check.
func (db *DB) TokenOf(ctx context.Context, hash []byte) (dispatch.ID, error) {
	return found(one(ctx, db, "token_of", pgx.RowTo[dispatch.ID], hash))
}

// StartSession keeps a session under the hash of its secret.
func (db *DB) StartSession(ctx context.Context, hash []byte, account dispatch.ID, expires time.Time) error {
	return db.exec(ctx, "session_start", hash, account, expires)
}

type session struct {
	account dispatch.ID
	expires time.Time
}

// SessionOf returns whose session that is and when it ends;
// dispatch.ErrNotFound when it is gone or has ended.
func (db *DB) SessionOf(ctx context.Context, hash []byte) (account dispatch.ID, expires time.Time, err error) {
	s, err := found(one(ctx, db, "session_of", func(rows pgx.CollectableRow) (s session, err error) {
		err = rows.Scan(&s.account, &s.expires)
		return s, err
	}, hash))
	return s.account, s.expires.UTC(), err
}

// EndSession forgets one session, if there is one.
func (db *DB) EndSession(ctx context.Context, hash []byte) error {
	return db.exec(ctx, "session_end", hash)
}

// EndSessions forgets all sessions of an account but one; except may be nil.
func (db *DB) EndSessions(ctx context.Context, account dispatch.ID, except []byte) error {
	return db.exec(ctx, "session_end_all", account, except)
}
