package web

import (
	"context"
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"onemap/dispatch"
)

// How much of one incident a report reads.
const (
	mostAlarms      = 500
	mostTrackPoints = 100_000 // of all tracks together
	eventPage       = 1000
)

// readAfterAction answers with all there is of one incident: as JSON, as a page
// to print, its timeline as a table, or its tracks and places as GeoJSON.
func (s *Server) readAfterAction(c echo.Context) error {
	ctx, k := c.Request().Context(), callOf(c.Request().Context())
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	write := map[string]func(echo.Context, dispatch.Actor, *dispatch.AfterAction) error{
		"": s.afterActionJSON, "json": s.afterActionJSON, "html": s.afterActionPage, "csv": s.afterActionCSV, "geojson": s.afterActionGeoJSON,
	}[c.QueryParam("format")]
	if write == nil {
		return badParameter("format", "json, html, csv or geojson")
	}
	tracks := c.QueryParam("tracks") != "false"
	if tracks { // many points to read
		done, err := s.measure(ctx)
		if err != nil {
			return err
		}
		defer done()
	}
	report, err := s.afterAction(ctx, k.who.actor, id, tracks)
	if err != nil {
		return err
	}
	return write(c, k.who.actor, report)
}

// afterAction draws up the report of one incident, as the actor may see it.
func (s *Server) afterAction(ctx context.Context, a dispatch.Actor, id dispatch.ID, tracks bool) (*dispatch.AfterAction, error) {
	p, now := s.Live.Picture(), s.now()
	in, err := s.incident(ctx, p, a, id)
	if err != nil {
		return nil, err
	}
	m := dispatch.AfterMaterial{Incident: in}
	about := []dispatch.Ref{in.Ref()}
	if a.May("assignment.read") != dispatch.Denied {
		if m.Assignments, err = s.pastAssignments(ctx, p, a, &id, nil); err != nil {
			return nil, err
		}
	}
	for _, as := range m.Assignments {
		about = append(about, as.Ref())
	}
	alarms, err := s.Past.AlarmsAbout(ctx, id, mostAlarms)
	if err != nil {
		return nil, fmt.Errorf("read alarms about %s: %w", in.Number, err)
	}
	for _, al := range alarms {
		if p.SeesAlarm(a, al) {
			about = append(about, al.Ref())
		}
	}
	if m.Notes, err = s.notes(ctx, p, a, in); err != nil {
		return nil, err
	}
	for _, n := range m.Notes {
		about = append(about, n.Ref())
	}
	if m.Events, err = s.eventsAbout(ctx, about); err != nil {
		return nil, err
	}
	if spans := p.TrackSpans(a, m.Assignments, now); tracks && len(spans) > 0 {
		if m.Tracks, err = s.Past.Tracks(ctx, spans, max(2, mostTrackPoints/len(spans))); err != nil {
			return nil, fmt.Errorf("read tracks of %s: %w", in.Number, err)
		}
	}
	report := p.AfterAction(a, m, now)
	return &report, nil
}

// eventsAbout reads events by the page, one more than a report shows when there
// are more.
func (s *Server) eventsAbout(ctx context.Context, about []dispatch.Ref) ([]dispatch.Event, error) {
	var all []dispatch.Event
	after := dispatch.Seq(0)
	for len(all) <= dispatch.MostLines {
		page, err := s.Past.EventsAbout(ctx, about, after, eventPage)
		if err != nil {
			return nil, fmt.Errorf("read events about %d things after %d: %w", len(about), after, err)
		}
		all = append(all, page...)
		if len(page) < eventPage {
			return all, nil
		}
		after = page[len(page)-1].Seq
	}
	return all, nil
}

func (s *Server) afterActionJSON(c echo.Context, a dispatch.Actor, r *dispatch.AfterAction) error {
	incident, err := incidentFeature(a, r.Incident, r.Seq)
	if err != nil {
		return err
	}
	notes, err := notesOf(r.Notes)
	if err != nil {
		return err
	}
	answer := AfterAction{
		Seq: int64(r.Seq), AsOf: r.At.UTC(), Incident: incident, Notes: notes, LeftOut: r.LeftOut,
		Timeline: make([]AfterActionLine, len(r.Lines)), Assignments: make([]AfterActionAssignment, len(r.Sent)), Intervals: make([]AfterActionInterval, len(r.Intervals)),
	}
	for i, l := range r.Lines {
		line := AfterActionLine{
			Seq: int64(l.Seq), RecordedAt: l.RecordedAt.UTC(), Kind: l.Fact.Subject().Kind, Id: l.Fact.Subject().ID, Type: l.Fact.Type(),
			Text: l.Text[0], TextEn: l.Text[1], ActorName: l.ActorName,
		}
		if !l.OccurredAt.IsZero() {
			line.OccurredAt = ptr(l.OccurredAt.UTC())
		}
		answer.Timeline[i] = line
	}
	for i, sent := range r.Sent {
		out := AfterActionAssignment{Assignment: assignmentOf(sent.Assignment, r.Seq), UnitName: sent.UnitName, Kind: some(sent.UnitKind)}
		if t := sent.Track; t != nil {
			out.Fixes = ptr(t.Fixes)
			if length, ok := t.Length(); ok {
				out.TrackM = ptr(float64(int(length)))
			}
		}
		answer.Assignments[i] = out
	}
	for i, v := range r.Intervals {
		out := AfterActionInterval{Code: v.Code, Unit: v.Unit}
		if v.Took != nil {
			out.Seconds = ptr(v.Took.Seconds())
		}
		if v.Target > 0 {
			out.TargetS = ptr(v.Target.Seconds())
		}
		answer.Intervals[i] = out
	}
	return c.JSON(http.StatusOK, answer)
}
