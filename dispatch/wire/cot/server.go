package cot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"onemap/dispatch"
)

// Limits of the server and of one session.
const (
	maxSessions  = 2000
	maxErrors    = 20 // unreadable messages; then the session is closed
	idleLimit    = 3 * time.Minute
	writeLimit   = 10 * time.Second
	greetLimit   = 10 * time.Second
	acceptPause  = 50 * time.Millisecond
	perSecond    = 20.0
	burst        = 100.0
	maxShown     = 5000 // events of one round to one client
	defaultEvery = 10 * time.Second
)

// Server takes TAK clients over TCP, with TLS when its listener says so. Over
// TLS a client is who its certificate names; without, it is who it says, which
// belongs on a closed network.
type Server struct {
	Intake dispatch.Intake
	// Show returns what a terminal's crew may see at that time; nil shows nothing.
	Show     func(t *dispatch.Terminal, v View) []*Event
	Every    time.Duration // between two rounds of what is shown; zero is 10 s
	Exercise string        // the exercise this server serves; empty: what is real
	Now      func() time.Time
	Log      *slog.Logger

	mu       sync.Mutex
	sessions map[string]*session // by identity: the newest of each
}

// Serve takes connections until ctx ends, and returns when the last session has
// ended. It closes ln.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { ln.Close() })
	defer stop()
	var group errgroup.Group
	group.SetLimit(maxSessions)
	for {
		conn, err := ln.Accept()
		if err != nil && ctx.Err() != nil {
			return group.Wait()
		}
		if errors.Is(err, net.ErrClosed) {
			cancel()
			return errors.Join(fmt.Errorf("listen for TAK clients: %w", err), group.Wait())
		}
		if err != nil { // that one connection, or no descriptors: the listener goes on
			select {
			case <-ctx.Done():
			case <-time.After(acceptPause):
			}
			continue
		}
		if !group.TryGo(func() error { s.attend(ctx, conn); return nil }) {
			s.Intake.Refused(dispatch.Source{Protocol: dispatch.CoT, Remote: conn.RemoteAddr().String()}, "busy", "as many clients as there is room for")
			conn.Close()
		}
	}
}

// attend sees one client through, from the handshake to the end.
func (s *Server) attend(ctx context.Context, conn net.Conn) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	defer conn.Close()
	c := &session{server: s, conn: conn, cancel: cancel, tokens: burst, filled: s.Now(), began: s.Now(), from: dispatch.Source{Protocol: dispatch.CoT, Remote: conn.RemoteAddr().String()}}
	greeting, done := context.WithTimeout(ctx, greetLimit)
	name, err := nameOf(greeting, conn)
	done()
	if err != nil {
		c.refuse(err)
		return
	}
	defer c.leave()
	if name != "" && !c.be(name) {
		return
	}
	var rounds sync.WaitGroup
	defer rounds.Wait()
	defer cancel()
	rounds.Go(func() { c.show(ctx) })
	if err := c.listen(ctx); err != nil && ctx.Err() == nil {
		s.Log.Info("TAK client left", "terminal", c.from.Identity, "remote", c.from.Remote, "why", err)
	}
}

// enter makes a session the one of its identity: the newest is believed, and the
// one before it, which is mostly a connection that died unheard, is closed.
func (s *Server) enter(c *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sessions == nil {
		s.sessions = map[string]*session{}
	}
	if old := s.sessions[c.from.Identity]; old != nil && old != c {
		old.cancel()
	}
	s.sessions[c.from.Identity] = c
}

func (s *Server) exit(c *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sessions[c.from.Identity] == c {
		delete(s.sessions, c.from.Identity)
	}
}

func (s *Server) every() time.Duration {
	if s.Every > 0 {
		return s.Every
	}
	return defaultEvery
}
