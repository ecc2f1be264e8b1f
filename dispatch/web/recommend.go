package web

import (
	"context"

	"onemap/dispatch"
)

// Recommend says whom to send to an incident.
func (s api) Recommend(ctx context.Context, r RecommendRequestObject) (RecommendResponseObject, error) {
	a, p := callOf(ctx).who.actor, s.Live.Picture()
	q := dispatch.RecommendQuery{Incident: r.Id, RunCard: r.Body.RunCard, Level: or(r.Body.Level, 1), Exclude: or(r.Body.Exclude, nil)}
	if q.Level < 1 {
		return nil, outOfRange("level", "1 to 5")
	}
	found, err := p.Recommend(a, q, s.positionsFor(a), s.now())
	if err != nil {
		return nil, err
	}
	return Recommend200JSONResponse(recommendation(&found)), nil
}

func recommendation(found *dispatch.Recommendation) Recommendation {
	out := Recommendation{
		Incident: found.Incident, Seq: int64(found.Seq), AsOf: found.AsOf.UTC(), Inputs: found.Inputs, Level: found.Level,
		Basis: ptr(Basis(found.Basis)), Mode: ptr(RecommendationMode(found.Mode)), Closures: closureRefs(found.Closures),
		Requirements: requirementStates(found.Requirements), Picks: picks(found.Picks), Alternates: picks(found.Alternates),
		Rejected: make([]WhyNot, 0, len(found.Rejected)), Shortfalls: []Shortfall{}, Places: []RecommendedPlace{},
	}
	if found.Roads != nil {
		out.Roads = ptr(roadState(found.Roads))
	}
	if found.Card != nil {
		out.RunCard = &ClosureRef{Id: found.Card.ID, Code: found.Card.Code, Name: found.Card.Name}
	}
	for _, no := range found.Rejected {
		out.Rejected = append(out.Rejected, whyNot(no))
	}
	for _, f := range found.Shortfalls {
		words := dispatch.Labels["why_not"][f.Code]
		out.Shortfalls = append(out.Shortfalls, Shortfall{
			Requirement: f.Requirement, Missing: f.Missing, Code: f.Code, Title: some(words[0]), TitleEn: some(words[1]), Text: f.Text,
		})
	}
	for _, place := range found.Places {
		out.Places = append(out.Places, RecommendedPlace{
			Id: place.Entry.ID, Kind: string(place.Entry.Ledger), Name: place.Entry.Name, Quantity: place.Quantity,
			Item: some(place.Item), ArrivalS: *seconds(&place.Arrival), Requirement: &place.Requirement,
		})
	}
	return out
}

func requirement(r dispatch.Requirement) Requirement {
	out := Requirement{
		Type: RequirementType(r.Type), Quantity: r.Quantity, Discipline: some(r.Discipline), Level: some(r.Level), Item: some(r.Item),
		WithinMin: some(r.WithinMin), Optional: some(r.Optional),
	}
	if len(r.Kinds) > 0 {
		out.Kinds = &r.Kinds
	}
	return out
}

func picks(found []dispatch.Pick) []Pick {
	list := make([]Pick, len(found))
	for i, one := range found {
		t := one.Trip
		arrival := t.Arrival()
		list[i] = Pick{
			Unit: one.Entry.ID, Name: one.Entry.Name, Kind: one.Entry.Detail.(*dispatch.Unit).Kind, Team: some(one.Team),
			Requirements: one.Requirements, Rank: some(one.Rank), AirRank: some(t.AirRank), ArrivalS: *seconds(&arrival),
			MobiliseS: *seconds(&t.Mobilise), TravelS: *seconds(&t.Travel), DistanceM: ptr(tenth(float64(one.Distance))), Basis: Basis(t.Basis),
			Position:   HitPosition{Source: one.Source, Health: string(one.Health), AgeS: seconds(one.Age)},
			Substitute: some(one.Substitute), Late: some(one.Late), Consent: some(one.Consent), Reason: one.Reason, ReasonEn: some(one.ReasonEN), Closures: closureRefs(t.Closures),
		}
		if t.Basis == dispatch.ByRoad {
			list[i].RoadM = ptr(tenth(float64(t.Road)))
		}
		if one.Loss != nil {
			list[i].Loss = &CoverageLoss{People: one.Loss.People, WithinMin: int(one.Loss.Within.Minutes())}
		}
	}
	return list
}
