package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"

	"github.com/labstack/echo/v4"
)

// TestWhoeverHangsUpIsNoFault: an operator who is called at night for each
// closed browser tab does not look when something is broken.
func TestWhoeverHangsUpIsNoFault(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err   error
		level string
	}{
		{fmt.Errorf("write answer: %w", syscall.ECONNRESET), "INFO"},
		{fmt.Errorf("write answer: %w", syscall.EPIPE), "INFO"},
		{fmt.Errorf("read incident: %w", context.Canceled), "INFO"},
		{errors.New("no such column"), "ERROR"},
	} {
		var log bytes.Buffer
		s := &Server{Config: Config{Log: slog.New(slog.NewTextHandler(&log, nil))}}
		r := httptest.NewRequest("GET", "/api/roads", nil)
		r = r.WithContext(withCall(r.Context(), &call{id: "r", op: operation{ID: "readRoads"}}))
		s.fail(echo.New().NewContext(r, httptest.NewRecorder()), c.err)
		if !strings.Contains(log.String(), "level="+c.level) {
			t.Errorf("%v is logged as %s, want %s", c.err, log.String(), c.level)
		}
	}
}
