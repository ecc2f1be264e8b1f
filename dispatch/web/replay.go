package web

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"onemap/dispatch"
)

// Replay is any past moment.
type Replay interface {
	// At returns the picture as it stood at an instant, given a later one.
	At(ctx context.Context, now *dispatch.Picture, t time.Time) (*dispatch.Picture, error)
	// AtSeq returns the picture after an event, as it was looked at an instant.
	AtSeq(ctx context.Context, now *dispatch.Picture, seq dispatch.Seq, t time.Time) (*dispatch.Picture, error)
	// FixesAt returns the last positions of units that were known at an instant.
	FixesAt(ctx context.Context, units []dispatch.ID, t time.Time) ([]dispatch.Fix, error)
	// Sensitivities returns how secret entries are now, removed ones as they were.
	Sensitivities(ctx context.Context, l dispatch.Ledger, ids []dispatch.ID) (map[dispatch.ID]int, error)
	// Span counts what counted accepts in equal steps of all the past.
	Span(ctx context.Context, to time.Time, steps int, counted func(kind, division string, sensitivity int) bool) (dispatch.Span, error)
}

// view is what one request is answered from: a picture, and who looks at it.
type view struct {
	*dispatch.Picture
	who  dispatch.Actor
	past bool
}

// view is of now, or of a moment asked for: then it takes the right to replay,
// and what is cut away is what today's rights do not show.
func (s *Server) view(ctx context.Context, at *time.Time) (view, error) {
	now, who := s.Live.Picture(), callOf(ctx).who.actor
	if at == nil {
		return view{now, who, false}, nil
	}
	if who.May("replay.read") == dispatch.Denied {
		return view{}, dispatch.ErrForbidden.With("the past is not yours to read")
	}
	if at.After(s.now()) {
		return view{}, badParameter("at", "not yet")
	}
	done, err := s.measure(ctx)
	if err != nil {
		return view{}, err
	}
	defer done()
	then, err := s.Replay.At(ctx, now, *at)
	if err == nil {
		then, err = s.stricter(ctx, then, now, *at)
	}
	if err != nil {
		return view{}, fmt.Errorf("go back to %s: %w", at.Format(time.RFC3339), err)
	}
	return view{then, who.For("replay.read"), true}, nil
}

// stricter is a past picture in which nothing is less secret than it is now.
func (s *Server) stricter(ctx context.Context, then, now *dispatch.Picture, at time.Time) (*dispatch.Picture, error) {
	var raised []dispatch.Entity
	for _, l := range dispatch.Ledgers {
		if then.Shelf(l) == now.Shelf(l) {
			continue
		}
		var differ []dispatch.ID
		for id, e := range then.Shelf(l).Entries {
			if now.Entry(l, id) != e {
				differ = append(differ, id)
			}
		}
		if len(differ) == 0 {
			continue
		}
		today, err := s.Replay.Sensitivities(ctx, l, differ)
		if err != nil {
			return nil, fmt.Errorf("read how secret %d of %s are: %w", len(differ), l, err)
		}
		for _, id := range differ {
			if e := then.Entry(l, id); today[id] > e.Sensitivity {
				hidden := *e
				hidden.Sensitivity = today[id]
				raised = append(raised, &hidden)
			}
		}
	}
	if len(raised) == 0 {
		return then, nil
	}
	return then.Then(then.Seq, at, raised, nil), nil
}

// incidents lists those in sight by falling number, from behind one; open
// leaves out the ended ones.
func (v view) incidents(open bool, before string, limit int) []*dispatch.Incident {
	var found []*dispatch.Incident
	for _, in := range v.Incidents {
		if (in.State.Open() || !open) && v.SeesIncident(v.who, in) && (before == "" || in.Number < before) {
			found = append(found, in)
		}
	}
	slices.SortFunc(found, func(x, y *dispatch.Incident) int { return cmp.Compare(y.Number, x.Number) })
	return found[:min(limit, len(found))]
}

// ReadReplay shows a past moment.
func (s api) ReadReplay(ctx context.Context, r ReadReplayRequestObject) (ReadReplayResponseObject, error) {
	begun := s.now()
	v, err := s.view(ctx, &r.Params.At)
	if err != nil {
		return nil, err
	}
	answer := ReplayPicture{Seq: int64(v.Seq), At: r.Params.At.UTC(), Incidents: []IncidentFeature{}, Closures: []ClosureNow{}, Counts: v.counts()}
	if answer.Units, err = s.unitsThen(ctx, v, r.Params.At); err != nil {
		return nil, err
	}
	for _, in := range v.incidents(false, "", len(v.Incidents)) {
		f, err := incidentFeature(v.who, in, v.Seq)
		if err != nil {
			return nil, err
		}
		answer.Incidents = append(answer.Incidents, f)
	}
	answer.Assignments = assignmentsIn(v.Picture, v.who, func(*dispatch.Assignment) bool { return true })
	answer.Alarms = alarmsIn(v.Picture, v.who, func(*dispatch.Alarm) bool { return true })
	if answer.Closures, err = s.closuresThen(v, r.Params.At); err != nil {
		return nil, err
	}
	answer.TookMs = tenth(float64(s.now().Sub(begun)) / float64(time.Millisecond))
	return ReadReplay200JSONResponse(answer), nil
}

// counts are the entries in sight by ledger, as the live channel counts them.
func (v view) counts() map[string]int {
	counts := map[string]int{}
	for _, l := range dispatch.Ledgers {
		for _, e := range v.Shelf(l).Entries {
			if v.who.Sees(e.Division, e.Sensitivity) {
				counts[string(l)]++
			}
		}
	}
	return counts
}

// unitsThen are the units in sight, each with the last position that was known
// of it then, where the reader may see positions.
func (s *Server) unitsThen(ctx context.Context, v view, at time.Time) ([]ReplayUnit, error) {
	watcher := v.who.For("position.read")
	var watched []dispatch.ID
	where := map[dispatch.ID]int{}
	units := []ReplayUnit{}
	for _, e := range v.Shelf(dispatch.Units).ByCode() {
		if !v.who.Sees(e.Division, e.Sensitivity) {
			continue
		}
		u, status := e.Detail.(*dispatch.Unit), v.Status(e)
		base, err := geoJSON(e.Point())
		if err != nil {
			return nil, err
		}
		if watcher.May("position.read") == dispatch.InArea && watcher.Sees(e.Division, e.Sensitivity) {
			watched, where[e.ID] = append(watched, e.ID), len(units)
		}
		units = append(units, ReplayUnit{
			Id: e.ID, Code: e.Code, Name: e.Name, CallSign: some(u.CallSign), Kind: u.Kind, Division: e.Division, Team: ptr(u.Team),
			Status: status, Class: dispatch.StatusClass(status), Base: &base,
		})
	}
	fixes, err := s.Replay.FixesAt(ctx, watched, at)
	if err != nil {
		return nil, fmt.Errorf("read positions of %s: %w", at.Format(time.RFC3339), err)
	}
	for _, fix := range fixes {
		point, err := geoJSON(fix.Point)
		if err != nil {
			return nil, err
		}
		u := &units[where[fix.Unit]]
		u.Point, u.FixAt, u.HeadingDeg, u.SpeedMps = &point, ptr(fix.DeviceAt.UTC()), (*float64)(fix.Heading), fix.SpeedMPS
	}
	return units, nil
}

// closuresThen are the closures of then, in force as they were, on the road
// network of now.
func (s *Server) closuresThen(v view, at time.Time) ([]ClosureNow, error) {
	list := []ClosureNow{}
	if len(v.Shelf(dispatch.Closures).Entries) == 0 {
		return list, nil
	}
	onRoads, err := v.OnRoadsThen(s.Live.Picture().Roads, at)
	if err != nil {
		s.Log.Warn("closures of then left out", "seq", v.Seq, "error", err)
	}
	for _, c := range onRoads.ClosuresNow(v.who, at) {
		one, err := closureNow(c)
		if err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return list, nil
}

// spanSteps is how finely the past is counted.
const spanSteps = 500

// ReadReplaySpan says how far the past goes back and when something happened.
func (s api) ReadReplaySpan(ctx context.Context, _ ReadReplaySpanRequestObject) (ReadReplaySpanResponseObject, error) {
	done, err := s.measure(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	who := callOf(ctx).who.actor.For("replay.read")
	reads := map[string]dispatch.Actor{}
	for _, kind := range []string{dispatch.KindIncident, dispatch.KindAssignment, dispatch.KindAlarm} {
		reads[kind] = who.For(dispatch.Action(kind + ".read"))
	}
	span, err := s.Replay.Span(ctx, s.now(), spanSteps, func(kind, division string, sensitivity int) bool {
		a := reads[kind]
		reach := a.May(dispatch.Action(kind + ".read"))
		return (reach == dispatch.InArea || reach == dispatch.Redacted) && a.Sees(division, sensitivity)
	})
	if err != nil {
		return nil, fmt.Errorf("count what happened: %w", err)
	}
	answer := ReplaySpan{From: span.From.UTC(), To: span.To.UTC(), TracksFrom: utc(span.TracksFrom), StepS: span.Step.Seconds()}
	answer.Events = make([]ReplayStep, 0, len(span.Counts))
	for i, n := range span.Counts {
		if n > 0 {
			answer.Events = append(answer.Events, ReplayStep{At: span.From.Add(time.Duration(i) * span.Step).UTC(), N: n})
		}
	}
	return ReadReplaySpan200JSONResponse(answer), nil
}
