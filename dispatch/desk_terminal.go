package dispatch

import (
	"context"
	"fmt"
)

// PutTerminal enters a terminal when the command expects no version, and
// changes it when it does. hash is the new secret's, where wish makes one. Its
// unit must be there, in the actor's area.
func (d *Desk) PutTerminal(ctx context.Context, c Command, t Terminal, wish Secret, hash []byte) (Receipt, error) {
	if err := d.own(c.Actor, "terminal.manage"); err != nil && c.Actor.ID != (ID{}) {
		return Receipt{}, err
	}
	return d.Journal.Change(ctx, c, func(tx Tx) (Outcome, error) {
		row, err := find(ctx, tx, t.Ref())
		if err != nil {
			return Outcome{}, err
		}
		old, _ := row.(*Terminal)
		if old != nil && old.Removed {
			if c.Expected != nil {
				return Outcome{}, ErrNotFound
			}
			old = nil
		} else if old != nil {
			if err := expect(c, old); err != nil {
				return Outcome{}, err
			}
		} else if c.Expected != nil {
			return Outcome{}, ErrNotFound
		}
		out, err := t.Put(old, wish, hash, d.Now())
		if err != nil {
			return Outcome{}, err
		}
		put := out.Facts[0].(*TerminalPut)
		if other := d.Picture().TerminalCalled(put.Protocol, put.Identity); other != nil && other.ID != t.ID {
			return Outcome{}, ErrIdentityTaken.With("terminal %s names itself so", other.ID)
		}
		return out, d.bindable(ctx, tx, c.Actor, t.Unit)
	})
}

// bindable refuses a unit that is not there, or not the actor's to bind.
func (d *Desk) bindable(ctx context.Context, tx Tx, a Actor, unit ID) error {
	row, err := find(ctx, tx, Ref{string(Units), unit})
	if err != nil {
		return fmt.Errorf("lock unit %s: %w", unit, err)
	}
	var p Problems
	if e, _ := row.(*Entry); e == nil || e.Removed || a.ID != (ID{}) && !a.Sees(e.Division, e.Sensitivity) {
		p.Add("unit", "unknown_unit", "no such unit in your scope")
	}
	return p.Err()
}

// RemoveTerminal takes a terminal off the ledger: it is listened to no more.
func (d *Desk) RemoveTerminal(ctx context.Context, c Command, id ID) (Receipt, error) {
	if err := d.own(c.Actor, "terminal.manage"); err != nil {
		return Receipt{}, err
	}
	return d.Journal.Change(ctx, c, func(tx Tx) (Outcome, error) {
		t, err := locked[*Terminal](ctx, tx, Ref{KindTerminal, id})
		if err != nil {
			return Outcome{}, err
		}
		if t.Removed || !d.Picture().SeesTerminal(c.Actor, t) {
			return Outcome{}, ErrNotFound
		}
		if err := expect(c, t); err != nil {
			return Outcome{}, err
		}
		return t.Remove()
	})
}

// EnrolTerminal gives a terminal without a secret its first, as the server
// itself: it registered over the wire.
func (d *Desk) EnrolTerminal(ctx context.Context, c Command, id ID, hash []byte) (Receipt, error) {
	return d.Journal.Change(ctx, c, func(tx Tx) (Outcome, error) {
		t, err := locked[*Terminal](ctx, tx, Ref{KindTerminal, id})
		if err != nil {
			return Outcome{}, err
		}
		return t.Enrol(hash, d.Now())
	})
}
