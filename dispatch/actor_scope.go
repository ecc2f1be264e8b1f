package dispatch

import (
	"slices"
	"strings"
	"time"
)

// nowhere is the area of a right bound to one incident: no division lies in it.
const nowhere = "-"

// hats yields the rights of an actor, each as an actor who has but that one.
// Every question of scope is put to each hat by itself, so that the role of
// one is never joined with the area or the clearance of another.
func (a Actor) hats(yield func(Actor) bool) {
	own := a
	own.Lent = nil
	if !yield(own) {
		return
	}
	for _, lent := range a.Lent {
		if !yield(lent) {
			return
		}
	}
}

// any reports whether one of the actor's rights answers yes.
func (a Actor) any(ask func(Actor) bool) bool {
	if len(a.Lent) == 0 {
		return ask(a)
	}
	for hat := range a.hats {
		if ask(hat) {
			return true
		}
	}
	return false
}

// with is the actor with those rights only that keep accepts; one that has none
// left may do nothing and sees nothing.
func (a Actor) with(keep func(Actor) bool) Actor {
	if len(a.Lent) == 0 && keep(a) {
		return a
	}
	out, found := Actor{ID: a.ID, Name: a.Name, Area: nowhere}, false
	for hat := range a.hats {
		switch {
		case !keep(hat):
		case found:
			out.Lent = append(out.Lent, hat)
		default:
			out, found = hat, true
		}
	}
	return out
}

// At is the actor with the rights that still hold then: what was lent and has
// ended is gone.
func (a Actor) At(now time.Time) Actor {
	return a.with(func(hat Actor) bool { return hat.Until.IsZero() || now.Before(hat.Until) })
}

// For is the actor with the rights that allow one of some actions: who may
// change a county by a lent right does not thereby change the city they read.
func (a Actor) For(actions ...Action) Actor {
	return a.with(func(hat Actor) bool {
		return slices.ContainsFunc(actions, func(x Action) bool { return hat.Role.May(x) != Denied })
	})
}

// wider orders reaches: whoever has the later has at least the earlier.
const wider = "-ORIA"

// May reports how far the actor's rights to an action go, the widest of them.
func (a Actor) May(x Action) Reach {
	best := Denied
	for hat := range a.hats {
		if reach := hat.Role.May(x); strings.IndexByte(wider, byte(reach)) > strings.IndexByte(wider, byte(best)) {
			best = reach
		}
	}
	return best
}

// Widest is the actor with the one right to an action that covers most ground,
// for what is cut once for a whole area: tiles, frames of positions, reports.
// Its own right comes first; only one that covers all of that is wider.
func (a Actor) Widest(x Action) Actor {
	a = a.For(x)
	best := a
	best.Lent = nil
	for hat := range a.hats {
		if hat.Incident == nil && hat.Clearance >= best.Clearance && strings.IndexByte(wider, byte(hat.Role.May(x))) >= strings.IndexByte(wider, byte(best.Role.May(x))) &&
			(best.Incident != nil || Within(best.Area, hat.Area)) {
			best = hat
		}
	}
	return best
}

// Sees reports whether something in a division, of a sensitivity, is in the
// actor's scope. What is not in scope does not exist for the actor.
func (a Actor) Sees(division string, sensitivity int) bool {
	if len(a.Lent) == 0 { // whether the role reads at all was asked at the door
		return sensitivity <= a.Clearance && Within(division, a.Area)
	}
	return a.any(func(hat Actor) bool { return hat.Role.May("ledger.read") != Denied && hat.Sees(division, sensitivity) })
}

// Holds reports whether a division lies in an area of the actor's.
func (a Actor) Holds(division string) bool {
	return a.any(func(hat Actor) bool { return Within(division, hat.Area) })
}

// Audits says what an auditor reads of something in a division, of a
// sensitivity: within, that it lies in the scope of a right; plain, that this
// very right also reads such things with the people in them.
func (a Actor) Audits(x Action, division string, sensitivity int) (within, plain bool) {
	for hat := range a.hats {
		if sensitivity <= hat.Clearance && Within(division, hat.Area) {
			within, plain = true, plain || hat.Role.May(x) == InArea
		}
	}
	return within, plain
}

// SeesIncident reports whether an incident is in the actor's scope.
func (a Actor) SeesIncident(in *Incident) bool {
	return a.any(func(hat Actor) bool { return hat.reaches("incident.read", in) })
}

// reaches reports whether one right to an action on incidents reaches that one.
func (a Actor) reaches(x Action, in *Incident) bool {
	reach := a.Role.May(x)
	if a.Incident != nil {
		return *a.Incident == in.ID && reach != Denied && (reach != OwnOnly || in.Reporter == a.ID)
	}
	switch reach {
	case InArea, Redacted:
		return Within(in.Division, a.Area)
	case Assigned:
		return Within(in.Division, a.Area) && (in.State.Open() || in.Reporter == a.ID)
	case OwnOnly:
		return in.Reporter == a.ID || x == "incident.read" && len(a.Area) == 9 && Within(in.Division, a.Area)
	default:
		return false
	}
}

// MayChange reports whether one of the actor's rights sees an incident and
// allows an action on it.
func (a Actor) MayChange(x Action, in *Incident) bool {
	return a.any(func(hat Actor) bool {
		reach := hat.Role.May(x)
		return hat.SeesIncident(in) && reach != Denied && (reach != OwnOnly || in.Reporter == hat.ID)
	})
}

// MasksEntry reports whether people named in an entry are hidden from the actor.
func (a Actor) MasksEntry(division string, sensitivity int) bool {
	if len(a.Lent) == 0 {
		return a.Role.May("ledger.read") == Redacted
	}
	return !a.any(func(hat Actor) bool {
		reach := hat.Role.May("ledger.read")
		return reach != Denied && reach != Redacted && hat.Sees(division, sensitivity)
	})
}

// MasksIncident reports whether the caller's name and number are none of the
// actor's business: reading is redacted, or the report is somebody else's.
func (a Actor) MasksIncident(in *Incident) bool {
	return !a.any(func(hat Actor) bool {
		switch reach := hat.Role.May("incident.read"); reach {
		case InArea, Assigned:
			return len(a.Lent) == 0 || hat.reaches("incident.read", in)
		case OwnOnly:
			return in.Reporter == a.ID
		default:
			return false
		}
	})
}

// SeesPosition reports whether the actor may know where a unit is now.
func (a Actor) SeesPosition(unit *Entry) bool {
	return a.any(func(hat Actor) bool {
		switch hat.Role.May("position.read") {
		case InArea, Assigned:
			return hat.Sees(unit.Division, unit.Sensitivity)
		case OwnOnly:
			if hat.Unit != nil {
				return *hat.Unit == unit.ID
			}
			return len(hat.Area) == 9 && hat.Sees(unit.Division, unit.Sensitivity) // a grid worker's own township
		default:
			return false
		}
	})
}

// Span is a division code whose ground holds all incidents the actor may see;
// empty where they may lie anywhere.
func (a Actor) Span() string {
	if len(a.Lent) > 0 || a.Incident != nil || a.Role.May("incident.read") == OwnOnly {
		return ""
	}
	return a.Area
}
