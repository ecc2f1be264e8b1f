package live

import (
	"context"
	"encoding/binary"
	"io"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/paulmach/orb"

	"onemap/dispatch"
)

// memory is a journal in memory: the same order, the same numbers.
type memory struct {
	mu     sync.Mutex
	events []dispatch.Event
	ring   chan struct{}
	saved  []dispatch.Fix
	old    *dispatch.Incident
}

func (m *memory) Events(_ context.Context, after dispatch.Seq, limit int) ([]dispatch.Event, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	rest := m.events[after:]
	return rest[:min(limit, len(rest))], nil
}

func (m *memory) Bell(context.Context) <-chan struct{} { return m.ring }

func (m *memory) Incident(_ context.Context, id dispatch.ID) (*dispatch.Incident, error) {
	if m.old != nil && m.old.ID == id {
		return m.old, nil
	}
	return nil, dispatch.ErrNotFound
}

func (m *memory) SaveFixes(_ context.Context, fixes []dispatch.Fix) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.saved = append(m.saved, fixes...)
	return nil
}

func (m *memory) happen(facts ...dispatch.Fact) {
	m.mu.Lock()
	for _, f := range facts {
		m.events = append(m.events, dispatch.Event{Seq: dispatch.Seq(len(m.events) + 1), Fact: f, Version: 1, RecordedAt: noon})
	}
	m.mu.Unlock()
	m.ring <- struct{}{}
}

func start(t *testing.T) (*Live, *memory) {
	t.Helper()
	m := &memory{ring: make(chan struct{}, 100)}
	l := New(dispatch.NewPicture(0, "e", nil), m, m, slog.New(slog.NewTextHandler(io.Discard, nil)))
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- l.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return l, m
}

var city = dispatch.Actor{Role: dispatch.Dispatcher, Area: "130300", Clearance: 1}

func record(e *dispatch.Entry) dispatch.Fact { return &dispatch.EntryRecorded{Entry: *e} }

func TestAWatcherHearsOfEveryEventOnceAndInOrder(t *testing.T) {
	l, m := start(t)
	for i := range 20 {
		m.happen(record(unit(string(rune('A'+i)), "130302001")))
	}
	if err := l.Await(t.Context(), 5); err != nil {
		t.Fatal(err)
	}
	sub := l.Subscribe(city)
	defer sub.Close()
	for range 80 {
		m.happen(record(unit("more", "130302001")))
	}
	for want := sub.Picture.Seq + 1; want <= 100; want++ {
		if n := <-sub.Events; n.Event.Seq != want {
			t.Fatalf("heard %d, want %d", n.Event.Seq, want)
		}
	}
}

func TestAWatcherThatFallsBehindIsClosedNotStarved(t *testing.T) {
	l, m := start(t)
	sub := l.Subscribe(city)
	for range queue + 50 {
		m.happen(record(unit("u", "130302001")))
	}
	if err := l.Await(t.Context(), queue+50); err != nil {
		t.Fatal(err)
	}
	last := dispatch.Seq(0)
	for n := range sub.Events { // ends because the room closed it
		if n.Event.Seq != last+1 {
			t.Fatalf("a hole between %d and %d", last, n.Event.Seq)
		}
		last = n.Event.Seq
	}
	if last != queue || l.Stats().SlowClosed != 1 {
		t.Errorf("heard up to %d, closed %d", last, l.Stats().SlowClosed)
	}
}

func TestAnIncidentTakenUpAgainAfterDaysIsWhole(t *testing.T) {
	l, m := start(t)
	// The row already holds what the events are about to say.
	m.old = &dispatch.Incident{ID: dispatch.NewID(), Version: 3, Number: "QHD-2026-000001", State: dispatch.Responding, Known: dispatch.Known{Title: "复燃", Division: "130302001"}, Geometry: orb.Point{119, 40}}
	m.mu.Lock()
	m.events = append(m.events, dispatch.Event{Seq: 1, Version: 3, RecordedAt: noon, Fact: &dispatch.IncidentAdvanced{ID: m.old.ID, From: dispatch.Closed, To: dispatch.Responding}})
	m.mu.Unlock()
	m.ring <- struct{}{}
	if err := l.Await(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if in := l.Picture().Incidents[m.old.ID]; in == nil || in.Title != "复燃" || in.Version != 3 || in.State != dispatch.Responding {
		t.Errorf("the picture holds %+v", in)
	}
}

func TestAnEntryThatLeavesTheScopeIsSaidToBeGone(t *testing.T) {
	u := unit("U1", "130321001")
	before := dispatch.NewPicture(1, "e", []dispatch.Entity{u})
	moved := *u
	moved.Division = "130302001"
	e := dispatch.Event{Seq: 2, Fact: record(&moved), Version: 2}
	n := Notice{Event: e, Before: before, After: before.Next([]dispatch.Event{e})}
	for area, want := range map[string]Sight{"130321": Gone, "130302": Seen, "130300": Seen, "130324": Unseen} {
		if got := See(dispatch.Actor{Role: dispatch.Dispatcher, Area: area, Clearance: 1}, n); got != want {
			t.Errorf("in %s it is %d, want %d", area, got, want)
		}
	}
}

func TestFramesAreCutToTheScopeAndCatchUpAfterAMiss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, m := start(t)
		in, out := unit("U1", "130321001"), unit("U2", "130302001")
		m.happen(record(in), record(out))
		if err := l.Await(t.Context(), 2); err != nil {
			t.Fatal(err)
		}
		county := dispatch.Actor{Role: dispatch.Dispatcher, Area: "130321", Clearance: 1}
		sub := l.Subscribe(county)
		defer sub.Close()
		l.Report(time.Now(), []dispatch.Fix{fixAt(in, time.Now(), 119.1, 40.3), fixAt(out, time.Now(), 119.6, 39.9)})
		<-sub.Frames()
		if got := handles(t, sub.Take()); len(got) != 1 || got[0] != l.Board().Handle(in.ID) {
			t.Errorf("first frame holds %v", got)
		}
		for range 3 { // nobody takes: the frames replace one another
			l.Report(time.Now(), []dispatch.Fix{fixAt(in, time.Now(), 119.2, 40.3)})
			time.Sleep(time.Second) // virtual time of the bubble
		}
		frame := sub.Take()
		if got := handles(t, frame); len(got) != 1 {
			t.Errorf("after a miss the full frame holds %v", got)
		}
		if lon := int32(binary.LittleEndian.Uint32(frame[12:])); lon != 1192000000 {
			t.Errorf("the last position is %d", lon)
		}
	})
}

func handles(t *testing.T, frame []byte) (all []uint32) {
	t.Helper()
	if len(frame) < 8 || (len(frame)-8)%16 != 0 {
		t.Fatalf("a frame of %d bytes", len(frame))
	}
	for at := 8; at < len(frame); at += 16 {
		all = append(all, binary.LittleEndian.Uint32(frame[at:]))
	}
	return all
}

func TestWhoMayNotSeePositionsGetsNone(t *testing.T) {
	u := unit("U1", "130302001")
	b := boardOf(u)
	b.report(noon, []dispatch.Fix{{Unit: u.ID, DeviceAt: noon, Point: orb.Point{119.5, 39.9}}})
	for role, want := range map[dispatch.Role]int{dispatch.Dispatcher: 1, dispatch.Planner: 0, dispatch.Viewer: 0, dispatch.Responder: 0} {
		frame := b.full(scopeOf(dispatch.Actor{Role: role, Area: "130300", Clearance: 3}), noon)
		if got := len(handles(t, frame)); got != want {
			t.Errorf("%s sees %d positions, want %d", role, got, want)
		}
	}
}
