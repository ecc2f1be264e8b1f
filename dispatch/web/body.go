package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"time"

	"github.com/labstack/echo/v4"

	"onemap/dispatch"
	"onemap/dispatch/wire/osmand"
)

// Most bytes of a body, by operation; the rest gets maxBody.
const (
	maxBody       = 1 << 20
	maxFixesBody  = 4 << 20
	maxImportBody = 64 << 20
	maxPhotoBody  = dispatch.MostPhotoBytes
)

func bodyLimit(op string) int64 {
	switch op {
	case "reportFixes":
		return maxFixesBody
	case "addPhoto":
		return maxPhotoBody
	case "addTrack":
		return maxTrackBody
	case "receiveWarnings":
		return maxWarningBody
	case "reportPhoneForm":
		return osmand.MostBytes
	case "importEntries", "startImport":
		return maxImportBody
	}
	return maxBody
}

// pace is how slowly a body may come: bytes a second after a time of grace. A
// flat deadline would cut an honest tablet on a bad line.
type pace struct {
	grace time.Duration
	rate  int64
}

var honest = pace{10 * time.Second, 1 << 10}

// deadline is the latest moment at which byte n must have come.
func (p pace) deadline(start time.Time, n int64) time.Time {
	return start.Add(p.grace + time.Duration(n)*time.Second/time.Duration(p.rate))
}

// pacedBody gives up on a body that comes too slowly.
type pacedBody struct {
	io.ReadCloser
	conn  *http.ResponseController
	pace  pace
	start time.Time
	n     int64
}

func (b *pacedBody) Read(p []byte) (int, error) {
	// A recorder in a test has no connection to set a deadline on.
	_ = b.conn.SetReadDeadline(b.pace.deadline(b.start, b.n))
	n, err := b.ReadCloser.Read(p)
	b.n += int64(n)
	switch {
	case errors.Is(err, io.EOF):
		_ = b.conn.SetReadDeadline(time.Time{})
	case errors.Is(err, os.ErrDeadlineExceeded):
		err = refuse(408, "too_slow", "the body came too slowly")
	}
	return n, err
}

// guardBody bounds size and slowness, and refuses what is compressed: its size
// is a promise nobody keeps.
func (s *Server) guardBody(c echo.Context, op operation) error {
	r := c.Request()
	if r.Header.Get("Content-Encoding") != "" {
		return refuse(415, "compressed", "send the body as it is")
	}
	limit := bodyLimit(op.ID)
	if r.ContentLength > limit {
		return &http.MaxBytesError{Limit: limit}
	}
	w := c.Response().Writer
	paced := &pacedBody{ReadCloser: r.Body, conn: http.NewResponseController(w), pace: s.pace, start: time.Now()}
	r.Body = http.MaxBytesReader(w, paced, limit)
	return nil
}

// Bind reads a JSON body strictly into v; echo and the generated code call it.
func (s *Server) Bind(v any, c echo.Context) error {
	r := c.Request()
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return refuse(415, "bad_content_type", "send application/json")
	}
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		return bodyError(err)
	}
	if err := decode(raw, v, shapeOf(v)); err != nil {
		return err
	}
	var canonical bytes.Buffer
	if err := json.Compact(&canonical, raw); err != nil {
		return refuse(400, "bad_json", "not JSON")
	}
	callOf(r.Context()).sign(canonical.Bytes())
	return nil
}

// bodyError words why a body could not be read to its end.
func bodyError(err error) error {
	var large *http.MaxBytesError
	var own *refused
	if errors.As(err, &large) || errors.As(err, &own) {
		return err
	}
	return refuse(400, "bad_json", "the body ended early")
}

// decode scans raw and decodes it into v.
func decode(raw []byte, v any, s *shape) error {
	if err := scan(raw, s); err != nil {
		return err
	}
	err := json.Unmarshal(raw, v)
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrong):
		text := "a " + wrong.Value + " is not wanted here"
		return &refused{status: 400, code: "bad_type", detail: text, fields: []FieldProblem{{Path: wrong.Field, Code: "bad_type", Text: text}}}
	case err != nil:
		return refuse(400, "bad_json", "a value is not of its form")
	}
	return nil
}
