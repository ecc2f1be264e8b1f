package dispatch

import (
	"time"

	"onemap/geo"
)

// class says how readily a unit is sent; the lower go first.
type class int

const (
	readily   class = iota // available
	delayed                // on standby
	resting                // only when the others do not do
	byConsent              // its owner must agree
	classes
)

// candidate is a unit of the asker's scope that may be sent, or may not: then
// its runner has misfits.
type candidate struct {
	*runner
	unit   *Unit
	team   *Entry // nil when it is not known
	class  class
	tier   []int // by requirement: 0 the wanted kind, else a substitute
	worth  []int // by requirement: how much of it the unit meets
	rank   int   // by arrival
	picked *chosen
}

// chosen is a candidate that was picked: how much it meets of each requirement.
type chosen struct {
	*candidate
	first            int // the requirement it was picked for
	meets            map[int]int
	substitute, late bool
}

// need is a requirement while it is being met.
type need struct {
	*RequirementState
	open int // not met yet
}

func (n *need) within() time.Duration { return time.Duration(n.WithinMin) * time.Minute }

// choice is a recommendation being made: a race of all units, priced by road no
// farther than the choice needs.
type choice struct {
	*race
	in         *Incident
	query      RecommendQuery
	card       *Entry
	needs      []*need
	all        []*candidate // nearest by air first
	chosen     []*chosen
	alternates []*candidate
	width      map[*group]time.Duration // travel times up to which are known
	doubt      map[*group]time.Duration // up to which they must be
}

func (p *Picture) newChoice(a Actor, in *Incident, q RecommendQuery, card *Entry, pos Positions, now time.Time) *choice {
	s := &search{p: p, a: a, q: NearestQuery{Point: in.Point(), Kinds: []Ledger{Units}, K: 1, MaxFixAge: FixLimit}, pos: pos, now: now}
	c := &choice{race: &race{search: s, roads: p.network()}, in: in, query: q, card: card, width: map[*group]time.Duration{}}
	if card != nil {
		states := card.Detail.(*RunCard).require(q.Level)
		for i := range states {
			c.needs = append(c.needs, &need{RequirementState: &states[i]})
		}
	}
	c.count()
	return c
}

// count notes what the units already on their way to the incident meet.
func (c *choice) count() {
	for _, as := range c.p.Assignments {
		unit := c.p.Entry(Units, as.Unit)
		if as.Incident != c.in.ID || !as.State.Open() || unit == nil {
			continue
		}
		for _, n := range c.needs {
			if n.byUnits() {
				_, worth := n.tier(unit.Detail.(*Unit))
				n.Have += worth
			}
		}
	}
	for _, n := range c.needs {
		n.Have = min(n.Have, n.Wanted)
	}
}

// line lines up every unit in the actor's scope, each with all the reasons why
// it may not be sent.
func (c *choice) line() error {
	for _, e := range c.p.Shelf(Units).ByCode() {
		if c.sees(e) {
			c.enterUnit(e)
		}
	}
	for i := range c.runners {
		c.runners[i].misfits = c.reasons(c.runners[i].entry)
	}
	c.rankByAir()
	if c.roads == nil {
		c.guessTimes()
	} else if err := c.form(); err != nil {
		return err
	}
	for i := range c.runners {
		c.all = append(c.all, c.candidate(&c.runners[i]))
	}
	return nil
}

// guessTimes prices by the straight line, where there is no network.
func (c *choice) guessTimes() {
	const detour, pace = 1.3, 11.0 // m/s; typical of a town
	for i := range c.runners {
		m := &c.runners[i]
		m.known, m.travel = true, inSeconds(detour*float64(m.distance)/pace)
	}
}

func (c *choice) candidate(m *runner) *candidate {
	out := &candidate{runner: m, unit: m.entry.Detail.(*Unit), tier: make([]int, len(c.needs)), worth: make([]int, len(c.needs))}
	out.team = c.p.Entry(Teams, out.unit.Team)
	for i, n := range c.needs {
		if n.byUnits() {
			out.tier[i], out.worth[i] = n.tier(out.unit)
		}
	}
	switch status := c.p.Status(m.entry); {
	case c.consent(m.entry, out.team):
		out.class = byConsent
	case status == "resting":
		out.class = resting
	case StatusClass(status) == "delayed":
		out.class = delayed
	}
	return out
}

// consent reports whether a unit's owner must agree before it goes: the
// military, a social force, or a neighbouring city.
func (c *choice) consent(unit, team *Entry) bool { return asksOwner(unit, team, c.in.Division) }

// stale reports whether a unit was heard once, but too long ago to say where it is.
func (m *candidate) stale() bool { return m.source == "base" && m.age != nil }

// least is a time before which a candidate is not there, whatever a wider
// search will find.
func (c *choice) least(m *candidate) time.Duration {
	if m.known {
		return m.arrival()
	}
	return m.mobilise + max(c.width[m.group], leastTime(m.distance, m.group.fastest))
}

// likely is a travel time within which one probably arrives from so far.
func likely(d geo.Metres) time.Duration {
	const detour, pace = 1.3, 11.0 // m/s; typical of a town
	return inSeconds(detour*float64(d)/pace) + time.Minute
}
