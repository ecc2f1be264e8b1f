package web

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"

	"onemap/dispatch"
)

// maxHistory is how many events of one thing are shown.
const maxHistory = 200

// eventOf writes an event; masked hides people from whoever may only read
// without them.
func eventOf(e dispatch.Event, masked bool) (Event, error) {
	payload, err := json.Marshal(e.Fact)
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
	list, err := eventsOf(seq, events, false)
	return ReadJournal200JSONResponse(list), err
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
	list, err := eventsOf(p.Seq, visible, a.Role.May("ledger.read") == dispatch.Redacted)
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
	list, err := eventsOf(p.Seq, events, masksIncident(a, in))
	return ReadIncidentHistory200JSONResponse(list), err
}
