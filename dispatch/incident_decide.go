package dispatch

import (
	"slices"
	"strings"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
	"golang.org/x/text/unicode/norm"

	"onemap/geo"
)

// oldest and newest say how far from now an incident may be said to have
// happened: clocks run a little ahead, and reports come late but not by years.
const (
	oldest = 366 * 24 * time.Hour
	newest = 2 * time.Minute
)

func (p *Problems) when(path string, t *time.Time, now time.Time) {
	if t != nil && (t.Before(now.Add(-oldest)) || t.After(now.Add(newest))) {
		p.Add(path, "bad_time", "%s is not within a year before now", t.Format(time.RFC3339))
	}
}

func (p *Problems) known(k *Known, g orb.Geometry) {
	for _, s := range []*string{&k.Title, &k.Place, &k.CallerName, &k.CallerPhone, &k.Description} {
		*s = norm.NFC.String(*s)
	}
	p.OneOf("properties.kind", k.Kind, IncidentKinds)
	p.text("properties.title", k.Title, 1, 120)
	p.text("properties.place", k.Place, 0, 200)
	p.text("properties.caller_name", k.CallerName, 0, 60)
	p.text("properties.caller_phone", k.CallerPhone, 0, 40)
	p.free("properties.description", k.Description, 4000)
	p.between("properties.priority", k.Priority, 1, 5)
	if k.Grade != nil {
		p.between("properties.grade", *k.Grade, 1, 4)
	}
	if !divisionCode.MatchString(k.Division) {
		p.Add("geometry", "outside_jurisdiction", "no division of the city is near that place")
	}
	if k.AccuracyM != nil && !(*k.AccuracyM >= 0 && *k.AccuracyM <= 1e5) {
		p.Add("properties.accuracy_m", "out_of_range", "an accuracy lies between 0 and 100 km")
	}
	for path, n := range map[string]*int{"dead": k.Dead, "missing": k.Missing, "injured": k.Injured, "trapped": k.Trapped} {
		if n != nil {
			p.between("properties."+path, *n, 0, 1e7)
		}
	}
	if g == nil {
		p.Add("geometry", "required", "an incident is somewhere")
	} else if err := geo.CheckGeometry(g, maxVertices); err != nil {
		p.Add("geometry", "bad_geometry", "%v", err)
	}
}

// Report decides that an incident was reported.
func (in Incident) Report(now time.Time) (Outcome, error) {
	var p Problems
	p.known(&in.Known, in.Geometry)
	p.text("properties.source", in.Source, 0, 60)
	p.when("properties.occurred_at", in.OccurredAt, now)
	return Outcome{[]Fact{&IncidentReported{in}}}, p.Err()
}

// Amend decides that what is known has changed. An ended incident is not
// changed; it is reopened first.
func (in Incident) Amend(k Known, g orb.Geometry, reason string) (Outcome, error) {
	if !in.State.Open() {
		return Outcome{}, ErrWrongStep.With("the incident is %s", in.State)
	}
	var p Problems
	p.known(&k, g)
	p.free("reason", reason, 400)
	return Outcome{[]Fact{&IncidentAmended{in.ID, k, geojson.NewGeometry(g), reason}}}, p.Err()
}

// Advance decides that an incident stands in another open state. A step back
// to responding needs a reason, and so does reopening.
func (in Incident) Advance(to State, reason string, when time.Time) (Outcome, error) {
	allowed := steps[in.State]
	if !slices.Contains(allowed, to) {
		names := make([]string, len(allowed))
		for i, s := range allowed {
			names[i] = string(s)
		}
		e := ErrWrongStep.With("from %s only to: %s", in.State, strings.Join(names, ", "))
		e.Kind = Invalid
		return Outcome{}, e
	}
	var p Problems
	p.free("reason", reason, 400)
	if to == Responding && in.State != Confirmed && reason == "" {
		p.Add("reason", "required", "say why it is taken up again")
	}
	if to == Contained && (in.Dead == nil || in.Missing == nil || in.Injured == nil) {
		p.Add("to", "loss_figures_missing", "dead, missing and injured must be known, if only as 0")
	}
	return Outcome{[]Fact{&IncidentAdvanced{in.ID, in.State, to, reason, when}}}, p.Err()
}

// Close decides that an incident has ended. A report that came to nothing ends
// from reported or verifying; what was confirmed ends as resolved.
func (in Incident) Close(f IncidentClosed) (Outcome, error) {
	if !in.State.Open() {
		return Outcome{}, ErrWrongStep.With("the incident is %s already", in.State)
	}
	var p Problems
	state, ok := Dispositions[f.Disposition]
	early := in.State == Reported || in.State == Verifying
	switch {
	case !ok:
		p.Add("disposition", "bad_enum", "%q is no disposition", f.Disposition)
	case state != Closed && !early:
		p.Add("disposition", "wrong_step", "a %s incident ends as resolved", in.State)
	case state == Duplicate && f.MergedInto == nil:
		p.Add("merged_into", "required", "say which incident it repeats")
	case state == Duplicate && *f.MergedInto == in.ID:
		p.Add("merged_into", "cycle", "an incident does not repeat itself")
	case state == Transferred && f.Receiver == "":
		p.Add("receiver", "required", "say who took it over")
	}
	if strings.TrimSpace(f.Reason) == "" {
		p.Add("reason", "required", "say why")
	}
	p.free("reason", f.Reason, 400)
	p.text("receiver", f.Receiver, 0, 120)
	f.ID = in.ID
	return Outcome{[]Fact{&f}}, p.Err()
}
