package data

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"sort"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"onemap/dispatch"
)

// replayLimit bounds a replay; a million events take about a minute.
const replayLimit = 10 * time.Minute

// Replay folds the whole journal anew and compares the result with the rows,
// in one view of the database. It names what differs; nothing should.
func (db *DB) Replay(ctx context.Context) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, replayLimit)
	defer cancel()
	var different []string
	view := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	err := pgx.BeginTxFunc(ctx, db.pool, view, func(tx pgx.Tx) error {
		if err := patiently(ctx, tx); err != nil {
			return err
		}
		folded, err := foldAll(ctx, tx)
		if err != nil {
			return err
		}
		different, err = compareRows(ctx, tx, folded)
		return err
	})
	if err != nil {
		return nil, db.note(fmt.Errorf("replay the journal: %w", err))
	}
	sort.Strings(different)
	return different, nil
}

// foldAll reads the journal by the page and folds it.
func foldAll(ctx context.Context, tx pgx.Tx) (map[dispatch.Ref]dispatch.Entity, error) {
	folded := map[dispatch.Ref]dispatch.Entity{}
	for after := dispatch.Seq(0); ; {
		page, err := collect(ctx, tx, "event_after", scanEvent, after, verifyPage)
		if err != nil {
			return nil, fmt.Errorf("read events after %d: %w", after, err)
		}
		if len(page) == 0 {
			return folded, nil
		}
		for _, e := range page {
			ref := e.Fact.Subject()
			if folded[ref] == nil {
				if folded[ref], err = dispatch.NewEntity(ref); err != nil {
					return nil, fmt.Errorf("event %d: %w", e.Seq, err)
				}
			}
			folded[ref].Apply(e.Fact, e.RecordedAt)
			after = e.Seq
		}
	}
}

// compareRows takes each row's fold out of folded; what is left has no row.
func compareRows(ctx context.Context, tx pgx.Tx, folded map[dispatch.Ref]dispatch.Entity) ([]string, error) {
	var different []string
	for _, read := range []func() ([]dispatch.Entity, error){
		func() ([]dispatch.Entity, error) { return entities(ctx, tx, "entry_every", scanEntry) },
		func() ([]dispatch.Entity, error) { return entities(ctx, tx, "incident_every", scanIncident) },
		func() ([]dispatch.Entity, error) { return entities(ctx, tx, "assignment_every", scanAssignment) },
		func() ([]dispatch.Entity, error) { return entities(ctx, tx, "account_all", scanAccount) },
		func() ([]dispatch.Entity, error) { return entities(ctx, tx, "alarm_every", scanAlarm) },
		func() ([]dispatch.Entity, error) { return entities(ctx, tx, "note_every", scanNote) },
		func() ([]dispatch.Entity, error) { return entities(ctx, tx, "grant_every", scanGrant) },
		func() ([]dispatch.Entity, error) { return entities(ctx, tx, "study_every", scanStudy) },
		func() ([]dispatch.Entity, error) { return entities(ctx, tx, "terminal_every", scanTerminal) },
		func() ([]dispatch.Entity, error) { return entities(ctx, tx, "warning_every", scanWarning) },
		func() ([]dispatch.Entity, error) { return entities(ctx, tx, "token_all", scanToken) },
	} {
		rows, err := read()
		if err != nil {
			return nil, fmt.Errorf("read rows: %w", err)
		}
		for _, row := range rows {
			ref := row.Ref()
			if want := folded[ref]; want == nil {
				different = append(different, fmt.Sprintf("%s %s: a row without events", ref.Kind, ref.ID))
			} else if !bytes.Equal(form(row), form(want)) {
				different = append(different, fmt.Sprintf("%s %s: row %s, journal %s", ref.Kind, ref.ID, form(row), form(want)))
			}
			delete(folded, ref)
		}
	}
	for ref := range folded {
		different = append(different, fmt.Sprintf("%s %s: events without a row", ref.Kind, ref.ID))
	}
	return different, nil
}

// form writes an entity so that equal ones are equal bytes.
func form(e dispatch.Entity) []byte {
	out := strconv.AppendInt(nil, int64(e.At()), 10)
	var body []byte
	var err error
	switch e := e.(type) {
	case *dispatch.Entry:
		out = fmt.Appendf(out, " %s %s removed=%t %v ", e.Ledger, e.RecordedAt.UTC().Format(time.RFC3339Nano), e.Removed, e.Geometry)
		body, err = e.Properties()
	case *dispatch.Incident:
		out = fmt.Appendf(out, " %v ", e.Geometry)
		body, err = json.Marshal(e)
	default:
		body, err = json.Marshal(e)
	}
	if err != nil {
		return fmt.Appendf(out, "%v", err)
	}
	return append(out, body...)
}
