package live

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/paulmach/orb"

	"onemap/dispatch"
)

// flown is a room in which a helicopter was sent to an incident; they need no
// road.
func flown(t *testing.T) (*Live, *memory, *dispatch.Entry, *dispatch.AssignmentOrdered) {
	t.Helper()
	l, m := start(t)
	u := unit("H1", "130302001")
	u.Detail = &dispatch.Unit{Duty: "available_base", Kind: "helicopter"}
	in := dispatch.Incident{ID: dispatch.NewID(), Geometry: orb.Point{119.59, 40.14}, Known: dispatch.Known{Division: "130302001"}}
	sent := &dispatch.AssignmentOrdered{ID: dispatch.NewID(), Incident: in.ID, Unit: u.ID, Division: "130302001", When: time.Now()}
	m.happen(record(u), &dispatch.IncidentReported{Incident: in}, sent)
	if err := l.Await(t.Context(), 3); err != nil {
		t.Fatal(err)
	}
	return l, m, u, sent
}

func TestArrivalsFollowTheUnits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, m, u, sent := flown(t)
		planner := dispatch.Actor{Role: dispatch.Planner, Area: "130300", Clearance: 3}
		sub, other := l.Subscribe(city), l.Subscribe(planner)
		defer sub.Close()
		defer other.Close()
		next := func() (mine, theirs []dispatch.ETA) {
			<-sub.Outlooks()
			<-other.Outlooks()
			o := l.Outlook()
			return o.ETAs(city), o.ETAs(planner)
		}
		mine, theirs := next()
		if len(mine) != 1 || len(theirs) != 1 || mine[0].Source != "base" || mine[0].Travel < 6*time.Minute {
			t.Fatalf("first %+v, to the planner %+v", mine, theirs)
		}
		l.Report(time.Now(), []dispatch.Fix{fixAt(u, time.Now(), 119.59, 40.04)})
		after, behind := next()
		if after[0].Source != "fix" || after[0].Travel >= mine[0].Travel || behind[0].Source != "base" || behind[0].Travel != theirs[0].Travel {
			t.Errorf("after it moved %+v, to the planner %+v", after[0], behind[0])
		}
		m.happen(&dispatch.AssignmentAdvanced{ID: sent.ID, To: dispatch.OnScene, When: time.Now()})
		if there, _ := next(); len(there) != 0 {
			t.Errorf("there, and still awaited: %+v", there)
		}
	})
}

// TestPlannerWhoComesLateIsNotToldThatNobodyIsComing: an outlook made for
// others says nothing to a planner, and one that does follows at once.
func TestPlannerWhoComesLateIsNotToldThatNobodyIsComing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, _, _, _ := flown(t)
		first := l.Subscribe(city)
		defer first.Close()
		<-first.Outlooks()
		planner := dispatch.Actor{Role: dispatch.Planner, Area: "130300", Clearance: 3}
		late, came := l.Subscribe(planner), time.Now()
		defer late.Close()
		if o := l.Outlook(); o.Answers(planner) || !o.Answers(city) {
			t.Errorf("to the planner %t, to the city %t", o.Answers(planner), o.Answers(city))
		}
		<-late.Outlooks()
		o := l.Outlook()
		if !o.Answers(planner) || len(o.ETAs(planner)) != 1 || time.Since(came) > foresight {
			t.Errorf("after %s: %+v", time.Since(came), o.ETAs(planner))
		}
	})
}

func TestNewOutlookWaitsForSomethingToChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, _, _, _ := flown(t)
		sub := l.Subscribe(city)
		defer sub.Close()
		<-sub.Outlooks()
		first := l.Outlook()
		time.Sleep(ahead - foresight) // virtual time of the bubble
		if l.Outlook() != first {
			t.Error("made again, and nothing had happened")
		}
		<-sub.Outlooks()
		if next := l.Outlook(); next.At.Sub(first.At) != ahead || !next.ETAs(city)[0].ArriveAt.After(first.ETAs(city)[0].ArriveAt) {
			t.Errorf("a unit that stands comes later and later: %s after %s", next.At, first.At)
		}
	})
}

func TestAnAssignmentIsSeenByWhoSeesTheIncidentOrTheUnit(t *testing.T) {
	u := unit("U1", "130321001")
	in := &dispatch.Incident{ID: dispatch.NewID(), State: dispatch.Confirmed, Known: dispatch.Known{Division: "130302001"}, Geometry: orb.Point{119.6, 39.9}}
	before := dispatch.NewPicture(1, "e", []dispatch.Entity{u, in})
	e := dispatch.Event{Seq: 2, Version: 1, Fact: &dispatch.AssignmentOrdered{ID: dispatch.NewID(), Incident: in.ID, Unit: u.ID, Division: in.Division}}
	n := Notice{Event: e, Before: before, After: before.Next([]dispatch.Event{e})}
	for area, want := range map[string]Sight{"130321": Seen, "130302": Seen, "130300": Seen, "130324": Unseen} {
		if got := See(dispatch.Actor{Role: dispatch.Dispatcher, Area: area, Clearance: 1}, n); got != want {
			t.Errorf("in %s it is %d, want %d", area, got, want)
		}
	}
	if got := See(dispatch.Actor{Role: dispatch.Viewer, Area: "130300", Clearance: 1}, n); got != Unseen {
		t.Errorf("to a viewer it is %d", got)
	}
}
