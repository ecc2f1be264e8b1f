package jt808

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"onemap/dispatch"
)

// Bounds of a server and its sessions.
const (
	mostSessions  = 20_000
	authWithin    = 30 * time.Second // of connecting
	idleLimit     = 6 * time.Minute  // without a whole frame
	writeLimit    = 10 * time.Second
	deadlineGrain = time.Second     // a deadline that moved less is not set anew
	workLimit     = 5 * time.Second // of a registration and of a secret
	mostErrors    = 20
	mostTries     = 3 // at the secret
	takeover      = time.Minute
	rate, burst   = 100, 500 // messages a second; what is faster waits in the sender
	received      = 16 << 10 // of the kernel for a session
	mostWaiting   = 4        // texts a terminal owes an answer to
	restAfter     = time.Second / 10
	identityless  = "" // the listener as a whole
)

// Refusals of Say.
var (
	ErrOffline  = &dispatch.Error{Kind: dispatch.Unavailable, Code: "terminal_offline", Text: "the terminal is not connected to this node"}
	ErrUnheard  = &dispatch.Error{Kind: dispatch.Unavailable, Code: "terminal_silent", Text: "the terminal did not answer in time"}
	ErrDeclined = &dispatch.Error{Kind: dispatch.Conflict, Code: "terminal_declined", Text: "the terminal did not take it"}
)

// Server listens to terminals. Its exported fields are set before Serve.
type Server struct {
	Intake dispatch.Intake
	Log    *slog.Logger
	Now    func() time.Time

	mu   sync.Mutex
	open int
	live map[dispatch.ID]*session // the one session of a terminal that counts
}

// Serve takes sessions until ctx ends, and returns when all have ended.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	stop := context.AfterFunc(ctx, func() { l.Close() })
	defer stop()
	ctx, cancel := context.WithCancel(ctx)
	var all sync.WaitGroup
	defer all.Wait()
	defer cancel()
	for {
		conn, err := l.Accept()
		switch {
		case err == nil:
		case ctx.Err() != nil || errors.Is(err, net.ErrClosed):
			return nil
		default: // out of file descriptors, most likely: those there are go on
			s.Log.Warn("accept a terminal", "error", err)
			if rest(ctx, restAfter) != nil {
				return nil
			}
			continue
		}
		if !s.admit() {
			s.Intake.Refused(dispatch.Source{Protocol: dispatch.JT808, Identity: identityless, Remote: conn.RemoteAddr().String()}, "too_many_sessions", fmt.Sprintf("%d sessions are open", mostSessions))
			conn.Close()
			continue
		}
		all.Go(func() {
			defer s.gone()
			newSession(s, conn).run(ctx)
		})
	}
}

func (s *Server) admit() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open >= mostSessions {
		return false
	}
	s.open++
	return true
}

func (s *Server) gone() {
	s.mu.Lock()
	s.open--
	s.mu.Unlock()
}

// claim makes a session the one that counts, unless the terminal has another
// that was heard within a minute. That one is asked where it is: when it is
// dead it stays silent, and the next message of the newer one takes its place.
func (s *Server) claim(n *session, id dispatch.ID, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.live == nil {
		s.live = map[dispatch.ID]*session{}
	}
	old := s.live[id]
	if old == n {
		return true
	}
	if old != nil && now.Sub(old.heardAt()) <= takeover {
		return false
	}
	if old != nil {
		old.conn.Close()
	}
	s.live[id] = n
	return true
}

func (s *Server) release(n *session, id dispatch.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.live[id] == n {
		delete(s.live, id)
	}
}

func (s *Server) sessionOf(id dispatch.ID) *session {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.live[id]
}

// Say sends a text to a terminal (文本信息下发), and returns when the terminal
// has said that it was taken. It refuses with ErrOffline, ErrUnheard or
// ErrDeclined.
func (s *Server) Say(ctx context.Context, id dispatch.ID, text string) error {
	n := s.sessionOf(id)
	if n == nil {
		return ErrOffline
	}
	body, err := appendSentText(nil, n.edition, text)
	if err != nil {
		return err
	}
	answer, forget, err := n.ask(SendText, body)
	if err != nil {
		return err
	}
	defer forget()
	select {
	case result := <-answer:
		if result != Done {
			return ErrDeclined.With("the terminal answered %d", result)
		}
		return nil
	case <-n.ended:
		return ErrOffline
	case <-ctx.Done():
		return ErrUnheard
	}
}

// rest waits, or until ctx ends.
func rest(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
