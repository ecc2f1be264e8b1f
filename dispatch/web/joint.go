package web

import (
	"context"
	"encoding/json"

	"onemap/dispatch"
)

// RecommendJointly says whom to send where, for several incidents together.
func (s api) RecommendJointly(ctx context.Context, r RecommendJointlyRequestObject) (RecommendJointlyResponseObject, error) {
	a, p := callOf(ctx).who.actor, s.Live.Picture()
	q := dispatch.JointQuery{Incidents: or(r.Body.Incidents, nil), AllowDivert: or(r.Body.AllowDivert, false), Exclude: or(r.Body.Exclude, nil)}
	found, err := p.RecommendJointly(a, q, s.positionsFor(a), s.now())
	if err != nil {
		return nil, err
	}
	return RecommendJointly200JSONResponse(jointly(&found)), nil
}

func jointly(found *dispatch.JointRecommendation) JointRecommendation {
	out := JointRecommendation{
		Seq: int64(found.Seq), AsOf: found.AsOf.UTC(), Inputs: found.Inputs, Basis: Basis(found.Basis), LeftOut: some(found.LeftOut),
		TotalCost: found.TotalCost, GreedyCost: found.GreedyCost, Incidents: []JointIncident{}, Slots: []JointSlot{},
	}
	if found.Roads != nil {
		out.Roads = ptr(roadState(found.Roads))
	}
	for _, one := range found.Incidents {
		in := JointIncident{Incident: one.Incident.ID, Number: one.Incident.Number, Priority: one.Incident.Priority, Requirements: requirementStates(one.Requirements)}
		if one.Card != nil {
			in.RunCard = &one.Card.Code
		}
		out.Incidents = append(out.Incidents, in)
	}
	for _, slot := range found.Slots {
		one := JointSlot{
			Incident: slot.Incident.ID, Requirement: slot.Requirement, Unit: slot.Unit.ID, Code: slot.Unit.Code, Name: slot.Unit.Name,
			ArrivalS: *seconds(&slot.Arrival), Late: some(slot.Late), Substitute: some(slot.Substitute), Cost: slot.Cost, Reason: slot.Reason, ReasonEn: slot.ReasonEN,
		}
		if slot.DivertFrom != nil {
			one.DivertFrom = &slot.DivertFrom.ID
		}
		out.Slots = append(out.Slots, one)
	}
	out.Shortfalls = append(out.Shortfalls, shortfallsOf(found)...)
	return out
}

// jointShortfall is what the contract writes in place.
type jointShortfall = struct {
	Incident    dispatch.ID `json:"incident"`
	Missing     int         `json:"missing"`
	Requirement int         `json:"requirement"`
	Text        string      `json:"text"`
}

func shortfallsOf(found *dispatch.JointRecommendation) []jointShortfall {
	list := make([]jointShortfall, len(found.Shortfalls))
	for i, f := range found.Shortfalls {
		list[i] = jointShortfall{found.Incidents[f.Incident].Incident.ID, f.Missing, f.Requirement, f.Text}
	}
	return list
}

func requirementStates(all []dispatch.RequirementState) []RequirementState {
	list := make([]RequirementState, len(all))
	for i, n := range all {
		list[i] = RequirementState{Requirement: requirement(n.Requirement), Level: n.Level, Wanted: n.Wanted, Have: n.Have, Picked: n.Picked}
	}
	return list
}

// WriteRecommendation is a recommendation as the API shows it, to be kept with
// an order that no person gave.
func WriteRecommendation(found *dispatch.Recommendation) (json.RawMessage, error) {
	return json.Marshal(recommendation(found))
}
