package bench

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"github.com/google/uuid"
)

// assignment is what of an assignment is looked at.
type assignment struct {
	ID, Incident, Unit uuid.UUID
	State              string
	OrderedAt          time.Time  `json:"ordered_at"`
	EnrouteAt          *time.Time `json:"enroute_at"`
	OnSceneAt          *time.Time `json:"on_scene_at"`
	ToFacilityAt       *time.Time `json:"to_facility_at"`
	AtFacilityAt       *time.Time `json:"at_facility_at"`
	EndedAt            *time.Time `json:"ended_at"`
}

// broken notes that an invariant does not hold.
func (p *player) broken(when, format string, args ...any) {
	p.report.Broken = append(p.report.Broken, when+": "+fmt.Sprintf(format, args...))
}

// inspect checks the picture against the lists: no open assignment on a closed
// incident, one a unit, each unit's status that of its assignment or its duty,
// and nothing but what was ordered.
func (p *player) inspect(ctx context.Context, when string) error {
	var list struct{ Assignments []assignment }
	if err := p.ask(ctx, "GET", "/api/assignments?open=true", nil, &list); err != nil {
		return fmt.Errorf("list open assignments: %w", err)
	}
	open, err := p.openIncidents(ctx)
	if err != nil {
		return err
	}
	seen, err := p.picture(ctx)
	if err != nil {
		return err
	}
	bound := map[uuid.UUID]assignment{}
	for _, as := range list.Assignments {
		if other, twice := bound[as.Unit]; twice {
			p.broken(when, "unit %s has two open assignments, %s and %s", as.Unit, other.ID, as.ID)
		}
		bound[as.Unit] = as
		if !open[as.Incident] {
			p.broken(when, "assignment %s is %s, its incident %s has ended", as.ID, as.State, as.Incident)
		}
	}
	for _, u := range seen.Units {
		want := "available_base"
		if as, ok := bound[u.ID]; ok {
			want = as.State
		}
		if u.Status != want {
			p.broken(when, "unit %s shows %s, its assignment says %s", u.Code, u.Status, want)
		}
	}
	for code, held := range p.bound {
		if as := bound[p.fleet[code].id]; as.ID != held.id || as.State != held.state {
			p.broken(when, "unit %s should be %s by %s, is %s by %s", code, held.state, held.id, as.State, as.ID)
		}
	}
	if len(bound) != len(p.bound) {
		p.broken(when, "%d units are bound, %d should be", len(bound), len(p.bound))
	}
	p.report.Inspected++
	return nil
}

func (p *player) openIncidents(ctx context.Context) (map[uuid.UUID]bool, error) {
	open := map[uuid.UUID]bool{}
	for before := ""; ; {
		var page struct {
			Next     string
			Features []struct{ ID uuid.UUID }
		}
		if err := p.ask(ctx, "GET", "/api/incidents?open=true&limit=500&before="+url.QueryEscape(before), nil, &page); err != nil {
			return nil, fmt.Errorf("list open incidents: %w", err)
		}
		for _, f := range page.Features {
			open[f.ID] = true
		}
		if before = page.Next; before == "" {
			return open, nil
		}
	}
}

// audit reads every assignment back and compares it with what was sent, stamp
// by stamp, and takes the server's report of intervals.
func (p *player) audit(ctx context.Context) error {
	kept := map[uuid.UUID]assignment{}
	for _, c := range p.played {
		var list struct{ Assignments []assignment }
		if err := p.ask(ctx, "GET", "/api/assignments?open=false&incident="+c.id.String(), nil, &list); err != nil {
			return fmt.Errorf("list assignments of %s: %w", c.id, err)
		}
		for _, as := range list.Assignments {
			kept[as.ID] = as
		}
	}
	if len(kept) != len(p.sent) {
		p.broken("at the end", "%d assignments are kept, %d were ordered", len(kept), len(p.sent))
	}
	for _, one := range p.sent {
		as := kept[one.id]
		if as.State != one.state {
			p.broken("at the end", "%s to %s is %q, should be %s", one.source.Unit, one.call.Number, as.State, one.state)
		}
		for state, at := range map[string]*time.Time{
			"ordered": &as.OrderedAt, "enroute": as.EnrouteAt, "on_scene": as.OnSceneAt, "to_facility": as.ToFacilityAt,
			"at_facility": as.AtFacilityAt, "ended": as.EndedAt,
		} {
			sent, was := one.stamps[state]
			if was != (at != nil) || was && !at.Truncate(time.Microsecond).Equal(sent.Add(p.shift).Truncate(time.Microsecond)) {
				p.broken("at the end", "%s to %s: the stamp %s is not what was sent", one.source.Unit, one.call.Number, state)
			}
		}
	}
	if err := p.ask(ctx, "GET", "/api/intervals", nil, &p.report.Server); err != nil {
		return fmt.Errorf("read intervals: %w", err)
	}
	return nil
}
