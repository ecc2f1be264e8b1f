package dispatch

import "context"

// entitled is an actor with those rights only that hold now and that may
// accepts; ErrForbidden when none does. Every command asks here first: what a
// right is used for is in the scope of that right.
func (d *Desk) entitled(a Actor, may func(Actor) bool) (Actor, error) {
	out := a.At(d.Now()).with(may)
	if !may(out) {
		return out, ErrForbidden
	}
	return out, nil
}

// may is an actor with those rights only that allow an action now.
func (d *Desk) may(a Actor, x Action) (Actor, error) {
	return d.entitled(a, func(hat Actor) bool { return hat.Role.May(x) != Denied })
}

// asksOwner reports whether a unit's owner must agree before it goes to a
// division: the military, a social force, or a neighbouring city.
func asksOwner(unit, team *Entry, division string) bool {
	if team != nil {
		switch t := team.Detail.(*Team); {
		case t.Joint, t.OwnerSystem == "military_joint", t.OwnerSystem == "social":
			return true
		}
	}
	return unit.Division[:min(4, len(unit.Division))] != division[:min(4, len(division))]
}

// teamOf returns a unit's team, nil when there is none: from the picture, or
// from its row when the picture does not have it. Whose a unit is does not
// change between the two.
func (d *Desk) teamOf(ctx context.Context, tx Tx, unit *Entry) (*Entry, error) {
	id := unit.Detail.(*Unit).Team
	if team := d.Picture().Entry(Teams, id); team != nil {
		return team, nil
	}
	row, err := find(ctx, tx, Ref{string(Teams), id})
	if err != nil {
		return nil, err
	}
	team, ok := row.(*Entry)
	if !ok || team.Removed {
		return nil, nil
	}
	return team, nil
}

// own refuses an action that is not the actor's own right: what was lent lends
// nothing on, and makes no accounts.
func (d *Desk) own(a Actor, x Action) error {
	if a.Until.IsZero() && a.Role.May(x) != Denied {
		return nil
	}
	return ErrForbidden
}
