package web

import (
	"context"
	"fmt"
	"time"

	"onemap/dispatch"
)

// OrderUnits sends several units to an incident, all or none.
func (s api) OrderUnits(ctx context.Context, r OrderUnitsRequestObject) (OrderUnitsResponseObject, error) {
	b := r.Body
	v := dispatch.Activation{Incident: r.Id, Note: or(b.Note, ""), When: or(b.OccurredAt, time.Time{}), Recommendation: or(b.Recommendation, nil)}
	for _, o := range b.Orders {
		v.Orders = append(v.Orders, dispatch.Order{Assignment: o.Assignment, Unit: o.Unit})
	}
	receipt, err := s.Desk.OrderUnits(ctx, callOf(ctx).asCommand(or(b.OccurredAt, s.now())), v)
	answer, err := s.done(ctx, receipt, err)
	return OrderUnits200JSONResponse(answer), err
}

// ListActivations shows what orders to an incident rested on. Who sees less
// than whoever ordered did learns that it was ordered, not why.
func (s api) ListActivations(ctx context.Context, r ListActivationsRequestObject) (ListActivationsResponseObject, error) {
	a, p := callOf(ctx).who.actor, s.Live.Picture()
	in, err := s.incident(ctx, p, a, r.Id)
	if err != nil {
		return nil, err
	}
	events, err := s.Past.History(ctx, in.Ref(), maxHistory)
	if err != nil {
		return nil, fmt.Errorf("read activations of incident %s: %w", r.Id, err)
	}
	answer := ListActivations200JSONResponse{Seq: int64(p.Seq), Activations: []Activation{}}
	for _, e := range events {
		f, ok := e.Fact.(*dispatch.IncidentActivated)
		if !ok {
			continue
		}
		one := Activation{Seq: int64(e.Seq), At: f.When.UTC(), By: f.By, ByName: some(e.ActorName), Units: f.Units}
		if f.ReadBy(a) && f.Recommendation != nil {
			one.Recommendation = &f.Recommendation
		}
		answer.Activations = append(answer.Activations, one)
	}
	return answer, nil
}
