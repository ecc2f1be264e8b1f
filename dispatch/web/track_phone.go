package web

import (
	"context"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"onemap/dispatch"
	"onemap/dispatch/wire/osmand"
)

// errPhone is all that somebody who is not let in is told.
var errPhone = refuse(401, "unauthorized", "unknown device, or a wrong secret")

// reportPhone takes positions of phone apps in: the OsmAnd protocol in the query
// or a form, or JSON. A phone names itself by its id and proves it by its secret,
// as parameter token, HTTP Basic password or Bearer.
func (s *Server) reportPhone(c echo.Context) error {
	ctx, k := c.Request().Context(), callOf(c.Request().Context())
	if s.Intake == nil {
		return refuse(503, "unavailable", "positions are not taken in")
	}
	message, q, err := readPhone(c.Request())
	from := dispatch.Source{Protocol: dispatch.OsmAnd, Identity: message.Identity, Remote: k.ip}
	if len(from.Identity) > 128 {
		return badParameter("id", "at most 128 characters")
	}
	if message.Identity == "" {
		s.refusePhone(from, err)
		return err
	}
	t, let, lateErr := s.letPhone(ctx, k, from, secretOf(c.Request(), q))
	if lateErr != nil || !let {
		return lateErr
	}
	if err != nil {
		s.refusePhone(from, err)
		for _, f := range message.Fixes { // nothing stands between a cry and the desk
			if f.SOS {
				if err := s.Intake.Distress(ctx, from, t, f); err != nil {
					return err
				}
			}
		}
		return err
	}
	now := s.now()
	for i := range message.Fixes {
		if message.Fixes[i].DeviceAt.IsZero() {
			message.Fixes[i].DeviceAt = now
		}
	}
	s.Intake.Heard(from, 1)
	counted, err := s.Intake.Take(ctx, from, t, message.Fixes)
	switch {
	case err != nil:
		return err
	case counted.Code == "busy":
		return &refused{status: 503, code: "busy", detail: "send it again", retry: 5}
	}
	// What is refused for good is answered like the rest: sent again it would be
	// refused again, and the phone would keep it for ever.
	return c.NoContent(http.StatusOK)
}

func (s *Server) refusePhone(from dispatch.Source, err error) {
	if r := refusalOf(err); r != nil {
		s.Intake.Refused(from, r.code, r.detail)
	}
}

// readPhone reads one message, and the parameters beside it.
func readPhone(r *http.Request) (osmand.Message, url.Values, error) {
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return osmand.Message{}, q, badParameter("id", "the query cannot be read")
	}
	if r.Method == http.MethodGet {
		m, err := osmand.Query(q)
		return m, q, err
	}
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		return osmand.Message{}, q, bodyError(err)
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")) // no type is a form of nothing
	switch kind {
	case "application/json":
		m, err := osmand.JSON(raw)
		return m, q, err
	case "application/x-www-form-urlencoded", "":
		form, err := url.ParseQuery(string(raw))
		if err != nil {
			return osmand.Message{}, q, badParameter("id", "the form cannot be read")
		}
		for name, values := range form {
			q[name] = values
		}
		m, err := osmand.Query(q)
		return m, q, err
	}
	return osmand.Message{}, q, refuse(415, "bad_content_type", "send a query, a form or JSON")
}

func secretOf(r *http.Request, q url.Values) string {
	if _, password, ok := r.BasicAuth(); ok {
		return password
	}
	if scheme, secret, _ := strings.Cut(r.Header.Get("Authorization"), " "); strings.EqualFold(scheme, "Bearer") {
		return secret
	}
	return q.Get("token")
}

// letPhone finds the terminal and has it prove itself. Failures are counted by
// address and identity, as those of people who sign in are.
func (s *Server) letPhone(ctx context.Context, k *call, from dispatch.Source, secret string) (*dispatch.Terminal, bool, error) {
	name := "osmand " + from.Identity
	if retry := s.throttle.try(s.now(), k.ip, name); retry > 0 {
		return nil, false, &refused{status: 429, code: "too_many_attempts", detail: "too many wrong secrets", retry: retry}
	}
	t, ok := s.Intake.Terminal(dispatch.OsmAnd, from.Identity)
	if !ok {
		s.Intake.Refused(from, "unknown_terminal", "no phone of that id is let in")
		return nil, false, errPhone
	}
	proven, err := s.Intake.Proves(ctx, t, secret)
	if err != nil {
		s.throttle.succeeded(k.ip, name)
		return nil, false, err
	}
	if !proven || len(secret) > 256 {
		s.Intake.Refused(from, "bad_credentials", "the secret is wrong or missing")
		return nil, false, errPhone
	}
	s.throttle.succeeded(k.ip, name)
	return t, true, nil
}
