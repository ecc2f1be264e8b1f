package dispatch

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

var watchOfficer = Actor{ID: NewID(), Name: "值班员（示例）", Role: DutyOfficer, Area: "130300", Clearance: 3}

func cry() Alarm {
	at := orb.Point{119.6, 39.93}
	return Alarm{ID: NewID(), Kind: AlarmSOS, Division: "130302001", Point: &at}
}

func raised(t interface{ Fatalf(string, ...any) }, al Alarm) Alarm {
	out, err := al.Raise(noon, noon)
	if err != nil {
		t.Fatalf("raise: %v", err)
	}
	var kept Alarm
	kept.Apply(reread(t, out.Facts[0]), noon)
	return kept
}

// reread is a fact as the journal gives it back.
func reread(t interface{ Fatalf(string, ...any) }, f Fact) Fact {
	raw, err := json.Marshal(f)
	if err != nil {
		t.Fatalf("write %s: %v", f.Type(), err)
	}
	back, err := DecodeFact(f.Type(), raw)
	if err != nil {
		t.Fatalf("read %s: %v", raw, err)
	}
	return back
}

func TestAnAlarmIsKeptAsItWasRaised(t *testing.T) {
	al := cry()
	unit, incident := NewID(), NewID()
	al.Unit, al.Incident, al.Note, al.Sensitivity, al.By, al.ByName = &unit, &incident, "车辆侧翻", 2, &watchOfficer.ID, "值班员"
	got := raised(t, al)
	al.Version, al.State, al.RaisedAt = 1, AlarmNew, noon
	if diff := cmp.Diff(al, got); diff != "" {
		t.Error(diff)
	}
}

func TestAWrongClockSilencesNobody(t *testing.T) {
	for name, c := range map[string]struct{ said, want time.Time }{
		"nothing said": {time.Time{}, noon}, "tomorrow": {noon.AddDate(0, 0, 1), noon}, "in 1970": {time.Unix(0, 0), noon},
		"half an hour late": {noon.Add(-30 * time.Minute), noon.Add(-30 * time.Minute)},
	} {
		out, err := cry().Raise(c.said, noon)
		if err != nil || !out.Facts[0].(*AlarmRaised).RaisedAt.Equal(c.want) {
			t.Errorf("%s: %v, %v", name, out.Facts, err)
		}
	}
	long, nowhere, off := cry(), cry(), cry()
	long.Note, nowhere.Division, off.Point = strings.Repeat("水", 401), "", &orb.Point{500, 0}
	for code, al := range map[string]Alarm{"too_long": long, "required": nowhere, "bad_geometry": off} {
		if _, err := al.Raise(noon, noon); !errors.Is(err, &Error{Code: code}) {
			t.Errorf("%v, want %s", err, code)
		}
	}
}

func TestAnEndingSaysHow(t *testing.T) {
	made := NewID()
	for name, c := range map[string]struct {
		a    Actor
		s    AlarmStep
		code string
	}{
		"no outcome":                {watchOfficer, AlarmStep{To: AlarmOver}, "required"},
		"cleared by a person":       {watchOfficer, AlarmStep{To: AlarmOver, Outcome: "cleared"}, "bad_enum"},
		"an SOS undone":             {watchOfficer, AlarmStep{To: AlarmOver, Outcome: "undone"}, "bad_enum"},
		"handled by the server":     {System, AlarmStep{To: AlarmOver, Outcome: "handled"}, "bad_enum"},
		"nothing, and no reason":    {watchOfficer, AlarmStep{To: AlarmOver, Outcome: "false_alarm", Reason: " "}, "required"},
		"an incident not named":     {watchOfficer, AlarmStep{To: AlarmOver, Outcome: "incident"}, "required"},
		"handled, and an incident":  {watchOfficer, AlarmStep{To: AlarmOver, Outcome: "handled", Incident: &made}, "bad_enum"},
		"seen, with an outcome":     {watchOfficer, AlarmStep{To: AlarmSeen, Outcome: "handled"}, "bad_enum"},
		"a reason as long as a day": {watchOfficer, AlarmStep{To: AlarmOver, Outcome: "handled", Reason: strings.Repeat("长", 401)}, "too_long"},
		"ended before it began":     {watchOfficer, AlarmStep{To: AlarmOver, Outcome: "handled", When: noon.Add(-time.Second)}, "bad_time"},
		"back to the beginning":     {watchOfficer, AlarmStep{To: AlarmNew}, "wrong_step"},
	} {
		if _, err := raised(t, cry()).Advance(c.a, c.s, noon); !errors.Is(err, &Error{Code: c.code}) {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	auto := cry()
	auto.Kind = AlarmAutoOrdered
	if _, err := raised(t, auto).Advance(watchOfficer, AlarmStep{To: AlarmOver, Outcome: "undone"}, noon); err != nil {
		t.Errorf("an automatic order undone: %v", err)
	}
}

// TestAnAlarmGoesForwardOnly: whatever people try, it is acknowledged once at
// most and before its end, ends once, and keeps who did what.
func TestAnAlarmGoesForwardOnly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		al := raised(t, cry())
		for i := range rapid.IntRange(1, 8).Draw(t, "steps") {
			s := AlarmStep{
				To:      rapid.SampledFrom([]string{AlarmNew, AlarmSeen, AlarmOver, "", "gone"}).Draw(t, "to"),
				Outcome: rapid.SampledFrom(append([]string{""}, AlarmOutcomes...)).Draw(t, "outcome"), Reason: "因故",
			}
			was, now := al, noon.Add(time.Duration(i)*time.Minute)
			out, err := al.Advance(watchOfficer, s, now)
			if err != nil {
				if was.State == AlarmOver && !errors.Is(err, ErrAlarmEnded) {
					t.Fatalf("after the end: %v", err)
				}
				continue
			}
			al.Apply(reread(t, out.Facts[0]), now)
			switch {
			case !slices.Contains(alarmSteps[was.State], al.State) || al.Version != was.Version+1:
				t.Fatalf("from %s to %s", was.State, al.State)
			case was.AcknowledgedAt != nil && !was.AcknowledgedAt.Equal(*al.AcknowledgedAt):
				t.Fatal("acknowledged twice")
			case al.State == AlarmOver && (al.EndedAt == nil || *al.EndedBy != watchOfficer.ID || al.Outcome != s.Outcome):
				t.Fatalf("ended as %+v", al)
			case al.State == AlarmSeen && (al.AcknowledgedAs != watchOfficer.Name || al.EndedAt != nil):
				t.Fatalf("seen as %+v", al)
			}
		}
	})
}

func TestWhoSeesAnAlarm(t *testing.T) {
	unit := entry(Units, "U-9", orb.Point{119.6, 39.93}, &Unit{Duty: "available_base"})
	unit.Sensitivity = 3
	p := NewPicture(1, "e", []Entity{unit})
	sos := cry()
	sos.Unit, sos.Sensitivity = &unit.ID, 3
	lost := sos
	lost.Kind = AlarmLost
	before := lost
	before.Sensitivity = 0 // raised when the unit was no secret yet
	for name, c := range map[string]struct {
		a         Actor
		sos, lost bool
	}{
		"the city":           {Actor{Role: Dispatcher, Area: "130300", Clearance: 1}, true, false},
		"cleared":            {Actor{Role: Dispatcher, Area: "130300", Clearance: 3}, true, true},
		"another county":     {Actor{Role: Dispatcher, Area: "130321", Clearance: 3}, false, false},
		"the crew":           {Actor{Role: Responder, Area: "130302", Unit: &unit.ID}, true, true},
		"another crew":       {Actor{Role: Responder, Area: "130302", Unit: &sos.ID}, false, false},
		"the wall in a hall": {Actor{Role: Viewer, Area: "130300", Clearance: 3}, false, false},
		"a partner":          {Actor{Role: Partner, Area: "130300"}, false, false},
	} {
		if got := p.SeesAlarm(c.a, &sos); got != c.sos {
			t.Errorf("%s sees the cry: %t", name, got)
		}
		if got := p.SeesAlarm(c.a, &lost); got != c.lost {
			t.Errorf("%s sees the lost one: %t", name, got)
		}
		if got := p.SeesAlarm(c.a, &before); got != c.lost {
			t.Errorf("%s sees the alarm of a unit that became secret: %t", name, got)
		}
	}
}
