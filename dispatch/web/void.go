package web

import (
	"context"
	"math"

	"onemap/dispatch"
)

// ListVoids says of every coverage rule whether it holds now.
func (s api) ListVoids(ctx context.Context, _ ListVoidsRequestObject) (ListVoidsResponseObject, error) {
	select { // a first look measures every rule: a core is left for the dispatchers
	case s.measuring <- struct{}{}:
		defer func() { <-s.measuring }()
	case <-ctx.Done():
		return nil, &refused{status: 503, code: "busy", detail: "too many coverage queries at once", retry: 5}
	}
	a, p := callOf(ctx).who.actor, s.Live.Picture()
	found, err := p.Voids(a, s.positionsFor(a), s.now())
	if err != nil {
		return nil, err
	}
	out := ListVoids200JSONResponse{Seq: int64(found.Seq), AsOf: found.AsOf.UTC(), Basis: Basis(found.Basis), Voids: make([]Void, len(found.Voids))}
	if found.Roads != nil {
		out.Roads = ptr(roadState(found.Roads))
	}
	for i := range found.Voids {
		if out.Voids[i], err = voidOf(&found.Voids[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func voidOf(v *dispatch.Void) (Void, error) {
	rule := v.Rule.Detail.(*dispatch.CoverageRule)
	within := rule.Within()
	out := Void{
		Rule: v.Rule.ID, Code: v.Rule.Code, Name: v.Rule.Name, Division: &v.Rule.Division, Kinds: &rule.Kinds, Holds: v.Holds, Minimum: rule.Minimum,
		WithinS: *seconds(&within), Share: math.Floor(v.Share*1e4) / 1e4, WantedShare: rule.Wanted(), People: v.People, PeopleCovered: v.Covered,
		Units: make([]dispatch.ID, len(v.Units)), Proposals: make([]MoveUp, len(v.Proposals)), Note: some(v.Note), NoteEn: some(v.NoteEN),
	}
	for i, unit := range v.Units {
		out.Units[i] = unit.ID
	}
	for i, m := range v.Proposals {
		to, err := geoJSON(m.To)
		if err != nil {
			return Void{}, err
		}
		out.Proposals[i] = MoveUp{
			Unit: m.Unit.ID, Code: m.Unit.Code, Name: m.Unit.Name, To: to, ToName: m.ToName, TravelS: *seconds(&m.Travel), People: m.People,
			Reason: m.Reason, ReasonEn: m.ReasonEN,
		}
	}
	return out, nil
}
