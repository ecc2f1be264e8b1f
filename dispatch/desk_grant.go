package dispatch

import (
	"context"
	"fmt"
)

// GiveGrant lends a right. What counts is the giver's own right as the row of
// his account has it: what was lent to him lends nothing on.
func (d *Desk) GiveGrant(ctx context.Context, c Command, g Grant) (Receipt, error) {
	if err := d.own(c.Actor, "grant.manage"); err != nil {
		return Receipt{}, err
	}
	return d.Journal.Change(ctx, c, func(tx Tx) (Outcome, error) {
		if err := fresh(ctx, tx, g.Ref()); err != nil {
			return Outcome{}, err
		}
		giver, to, err := d.parties(ctx, tx, c.Actor.ID, g.Account)
		if err != nil {
			return Outcome{}, err
		}
		var in *Incident
		if g.Incident != nil {
			row, err := find(ctx, tx, Ref{KindIncident, *g.Incident})
			if err != nil {
				return Outcome{}, err
			}
			if have, ok := row.(*Incident); ok && giver.SeesIncident(have) {
				in = have
			}
		}
		return g.Give(giver, to, in, d.Now())
	})
}

// parties locks the accounts of a grant in the order of their ids.
func (d *Desk) parties(ctx context.Context, tx Tx, giver, to ID) (Actor, *Account, error) {
	var rows [2]*Account
	ids := [2]ID{giver, to}
	turn := [2]int{0, 1}
	if string(to[:]) < string(giver[:]) {
		turn = [2]int{1, 0}
	}
	for _, i := range turn {
		row, err := find(ctx, tx, Ref{KindAccount, ids[i]})
		if err != nil {
			return Actor{}, nil, fmt.Errorf("lock account %s: %w", ids[i], err)
		}
		rows[i], _ = row.(*Account)
	}
	switch {
	case rows[0] == nil || rows[0].Closed:
		return Actor{}, nil, ErrForbidden
	case rows[1] == nil:
		return Actor{}, nil, ErrNotFound.With("no account of that id")
	}
	return rows[0].own(), rows[1], nil
}

// RevokeGrant takes a right back. Whoever could have given it may.
func (d *Desk) RevokeGrant(ctx context.Context, c Command, id ID) (Receipt, error) {
	if err := d.own(c.Actor, "grant.manage"); err != nil {
		return Receipt{}, err
	}
	return d.Journal.Change(ctx, c, func(tx Tx) (Outcome, error) {
		g, err := locked[*Grant](ctx, tx, Ref{KindGrant, id})
		if err != nil {
			return Outcome{}, err
		}
		if !d.Picture().SeesGrant(c.Actor, g) && g.By != c.Actor.ID {
			return Outcome{}, ErrNotFound
		}
		if err := expect(c, g); err != nil {
			return Outcome{}, err
		}
		return g.Revoke(d.Now())
	})
}
