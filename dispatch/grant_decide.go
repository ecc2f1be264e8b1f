package dispatch

import (
	"maps"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

// Longest a right is lent: by a duty officer, for a joint team (rule J2); by
// others as long as a machine's token lives.
const (
	officerLends = 72 * time.Hour
	othersLend   = 90 * 24 * time.Hour
)

// Refusals about grants.
var (
	ErrSelfGrant  = &Error{Kind: Forbidden, Code: "self_grant", Text: "nobody lends a right to himself"}
	ErrAboveGiver = &Error{Kind: Forbidden, Code: "above_giver", Text: "nobody lends more than he has"}
)

// lendable refuses a grant above what its giver has by his own right: in
// rights, area and clearance (rule J3).
func (g *Grant) lendable(giver Actor) error {
	if giver.Role.May("grant.manage") == Denied {
		return ErrForbidden
	}
	for _, x := range slices.Sorted(maps.Keys(matrix)) {
		if lent := g.Role.May(x); lent != Denied && giver.Role.May(x) != InArea && lent != giver.Role.May(x) {
			return ErrAboveGiver.With("a %s may %s, which you may not", g.Role, x)
		}
	}
	switch {
	case g.Area != "" && !Within(g.Area, giver.Area):
		return ErrAboveGiver.With("%s lies outside your area", g.Area)
	case g.Clearance > giver.Clearance:
		return ErrAboveGiver.With("clearance %d is above your own, %d", g.Clearance, giver.Clearance)
	}
	return nil
}

// Give decides that a right is lent (临时授权). in is the incident it is bound
// to, nil when it names none or none that the giver sees; to is the account. A
// zero ValidFrom is now.
func (g Grant) Give(giver Actor, to *Account, in *Incident, now time.Time) (Outcome, error) {
	if to.ID == giver.ID {
		return Outcome{}, ErrSelfGrant
	}
	if err := g.lendable(giver); err != nil {
		return Outcome{}, err
	}
	var p Problems
	if to.Closed {
		p.Add("account", "not_found", "that account is closed")
	}
	if g.Role == Machine || !slices.Contains(Roles, g.Role) {
		p.Add("role", "bad_enum", "%q is no role a person has", g.Role)
	}
	p.between("clearance", g.Clearance, 0, 3)
	g.place(&p, in)
	g.span(&p, giver.Role, now)
	g.Reason = strings.TrimSpace(norm.NFC.String(g.Reason))
	p.free("reason", g.Reason, 400)
	if g.Reason == "" {
		p.Add("reason", "required", "say why")
	}
	g.By, g.GivenAt, g.Version = giver.ID, now, 0
	return Outcome{[]Fact{&GrantGiven{g}}}, p.Err()
}

// place checks where the right holds: an area or an incident, not both.
func (g *Grant) place(p *Problems, in *Incident) {
	switch {
	case (g.Area == "") == (g.Incident == nil):
		p.Add("area", "either_or", "a right holds in an area or for an incident")
	case g.Incident == nil && !divisionCode.MatchString(g.Area):
		p.Add("area", "bad_division", "%q is not a code of six or nine digits", g.Area)
	case g.Incident != nil && in == nil:
		p.Add("incident", "not_found", "no incident of that id")
	case g.Incident != nil && !in.State.Open():
		p.Add("incident", "incident_closed", "%s is %s", in.Number, in.State)
	}
}

// span checks from when to when it holds.
func (g *Grant) span(p *Problems, giver Role, now time.Time) {
	if g.ValidFrom.IsZero() {
		g.ValidFrom = now
	}
	most := othersLend
	if giver == DutyOfficer {
		most = officerLends
	}
	switch {
	case g.ValidFrom.Before(now.Add(-newest)) || g.ValidFrom.After(now.Add(othersLend)):
		p.Add("valid_from", "bad_time", "a right begins now or within 90 days")
	case !g.ValidFrom.Before(g.ValidUntil) || !now.Before(g.ValidUntil):
		p.Add("valid_until", "bad_time", "it ends after it begins, and not before now")
	case g.ValidUntil.Sub(g.ValidFrom) > most:
		p.Add("valid_until", "out_of_range", "you lend for at most %.0f hours", most.Hours())
	}
}

// Revoke decides that a grant is taken back before its time.
func (g Grant) Revoke(now time.Time) (Outcome, error) {
	if g.RevokedAt != nil || !now.Before(g.ValidUntil) {
		return Outcome{}, ErrWrongStep.With("the grant has ended already")
	}
	return Outcome{[]Fact{&GrantRevoked{g.ID, now}}}, nil
}
