package web

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"onemap/dispatch"
	"onemap/tiles"
)

// heardWithin is how recently a unit was heard to count as heard.
const heardWithin = 10 * time.Minute

// ReadStatus says what the server is at, counted in the caller's scope.
func (s api) ReadStatus(ctx context.Context, _ ReadStatusRequestObject) (ReadStatusResponseObject, error) {
	a, p, now := callOf(ctx).who.actor, s.Live.Picture(), s.now()
	answer := ReadStatus200JSONResponse{
		Seq: int64(p.Seq), Epoch: p.Epoch, Now: now.UTC(), Version: s.Version, Demo: s.Demo, Sockets: s.sockets.count(),
	}
	if a.May("ledger.read") != dispatch.Denied {
		positions := s.positionsFor(a)
		for _, e := range p.Shelf(dispatch.Units).ByCode() {
			if !a.Sees(e.Division, e.Sensitivity) {
				continue
			}
			answer.Units++
			if fix, ok := positions.At(e.ID); ok && now.Sub(fix.DeviceAt) <= heardWithin {
				answer.Heard++
			}
		}
	}
	for _, in := range p.Incidents {
		if in.State.Open() && p.SeesIncident(a, in) {
			answer.IncidentsOpen++
		}
	}
	return answer, nil
}

func (s *Server) readSpec(c echo.Context) error {
	c.Response().Header().Set("Cache-Control", "no-cache")
	return c.Blob(http.StatusOK, "application/yaml", spec)
}

// healthz says that the process answers.
func (s *Server) healthz(w http.ResponseWriter, _ *http.Request) {
	plainText(w, http.StatusOK, "ok\n")
}

// readyz says whether what the server stands on answers too.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), awaitTimeout)
	defer cancel()
	if err := s.ready(ctx); err != nil {
		s.Log.Warn("not ready", "error", err)
		w.Header().Set("Retry-After", "1")
		plainText(w, http.StatusServiceUnavailable, "not ready\n")
		return
	}
	plainText(w, http.StatusOK, "ready\n")
}

// ready asks for a query, for the journal behind the picture, and for a tile.
func (s *Server) ready(ctx context.Context) error {
	if err := s.Ready(ctx); err != nil {
		return err
	}
	if _, err := s.Feed.Events(ctx, s.Live.Picture().Seq, 1); err != nil {
		return fmt.Errorf("read journal: %w", err)
	}
	version, err := s.layerVersion(ctx, tiles.Base)
	if err != nil {
		return err
	}
	_, err = s.Tiles.Get(ctx, tiles.Key{Layer: tiles.Base}, version)
	return err
}

func plainText(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	// The asker may be gone; there is nobody else to tell.
	_, _ = w.Write([]byte(text))
}
