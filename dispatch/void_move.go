package dispatch

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"onemap/geo"
	"onemap/geo/road"
)

// How much of a zone's neighbourhood is weighed: every pair of a mover and a
// post has its own reach.
const (
	mostMoves  = 3 // proposed for one rule
	mostPosts  = 24
	mostMovers = 60
)

// standby is a place in a zone where a unit can wait.
type standby struct {
	at   orb.Point
	name [2]string // zh-CN, English
}

// mover is who could move up, with what it reaches from each post.
type mover struct {
	*sentry
	own    []uint64 // what it reaches in the zone now
	travel []time.Duration
	from   [][]uint64
}

// moveUp proposes units to move into a zone until its rule holds, at most three.
// Method: again and again the unit and the post that win most people back, of
// equally many the sooner there; none whose leaving breaks a rule that holds.
func (w *watch) moveUp(g *guard, v *Void) error {
	posts := w.posts(g)
	movers, needed, err := w.movers(g, posts)
	if err != nil {
		return err
	}
	for len(v.Proposals) < mostMoves && !g.holds() {
		best, at := w.bestMove(g, movers)
		if best == nil {
			break
		}
		before := g.kept()
		w.move(g, best, at)
		v.Proposals = append(v.Proposals, g.proposal(best, posts[at], best.travel[at], g.kept()-before))
	}
	switch {
	case g.holds():
	case len(v.Proposals) > 0:
		v.remark(fmt.Sprintf("抽调后仍只能覆盖 %s", percent(g.share())), fmt.Sprintf("even then only %s is covered", percent(g.share())))
	default:
		g.sayWhyNobody(v, len(movers), needed)
	}
	return nil
}

func (g *guard) sayWhyNobody(v *Void, movers int, needed []string) {
	switch {
	case len(g.by) == 0:
		v.remark("无可用力量可抽调", "no unit of these kinds is available")
	case movers == 0 && len(needed) > 0:
		v.remark("可用力量一经抽调，"+strings.Join(needed, "、")+" 即失守", "whoever is available is needed for "+strings.Join(needed, ", "))
	case movers == 0:
		v.remark("可用力量需对方同意或无法通行", "whoever is available must be asked for, or cannot get there")
	default:
		v.remark("可用力量移到任何驻点都不能增加覆盖", "no post would cover more")
	}
}

// posts are the bases of teams and units in the zone, those with most people in
// want of cover about them first, and the place in want with most people.
func (w *watch) posts(g *guard) []standby {
	var all []standby
	for _, l := range []Ledger{Teams, Units} {
		for _, e := range w.p.Shelf(l).ByCode() {
			at, ok := e.Geometry.(orb.Point)
			near := func(s standby) bool { return geo.GreatCircle(s.at, at) < stirred }
			if ok && w.a.Sees(e.Division, e.Sensitivity) && g.bound.Contains(at) && contains(g.rule.Geometry, at) && !slices.ContainsFunc(all, near) {
				all = append(all, standby{at, [2]string{e.Name, cmp.Or(e.NameEN, e.Name)}})
			}
		}
	}
	if len(all) >= mostPosts {
		want := map[orb.Point]int64{}
		for _, s := range all {
			want[s.at] = g.wantAbout(s.at)
		}
		slices.SortStableFunc(all, func(a, b standby) int { return cmp.Compare(want[b.at], want[a.at]) })
		all = all[:mostPosts-1]
	}
	worst := -1
	for n := range g.places {
		if g.count[n] < g.r.Minimum && (worst < 0 || g.weight[n] > g.weight[worst]) {
			worst = n
		}
	}
	if worst >= 0 {
		zh, en := "未覆盖人口最多处", "the uncovered place with most people"
		if code, ok := w.p.DivisionAt(g.places[worst]); ok {
			zh, en = w.p.names()[code]+zh, en+" in "+w.p.names()[code]
		}
		all = append(all, standby{g.places[worst], [2]string{zh, en}})
	}
	return all
}

// wantAbout is the weight without cover that a unit at a place might reach, by
// the straight line.
func (g *guard) wantAbout(at orb.Point) (sum int64) {
	const pace = 8.0 // m/s over the straight line
	r := geo.Metres(pace * g.r.Within().Seconds())
	for n, p := range g.places {
		if g.count[n] < g.r.Minimum && geo.GreatCircle(at, p) <= r {
			sum += g.weight[n]
		}
	}
	return sum
}

// movers lists the units that may be moved, nearest to the zone first, and the
// codes of the rules that the others are needed for.
func (w *watch) movers(g *guard, posts []standby) (list []*mover, needed []string, err error) {
	for i, s := range g.by {
		if w.taken[s.entry.ID] || asksOwner(s.entry, w.p.Entry(Teams, s.unit.Team), g.rule.Division) {
			continue
		}
		if codes := w.neededFor(g, s); len(codes) > 0 {
			needed = append(needed, codes...)
			continue
		}
		list = append(list, &mover{sentry: s, own: g.reach[i]})
	}
	slices.Sort(needed)
	middle := g.bound.Center()
	slices.SortStableFunc(list, func(a, b *mover) int {
		return nearerFirst(geo.GreatCircle(a.point, middle), geo.GreatCircle(b.point, middle), a.entry, b.entry)
	})
	list = list[:min(len(list), mostMovers)]
	byKey := map[groupKey][]*mover{}
	var keys []groupKey
	for _, m := range list {
		key := m.key()
		if byKey[key] == nil {
			keys = append(keys, key)
		}
		byKey[key] = append(byKey[key], m)
	}
	for _, key := range keys {
		if err := w.fromPosts(g, posts, byKey[key]); err != nil {
			return nil, nil, err
		}
	}
	list = slices.DeleteFunc(list, func(m *mover) bool { return m.travel == nil })
	return list, slices.Compact(needed), nil
}

// neededFor names the other rules that hold now and would not without a unit.
func (w *watch) neededFor(g *guard, s *sentry) (codes []string) {
	for _, other := range w.guards {
		i := slices.Index(other.by, s)
		if other == g || i < 0 || !other.holds() {
			continue
		}
		left := other.kept()
		each(other.reach[i], func(n int) {
			if other.count[n] == other.r.Minimum {
				left -= other.weight[n]
			}
		})
		if float64(left)/float64(max(1, other.total)) < other.r.Wanted() {
			codes = append(codes, other.rule.Code)
		}
	}
	return codes
}

// fromPosts measures how units that travel alike come to each post, and what
// they reach from there.
func (w *watch) fromPosts(g *guard, posts []standby, who []*mover) error {
	if w.roads == nil || !who[0].byRoad {
		for _, m := range who {
			for _, s := range posts {
				m.travel = append(m.travel, flying(m.sentry, m.point, s.at))
				m.from = append(m.from, g.inTime(g.spareAt(m), func(n int) time.Duration { return flying(m.sentry, s.at, g.places[n]) }))
			}
		}
		return nil
	}
	points := make([]orb.Point, len(posts))
	for i, s := range posts {
		points[i] = s.at
	}
	ask := who[0].ask
	stops, err := w.roads.Places(points, ask.Profile)
	if err != nil {
		return fmt.Errorf("put posts on the road: %w", err)
	}
	k := w.keep(g.rule)
	to, err := w.stopsOf(k, ask.Profile)
	k.mu.Unlock()
	if err != nil {
		return err
	}
	var from []road.Stop
	var on []*mover
	for _, m := range who {
		stop, err := w.roads.Stop(m.entry.ID, ask.Profile, m.point, m.heading, m.accuracy)
		if err != nil && !errors.Is(err, road.ErrOffRoad) {
			return err
		}
		if err == nil {
			from, on = append(from, stop), append(on, m)
		}
	}
	if err := w.times(from, stops, ask, func(i int, at func(n int) time.Duration) {
		for n := range posts {
			on[i].travel = append(on[i].travel, at(n))
		}
	}); err != nil {
		return err
	}
	for _, m := range on {
		m.from = make([][]uint64, len(posts))
	}
	return w.times(stops, to, ask, func(i int, at func(n int) time.Duration) {
		same := map[time.Duration][]uint64{}
		for _, m := range on {
			spare := g.spareAt(m)
			bits, ok := same[spare]
			if !ok {
				bits = g.inTime(spare, at)
				same[spare] = bits
			}
			m.from[i] = bits
		}
	})
}

// spareAt is how long a unit that waits at a post may travel from there: it
// must turn out again.
func (g *guard) spareAt(m *mover) time.Duration {
	return g.r.Within() - time.Duration(m.unit.MobiliseMin)*time.Minute
}

// bestMove is the unit and the place of the post that win most back; nil when
// nothing is won. A place that lacks two units counts as half won by one.
func (w *watch) bestMove(g *guard, movers []*mover) (best *mover, at int) {
	gain := int64(0)
	for _, m := range movers {
		if w.taken[m.entry.ID] || len(w.neededFor(g, m.sentry)) > 0 {
			continue
		}
		for i, travel := range m.travel {
			if travel == math.MaxInt64 {
				continue
			}
			won := g.won(m.own, m.from[i])
			if won > gain || won == gain && best != nil && travel < best.travel[at] {
				best, at, gain = m, i, won
			}
		}
	}
	return best, at
}

// won is the weight, for each unit that it lacks less, when one unit no longer
// reaches some places and reaches others.
func (g *guard) won(own, post []uint64) (sum int64) {
	each(post, func(n int) {
		if g.count[n] < g.r.Minimum && !marked(own, n) {
			sum += g.weight[n]
		}
	})
	each(own, func(n int) {
		if g.count[n] <= g.r.Minimum && !marked(post, n) {
			sum -= g.weight[n]
		}
	})
	return sum
}

// move takes a unit as moved: its rule counts it at the post, all others no more.
func (w *watch) move(g *guard, m *mover, at int) {
	w.taken[m.entry.ID] = true
	for _, other := range w.guards {
		if i := slices.Index(other.by, m.sentry); i >= 0 {
			each(other.reach[i], func(n int) { other.count[n]-- })
			other.reach[i] = nil
		}
	}
	i := slices.Index(g.by, m.sentry)
	g.reach[i] = m.from[at]
	each(m.from[at], func(n int) { g.count[n]++ })
}

func percent(share float64) string { return fmt.Sprintf("%.0f %%", math.Floor(100*share)) }

// proposal says why a unit should move where.
func (g *guard) proposal(m *mover, to standby, travel time.Duration, won int64) MoveUp {
	minutes := math.Ceil((m.mobilise + travel).Minutes())
	kind := Labels["unit_kind"][m.unit.Kind]
	return MoveUp{
		Unit: m.entry, To: to.at, ToName: to.name[0], Travel: travel, People: g.people(won),
		Reason: fmt.Sprintf("%s %s缺%s：抽调 %s 到 %s，%.0f 分钟后恢复到 %s", g.rule.Code, g.rule.Name, kind[0], m.entry.Name, to.name[0], minutes, percent(g.share())),
		ReasonEN: fmt.Sprintf("%s %s lacks a %s: move %s up to %s, %s covered again in %.0f min",
			g.rule.Code, cmp.Or(g.rule.NameEN, g.rule.Name), strings.ToLower(kind[1]), cmp.Or(m.entry.NameEN, m.entry.Name), to.name[1], percent(g.share()), minutes),
	}
}
