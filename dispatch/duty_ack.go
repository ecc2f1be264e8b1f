package dispatch

import (
	"context"
	"fmt"
	"time"
)

// AckDue is how long a crew has to acknowledge an order before it is called
// again, and from then until somebody is told (local policy).
const AckDue = 60 * time.Second

// AssignmentPaged says that the crew was called again for want of an answer.
type AssignmentPaged struct {
	ID   ID        `json:"id"`
	When time.Time `json:"when"`
}

// Type and Subject make it a fact.
func (f *AssignmentPaged) Type() string { return "assignment.paged" }
func (f *AssignmentPaged) Subject() Ref { return Ref{KindAssignment, f.ID} }

// toldAt is when the crew was told, by our clock: an order dated back is not
// overdue the moment it is given.
func (as *Assignment) toldAt() time.Time {
	if as.ToldAt == nil {
		return as.OrderedAt
	}
	return *as.ToldAt
}

// remark folds what the server notes beside an assignment's course. Such a note
// is no step, so a step decided on without having seen it still stands.
func (as *Assignment) remark(f Fact) {
	switch f := f.(type) {
	case *AssignmentPaged:
		when := f.When
		as.PagedAt = &when
	case *AssignmentArrivalProposed:
		when := f.When
		as.ArrivedAt = &when
	case *AssignmentFenceProposed:
		when := f.When
		*as.crossedAt(f.Fence) = &when
	}
}

// expectStep refuses a command whose actor did not see the assignment's last
// step. What the server noted since takes nothing from what was decided.
func expectStep(c Command, as *Assignment) error {
	if c.Expected != nil && *c.Expected >= as.Stepped && *c.Expected <= as.Version {
		return nil
	}
	return expect(c, as)
}

// Page decides to call the crew again: once, when the answer is overdue.
func (as Assignment) Page(due time.Duration, now time.Time) (Outcome, error) {
	if !as.pages(due, now) {
		return Outcome{}, errNotDue
	}
	return Outcome{[]Fact{&AssignmentPaged{as.ID, now}}}, nil
}

func (as *Assignment) pages(due time.Duration, now time.Time) bool {
	return as.State == Ordered && as.PagedAt == nil && now.Sub(as.toldAt()) >= due
}

// silent reports whether the crew was called again in vain.
func (as *Assignment) silent(due time.Duration, now time.Time) bool {
	return as.State == Ordered && as.PagedAt != nil && now.Sub(*as.PagedAt) >= due
}

// ackWatch sees to orders that nobody acknowledges.
type ackWatch struct{ due time.Duration }

// Look implements Watchman.
func (k ackWatch) Look(w Watch) (all []Duty) {
	for _, as := range w.Picture.bound {
		switch {
		case as.pages(k.due, w.Now):
			all = append(all, k.page(as.ID))
		case as.silent(k.due, w.Now) && w.Picture.Alarms[unacknowledged(as.ID)] == nil:
			all = append(all, k.raise(w.Picture, as))
		}
	}
	for _, al := range w.Picture.Alarms {
		if al.Kind != AlarmUnacknowledged || al.State == AlarmOver || al.Assignment == nil {
			continue
		}
		if as := w.Picture.Assignments[*al.Assignment]; as == nil || as.State != Ordered {
			all = append(all, clearing(al, notOrdered(*al.Assignment)))
		}
	}
	return all
}

func unacknowledged(as ID) ID { return derived("alarm."+AlarmUnacknowledged, as, "") }

func (k ackWatch) page(id ID) Duty {
	return Duty{Kind: "page", Subject: id, Do: func(ctx context.Context, d *Desk, c Command) (Receipt, error) {
		return d.Journal.Change(ctx, c, func(tx Tx) (Outcome, error) {
			as, err := locked[*Assignment](ctx, tx, Ref{KindAssignment, id})
			if err != nil {
				return Outcome{}, err
			}
			return as.Page(k.due, d.Now())
		})
	}}
}

func (k ackWatch) raise(p *Picture, as *Assignment) Duty {
	al := p.alarmOf(AlarmUnacknowledged, as)
	al.Note = fmt.Sprintf("%s 超时未接令（%s）", p.unitCode(as.Unit), as.Number)
	return raising(al, as.ID, "", func(ctx context.Context, tx Tx, _ *Alarm) error {
		now, err := locked[*Assignment](ctx, tx, as.Ref())
		if err == nil && now.State != Ordered {
			return errNotDue
		}
		return err
	})
}

func notOrdered(id ID) func(context.Context, Tx) error {
	return func(ctx context.Context, tx Tx) error {
		as, err := locked[*Assignment](ctx, tx, Ref{KindAssignment, id})
		if err == nil && as.State == Ordered {
			return errNotDue
		}
		return err
	}
}

// alarmOf begins an alarm about an assignment.
func (p *Picture) alarmOf(kind string, as *Assignment) Alarm {
	unit, incident, id := as.Unit, as.Incident, as.ID
	al := Alarm{Kind: kind, Division: as.Division, Unit: &unit, Incident: &incident, Assignment: &id}
	if e := p.Entry(Units, unit); e != nil {
		al.Sensitivity = e.Sensitivity
	}
	return al
}

func (p *Picture) unitCode(id ID) string {
	if e := p.Entry(Units, id); e != nil {
		return e.Code
	}
	return "力量"
}
