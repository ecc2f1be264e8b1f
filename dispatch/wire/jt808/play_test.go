package jt808

import (
	"context"
	"fmt"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"onemap/dispatch"
	"onemap/geo/crs"
)

// house is an intake that remembers what it was given.
type house struct {
	mu        sync.Mutex
	ledger    map[string]*dispatch.Terminal
	secrets   map[dispatch.ID]string
	took      []dispatch.Fix
	stored    []dispatch.Fix
	cries     int
	datums    []crs.Datum
	refused   map[string]int
	heard     int
	connected int
	failing   error
	verdict   dispatch.Counted
}

func newHouse(phones ...string) *house {
	h := &house{ledger: map[string]*dispatch.Terminal{}, secrets: map[dispatch.ID]string{}, refused: map[string]int{}}
	for _, phone := range phones {
		h.ledger[phone] = &dispatch.Terminal{ID: uuid.New(), Protocol: dispatch.JT808, Identity: phone, Enabled: true, Datum: crs.WGS84}
	}
	return h
}

func (h *house) Terminal(_ dispatch.Protocol, identity string) (*dispatch.Terminal, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	t := h.ledger[dispatch.CalledAs(dispatch.JT808, identity)]
	return t, t != nil && t.Enabled
}

func (h *house) Proves(_ context.Context, t *dispatch.Terminal, secret string) (bool, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return t.SecretAt != nil && h.secrets[t.ID] == secret, nil
}

func (h *house) Enrol(_ context.Context, t *dispatch.Terminal, _ string) (string, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if t.SecretAt != nil {
		return "", fmt.Errorf("enrol: %w", dispatch.ErrEnrolled)
	}
	next := *t
	at := noon
	next.SecretAt = &at
	h.ledger[t.Identity], h.secrets[t.ID] = &next, "secret-of-"+t.Identity
	return h.secrets[t.ID], nil
}

func (h *house) Take(_ context.Context, _ dispatch.Source, t *dispatch.Terminal, fixes []dispatch.Fix) (dispatch.Counted, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.took, h.datums = append(h.took, fixes...), append(h.datums, t.Datum)
	return h.verdict, h.failing
}

func (h *house) Backfill(_ context.Context, _ dispatch.Source, t *dispatch.Terminal, fixes []dispatch.Fix) (dispatch.Counted, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.stored, h.datums = append(h.stored, fixes...), append(h.datums, t.Datum)
	return h.verdict, h.failing
}

func (h *house) Distress(context.Context, dispatch.Source, *dispatch.Terminal, dispatch.Fix) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.cries++
	return h.failing
}

func (h *house) Connected(dispatch.Source) func() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.connected++
	return func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.connected--
	}
}

func (h *house) Heard(dispatch.Source, int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.heard++
}

func (h *house) Refused(_ dispatch.Source, code, _ string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.refused[code]++
}

// counts returns a copy of what was refused.
func (h *house) counts() map[string]int {
	h.mu.Lock()
	defer h.mu.Unlock()
	all := map[string]int{}
	for code, n := range h.refused {
		all[code] = n
	}
	return all
}

// handset plays a terminal over one connection.
type handset struct {
	*testing.T
	conn    net.Conn
	edition Header
	serial  uint16
	heard   chan Message
	closed  chan struct{}
}

// dial opens a session of its own on a server.
func dial(t *testing.T, s *Server, edition Header) *handset {
	t.Helper()
	here, there := net.Pipe()
	ctx, cancel := context.WithCancel(t.Context())
	session := newSession(s, there)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		session.run(ctx)
	}()
	p := &handset{T: t, conn: here, edition: edition, heard: make(chan Message, 1000), closed: make(chan struct{})}
	go p.listen()
	t.Cleanup(func() {
		here.Close()
		cancel()
		<-ended
		<-p.closed
	})
	return p
}

func (p *handset) listen() {
	defer close(p.closed)
	var s Splitter
	var chunk [512]byte
	for {
		n, err := p.conn.Read(chunk[:])
		for _, b := range chunk[:n] {
			if frame, _ := s.Feed(b); frame != nil {
				if m, err := Decode(append([]byte{}, frame...)); err == nil {
					p.heard <- m
				}
			}
		}
		if err != nil {
			return
		}
	}
}

func (p *handset) frame(id uint16, body []byte) []byte {
	h := p.edition
	h.ID, h.Serial = id, p.serial
	p.serial++
	return Append(nil, h, body)
}

// say sends a message; whether anybody listens still is not its business.
func (p *handset) say(id uint16, body []byte) {
	_, _ = p.conn.Write(p.frame(id, body))
}

// next waits for a message.
func (p *handset) next() Message {
	p.Helper()
	select {
	case m := <-p.heard:
		return m
	case <-p.closed:
		select {
		case m := <-p.heard:
			return m
		default:
			p.Fatal("hung up")
		}
	case <-time.After(20 * time.Second):
		p.Fatal("no answer")
	}
	return Message{}
}

// result is that of the next general answer.
func (p *handset) result() byte {
	p.Helper()
	for {
		m := p.next()
		if m.ID == AskReport {
			continue
		}
		a, err := DecodeAnswer(m.Body)
		if m.ID != Answer || err != nil {
			p.Fatalf("%+v, %v: no general answer", m, err)
		}
		return a.Result
	}
}

func (p *handset) hungUp() {
	p.Helper()
	select {
	case <-p.closed:
	case <-time.After(20 * time.Second):
		p.Fatal("the session goes on")
	}
}

// enter registers and shows the secret.
func (p *handset) enter() string {
	p.Helper()
	p.say(Register, AppendRegistration(nil, p.edition, Registration{Province: 13, City: 300, Maker: "ONEMP", Model: "X1", Device: "A1"}))
	_, result, secret, err := DecodeRegisterAnswer(p.next().Body)
	if err != nil || result != registered || secret == "" {
		p.Fatalf("registered with %d %q (%v)", result, secret, err)
	}
	p.prove(secret)
	return secret
}

func (p *handset) prove(secret string) {
	p.Helper()
	p.say(Authenticate, AppendSecret(nil, p.edition, secret))
	if r := p.result(); r != Done {
		p.Fatalf("the secret was answered %d", r)
	}
}
