package web

import (
	"context"
	"fmt"
	"time"

	"onemap/dispatch"
	"onemap/geo"
)

// What happened before at a place: how near, how long ago, and how many rows
// are read for somebody who may see but some of them.
const (
	earlierReach = 300 // metres
	earlierAge   = 365 * 24 * time.Hour
	earlierRows  = 100
)

// FindTwins says what is known of a place while a call is taken.
func (s api) FindTwins(ctx context.Context, r FindTwinsRequestObject) (FindTwinsResponseObject, error) {
	a, p, now := callOf(ctx).who.actor, s.Live.Picture(), s.now()
	at, err := pointOf("point", r.Body.Point)
	if err != nil {
		return nil, err
	}
	found, err := p.Twins(a, dispatch.TwinQuery{Point: at, Kind: string(or(r.Body.Kind, "")), Accuracy: geo.Metres(or(r.Body.AccuracyM, 0))}, now)
	if err != nil {
		return nil, err
	}
	answer := FindTwins200JSONResponse{
		Seq: int64(found.Seq), AsOf: found.AsOf.UTC(), Division: some(found.Division), DivisionName: some(found.DivisionName),
		Twins: twinsOf(a, found.Twins), Earlier: []Twin{},
		Hazards: nearThings(found.Hazards), Shelters: nearThings(found.Shelters), Closures: nearThings(found.Closures),
	}
	if a.May("incident.read") == dispatch.Denied {
		return answer, nil
	}
	past, err := s.Past.IncidentsNear(ctx, at, earlierReach, now.Add(-earlierAge), readArea(a), earlierRows)
	if err != nil {
		return nil, fmt.Errorf("read incidents near %v: %w", at, err)
	}
	answer.Earlier = twinsOf(a, found.AsEarlier(a, at, past))
	return answer, nil
}

// readArea is the division code whose incidents an actor may see; empty where
// one's own reports are one's own anywhere.
func readArea(a dispatch.Actor) string {
	return a.Span()
}

func twinsOf(a dispatch.Actor, found []dispatch.Twin) []Twin {
	list := make([]Twin, len(found))
	for i, t := range found {
		list[i] = Twin{
			Id: t.ID, Number: t.Number, Kind: IncidentKind(t.Kind), Title: t.Title, State: IncidentState(t.State),
			DistanceM: tenth(float64(t.Distance)), AgeS: tenth(t.Age.Seconds()), Likely: t.Likely,
		}
		if !a.MasksIncident(t.Incident) {
			list[i].CallerName, list[i].CallerPhone = some(t.CallerName), some(t.CallerPhone)
		}
	}
	return list
}

func nearThings(found []dispatch.NearThing) []NearThing {
	list := make([]NearThing, len(found))
	for i, n := range found {
		list[i] = NearThing{Id: n.ID, Kind: LedgerCode(n.Ledger), Name: n.Name, DistanceM: tenth(float64(n.Distance)), Detail: some(n.Code)}
	}
	return list
}
