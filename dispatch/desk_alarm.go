package dispatch

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// RaiseAlarm records that somebody calls for help. A crew does so for its own
// unit; others on behalf of one. Where it happens is what the alarm says, else
// where the unit was last, else its base. Of a unit one SOS is open at a time.
func (d *Desk) RaiseAlarm(ctx context.Context, c Command, al Alarm, pos Positions, when time.Time) (Receipt, error) {
	reach := c.Actor.Role.May("alarm.raise")
	if reach == Denied {
		return Receipt{}, ErrForbidden
	}
	var p Problems
	if p.OneOf("kind", al.Kind, []string{AlarmSOS}); len(p) > 0 {
		return Receipt{}, p.Err()
	}
	if reach == OwnOnly {
		if al.Unit != nil && (c.Actor.Unit == nil || *al.Unit != *c.Actor.Unit) {
			return Receipt{}, ErrNotFound.With("no unit of that id")
		}
		al.Unit = c.Actor.Unit
	}
	if c.Actor.ID != System.ID {
		by := c.Actor.ID
		al.By, al.ByName = &by, c.Actor.Name
	}
	return d.Journal.Change(ctx, c, func(tx Tx) (Outcome, error) {
		if err := d.place(ctx, tx, c.Actor, &al, pos); err != nil {
			return Outcome{}, err
		}
		if err := fresh(ctx, tx, al.Ref()); err != nil {
			return Outcome{}, err
		}
		return al.Raise(when, d.Now())
	})
}

// place fills in what is known of the unit, and where it is.
func (d *Desk) place(ctx context.Context, tx Tx, a Actor, al *Alarm, pos Positions) error {
	if al.Unit != nil {
		if err := d.crying(ctx, tx, a, al, pos); err != nil {
			return err
		}
	}
	p := d.Picture()
	if al.Point != nil {
		if home, ok := p.DivisionAt(*al.Point); ok {
			al.Division = home
		}
	}
	if al.Unit == nil && a.Role.May("alarm.raise") == InArea && al.Division != "" && !Within(al.Division, a.Area) {
		return ErrForbidden.With("that is in %s, outside your area", al.Division)
	}
	if al.Incident != nil {
		// A wrong incident does not silence a cry: it is left out.
		if in := p.Incidents[*al.Incident]; in == nil || !a.SeesIncident(in) {
			al.Incident = nil
		}
	}
	if as := p.bindingOf(al.Unit); as != nil && (al.Incident == nil || *al.Incident == as.Incident) {
		incident, id := as.Incident, as.ID
		al.Incident, al.Assignment = &incident, &id
	}
	return nil
}

func (p *Picture) bindingOf(unit *ID) *Assignment {
	if unit == nil {
		return nil
	}
	return p.OpenAssignment(*unit)
}

// crying locks the unit, which orders the cries of one.
func (d *Desk) crying(ctx context.Context, tx Tx, a Actor, al *Alarm, pos Positions) error {
	row, err := find(ctx, tx, Ref{string(Units), *al.Unit})
	if err != nil {
		return err
	}
	unit, ok := row.(*Entry)
	own := a.Unit != nil && *a.Unit == *al.Unit
	if !ok || unit.Removed || !own && !Within(unit.Division, a.Area) || !own && a.Role != Machine && !a.Sees(unit.Division, unit.Sensitivity) {
		return ErrNotFound.With("no unit of that id")
	}
	open, err := tx.OpenAlarms(ctx, unit.ID)
	if err != nil {
		return fmt.Errorf("look for alarms of unit %s: %w", unit.ID, err)
	}
	if i := slices.IndexFunc(open, func(o *Alarm) bool { return o.Kind == al.Kind }); i >= 0 && open[i].ID != al.ID {
		e := ErrAlreadyRaised.With("%s of %s is open since %s", al.Kind, unit.Code, open[i].RaisedAt.UTC().Format(time.RFC3339))
		if d.Picture().SeesAlarm(a, open[i]) {
			e.Current = open[i]
		}
		return e
	}
	al.Division, al.Sensitivity = unit.Division, unit.Sensitivity
	if al.Point == nil {
		at := unit.Point()
		if fix, heard := pos.At(unit.ID); heard {
			at = fix.Point
		}
		al.Point = &at
	}
	return nil
}

// AdvanceAlarm records that somebody has seen an alarm, or that it has ended.
func (d *Desk) AdvanceAlarm(ctx context.Context, c Command, id ID, s AlarmStep) (Receipt, error) {
	if c.Actor.Role.May("alarm.handle") == Denied {
		return Receipt{}, ErrForbidden
	}
	return d.Journal.Change(ctx, c, func(tx Tx) (Outcome, error) {
		al, err := locked[*Alarm](ctx, tx, Ref{KindAlarm, id})
		if err != nil {
			return Outcome{}, err
		}
		if !d.Picture().SeesAlarm(c.Actor, al) {
			return Outcome{}, ErrNotFound
		}
		if err := expect(c, al); err != nil {
			return Outcome{}, err
		}
		out, err := al.Advance(c.Actor, s, d.Now())
		if err != nil {
			return Outcome{}, err
		}
		more, err := d.afterEnd(ctx, tx, c.Actor, al, s)
		out.Facts = append(out.Facts, more...)
		return out, err
	})
}

// afterEnd checks what an ending names, and says what else it brings about.
func (d *Desk) afterEnd(ctx context.Context, tx Tx, a Actor, al *Alarm, s AlarmStep) ([]Fact, error) {
	if s.Incident != nil {
		if _, err := d.incidentToOrder(ctx, tx, a, *s.Incident); err != nil {
			return nil, err
		}
	}
	if s.Outcome == "undone" {
		return d.undoAuto(ctx, tx, al)
	}
	return nil, nil
}
