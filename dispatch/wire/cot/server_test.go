package cot

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"onemap/dispatch"
)

// gate is an intake that tells what it was handed.
type gate struct {
	dispatch.Intake // what the room does not ask for
	mu              sync.Mutex
	known           map[string]bool
	said            chan string
	fail            error
}

func newGate(names ...string) *gate {
	g := &gate{known: map[string]bool{}, said: make(chan string, 1000)}
	for _, n := range names {
		g.known[n] = true
	}
	return g
}

func (g *gate) Terminal(p dispatch.Protocol, identity string) (*dispatch.Terminal, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return &dispatch.Terminal{Protocol: p, Identity: identity}, g.known[identity]
}

func (g *gate) shut(identity string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.known, identity)
}

func (g *gate) Take(_ context.Context, from dispatch.Source, _ *dispatch.Terminal, fixes []dispatch.Fix) (dispatch.Counted, error) {
	for _, f := range fixes {
		g.say("take " + from.Identity + map[bool]string{true: " sos"}[f.SOS])
	}
	return dispatch.Counted{Shown: len(fixes)}, nil
}

func (g *gate) Distress(_ context.Context, from dispatch.Source, _ *dispatch.Terminal, _ dispatch.Fix) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.say("distress " + from.Identity)
	return g.fail
}

func (g *gate) Connected(from dispatch.Source) func() {
	g.say("in " + from.Identity)
	return func() { g.say("out " + from.Identity) }
}
func (g *gate) Heard(dispatch.Source, int) {}
func (g *gate) Refused(from dispatch.Source, code, _ string) {
	g.say(strings.ReplaceAll("refused "+from.Identity+" "+code, "  ", " "))
}
func (g *gate) say(what string) { g.said <- what }

func (g *gate) want(t *testing.T, what ...string) {
	t.Helper()
	for _, w := range what {
		select {
		case got := <-g.said:
			if got != w {
				t.Fatalf("the gate heard %q, want %q", got, w)
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("the gate never heard %q", w)
		}
	}
}

// serve runs a server on a loopback port until the test ends.
func serve(t *testing.T, s *Server, secure *tls.Config) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := ln.Addr().String()
	if secure != nil {
		ln = tls.NewListener(ln, secure)
	}
	if s.Now == nil {
		s.Now = time.Now
	}
	s.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, ln) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return address
}

// client is the other end.
type client struct {
	net.Conn
	*Stream
	t *testing.T
}

func call(t *testing.T, address string) *client {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	return calling(t, conn)
}

func calling(t *testing.T, conn net.Conn) *client {
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return &client{conn, NewStream(conn), t}
}

func (c *client) say(raw ...string) {
	c.t.Helper()
	if _, err := c.Write([]byte(strings.Join(raw, ""))); err != nil {
		c.t.Fatal(err)
	}
}

// hear reads on to the first event of a type.
func (c *client) hear(kind string) *Event {
	c.t.Helper()
	for {
		e, err := c.Next()
		if err != nil {
			c.t.Fatalf("waiting for %s: %v", kind, err)
		}
		if e != nil && e.Type == kind {
			return e
		}
	}
}

func (c *client) closed() {
	c.t.Helper()
	for {
		if _, err := c.Next(); Broken(err) {
			var late net.Error
			if errors.As(err, &late) && late.Timeout() {
				c.t.Fatal("the server did not close")
			}
			return
		}
	}
}

var other = strings.Replace(self, "ANDROID-1", "ANDROID-2", 1)

func TestAClientOnAClosedNetwork(t *testing.T) {
	g := newGate("ANDROID-1")
	v := View{Now: now, Interval: time.Second}
	address := serve(t, &Server{Intake: g, Every: 5 * time.Millisecond, Show: func(*dispatch.Terminal, View) []*Event {
		return []*Event{v.event("incident", dispatch.ID{1}, "b-m-p-s-m", orb.Point{119.6, 39.9}, "内涝")}
	}}, nil)
	c := call(t, address)
	offer := c.hear(typeOffer)
	if !offer.Offered() {
		t.Error("the offer says nothing")
	}
	c.say(self, other, cry, strings.Replace(self, `lat="39.935"`, `lat="x"`, 1), strings.NewReplacer(`lat="39.935"`, `lat="0"`, `lon="119.6"`, `lon="0"`).Replace(self), strings.Replace(self, "how=", `opex="e-x" how=`, 1))
	g.want(t, "in ANDROID-1", "take ANDROID-1", "refused ANDROID-1 cot_relayed", "distress ANDROID-1", "refused ANDROID-1 cot_place", "refused ANDROID-1 cot_no_position", "refused ANDROID-1 cot_exercise")
	for range 3 {
		if got := c.hear("b-m-p-s-m"); got.CallSign() != "内涝" {
			t.Errorf("shown as %q", got.CallSign())
		}
	}
	c.say(strings.NewReplacer("a-f-G-U-C", typePing).Replace(self))
	c.hear(typePong)
	// over to protobuf, both ways
	c.say(string(Request("another", time.Now()).Encode()))
	if granted, ok := c.hear(typeAnswer).Answered(); granted || !ok {
		t.Error("a request for another's offer was granted")
	}
	c.say(string(Request(offer.UID, time.Now()).Encode()))
	if granted, ok := c.hear(typeAnswer).Answered(); !granted || !ok {
		t.Fatal("the request was not granted")
	}
	c.Switch()
	c.hear("b-m-p-s-m")
	c.say(string(Frame(mustDecode(t, self).EncodeMessage())))
	g.want(t, "take ANDROID-1")
	c.say(string(Frame(mustDecode(t, strings.Replace(cry, `lat="0" lon="0"`, `lat="39.9" lon="119.6"`, 1)).EncodeMessage())))
	g.want(t, "take ANDROID-1 sos")
	// an administrator shuts the terminal out: nothing is shown any more
	g.shut("ANDROID-1")
	c.closed()
	g.want(t, "out ANDROID-1")
}

func TestWhoIsNotHeard(t *testing.T) {
	g := newGate("ANDROID-1")
	address := serve(t, &Server{Intake: g}, nil)
	stranger := call(t, address)
	stranger.say(other)
	g.want(t, "refused ANDROID-2 unknown_terminal")
	stranger.closed()
	// a second session is believed, the first is closed
	first := call(t, address)
	first.say(self)
	g.want(t, "in ANDROID-1", "take ANDROID-1")
	second := call(t, address)
	second.say(self)
	g.want(t, "in ANDROID-1")
	first.closed()
	seen := map[string]bool{<-g.said: true, <-g.said: true}
	if !seen["out ANDROID-1"] || !seen["take ANDROID-1"] {
		t.Errorf("%v", seen)
	}
	// too many that cannot be read
	second.say(strings.Repeat("<event/>", maxErrors))
	for range maxErrors {
		g.want(t, "refused ANDROID-1 cot_time")
	}
	second.closed()
	g.want(t, "out ANDROID-1")
}

func TestAFloodAndACryWithinIt(t *testing.T) {
	g := newGate("ANDROID-1")
	address := serve(t, &Server{Intake: g, Now: func() time.Time { return now }}, nil)
	c := call(t, address)
	c.say(strings.Repeat(self, burst), self, cry)
	g.want(t, "in ANDROID-1")
	for range int(burst) {
		g.want(t, "take ANDROID-1")
	}
	g.want(t, "refused ANDROID-1 cot_rate", "distress ANDROID-1")
	// what could not be kept is asked for again
	g.mu.Lock()
	g.fail = dispatch.ErrNotFound
	g.mu.Unlock()
	c.say(cry)
	g.want(t, "distress ANDROID-1", "out ANDROID-1")
	c.closed()
}

// authority signs certificates for one test.
func authority(t *testing.T) (pool *x509.CertPool, sign func(name string) tls.Certificate) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	root := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "root"}, NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, root, root, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	if root, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	pool = x509.NewCertPool()
	pool.AddCert(root)
	return pool, func(name string) tls.Certificate {
		leaf := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name}, NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"onemap"}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth}}
		der, err := x509.CreateCertificate(rand.Reader, leaf, root, &key.PublicKey, key)
		if err != nil {
			t.Fatal(err)
		}
		return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
	}
}

func TestCertificatesNameTerminals(t *testing.T) {
	pool, sign := authority(t)
	_, forge := authority(t)
	g := newGate("平板03")
	address := serve(t, &Server{Intake: g}, TLS(sign("onemap"), pool))
	dial := func(mine ...tls.Certificate) *client {
		conn, err := tls.Dial("tcp", address, &tls.Config{RootCAs: pool, ServerName: "onemap", Certificates: mine})
		if err != nil {
			t.Fatal(err) // in TLS 1.3 a client is told of its own certificate later
		}
		return calling(t, conn)
	}
	c := dial(sign("平板03"))
	g.want(t, "in 平板03")
	c.hear(typeOffer)
	c.say(self)
	g.want(t, "take 平板03")
	c.Close()
	g.want(t, "out 平板03")
	dial(sign("stranger")).closed()
	g.want(t, "refused stranger unknown_terminal")
	dial(sign("")).closed()
	g.want(t, "refused cot_nameless")
	for _, bad := range [][]tls.Certificate{{forge("平板03")}, nil} {
		dial(bad...).closed()
		g.want(t, "refused cot_connection")
	}
}

func TestNothingStaysOpenAfterTheServer(t *testing.T) {
	g := newGate("ANDROID-1")
	var c *client
	t.Run("server", func(t *testing.T) {
		address := serve(t, &Server{Intake: g}, nil)
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		c = &client{conn, NewStream(conn), t}
		c.say(self)
		g.want(t, "in ANDROID-1", "take ANDROID-1")
	})
	defer c.Close()
	rest, err := io.ReadAll(c.Conn)
	if err != nil || !bytes.Contains(rest, []byte(typeOffer)) {
		t.Errorf("%q, %v", rest, err)
	}
	g.want(t, "out ANDROID-1")
}
