package data

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/jackc/pgx/v5/pgconn"

	"onemap/dispatch"
)

// Refusals this room gives. Both say "not now": the same command may be sent
// again under the same id.
var (
	ErrUnavailable = &dispatch.Error{Kind: dispatch.Unavailable, Code: "db_unavailable", Text: "the database does not answer"}
	ErrBusy        = &dispatch.Error{Kind: dispatch.Unavailable, Code: "busy", Text: "others hold what this needs; ask again"}
)

// constraints says what the caller did when the database refuses a row. The
// decisions check all of it before; this is what holds when two race.
var constraints = map[string]dispatch.Error{
	"code":                 {Kind: dispatch.Conflict, Code: "code_taken", Text: "another entry of the ledger has that code"},
	"account_name":         {Kind: dispatch.Conflict, Code: "code_taken", Text: "another account has that name"},
	"terminal_identity":    {Kind: dispatch.Conflict, Code: "identity_taken", Text: "another terminal names itself so"},
	"warning_identifier":   {Kind: dispatch.Unavailable, Code: "busy", Text: "another warning went out this very second; ask again"},
	"assignment_unit_open": {Kind: dispatch.Conflict, Code: "unit_busy", Text: "the unit has an open assignment"},
	"entry_geometry":       {Kind: dispatch.Invalid, Code: "bad_geometry", Text: "the geometry is no valid shape on earth"},
	"incident_geometry":    {Kind: dispatch.Invalid, Code: "bad_geometry", Text: "the geometry is no valid shape on earth"},
	"shelter_occupancy":    {Kind: dispatch.Invalid, Code: "capacity_exceeded", Text: "more people than places"},
	"depot_stock":          {Kind: dispatch.Invalid, Code: "insufficient_stock", Text: "stock below zero"},
}

// refusal turns what PostgreSQL says into what a caller can act on. A refusal
// of the decision passes untouched, and so does what nobody can act on.
func refusal(err error) error {
	var said *dispatch.Error
	var pg *pgconn.PgError
	switch {
	case err == nil || errors.As(err, &said):
		return err
	case isLost(err):
		return lost(err)
	case errors.Is(err, errRaced):
		return fmt.Errorf("%w: %w", ErrBusy, err)
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	case !errors.As(err, &pg):
		return err
	case isBusy(pg):
		return fmt.Errorf("%w: %w", ErrBusy, err)
	case pg.Code == "23505" || pg.Code == "23514":
		return broken(pg)
	case pg.Code[:2] == "22":
		return &dispatch.Error{Kind: dispatch.Invalid, Code: "bad_text", Text: "the database cannot keep that value"}
	}
	return err
}

func broken(pg *pgconn.PgError) error {
	name := pg.ConstraintName
	if uniqueCode(pg) {
		name = "code"
	}
	if e, ok := constraints[name]; ok {
		return &e
	}
	if pg.Code == "23505" {
		return dispatch.ErrExists
	}
	return dispatch.ErrInvalid.With("the database refuses it: %s", pg.ConstraintName)
}

// uniqueCode recognises the index entry_code, which has another name on each
// partition.
func uniqueCode(pg *pgconn.PgError) bool {
	n := len(pg.ConstraintName) - len("_ledger_code_idx")
	return pg.Code == "23505" && n > 0 && pg.ConstraintName[n:] == "_ledger_code_idx"
}

// isBusy: a lock or a statement took longer than it may, or the server broke a
// deadlock. All is as it was.
func isBusy(pg *pgconn.PgError) bool {
	switch pg.Code {
	case "40001", "40P01", "55P03", "57014", "53300":
		return true
	}
	return false
}

// isLost: the connection is gone, or leads to a server that must not be
// written to any more (M7). What was asked may have happened.
func isLost(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch pg.Code {
		case "25006", "57P01", "57P02", "57P03":
			return true
		}
		return pg.Code[:2] == "08"
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false // somebody stopped waiting, which says nothing of the connection
	}
	var connect *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &connect) || errors.As(err, &network) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) || pgconn.SafeToRetry(err)
}

func lost(err error) error {
	if !isLost(err) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, err)
}

// note sees every error of a pooled call: a lost connection says that the
// others lead nowhere either.
func (db *DB) note(err error) error {
	if isLost(err) {
		db.count.lost.Add(1)
		db.pool.Reset()
		db.tilePool.Reset()
	}
	return refusal(err)
}
