package web

import (
	"fmt"
	"io"
	"mime"
	"net/http"

	"github.com/labstack/echo/v4"

	"onemap/dispatch"
	"onemap/dispatch/wire/gpx"
	"onemap/dispatch/wire/nmea"
	"onemap/geo/crs"
)

const maxTrackBody = 16 << 20

// trackTaken says what became of an uploaded track.
type trackTaken struct {
	Points   int            `json:"points"`
	Kept     int            `json:"kept"`
	Doubtful int            `json:"doubtful"`
	Refused  int            `json:"refused"`
	Code     string         `json:"code,omitempty"` // of the last that was refused
	LeftOut  map[string]int `json:"left_out,omitempty"`
}

// addTrack takes a receiver's file into a unit's track: what was stored on the
// way moves nothing on the map.
func (s *Server) addTrack(c echo.Context) error {
	ctx, k := c.Request().Context(), callOf(c.Request().Context())
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	unit := s.Live.Picture().Entry(dispatch.Units, id)
	if unit == nil || !mayReport(k.who.actor, unit) {
		return dispatch.ErrNotFound
	}
	datum, err := trackDatum(c)
	if err != nil {
		return err
	}
	if s.Intake == nil {
		return refuse(503, "unavailable", "positions are not taken in")
	}
	select {
	case s.receiving <- struct{}{}:
		defer func() { <-s.receiving }()
	default:
		return errReceiving
	}
	raw, err := io.ReadAll(c.Request().Body)
	if err != nil {
		return bodyError(err)
	}
	fixes, left, err := decodeTrack(c.Request().Header.Get("Content-Type"), raw)
	if err != nil {
		return err
	}
	// A person's file comes through the same gate as a terminal's, in nobody's name.
	carrier := &dispatch.Terminal{Protocol: dispatch.NMEA, Unit: id, Datum: datum, Clock: dispatch.DeviceClock, SkewS: dispatch.DefaultSkew, Enabled: true}
	from := dispatch.Source{Protocol: dispatch.NMEA, Remote: k.ip}
	s.Intake.Heard(from, 1)
	counted, err := s.Intake.Backfill(ctx, from, carrier, fixes)
	if err != nil {
		return fmt.Errorf("take the track of %s in: %w", id, err)
	}
	return c.JSON(http.StatusOK, trackTaken{
		Points: len(fixes), Kept: counted.Backfilled, Doubtful: counted.Doubtful, Refused: counted.Refused, Code: counted.Code, LeftOut: left,
	})
}

func trackDatum(c echo.Context) (crs.Datum, error) {
	text := c.QueryParam("datum")
	if text == "" {
		return crs.WGS84, nil
	}
	if !Datum(text).Valid() {
		return "", badParameter("datum", "one of: wgs84, cgcs2000, gcj02, bd09")
	}
	return crs.Datum(text), nil
}

// decodeTrack reads a file by its media type, and says what it left out.
func decodeTrack(kind string, raw []byte) ([]dispatch.Fix, map[string]int, error) {
	kind, _, err := mime.ParseMediaType(kind)
	left := map[string]int{}
	switch {
	case err == nil && kind == "application/gpx+xml":
		r, err := gpx.Decode(raw)
		if r.NoTime > 0 {
			left["no_times"] = r.NoTime
		}
		if r.NoPlace > 0 {
			left["bad_geometry"] = r.NoPlace
		}
		return r.Fixes, left, err
	case err == nil && (kind == "text/plain" || kind == "application/nmea" || kind == "text/vnd.nmea"):
		l, err := nmea.Decode(raw)
		for code, n := range l.Bad {
			left[code] = n
		}
		if l.Undated > 0 {
			left["no_times"] = l.Undated
		}
		return l.Fixes, left, err
	}
	return nil, nil, refuse(415, "bad_content_type", "send application/gpx+xml, or NMEA sentences as text/plain")
}
