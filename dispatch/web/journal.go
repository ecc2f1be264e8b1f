package web

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"onemap/dispatch"
)

// maxHistory is how many events of one thing are shown.
const maxHistory = 200

// eventOf writes an event; masked hides people from whoever may only read
// without them.
func eventOf(e dispatch.Event, masked bool) (Event, error) {
	fact := e.Fact
	if activated, ok := fact.(*dispatch.IncidentActivated); ok {
		fact = activated.Plain() // what it rests on is read by ListActivations, which looks at who asks
	}
	payload, err := json.Marshal(fact)
	if err != nil {
		return Event{}, fmt.Errorf("write event %d: %w", e.Seq, err)
	}
	if masked {
		payload = redact(payload)
	}
	ref := e.Fact.Subject()
	answer := Event{
		Seq: int64(e.Seq), Type: e.Fact.Type(), Kind: ref.Kind, Id: ref.ID, Version: e.Version, Actor: e.Actor,
		ActorName: some(e.ActorName), RecordedAt: e.RecordedAt.UTC(), Hash: some(hex.EncodeToString(e.Hash)), Payload: payload,
	}
	if !e.OccurredAt.IsZero() {
		answer.OccurredAt = ptr(e.OccurredAt.UTC())
	}
	return answer, nil
}

func eventsOf(seq dispatch.Seq, events []dispatch.Event, masked bool) (EventList, error) {
	list := EventList{Seq: int64(seq), Events: make([]Event, 0, len(events))}
	for _, e := range events {
		event, err := eventOf(e, masked)
		if err != nil {
			return list, err
		}
		list.Events = append(list.Events, event)
	}
	return list, nil
}

// ReadJournal reads events by number.
func (s api) ReadJournal(ctx context.Context, r ReadJournalRequestObject) (ReadJournalResponseObject, error) {
	limit, err := within("limit", r.Params.Limit, 200, 1, 1000)
	if err != nil {
		return nil, err
	}
	after := or(r.Params.After, 0)
	if after < 0 || after > math.MaxInt32*int64(1<<20) {
		return nil, badParameter("after", "not a journal number")
	}
	seq := s.Live.Picture().Seq
	events, err := s.Feed.Events(ctx, dispatch.Seq(after), limit)
	if err != nil {
		return nil, fmt.Errorf("read journal after %d: %w", after, err)
	}
	answer := ReadJournal200JSONResponse{Seq: int64(seq), Events: make([]Event, 0, len(events))}
	for _, e := range events {
		event, err := s.audited(ctx, callOf(ctx).who.actor, e)
		if err != nil {
			return nil, err
		}
		answer.Events = append(answer.Events, event)
	}
	return answer, nil
}

// audited writes an event for an auditor. That it happened, when and by whom
// stays in any case, for the chain has no holes; what it says is emptied
// outside the auditor's area and clearance, and people are masked from a role
// that may not read them elsewhere.
func (s *Server) audited(ctx context.Context, a dispatch.Actor, e dispatch.Event) (Event, error) {
	ref, right, within := e.Fact.Subject(), dispatch.Action("ledger.read"), true
	switch f := e.Fact.(type) {
	case *dispatch.EntryRecorded, *dispatch.EntryRemoved:
		within = sawFact(a, f)
	case *dispatch.NoteAdded:
		within = a.Role.May("incident.read") == dispatch.InArea && a.Holds(f.Division)
	case *dispatch.IncidentReported:
		right, within = "incident.read", a.Holds(f.Division)
	case *dispatch.IncidentAmended:
		right, within = "incident.read", a.Holds(f.Known.Division)
	case *dispatch.AssignmentOrdered:
		right, within = "assignment.read", a.Holds(f.Division)
	case *dispatch.AlarmRaised:
		right, within = "alarm.read", alarmWithin(a, &f.Alarm)
	case *dispatch.AlarmAdvanced:
		al := s.Live.Picture().Alarms[ref.ID]
		if al == nil {
			var err error
			if al, err = s.Past.Alarm(ctx, ref.ID); err != nil {
				return Event{}, fmt.Errorf("read alarm of event %d: %w", e.Seq, err)
			}
		}
		right, within = "alarm.read", alarmWithin(a, al)
	case *dispatch.AssignmentAdvanced, *dispatch.AssignmentPaged, *dispatch.AssignmentArrivalProposed:
		as := s.Live.Picture().Assignments[ref.ID]
		if as == nil {
			var err error
			if as, err = s.Past.Assignment(ctx, ref.ID); err != nil {
				return Event{}, fmt.Errorf("read assignment of event %d: %w", e.Seq, err)
			}
		}
		right, within = "assignment.read", a.Holds(as.Division)
	case *dispatch.IncidentAdvanced, *dispatch.IncidentClosed, *dispatch.IncidentActivated:
		in := s.Live.Picture().Incidents[ref.ID]
		if in == nil {
			var err error
			if in, err = s.Past.Incident(ctx, ref.ID); err != nil {
				return Event{}, fmt.Errorf("read incident of event %d: %w", e.Seq, err)
			}
		}
		right, within = "incident.read", a.Holds(in.Division)
	}
	event, err := eventOf(e, a.May(right) != dispatch.InArea)
	if !within {
		event.Payload = json.RawMessage("{}")
	}
	return event, err
}

// ReadHistory shows what happened to one entry, as far as its reader may see
// the entry then and now.
func (s api) ReadHistory(ctx context.Context, r ReadHistoryRequestObject) (ReadHistoryResponseObject, error) {
	a, p := callOf(ctx).who.actor, s.Live.Picture()
	all, err := shelf(p, r.Ledger)
	if err != nil {
		return nil, err
	}
	if e := all.Entries[r.Id]; e != nil && !a.Sees(e.Division, e.Sensitivity) {
		return nil, dispatch.ErrNotFound
	}
	events, err := s.Past.History(ctx, dispatch.Ref{Kind: string(r.Ledger), ID: r.Id}, maxHistory)
	if err != nil {
		return nil, fmt.Errorf("read history of %s %s: %w", r.Ledger, r.Id, err)
	}
	visible := make([]dispatch.Event, 0, len(events))
	for _, e := range events {
		if sawFact(a, e.Fact) {
			visible = append(visible, e)
		}
	}
	if len(visible) == 0 {
		return nil, dispatch.ErrNotFound
	}
	list, err := eventsOf(p.Seq, visible, slices.ContainsFunc(visible, func(e dispatch.Event) bool { return masksFact(a, e.Fact) }))
	return ReadHistory200JSONResponse(list), err
}

// sawFact reports whether an entry was in the actor's scope with a fact.
func sawFact(a dispatch.Actor, f dispatch.Fact) bool {
	switch f := f.(type) {
	case *dispatch.EntryRecorded:
		return a.Sees(f.Division, f.Sensitivity)
	case *dispatch.EntryRemoved:
		return a.Sees(f.Division, f.Sensitivity)
	}
	return false
}

// masksFact reports whether people an entry named with a fact are hidden.
func masksFact(a dispatch.Actor, f dispatch.Fact) bool {
	e, ok := f.(*dispatch.EntryRecorded)
	return ok && a.MasksEntry(e.Division, e.Sensitivity)
}

// ReadIncidentHistory shows what happened to one incident.
func (s api) ReadIncidentHistory(ctx context.Context, r ReadIncidentHistoryRequestObject) (ReadIncidentHistoryResponseObject, error) {
	a, p := callOf(ctx).who.actor, s.Live.Picture()
	in, err := s.incident(ctx, p, a, r.Id)
	if err != nil {
		return nil, err
	}
	events, err := s.Past.History(ctx, in.Ref(), maxHistory)
	if err != nil {
		return nil, fmt.Errorf("read history of incident %s: %w", r.Id, err)
	}
	list, err := eventsOf(p.Seq, events, a.MasksIncident(in))
	return ReadIncidentHistory200JSONResponse(list), err
}
