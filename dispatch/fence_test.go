package dispatch

import (
	"context"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"onemap/geo"
)

// TestJitterAtTheBorderCrossesAtMostOnceEachWay: a receiver that wanders about a
// border, but not past its margin, makes one event at most; and whatever it
// does, entering and leaving take turns, the first being to enter.
func TestJitterAtTheBorderCrossesAtMostOnceEachWay(t *testing.T) {
	rules := map[string]terms{"arrival": arrivals, "scene": sceneFence, "base": baseFence, "county": countyFence, "ring": ringFence}
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom([]string{"arrival", "scene", "base", "county", "ring"}).Draw(t, "fence")
		wild := rapid.Bool().Draw(t, "past the margin too")
		still, accuracy := 0.0, rapid.Float64Range(0, 100).Draw(t, "accuracy")
		var c crossing
		events, before := map[side]int{}, sideOut
		at := noon
		for range rapid.IntRange(1, 120).Draw(t, "fixes") {
			at = at.Add(time.Duration(rapid.IntRange(1, 40).Draw(t, "seconds")) * time.Second)
			f := Fix{DeviceAt: at, SpeedMPS: &still, AccuracyM: &accuracy}
			far := 49.9 + accuracy
			if wild {
				far = 1000
			}
			var to side
			c, to = c.look(rules[name], f, sideOf(geo.Metres(rapid.Float64Range(-60, far).Draw(t, "beyond")), 50, f))
			if to == sideEdge {
				continue
			}
			if to == before {
				t.Fatalf("%s twice in a row", map[side]string{sideIn: "entered", sideOut: "left"}[to])
			}
			events[to]++
			before = to
			if c.within != (to == sideIn) || c.turned.After(at) || c.turned.IsZero() {
				t.Fatalf("%+v after crossing %d", c, to)
			}
		}
		if !wild && (events[sideIn] > 1 || events[sideOut] > 0) {
			t.Fatalf("%s: jitter entered %d and left %d times", name, events[sideIn], events[sideOut])
		}
	})
}

func TestAVagueFixIsNotOutside(t *testing.T) {
	vague, good := 80.0, 5.0
	for name, c := range map[string]struct {
		beyond   geo.Metres
		accuracy *float64
		want     side
	}{
		"within": {-1, nil, sideIn}, "on the line": {0, &vague, sideIn}, "in the margin": {40, nil, sideEdge}, "past it": {51, nil, sideOut},
		"past it, and off by little": {60, &good, sideOut}, "past it, and off by more": {120, &vague, sideEdge}, "past all doubt": {131, &vague, sideOut},
	} {
		if got := sideOf(c.beyond, 50, Fix{AccuracyM: c.accuracy}); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

// beat is a city of one county with a unit on an order, and the watch over it.
type beat struct {
	*testing.T
	*duties
	as     Assignment
	county orb.Polygon
	hazard *Entry
	watch  []Watchman
}

func newBeat(t *testing.T, state AssignmentState) *beat {
	s := newDuties()
	b := &beat{T: t, duties: s, watch: []Watchman{newFenceWatch(), newRingWatch()}}
	b.county = orb.Polygon{{{119.5, 39.85}, {119.7, 39.85}, {119.7, 40.0}, {119.5, 40.0}, {119.5, 39.85}}}
	ground := entry(Divisions, "130302", b.county, &Division{Level: "county"})
	b.hazard = entry(Hazards, "H-1", orb.Point{119.64, 39.95}, &Hazard{Kind: "hazmat", State: "operating", Level: 1, RingM: 500})
	b.as = orderOf(t, s.p.Incidents[firstIncident(s.p)], s.units[0])
	b.as.Unit, b.as.State, b.as.Division = s.units[0].ID, state, "130302001"
	s.p = s.p.With([]Entity{&b.as, ground, b.hazard})
	return b
}

// drive hears the unit every ten seconds at one place, and does what is due.
func (b *beat) drive(at orb.Point, times int) {
	b.Helper()
	for range times {
		b.now = b.now.Add(10 * time.Second)
		still := 0.0
		b.board.fixes[b.as.Unit] = Fix{Unit: b.as.Unit, Point: at, DeviceAt: b.now, SpeedMPS: &still}
		for _, w := range b.watch {
			for _, y := range w.Look(Watch{Picture: b.p, Board: b.board, Now: b.now}) {
				if _, err := b.desk.Perform(context.Background(), y); err != nil {
					b.Fatalf("%v", err)
				}
			}
		}
	}
}

func (b *beat) said(fact string) int {
	n := 0
	for what, times := range b.duties.said {
		if len(what) > len(fact) && what[:len(fact)] == fact {
			n += times
		}
	}
	return n
}

func TestLeavingTheSceneIsProposedOnce(t *testing.T) {
	b := newBeat(t, OnScene)
	spot := orb.Point{119.6, 39.93}
	b.drive(geo.Destination(spot, 0, 800), 5) // on scene by the crew's word, not by its positions
	if b.said("assignment.fence_proposed") != 0 {
		t.Error("left where it never was")
	}
	b.drive(spot, 4)
	left := b.now.Add(10 * time.Second)
	b.drive(geo.Destination(spot, 0, 800), 10)
	as := b.p.Assignments[b.as.ID]
	if b.said("assignment.fence_proposed") != 1 || as.LeftSceneAt == nil || !as.LeftSceneAt.Equal(left) || as.State != OnScene || as.LeftCountyAt != nil {
		t.Errorf("%d proposals, %+v", b.said("assignment.fence_proposed"), as)
	}
	b.watch = []Watchman{newFenceWatch(), newRingWatch()} // another server goes on
	b.drive(geo.Destination(spot, 0, 800), 5)
	b.drive(spot, 4)
	b.drive(geo.Destination(spot, 90, 900), 5)
	if b.said("assignment.fence_proposed") != 2 {
		t.Errorf("%d proposals of two departures", b.said("assignment.fence_proposed"))
	}
}

func TestBackAtTheBaseAndOutOfTheCountyAreProposed(t *testing.T) {
	b := newBeat(t, Returning)
	b.drive(orb.Point{119.69, 39.93}, 4)
	b.drive(orb.Point{119.7015, 39.93}, 6) // 130 m over the line: the margin
	if as := b.p.Assignments[b.as.ID]; as.LeftCountyAt != nil {
		t.Errorf("left the county within the margin: %+v", as)
	}
	b.drive(orb.Point{119.72, 39.93}, 4)
	if as := b.p.Assignments[b.as.ID]; as.LeftCountyAt == nil || as.AtBaseAt != nil {
		t.Errorf("1.7 km over the line: %+v", as)
	}
	b.drive(geo.Destination(b.units[0].Point(), 90, 120), 4)
	if as := b.p.Assignments[b.as.ID]; as.AtBaseAt == nil || as.State != Returning || as.LeftSceneAt != nil {
		t.Errorf("120 m from its base: %+v", as)
	}
}

func TestAHazardRingRaisesOneAlarmAVisit(t *testing.T) {
	b := newBeat(t, Enroute)
	in, out := geo.Destination(b.hazard.Point(), 30, 300), geo.Destination(b.hazard.Point(), 30, 900)
	b.drive(out, 4)
	b.drive(in, 6)
	open, _ := bookTx{p: b.p}.OpenAlarms(t.Context(), b.as.Unit)
	if len(open) != 1 || open[0].Kind != AlarmHazard || *open[0].Hazard != b.hazard.ID || open[0].Point == nil {
		t.Fatalf("%d alarms, %+v", len(open), open)
	}
	b.watch = []Watchman{newFenceWatch(), newRingWatch()}
	b.drive(in, 6)
	b.drive(geo.Destination(b.hazard.Point(), 30, 540), 20) // the margin
	if n := b.said("alarm.raised"); n != 1 || b.said("alarm.advanced") != 0 {
		t.Errorf("%d raised, %d ended while within", n, b.said("alarm.advanced"))
	}
	b.drive(out, 5)
	if b.said("alarm.advanced") != 1 {
		t.Error("it has left, and the alarm stands")
	}
	b.drive(in, 6)
	if n := b.said("alarm.raised"); n != 2 {
		t.Errorf("%d alarms of two visits", n)
	}
	open, _ = bookTx{p: b.p}.OpenAlarms(t.Context(), b.as.Unit)
	done, err := open[0].Advance(watchOfficer, AlarmStep{To: AlarmOver, Outcome: "handled"}, b.now)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = b.Change(t.Context(), Command{ID: NewID()}, func(Tx) (Outcome, error) { return done, nil })
	b.drive(in, 10)
	if n := b.said("alarm.raised"); n != 2 {
		t.Errorf("%d alarms: an alarm ended by hand came back while the unit stands there", n)
	}
}

func TestWhoWasSentIntoTheRingIsNotWarned(t *testing.T) {
	b := newBeat(t, Enroute)
	was := b.p.Incidents[b.as.Incident]
	moved := *was
	moved.Geometry = geo.Destination(b.hazard.Point(), 90, 100)
	b.p = b.p.With([]Entity{&moved})
	b.p.Incidents[moved.ID] = &moved
	b.drive(b.hazard.Point(), 10)
	if n := b.said("alarm.raised"); n != 0 {
		t.Errorf("%d alarms", n)
	}
}

// BenchmarkRings holds 5,000 units, all heard anew, to 1,000 rings.
func BenchmarkRings(b *testing.B) {
	var rows []Entity
	board := ears{map[ID]Fix{}, map[ID]time.Time{}}
	for i := range 5000 {
		u := entry(Units, "U", orb.Point{119.6, 39.93}, &Unit{})
		rows = append(rows, u)
		board.fixes[u.ID] = Fix{Unit: u.ID, Point: orb.Point{118.6 + float64(i%100)/100, 39.4 + float64(i/100)/100}, DeviceAt: noon}
	}
	for i := range 1000 {
		rows = append(rows, entry(Hazards, "H", orb.Point{118.6 + float64(i%33)/33, 39.4 + float64(i/33)/33}, &Hazard{State: "operating", RingM: 500}))
	}
	p, k, now := NewPicture(1, "e", rows), newRingWatch(), noon
	for b.Loop() {
		now = now.Add(time.Second)
		for id, f := range board.fixes {
			f.DeviceAt = now
			board.fixes[id] = f
		}
		k.Look(Watch{Picture: p, Board: board, Now: now})
	}
}
