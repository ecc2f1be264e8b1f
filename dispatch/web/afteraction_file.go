package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/paulmach/orb"

	"onemap/dispatch"
)

// asFile names the answer as a file of the incident's number.
func asFile(c echo.Context, r *dispatch.AfterAction, extension string) {
	c.Response().Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="after-action-%s.%s"`, r.Incident.Number, extension))
}

// afterActionCSV writes the timeline as a table (RFC 4180).
func (s *Server) afterActionCSV(c echo.Context, _ dispatch.Actor, r *dispatch.AfterAction) error {
	asFile(c, r, "csv")
	return c.Blob(http.StatusOK, "text/csv; charset=utf-8", timelineCSV(r))
}

func timelineCSV(r *dispatch.AfterAction) []byte {
	var out bytes.Buffer
	out.WriteString("\uFEFF") // a spreadsheet takes a file without this mark for the local code page
	record(&out, "seq", "occurred_at", "recorded_at", "kind", "type", "actor_name", "text", "text_en")
	for _, l := range r.Lines {
		occurred := ""
		if !l.OccurredAt.IsZero() {
			occurred = l.OccurredAt.UTC().Format(time.RFC3339)
		}
		record(&out, strconv.FormatInt(int64(l.Seq), 10), occurred, l.RecordedAt.UTC().Format(time.RFC3339),
			l.Fact.Subject().Kind, l.Fact.Type(), l.ActorName, l.Text[0], l.Text[1])
	}
	return out.Bytes()
}

func record(out *bytes.Buffer, cells ...string) {
	for i, cell := range cells {
		if i > 0 {
			out.WriteByte(',')
		}
		cell = unformula(cell)
		if strings.ContainsAny(cell, ",\"\r\n") || strings.HasPrefix(cell, " ") {
			cell = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
		}
		out.WriteString(cell)
	}
	out.WriteString("\r\n")
}

// unformula puts an apostrophe before what a spreadsheet would compute, as the
// ledgers' files do.
func unformula(cell string) string {
	for _, sign := range []string{"=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"} {
		if strings.HasPrefix(strings.TrimLeft(cell, "'"), sign) {
			return "'" + cell
		}
	}
	return cell
}

// placed is one feature of a report; a track has the time of each coordinate.
type placed struct {
	Type       string          `json:"type"`
	ID         string          `json:"id"`
	Geometry   json.RawMessage `json:"geometry"`
	Properties map[string]any  `json:"properties"`
}

// afterActionGeoJSON writes the incident, tracks, notes' places and closures.
func (s *Server) afterActionGeoJSON(c echo.Context, _ dispatch.Actor, r *dispatch.AfterAction) error {
	features, err := placesOf(r)
	if err != nil {
		return err
	}
	raw, err := json.Marshal(struct {
		Type     string   `json:"type"`
		Features []placed `json:"features"`
	}{collection, features})
	if err != nil {
		return fmt.Errorf("write places of %s: %w", r.Incident.Number, err)
	}
	asFile(c, r, "geojson")
	return c.Blob(http.StatusOK, "application/geo+json", raw)
}

func placesOf(r *dispatch.AfterAction) ([]placed, error) {
	in := r.Incident
	list := []placed{}
	add := func(id dispatch.ID, g orb.Geometry, properties map[string]any) error {
		raw, err := geoJSON(g)
		list = append(list, placed{feature, id.String(), raw, properties})
		return err
	}
	err := add(in.ID, in.Geometry, map[string]any{"kind": "incident", "number": in.Number, "title": in.Title, "state": in.State})
	for _, sent := range r.Sent {
		if sent.Track == nil || len(sent.Track.Points) < 2 || err != nil {
			continue // one place is no line
		}
		line, times := make(orb.LineString, len(sent.Track.Points)), make([]string, len(sent.Track.Points))
		for i, p := range sent.Track.Points {
			line[i], times[i] = p.Point, p.At.Format(time.RFC3339)
		}
		err = add(sent.ID, line, map[string]any{"kind": "track", "unit": sent.UnitCode, "name": sent.UnitName, "coordTimes": times, "fixes": sent.Track.Fixes})
	}
	for _, n := range r.Notes {
		if n.Point != nil && err == nil {
			err = add(n.ID, *n.Point, map[string]any{"kind": "note", "text": n.Text, "by": n.ByName, "written_at": n.WrittenAt.UTC(), "photo": n.Photo != nil})
		}
	}
	for _, e := range r.Closures {
		if err == nil {
			closure := e.Detail.(*dispatch.Closure)
			err = add(e.ID, e.Geometry, map[string]any{"kind": "closure", "code": e.Code, "name": e.Name, "cause": closure.Cause, "from": closure.From, "until": closure.Until})
		}
	}
	return list, err
}
