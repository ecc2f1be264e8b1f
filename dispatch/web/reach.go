package web

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/geo"
	"onemap/geo/road"
)

const (
	mostReachPoints = 50
	usualOffRoad    = 150 // metres people walk from the road
)

func reachQuery(b *ReachQuery) (q dispatch.ReachQuery, err error) {
	if err := lengthened("points", len(b.Points), mostReachPoints); err != nil {
		return q, err
	}
	for i, raw := range b.Points {
		at, err := pointOf(fmt.Sprintf("points[%d]", i), raw)
		if err != nil {
			return q, err
		}
		q.Points = append(q.Points, at)
	}
	if err := lengthened("limits_s", len(b.LimitsS), 5); err != nil {
		return q, err
	}
	for _, s := range b.LimitsS {
		// What is no time at all stays one that the core refuses.
		q.Limits = append(q.Limits, time.Duration(math.Min(math.Max(s, 0), 1e6)*float64(time.Second)))
	}
	if q.Direction, err = directionOf(b.Direction, road.Away); err != nil {
		return q, err
	}
	q.Profile, q.Size, err = travellerOf(b.Profile, b.Vehicle)
	if q.Profile == "" {
		q.Profile = string(FireEngine)
	}
	q.OffRoad, q.Lines = geo.Metres(or(b.OffRoadM, usualOffRoad)), or(b.Lines, false)
	return q, err
}

// directions are the contract's words for which way trips run.
var directions = map[Direction]road.Direction{"toward": road.Toward, "away": road.Away}

func directionOf(d *Direction, otherwise road.Direction) (road.Direction, error) {
	if d == nil {
		return otherwise, nil
	}
	way, ok := directions[*d]
	if !ok {
		var p dispatch.Problems
		p.OneOf("direction", string(*d), []string{"toward", "away"})
		return 0, p.Err()
	}
	return way, nil
}

// FindReach answers with what is reached, one band a limit.
func (s api) FindReach(ctx context.Context, r FindReachRequestObject) (FindReachResponseObject, error) {
	q, err := reachQuery(r.Body)
	if err != nil {
		return nil, err
	}
	done, err := s.measure(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	p := s.Live.Picture()
	found, err := p.Reach(callOf(ctx).who.actor, q, s.now())
	if err != nil {
		return nil, err
	}
	answer := FindReach200JSONResponse{
		Seq: int64(found.Seq), AsOf: found.AsOf.UTC(), Basis: dispatch.ByRoad, Roads: roadState(p.Roads), Profile: RoadProfile(found.Profile),
		Direction: "away", CellM: tenth(float64(found.Cell)), OffRoad: listed(found.OffRoad), Closures: closureRefs(found.Closures),
	}
	if q.Direction == road.Toward {
		answer.Direction = "toward"
	}
	for _, b := range found.Bands {
		band, err := reachBand(b, q.Lines)
		if err != nil {
			return nil, err
		}
		answer.Bands = append(answer.Bands, band)
	}
	return answer, nil
}

func reachBand(b dispatch.ReachBand, lines bool) (ReachBand, error) {
	out := ReachBand{LimitS: b.Limit.Seconds(), RoadM: tenth(float64(b.Roads)), People: b.People, Cells: b.Cells}
	var err error
	if out.Area, err = geoJSON(b.Area); err != nil {
		return out, fmt.Errorf("write reach: %w", err)
	}
	if lines {
		drawn, err := geoJSON(append(orb.MultiLineString{}, b.Lines...))
		if err != nil {
			return out, fmt.Errorf("write roads reached: %w", err)
		}
		out.Lines = &drawn
	}
	return out, nil
}
