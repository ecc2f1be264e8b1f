package dispatch

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"
)

// Diversion sends a bound unit to another incident under the id of the
// assignment it makes. The crew reads the reason where there is no note. A zero
// When is now.
type Diversion struct {
	Assignment, Incident ID
	Reason, Note         string
	When                 time.Time
}

// Refusals about diverting.
var (
	ErrDivertApart  = &Error{Kind: Invalid, Code: "wrong_step", Text: "a diversion names the other incident: it is a command of its own"}
	ErrSameIncident = &Error{Kind: Invalid, Code: "cycle", Text: "the unit is assigned to that incident already"}
)

// Divert decides that a bound unit goes to another incident instead: this
// assignment ends, next begins, each naming the other, at one moment. A zero
// when is now.
func (as Assignment) Divert(next Assignment, in *Incident, unit *Entry, reason string, when, now time.Time) (Outcome, error) {
	if next.Incident == as.Incident {
		return Outcome{}, ErrSameIncident
	}
	ended, err := as.step(Diverted, reason, when, now)
	if err != nil {
		return Outcome{}, err
	}
	left := ended.Facts[0].(*AssignmentAdvanced)
	left.Next, next.DivertedFrom = &next.ID, &as.ID
	ordered, err := next.Order(in, unit, left.When, later(now, left.When))
	if err != nil {
		return Outcome{}, err
	}
	return Outcome{append(ended.Facts, ordered.Facts...)}, nil
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// DivertAssignment sends a bound unit to another incident (改派) in one step, so
// that nobody else can take it in between. It locks the assignment, both
// incidents in the order of their ids, and the unit.
func (d *Desk) DivertAssignment(ctx context.Context, c Command, id ID, v Diversion) (Receipt, error) {
	var err error
	if c.Actor, err = d.may(c.Actor, "assignment.order"); err != nil {
		return Receipt{}, err
	}
	return d.Journal.Change(ctx, c, func(tx Tx) (Outcome, error) {
		as, err := d.assignmentToStep(ctx, tx, c, id)
		if err != nil {
			return Outcome{}, err
		}
		in, err := d.incidentsToDivert(ctx, tx, c.Actor, as.Incident, v.Incident)
		if err != nil {
			return Outcome{}, err
		}
		return d.divert(ctx, tx, c.Actor, as, in, v)
	})
}

// incidentsToDivert locks both incidents and returns the second.
func (d *Desk) incidentsToDivert(ctx context.Context, tx Tx, a Actor, from, to ID) (*Incident, error) {
	if slices.Compare(from[:], to[:]) < 0 {
		if _, err := tx.Entity(ctx, Ref{KindIncident, from}); err != nil {
			return nil, fmt.Errorf("lock the incident it leaves: %w", err)
		}
	}
	in, err := d.incidentToOrder(ctx, tx, a, to)
	if err != nil {
		return nil, err
	}
	if _, err := tx.Entity(ctx, Ref{KindIncident, from}); err != nil {
		return nil, fmt.Errorf("lock the incident it leaves: %w", err)
	}
	return in, nil
}

func (d *Desk) divert(ctx context.Context, tx Tx, a Actor, as *Assignment, in *Incident, v Diversion) (Outcome, error) {
	unit, err := unitToOrder(ctx, tx, a, as.Unit)
	if err != nil {
		return Outcome{}, err
	}
	next := Assignment{ID: v.Assignment, Incident: in.ID, Unit: unit.ID, Note: cmp.Or(v.Note, v.Reason), OrderedBy: a.ID}
	if err := fresh(ctx, tx, next.Ref()); err != nil {
		return Outcome{}, err
	}
	team, err := d.teamOf(ctx, tx, unit)
	if err != nil {
		return Outcome{}, fmt.Errorf("read team of unit %s: %w", unit.ID, err)
	}
	if asksOwner(unit, team, in.Division) {
		next.State = Proposed
	}
	return as.Divert(next, in, unit, v.Reason, v.When, d.Now())
}
