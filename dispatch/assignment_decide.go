package dispatch

import (
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

// courses are the steps an assignment may take. Skipping forward is allowed and
// fills nothing in; an unwanted unit that has not arrived is called off and not
// released, so that a reason is kept.
var courses = map[AssignmentState][]AssignmentState{
	Ordered:      {Acknowledged, Enroute, Staged, OnScene, ToFacility, AtFacility, Declined, CalledOff, Diverted},
	Acknowledged: {Enroute, Staged, OnScene, ToFacility, AtFacility, Declined, CalledOff, Diverted},
	Enroute:      {Staged, OnScene, ToFacility, AtFacility, CalledOff, Diverted},
	Staged:       {OnScene, ToFacility, AtFacility, CalledOff, Diverted},
	OnScene:      {ToFacility, AtFacility, Returning, Released, Diverted},
	ToFacility:   {AtFacility, Returning, Released, Diverted},
	AtFacility:   {Returning, Released, Diverted},
	Returning:    {Released, Diverted},
}

// explained are the endings that need a reason.
var explained = []AssignmentState{Declined, CalledOff, Diverted}

// Refusals about assignments.
var (
	ErrIncidentClosed  = &Error{Kind: Conflict, Code: "incident_closed", Text: "the incident has ended"}
	ErrUnitBusy        = &Error{Kind: Conflict, Code: "unit_busy", Text: "the unit has an open assignment"}
	ErrNotDispatchable = &Error{Kind: Invalid, Code: "not_dispatchable", Text: "the unit is not to be sent"}
	ErrEnded           = &Error{Kind: Conflict, Code: "stale_assignment", Text: "the assignment has ended"}
	ErrAssignmentsOpen = &Error{Kind: Conflict, Code: "assignments_open", Text: "units are still assigned"}
)

// Order decides that a unit is sent to an incident, which turns a confirmed one
// to responding. A zero when is now. The caller knows that the unit is free.
func (as Assignment) Order(in *Incident, unit *Entry, when, now time.Time) (Outcome, error) {
	if !in.State.Open() {
		return Outcome{}, ErrIncidentClosed.With("%s is %s", in.Number, in.State)
	}
	if duty := unit.Detail.(*Unit).Duty; StatusClass(duty) == "unavailable" {
		return Outcome{}, ErrNotDispatchable.With("%s is %s", unit.Code, duty)
	}
	as.Note = norm.NFC.String(as.Note)
	var p Problems
	p.free("note", as.Note, 400)
	when = p.milestone(when, now, time.Time{})
	out := Outcome{[]Fact{&AssignmentOrdered{as.ID, in.ID, in.Number, unit.ID, in.Division, as.Note, as.OrderedBy, when}}}
	if in.State == Confirmed {
		out.Facts = append(out.Facts, &IncidentAdvanced{ID: in.ID, From: in.State, To: Responding, When: when})
	}
	return out, p.Err()
}

// milestone checks when a step was taken. A clock ahead of ours is taken for
// the moment of receipt, so that no milestone lies in the future; what nobody
// dated happened now, and never before the order, whoever's clock is behind.
func (p *Problems) milestone(when, now, ordered time.Time) time.Time {
	if ordered.After(now) {
		now = ordered
	}
	if when.IsZero() {
		return now
	}
	if when.Before(ordered) {
		p.Add("occurred_at", "bad_time", "%s is before the order, %s", when.UTC().Format(time.RFC3339), ordered.UTC().Format(time.RFC3339))
		return when
	}
	p.when("occurred_at", &when, now)
	if when.After(now) {
		return now
	}
	return when
}

// Advance decides that an assignment takes a step. A zero when is now. One that
// has ended takes none.
func (as Assignment) Advance(to AssignmentState, reason string, when, now time.Time) (Outcome, error) {
	allowed := courses[as.State]
	if len(allowed) == 0 {
		return Outcome{}, ErrEnded.With("the assignment is %s already", as.State)
	}
	if !slices.Contains(allowed, to) {
		names := make([]string, len(allowed))
		for i, s := range allowed {
			names[i] = string(s)
		}
		e := ErrWrongStep.With("from %s only to: %s", as.State, strings.Join(names, ", "))
		e.Kind = Invalid
		return Outcome{}, e
	}
	reason = strings.TrimSpace(norm.NFC.String(reason))
	var p Problems
	p.free("reason", reason, 400)
	if reason == "" && slices.Contains(explained, to) {
		p.Add("reason", "required", "say why")
	}
	when = p.milestone(when, now, as.OrderedAt)
	return Outcome{[]Fact{&AssignmentAdvanced{as.ID, as.State, to, reason, when}}}, p.Err()
}
