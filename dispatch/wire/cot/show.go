package cot

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/dispatch/wire/markup"
)

// View is how things are shown to TAK clients: when, how often again, and in
// which exercise, if any.
type View struct {
	Now      time.Time
	Interval time.Duration // between two events of one thing
	Exercise string        // empty: it is real
}

// missed is how many intervals may fail before a thing vanishes from the map.
const missed = 3

// leastStale is the shortest life of an event: networks of the hills drop more.
const leastStale = time.Minute

func (v View) stale() time.Duration { return max(missed*v.Interval, leastStale) }

// opex names operation or exercise, as the schema has it.
func (v View) opex() string {
	if v.Exercise == "" {
		return "o"
	}
	name := v.Exercise
	if len(name) > 64 {
		name = strings.ToValidUTF8(name[:64], "")
	}
	return "e-" + name
}

// Shown is the uid under which a thing goes out: the same for ever.
func Shown(kind string, id dispatch.ID) string { return "onemap-" + kind + "-" + id.String() }

func (v View) event(kind string, id dispatch.ID, cot string, at orb.Point, callSign string) *Event {
	return &Event{
		Version: "2.0", UID: Shown(kind, id), Type: cot, How: "m-g", Opex: v.opex(), Time: v.Now, Start: v.Now, Stale: v.Now.Add(v.stale()),
		Point: at, HAE: Unknown, CE: Unknown, LE: Unknown, Detail: within("detail", named("contact", "callsign", callSign)),
	}
}

func (e *Event) add(children ...*markup.Element) {
	e.Detail.Children = append(e.Detail.Children, children...)
}

// unitTypes are the kinds of units as 2525 tells vehicles apart; the rest are
// civilian vehicles.
var unitTypes = map[string]string{"boat": "a-f-S-X", "helicopter": "a-f-A-C-H"}

// Unit shows a unit where it was last heard. It lives from the fix on, not from
// now: what is not heard of any more vanishes, and is not sent.
func (v View) Unit(entry *dispatch.Entry, fix dispatch.Fix) (*Event, bool) {
	unit, ok := entry.Detail.(*dispatch.Unit)
	stale := fix.DeviceAt.Add(max(v.stale(), dispatch.FixLimit))
	if !ok || fix.DeviceAt.IsZero() || !v.Now.Before(stale) {
		return nil, false
	}
	cot := unitTypes[unit.Kind]
	if cot == "" {
		cot = "a-f-G-E-V-C"
	}
	e := v.event("unit", entry.ID, cot, fix.Point, unit.CallSign)
	e.Time, e.Start, e.Stale = fix.DeviceAt, fix.DeviceAt, stale
	if fix.AccuracyM != nil {
		e.CE = *fix.AccuracyM
	}
	if fix.Heading != nil && fix.SpeedMPS != nil {
		e.add(named("track", "speed", decimal(*fix.SpeedMPS), "course", decimal(float64(*fix.Heading))))
	}
	e.add(text("remarks", entry.Name))
	return e, true
}

func decimal(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) }

// Incident shows an incident as a point, in the colour of its priority. Callers
// and what they said do not leave the house.
func (v View) Incident(in *dispatch.Incident) (*Event, bool) {
	if in.Geometry == nil || !in.State.Open() {
		return nil, false
	}
	at, ok := in.Geometry.(orb.Point)
	if !ok {
		at = in.Geometry.Bound().Center()
	}
	e := v.event("incident", in.ID, "b-m-p-s-m", at, in.Title)
	if in.AccuracyM != nil {
		e.CE = *in.AccuracyM
	}
	colour := "-256" // yellow, as Android counts colours
	if in.Priority <= 2 {
		colour = "-65536" // red
	}
	e.add(named("color", "argb", colour), text("remarks", strings.TrimSpace(fmt.Sprintf("%s %s %s", in.Number, in.Kind, in.Place))))
	return e, true
}

// Hazard shows a point of danger as an installation.
func (v View) Hazard(entry *dispatch.Entry) (*Event, bool) {
	hazard, ok := entry.Detail.(*dispatch.Hazard)
	if !ok || hazard.State == "closed" {
		return nil, false
	}
	e := v.event("hazard", entry.ID, "a-n-G-I", entry.Point(), entry.Name)
	e.add(text("remarks", fmt.Sprintf("%s %d", hazard.Kind, hazard.Level)))
	return e, true
}

// Picture shows what an actor may see: the open incidents first, then the units
// heard of lately, but for the actor's own, and the hazards.
func (v View) Picture(p *dispatch.Picture, a dispatch.Actor, at func(dispatch.ID) (dispatch.Fix, bool)) (events []*Event) {
	add := func(e *Event, ok bool) {
		if ok {
			events = append(events, e)
		}
	}
	for _, in := range slices.SortedFunc(maps.Values(p.Incidents), func(a, b *dispatch.Incident) int { return strings.Compare(a.Number, b.Number) }) {
		if p.SeesIncident(a, in) {
			add(v.Incident(in))
		}
	}
	for _, unit := range p.Shelf(dispatch.Units).ByCode() {
		if fix, heard := at(unit.ID); heard && a.SeesPosition(unit) && (a.Unit == nil || *a.Unit != unit.ID) {
			add(v.Unit(unit, fix))
		}
	}
	for _, hazard := range p.Shelf(dispatch.Hazards).ByCode() {
		if a.Sees(hazard.Division, hazard.Sensitivity) {
			add(v.Hazard(hazard))
		}
	}
	return events
}
