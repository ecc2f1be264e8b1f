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

// duplicateFor is how long an incident taken for a repetition may be taken for
// one of its own again (domain model §1).
const duplicateFor = 24 * time.Hour

// Step is a wish to move an incident on: what Advance asks, who asks, and what
// stands beside the incident.
type Step struct {
	To        State
	Reason    string
	By        ID
	When, Now time.Time
	Remaining []string // the codes of the units still assigned
}

// Take decides on a step as the desk takes it: who confirms has verified; what
// recovers names the units that remain; a duplicate comes back within a day.
func (in Incident) Take(s Step) (Outcome, error) {
	if in.State == Duplicate && in.ClosedAt != nil && s.Now.Sub(*in.ClosedAt) > duplicateFor {
		return Outcome{}, ErrWrongStep.With("a duplicate is taken up again within 24 hours; report it anew")
	}
	out, err := in.Advance(s.To, s.Reason, s.When)
	if err != nil {
		return out, err
	}
	switch f := out.Facts[0].(*IncidentAdvanced); s.To {
	case Confirmed:
		if in.LocatedAt == nil || in.Geometry == nil {
			var p Problems
			p.Add("to", "required", "it is confirmed once it is located")
			return Outcome{}, p.Err()
		}
		f.By = &s.By
	case Recovering:
		if missing := slices.DeleteFunc(slices.Clone(s.Remaining), func(code string) bool { return names(s.Reason, code) }); len(missing) > 0 {
			return Outcome{}, ErrAssignmentsOpen.With("release them, or name them as remaining in the reason: %s", strings.Join(missing, ", "))
		}
	default: // nothing beside what Advance asks
	}
	return out, nil
}

// names reports whether a text names a code: U-10 does not name U-1.
func names(text, code string) bool {
	part := func(c byte) bool {
		return c == '-' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
	}
	for from := 0; ; {
		i := strings.Index(text[from:], code)
		if i < 0 {
			return false
		}
		begin, end := from+i, from+i+len(code)
		if (begin == 0 || !part(text[begin-1])) && (end == len(text) || !part(text[end])) {
			return true
		}
		from = end
	}
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
	if (to == Responding && in.State != Confirmed || !in.State.Open()) && strings.TrimSpace(reason) == "" {
		p.Add("reason", "required", "say why it is taken up again")
	}
	if to == Contained && (in.Dead == nil || in.Missing == nil || in.Injured == nil) {
		p.Add("to", "loss_figures_missing", "dead, missing and injured must be known, if only as 0")
	}
	return Outcome{[]Fact{&IncidentAdvanced{ID: in.ID, From: in.State, To: to, Reason: reason, When: when}}}, p.Err()
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
