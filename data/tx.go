package data

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"onemap/dispatch"
)

// transaction implements dispatch.Tx: what a decision reads, it locks.
//
// Whoever reads or writes single entries of a ledger holds that ledger's lock
// shared; whoever asked for the whole ledger holds it alone. So a decision on
// all of 31,000 cells locks one thing, and no entry can appear behind its back.
type transaction struct {
	tx    pgx.Tx
	known map[dispatch.Ref]dispatch.Entity // nil: there is none
}

// Entity implements dispatch.Tx. It returns dispatch.ErrNotFound as it is.
func (t *transaction) Entity(ctx context.Context, ref dispatch.Ref) (dispatch.Entity, error) {
	if _, seen := t.known[ref]; !seen {
		if err := t.lock(ctx, ref.Kind, []dispatch.ID{ref.ID}); err != nil {
			return nil, err
		}
	}
	if e := t.known[ref]; e != nil {
		return e, nil
	}
	return nil, dispatch.ErrNotFound
}

// Ledger implements dispatch.Tx.
func (t *transaction) Ledger(ctx context.Context, l dispatch.Ledger) (map[string]*dispatch.Entry, error) {
	ctx, cancel := context.WithTimeout(ctx, bulkLimit)
	defer cancel()
	if err := patiently(ctx, t.tx); err != nil {
		return nil, err
	}
	if _, err := t.tx.Exec(ctx, sql("ledger_lock"), string(l)); err != nil {
		return nil, fmt.Errorf("lock ledger %s: %w", l, err)
	}
	all, err := collect(ctx, t.tx, "entry_ledger", scanEntry, string(l))
	if err != nil {
		return nil, fmt.Errorf("read ledger %s: %w", l, err)
	}
	byCode := make(map[string]*dispatch.Entry, len(all))
	for _, e := range all {
		byCode[e.Code] = e
		t.known[e.Ref()] = e
	}
	return byCode, nil
}

// NextNumber implements dispatch.Tx.
func (t *transaction) NextNumber(ctx context.Context, year int) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, stepLimit)
	defer cancel()
	var n int
	if err := t.tx.QueryRow(ctx, sql("number_next"), year).Scan(&n); err != nil {
		return "", fmt.Errorf("draw number of %d: %w", year, err)
	}
	return fmt.Sprintf("QHD-%d-%06d", year, n), nil
}

// lockAll locks the subjects of facts that the decision did not read, kind by
// kind and in id order.
func (t *transaction) lockAll(ctx context.Context, facts []dispatch.Fact) error {
	unseen := map[string][]dispatch.ID{}
	for _, f := range facts {
		ref := f.Subject()
		if _, seen := t.known[ref]; !seen {
			t.known[ref] = nil
			unseen[ref.Kind] = append(unseen[ref.Kind], ref.ID)
		}
	}
	kinds := make([]string, 0, len(unseen))
	for kind := range unseen {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	for _, kind := range kinds {
		if err := t.lock(ctx, kind, unseen[kind]); err != nil {
			return err
		}
	}
	return nil
}

// lock reads and locks entities of one kind.
func (t *transaction) lock(ctx context.Context, kind string, ids []dispatch.ID) error {
	ctx, cancel := context.WithTimeout(ctx, bulkLimit)
	defer cancel()
	slices.SortFunc(ids, func(a, b dispatch.ID) int { return strings.Compare(string(a[:]), string(b[:])) })
	all, err := t.lockRows(ctx, kind, ids)
	if err != nil {
		return fmt.Errorf("lock %d of %s: %w", len(ids), kind, err)
	}
	for _, id := range ids {
		t.known[dispatch.Ref{Kind: kind, ID: id}] = nil
	}
	for _, e := range all {
		t.known[e.Ref()] = e
	}
	return nil
}

func (t *transaction) lockRows(ctx context.Context, kind string, ids []dispatch.ID) ([]dispatch.Entity, error) {
	switch kind {
	case dispatch.KindIncident:
		return entities(ctx, t.tx, "incident_lock", scanIncident, ids)
	case dispatch.KindAssignment:
		return entities(ctx, t.tx, "assignment_lock", scanAssignment, ids)
	case dispatch.KindAccount:
		return entities(ctx, t.tx, "account_lock", scanAccount, ids)
	case dispatch.KindToken:
		return entities(ctx, t.tx, "token_lock", scanToken, ids)
	case dispatch.KindAlarm:
		return entities(ctx, t.tx, "alarm_lock", scanAlarm, ids)
	case dispatch.KindNote:
		return entities(ctx, t.tx, "note_lock", scanNote, ids)
	case dispatch.KindGrant:
		return entities(ctx, t.tx, "grant_lock", scanGrant, ids)
	case dispatch.KindTerminal:
		return entities(ctx, t.tx, "terminal_lock", scanTerminal, ids)
	case dispatch.KindWarning:
		return entities(ctx, t.tx, "warning_lock", scanWarning, ids)
	case dispatch.KindStudy:
		return entities(ctx, t.tx, "study_lock", scanStudy, ids)
	}
	if _, err := t.tx.Exec(ctx, sql("ledger_share"), kind); err != nil {
		return nil, fmt.Errorf("share ledger %s: %w", kind, err)
	}
	return entities(ctx, t.tx, "entry_lock", scanEntry, kind, ids)
}

func entities[E dispatch.Entity](ctx context.Context, tx pgx.Tx, name string, scan pgx.RowToFunc[E], args ...any) ([]dispatch.Entity, error) {
	return collect(ctx, tx, name, func(r pgx.CollectableRow) (dispatch.Entity, error) { return scan(r) }, args...)
}

// collect reads what a query of query/ answers within a transaction.
func collect[T any](ctx context.Context, tx pgx.Tx, name string, scan pgx.RowToFunc[T], args ...any) ([]T, error) {
	rows, err := tx.Query(ctx, sql(name), args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scan)
}

// scanBody reads columns, and then a JSON body into v.
func scanBody(rows pgx.CollectableRow, v any, columns ...any) error {
	var body []byte
	if err := rows.Scan(append(columns, &body)...); err != nil {
		return err
	}
	if err := json.Unmarshal(body, v); err != nil {
		return fmt.Errorf("read the body of a %T: %w", v, err)
	}
	return nil
}

// row is an entity on its way into its table.
type row struct {
	entity  dispatch.Entity // a copy, to be folded into
	was     int             // version before; 0: a new row
	seq     dispatch.Seq    // of its last event
	secrets []secret
}

// secret goes to a table of its own and never into the journal.
type secret struct {
	query string
	id    dispatch.ID
	hash  any
}

// row returns a copy of the entity as locked, or an empty one.
func (t *transaction) row(ref dispatch.Ref) (*row, error) {
	if e := t.known[ref]; e != nil {
		next := reflect.New(reflect.TypeOf(e).Elem()) // every entity is a pointer to its struct
		next.Elem().Set(reflect.ValueOf(e).Elem())
		return &row{entity: next.Interface().(dispatch.Entity), was: e.At()}, nil
	}
	e, err := dispatch.NewEntity(ref)
	if err != nil {
		return nil, fmt.Errorf("begin %s %s: %w", ref.Kind, ref.ID, err)
	}
	return &row{entity: e}, nil
}

func (r *row) keepSecret(f dispatch.Fact) {
	switch f := f.(type) {
	case *dispatch.PasswordSet:
		r.secrets = append(r.secrets, secret{"password_set", f.Account, f.Hash})
	case *dispatch.TokenMinted:
		r.secrets = append(r.secrets, secret{"token_hash", f.ID, f.Hash})
	case *dispatch.TerminalPut:
		if f.Hash != nil || f.SecretAt == nil {
			r.secrets = append(r.secrets, secret{"terminal_hash", f.ID, f.Hash})
		}
	case *dispatch.TerminalEnrolled:
		r.secrets = append(r.secrets, secret{"terminal_hash", f.ID, f.Hash})
	case *dispatch.TerminalRemoved:
		r.secrets = append(r.secrets, secret{"terminal_hash", f.ID, []byte(nil)})
	}
}

func (r *row) save(ctx context.Context, w *writer) error {
	var err error
	switch e := r.entity.(type) {
	case *dispatch.Entry:
		err = saveEntry(ctx, w, e, r)
	case *dispatch.Incident:
		err = saveIncident(ctx, w, e, r)
	case *dispatch.Assignment:
		err = saveAssignment(ctx, w, e, r)
	case *dispatch.Account:
		err = saveAccount(ctx, w, e, r)
	case *dispatch.Token:
		err = saveToken(ctx, w, e, r)
	case *dispatch.Alarm:
		err = saveAlarm(ctx, w, e, r)
	case *dispatch.Note:
		err = saveNote(ctx, w, e, r)
	case *dispatch.Grant:
		err = saveGrant(ctx, w, e, r)
	case *dispatch.Terminal:
		err = saveTerminal(ctx, w, e, r)
	case *dispatch.Warning:
		err = saveWarning(ctx, w, e, r)
	case *dispatch.Study:
		err = saveStudy(ctx, w, e, r)
	default:
		err = fmt.Errorf("no table for a %T", e)
	}
	for _, s := range r.secrets {
		if err == nil {
			err = w.add(ctx, 1, s.query, s.id, s.hash)
		}
	}
	return err
}
