package dispatch

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"onemap/geo/road"
)

// Void is how a coverage rule stands (覆盖盲区 where it does not hold). Where
// nobody lives in the zone Share is of its ground, People and Covered are zero,
// and Note says so.
type Void struct {
	Rule            *Entry
	Holds           bool
	Share           float64
	People, Covered int64
	Units           []*Entry // available, and in time for somebody of the zone
	Proposals       []MoveUp
	Note, NoteEN    string
}

// MoveUp is a unit to move to a post, so that it covers a zone from there
// (移防). Travel is the way there, without the time to leave.
type MoveUp struct {
	Unit             *Entry
	To               orb.Point
	ToName           string
	Travel           time.Duration
	People           int64 // covered again once it is there
	Reason, ReasonEN string
}

// VoidAnswer is true at Seq.
type VoidAnswer struct {
	Seq   Seq
	AsOf  time.Time
	Basis string // ByRoad, without the delays of ordinary turns, or CrowFlies
	Roads *Roads
	Voids []Void // by the code of the rule
}

// Voids says of every coverage rule in the actor's scope whether the units in
// that scope that are available now keep it, from where they are now; and where
// they do not, whom to move up. It reads nothing but its arguments, but for
// reaches it kept: a unit that moved less than 150 m is where it was.
func (p *Picture) Voids(a Actor, pos Positions, now time.Time) (VoidAnswer, error) {
	w, err := p.watch(a, pos, now)
	if err != nil {
		return VoidAnswer{}, err
	}
	out := VoidAnswer{Seq: p.Seq, AsOf: now, Basis: ByRoad, Roads: p.Roads}
	if w.roads == nil {
		out.Basis = CrowFlies
	}
	for _, g := range w.guards {
		out.Voids = append(out.Voids, g.void())
	}
	for i, g := range w.guards { // what is proposed for one rule is no longer there for the next
		v := &out.Voids[i]
		if !v.Holds {
			if err := w.moveUp(g, v); err != nil {
				return VoidAnswer{}, fmt.Errorf("propose who moves up for rule %s: %w", g.rule.Code, err)
			}
		}
		if g.byGround {
			v.remark("区内无常住人口数据，按面积计", "nobody is known to live there: by ground")
		}
	}
	return out, nil
}

// watch is one look at all rules.
type watch struct {
	p      *Picture
	a      Actor
	roads  *Roads // nil without a network
	now    time.Time
	guards []*guard
	taken  map[ID]bool // proposed to move
}

// guard is one rule with its zone and those who cover it.
type guard struct {
	*zone
	rule  *Entry
	r     *CoverageRule
	by    []*sentry
	reach [][]uint64 // of each of them: the places it is in time for; nil: none
	count []int      // of each place
}

// sentry is an available unit where it stands.
type sentry struct {
	*runner
	unit   *Unit
	ask    road.Ask
	byRoad bool
}

func (s *sentry) key() groupKey { return keyOf(s.ask, road.Toward) }

func (p *Picture) watch(a Actor, pos Positions, now time.Time) (*watch, error) {
	w := &watch{p: p, a: a, roads: p.network(), now: now, taken: map[ID]bool{}}
	post := w.post(pos)
	for _, e := range p.Shelf(CoverageRules).ByCode() {
		if !a.Sees(e.Division, e.Sensitivity) {
			continue
		}
		g := &guard{rule: e, r: e.Detail.(*CoverageRule)}
		for _, s := range post {
			if slices.Contains(g.r.Kinds, s.unit.Kind) {
				g.by = append(g.by, s)
			}
		}
		if err := w.measure(g); err != nil {
			return nil, fmt.Errorf("measure rule %s: %w", e.Code, err)
		}
		w.guards = append(w.guards, g)
	}
	return w, nil
}

// post lines up the available units with crew enough that the actor sees.
func (w *watch) post(pos Positions) (all []*sentry) {
	p := w.p
	r := &race{search: &search{p: p, a: w.a, q: NearestQuery{MaxFixAge: FixLimit}, pos: pos, now: w.now}, roads: w.roads}
	for _, e := range p.Shelf(Units).ByCode() {
		u := e.Detail.(*Unit)
		if !r.sees(e) || StatusClass(p.Status(e)) != "available" || u.Crew < u.CrewMinimum {
			continue
		}
		r.enterUnit(e)
	}
	for i := range r.runners {
		s := &sentry{runner: &r.runners[i], unit: r.runners[i].entry.Detail.(*Unit)}
		s.ask, _, s.byRoad = Driving(s.entry)
		all = append(all, s)
	}
	return all
}

// kept reports how much weight of the zone enough units reach in time.
func (g *guard) kept() (sum int64) {
	for i, n := range g.count {
		if n >= g.r.Minimum {
			sum += g.weight[i]
		}
	}
	return sum
}

func (g *guard) share() float64 { return float64(g.kept()) / float64(max(1, g.total)) }
func (g *guard) holds() bool    { return g.share() >= g.r.Wanted() }

// people is a weight as people; on ground nobody lives on there are none.
func (g *guard) people(weight int64) int64 {
	if g.byGround {
		return 0
	}
	return weight
}

func (g *guard) void() Void {
	v := Void{Rule: g.rule, Holds: g.holds(), Share: g.share(), People: g.people(g.total), Covered: g.people(g.kept())}
	for i, s := range g.by {
		if g.reach[i] != nil {
			v.Units = append(v.Units, s.entry)
		}
	}
	slices.SortFunc(v.Units, func(a, b *Entry) int { return cmp.Or(cmp.Compare(a.Code, b.Code), slices.Compare(a.ID[:], b.ID[:])) })
	return v
}

func (v *Void) remark(zh, en string) {
	if v.Note != "" {
		zh, en = v.Note+"；"+zh, v.NoteEN+"; "+en
	}
	v.Note, v.NoteEN = zh, en
}

// spare is how long a unit may travel to be in time.
func (g *guard) spare(s *sentry) time.Duration { return g.r.Within() - s.mobilise }
