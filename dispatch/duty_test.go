package dispatch

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

func (x bookTx) OpenAlarms(_ context.Context, unit ID) (open []*Alarm, err error) {
	for _, al := range x.p.Alarms {
		if al.State != AlarmOver && al.Unit != nil && *al.Unit == unit {
			open = append(open, al)
		}
	}
	return open, nil
}

// diary is a journal in memory: the same command gets its first answer again.
type diary struct {
	p        *Picture
	now      time.Time
	receipts map[ID]Receipt
	said     map[string]int // facts by type and subject
}

func (m *diary) Change(_ context.Context, c Command, decide func(Tx) (Outcome, error)) (Receipt, error) {
	if r, ok := m.receipts[c.ID]; ok {
		return r, nil
	}
	out, err := decide(bookTx{p: m.p})
	if err != nil {
		return Receipt{}, err
	}
	var events []Event
	for _, f := range out.Facts {
		events = append(events, Event{Seq: m.p.Seq + Seq(len(events)) + 1, Fact: f, Version: 1 << 20, RecordedAt: m.now})
		m.said[f.Type()+" "+f.Subject().ID.String()]++
	}
	m.p = m.p.Next(events)
	r := Receipt{Seq: m.p.Seq}
	m.receipts[c.ID] = r
	return r, nil
}

// ears is a board for tests.
type ears struct {
	fixes map[ID]Fix
	heard map[ID]time.Time
}

func (e ears) At(id ID) (Fix, bool) { f, ok := e.fixes[id]; return f, ok }
func (e ears) Hearing(id ID) (time.Time, time.Duration, bool) {
	at, ok := e.heard[id]
	return at, 10 * time.Second, ok
}
func (e ears) Cries() []Fix           { return nil }
func (e ears) Answered(ID, time.Time) {}

// post is one server: its picture may be behind, and it may be started anew.
type post struct {
	p     *Picture
	since time.Time
	watch []Watchman
}

// duties is a city of three units, two servers and one journal.
type duties struct {
	*diary
	desk  *Desk
	board ears
	units []*Entry
	posts [2]post
}

func newDuties() *duties {
	in := standing(Responding)
	in.Geometry = orb.Point{119.6, 39.93}
	rows := []Entity{in}
	s := &duties{diary: &diary{now: noon, receipts: map[ID]Receipt{}, said: map[string]int{}}, board: ears{map[ID]Fix{}, map[ID]time.Time{}}}
	for range 3 {
		u := engine()
		s.units, rows = append(s.units, u), append(rows, u)
	}
	s.p = NewPicture(1, "e", rows)
	s.desk = &Desk{Journal: s, Picture: func() *Picture { return s.p }, Now: func() time.Time { return s.now }}
	for i := range s.posts {
		s.restart(i)
	}
	return s
}

// restart builds a server's picture from the rows, as a start does.
func (s *duties) restart(i int) {
	var rows []Entity
	for _, as := range s.p.Assignments {
		rows = append(rows, as)
	}
	for _, al := range s.p.Alarms {
		rows = append(rows, al)
	}
	for _, in := range s.p.Incidents {
		rows = append(rows, in)
	}
	for _, u := range s.units {
		rows = append(rows, u)
	}
	s.posts[i] = post{NewPicture(s.p.Seq, "e", rows), s.now, Watchmen(0)}
}

// round lets a server do what it thinks is due, by its own picture.
func (s *duties) round(t interface{ Fatalf(string, ...any) }, i int) {
	for _, w := range s.posts[i].watch {
		for _, y := range w.Look(Watch{Picture: s.posts[i].p, Board: s.board, Now: s.now, Since: s.posts[i].since}) {
			if _, err := s.desk.Perform(context.Background(), y); err != nil {
				t.Fatalf("%v", err)
			}
		}
	}
}

// people do something to a unit.
func (s *duties) people(t *rapid.T) {
	unit := rapid.SampledFrom(s.units).Draw(t, "unit")
	held := s.p.OpenAssignment(unit.ID)
	var out Outcome
	var err error
	if held == nil {
		for _, in := range s.p.Incidents {
			back := time.Duration(rapid.IntRange(0, 3600).Draw(t, "dated back")) * time.Second
			out, err = Assignment{ID: NewID()}.Order(in, unit, s.now.Add(-back), s.now)
		}
	} else {
		out, err = held.Advance(rapid.SampledFrom(allSteps).Draw(t, "to"), "因故", time.Time{}, s.now)
	}
	if err == nil {
		_, _ = s.Change(context.Background(), Command{ID: NewID()}, func(Tx) (Outcome, error) { return out, nil })
	}
}

// handle lets somebody end one of the open alarms.
func (s *duties) handle(t *rapid.T) {
	for _, al := range s.p.Alarms {
		out, err := al.Advance(watchOfficer, AlarmStep{To: AlarmOver, Outcome: "handled"}, s.now)
		if err == nil {
			_, _ = s.Change(context.Background(), Command{ID: NewID()}, func(Tx) (Outcome, error) { return out, nil })
			return
		}
	}
}

// TestAUnitIsLostOnceAtATime: the second server has not heard of the first's
// alarm, the unit spoke up and fell silent again, and nobody has ended it yet.
func TestAUnitIsLostOnceAtATime(t *testing.T) {
	s := newDuties()
	as := orderOf(t, s.p.Incidents[firstIncident(s.p)], s.units[0])
	as.ID, as.Unit, as.State, as.ToldAt = NewID(), s.units[0].ID, Enroute, &as.OrderedAt
	s.p = s.p.With([]Entity{&as})
	s.board.heard[as.Unit] = noon
	s.posts[0].p, s.posts[1].p = s.p, s.p
	for i := range s.posts {
		s.now = s.now.Add(5 * time.Minute)
		s.round(t, i)
		s.board.heard[as.Unit] = s.now
	}
	open, _ := bookTx{p: s.p}.OpenAlarms(t.Context(), as.Unit)
	if len(open) != 1 {
		t.Errorf("%d alarms of one lost unit", len(open))
	}
}

// TestDutiesAreDoneOnceWhoeverDoesThem: two servers with pictures as old as
// they please, started anew at any moment, and people who order, step and end:
// a crew is called again once, an alarm raised once and ended once, never too
// early, and in the end none is left out.
func TestDutiesAreDoneOnceWhoeverDoesThem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newDuties()
		for range rapid.IntRange(5, 60).Draw(t, "steps") {
			i := rapid.IntRange(0, 1).Draw(t, "server")
			switch rapid.IntRange(0, 7).Draw(t, "do") {
			case 7:
				s.handle(t)
			case 0:
				s.people(t)
			case 1:
				s.restart(i)
			case 2:
				s.posts[i].p = s.p
			case 3:
				u := rapid.SampledFrom(s.units).Draw(t, "heard")
				s.board.heard[u.ID] = s.now
			case 4:
				s.now = s.now.Add(time.Duration(rapid.IntRange(1, 200).Draw(t, "seconds")) * time.Second)
			default:
				s.round(t, i)
			}
			s.check(t)
		}
		for range 3 { // quiet: both catch up
			for i := range s.posts {
				s.posts[i].p = s.p
				s.round(t, i)
			}
		}
		s.settled(t)
	})
}

// check: nothing twice, nothing early.
func (s *duties) check(t *rapid.T) {
	for what, n := range s.said {
		if kind := what[:len(what)-37]; n > 1 && kind != "assignment.advanced" {
			t.Fatalf("%s %d times", what, n)
		}
	}
	for _, as := range s.p.Assignments {
		if as.PagedAt != nil && as.PagedAt.Sub(*as.ToldAt) < AckDue {
			t.Fatalf("called again after %s", as.PagedAt.Sub(*as.ToldAt))
		}
	}
	open := map[ID]int{}
	for _, al := range s.p.Alarms {
		as := s.p.Assignments[*al.Assignment]
		if al.Kind == AlarmUnacknowledged && (as.PagedAt == nil || al.RaisedAt.Sub(*as.PagedAt) < AckDue) {
			t.Fatalf("raised at %s, called again at %v", al.RaisedAt, as.PagedAt)
		}
		if al.Kind == AlarmLost && al.State != AlarmOver {
			if open[*al.Unit]++; open[*al.Unit] > 1 {
				t.Fatal("lost twice at once")
			}
		}
		if al.State == AlarmOver && (al.Outcome == "cleared") != (al.EndedBy == nil) {
			t.Fatalf("ended as %+v", al)
		}
		for _, moved := range []*time.Time{as.AcknowledgedAt, as.EnrouteAt, as.StagedAt, as.OnSceneAt, as.EndedAt} {
			if al.Kind == AlarmUnacknowledged && moved != nil && al.RaisedAt.After(*moved) {
				t.Fatalf("raised at %s, answered at %s", al.RaisedAt, moved)
			}
		}
	}
}

// settled: after a quiet while everything due is done.
func (s *duties) settled(t *rapid.T) {
	for _, as := range s.p.Assignments {
		al := s.p.Alarms[unacknowledged(as.ID)]
		waited := s.now.Sub(*as.ToldAt)
		switch {
		case as.State == Ordered && waited >= AckDue && as.PagedAt == nil:
			t.Fatalf("not called again after %s", waited)
		case as.State == Ordered && as.PagedAt != nil && s.now.Sub(*as.PagedAt) >= AckDue && al == nil:
			t.Fatalf("no alarm after %s", waited)
		case as.State != Ordered && al != nil && al.State != AlarmOver:
			t.Fatalf("%s, and the alarm is %s", as.State, al.State)
		}
	}
	for _, al := range s.p.Alarms {
		if as := s.p.Assignments[*al.Assignment]; al.Kind == AlarmLost && al.State != AlarmOver && (!as.committed() || s.board.heard[as.Unit].After(al.RaisedAt)) {
			t.Fatalf("still lost: %s, heard %s", as.State, s.board.heard[as.Unit])
		}
	}
}

func TestAUnitUnderWayThatFallsSilentIsLost(t *testing.T) {
	for name, c := range map[string]struct {
		state AssignmentState
		heard time.Duration // before now
		told  time.Duration
		up    time.Duration // the server
		want  bool
	}{
		"under way and silent":             {Enroute, 4 * time.Minute, 10 * time.Minute, time.Hour, true},
		"on scene and silent":              {OnScene, 4 * time.Minute, 10 * time.Minute, time.Hour, true},
		"heard lately":                     {Enroute, 2 * time.Minute, 10 * time.Minute, time.Hour, false},
		"only ordered":                     {Ordered, 4 * time.Minute, 10 * time.Minute, time.Hour, false},
		"silent since long before":         {Enroute, 90 * time.Minute, 10 * time.Minute, time.Hour, false},
		"never heard":                      {Enroute, 0, 10 * time.Minute, time.Hour, false},
		"the server began two minutes ago": {Enroute, 4 * time.Minute, 10 * time.Minute, 2 * time.Minute, false},
	} {
		s := newDuties()
		unit := s.units[0]
		as := orderOf(t, s.p.Incidents[firstIncident(s.p)], unit)
		told := noon.Add(-c.told)
		as.ID, as.Unit, as.State, as.OrderedAt, as.ToldAt = NewID(), unit.ID, c.state, told, &told
		s.p = s.p.With([]Entity{&as})
		if c.heard > 0 {
			s.board.heard[unit.ID] = noon.Add(-c.heard)
		}
		got := lostWatch{}.Look(Watch{Picture: s.p, Board: s.board, Now: noon, Since: noon.Add(-c.up)})
		if (len(got) == 1) != c.want {
			t.Errorf("%s: %d duties", name, len(got))
		}
	}
}

func firstIncident(p *Picture) ID {
	for id := range p.Incidents {
		return id
	}
	return ID{}
}

// TestAStepNeedNotHaveSeenThePage: the crew's answer to an order crosses the
// second call, and both stand; a step that another has overtaken does not.
func TestAStepNeedNotHaveSeenThePage(t *testing.T) {
	as := orderOf(t, standing(Confirmed), engine())
	seen := as.Version
	out, err := as.Page(AckDue, as.toldAt().Add(AckDue))
	if err != nil {
		t.Fatal(err)
	}
	as.Apply(reread(t, out.Facts[0]), noon)
	if err := expectStep(Command{Expected: &seen}, &as); err != nil {
		t.Errorf("after a page: %v", err)
	}
	step, err := as.Advance(Acknowledged, "", noon, noon)
	if err != nil {
		t.Fatal(err)
	}
	as.Apply(step.Facts[0], noon)
	if err := expectStep(Command{Expected: &seen}, &as); err == nil {
		t.Error("after another's step it still stands")
	}
	if err := expectStep(Command{}, &as); !errors.Is(err, ErrNoVersion) {
		t.Errorf("without a version: %v", err)
	}
}
