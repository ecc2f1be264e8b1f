package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"onemap/dispatch"
	"onemap/dispatch/wire/gpx"
	"onemap/dispatch/wire/kml"
)

// How much of the past one answer holds.
const (
	longestTrack  = 31 * 24 * time.Hour
	mostFixesRead = 50_000 // of all tracks together; more are thinned
	mostWithin    = 1000.0 // metres a simplified track may lie off
)

// trackQuery is what is asked of tracks.
type trackQuery struct {
	unit, incident *dispatch.ID
	from, to       time.Time
	within         float64
	doubtful       bool
}

// readTracks sends where units were as GeoJSON, GPX or KML.
func (s *Server) readTracks(c echo.Context) error {
	ctx, a := c.Request().Context(), callOf(c.Request().Context()).who.actor
	write := map[string]func(echo.Context, trackQuery, []dispatch.UnitTrack) error{"": s.tracksGeoJSON, "geojson": s.tracksGeoJSON, "gpx": s.tracksGPX, "kml": s.tracksKML}[c.QueryParam("format")]
	if write == nil {
		return badParameter("format", "geojson, gpx or kml")
	}
	q, err := readTrackQuery(c, s.now())
	if err != nil {
		return err
	}
	done, err := s.measure(ctx)
	if err != nil {
		return err
	}
	defer done()
	tracks, err := s.tracks(ctx, a, q)
	if err != nil {
		return err
	}
	return write(c, q, tracks)
}

func readTrackQuery(c echo.Context, now time.Time) (q trackQuery, err error) {
	for name, to := range map[string]**dispatch.ID{"unit": &q.unit, "incident": &q.incident} {
		if text := c.QueryParam(name); text != "" {
			id, err := uuid.Parse(text)
			if err != nil || len(text) != 36 {
				return q, badParameter(name, "not a UUID")
			}
			*to = &id
		}
	}
	if (q.unit == nil) == (q.incident == nil) {
		return q, badParameter("unit", "name a unit or an incident")
	}
	q.to = now
	for name, to := range map[string]*time.Time{"from": &q.from, "to": &q.to} {
		if text := c.QueryParam(name); text != "" {
			if *to, err = time.Parse(time.RFC3339, text); err != nil {
				return q, badParameter(name, "not a time such as 2026-11-23T08:00:00Z")
			}
		}
	}
	if q.unit != nil && (q.from.IsZero() || !q.from.Before(q.to) || q.to.Sub(q.from) > longestTrack) {
		return q, badParameter("from", "from before to, at most 31 days")
	}
	if text := c.QueryParam("within_m"); text != "" {
		if q.within, err = strconv.ParseFloat(text, 64); err != nil || !(q.within >= 0 && q.within <= mostWithin) {
			return q, badParameter("within_m", "0 to 1000 metres")
		}
	}
	switch c.QueryParam("doubtful") {
	case "", "false":
	case "true":
		q.doubtful = true
	default:
		return q, badParameter("doubtful", "true or false")
	}
	return q, nil
}

// tracks reads what the actor may see of it: of a unit as its position is seen
// now, of an incident what each assignment bound. A unit out of scope is one
// that does not exist.
func (s *Server) tracks(ctx context.Context, a dispatch.Actor, q trackQuery) ([]dispatch.UnitTrack, error) {
	p, now := s.Live.Picture(), s.now()
	var spans []dispatch.TrackSpan
	if q.unit != nil {
		unit := p.Entry(dispatch.Units, *q.unit)
		if unit == nil || !a.SeesPosition(unit) {
			return nil, dispatch.ErrNotFound
		}
		spans = []dispatch.TrackSpan{{Unit: unit.ID, From: q.from, To: q.to}}
	} else {
		if _, err := s.incident(ctx, p, a, *q.incident); err != nil {
			return nil, err
		}
		sent, err := s.pastAssignments(ctx, p, a, q.incident, nil)
		if err != nil {
			return nil, err
		}
		for _, span := range p.TrackSpans(a, sent, now) {
			if span.From.Before(q.from) {
				span.From = q.from
			}
			if span.To.After(q.to) {
				span.To = q.to
			}
			if span.From.Before(span.To) {
				spans = append(spans, span)
			}
		}
	}
	if len(spans) == 0 {
		return nil, nil
	}
	tracks, err := s.Past.UnitTracks(ctx, spans, mostFixesRead)
	if err != nil {
		return nil, fmt.Errorf("read tracks: %w", err)
	}
	for i := range tracks {
		t := &tracks[i]
		t.Code = t.Unit.String()
		if e := p.Entry(dispatch.Units, t.Unit); e != nil {
			t.Code, t.Name = e.Code, e.Name
		}
		t.Points, t.Within = dispatch.Trace(t.Points), q.within
		if !q.doubtful {
			t.Points = dispatch.Trusted(t.Points)
		}
		t.Points = dispatch.Simplify(t.Points, q.within)
	}
	return tracks, nil
}

// trackProperties stand in each feature: one for each part of a track without a
// gap, its arrays parallel to its coordinates.
type trackProperties struct {
	Unit       dispatch.ID  `json:"unit"`
	Code       string       `json:"code"`
	Name       string       `json:"name,omitempty"`
	Assignment *dispatch.ID `json:"assignment,omitempty"`
	Part       int          `json:"part"`
	Fixes      int          `json:"fixes"` // kept in all, of the whole track
	StepS      float64      `json:"step_s"`
	WithinM    float64      `json:"within_m"`
	Times      []time.Time  `json:"times"`
	Speeds     []*float64   `json:"speeds_mps"`
	Headings   []*float64   `json:"headings_deg"`
	Doubtful   []int        `json:"doubtful,omitempty"` // which points
	SOS        []int        `json:"sos,omitempty"`
}

type trackFeature struct {
	Type       string            `json:"type"`
	Geometry   *geojson.Geometry `json:"geometry"`
	Properties trackProperties   `json:"properties"`
}

func (s *Server) tracksGeoJSON(c echo.Context, _ trackQuery, tracks []dispatch.UnitTrack) error {
	answer := struct {
		Type     string         `json:"type"`
		Features []trackFeature `json:"features"`
	}{"FeatureCollection", []trackFeature{}}
	for _, t := range tracks {
		for part, segment := range t.Segments() {
			answer.Features = append(answer.Features, featureOfTrack(t, part, segment))
		}
	}
	raw, err := json.Marshal(answer)
	if err != nil {
		return fmt.Errorf("write tracks: %w", err)
	}
	return c.Blob(http.StatusOK, "application/geo+json", raw)
}

func featureOfTrack(t dispatch.UnitTrack, part int, segment []dispatch.Fix) trackFeature {
	p := trackProperties{Unit: t.Unit, Code: t.Code, Name: t.Name, Part: part, Fixes: t.Kept, StepS: t.Step.Seconds(), WithinM: t.Within}
	if t.Assignment != (dispatch.ID{}) {
		p.Assignment = &t.Assignment
	}
	var line orb.LineString
	for i, f := range segment {
		line = append(line, f.Point)
		p.Times = append(p.Times, f.DeviceAt.UTC())
		p.Speeds, p.Headings = append(p.Speeds, f.SpeedMPS), append(p.Headings, (*float64)(f.Heading))
		if f.Doubtful {
			p.Doubtful = append(p.Doubtful, i)
		}
		if f.SOS {
			p.SOS = append(p.SOS, i)
		}
	}
	var shape orb.Geometry = line
	if len(line) == 1 { // one point is no line
		shape = line[0]
	}
	return trackFeature{"Feature", geojson.NewGeometry(shape), p}
}

func (s *Server) tracksGPX(c echo.Context, q trackQuery, tracks []dispatch.UnitTrack) error {
	trackFile(c, q, "application/gpx+xml", "gpx")
	return gpx.Encode(c.Response(), tracks, s.now())
}

func (s *Server) tracksKML(c echo.Context, q trackQuery, tracks []dispatch.UnitTrack) error {
	trackFile(c, q, "application/vnd.google-earth.kml+xml", "kml")
	return kml.Encode(c.Response(), tracks)
}

func trackFile(c echo.Context, q trackQuery, kind, ending string) {
	of := q.unit
	if of == nil {
		of = q.incident
	}
	h := c.Response().Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="track-%s.%s"`, of, ending))
}
