package web

import (
	"cmp"
	"context"
	"slices"
	"time"

	"onemap/dispatch"
)

func (s *Server) grantOf(p *dispatch.Picture, g *dispatch.Grant) Grant {
	out := Grant{
		Id: g.ID, Version: g.Version, Account: g.Account, Role: Role(g.Role), Area: some(g.Area), Incident: g.Incident, Clearance: g.Clearance,
		ValidFrom: g.ValidFrom.UTC(), ValidUntil: g.ValidUntil.UTC(), Reason: g.Reason, GivenBy: g.By, GivenAt: g.GivenAt.UTC(),
		RevokedAt: utc(g.RevokedAt), Holds: p.GrantHolds(g, s.now()),
	}
	if a := p.Accounts[g.Account]; a != nil {
		out.AccountName = a.Display
	}
	return out
}

// ListGrants lists rights that were lent, the newest first.
func (s api) ListGrants(ctx context.Context, _ ListGrantsRequestObject) (ListGrantsResponseObject, error) {
	a, p := callOf(ctx).who.actor, s.Live.Picture()
	var found []*dispatch.Grant
	for _, g := range p.Grants {
		if p.SeesGrant(a, g) || g.By == a.ID {
			found = append(found, g)
		}
	}
	slices.SortFunc(found, func(x, y *dispatch.Grant) int {
		return cmp.Or(y.GivenAt.Compare(x.GivenAt), slices.Compare(y.ID[:], x.ID[:]))
	})
	answer := ListGrants200JSONResponse{Seq: int64(p.Seq), Grants: make([]Grant, len(found))}
	for i, g := range found {
		answer.Grants[i] = s.grantOf(p, g)
	}
	return answer, nil
}

// GiveGrant lends a right.
func (s api) GiveGrant(ctx context.Context, r GiveGrantRequestObject) (GiveGrantResponseObject, error) {
	b := r.Body
	if err := s.knownDivision(b.Area); err != nil {
		return nil, err
	}
	g := dispatch.Grant{
		ID: r.Id, Account: b.Account, Role: dispatch.Role(b.Role), Area: or(b.Area, ""), Incident: b.Incident, Clearance: or(b.Clearance, 0),
		ValidFrom: or(b.ValidFrom, time.Time{}), ValidUntil: b.ValidUntil, Reason: b.Reason,
	}
	receipt, err := s.Desk.GiveGrant(ctx, callOf(ctx).asCommand(s.now()), g)
	answer, err := s.done(ctx, receipt, err)
	return GiveGrant200JSONResponse(answer), err
}

// RevokeGrant takes a right back.
func (s api) RevokeGrant(ctx context.Context, r RevokeGrantRequestObject) (RevokeGrantResponseObject, error) {
	receipt, err := s.Desk.RevokeGrant(ctx, callOf(ctx).asCommand(s.now()), r.Id)
	answer, err := s.done(ctx, receipt, err)
	return RevokeGrant200JSONResponse(answer), err
}
