package dispatch

import (
	"context"
	"fmt"
	"time"
)

// OrderUnit sends a unit to an incident under the assignment's id. Both rows
// are locked, the incident first: closing waits for the order or the order
// meets a closed incident, and of several orders of one unit the first wins.
func (d *Desk) OrderUnit(ctx context.Context, c Command, as Assignment, when time.Time) (Receipt, error) {
	var err error
	if c.Actor, err = d.may(c.Actor, "assignment.order"); err != nil {
		return Receipt{}, err
	}
	as.OrderedBy = c.Actor.ID
	return d.Journal.Change(ctx, c, func(tx Tx) (Outcome, error) {
		in, err := d.incidentToOrder(ctx, tx, c.Actor, as.Incident)
		if err != nil {
			return Outcome{}, err
		}
		return d.orderOne(ctx, tx, c.Actor, in, as, when)
	})
}

// incidentToOrder locks the incident of an order, as the actor may see it.
func (d *Desk) incidentToOrder(ctx context.Context, tx Tx, a Actor, id ID) (*Incident, error) {
	row, err := find(ctx, tx, Ref{KindIncident, id})
	if err != nil {
		return nil, err
	}
	in, ok := row.(*Incident)
	if !ok || !a.SeesIncident(in) && (in.State.Open() || !a.Holds(in.Division)) {
		return nil, ErrNotFound.With("no incident of that id")
	}
	return in, nil
}

// unitToOrder locks the unit of an order, as the actor may see it.
func unitToOrder(ctx context.Context, tx Tx, a Actor, id ID) (*Entry, error) {
	row, err := find(ctx, tx, Ref{string(Units), id})
	if err != nil {
		return nil, err
	}
	unit, ok := row.(*Entry)
	if !ok || unit.Removed || !a.Sees(unit.Division, unit.Sensitivity) {
		return nil, ErrNotFound.With("no unit of that id")
	}
	return unit, nil
}

// busy names who holds a unit, and shows the assignment to whoever may see it.
func (d *Desk) busy(a Actor, unit *Entry, holder *Assignment) error {
	e := ErrUnitBusy.With("%s is %s for %s", unit.Code, holder.State, holder.Number)
	if d.Picture().SeesAssignment(a, holder) {
		e.Current = holder
	}
	return e
}

// AdvanceAssignment moves an assignment on, or ends it. From proposed to
// ordered it records the owner's consent.
func (d *Desk) AdvanceAssignment(ctx context.Context, c Command, id ID, to AssignmentState, reason string, when time.Time) (Receipt, error) {
	var err error
	if c.Actor, err = d.may(c.Actor, "assignment.advance"); err != nil {
		return Receipt{}, err
	}
	if to == Diverted {
		return Receipt{}, ErrDivertApart
	}
	return d.Journal.Change(ctx, c, func(tx Tx) (Outcome, error) {
		as, err := d.assignmentToStep(ctx, tx, c, id)
		if err != nil {
			return Outcome{}, err
		}
		if as.State == Proposed && to == Ordered {
			return d.consent(ctx, tx, c.Actor, as, reason, when)
		}
		return as.Advance(to, reason, when, d.Now())
	})
}

// assignmentToStep locks an assignment that the actor sees, as of its last step.
func (d *Desk) assignmentToStep(ctx context.Context, tx Tx, c Command, id ID) (*Assignment, error) {
	as, err := locked[*Assignment](ctx, tx, Ref{KindAssignment, id})
	if err != nil {
		return nil, err
	}
	if !d.Picture().SeesAssignment(c.Actor, as) {
		return nil, ErrNotFound
	}
	return as, expectStep(c, as)
}

// consent locks the incident behind the assignment, which it may turn to
// responding.
func (d *Desk) consent(ctx context.Context, tx Tx, a Actor, as *Assignment, reason string, when time.Time) (Outcome, error) {
	in, err := locked[*Incident](ctx, tx, Ref{KindIncident, as.Incident})
	if err != nil {
		return Outcome{}, fmt.Errorf("lock incident of assignment %s: %w", as.ID, err)
	}
	return as.Consent(a, in, reason, when, d.Now())
}

// free refuses to go on while a unit or an incident has open assignments.
func free(ctx context.Context, tx Tx, id ID, refusal *Error) error {
	open, err := tx.OpenAssignments(ctx, id)
	if err != nil {
		return fmt.Errorf("count open assignments of %s: %w", id, err)
	}
	if len(open) > 0 {
		return refusal.With("%d still open", len(open))
	}
	return nil
}
