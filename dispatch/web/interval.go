package web

import (
	"context"
	"fmt"
	"math"
	"time"

	"onemap/dispatch"
)

// The time a report of intervals covers when none is said, and at most.
const (
	usualPeriod = 30 * 24 * time.Hour
	mostPeriod  = 366 * 24 * time.Hour
)

// ReadIntervals reports how long things took.
func (s api) ReadIntervals(ctx context.Context, r ReadIntervalsRequestObject) (ReadIntervalsResponseObject, error) {
	k, q := callOf(ctx), r.Params
	a := k.who.actor.Widest(k.op.Action)
	to := or(q.To, s.now())
	from := or(q.From, to.Add(-usualPeriod))
	kind, division := string(or(q.Kind, "")), or(q.Division, a.Area)
	switch {
	case !from.Before(to):
		return nil, badParameter("from", "must lie before to")
	case to.Sub(from) > mostPeriod:
		return nil, badParameter("from", "at most 366 days before to")
	case q.Kind != nil && !q.Kind.Valid():
		return nil, badParameter("kind", "not a kind of incident")
	}
	done, err := s.measure(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	p := s.Live.Picture()
	incidents, assignments, err := s.Past.Work(ctx, from, to, kind, a.Area, division)
	if err != nil {
		return nil, fmt.Errorf("read work from %s to %s: %w", from, to, err)
	}
	found := p.Intervals(a, incidents, assignments, digitsBelow(a.Area, division))
	answer := ReadIntervals200JSONResponse{
		Seq: int64(p.Seq), From: from.UTC(), To: to.UTC(), Incidents: found.Incidents, Assignments: found.Assignments, Total: intervalsOf(found.Total),
		ByKind:     groupsOf(found.ByKind, func(kind string) string { return dispatch.Labels["incident_kind"][kind][0] }),
		ByDivision: groupsOf(found.ByDivision, p.DivisionName),
	}
	return answer, nil
}

// digitsBelow is how many digits of a code tell the divisions of an area apart:
// six the counties of the city, nine the townships of a county.
func digitsBelow(area, division string) int {
	if longer := max(len(dispatch.AreaPrefix(area)), len(dispatch.AreaPrefix(division))); longer < 6 {
		return 6
	}
	return 9
}

func groupsOf(groups []dispatch.IntervalGroup, name func(key string) string) []IntervalGroup {
	list := make([]IntervalGroup, len(groups))
	for i, g := range groups {
		list[i] = IntervalGroup{Key: g.Key, Name: name(g.Key), Intervals: intervalsOf(g.Intervals)}
	}
	return list
}

func intervalsOf(found []dispatch.Interval) []Interval {
	list := make([]Interval, len(found))
	for i, v := range found {
		out := Interval{Code: IntervalCode(v.Code), N: v.N, Missing: v.Missing, Source: some(v.Source)}
		if v.N > 0 {
			out.P50S, out.P90S = ptr(v.P50.Seconds()), ptr(v.P90.Seconds())
		}
		if v.Target > 0 {
			out.TargetS = ptr(v.Target.Seconds())
		}
		if v.Within != nil {
			out.WithinTarget = ptr(math.Round(*v.Within*1e4) / 1e4)
		}
		list[i] = out
	}
	return list
}
