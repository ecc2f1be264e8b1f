package dispatch

import (
	"context"
	"errors"
	"fmt"
	"reflect"
)

// Row is one row of a file on its way into a ledger: an entry without an id,
// which is found by its code.
type Row struct {
	Line int // of the file, or index of the feature, from 1
	Entry
}

// RowProblem is what is wrong with one row.
type RowProblem struct {
	Line int
	Field
}

// Taken says what an import did, or would do.
type Taken struct {
	Added, Changed, Unchanged int
	Problems                  []RowProblem
	Compared                  Comparison
	Receipt                   Receipt
}

// errDry ends a dry run: it rolls everything back.
var errDry = &Error{Kind: Conflict, Code: "dry_run", Text: "nothing was changed"}

// Import takes rows into a ledger, all or none. A row whose code is known
// changes that entry; any problem means that nothing is taken. New entries get
// their ids from newID, so that a seeded load is the same twice.
func (d *Desk) Import(ctx context.Context, c Command, l Ledger, rows []Row, dry bool) (Taken, error) {
	c.Actor = c.Actor.At(d.Now()).For("layer.import")
	if c.Actor.Role.May("layer.import") != InArea {
		return Taken{}, ErrForbidden
	}
	var done Taken
	receipt, err := d.Journal.Change(ctx, c, func(tx Tx) (Outcome, error) {
		done = Taken{}
		have, err := tx.Ledger(ctx, l)
		if err != nil {
			return Outcome{}, fmt.Errorf("read ledger %s: %w", l, err)
		}
		out := done.decide(c.Actor, rows, have)
		if dry || len(done.Problems) > 0 || len(out.Facts) == 0 {
			return Outcome{}, errDry
		}
		return out, nil
	})
	if errDry.Is(err) {
		return done, nil
	}
	done.Receipt = receipt
	return done, err
}

func (t *Taken) decide(a Actor, rows []Row, have map[string]*Entry) Outcome {
	var out Outcome
	seen := map[string]int{}
	for _, row := range rows {
		if first, ok := seen[row.Code]; ok {
			t.refuse(row.Line, Field{"code", "duplicate", fmt.Sprintf("code %s stands in row %d already", row.Code, first)})
			continue
		}
		seen[row.Code] = row.Line
		if err := row.Check(maxImportVertices); err != nil {
			if refusal, ok := errors.AsType[*Error](err); ok {
				for _, f := range refusal.Fields {
					t.refuse(row.Line, f)
				}
			}
			continue
		}
		if !a.Sees(row.Division, row.Sensitivity) {
			t.refuse(row.Line, Field{"division", "forbidden", "outside your area or clearance"})
			continue
		}
		old := have[row.Code]
		if old != nil && !a.Sees(old.Division, old.Sensitivity) { // a file must not change what nobody showed its sender
			t.refuse(row.Line, Field{"code", "code_taken", "another entry of the ledger has that code"})
			continue
		}
		if fact := t.merge(row.Line, row.Entry, old); fact != nil {
			out.Facts = append(out.Facts, fact)
		}
	}
	t.Compared.absent(a, seen, have)
	return out
}

func (t *Taken) refuse(line int, f Field) { t.Problems = append(t.Problems, RowProblem{line, f}) }

// merge counts what a row does to the ledger and returns its fact, nil when
// it says nothing new.
func (t *Taken) merge(line int, e Entry, old *Entry) Fact {
	if old == nil {
		t.Added++
		keepFirst(&t.Compared.New, RowChange{line, &e, nil})
		if e.ID == (ID{}) {
			e.ID = NewID()
		}
		return &EntryRecorded{Entry: e}
	}
	e.ID = old.ID
	e.keepPost(old)
	if reflect.DeepEqual(e.Head, old.Head) && reflect.DeepEqual(e.Detail, old.Detail) && reflect.DeepEqual(e.Geometry, old.Geometry) {
		t.Unchanged++
		keepFirst(&t.Compared.Same, RowChange{line, &e, old})
		return nil
	}
	t.Changed++
	keepFirst(&t.Compared.Changed, RowChange{line, &e, old})
	return &EntryRecorded{Entry: e}
}
