package web

import (
	"context"
	"fmt"

	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/geo/road"
)

func routePlace(path string, place RoutePlace) (out dispatch.RoutePlace, err error) {
	named := place.Kind != nil || place.Id != nil
	switch {
	case place.Point != nil && !named:
		at, err := pointOf(path+".point", *place.Point)
		out.Point = &at
		return out, err
	case place.Point == nil && place.Kind != nil && place.Id != nil:
		var p dispatch.Problems
		p.OneOf(path+".kind", *place.Kind, []string{"unit", "team", "depot", "shelter", "hazard", "camera", dispatch.KindIncident})
		out.Kind, out.ID = *place.Kind, *place.Id
		return out, p.Err()
	}
	text := "either a point, or kind and id"
	return out, &refused{status: 422, code: "invalid", detail: path + ": " + text, fields: []FieldProblem{{Path: path, Code: "invalid", Text: text}}}
}

func routeQuery(b *RouteQuery) (q dispatch.RouteQuery, err error) {
	if q.From, err = routePlace("from", b.From); err != nil {
		return q, err
	}
	if q.To, err = routePlace("to", b.To); err != nil {
		return q, err
	}
	q.Profile, q.Size, err = travellerOf(b.Profile, b.Vehicle)
	return q, err
}

// FindRoute answers with the quickest way.
func (s api) FindRoute(ctx context.Context, r FindRouteRequestObject) (FindRouteResponseObject, error) {
	a, p := callOf(ctx).who.actor, s.Live.Picture()
	q, err := routeQuery(r.Body)
	if err != nil {
		return nil, err
	}
	found, err := p.Route(a, q, s.positionsFor(a), s.now())
	if err != nil {
		return nil, err
	}
	answer := FindRoute200JSONResponse{
		Seq: int64(found.Seq), AsOf: found.AsOf.UTC(), Basis: Basis(found.Basis), Reachable: found.Why == nil,
		Profile: some(RoadProfile(found.Profile)), Steps: []RouteStep{}, Closures: closureRefs(found.Closures),
	}
	if found.Basis == dispatch.ByRoad {
		answer.Roads = ptr(roadState(p.Roads))
	}
	if found.Why != nil {
		answer.Why = whyOf(found.Why)
		return answer, nil
	}
	way := found.Route
	answer.TravelS, answer.WithoutS = ptr(way.Time.Seconds()), ptr(way.Without.Seconds())
	if found.Basis == dispatch.ByRoad {
		answer.RoadM, answer.AccessM = ptr(tenth(float64(way.Length))), ptr(tenth(float64(way.Access[0]+way.Access[1])))
	}
	line, err := geoJSON(drawable(way.Line))
	if err != nil {
		return nil, fmt.Errorf("write route: %w", err)
	}
	answer.Line = &line
	answer.Steps, err = routeSteps(way.Steps)
	return answer, err
}

// drawable is a line of two points at least: who is there already goes nowhere.
func drawable(line orb.LineString) orb.LineString {
	if len(line) == 1 {
		return orb.LineString{line[0], line[0]}
	}
	return line
}

func routeSteps(steps []road.Step) ([]RouteStep, error) {
	out := make([]RouteStep, len(steps))
	for i, s := range steps {
		at, err := geoJSON(s.At)
		if err != nil {
			return nil, fmt.Errorf("write step %d: %w", i+1, err)
		}
		out[i] = RouteStep{
			Turn: string(s.Turn), Point: at, Zh: s.ZH, En: s.EN, Name: some(s.Name), NameEn: some(s.NameEn), Ref: some(s.Ref),
			Exit: some(s.Exit), LengthM: tenth(float64(s.Length)), TimeS: s.Time.Seconds(), BearingDeg: ptr(tenth(float64(s.Bearing))),
		}
	}
	return out, nil
}
