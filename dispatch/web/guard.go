package web

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/labstack/echo/v4"

	"onemap/dispatch"
)

// policy is the strictest the client works with; see its trusted types.
const policy = "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; img-src 'self' data: blob:; " +
	"style-src 'self'; font-src 'self'; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; " +
	"require-trusted-types-for 'script'; trusted-types default vue"

// Handler returns everything the server answers.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/api/", s.echo)
	mux.Handle("/tiles/", s.echo)
	mux.Handle("/ogc", s.echo)
	mux.Handle("/ogc/", s.echo)
	mux.HandleFunc("GET /healthz", s.healthz)
	mux.HandleFunc("GET /readyz", s.readyz)
	mux.Handle("GET /metrics", s.metrics.handler)
	mux.Handle("/", s.client)
	return s.guard(mux)
}

// guard is what every request passes first.
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		k := &call{id: dispatch.NewID().String(), ip: ip(r), what: r.Method + " " + r.URL.RequestURI(), english: wantsEnglish(r.Header.Get("Accept-Language")), gzip: accepts(r, "gzip")}
		protect(w.Header(), k.id)
		defer s.recovered(w, k)
		if err := s.inspect(r); err != nil {
			writeProblem(w, k, err)
			return
		}
		next.ServeHTTP(w, r.WithContext(withCall(r.Context(), k)))
	})
}

func protect(h http.Header, id string) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(self)")
	h.Set("X-Request-Id", id)
}

// recovered turns a panic into a problem, and leaves the process up.
func (s *Server) recovered(w http.ResponseWriter, k *call) {
	cause := recover()
	if cause == nil {
		return
	}
	if cause == http.ErrAbortHandler {
		panic(cause)
	}
	s.Log.Error("panic", "request", k.id, "op", k.op.ID, "cause", cause, "stack", string(debug.Stack()))
	writeProblem(w, k, nil)
}

// inspect refuses what no handler should see.
func (s *Server) inspect(r *http.Request) *refused {
	path := strings.ToLower(r.URL.EscapedPath())
	switch {
	case r.Method == http.MethodTrace || r.Method == http.MethodConnect || overridden(r.Header):
		return &refused{status: 405, code: "method_not_allowed", detail: "this method is not taken, nor is overriding it", allow: "GET, PUT, PATCH, POST, DELETE"}
	case strings.Contains(path, "..") || strings.Contains(path, "%2e") || strings.Contains(path, "%2f") ||
		strings.Contains(path, "%5c") || strings.ContainsAny(path, "\\\x00") || strings.Contains(path, "%00"):
		return refuse(404, "not_found", "there is nothing at this path")
	case !s.serves(r.Host):
		return refuse(421, "foreign_host", "this server does not answer to that name")
	}
	return nil
}

func overridden(h http.Header) bool {
	for _, name := range []string{"X-Http-Method-Override", "X-Http-Method", "X-Method-Override"} {
		if h.Get(name) != "" {
			return true
		}
	}
	return false
}

// serves reports whether a Host header names this server: a name it was given,
// a loopback name, or an address when it was given no names. A name that is
// none of these may be a foreign page's, bound to our address.
func (s *Server) serves(host string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.ToLower(strings.Trim(name, "[]"))
	for _, own := range s.Hosts {
		if own = strings.ToLower(own); own == name || own == strings.ToLower(host) {
			return true
		}
	}
	if name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return true
	}
	addr := net.ParseIP(name)
	return addr != nil && (addr.IsLoopback() || len(s.Hosts) == 0)
}

// ip is the other end of the connection. X-Forwarded-For is anybody's word.
func ip(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// fail answers with a problem, and logs a fault. A caller who hangs up while
// the answer is on its way is none.
func (s *Server) fail(c echo.Context, err error) {
	k := callOf(c.Request().Context())
	r := refusalOf(err)
	switch {
	case r != nil:
	case hungUp(err):
		s.Log.Info("answer not taken", "request", k.id, "op", k.op.ID, "cause", err)
	default:
		s.Log.Error("fault", "request", k.id, "op", k.op.ID, "error", err)
	}
	if c.Response().Committed {
		return // the answer was under way; the connection ends short of its length
	}
	writeProblem(c.Response(), k, r)
}

// hungUp reports an error that is the caller's going away.
func hungUp(err error) bool {
	return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) || errors.Is(err, context.Canceled)
}

// logged writes one line a command.
func (s *Server) logged(c echo.Context, k *call, status int, took slog.Attr) {
	s.Log.Info("command", "op", k.op.ID, "request", k.id, "actor", k.who.actor.Name, "ip", k.ip, "status", status, "seq", int64(k.receipt.Seq), took)
}
