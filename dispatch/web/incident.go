package web

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"time"

	"onemap/dispatch"
)

func etag(version int) string { return `"` + strconv.Itoa(version) + `"` }

var incidentNumber = regexp.MustCompile(`^[A-Z]{2,8}-[0-9]{4}-[0-9]{6,9}$`)

// How far from now something may be said to have happened.
const (
	oldest = 366 * 24 * time.Hour
	newest = 2 * time.Minute
)

// happened returns when something is said to have happened; now when nothing
// is said.
func (s *Server) happened(path string, t *time.Time) (time.Time, error) {
	now := s.now()
	if t == nil {
		return now, nil
	}
	if t.Before(now.Add(-oldest)) || t.After(now.Add(newest)) {
		text := t.Format(time.RFC3339) + " is not within a year before now"
		return now, &refused{status: 422, code: "bad_time", detail: text, fields: []FieldProblem{{Path: path, Code: "bad_time", Text: text}}}
	}
	return *t, nil
}

// ListIncidents lists incidents by falling number.
func (s api) ListIncidents(ctx context.Context, r ListIncidentsRequestObject) (ListIncidentsResponseObject, error) {
	limit, err := within("limit", r.Params.Limit, 100, 1, 500)
	if err != nil {
		return nil, err
	}
	before := or(r.Params.Before, "")
	if before != "" && !incidentNumber.MatchString(before) {
		return nil, badParameter("before", "not the number of an incident")
	}
	v, err := s.view(ctx, r.Params.At)
	if err != nil {
		return nil, err
	}
	a, p := v.who, v.Picture
	var found []*dispatch.Incident
	if open := or(r.Params.Open, false); open || v.past {
		found = v.incidents(open, before, limit+1)
	} else if found, err = s.pastIncidents(ctx, p, a, before, limit+1); err != nil {
		return nil, err
	}
	answer := ListIncidents200JSONResponse{Type: collection, Seq: int64(p.Seq), Features: make([]IncidentFeature, 0, len(found))}
	if len(found) > limit {
		found = found[:limit]
		answer.Next = &found[limit-1].Number
	}
	for _, in := range found {
		s.noted(callOf(ctx), dispatch.KindIncident, in.ID, in.Restricted(a))
		f, err := incidentFeature(a, in, p.Seq)
		if err != nil {
			return nil, err
		}
		answer.Features = append(answer.Features, f)
	}
	return answer, nil
}

// maxRounds bounds how much of the past is read to fill one page for somebody
// who sees little of it.
const maxRounds = 20

func (s *Server) pastIncidents(ctx context.Context, p *dispatch.Picture, a dispatch.Actor, before string, limit int) ([]*dispatch.Incident, error) {
	area := dispatch.AreaPrefix(a.Span())
	var found []*dispatch.Incident
	for range maxRounds {
		batch, err := s.Past.Incidents(ctx, before, limit, false, area)
		if err != nil {
			return nil, fmt.Errorf("read incidents before %q: %w", before, err)
		}
		for _, in := range batch {
			if before = in.Number; p.SeesIncident(a, in) {
				found = append(found, in)
			}
		}
		if len(found) >= limit || len(batch) < limit {
			break
		}
	}
	return found[:min(limit, len(found))], nil
}

// incident returns one in the actor's scope: from the picture, or for an old
// one from its row.
func (s *Server) incident(ctx context.Context, p *dispatch.Picture, a dispatch.Actor, id dispatch.ID) (*dispatch.Incident, error) {
	in := p.Incidents[id]
	if in == nil {
		var err error
		if in, err = s.Past.Incident(ctx, id); err != nil {
			return nil, err
		}
	}
	if !p.SeesIncident(a, in) {
		return nil, dispatch.ErrNotFound
	}
	return in, nil
}

// ReadIncident shows one incident.
func (s api) ReadIncident(ctx context.Context, r ReadIncidentRequestObject) (ReadIncidentResponseObject, error) {
	v, err := s.view(ctx, r.Params.At)
	if err != nil {
		return nil, err
	}
	if v.past && v.Incidents[r.Id] == nil {
		return nil, dispatch.ErrNotFound
	}
	a, p := v.who, v.Picture
	in, err := s.incident(ctx, p, a, r.Id)
	if err != nil {
		return nil, err
	}
	s.noted(callOf(ctx), dispatch.KindIncident, in.ID, in.Restricted(a))
	f, err := incidentFeature(a, in, p.Seq)
	if parts := p.Parts(a, in.ID); len(parts) > 0 {
		ids := make([]dispatch.ID, len(parts))
		for i, part := range parts {
			ids[i] = part.ID
		}
		f.Parts = &ids
	}
	return ReadIncident200JSONResponse{Body: f, Headers: ReadIncident200ResponseHeaders{ETag: ptr(etag(in.Version))}}, err
}

// knownDivision refuses a division, said by hand, that the ledger does not
// have: an incident there would be in nobody's scope. A server without
// divisions takes any.
func (s *Server) knownDivision(said *string) error {
	divisions := s.Live.Picture().Shelf(dispatch.Divisions).ByCode()
	if said == nil || len(divisions) == 0 || slices.ContainsFunc(divisions, func(e *dispatch.Entry) bool { return e.Code == *said }) {
		return nil
	}
	text := "the ledger has no such division"
	return &refused{status: 422, code: "bad_division", detail: text, fields: []FieldProblem{{Path: "properties.division", Code: "bad_division", Text: text}}}
}

// ReportIncident takes a report in.
func (s api) ReportIncident(ctx context.Context, r ReportIncidentRequestObject) (ReportIncidentResponseObject, error) {
	if r.Body.Type != feature {
		return nil, notFeature()
	}
	g, err := geometryOf("geometry", r.Body.Geometry)
	if err != nil {
		return nil, err
	}
	b := r.Body.Properties
	if err := s.knownDivision(b.Division); err != nil {
		return nil, err
	}
	in := dispatch.Incident{
		ID: r.Id, Geometry: g, Source: or(b.Source, ""), OccurredAt: b.OccurredAt,
		Known: dispatch.Known{
			Kind: string(b.Kind), Title: b.Title, Priority: b.Priority, Grade: b.Grade, Division: or(b.Division, ""), Place: or(b.Place, ""),
			Description: or(b.Description, ""), AccuracyM: b.AccuracyM, CallerName: or(b.CallerName, ""), CallerPhone: or(b.CallerPhone, ""),
			Dead: b.Dead, Missing: b.Missing, Injured: b.Injured, Trapped: b.Trapped, Parent: b.Parent,
		},
	}
	receipt, err := s.Desk.ReportIncident(ctx, callOf(ctx).asCommand(or(b.OccurredAt, s.now())), in)
	answer, err := s.done(ctx, receipt, err)
	return ReportIncident200JSONResponse(answer), err
}

// change runs one decision on an incident.
func (s *Server) change(ctx context.Context, action dispatch.Action, id dispatch.ID, when time.Time, decide func(dispatch.Incident) (dispatch.Outcome, error)) (Receipt, error) {
	receipt, err := s.Desk.ChangeIncident(ctx, callOf(ctx).asCommand(when), action, id, decide)
	return s.done(ctx, receipt, err)
}

// AmendIncident changes what is known; absent members stay.
func (s api) AmendIncident(ctx context.Context, r AmendIncidentRequestObject) (AmendIncidentResponseObject, error) {
	moved := dispatch.Incident{}
	if r.Body.Properties != nil {
		if err := s.knownDivision(r.Body.Properties.Division); err != nil {
			return nil, err
		}
	}
	if r.Body.Geometry != nil {
		g, err := geometryOf("geometry", *r.Body.Geometry)
		if err != nil {
			return nil, err
		}
		moved.Geometry, moved.Division = g, s.Desk.Place(g)
	}
	answer, err := s.change(ctx, "incident.update", r.Id, s.now(), func(in dispatch.Incident) (dispatch.Outcome, error) {
		if moved.Geometry != nil {
			in.Geometry, in.Division = moved.Geometry, moved.Division
		}
		if r.Body.Properties != nil {
			amend(&in.Known, r.Body.Properties)
		}
		return in.Amend(in.Known, in.Geometry, or(r.Body.Reason, ""))
	})
	return AmendIncident200JSONResponse(answer), err
}

// set overwrites what was said.
func set[T any](to *T, said *T) {
	if said != nil {
		*to = *said
	}
}

func amend(k *dispatch.Known, f *IncidentFacts) {
	set(&k.Kind, (*string)(f.Kind))
	set(&k.Title, f.Title)
	set(&k.Priority, f.Priority)
	set(&k.Division, f.Division)
	set(&k.Place, f.Place)
	set(&k.Description, f.Description)
	set(&k.CallerName, f.CallerName)
	set(&k.CallerPhone, f.CallerPhone)
	k.Grade = cmp.Or(f.Grade, k.Grade)
	k.AccuracyM = cmp.Or(f.AccuracyM, k.AccuracyM)
	k.Dead = cmp.Or(f.Dead, k.Dead)
	k.Missing = cmp.Or(f.Missing, k.Missing)
	k.Injured = cmp.Or(f.Injured, k.Injured)
	k.Trapped = cmp.Or(f.Trapped, k.Trapped)
	if k.Parent = cmp.Or(f.Parent, k.Parent); k.Parent != nil && *k.Parent == (dispatch.ID{}) {
		k.Parent = nil
	}
}

// AdvanceIncident moves an incident on.
func (s api) AdvanceIncident(ctx context.Context, r AdvanceIncidentRequestObject) (AdvanceIncidentResponseObject, error) {
	when, err := s.happened("occurred_at", r.Body.OccurredAt)
	if err != nil {
		return nil, err
	}
	receipt, err := s.Desk.AdvanceIncident(ctx, callOf(ctx).asCommand(when), r.Id, dispatch.State(r.Body.To), or(r.Body.Reason, ""), when)
	answer, err := s.done(ctx, receipt, err)
	return AdvanceIncident200JSONResponse(answer), err
}

// CloseIncident ends an incident.
func (s api) CloseIncident(ctx context.Context, r CloseIncidentRequestObject) (CloseIncidentResponseObject, error) {
	when, err := s.happened("occurred_at", r.Body.OccurredAt)
	if err != nil {
		return nil, err
	}
	closing := dispatch.IncidentClosed{Disposition: string(r.Body.Disposition), Reason: r.Body.Reason, MergedInto: r.Body.MergedInto, Receiver: or(r.Body.Receiver, ""), When: when}
	answer, err := s.change(ctx, "incident.close", r.Id, when, func(in dispatch.Incident) (dispatch.Outcome, error) { return in.Close(closing) })
	return CloseIncident200JSONResponse(answer), err
}
