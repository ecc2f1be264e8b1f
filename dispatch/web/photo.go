package web

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"
	"github.com/paulmach/orb"

	"onemap/dispatch"
)

// mostReceiving is how many photos may be on their way in at once; each may
// come to 8 MiB of memory.
const mostReceiving = 16

var errReceiving = &refused{status: 503, code: "busy", detail: "too many photos on their way in", retry: 5}

// idOf reads an id from the path.
func idOf(c echo.Context, name string) (dispatch.ID, error) {
	id, err := uuid.Parse(c.Param(name))
	if err != nil || len(c.Param(name)) != 36 {
		return dispatch.ID{}, badParameter(name, "not a UUID")
	}
	return id, nil
}

// addPhoto takes a photo into an incident's notes.
func (s *Server) addPhoto(c echo.Context) error {
	r, k := c.Request(), callOf(c.Request().Context())
	n, err := photoNote(c)
	if err != nil {
		return err
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "image/jpeg" && kind != "image/png" {
		return refuse(415, "bad_image_type", "send image/jpeg or image/png")
	}
	select {
	case s.receiving <- struct{}{}:
		defer func() { <-s.receiving }()
	default:
		return errReceiving
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return photoCut(err)
	}
	photo, err := dispatch.ReadPhoto(kind, body)
	if err != nil {
		return err
	}
	n.Photo = &photo
	k.sign([]byte(photo.SHA256))
	command := k.asCommand(s.now())
	if !n.WrittenAt.IsZero() {
		command.OccurredAt = n.WrittenAt
	}
	receipt, err := s.Desk.AddNote(r.Context(), command, n, body)
	answer, err := s.done(r.Context(), receipt, err)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, answer)
}

// photoCut words why a photo could not be read to its end.
func photoCut(err error) error {
	var large *http.MaxBytesError
	var own *refused
	if errors.As(err, &large) || errors.As(err, &own) {
		return err
	}
	return refuse(400, "bad_image", "the body ended early")
}

// photoNote reads what is said of a photo beside its bytes.
func photoNote(c echo.Context) (n dispatch.Note, err error) {
	if n.Incident, err = idOf(c, "id"); err != nil {
		return n, err
	}
	if n.ID, err = idOf(c, "note"); err != nil {
		return n, err
	}
	q, err := url.ParseQuery(c.Request().URL.RawQuery)
	if err != nil {
		return n, badParameter("caption", "the query cannot be read")
	}
	n.Text = q.Get("caption")
	if text := q.Get("taken_at"); text != "" {
		if n.WrittenAt, err = time.Parse(time.RFC3339, text); err != nil {
			return n, badParameter("taken_at", "not a time such as 2026-11-23T08:00:00Z")
		}
	}
	lon, lat := q.Get("lon"), q.Get("lat")
	if (lon == "") != (lat == "") {
		return n, badParameter("lon", "lon and lat come together")
	}
	if lon == "" {
		return n, nil
	}
	x, errX := strconv.ParseFloat(lon, 64)
	y, errY := strconv.ParseFloat(lat, 64)
	if errX != nil || errY != nil {
		return n, badParameter("lon", "lon and lat are degrees")
	}
	n.Point = &orb.Point{x, y}
	return n, nil
}

// readPhoto sends a photo to whoever sees its incident and reads notes. It is
// somebody else's file: it is shown as the picture it was found to be, and
// nothing in it may run.
func (s *Server) readPhoto(c echo.Context) error {
	ctx, a, p := c.Request().Context(), callOf(c.Request().Context()).who.actor, s.Live.Picture()
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	n, err := s.Past.Note(ctx, id)
	if err != nil {
		return err
	}
	in, err := s.incident(ctx, p, a, n.Incident)
	if err != nil {
		return err
	}
	if n.Photo == nil || !p.ReadsNotes(a, in) {
		return dispatch.ErrNotFound
	}
	h, tag := c.Response().Header(), `"`+n.Photo.SHA256+`"`
	h.Set("ETag", tag)
	h.Set("Cache-Control", "private, no-cache") // kept, but asked for again: rights may have gone
	h.Set("Vary", "Cookie, Authorization")
	if same(c.Request().Header.Values("If-None-Match"), tag) {
		return c.NoContent(http.StatusNotModified)
	}
	s.noted(callOf(ctx), dispatch.KindNote, id, []string{"photo"})
	body, err := s.Past.Photo(ctx, id)
	if err != nil {
		return fmt.Errorf("read photo %s: %w", id, err)
	}
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Content-Disposition", "inline")
	return c.Blob(http.StatusOK, n.Photo.Type, body)
}
