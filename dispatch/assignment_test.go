package dispatch

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

// allSteps are the states, the ones nobody asks for too.
var allSteps = []AssignmentState{Proposed, Ordered, Acknowledged, Enroute, Staged, OnScene, ToFacility, AtFacility, Returning, Released, Declined, CalledOff, Diverted, "closed"}

func engine() *Entry {
	return entry(Units, "U-1", orb.Point{119.6, 39.93}, &Unit{Duty: "available_base", MobiliseMin: 2, Kind: "engine"})
}

func standing(state State) *Incident {
	in := reported()
	in.Number, in.State, in.Version = "QHD-2026-000001", state, 1
	return &in
}

func orderOf(t interface{ Fatalf(string, ...any) }, in *Incident, unit *Entry) Assignment {
	as := Assignment{ID: NewID(), OrderedBy: NewID()}
	out, err := as.Order(in, unit, time.Time{}, noon)
	if err != nil {
		t.Fatalf("order: %v", err)
	}
	as.Apply(out.Facts[0], noon)
	return as
}

func TestFirstOrderTurnsAConfirmedIncidentToResponding(t *testing.T) {
	for state, want := range map[State]int{Reported: 1, Verifying: 1, Confirmed: 2, Responding: 1, Contained: 1, Recovering: 1} {
		out, err := Assignment{ID: NewID()}.Order(standing(state), engine(), time.Time{}, noon)
		if err != nil || len(out.Facts) != want {
			t.Errorf("%s: %d facts, %v", state, len(out.Facts), err)
		}
	}
	out, _ := Assignment{ID: NewID()}.Order(standing(Confirmed), engine(), noon.Add(-time.Minute), noon)
	if f, ok := out.Facts[1].(*IncidentAdvanced); !ok || f.To != Responding || !f.When.Equal(noon.Add(-time.Minute)) {
		t.Errorf("then %+v", out.Facts[1])
	}
}

func TestOrderIsRefused(t *testing.T) {
	off := engine()
	off.Detail.(*Unit).Duty = "maintenance"
	for name, c := range map[string]struct {
		in   *Incident
		unit *Entry
		when time.Time
		code string
	}{
		"to what has ended":  {standing(Closed), engine(), noon, "incident_closed"},
		"of a unit off duty": {standing(Confirmed), off, noon, "not_dispatchable"},
		"in three minutes":   {standing(Confirmed), engine(), noon.Add(3 * time.Minute), "bad_time"},
		"two years ago":      {standing(Confirmed), engine(), noon.AddDate(-2, 0, 0), "bad_time"},
	} {
		if _, err := (Assignment{ID: NewID()}).Order(c.in, c.unit, c.when, noon); !errors.Is(err, &Error{Code: c.code}) {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
}

func TestEveryStepIsTakenOrRefusedAsTheTableSays(t *testing.T) {
	for _, from := range allSteps {
		for _, to := range allSteps {
			as := orderOf(t, standing(Confirmed), engine())
			as.State = from
			_, err := as.Advance(to, "因故", noon, noon)
			var said *Error
			switch allowed := courses[from]; {
			case from == Proposed && to == Ordered:
				if !errors.Is(err, ErrSecondPerson) {
					t.Errorf("a consent nobody gave: %v", err)
				}
			case slices.Contains(allowed, to):
				if err != nil {
					t.Errorf("%s → %s: %v", from, to, err)
				}
			case !errors.As(err, &said), said.Kind != Invalid && from.Open(), said.Kind != Conflict && !from.Open():
				t.Errorf("%s → %s: %v", from, to, err)
			}
		}
	}
	as := orderOf(t, standing(Confirmed), engine())
	as.State = Enroute
	_, err := as.Advance(Released, "", noon, noon)
	if got, want := err.Error(), "wrong_step: from enroute only to: staged, on_scene, to_facility, at_facility, cancelled, diverted"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAnEndingNeedsItsReasonAndAMilestoneItsTime(t *testing.T) {
	as := orderOf(t, standing(Confirmed), engine())
	for name, c := range map[string]struct {
		to     AssignmentState
		reason string
		when   time.Time
		code   string
	}{
		"declined in silence":   {Declined, " ", noon, "required"},
		"called off in silence": {CalledOff, "", noon, "required"},
		"diverted in silence":   {Diverted, "", noon, "required"},
		"before the order":      {Acknowledged, "", noon.Add(-time.Second), "bad_time"},
		"in the future":         {Acknowledged, "", noon.Add(3 * time.Minute), "bad_time"},
	} {
		if _, err := as.Advance(c.to, c.reason, c.when, noon); !errors.Is(err, &Error{Code: c.code}) {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	for name, c := range map[string]struct{ when, now, want time.Time }{
		"a clock a little ahead":   {noon.Add(time.Minute), noon, noon},
		"a server a little behind": {time.Time{}, noon.Add(-time.Second), noon},
		"nothing said":             {time.Time{}, noon.Add(time.Hour), noon.Add(time.Hour)},
	} {
		out, err := as.Advance(Acknowledged, "", c.when, c.now)
		if err != nil || !out.Facts[0].(*AssignmentAdvanced).When.Equal(c.want) {
			t.Errorf("%s: %+v, %v", name, out.Facts, err)
		}
	}
}

// stroll is a city of three units and two incidents that people do things to.
type stroll struct {
	p         *Picture
	units     []*Entry
	incidents []ID
}

// step tries one thing as the desk would, and folds what comes of it.
func (s *stroll) step(t *rapid.T) {
	unit, now := rapid.SampledFrom(s.units).Draw(t, "unit"), noon.Add(time.Duration(s.p.Seq)*time.Minute)
	held := s.p.OpenAssignment(unit.ID)
	var out Outcome
	var err error
	switch rapid.IntRange(0, 5).Draw(t, "do") {
	case 0:
		changed := *s.p.Entry(Units, unit.ID)
		duty := *changed.Detail.(*Unit)
		duty.Duty = rapid.SampledFrom(DutyStates).Draw(t, "duty")
		changed.Detail = &duty
		out = Outcome{[]Fact{&EntryRecorded{Entry: changed}}}
	case 1:
		if held != nil {
			return
		}
		in := s.p.Incidents[rapid.SampledFrom(s.incidents).Draw(t, "incident")]
		as := Assignment{ID: NewID(), State: rapid.SampledFrom([]AssignmentState{"", Proposed}).Draw(t, "owner")}
		out, err = as.Order(in, s.p.Entry(Units, unit.ID), now, now)
	case 2:
		if held == nil {
			return
		}
		in := s.p.Incidents[rapid.SampledFrom(s.incidents).Draw(t, "to")]
		out, err = held.Divert(Assignment{ID: NewID(), Incident: in.ID}, in, s.p.Entry(Units, unit.ID), "因故", now, now)
	case 3:
		if held == nil {
			return
		}
		out, err = held.Consent(Actor{ID: NewID()}, s.p.Incidents[held.Incident], "队长同意", now, now)
	default:
		if held == nil {
			return
		}
		out, err = held.Advance(rapid.SampledFrom(allSteps).Draw(t, "to"), rapid.SampledFrom([]string{"", "因故"}).Draw(t, "why"), now, now)
	}
	if err != nil {
		return
	}
	var events []Event
	for _, f := range out.Facts {
		raw, err := json.Marshal(f)
		if err != nil {
			t.Fatalf("write %s: %v", f.Type(), err)
		}
		if f, err = DecodeFact(f.Type(), raw); err != nil {
			t.Fatalf("read %s: %v", raw, err)
		}
		events = append(events, Event{Seq: s.p.Seq + Seq(len(events)) + 1, Fact: f, Version: 1 << 20, RecordedAt: now})
	}
	s.p = s.p.Next(events)
}

// TestStatusIsAlwaysItsDerivation: whatever happens in whatever order, a unit
// has one open assignment at most and shows its state, else its duty; a
// milestone, once written, stays; and a picture built from the rows is the
// same.
func TestStatusIsAlwaysItsDerivation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := &stroll{}
		var rows []Entity
		for range 3 {
			u := engine()
			s.units, rows = append(s.units, u), append(rows, u)
		}
		for _, state := range []State{Confirmed, Reported} {
			in := standing(state)
			s.incidents, rows = append(s.incidents, in.ID), append(rows, in)
		}
		s.p = NewPicture(0, "e", rows)
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			before := s.p
			s.step(t)
			s.check(t, before)
		}
	})
}

func (s *stroll) check(t *rapid.T, before *Picture) {
	var rows []Entity
	for _, as := range s.p.Assignments {
		rows = append(rows, as)
	}
	built := NewPicture(s.p.Seq, "e", rows)
	for _, u := range s.units {
		var open []*Assignment
		for _, as := range s.p.Assignments {
			if as.Unit == u.ID && as.State.Open() {
				open = append(open, as)
			}
		}
		now := s.p.Entry(Units, u.ID)
		want := now.Detail.(*Unit).Duty
		if len(open) > 1 {
			t.Fatalf("%d open assignments of one unit", len(open))
		}
		if len(open) == 1 {
			want = string(open[0].State)
		}
		if got := s.p.Status(now); got != want {
			t.Fatalf("shows %s, want %s", got, want)
		}
		if diff := cmp.Diff(built.OpenAssignment(u.ID), s.p.OpenAssignment(u.ID)); diff != "" {
			t.Fatal(diff)
		}
	}
	for id, was := range before.Assignments {
		now := *s.p.Assignments[id]
		if (now.State == Proposed) != (now.ProposedAt != nil && now.ConsentBy == nil && now.EndedAt == nil) {
			t.Fatalf("%s, proposed %v, consent %v", now.State, now.ProposedAt, now.ConsentBy)
		}
		if other := s.p.Assignments[orNil(now.DivertedTo)]; now.DivertedTo != nil && (now.State != Diverted || *other.DivertedFrom != id || other.Unit != now.Unit) {
			t.Fatalf("%s, diverted to %+v", now.State, other)
		}
		if now.State.Open() != (now.EndedAt == nil) {
			t.Fatalf("%s with end %v", now.State, now.EndedAt)
		}
		for _, state := range allSteps[2:] {
			if old, kept := *was.stamp(state), *now.stamp(state); old != nil && !old.Equal(*kept) {
				t.Fatalf("milestone %s was written twice", state)
			}
		}
	}
}

func TestWhatEndedADayAgoLeavesThePicture(t *testing.T) {
	in, u := standing(Confirmed), engine()
	old := orderOf(t, in, u)
	out, _ := old.Advance(CalledOff, "误报", noon, noon)
	old.Apply(out.Facts[0], noon)
	fresh := orderOf(t, in, u)
	p := NewPicture(1, "e", []Entity{in, u, &old, &fresh})
	next := p.Next([]Event{{Seq: 2, Fact: &AssignmentAdvanced{ID: fresh.ID, To: Enroute, When: noon}, RecordedAt: noon.Add(Remembered + time.Second)}})
	if next.Assignments[old.ID] != nil || next.OpenAssignment(u.ID) == nil || p.Assignments[old.ID] == nil {
		t.Errorf("then %d, before %d", len(next.Assignments), len(p.Assignments))
	}
}

func TestWhoSeesAnAssignment(t *testing.T) {
	in, near, far, secret := standing(Responding), engine(), engine(), engine()
	far.Division, secret.Sensitivity = "130321101", 3
	p := NewPicture(1, "e", []Entity{in, near, far, secret})
	sent := func(u *Entry) *Assignment { as := orderOf(t, in, u); return &as }
	own := near.ID
	for name, c := range map[string]struct {
		who  Actor
		as   *Assignment
		want bool
	}{
		"the desk of the incident":      {Actor{Role: Dispatcher, Area: "130302"}, sent(far), true},
		"the desk of the unit":          {Actor{Role: Dispatcher, Area: "130321"}, sent(far), true},
		"a third desk":                  {Actor{Role: Dispatcher, Area: "130322"}, sent(far), false},
		"a desk without the clearance":  {Actor{Role: Dispatcher, Area: "130300", Clearance: 2}, sent(secret), false},
		"a desk with it":                {Actor{Role: Dispatcher, Area: "130300", Clearance: 3}, sent(secret), true},
		"a commander of the area":       {Actor{Role: IncidentCommander, Area: "130302"}, sent(near), true},
		"a commander of the unit's":     {Actor{Role: IncidentCommander, Area: "130321"}, sent(far), false},
		"the crew":                      {Actor{Role: Responder, Area: "130322", Unit: &own}, sent(near), true},
		"another crew":                  {Actor{Role: Responder, Area: "130302", Unit: &own}, sent(far), false},
		"a responder without a unit":    {Actor{Role: Responder, Area: "130302"}, sent(near), false},
		"whoever only looks at the map": {Actor{Role: Viewer, Area: "130300", Clearance: 3}, sent(near), false},
	} {
		if got := p.SeesAssignment(c.who, c.as); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
