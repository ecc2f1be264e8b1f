package web

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"mime"
	"net/http"

	"github.com/labstack/echo/v4"

	"onemap/dispatch"
	"onemap/dispatch/wire/cap"
)

const (
	maxWarningBody = 8 << 20
	mostTold       = 200 // entries that an answer names
)

// xmlKinds are what an alert or a feed may call itself.
var xmlKinds = map[string]bool{"application/cap+xml": true, "application/atom+xml": true, "application/rss+xml": true, "application/xml": true, "text/xml": true}

// receiveWarnings takes a file of other houses' warnings.
func (s *Server) receiveWarnings(c echo.Context) error {
	ctx := c.Request().Context()
	kind, _, err := mime.ParseMediaType(c.Request().Header.Get("Content-Type"))
	if err != nil || !xmlKinds[kind] {
		return refuse(415, "bad_content_type", "send application/cap+xml, application/atom+xml, application/rss+xml or application/xml")
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
	feed, err := cap.ReadFeed(raw)
	if err != nil {
		return err
	}
	answer, err := s.takeWarnings(ctx, callOf(ctx).who.actor, feed, "")
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, answer)
}

// TakeFeed takes what a feed that this node polls has: nothing that has run
// out, and nothing that is plainly of elsewhere, for a national feed has a
// thousand a day. It returns an error only when the journal does not answer.
func (s *Server) TakeFeed(ctx context.Context, source string, f *cap.Feed) (cap.Taken, error) {
	out, err := s.takeWarnings(ctx, dispatch.System, f, source)
	return cap.Taken{Taken: out.Taken, Repeated: out.Repeated, LeftOut: out.LeftOut, Refused: out.Refused, Code: lastCode(out.Entries)}, err
}

func lastCode(entries []WarningTaken) (code string) {
	for _, e := range entries {
		if e.Outcome == OutcomeRefused {
			code = or(e.Code, code)
		}
	}
	return code
}

// takeWarnings takes each entry that carries its alert. source is the feed it
// came by, empty of a file.
func (s *Server) takeWarnings(ctx context.Context, a dispatch.Actor, feed *cap.Feed, source string) (WarningsTaken, error) {
	out := WarningsTaken{Entries: []WarningTaken{}, LeftOut: feed.Left}
	var last dispatch.Seq
	for i := range feed.Entries {
		told, seq, err := s.takeWarning(ctx, a, &feed.Entries[i], source)
		if err != nil {
			return out, err
		}
		last = max(last, seq)
		switch told.Outcome {
		case OutcomeTaken:
			out.Taken++
		case OutcomeRepeated:
			out.Repeated++
		case OutcomeLeftOut:
			out.LeftOut++
		default:
			out.Refused++
		}
		if len(out.Entries) < mostTold {
			out.Entries = append(out.Entries, told)
		}
	}
	if last > 0 {
		s.await(ctx, last)
	}
	out.Seq = int64(s.Live.Picture().Seq)
	return out, nil
}

// takeWarning takes one. What cannot be taken is said, and spoils no other.
func (s *Server) takeWarning(ctx context.Context, a dispatch.Actor, e *cap.Entry, source string) (WarningTaken, dispatch.Seq, error) {
	told := WarningTaken{Outcome: OutcomeLeftOut}
	if e.Alert == nil {
		if e.Err == nil {
			told.Code, told.Text = some("link_only"), some("the entry names where its alert is, and does not carry it")
			return told, 0, nil
		}
		return refusedWarning(told, e.Err)
	}
	told.Sender, told.Identifier, told.Sent = some(e.Alert.Sender), some(e.Alert.Identifier), ptr(e.Alert.Sent.UTC())
	w, err := foreignOf(e.Alert, source)
	if err != nil {
		return refusedWarning(told, err)
	}
	if source != "" {
		if code := s.notForUs(e.Alert, &w); code != "" {
			told.Code = &code
			return told, 0, nil
		}
	}
	told.Id = ptr(dispatch.ForeignID(w.Foreign.Sender, w.Foreign.Identifier, w.Foreign.Sent))
	c := dispatch.Command{ID: dispatch.NewID(), Actor: a, OccurredAt: w.Foreign.Sent, Digest: sha256.Sum256(w.Foreign.Alert)}
	receipt, err := s.Desk.ReceiveWarning(ctx, c, w)
	switch {
	case dispatch.ErrExists.Is(err):
		told.Outcome = OutcomeRepeated
		return told, 0, nil
	case err != nil:
		return refusedWarning(told, err)
	}
	told.Outcome = OutcomeTaken
	if len(w.Foreign.Problems) > 0 {
		told.Problems = ptr(problemsOf(w.Foreign.Problems))
	}
	return told, receipt.Seq, nil
}

// refusedWarning says what is wrong with one; what is no refusal, or says "not
// now", ends the whole.
func refusedWarning(told WarningTaken, err error) (WarningTaken, dispatch.Seq, error) {
	var said *dispatch.Error
	if !errors.As(err, &said) || said.Kind == dispatch.Unavailable || said.Kind == dispatch.Forbidden && said.Code != dispatch.ErrForeign.Code {
		return told, 0, err
	}
	told.Outcome, told.Code, told.Text = OutcomeRefused, &said.Code, &said.Text
	if len(said.Fields) > 0 {
		told.Problems = ptr(problemsOf(said.Fields))
	}
	return told, 0, nil
}

// notForUs says why what a feed offers is left out, empty when it is taken.
func (s *Server) notForUs(a *cap.Alert, w *dispatch.Warning) string {
	if a.ExpiredAt(s.now()) {
		return "expired"
	}
	p := s.Live.Picture()
	city, bound := s.cityOf(p), p.Bound()
	near := w.Text.Polygon == nil && len(w.Text.Divisions) == 0
	for _, code := range w.Text.Divisions {
		near = near || within2(code, city)
	}
	if w.Text.Polygon != nil {
		near = near || w.Text.Polygon.Bound().Intersects(bound)
	}
	if !near {
		return "elsewhere"
	}
	return ""
}

// within2 reports whether one of two divisions holds the other.
func within2(a, b string) bool { return dispatch.Within(a, b) || dispatch.Within(b, a) }
