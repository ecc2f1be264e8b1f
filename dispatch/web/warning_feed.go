package web

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"onemap/dispatch"
	"onemap/dispatch/wire/cap"
)

// readWarningCap writes one message of a warning: of ours nothing that is not
// out yet.
func (s *Server) readWarningCap(c echo.Context) error {
	ctx := c.Request().Context()
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	w, err := s.warning(ctx, s.Live.Picture(), id)
	if err != nil {
		return err
	}
	n, last := 0, w.Out(s.now())
	if text := c.QueryParam("n"); text != "" {
		if n, err = strconv.Atoi(text); err != nil || n < 1 || n > 50 {
			return badParameter("n", "a whole number from 1 to 50")
		}
	}
	var raw []byte
	switch {
	case w.Foreign != nil && n <= 1:
		raw, err = foreignAgain(w.Foreign)
	case w.Foreign == nil && n == 0 && last > 0:
		raw, err = EncodeWarning(w.Sent[last-1])
	case w.Foreign == nil && n > 0 && n <= last:
		raw, err = EncodeWarning(w.Sent[n-1])
	default:
		return dispatch.ErrNotFound.With("no such message is out")
	}
	if err != nil {
		return err
	}
	return c.Blob(http.StatusOK, "application/cap+xml", raw)
}

// readWarningFeed writes our warnings that are out, real ones or exercises. It
// is made from the picture whenever it is asked for, and stored nowhere.
func (s *Server) readWarningFeed(c echo.Context) error {
	r := c.Request()
	a, p, now := callOf(r.Context()).who.actor, s.Live.Picture(), s.now()
	exercise := false
	switch c.QueryParam("exercise") {
	case "", "false":
	case "true":
		exercise = true
	default:
		return badParameter("exercise", "true or false")
	}
	scheme := "http"
	if s.Secure {
		scheme = "https"
	}
	base := scheme + "://" + r.Host
	self := base + "/api/warnings/feed"
	f := cap.Feed{ID: "urn:onemap:" + p.Epoch + ":warnings", Title: "预警信息"}
	if exercise {
		f.ID, f.Title, self = f.ID+":exercise", "【演练】预警信息", self+"?exercise=true"
	}
	for _, w := range p.Warnings {
		last := w.Out(now)
		if last == 0 || w.Exercise() != exercise || !p.SeesWarning(a, w) {
			continue
		}
		m := w.Sent[last-1]
		alert, err := capOf(m)
		if err != nil {
			return fmt.Errorf("write warning %s: %w", w.ID, err)
		}
		f.Entries = append(f.Entries, cap.EntryOf(alert, base+"/api/warnings/"+w.ID.String()+"/cap"))
		if m.OutAt.After(f.Updated) {
			f.Updated = m.OutAt
		}
	}
	if f.Updated.IsZero() { // an empty feed says the same from one time to the next
		f.Updated = time.Unix(0, 0)
	}
	f.Updated = f.Updated.In(beijing)
	raw, err := cap.WriteFeed(f, s.Desk.House.Name, self, now)
	if err != nil {
		return fmt.Errorf("write the feed of warnings: %w", err)
	}
	sum := sha256.Sum256(raw)
	tag := `"` + hex.EncodeToString(sum[:12]) + `"`
	c.Response().Header().Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		return c.NoContent(http.StatusNotModified)
	}
	return c.Blob(http.StatusOK, "application/atom+xml", raw)
}
