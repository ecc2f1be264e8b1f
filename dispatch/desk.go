package dispatch

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/paulmach/orb"
)

// Desk takes commands: each checks who asks, decides under lock, and returns
// what the journal says.
type Desk struct {
	Journal Journal
	Picture func() *Picture
	Now     func() time.Time
	Written func(*Recommendation) (json.RawMessage, error) // as the API shows it; nil: automatic orders keep none
	House   House                                          // as whom warnings go out
}

// operated are the ledgers that change by the hour, open to dispatchers.
var operated = map[Ledger]bool{Units: true, Depots: true, Shelters: true}

func mayEdit(a Actor, l Ledger) bool {
	return a.Role.May("ledger.edit") == InArea || operated[l] && a.Role.May("ledger.operate") == InArea ||
		l == Closures && a.Role.May("closure.edit") == InArea
}

// expect refuses a command whose actor did not see the entity as it stands.
func expect(c Command, e Entity) error {
	switch {
	case c.Expected == nil:
		return ErrNoVersion
	case *c.Expected != e.At():
		stale := *ErrVersion
		stale.Current = e
		return &stale
	}
	return nil
}

// find returns an entity, nil when there is none.
func find(ctx context.Context, tx Tx, ref Ref) (Entity, error) {
	e, err := tx.Entity(ctx, ref)
	if ErrNotFound.Is(err) {
		return nil, nil
	}
	return e, err
}

// locked reads and locks an entity of a known type.
func locked[E Entity](ctx context.Context, tx Tx, ref Ref) (e E, err error) {
	row, err := tx.Entity(ctx, ref)
	if err != nil {
		return e, err
	}
	return row.(E), nil
}

// fresh refuses with ErrExists what is there already.
func fresh(ctx context.Context, tx Tx, ref Ref) error {
	old, err := find(ctx, tx, ref)
	if err == nil && old != nil {
		return ErrExists
	}
	return err
}

// PutEntry makes an entry when the command expects no version, and changes
// it when it does.
func (d *Desk) PutEntry(ctx context.Context, c Command, e Entry) (Receipt, error) {
	var err error
	if c.Actor, err = d.entitled(c.Actor, func(hat Actor) bool { return mayEdit(hat, e.Ledger) }); err != nil {
		return Receipt{}, err
	}
	if e.Ledger == Closures && e.Geometry != nil {
		if err := d.placeClosure(c.Actor, &e); err != nil {
			return Receipt{}, err
		}
	}
	if !c.Actor.Sees(e.Division, e.Sensitivity) {
		return Receipt{}, ErrForbidden
	}
	return d.Journal.Change(ctx, c, func(tx Tx) (Outcome, error) {
		old, err := find(ctx, tx, e.Ref())
		if err != nil {
			return Outcome{}, err
		}
		if err := replaces(c, old); err != nil {
			return Outcome{}, err
		}
		e.keepPost(old)
		return e.Record()
	})
}

// placeClosure finds the division of a closure that names none, and refuses one
// that lies outside the actor's area whatever it names: the road is closed
// where it lies.
func (d *Desk) placeClosure(a Actor, e *Entry) error {
	home, ok := d.Picture().DivisionAt(e.Point())
	if e.Division == "" {
		if !ok {
			var p Problems
			p.Add("geometry", "outside_jurisdiction", "no division of the city is near that place")
			return p.Err()
		}
		e.Division = home
	}
	if ok && !a.Holds(home) {
		return ErrForbidden.With("that road lies in %s, outside your area", home)
	}
	return nil
}

func replaces(c Command, old Entity) error {
	have, _ := old.(*Entry)
	switch {
	case have == nil && c.Expected != nil:
		return ErrNotFound
	case have == nil:
		return nil
	case !c.Actor.Sees(have.Division, have.Sensitivity):
		return ErrNotFound
	case have.Removed && c.Expected == nil:
		return nil
	case c.Expected == nil:
		return ErrNoVersion
	}
	return expect(c, have)
}

// RemoveEntry takes an entry off its ledger. Nothing may still rest on it.
func (d *Desk) RemoveEntry(ctx context.Context, c Command, ref Ref) (Receipt, error) {
	var err error
	if c.Actor, err = d.entitled(c.Actor, func(hat Actor) bool { return mayEdit(hat, Ledger(ref.Kind)) }); err != nil {
		return Receipt{}, err
	}
	return d.Journal.Change(ctx, c, func(tx Tx) (Outcome, error) {
		e, err := locked[*Entry](ctx, tx, ref)
		if err != nil {
			return Outcome{}, err
		}
		if e.Removed || !c.Actor.Sees(e.Division, e.Sensitivity) {
			return Outcome{}, ErrNotFound
		}
		if err := expect(c, e); err != nil {
			return Outcome{}, err
		}
		if err := d.unused(ctx, tx, e); err != nil {
			return Outcome{}, err
		}
		return e.Remove()
	})
}

// unused refuses to remove a team that still has units, and a unit that is
// still assigned.
func (d *Desk) unused(ctx context.Context, tx Tx, e *Entry) error {
	switch e.Ledger {
	case Units:
		return free(ctx, tx, e.ID, ErrUnitBusy)
	case Teams:
	default:
		return nil
	}
	units, err := tx.Ledger(ctx, Units)
	if err != nil {
		return fmt.Errorf("read units of team %s: %w", e.ID, err)
	}
	for _, code := range slices.Sorted(maps.Keys(units)) {
		if units[code].Detail.(*Unit).Team == e.ID {
			return &Error{Kind: Conflict, Code: "in_use", Text: "unit " + code + " belongs to this team"}
		}
	}
	return nil
}

// ReportIncident records a new incident, in the division its point lies in.
func (d *Desk) ReportIncident(ctx context.Context, c Command, in Incident) (Receipt, error) {
	if in.Division == "" && in.Geometry != nil {
		in.Division, _ = d.Picture().DivisionAt(in.Point())
	}
	if !c.Actor.At(d.Now()).any(func(hat Actor) bool {
		reach := hat.Role.May("incident.create")
		return hat.Incident == nil && reach != Denied && (reach != InArea || in.Division == "" || Within(in.Division, hat.Area))
	}) {
		return Receipt{}, ErrForbidden
	}
	in.Reporter, in.State = c.Actor.ID, Reported
	return d.Journal.Change(ctx, c, func(tx Tx) (Outcome, error) {
		if err := fresh(ctx, tx, in.Ref()); err != nil {
			return Outcome{}, err
		}
		out, err := in.Report(d.Now())
		if err != nil {
			return Outcome{}, err
		}
		if err := d.parentage(ctx, tx, c.Actor, in.ID, in.Parent); err != nil {
			return Outcome{}, err
		}
		number, err := tx.NextNumber(ctx, d.Now().In(china).Year())
		if err != nil {
			return Outcome{}, fmt.Errorf("number incident %s: %w", in.ID, err)
		}
		out.Facts[0].(*IncidentReported).Number = number
		return out, nil
	})
}

// china is the zone the year of a human number is told in.
var china = time.FixedZone("Asia/Shanghai", 8*3600)

// ChangeIncident runs one decision on an incident the actor sees and may
// act on.
func (d *Desk) ChangeIncident(ctx context.Context, c Command, action Action, id ID, decide func(Incident) (Outcome, error)) (Receipt, error) {
	return d.changeIncident(ctx, c, action, id, func(_ Tx, in Incident) (Outcome, error) { return decide(in) })
}

func (d *Desk) changeIncident(ctx context.Context, c Command, action Action, id ID, decide func(Tx, Incident) (Outcome, error)) (Receipt, error) {
	return d.Journal.Change(ctx, c, func(tx Tx) (Outcome, error) {
		in, err := locked[*Incident](ctx, tx, Ref{KindIncident, id})
		if err != nil {
			return Outcome{}, err
		}
		if !c.Actor.SeesIncident(in) {
			return Outcome{}, ErrNotFound
		}
		if !c.Actor.At(d.Now()).MayChange(action, in) {
			return Outcome{}, ErrForbidden
		}
		if err := expect(c, in); err != nil {
			return Outcome{}, err
		}
		out, err := decide(tx, *in)
		if err != nil {
			return Outcome{}, err
		}
		if slices.ContainsFunc(out.Facts, func(f Fact) bool { _, closing := f.(*IncidentClosed); return closing }) {
			return out, free(ctx, tx, id, ErrAssignmentsOpen)
		}
		if amended, ok := out.Facts[0].(*IncidentAmended); ok && amended.Known.Parent != nil && (in.Parent == nil || *in.Parent != *amended.Known.Parent) {
			return out, d.parentage(ctx, tx, c.Actor, id, amended.Known.Parent)
		}
		return out, nil
	})
}

// Place returns the division an incident at g belongs to, empty when none is near.
func (d *Desk) Place(g orb.Geometry) string {
	if g == nil {
		return ""
	}
	code, _ := d.Picture().DivisionAt((&Incident{Geometry: g}).Point())
	return code
}
