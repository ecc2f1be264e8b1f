package dispatch

import (
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"onemap/geo"
)

// alarmSteps are the moves an alarm may make.
var alarmSteps = map[string][]string{
	AlarmNew:  {AlarmSeen, AlarmOver},
	AlarmSeen: {AlarmOver},
}

// Refusals about alarms.
var (
	ErrAlreadyRaised = &Error{Kind: Conflict, Code: "already_raised", Text: "an alarm of that unit is open already"}
	ErrAlarmEnded    = &Error{Kind: Conflict, Code: "alarm_ended", Text: "the alarm has ended"}
)

// AlarmStep is what somebody does about an alarm. A zero When is now.
type AlarmStep struct {
	To       string // AlarmSeen or AlarmOver
	Outcome  string // of an ending
	Incident *ID    // the one made of it
	Reason   string
	When     time.Time
}

// Raise decides that an alarm is raised. A zero when is now, and so is one that
// cannot be: a wrong clock silences nobody.
func (al Alarm) Raise(when, now time.Time) (Outcome, error) {
	al.Note = norm.NFC.String(al.Note)
	var p Problems
	p.free("note", al.Note, 400)
	if al.Point != nil {
		if err := geo.Check(*al.Point); err != nil {
			p.Add("point", "bad_geometry", "%v", err)
		}
	}
	if al.Division == "" {
		p.Add("point", "required", "say whose alarm it is, or where in the city")
	}
	if when.IsZero() || when.After(now) || now.Sub(when) > earliestCry {
		when = now
	}
	al.State, al.RaisedAt = AlarmNew, when.UTC()
	return Outcome{[]Fact{&AlarmRaised{al}}}, p.Err()
}

// earliestCry is the oldest a cry may say it is and be believed.
const earliestCry = 7 * 24 * time.Hour

// Advance decides that somebody has seen an alarm, or that it has ended. The
// server ends those whose cause has gone, and nobody else says so.
func (al Alarm) Advance(a Actor, s AlarmStep, now time.Time) (Outcome, error) {
	allowed := alarmSteps[al.State]
	if len(allowed) == 0 {
		return Outcome{}, ErrAlarmEnded
	}
	if !slices.Contains(allowed, s.To) {
		e := ErrWrongStep.With("from %s only to: %s", al.State, strings.Join(allowed, ", "))
		e.Kind = Invalid
		return Outcome{}, e
	}
	s.Reason = strings.TrimSpace(norm.NFC.String(s.Reason))
	var p Problems
	p.free("reason", s.Reason, 400)
	p.outcome(&al, a, s)
	f := &AlarmAdvanced{ID: al.ID, To: s.To, Outcome: s.Outcome, Incident: s.Incident, Reason: s.Reason, When: p.milestone(s.When, now, al.RaisedAt)}
	if a.ID != System.ID {
		id := a.ID
		f.By, f.ByName = &id, a.Name
	}
	return Outcome{[]Fact{f}}, p.Err()
}

// outcome checks what is said of an ending, and that nothing is of another step.
func (p *Problems) outcome(al *Alarm, a Actor, s AlarmStep) {
	if s.To != AlarmOver {
		if s.Outcome != "" {
			p.Add("outcome", "bad_enum", "only an ending has an outcome")
		}
		if s.Incident != nil {
			p.Add("incident", "bad_enum", "only an ending names an incident")
		}
		return
	}
	if s.Outcome == "" {
		p.Add("outcome", "required", "say how it ended: %s", strings.Join(endings(al, a), ", "))
	} else {
		p.OneOf("outcome", s.Outcome, endings(al, a))
	}
	if s.Outcome == "false_alarm" && s.Reason == "" {
		p.Add("reason", "required", "say why it was nothing")
	}
	if made := s.Outcome == "incident"; made && s.Incident == nil {
		p.Add("incident", "required", "name the incident made of it")
	} else if !made && s.Incident != nil {
		p.Add("incident", "bad_enum", "none was made of it")
	}
}

// endings are the outcomes an actor may give an alarm.
func endings(al *Alarm, a Actor) []string {
	if a.ID == System.ID {
		return []string{"cleared", "undone"}
	}
	all := []string{"handled", "false_alarm", "incident"}
	if al.Kind == AlarmAutoOrdered {
		all = append(all, "undone")
	}
	return all
}
