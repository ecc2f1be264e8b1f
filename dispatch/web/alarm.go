package web

import (
	"context"
	"slices"
	"time"

	"onemap/dispatch"
)

func alarmOf(al *dispatch.Alarm, seq dispatch.Seq) Alarm {
	answer := Alarm{
		Id: al.ID, Version: al.Version, Seq: int64(seq), Kind: AlarmKind(al.Kind), State: AlarmState(al.State), Division: al.Division,
		Unit: al.Unit, Incident: al.Incident, Assignment: al.Assignment, Rule: al.Rule, Hazard: al.Hazard, Note: some(al.Note),
		RaisedBy: al.By, RaisedByName: some(al.ByName), RaisedAt: al.RaisedAt.UTC(),
		AcknowledgedBy: al.AcknowledgedBy, AcknowledgedByName: some(al.AcknowledgedAs), AcknowledgedAt: utc(al.AcknowledgedAt),
		EndedBy: al.EndedBy, EndedByName: some(al.EndedAs), EndedAt: utc(al.EndedAt), Reason: some(al.Reason),
	}
	if al.Outcome != "" {
		answer.Outcome = ptr(AlarmOutcome(al.Outcome))
	}
	if al.Point != nil {
		if raw, err := geoJSON(*al.Point); err == nil { // it was checked when the alarm was raised
			answer.Point = &raw
		}
	}
	return answer
}

func openAlarm(al *dispatch.Alarm) bool { return al.State != dispatch.AlarmOver }

// alarmsIn lists those of a picture that an actor sees and keep accepts, the
// newest first.
func alarmsIn(p *dispatch.Picture, a dispatch.Actor, keep func(*dispatch.Alarm) bool) []Alarm {
	var found []*dispatch.Alarm
	for _, al := range p.Alarms {
		if keep(al) && p.SeesAlarm(a, al) {
			found = append(found, al)
		}
	}
	slices.SortFunc(found, func(x, y *dispatch.Alarm) int {
		if c := y.RaisedAt.Compare(x.RaisedAt); c != 0 {
			return c
		}
		return slices.Compare(y.ID[:], x.ID[:])
	})
	list := make([]Alarm, len(found))
	for i, al := range found {
		list[i] = alarmOf(al, p.Seq)
	}
	return list
}

// ListAlarms lists alarms, the newest first: the open ones, or those too that
// ended within a day.
func (s api) ListAlarms(ctx context.Context, r ListAlarmsRequestObject) (ListAlarmsResponseObject, error) {
	v, err := s.view(ctx, r.Params.At)
	if err != nil {
		return nil, err
	}
	now, only := or(r.Params.At, s.now()), or(r.Params.Open, true)
	found := alarmsIn(v.Picture, v.who, func(al *dispatch.Alarm) bool {
		return openAlarm(al) || !only && al.EndedAt != nil && now.Sub(*al.EndedAt) <= shownFor
	})
	return ListAlarms200JSONResponse{Seq: int64(v.Seq), Alarms: found}, nil
}

// RaiseAlarm takes a cry for help.
func (s api) RaiseAlarm(ctx context.Context, r RaiseAlarmRequestObject) (RaiseAlarmResponseObject, error) {
	b := r.Body
	al := dispatch.Alarm{ID: r.Id, Kind: b.Kind, Unit: b.Unit, Incident: b.Incident, Note: or(b.Note, "")}
	if b.Point != nil {
		at, err := pointOf("point", *b.Point)
		if err != nil {
			return nil, err
		}
		al.Point = &at
	}
	receipt, err := s.Desk.RaiseAlarm(ctx, callOf(ctx).asCommand(or(b.OccurredAt, s.now())), al, s.Live.Board(), or(b.OccurredAt, time.Time{}))
	answer, err := s.done(ctx, receipt, err)
	return RaiseAlarm200JSONResponse(answer), err
}

// AdvanceAlarm acknowledges an alarm, or ends it.
func (s api) AdvanceAlarm(ctx context.Context, r AdvanceAlarmRequestObject) (AdvanceAlarmResponseObject, error) {
	b := r.Body
	step := dispatch.AlarmStep{To: string(b.To), Outcome: string(or(b.Outcome, "")), Incident: b.Incident, Reason: or(b.Reason, ""), When: or(b.OccurredAt, time.Time{})}
	receipt, err := s.Desk.AdvanceAlarm(ctx, callOf(ctx).asCommand(or(b.OccurredAt, s.now())), r.Id, step)
	answer, err := s.done(ctx, receipt, err)
	return AdvanceAlarm200JSONResponse(answer), err
}
