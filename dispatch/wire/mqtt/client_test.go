package mqtt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"sync"
	"testing"
	"time"

	broker "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/listeners"
	"github.com/mochi-mqtt/server/v2/packets"

	"onemap/dispatch"
)

// gate is an intake that tells what it was handed.
type gate struct {
	dispatch.Intake // what the room does not ask for
	said            chan string
	clock           map[string]dispatch.Clock // of the terminals there are

	mu   sync.Mutex
	fail error           // of what cries
	once map[string]bool // nil: what a broker brings twice is told twice
}

func newGate() *gate {
	return &gate{said: make(chan string, 20000), clock: map[string]dispatch.Clock{"car": dispatch.DeviceClock, "old": dispatch.ServerClock}}
}

func (g *gate) Terminal(p dispatch.Protocol, identity string) (*dispatch.Terminal, bool) {
	clock, ok := g.clock[identity]
	return &dispatch.Terminal{ID: dispatch.ID{identity[0]}, Protocol: p, Identity: identity, Clock: clock}, ok
}

func (g *gate) Take(_ context.Context, from dispatch.Source, _ *dispatch.Terminal, fixes []dispatch.Fix) (dispatch.Counted, error) {
	return dispatch.Counted{}, g.took("take", from, fixes[0])
}

func (g *gate) Backfill(_ context.Context, from dispatch.Source, _ *dispatch.Terminal, fixes []dispatch.Fix) (dispatch.Counted, error) {
	return dispatch.Counted{}, g.took("backfill", from, fixes[0])
}

func (g *gate) Distress(_ context.Context, from dispatch.Source, _ *dispatch.Terminal, f dispatch.Fix) error {
	return g.took("distress", from, f)
}

func (g *gate) took(what string, from dispatch.Source, f dispatch.Fix) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if f.SOS {
		g.tell(fmt.Sprintf("%s %s %g sos", what, from.Identity, f.Point[0]))
		return g.fail
	}
	g.tell(fmt.Sprintf("%s %s %g", what, from.Identity, f.Point[0]))
	return nil
}

// tell says something, under the lock.
func (g *gate) tell(what string) {
	if g.once[what] {
		return
	}
	if g.once != nil {
		g.once[what] = true
	}
	g.said <- what
}

func (g *gate) failing(err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.fail = err
}

func (g *gate) Connected(dispatch.Source) func() {
	g.said <- "connected"
	return func() { g.said <- "gone" }
}
func (g *gate) Heard(dispatch.Source, int) {}
func (g *gate) Refused(from dispatch.Source, code, _ string) {
	if code != "mqtt_connection" { // as often as it was tried
		g.mu.Lock()
		defer g.mu.Unlock()
		g.tell("refused " + from.Identity + " " + code)
	}
}

// want waits for these, in any order: refusals do not wait for positions.
func (g *gate) want(t *testing.T, what ...string) {
	t.Helper()
	open := map[string]int{}
	for _, w := range what {
		open[w]++
	}
	for range what {
		select {
		case got := <-g.said:
			if open[got]--; open[got] < 0 {
				t.Fatalf("the gate heard %q, want %q", got, what)
			}
		case <-time.After(30 * time.Second):
			t.Fatalf("the gate never heard all of %q", what)
		}
	}
}

// anybody may publish and hear.
type anybody struct{ broker.HookBase }

func (anybody) ID() string { return "anybody" }
func (anybody) Provides(b byte) bool {
	return b == broker.OnConnectAuthenticate || b == broker.OnACLCheck
}
func (anybody) OnConnectAuthenticate(*broker.Client, packets.Packet) bool { return true }
func (anybody) OnACLCheck(*broker.Client, string, bool) bool              { return true }

// house is a broker that can be killed and come back.
type house struct {
	*broker.Server
	t       *testing.T
	address string
}

func open(t *testing.T, address string) *house {
	t.Helper()
	s := broker.New(&broker.Options{InlineClient: true, Logger: slog.New(slog.DiscardHandler)})
	if err := s.AddHook(new(anybody), nil); err != nil {
		t.Fatal(err)
	}
	l := listeners.NewTCP(listeners.Config{ID: "t", Address: address})
	if err := s.AddListener(l); err != nil {
		t.Fatal(err)
	}
	if err := s.Serve(); err != nil {
		t.Fatal(err)
	}
	return &house{s, t, l.Address()}
}

func (h *house) put(topic, payload string, retain bool, qos byte) {
	h.t.Helper()
	if err := h.Publish(topic, []byte(payload), retain, qos); err != nil {
		h.t.Fatal(err)
	}
}

// hang cuts the connection of the client, as a network does.
func (h *house) hang() {
	h.t.Helper()
	c, ok := h.Clients.Get("onemap")
	if !ok {
		h.t.Fatal("the client is not there")
	}
	c.Stop(errors.New("cut"))
}

// hearing runs a client until the test ends.
func hearing(t *testing.T, h *house, g *gate, settle time.Duration) *Client {
	t.Helper()
	p, err := ParseTopic("fleet/{id}/pos")
	if err != nil {
		t.Fatal(err)
	}
	c := &Client{
		Broker: &url.URL{Scheme: "tcp", Host: h.address}, ID: "onemap", Topics: []Topic{p}, Fields: fields(t), Intake: g, Now: time.Now,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Least: 20 * time.Millisecond, Most: 50 * time.Millisecond, Settle: settle,
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return c
}

func at(lon float64, ago time.Duration) string {
	return fmt.Sprintf(`{"lon":%g,"lat":39.9,"time":%q}`, lon, time.Now().Add(-ago).UTC().Format(time.RFC3339Nano))
}

func TestWhatABrokerBringsComesInByItsKind(t *testing.T) {
	h, g := open(t, "127.0.0.1:0"), newGate()
	defer h.Close()
	h.put("fleet/car/pos", at(1, time.Hour), true, 1) // stood there before us
	hearing(t, h, g, time.Nanosecond)
	g.want(t, "connected", "backfill car 1")
	same := at(2, 0)
	for range 2 { // what is repeated is for the gate to count
		h.put("fleet/car/pos", same, false, 1)
		g.want(t, "take car 2")
	}
	h.put("fleet/car/pos", `{"lon":1,"lat":39.9}`, false, 0)
	h.put("fleet/old/pos", `{"lon":3,"lat":39.9}`, false, 0)
	g.want(t, "refused car bad_time", "take old 3")
	same = at(4, 400*24*time.Hour)
	h.put("fleet/old/pos", same, false, 1)
	h.put("fleet/old/pos", same, false, 1) // our clock would make a new one of it
	h.put("fleet/stranger/pos", same, false, 1)
	h.put("fleet/car/pos", `{"lon":`, false, 1)
	h.put("fleet/car/other", same, false, 1)
	h.put("fleet/car/pos", "", true, 1) // takes the retained value back
	g.want(t, "take old 4", "refused stranger unknown_terminal", "refused car bad_json")
	h.put("fleet/car/pos", at(5, 0), false, 2)
	g.want(t, "take car 5")
}

func TestACryIsBroughtUntilItIsKept(t *testing.T) {
	h, g := open(t, "127.0.0.1:0"), newGate()
	defer h.Close()
	hearing(t, h, g, time.Nanosecond)
	g.want(t, "connected")
	g.failing(errors.New("the database is away"))
	h.put("fleet/car/pos", `{"sos":true,"lat":"?"}`, false, 1)
	g.want(t, "refused car bad_geometry", "distress car 0 sos")
	h.put("fleet/car/pos", at(1, 0), false, 1) // positions do not wait for it
	g.want(t, "take car 1")
	g.failing(nil)
	g.want(t, "distress car 0 sos")
	h.put("fleet/old/pos", `{"sos":1,"lon":2,"lat":39.9}`, false, 1)
	g.want(t, "distress old 2 sos")
	h.put("fleet/car/pos", `{"sos":1,"lon":2,"lat":39.9,"time":"2026-11-23T00:00:00Z"}`, false, 1)
	g.want(t, "take car 2 sos")
}

// TestABrokerIsKilledAndReturns: first the connection, then the broker with all
// it knew. What it kept for us meanwhile is never live by our clock.
func TestABrokerIsKilledAndReturns(t *testing.T) {
	h, g := open(t, "127.0.0.1:0"), newGate()
	g.once = map[string]bool{}
	hearing(t, h, g, time.Hour)
	g.want(t, "connected")
	h.put("fleet/car/pos", at(1, 0), false, 0)
	g.want(t, "take car 1")
	h.hang()
	h.put("fleet/car/pos", at(2, 5*time.Minute), false, 1) // kept, or sent on at once: heard either way
	h.put("fleet/old/pos", `{"lon":3,"lat":39.9}`, false, 1)
	g.want(t, "gone", "connected", "backfill car 2", "refused old bad_time")
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	g.want(t, "gone")
	h = open(t, h.address)
	defer h.Close()
	g.want(t, "connected")
	h.put("fleet/car/pos", at(4, 0), false, 1)
	h.put("fleet/old/pos", at(5, 0), false, 1)
	g.want(t, "take car 4", "backfill old 5")
}

// TestMoreThanThereIsRoomForLosesTheOldest: and never a cry for a position.
func TestMoreThanThereIsRoomForLosesTheOldest(t *testing.T) {
	g, acked := newGate(), 0
	c := &Client{Broker: &url.URL{}, Intake: g, waiting: make(chan message, 2), cries: make(chan message, 1)}
	for n := range 3 {
		c.await(message{identity: "car", fix: dispatch.Fix{DeviceAt: time.Unix(int64(n), 0)}, done: func() { acked++ }})
	}
	g.want(t, "refused car busy")
	if first := <-c.waiting; acked != 1 || first.fix.DeviceAt.Unix() != 1 {
		t.Errorf("%d acknowledged, the first that waits is of second %d", acked, first.fix.DeviceAt.Unix())
	}
	for range 2 {
		c.await(message{identity: "car", fix: dispatch.Fix{SOS: true}, done: func() { acked++ }})
	}
	g.want(t, "refused car busy")
	if len(c.cries) != 1 || len(c.waiting) != 1 || acked != 1 {
		t.Errorf("%d cries and %d positions wait, %d acknowledged: the broker must bring the other cry again", len(c.cries), len(c.waiting), acked)
	}
}
