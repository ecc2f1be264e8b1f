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
	p, ref := s.Live.Picture(), e.Fact.Subject()
	within, plain := true, a.May("ledger.read") == dispatch.InArea
	switch f := e.Fact.(type) {
	case *dispatch.EntryRecorded:
		within, plain = a.Audits("ledger.read", f.Division, f.Sensitivity)
	case *dispatch.EntryRemoved:
		within, plain = a.Audits("ledger.read", f.Division, f.Sensitivity)
	case *dispatch.GrantGiven, *dispatch.GrantRevoked:
		g := p.Grants[ref.ID]
		within = g != nil && p.SeesGrant(a, g)
	case *dispatch.NoteAdded: // it is about people
		_, within = a.Audits("incident.read", f.Division, 0)
	case *dispatch.TerminalPut:
		within = p.SeesTerminal(a, &f.Terminal)
	case *dispatch.TerminalEnrolled, *dispatch.TerminalRemoved:
		t := p.Terminals[ref.ID]
		within = t == nil || p.SeesTerminal(a, t)
	case *dispatch.WarningDrafted, *dispatch.WarningStepped, *dispatch.WarningOut, *dispatch.WarningWithdrawn, *dispatch.WarningEnded:
		within, err := s.auditsWarning(ctx, a, p, ref.ID)
		if err != nil {
			return Event{}, err
		}
		return emptied(e, within)
	case *dispatch.StudyRequested:
		within = a.SeesStudy(&f.Study)
		plain = within
	case *dispatch.StudyEnded:
		within = a.SeesStudy(&dispatch.Study{Area: f.Area, Clearance: f.Clearance})
		plain = within
	case *dispatch.IncidentReported:
		within, plain = a.Audits("incident.read", f.Division, 0)
	case *dispatch.IncidentAmended:
		within, plain = a.Audits("incident.read", f.Known.Division, 0)
	case *dispatch.AlarmRaised:
		within, plain = audits(a, &f.Alarm)
	default:
		of, err := s.subject(ctx, p, ref)
		if err != nil {
			return Event{}, fmt.Errorf("read %s of event %d: %w", ref.Kind, e.Seq, err)
		}
		switch of := of.(type) {
		case *dispatch.Incident:
			within, plain = a.Audits("incident.read", of.Division, 0)
		case *dispatch.Assignment:
			within, plain = a.Audits("assignment.read", of.Division, secrecyOf(p, of.Unit))
		case *dispatch.Alarm:
			within, plain = audits(a, of)
		}
	}
	event, err := eventOf(e, !plain)
	if !within {
		event.Payload = json.RawMessage("{}")
	}
	return event, err
}

// auditsWarning reports whether an auditor reads what became of a warning.
func (s *Server) auditsWarning(ctx context.Context, a dispatch.Actor, p *dispatch.Picture, id dispatch.ID) (bool, error) {
	w := p.Warnings[id]
	if w == nil {
		var err error
		if w, err = s.Past.Warning(ctx, id); err != nil {
			return false, fmt.Errorf("read warning %s: %w", id, err)
		}
	}
	within, _ := a.Audits("warning.read", w.Division, 0)
	return within, nil
}

// emptied writes an event, without what it says from whoever may not read it.
func emptied(e dispatch.Event, within bool) (Event, error) {
	event, err := eventOf(e, false)
	if !within {
		event.Payload = json.RawMessage("{}")
	}
	return event, err
}

// audits says what an auditor reads of an alarm. A cry for help is hidden by no
// clearance.
func audits(a dispatch.Actor, al *dispatch.Alarm) (within, plain bool) {
	if al.Kind == dispatch.AlarmSOS {
		return a.Audits("alarm.read", al.Division, 0)
	}
	return a.Audits("alarm.read", al.Division, al.Sensitivity)
}

// secrecyOf is how secret a unit is, 0 when it is gone.
func secrecyOf(p *dispatch.Picture, unit dispatch.ID) int {
	if e := p.Entry(dispatch.Units, unit); e != nil {
		return e.Sensitivity
	}
	return 0
}

// subject is what an event is about, however long ago it ended; nil for what
// has no place of its own.
func (s *Server) subject(ctx context.Context, p *dispatch.Picture, ref dispatch.Ref) (dispatch.Entity, error) {
	switch ref.Kind {
	case dispatch.KindIncident:
		if in := p.Incidents[ref.ID]; in != nil {
			return in, nil
		}
		return s.Past.Incident(ctx, ref.ID)
	case dispatch.KindAssignment:
		if as := p.Assignments[ref.ID]; as != nil {
			return as, nil
		}
		return s.Past.Assignment(ctx, ref.ID)
	case dispatch.KindAlarm:
		if al := p.Alarms[ref.ID]; al != nil {
			return al, nil
		}
		return s.Past.Alarm(ctx, ref.ID)
	}
	return nil, nil
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
