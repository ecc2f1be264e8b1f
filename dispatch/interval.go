package dispatch

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// IntervalCodes are the intervals of a report (domain model §4), from what to
// what: received → first ordered; ordered → acknowledged; ordered → en route; en
// route → on scene; received → first on scene; on scene → cleared; received →
// under control; foretold arrival → arrival.
var IntervalCodes = []string{"processing", "acknowledge", "turnout", "travel", "total_first", "on_scene", "control", "eta_error"}

// targets are what 90 of 100 should keep (domain model §4); the first that fits
// a kind counts, no kinds are all. Where answering and receiving a call are one
// stamp, processing includes the answering.
var targets = []struct {
	code   string
	kinds  []string
	within time.Duration
	source string
}{
	{"processing", nil, 60 * time.Second, "NFPA 1225"},
	{"acknowledge", nil, 60 * time.Second, "local"},
	{"turnout", []string{"medical", "public_health"}, 60 * time.Second, "NFPA 1710"},
	{"turnout", nil, 80 * time.Second, "NFPA 1710"}, // fire and special operations
}

// targetOf is the target of an interval for a kind of incident; 0 is none set.
func targetOf(code, kind string) (time.Duration, string) {
	for _, t := range targets {
		if t.code == code && (t.kinds == nil || slices.Contains(t.kinds, kind)) {
			return t.within, t.source
		}
	}
	return 0, ""
}

// Interval says how long something took, in whole seconds. P50 and P90 are by
// nearest rank. Target is 0 when none is set or the kinds have different ones.
// Missing lack a stamp that should be there, or have one before the other.
type Interval struct {
	Code       string
	N, Missing int
	P50, P90   time.Duration
	Target     time.Duration
	Within     *float64 // share of N that kept the target of their kind
	Source     string
}

// IntervalGroup is the intervals of one kind or one division.
type IntervalGroup struct {
	Key       string
	Intervals []Interval
}

// IntervalReport is how long things took over some incidents.
type IntervalReport struct {
	Incidents, Assignments int
	Total                  []Interval
	ByKind, ByDivision     []IntervalGroup
}

// series gathers one interval.
type series struct {
	took    []time.Duration
	kept    int
	missing int
	targets map[time.Duration]bool
	source  string
}

type tally map[string]*series

// tallies are those that one incident counts in: all, its kind, its division.
type tallies struct {
	kind string
	of   []tally
}

// count adds an interval. due says that it is over: a stamp that is not there
// then was not reported, before it has only not come yet.
func (t tallies) count(code string, from, to *time.Time, due bool) {
	for _, one := range t.of {
		s := one[code]
		if s == nil {
			s = &series{targets: map[time.Duration]bool{}}
			one[code] = s
		}
		switch {
		case from != nil && to != nil && !to.Before(*from):
			took := to.Sub(*from).Round(time.Second)
			s.took = append(s.took, took)
			target, source := targetOf(code, t.kind)
			s.targets[target] = true
			s.source = cmp.Or(source, s.source)
			if took <= target {
				s.kept++
			}
		case due || from != nil && to != nil:
			s.missing++
		}
	}
}

// Intervals folds incidents and their assignments into a report. digits is how
// many of a division's code make a group. Units above the actor's clearance are
// left out, as in every list.
func (p *Picture) Intervals(a Actor, incidents []*Incident, assignments []*Assignment, digits int) IntervalReport {
	sent := map[ID][]*Assignment{}
	for _, as := range assignments {
		if unit := p.Entry(Units, as.Unit); as.Sent() && (unit == nil || unit.Sensitivity <= a.Clearance) {
			sent[as.Incident] = append(sent[as.Incident], as)
		}
	}
	total, kinds, divisions := tally{}, map[string]tally{}, map[string]tally{}
	report := IntervalReport{Incidents: len(incidents)}
	for _, in := range incidents {
		division := in.Division[:min(digits, len(in.Division))]
		of := tallies{in.Kind, []tally{total, grouped(kinds, in.Kind), grouped(divisions, division)}}
		for _, as := range sent[in.ID] {
			report.Assignments++
			of.assignment(as)
		}
		of.incident(in, sent[in.ID])
	}
	report.Total = total.intervals()
	for _, kind := range IncidentKinds {
		if t, ok := kinds[kind]; ok {
			report.ByKind = append(report.ByKind, IntervalGroup{kind, t.intervals()})
		}
	}
	for _, code := range slices.Sorted(maps.Keys(divisions)) {
		report.ByDivision = append(report.ByDivision, IntervalGroup{code, divisions[code].intervals()})
	}
	return report
}

func grouped(groups map[string]tally, key string) tally {
	if groups[key] == nil {
		groups[key] = tally{}
	}
	return groups[key]
}

// incident counts what is of the whole incident. One that came to nothing owes
// no order and no arrival.
func (t tallies) incident(in *Incident, sent []*Assignment) {
	var ordered, arrived *time.Time
	for _, as := range sent {
		ordered = earlier(ordered, &as.OrderedAt)
		arrived = earlier(arrived, as.OnSceneAt)
	}
	worked := slices.Contains([]State{Responding, Contained, Recovering, Closed}, in.State)
	over := worked && in.State != Responding
	t.count("processing", &in.ReceivedAt, ordered, worked)
	t.count("total_first", &in.ReceivedAt, arrived, over || slices.ContainsFunc(sent, (*Assignment).wasThere))
	t.count("control", &in.ReceivedAt, in.ContainedAt, over && in.State != Contained)
}

// assignment counts what is of one unit sent. One that was called off owes
// nothing that lay ahead of it.
func (t tallies) assignment(as *Assignment) {
	there := as.wasThere()
	left := there || as.EnrouteAt != nil || as.StagedAt != nil
	t.count("acknowledge", &as.OrderedAt, as.AcknowledgedAt, left)
	t.count("turnout", &as.OrderedAt, as.EnrouteAt, left)
	t.count("travel", as.EnrouteAt, as.OnSceneAt, there)
	t.count("on_scene", as.OnSceneAt, as.EndedAt, there && as.EndedAt != nil)
	t.count("eta_error", nil, as.OnSceneAt, there)
}

// wasThere reports whether the unit has been at the scene, said or not.
func (as *Assignment) wasThere() bool {
	return as.OnSceneAt != nil || as.ToFacilityAt != nil || as.AtFacilityAt != nil || as.ReturningAt != nil || as.State == Released
}

func earlier(a, b *time.Time) *time.Time {
	if a == nil || b != nil && b.Before(*a) {
		return b
	}
	return a
}

func (t tally) intervals() []Interval {
	list := make([]Interval, 0, len(IntervalCodes))
	for _, code := range IntervalCodes {
		out := Interval{Code: code}
		if s := t[code]; s != nil {
			s.sum(&out)
		}
		list = append(list, out)
	}
	return list
}

func (s *series) sum(out *Interval) {
	out.N, out.Missing = len(s.took), s.missing
	if out.N == 0 {
		return
	}
	slices.Sort(s.took)
	out.P50, out.P90 = rank(s.took, 50), rank(s.took, 90)
	if s.targets[0] {
		return
	}
	share := float64(s.kept) / float64(out.N)
	out.Within, out.Source = &share, s.source
	if len(s.targets) == 1 {
		for only := range s.targets {
			out.Target = only
		}
	}
}

// rank is a percentile by nearest rank of sorted values, at least one.
func rank(sorted []time.Duration, percent int) time.Duration {
	return sorted[(len(sorted)*percent+99)/100-1]
}
