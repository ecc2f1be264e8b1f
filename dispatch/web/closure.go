package web

import (
	"context"
	"fmt"
	"time"

	"onemap/dispatch"
)

// ListClosures lists what is closed, and what of the roads.
func (s api) ListClosures(ctx context.Context, _ ListClosuresRequestObject) (ListClosuresResponseObject, error) {
	p := s.Live.Picture()
	answer := ListClosures200JSONResponse{Seq: int64(p.Seq), Closures: []ClosureNow{}}
	if p.Roads != nil {
		answer.Roads = ptr(roadState(p.Roads))
	}
	for _, c := range p.ClosuresNow(callOf(ctx).who.actor, s.now()) {
		one, err := closureNow(c)
		if err != nil {
			return nil, err
		}
		answer.Closures = append(answer.Closures, one)
	}
	return answer, nil
}

func closureNow(c dispatch.ClosureNow) (ClosureNow, error) {
	out := ClosureNow{
		Id: c.ID, Version: c.Version, Code: c.Code, Name: c.Name, Division: c.Division, State: ClosureState(c.State),
		Cause: c.Cause, Confidence: c.Confidence, SpeedFactor: c.SpeedFactor, From: utc(c.From), Until: utc(c.Until), Segments: c.Segments,
	}
	var err error
	if out.Geometry, err = geoJSON(c.Geometry); err != nil {
		return out, fmt.Errorf("write closure %s: %w", c.ID, err)
	}
	if len(c.Lines) > 0 {
		lines, err := geoJSON(c.Lines)
		if err != nil {
			return out, fmt.Errorf("write roads of closure %s: %w", c.ID, err)
		}
		out.Roads, out.Drawn = &lines, &c.Drawn
	}
	return out, nil
}

func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	return ptr(t.UTC())
}

// PreviewClosure says what a closure would cover, without making it.
func (s api) PreviewClosure(ctx context.Context, r PreviewClosureRequestObject) (PreviewClosureResponseObject, error) {
	shape, err := geometryOf("geometry", r.Body.Geometry)
	if err != nil {
		return nil, err
	}
	done, err := s.measure(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	found, err := s.Live.Picture().PreviewClosure(dispatch.ClosureDraft{
		Geometry: shape, Heading: r.Body.HeadingDeg, Along: or(r.Body.Along, false), Structures: or(r.Body.Structures, false),
	})
	if err != nil {
		return nil, err
	}
	answer := PreviewClosure200JSONResponse{
		Segments: found.Segments, RoadM: tenth(float64(found.Length)), Names: append([]string{}, found.Names...), Bridges: &found.Bridges, Tunnels: &found.Tunnels,
	}
	if len(found.Lines) > 0 {
		lines, err := geoJSON(found.Lines)
		if err != nil {
			return nil, fmt.Errorf("write roads of a closure: %w", err)
		}
		answer.Roads, answer.Drawn = &lines, &found.Drawn
	}
	return answer, nil
}
