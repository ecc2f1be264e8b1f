package dispatch

import (
	"slices"
	"time"
)

// phase is one round of meeting a requirement: whom it looks at.
type phase struct {
	class  class
	tier   int // anyTier: the wanted kind and all its substitutes
	inTime bool
}

const anyTier = -1

// phases lists the rounds of a requirement in order: those who are there in
// time, the wanted kind before its substitutes, the available before those on
// standby or resting; then the late ones, of any kind, for a substitute that is
// there in 40 minutes is better than the wanted kind in 90; at last those whose
// owner must agree. Where no time is set everybody is in time.
func (n *need) phases() (all []phase) {
	times := []bool{true, false}
	if n.WithinMin == 0 {
		times = times[:1]
	}
	tiers := map[bool][]int{true: {0}, false: {anyTier}}
	for tier := 1; tier < len(n.Kinds); tier++ {
		tiers[true] = append(tiers[true], tier)
	}
	for _, span := range [][2]class{{readily, byConsent}, {byConsent, classes}} {
		for _, inTime := range times {
			for cl := span[0]; cl < span[1]; cl++ {
				for _, tier := range tiers[inTime] {
					all = append(all, phase{cl, tier, inTime})
				}
			}
		}
	}
	return all
}

// belongs reports whether a candidate is looked at in a phase of requirement i.
// One whose arrival is not known yet belongs wherever it still can.
func (c *choice) belongs(m *candidate, i int, ph phase) bool {
	n := c.needs[i]
	if m.worth[i] == 0 || ph.tier != anyTier && m.tier[i] != ph.tier || m.class != ph.class || len(m.misfits) > 0 {
		return false
	}
	if n.WithinMin == 0 || !m.known && !ph.inTime {
		return true
	}
	return (c.least(m) <= n.within()) == ph.inTime
}

// settleAll chooses, and searches farther wherever somebody not priced yet
// could change the choice, until nobody can.
func (c *choice) settleAll() error {
	for {
		c.choose()
		if len(c.doubt) == 0 {
			return nil
		}
		for _, g := range c.groups {
			if limit := c.doubt[g]; limit > 0 {
				if err := c.widen(g, bounded(limit)); err != nil {
					return err
				}
			}
		}
	}
}

// widen prices everybody of a group that may be sent, up to a travel time.
func (c *choice) widen(g *group, limit time.Duration) error {
	var who []*runner
	for _, m := range g.members {
		if m.open() && len(m.misfits) == 0 && (limit == forever || leastTime(m.distance, g.fastest) <= limit) {
			who = append(who, m)
		}
	}
	c.width[g] = limit
	return c.seek(g, who, limit)
}

// choose picks from what is known: the mandatory requirements in their order,
// then the optional ones, then the alternates.
func (c *choice) choose() {
	c.chosen, c.alternates, c.doubt = nil, nil, map[*group]time.Duration{}
	for _, m := range c.all {
		m.picked = nil
	}
	for _, n := range c.needs {
		n.open = n.Wanted - n.Have
		if !n.byUnits() {
			n.open = 0
		}
	}
	for _, optional := range []bool{false, true} {
		for i, n := range c.needs {
			if n.Optional == optional {
				c.fill(i)
			}
		}
	}
	c.chooseAlternates()
}

// fill meets one requirement as far as it goes, and gives up where the choice
// is in doubt.
func (c *choice) fill(i int) {
	n := c.needs[i]
	for _, ph := range n.phases() {
		c.reuse(i, ph)
		for n.open > 0 {
			best := c.best(i, ph)
			if c.doubted(i, ph, best) {
				return
			}
			if best == nil {
				break
			}
			c.take(c.together(i, ph, best), i, ph)
		}
		if n.open <= 0 {
			return
		}
	}
}

// reuse counts who was picked already for other requirements.
func (c *choice) reuse(i int, ph phase) {
	for _, one := range c.chosen {
		if _, counted := one.meets[i]; !counted && c.needs[i].open > 0 && c.belongs(one.candidate, i, ph) {
			one.count(c, i, ph)
		}
	}
}

func (one *chosen) count(c *choice, i int, ph phase) {
	one.meets[i] = one.worth[i]
	c.needs[i].open -= one.worth[i]
	one.substitute, one.late = one.substitute || one.tier[i] > 0, one.late || !ph.inTime
}

// best is the first to arrive of a phase, nil when it has nobody left.
func (c *choice) best(i int, ph phase) (best *candidate) {
	for _, m := range c.all {
		if m.known && m.picked == nil && c.belongs(m, i, ph) && (best == nil || sooner(m, best) < 0) {
			best = m
		}
	}
	return best
}

func sooner(a, b *candidate) int { return nearerFirst(a.arrival(), b.arrival(), a.entry, b.entry) }

// nearlyAsSoon is how much later one may arrive that meets more requirements.
const nearlyAsSoon = time.Minute

// together is, of those nearly as soon as the best, the one that meets most
// requirements still open; so that fewer have to go.
func (c *choice) together(i int, ph phase, best *candidate) *candidate {
	most, latest := c.opens(best), best.arrival()+nearlyAsSoon
	for _, m := range c.all {
		if !m.known || m.picked != nil || m.arrival() > latest || !c.belongs(m, i, ph) {
			continue
		}
		if n := c.opens(m); n > most || n == most && sooner(m, best) < 0 {
			best, most = m, n
		}
	}
	return best
}

// opens counts the open requirements that a candidate meets.
func (c *choice) opens(m *candidate) (n int) {
	for i, need := range c.needs {
		if need.open > 0 && m.worth[i] > 0 && m.tier[i] == 0 {
			n++
		}
	}
	return n
}

func (c *choice) take(m *candidate, i int, ph phase) {
	m.picked = &chosen{candidate: m, first: i, meets: map[int]int{}}
	m.picked.count(c, i, ph)
	c.chosen = append(c.chosen, m.picked)
}

// doubted notes how much farther to search when somebody not priced yet could
// be picked instead of the best of a phase.
func (c *choice) doubted(i int, ph phase, best *candidate) bool {
	n := c.needs[i]
	var first []*candidate // not priced, nearest by air first
	for _, m := range c.all {
		if c.unsure(m) && c.belongs(m, i, ph) && (best == nil || c.least(m) <= best.arrival()+nearlyAsSoon) {
			first = append(first, m)
		}
	}
	for _, m := range first {
		limit := c.farther(m, first[min(len(first), n.open)-1])
		switch {
		case best != nil:
			limit = c.last(i, ph, best).arrival() + nearlyAsSoon - m.mobilise + tick
		case ph.inTime && n.WithinMin > 0:
			limit = min(limit, n.within()-m.mobilise+tick)
		}
		c.doubt[m.group] = max(c.doubt[m.group], limit, tick)
	}
	return len(first) > 0
}

// unsure reports whether a wider search may still price a candidate.
func (c *choice) unsure(m *candidate) bool { return m.open() && c.width[m.group] != forever }

// last is who is probably picked last in a phase that begins with best: with
// it one search does for all.
func (c *choice) last(i int, ph phase, best *candidate) *candidate {
	var known []*candidate
	for _, m := range c.all {
		if m.known && m.picked == nil && c.belongs(m, i, ph) {
			known = append(known, m)
		}
	}
	slices.SortFunc(known, sooner)
	return known[min(len(known), c.needs[i].open)-1]
}

// tick is the least travel time that says anything.
const tick = 100 * time.Millisecond

// farther is how far to search next for a candidate: as far as the given one
// probably needs, but noticeably farther than before, and at most twice.
func (c *choice) farther(m, probably *candidate) time.Duration {
	next := likely(probably.distance)
	if width := c.width[m.group]; width > 0 {
		next = bounded(min(max(next, width*3/2), 2*width))
	}
	return next
}

// chooseAlternates takes the next best that may be sent.
func (c *choice) chooseAlternates() {
	var known, open []*candidate
	for _, m := range c.all {
		switch {
		case len(m.misfits) > 0 || m.picked != nil:
		case m.known:
			known = append(known, m)
		case c.unsure(m):
			open = append(open, m)
		}
	}
	slices.SortFunc(known, sooner)
	c.alternates = known[:min(len(known), mostAlternates)]
	full := len(c.alternates) == mostAlternates
	for _, m := range open {
		limit := c.farther(m, open[min(len(open), max(1, mostAlternates-len(known)))-1])
		if full {
			last := c.alternates[mostAlternates-1].arrival()
			if c.least(m) > last {
				continue
			}
			limit = last - m.mobilise + tick
		}
		c.doubt[m.group] = max(c.doubt[m.group], limit, tick)
	}
}
