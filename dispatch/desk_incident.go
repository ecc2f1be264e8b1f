package dispatch

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"
)

// AdvanceIncident moves an incident on, under the guards of the domain model §1.
func (d *Desk) AdvanceIncident(ctx context.Context, c Command, id ID, to State, reason string, when time.Time) (Receipt, error) {
	return d.changeIncident(ctx, c, "incident.update", id, func(tx Tx, in Incident) (Outcome, error) {
		s := Step{To: to, Reason: reason, By: c.Actor.ID, When: when, Now: d.Now()}
		if to == Recovering {
			open, err := tx.OpenAssignments(ctx, id)
			if err != nil {
				return Outcome{}, fmt.Errorf("look who remains at incident %s: %w", id, err)
			}
			for _, as := range open {
				s.Remaining = append(s.Remaining, d.Picture().unitCode(as.Unit))
			}
		}
		return in.Take(s)
	})
}

// deepest is how many incidents may stand above one another.
const deepest = 8

// parentage refuses a parent that the actor does not see, and one that is part
// of the incident itself. It locks all that stand above, so that two who make
// each other's parent meet.
func (d *Desk) parentage(ctx context.Context, tx Tx, a Actor, id ID, parent *ID) error {
	var p Problems
	for depth := 0; parent != nil; depth++ {
		if *parent == id {
			p.Add("properties.parent", "cycle", "an incident is no part of itself")
			return p.Err()
		}
		if depth == deepest {
			p.Add("properties.parent", "too_deep", "at most %d incidents stand above one another", deepest)
			return p.Err()
		}
		row, err := find(ctx, tx, Ref{KindIncident, *parent})
		if err != nil {
			return fmt.Errorf("lock the incident above %s: %w", id, err)
		}
		above, ok := row.(*Incident)
		if !ok || depth == 0 && !a.SeesIncident(above) {
			p.Add("properties.parent", "not_found", "no incident of that id")
			return p.Err()
		}
		parent = above.Parent
	}
	return nil
}

// Parts lists the incidents that are part of one and that the actor sees, as
// far as the picture has them, in the order of their numbers.
func (p *Picture) Parts(a Actor, of ID) []*Incident {
	var parts []*Incident
	for _, in := range p.Incidents {
		if in.Parent != nil && *in.Parent == of && p.SeesIncident(a, in) {
			parts = append(parts, in)
		}
	}
	slices.SortFunc(parts, func(x, y *Incident) int { return cmp.Compare(x.Number, y.Number) })
	return parts
}
