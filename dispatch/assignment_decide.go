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
	Proposed:     {Ordered, Declined, CalledOff}, // to ordered by Consent only
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
	ErrSecondPerson    = &Error{Kind: Forbidden, Code: "needs_second_person", Text: "somebody else than who proposed it records the consent"}
)

// Order decides that a unit is sent to an incident, which turns a confirmed one
// to responding. One whose State is proposed waits for its owner's consent, and
// turns nothing yet. A zero when is now. The caller knows that the unit is free.
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
	out := Outcome{[]Fact{&AssignmentOrdered{
		ID: as.ID, Incident: in.ID, Number: in.Number, Unit: unit.ID, Division: in.Division, Note: as.Note, By: as.OrderedBy, When: when,
		Proposed: as.State == Proposed, From: as.DivertedFrom,
	}}}
	if in.State == Confirmed && as.State != Proposed {
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
// has ended takes none. A consent is no such step, see Consent.
func (as Assignment) Advance(to AssignmentState, reason string, when, now time.Time) (Outcome, error) {
	if as.State == Proposed && to == Ordered {
		return Outcome{}, ErrSecondPerson
	}
	return as.step(to, reason, when, now)
}

// Consent decides that the owner of a proposed unit agrees (两方同意), which
// orders it and turns a confirmed incident to responding. It is recorded by
// somebody else than who proposed; whoever is not of the crew says in reason
// who agreed.
func (as Assignment) Consent(a Actor, in *Incident, reason string, when, now time.Time) (Outcome, error) {
	if as.State == Proposed && a.ID == as.OrderedBy {
		return Outcome{}, ErrSecondPerson
	}
	out, err := as.step(Ordered, reason, when, now)
	if err != nil {
		return out, err
	}
	f := out.Facts[0].(*AssignmentAdvanced)
	if f.Reason == "" && (a.Unit == nil || *a.Unit != as.Unit) {
		var p Problems
		p.Add("reason", "required", "say who agreed for the owner")
		return Outcome{}, p.Err()
	}
	f.By = &a.ID
	if in.State == Confirmed {
		out.Facts = append(out.Facts, &IncidentAdvanced{ID: in.ID, From: in.State, To: Responding, When: f.When})
	}
	return out, nil
}

func (as Assignment) step(to AssignmentState, reason string, when, now time.Time) (Outcome, error) {
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
	return Outcome{[]Fact{&AssignmentAdvanced{ID: as.ID, From: as.State, To: to, Reason: reason, When: when}}}, p.Err()
}
