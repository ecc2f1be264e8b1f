package dispatch

import "time"

// afterClose is how long a right lent for an incident outlives it (rule J2).
const afterClose = 12 * time.Hour

// GrantEnd is when a grant ends as things stand: at its time, when it was
// revoked, 12 h after its incident closed, or when who gave it may no longer
// give it. False: it has ended already, whatever its time says.
func (p *Picture) GrantEnd(g *Grant) (time.Time, bool) {
	giver := p.Accounts[g.By]
	if g.RevokedAt != nil || giver == nil || giver.Closed || g.lendable(giver.own()) != nil {
		return time.Time{}, false
	}
	end := g.ValidUntil
	if g.Incident == nil {
		return end, true
	}
	in := p.Incidents[*g.Incident]
	if in == nil { // it ended so long ago that the picture let it go
		return time.Time{}, false
	}
	if in.ClosedAt != nil && in.ClosedAt.Add(afterClose).Before(end) {
		end = in.ClosedAt.Add(afterClose)
	}
	return end, true
}

// GrantHolds reports whether a grant holds at a moment.
func (p *Picture) GrantHolds(g *Grant, now time.Time) bool {
	end, ok := p.GrantEnd(g)
	return ok && !now.Before(g.ValidFrom) && now.Before(end)
}

// own is an account with its own rights.
func (a *Account) own() Actor {
	return Actor{ID: a.ID, Name: a.Display, Role: a.Role, Area: a.Area, Clearance: a.Clearance, Unit: a.Unit}
}

// ActorOf is a person with all the rights that hold at a moment, lent ones too.
func (p *Picture) ActorOf(account *Account, now time.Time) Actor {
	a := account.own()
	for _, g := range p.Grants {
		if g.Account != account.ID || !p.GrantHolds(g, now) {
			continue
		}
		end, _ := p.GrantEnd(g)
		lent := Actor{ID: a.ID, Name: a.Name, Role: g.Role, Area: g.Area, Clearance: g.Clearance, Unit: a.Unit, Incident: g.Incident, Until: end}
		if g.Incident != nil {
			lent.Area = nowhere
		}
		a.Lent = append(a.Lent, lent)
	}
	return a
}

// GrantTurn is the next moment after now at which a person's lent rights change
// by themselves; false when none will.
func (p *Picture) GrantTurn(account ID, now time.Time) (next time.Time, ok bool) {
	for _, g := range p.Grants {
		if g.Account != account {
			continue
		}
		end, holds := p.GrantEnd(g)
		for _, at := range []time.Time{g.ValidFrom, end} {
			if holds && at.After(now) && (!ok || at.Before(next)) {
				next, ok = at, true
			}
		}
	}
	return next, ok
}

// LentSince reports whether a person had a lent right that did not end before a
// moment: what they saw then may not be what they see now.
func (p *Picture) LentSince(account ID, since time.Time) bool {
	for _, g := range p.Grants {
		end := g.ValidUntil
		if g.RevokedAt != nil {
			end = *g.RevokedAt
		}
		if g.Account == account && end.After(since) {
			return true
		}
	}
	return false
}

// SeesGrant reports whether a grant is in the actor's scope: who keeps the
// accounts sees all, a duty officer those of the own area and incidents.
func (p *Picture) SeesGrant(a Actor, g *Grant) bool {
	return a.any(func(hat Actor) bool {
		switch {
		case hat.Role.May("grant.manage") == Denied:
			return false
		case hat.Role.May("account.manage") == InArea:
			return true
		case g.Incident == nil:
			return Within(g.Area, hat.Area)
		}
		in := p.Incidents[*g.Incident]
		return in != nil && hat.SeesIncident(in)
	})
}
