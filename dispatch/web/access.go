package web

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"onemap/dispatch"
)

// Most time an operation may take; what waits longer gets 503.
const (
	callTimeout   = 5 * time.Second
	importTimeout = 2 * time.Minute
	photoTimeout  = 2 * time.Minute // a tablet in a valley sends slowly
)

// lesser holds the smaller rights that also open an operation; the desk then
// decides what of it may be done.
var lesser = map[dispatch.Action][]dispatch.Action{"ledger.edit": {"ledger.operate", "closure.edit"}}

// admit lets a request through to its handler: only what the contract
// declares, only by whom the matrix names.
func (s *Server) admit(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		k := callOf(r.Context())
		op, declared := s.operations[r.Method+" "+c.Path()]
		if !declared {
			return next(c) // the router's 404 or 405, for every route is declared
		}
		k.op = op
		start := time.Now()
		if age := s.Live.Age(s.now()); age >= staleAnswer {
			c.Response().Header().Set("Age", strconv.Itoa(int(age/time.Second)))
		}
		err := s.enter(c, k)
		if err == nil {
			err = s.within(c, op, next)
		}
		if err != nil {
			s.fail(c, err)
		}
		status, took := c.Response().Status, time.Since(start)
		s.metrics.request(op.ID, status, took)
		if op.changes() {
			s.logged(c, k, status, slog.Duration("took", took))
		}
		return nil
	}
}

// staleAnswer is the age from which an answer says how old its picture is.
const staleAnswer = 3 * time.Second

// within runs a handler under the operation's deadline. A socket has none.
func (s *Server) within(c echo.Context, op operation, next echo.HandlerFunc) error {
	limit := callTimeout
	switch op.ID {
	case "live":
		return next(c)
	case "importEntries", "exportEntries", "receiveWarnings", "readStudyResult", "rerunStudy":
		limit = importTimeout
	case "addPhoto", "addTrack":
		limit = photoTimeout
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), limit)
	defer cancel()
	c.SetRequest(c.Request().WithContext(ctx))
	return next(c)
}

// enter finds out who asks, and whether they may.
func (s *Server) enter(c echo.Context, k *call) error {
	if err := s.guardBody(c, k.op); err != nil {
		return err
	}
	r := c.Request()
	if k.op.Action != public {
		who, err := s.whoAsks(k, r)
		if err != nil {
			return err
		}
		k.who = who
	}
	// A machine's token is never sent by a browser on its own; a cookie is, and
	// so is a sign-in form on a foreign page.
	if !k.who.machine && k.op.ID != "live" {
		if err := s.foreign.Check(r); err != nil {
			return refuse(403, "cross_origin", "the request comes from another site")
		}
	}
	if err := allowed(k); err != nil {
		return err
	}
	if k.op.writes() && s.Full != nil && s.Full() {
		return errFull
	}
	if r.Method == http.MethodGet {
		c.Response().Header().Set("Cache-Control", "no-store")
	}
	return k.readKeys(c)
}

// errFull refuses what could not be kept: a full disk would stop the database,
// and reading with it.
var errFull = refuse(507, "read_only", "the disk is nearly full: reading goes on, nothing is written")

// allowed asks the matrix.
func allowed(k *call) error {
	if k.op.Action == public {
		return nil
	}
	actions := append([]dispatch.Action{k.op.Action}, lesser[k.op.Action]...)
	// What a right was used for is in the scope of that right: the others stay
	// outside the door.
	k.who.actor = k.who.actor.For(actions...)
	if !slices.ContainsFunc(actions, func(x dispatch.Action) bool { return k.who.actor.May(x) != dispatch.Denied }) {
		return dispatch.ErrForbidden
	}
	if k.who.mustChange && k.op.Action != "session.own" {
		return refuse(403, "must_change_password", "the password was given for one use; change it first")
	}
	return nil
}
