package dispatch

import (
	"context"
	"time"
)

// PutAccount makes or changes an account. hash is the new password's, empty to
// keep the old one; a new account needs one. Nobody changes their own role.
func (d *Desk) PutAccount(ctx context.Context, c Command, a Account, hash string) (Receipt, error) {
	if err := d.own(c.Actor, "account.manage"); err != nil && c.Actor.ID != (ID{}) {
		return Receipt{}, err
	}
	return d.Journal.Change(ctx, c, func(tx Tx) (Outcome, error) {
		old, err := find(ctx, tx, a.Ref())
		if err != nil {
			return Outcome{}, err
		}
		if old != nil {
			if err := expect(c, old); err != nil {
				return Outcome{}, err
			}
			if have := old.(*Account); a.ID == c.Actor.ID && (have.Role != a.Role || have.Area != a.Area || have.Clearance != a.Clearance) {
				return Outcome{}, ErrForbidden.With("nobody grants to themselves")
			}
		} else if hash == "" {
			return Outcome{}, (&Error{Kind: Invalid, Code: "required"}).With("a new account needs a password")
		}
		out, err := a.Record()
		if hash != "" {
			out.Facts = append(out.Facts, &PasswordSet{Account: a.ID, OneTime: a.MustChange, Hash: hash})
		}
		return out, err
	})
}

// SetPassword records that a person changed their own password.
func (d *Desk) SetPassword(ctx context.Context, c Command, hash string) (Receipt, error) {
	return d.Journal.Change(ctx, c, func(tx Tx) (Outcome, error) {
		if _, err := tx.Entity(ctx, Ref{KindAccount, c.Actor.ID}); err != nil {
			return Outcome{}, err
		}
		return Outcome{[]Fact{&PasswordSet{Account: c.Actor.ID, Hash: hash}}}, nil
	})
}

// tokenDays is the longest a machine token lives (rule J5).
const tokenDays = 90

// MintToken lets a machine in; hash is its secret's.
func (d *Desk) MintToken(ctx context.Context, c Command, t Token, hash []byte) (Receipt, error) {
	if err := d.own(c.Actor, "token.manage"); err != nil && c.Actor.ID != (ID{}) {
		return Receipt{}, err
	}
	return d.Journal.Change(ctx, c, func(tx Tx) (Outcome, error) {
		if err := fresh(ctx, tx, t.Ref()); err != nil {
			return Outcome{}, err
		}
		var p Problems
		p.text("name", t.Name, 1, 64)
		if !divisionCode.MatchString(t.Area) {
			p.Add("area", "bad_division", "%q is not a code of six or nine digits", t.Area)
		}
		if t.ExpiresAt.After(d.Now().Add(tokenDays*24*time.Hour + time.Hour)) {
			p.Add("days", "out_of_range", "a token lives at most %d days", tokenDays)
		}
		return Outcome{[]Fact{&TokenMinted{t, hash}}}, p.Err()
	})
}

// RevokeToken shuts a machine out.
func (d *Desk) RevokeToken(ctx context.Context, c Command, id ID) (Receipt, error) {
	if err := d.own(c.Actor, "token.manage"); err != nil {
		return Receipt{}, err
	}
	return d.Journal.Change(ctx, c, func(tx Tx) (Outcome, error) {
		if _, err := tx.Entity(ctx, Ref{KindToken, id}); err != nil {
			return Outcome{}, err
		}
		return Outcome{[]Fact{&TokenRevoked{id}}}, nil
	})
}
