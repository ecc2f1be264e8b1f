package dispatch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/text/unicode/norm"
)

// Order is one unit to be sent, under the id of the assignment it makes.
type Order struct{ Assignment, Unit ID }

// Activation is several units ordered to an incident at once, with the
// recommendation they rest on. A zero When is now.
type Activation struct {
	Incident       ID
	Orders         []Order
	Recommendation json.RawMessage // nil: none
	Note           string
	When           time.Time
}

const (
	mostOrders         = 50
	mostRecommendation = 256 << 10 // bytes
)

// ErrOrdersRefused refuses all orders because some cannot be: Fields names these.
var ErrOrdersRefused = &Error{Kind: Conflict, Code: "orders_refused", Text: "some units cannot be ordered; none was"}

func (v *Activation) check() error {
	var p Problems
	p.between("orders", len(v.Orders), 1, mostOrders)
	if len(v.Recommendation) > mostRecommendation {
		p.Add("recommendation", "too_long", "%d bytes, at most %d", len(v.Recommendation), mostRecommendation)
	}
	units, ids := map[ID]bool{}, map[ID]bool{}
	for i, o := range v.Orders {
		if units[o.Unit] {
			p.Add(at("orders", i, "unit"), "duplicate", "the unit is ordered twice")
		}
		if ids[o.Assignment] {
			p.Add(at("orders", i, "assignment"), "duplicate", "the id is used twice")
		}
		units[o.Unit], ids[o.Assignment] = true, true
	}
	return p.Err()
}

// OrderUnits sends several units to an incident, all or none, and keeps the
// recommendation they rest on. Each is checked under lock as OrderUnit does;
// the refusal names every unit that cannot be sent.
func (d *Desk) OrderUnits(ctx context.Context, c Command, v Activation) (Receipt, error) {
	return d.orderUnits(ctx, c, v, func(context.Context, Tx, *Incident) error { return nil })
}

// orderUnits is OrderUnits where the incident, under lock, is as it must be.
func (d *Desk) orderUnits(ctx context.Context, c Command, v Activation, fit func(context.Context, Tx, *Incident) error) (Receipt, error) {
	var err error
	if c.Actor, err = d.may(c.Actor, "assignment.order"); err != nil {
		return Receipt{}, err
	}
	if err := v.check(); err != nil {
		return Receipt{}, err
	}
	return d.Journal.Change(ctx, c, func(tx Tx) (Outcome, error) {
		in, err := d.incidentToOrder(ctx, tx, c.Actor, v.Incident)
		if err != nil {
			return Outcome{}, err
		}
		if !in.State.Open() {
			return Outcome{}, ErrIncidentClosed.With("%s is %s", in.Number, in.State)
		}
		if err := fit(ctx, tx, in); err != nil {
			return Outcome{}, err
		}
		return d.activate(ctx, tx, c.Actor, in, v)
	})
}

// activate decides on the orders of one activation, whose incident is locked.
// Units are locked in the order of their ids, as of all who lock several.
func (d *Desk) activate(ctx context.Context, tx Tx, a Actor, in *Incident, v Activation) (Outcome, error) {
	turn := make([]int, len(v.Orders))
	for i := range turn {
		turn[i] = i
	}
	slices.SortFunc(turn, func(x, y int) int { return slices.Compare(v.Orders[x].Unit[:], v.Orders[y].Unit[:]) })
	facts, refused := make([][]Fact, len(v.Orders)), Problems{}
	for _, i := range turn {
		as := Assignment{ID: v.Orders[i].Assignment, Incident: in.ID, Unit: v.Orders[i].Unit, Note: v.Note, OrderedBy: a.ID}
		out, err := d.orderOne(ctx, tx, a, in, as, v.When)
		refusal, ok := refusesOne(err)
		switch {
		case ok:
			refused.Add(at("orders", i, "unit"), refusal.Code, "%s", refusal.Text)
		case err != nil:
			return Outcome{}, err
		}
		facts[i] = out.Facts
	}
	if len(refused) > 0 {
		slices.SortFunc(refused, func(x, y Field) int { return slices.Compare([]byte(x.Path), []byte(y.Path)) })
		e := *ErrOrdersRefused
		e.Fields = refused
		return Outcome{}, &e
	}
	return v.outcome(a, in, facts), nil
}

// refusesOne tells a refusal that concerns one unit from one that concerns the
// whole activation, and from a fault.
func refusesOne(err error) (*Error, bool) {
	refusal, ok := errors.AsType[*Error](err)
	return refusal, ok && slices.ContainsFunc([]*Error{ErrUnitBusy, ErrNotDispatchable, ErrNotFound, ErrExists}, func(e *Error) bool { return e.Is(refusal) })
}

// outcome puts the facts of the orders behind the activation; the incident
// turns to responding once.
func (v *Activation) outcome(a Actor, in *Incident, facts [][]Fact) Outcome {
	activated := &IncidentActivated{
		ID: in.ID, Recommendation: v.Recommendation, Note: norm.NFC.String(v.Note), By: a.ID, Area: a.Area, Clearance: a.Clearance,
	}
	if len(a.Lent) > 0 { // what it names lies in several scopes, which nobody else need have
		activated.Area = ""
	}
	out := Outcome{[]Fact{activated}}
	var turned Fact
	for i, o := range v.Orders {
		activated.Units = append(activated.Units, o.Unit)
		for _, f := range facts[i] {
			switch f := f.(type) {
			case *AssignmentOrdered:
				activated.When = f.When
				out.Facts = append(out.Facts, f)
			case *IncidentAdvanced:
				turned = f
			}
		}
	}
	if turned != nil {
		out.Facts = append(out.Facts, turned)
	}
	return out
}

// orderOne decides on one order to a locked incident: the unit is locked, and
// of several orders of one unit the first wins.
func (d *Desk) orderOne(ctx context.Context, tx Tx, a Actor, in *Incident, as Assignment, when time.Time) (Outcome, error) {
	unit, err := unitToOrder(ctx, tx, a, as.Unit)
	if err != nil {
		return Outcome{}, err
	}
	if err := fresh(ctx, tx, as.Ref()); err != nil {
		return Outcome{}, err
	}
	team, err := d.teamOf(ctx, tx, unit)
	if err != nil {
		return Outcome{}, fmt.Errorf("read team of unit %s: %w", unit.ID, err)
	}
	if asksOwner(unit, team, in.Division) {
		as.State = Proposed
	}
	out, err := as.Order(in, unit, when, d.Now())
	if err != nil {
		return Outcome{}, err
	}
	open, err := tx.OpenAssignments(ctx, unit.ID)
	if err != nil {
		return Outcome{}, fmt.Errorf("look whether unit %s is free: %w", unit.ID, err)
	}
	if len(open) > 0 {
		return Outcome{}, d.busy(a, unit, open[0])
	}
	return out, nil
}
