package dispatch

import (
	"slices"
	"time"

	"onemap/geo/cover"
)

// contest is one incident among several: a choice that only lines its
// candidates up.
type contest struct {
	*choice
	of      map[ID]*candidate // by unit
	consent int               // who would fit once the owner agrees
}

// slot is one place of a card: open, or held by one of those under way.
type slot struct {
	*contest
	need int
	held bool
}

// urgency is the weight of a second by priority 1 to 5.
var urgency = [6]int64{1, 16, 8, 4, 2, 1}

func (c *contest) weight() int64 { return urgency[min(max(c.in.Priority, 1), 5)] }

// Costs in milliseconds, before the weight. An empty place costs so much more
// than any way in a city that none is left empty to save time.
const (
	costLate       = int64(15 * time.Minute / time.Millisecond)
	costSubstitute = int64(time.Minute / time.Millisecond) // for each step down the list
	costResting    = int64(5 * time.Minute / time.Millisecond)
	costDivert     = int64(10 * time.Minute / time.Millisecond)
	costEmpty      = int64(1_000_000_000)
)

// missing counts the places of mandatory requirements that units could fill.
func (c *contest) missing() (n int) {
	for _, need := range c.needs {
		if !need.Optional && need.byUnits() {
			n += need.Wanted - need.Have
		}
	}
	return n
}

// wants reports whether a unit fits some mandatory requirement.
func (c *contest) wants(u *Unit) bool {
	return slices.ContainsFunc(c.needs, func(n *need) bool {
		if n.Optional || !n.byUnits() {
			return false
		}
		_, worth := n.tier(u)
		return worth > 0
	})
}

// line lines up the units in the actor's scope that may fill a place: free ones,
// and those that may be taken from a less urgent incident.
func (c *contest) line(j *joint) error {
	for _, e := range c.p.Shelf(Units).ByCode() {
		if !c.sees(e) || !c.wants(e.Detail.(*Unit)) {
			continue
		}
		why := c.reasons(e)
		if len(why) == 0 || len(why) == 1 && why[0].Code == "busy" && j.divertible(e, c.in) {
			c.enterUnit(e)
		}
	}
	c.rankByAir()
	if c.roads == nil {
		c.guessTimes()
	} else if err := c.form(); err != nil {
		return err
	}
	for i := range c.runners {
		m := c.candidate(&c.runners[i])
		if m.class == byConsent {
			c.consent++
			continue
		}
		c.all, c.of[m.entry.ID] = append(c.all, m), m
	}
	return nil
}

// divertible reports whether a unit may be taken from where it is going, for an
// incident: that one is less urgent, it has not arrived, and there it meets no
// more than one requirement, so that one other can take its place.
func (j *joint) divertible(unit *Entry, to *Incident) bool {
	as := j.p.OpenAssignment(unit.ID)
	if !j.q.AllowDivert || as == nil || !underWay(as) || !j.p.SeesAssignment(j.a, as) {
		return false
	}
	donor := j.byID[as.Incident]
	return donor != nil && donor.in.Priority > to.Priority && len(donor.meets(unit)) <= 1
}

// meets lists the mandatory requirements that a unit meets; one stands twice
// where the unit counts for more than one.
func (c *contest) meets(unit *Entry) (needs []int) {
	for i, n := range c.needs {
		if !n.Optional && n.byUnits() {
			_, worth := n.tier(unit.Detail.(*Unit))
			for range min(worth, 2) {
				needs = append(needs, i)
			}
		}
	}
	return needs
}

// open lists the places, and who may fill them.
func (j *joint) open() {
	for _, c := range j.contests {
		for i, n := range c.needs {
			if n.Optional || !n.byUnits() {
				continue
			}
			for range c.places(i) {
				j.slots = append(j.slots, slot{c, i, false})
			}
			for range c.held(i, j.q.AllowDivert) {
				j.slots = append(j.slots, slot{c, i, true})
			}
		}
	}
	known := map[ID]bool{}
	for _, c := range j.contests {
		for id := range c.of {
			known[id] = true
		}
	}
	for _, as := range j.p.Assignments {
		if c := j.byID[as.Incident]; j.q.AllowDivert && as.State.Open() && c != nil && c.mayLeave(as.Unit) {
			known[as.Unit] = true
		}
	}
	for _, e := range j.p.Shelf(Units).ByCode() {
		if known[e.ID] {
			j.units = append(j.units, e)
		}
	}
	slices.SortFunc(j.units, func(a, b *Entry) int { return slices.Compare(a.ID[:], b.ID[:]) })
}

// mayLeave reports whether a unit sent to the incident is told apart from the
// others there: it meets one place at most.
func (c *contest) mayLeave(id ID) bool {
	unit := c.p.Entry(Units, id)
	return unit != nil && len(c.meets(unit)) <= 1
}

// held is how many of those sent must stay, or be replaced, so that no more is
// missing of a requirement than is now. Whoever meets several stays anyhow.
func (c *contest) held(i int, divert bool) int {
	if !divert {
		return 0
	}
	bound := 0
	for _, as := range c.p.Assignments {
		unit := c.p.Entry(Units, as.Unit)
		if as.Incident == c.in.ID && as.State.Open() && unit != nil && !c.mayLeave(as.Unit) {
			_, worth := c.needs[i].tier(unit.Detail.(*Unit))
			bound += worth
		}
	}
	return max(0, c.needs[i].Have-bound)
}

// places is how many units an open requirement takes: as many as are missing,
// or of equipment as few as together bring it.
func (c *contest) places(i int) (n int) {
	left := c.needs[i].Wanted - c.needs[i].Have
	if c.needs[i].Type != "equipment" {
		return left
	}
	var worth []int
	for _, m := range c.all {
		worth = append(worth, m.worth[i])
	}
	slices.Sort(worth)
	for k := len(worth) - 1; k >= 0 && left > 0 && worth[k] > 0; k-- {
		left -= worth[k]
		n++
	}
	return n + min(1, max(0, left)) // one stays empty for what nobody brings
}

// price is what a unit costs in a place; false where it may not be.
func (j *joint) price(s slot, unit *Entry) (cost int64, ok bool) {
	as := j.p.OpenAssignment(unit.ID)
	if as != nil && as.Incident == s.in.ID {
		_, worth := s.needs[s.need].tier(unit.Detail.(*Unit))
		return 0, s.held && worth > 0 && s.mayLeave(unit.ID)
	}
	m := s.of[unit.ID]
	if m == nil || m.worth[s.need] == 0 || !m.known {
		return 0, false
	}
	arrival, w := m.arrival(), s.weight()
	cost = w * (arrival.Milliseconds() + costSubstitute*int64(m.tier[s.need]))
	if n := s.needs[s.need]; n.WithinMin > 0 && arrival > n.within() {
		cost += w * costLate
	}
	if m.class == resting {
		cost += w * costResting
	}
	if as != nil {
		cost += j.byID[as.Incident].weight() * costDivert
	}
	return cost, true
}

func (s slot) want() cover.Want { return cover.Want{Quantity: 1, Unmet: s.weight() * costEmpty} }
