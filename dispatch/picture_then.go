package dispatch

import (
	"maps"
	"time"
)

// Then returns the picture as it stood at another number and instant, before or
// after this one (回放): changed are the entities that stood otherwise then,
// absent those that were not there. All else is shared with this picture. What
// had ended more than Remembered before at is let go; no road network is in it.
func (p *Picture) Then(seq Seq, at time.Time, changed []Entity, absent []Ref) *Picture {
	then := *p
	then.Seq, then.Roads = seq, nil
	then.Incidents, then.Assignments, then.Alarms, then.Warnings = maps.Clone(p.Incidents), maps.Clone(p.Assignments), maps.Clone(p.Alarms), maps.Clone(p.Warnings)
	then.bound = map[ID]*Assignment{}
	fresh := map[string]bool{KindIncident: true, KindAssignment: true, KindAlarm: true, KindWarning: true}
	touch := func(kind string) {
		if !fresh[kind] {
			then.own(kind, time.Time{})
			fresh[kind] = true
		}
	}
	for _, ref := range absent {
		touch(ref.Kind)
		then.forget(ref)
	}
	for _, row := range changed {
		touch(row.Ref().Kind)
		then.put(row)
	}
	maps.DeleteFunc(then.Incidents, func(_ ID, in *Incident) bool { return !in.State.Open() && over(in.ClosedAt, at) })
	maps.DeleteFunc(then.Assignments, func(_ ID, as *Assignment) bool { return over(as.EndedAt, at) })
	maps.DeleteFunc(then.Alarms, func(_ ID, al *Alarm) bool { return over(al.EndedAt, at) })
	maps.DeleteFunc(then.Warnings, func(_ ID, w *Warning) bool { return over(w.EndedAt, at) })
	for _, as := range then.Assignments {
		if as.State.Open() {
			then.bound[as.Unit] = as
		}
	}
	return &then
}

// over reports whether what ended then was to be let go at an instant.
func over(ended *time.Time, at time.Time) bool {
	return ended != nil && at.Sub(*ended) > Remembered
}

func (p *Picture) forget(ref Ref) {
	switch ref.Kind {
	case KindIncident:
		delete(p.Incidents, ref.ID)
	case KindAssignment:
		delete(p.Assignments, ref.ID)
	case KindAccount:
		delete(p.Accounts, ref.ID)
	case KindToken:
		delete(p.Tokens, ref.ID)
	case KindAlarm:
		delete(p.Alarms, ref.ID)
	case KindGrant:
		delete(p.Grants, ref.ID)
	case KindStudy:
		delete(p.Studies, ref.ID)
	case KindTerminal:
		p.forgetTerminal(ref.ID)
	case KindWarning:
		delete(p.Warnings, ref.ID)
	case KindNote: // no picture holds them
	default:
		delete(p.shelves[Ledger(ref.Kind)].Entries, ref.ID)
	}
}

// Holds reports whether the picture has an entity.
func (p *Picture) Holds(ref Ref) bool {
	switch ref.Kind {
	case KindIncident:
		return p.Incidents[ref.ID] != nil
	case KindAssignment:
		return p.Assignments[ref.ID] != nil
	case KindAccount:
		return p.Accounts[ref.ID] != nil
	case KindToken:
		return p.Tokens[ref.ID] != nil
	case KindAlarm:
		return p.Alarms[ref.ID] != nil
	case KindGrant:
		return p.Grants[ref.ID] != nil
	case KindStudy:
		return p.Studies[ref.ID] != nil
	case KindTerminal:
		return p.Terminals[ref.ID] != nil
	case KindWarning:
		return p.Warnings[ref.ID] != nil
	case KindNote:
		return false
	}
	shelf := p.shelves[Ledger(ref.Kind)]
	return shelf != nil && shelf.Entries[ref.ID] != nil
}

// OnRoadsThen puts a past picture on a road network, with the closures of then
// in force as of an instant. The network itself stays under today's.
func (p *Picture) OnRoadsThen(r *Roads, at time.Time) (*Picture, error) {
	if r == nil {
		return p, nil
	}
	then := *p
	now, err := r.Network.WhatIf(p.closures(), at)
	then.Roads = &Roads{r.Network, now, r.Water, r.stops}
	return &then, err
}
