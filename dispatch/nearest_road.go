package dispatch

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"onemap/geo"
	"onemap/geo/road"
)

// Trip is how a hit travels: mobilised, then under way. Without is what Travel
// would be had nothing been closed.
type Trip struct {
	Basis    string // ByRoad or ByAir
	Profile  string // by road only
	AirRank  int    // by the straight line, among all that fit
	Mobilise time.Duration
	Travel   time.Duration
	Without  time.Duration
	Road     geo.Metres // on the road
	Access   geo.Metres // off it, both ends together
	Closures []ClosureRef
}

// Arrival is when it is there, from now.
func (t *Trip) Arrival() time.Duration { return t.Mobilise + t.Travel }

// errOffRoad refuses a point that nothing on wheels gets to.
var errOffRoad = &Error{Kind: Invalid, Code: "off_road", Text: "no road is near the point"}

// race is a nearest query by road under way.
type race struct {
	*search
	roads   *Roads
	runners []runner  // nearest by air first
	fits    []*runner // those no filter removed, likewise
	groups  []*group
	horizon geo.Metres // nobody nearer than this by air is missing

	widest   time.Duration // of the first K, the longest on the way
	farthest int           // air rank, of those of the first K that drive
}

// group is who travels alike: one search prices them all.
type group struct {
	ask     road.Ask
	way     road.Direction
	place   road.Stop // the point asked about
	off     error     // why the point is not on its roads
	fastest float64   // m/s
	members []*runner
}

const (
	firstLook = 600 // candidates of a kind; a city's units are no more
	forever   = time.Duration(math.MaxInt64)
	longest   = 6 * time.Hour // the widest search but the one without a limit
)

// byRoad ranks by arrival. Method: a search bounded in time prices everybody
// within the bound; it is widened until nobody beyond it can still be among
// the first K. Whoever is too far away by air to arrive within the bound at
// the highest speed there is is not even put on the road.
func (s *search) byRoad() (NearestAnswer, error) {
	r := &race{search: s, roads: s.p.Roads}
	for look := max(firstLook, 4*s.q.K); ; look *= 4 {
		if err := r.gather(look); err != nil {
			return NearestAnswer{}, err
		}
		if len(r.fits) < s.q.K && !r.everybody() {
			continue
		}
		first, err := r.run()
		if err != nil {
			return NearestAnswer{}, err
		}
		ahead, err := r.soonest(r.horizon)
		if err != nil {
			return NearestAnswer{}, err
		}
		if len(first) == s.q.K && first[s.q.K-1].arrival() < ahead || r.everybody() {
			return r.answer(first)
		}
	}
}

// everybody reports whether nobody at all is missing.
func (r *race) everybody() bool { return math.IsInf(float64(r.horizon), 1) }

// run prices the runners and returns the first K that fit, in order of arrival.
func (r *race) run() ([]*runner, error) {
	for limit := r.guess(); ; {
		if err := r.price(limit); err != nil {
			return nil, err
		}
		first := r.first()
		full := len(first) == r.q.K
		switch {
		case limit == forever && full:
			return first, r.price(first[r.q.K-1].arrival()) // misfits that price left out
		case limit == forever, full && first[r.q.K-1].arrival() <= limit+r.rest():
			return first, nil
		case full: // nobody that leaves now and is there later can be better
			limit = bounded(first[r.q.K-1].arrival() - r.rest())
		default:
			limit = bounded(2 * limit)
		}
	}
}

// guess is a limit within which K will probably arrive.
func (r *race) guess() time.Duration {
	if len(r.fits) < r.q.K {
		return forever
	}
	const detour, pace = 1.3, 11.0 // m/s; typical of a town
	var likely []time.Duration
	least := forever
	for _, m := range r.fits {
		least = min(least, m.mobilise)
		travel := m.travel
		if m.group != nil {
			travel = inSeconds(detour * float64(m.distance) / max(0.1, min(pace, m.group.fastest)))
		}
		likely = append(likely, m.mobilise+travel)
	}
	slices.Sort(likely)
	return bounded((likely[r.q.K-1] - least + 10*time.Second).Truncate(time.Second))
}

func bounded(limit time.Duration) time.Duration {
	if limit < longest {
		return limit
	}
	return forever
}

// first lists who has arrived so far, the first K of them in order.
func (r *race) first() []*runner {
	var in []*runner
	for _, m := range r.fits {
		if m.known {
			in = append(in, m)
		}
	}
	slices.SortFunc(in, func(a, b *runner) int { return nearerFirst(a.arrival(), b.arrival(), a.entry, b.entry) })
	return in[:min(len(in), r.q.K)]
}

// rest is the shortest time in which anybody not priced yet could leave.
func (r *race) rest() time.Duration {
	least := 24 * time.Hour // the longest a ledger allows
	for i := range r.runners {
		if m := &r.runners[i]; m.open() {
			least = min(least, m.mobilise)
		}
	}
	return least
}

// price finds the travel time of everybody for whom it is within a limit. When
// there is none, of those that do not fit only the nearest by air are worth it.
func (r *race) price(limit time.Duration) error {
	for _, g := range r.groups {
		if g.off != nil {
			continue
		}
		var who []*runner
		for _, m := range g.members {
			worth := len(m.misfits) == 0 || m.place < r.q.K+maxRejected
			if limit != forever {
				worth = leastTime(m.distance, g.fastest) <= limit
			}
			if worth && m.open() {
				who = append(who, m)
			}
		}
		if err := r.seek(g, who, limit); err != nil {
			return err
		}
	}
	return nil
}

// seek prices some of a group. Those out of reach learn why when there is
// no limit.
func (r *race) seek(g *group, who []*runner, limit time.Duration) error {
	who, err := r.onRoad(g, who)
	if err != nil || len(who) == 0 {
		return err
	}
	stops := make([]road.Stop, len(who))
	for i, m := range who {
		stops[i] = m.stop
	}
	how := road.Bounds{Direction: g.way}
	if limit != forever {
		how.Limit = max(limit, 100*time.Millisecond) // none is no limit
	}
	times, err := r.roads.Now.Times(g.place, stops, how, g.ask)
	if err != nil {
		return fmt.Errorf("times of %d by %s: %w", len(who), g.ask.Profile, err)
	}
	for i, leg := range times.Legs {
		who[i].take(leg)
	}
	return nil
}

// onRoad puts runners on the road and returns those it could.
func (r *race) onRoad(g *group, who []*runner) ([]*runner, error) {
	on := who[:0]
	for _, m := range who {
		stop, err := r.roads.Stop(m.entry.ID, g.ask.Profile, m.point, m.heading, m.accuracy)
		switch {
		case errors.Is(err, road.ErrOffRoad):
			m.off = err
		case err != nil:
			return nil, fmt.Errorf("put %s %s on the road: %w", m.entry.Ledger, m.entry.Code, err)
		default:
			m.stop = stop
			on = append(on, m)
		}
	}
	return on, nil
}

// leastTime is the time below which nobody covers a distance by air. The two in
// a hundred are for lengths in whole centimetres, the second for tenths.
func leastTime(d geo.Metres, fastest float64) time.Duration {
	if fastest <= 0 {
		return forever
	}
	return inSeconds(max(0, 0.98*float64(d)/fastest-1))
}

// soonest is the time below which nobody beyond a distance arrives.
func (r *race) soonest(beyond geo.Metres) (time.Duration, error) {
	fastest := airSpeed
	for _, name := range profileNames() {
		v, err := r.roads.fastest(name)
		if err != nil {
			return 0, err
		}
		fastest = max(fastest, v)
	}
	return leastTime(beyond, fastest), nil
}

// inSeconds saturates: the far side of the earth on foot is still a duration.
func inSeconds(s float64) time.Duration {
	return time.Duration(min(s, 1e9) * float64(time.Second))
}

// answer puts the first K and the why-nots into words.
func (r *race) answer(first []*runner) (NearestAnswer, error) {
	if len(first) == 0 && r.stranded() {
		refusal := errOffRoad.With("no road is near the point: none within 2 km, or 300 m in town")
		refusal.Fields = []Field{{"point", "off_road", refusal.Text}}
		return NearestAnswer{}, refusal
	}
	for _, m := range first {
		m.first = true
		if m.group != nil {
			r.widest, r.farthest = max(r.widest, m.travel), max(r.farthest, m.airRank)
		}
	}
	out := NearestAnswer{Seq: r.p.Seq, AsOf: r.now, Basis: ByRoad, Roads: r.roads}
	for _, m := range first {
		out.Results = append(out.Results, r.result(m))
	}
	rejected, err := r.whyNots(first)
	if err != nil {
		return NearestAnswer{}, err
	}
	out.Rejected, out.OldestInput = rejected, oldestFix(out.Results)
	for _, h := range out.Results {
		out.Closures = append(out.Closures, h.Trip.Closures...)
	}
	for _, no := range rejected {
		out.Closures = append(out.Closures, no.Closures...)
	}
	slices.SortFunc(out.Closures, func(a, b ClosureRef) int {
		return cmp.Or(cmp.Compare(a.Code, b.Code), slices.Compare(a.ID[:], b.ID[:]))
	})
	out.Closures = slices.CompactFunc(out.Closures, func(a, b ClosureRef) bool { return a.ID == b.ID })
	return out, nil
}

// stranded reports whether the point is on no road of those who would drive.
func (r *race) stranded() bool {
	return len(r.groups) > 0 && !slices.ContainsFunc(r.groups, func(g *group) bool { return g.off == nil })
}
