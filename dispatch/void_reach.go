package dispatch

import (
	"errors"
	"math"
	"math/bits"
	"slices"
	"sync"
	"time"

	"github.com/paulmach/orb"

	"onemap/geo"
	"onemap/geo/road"
)

// zone is the ground of a rule: places with the people of each, or with their
// ground where nobody is known to live.
type zone struct {
	places   []orb.Point
	cells    []int // their places among the population cells; nil: samples of the ground
	weight   []int64
	total    int64
	byGround bool
	bound    orb.Bound
}

// zones keeps the zones of rules, and which places of them units reach, over
// all pictures of one network. It holds at most two reaches a unit and rule.
type zones struct {
	mu   sync.Mutex
	kept map[ID]*zoneKept
}

type zoneKept struct {
	mu    sync.Mutex
	rule  *Entry
	cells *Shelf
	now   *road.Snapshot
	zone  *zone
	stops map[string][]road.Stop // by profile
	reach map[reachKey]reachKept
}

type reachKey struct {
	unit   ID
	source string // fix or base: who may not see positions asks about bases
}

type reachKept struct {
	key   groupKey
	at    orb.Point
	spare time.Duration
	bits  []uint64
}

const (
	stirred    = geo.Metres(150) // how far a unit may move and still reach what it reached
	blockPairs = 4_000_000       // of one matrix: 32 MB of times
	samples    = 20              // by side of a zone without a population grid
)

// zoneOf finds the places of a rule's zone.
func (p *Picture) zoneOf(rule *Entry) *zone {
	z := &zone{bound: rule.Geometry.Bound()}
	var ground []int64
	for i, e := range p.Shelf(Cells).ByCode() {
		at := e.Point()
		if !z.bound.Contains(at) || !contains(rule.Geometry, at) {
			continue
		}
		c := e.Detail.(*Cell)
		z.places, z.cells = append(z.places, at), append(z.cells, i)
		z.weight, ground = append(z.weight, int64(c.People)), append(ground, max(1, int64(c.AreaM2)))
		z.total += int64(c.People)
	}
	if z.total > 0 {
		return z
	}
	z.byGround, z.weight = true, ground
	if len(z.places) == 0 {
		z.sample(rule)
	}
	for _, w := range z.weight {
		z.total += w
	}
	return z
}

// sample takes places on a grid over a zone.
func (z *zone) sample(rule *Entry) {
	b := z.bound
	for y := range samples {
		for x := range samples {
			at := orb.Point{b.Min[0] + (float64(x)+0.5)/samples*(b.Max[0]-b.Min[0]), b.Min[1] + (float64(y)+0.5)/samples*(b.Max[1]-b.Min[1])}
			if contains(rule.Geometry, at) {
				z.places, z.weight = append(z.places, at), append(z.weight, 1)
			}
		}
	}
	if len(z.places) == 0 {
		z.places, z.weight = append(z.places, rule.Point()), append(z.weight, 1)
	}
}

// measure finds who covers a rule's zone, and how often each place is covered.
func (w *watch) measure(g *guard) error {
	g.reach = make([][]uint64, len(g.by))
	if w.roads == nil {
		g.zone = w.p.zoneOf(g.rule)
		for i, s := range g.by {
			g.reach[i] = g.inTime(g.spare(s), func(n int) time.Duration { return flying(s, s.point, g.places[n]) })
		}
	} else if err := w.measureByRoad(g); err != nil {
		return err
	}
	g.count = make([]int, len(g.places))
	for _, bits := range g.reach {
		each(bits, func(n int) { g.count[n]++ })
	}
	return nil
}

// flying is the time of a straight way: of what flies as it flies, of what
// drives by a detour at a speed usual in town.
func flying(s *sentry, from, to orb.Point) time.Duration {
	if !s.byRoad {
		return inSeconds(float64(geo.GreatCircle(from, to)) / airSpeed)
	}
	const detour = 1.4
	pace := 11.0 // m/s, an assumption as in the recommendation
	if s.ask.Profile == "truck" {
		pace = 9
	}
	return inSeconds(detour * float64(geo.GreatCircle(from, to)) / pace)
}

// inTime marks the places whose time is within a limit; nil when none is.
func (z *zone) inTime(limit time.Duration, of func(place int) time.Duration) (bits []uint64) {
	for n := range z.places {
		if of(n) <= limit {
			if bits == nil {
				bits = make([]uint64, (len(z.places)+63)/64)
			}
			bits[n/64] |= 1 << (n % 64)
		}
	}
	return bits
}

// each visits what is marked.
func each(set []uint64, visit func(n int)) {
	for w, word := range set {
		for ; word != 0; word &= word - 1 {
			visit(64*w + bits.TrailingZeros64(word))
		}
	}
}

func marked(bits []uint64, n int) bool { return bits != nil && bits[n/64]>>(n%64)&1 != 0 }

// keep returns what is kept of a rule, anew when its zone or the grid changed;
// reaches are forgotten when the roads change.
func (w *watch) keep(rule *Entry) *zoneKept {
	all := &w.roads.stops.zones
	all.mu.Lock()
	if all.kept == nil {
		all.kept = map[ID]*zoneKept{}
	}
	for id := range all.kept {
		if w.p.Entry(CoverageRules, id) == nil {
			delete(all.kept, id)
		}
	}
	k := all.kept[rule.ID]
	if k == nil {
		k = &zoneKept{}
		all.kept[rule.ID] = k
	}
	all.mu.Unlock()
	k.mu.Lock()
	if k.rule != rule || k.cells != w.p.Shelf(Cells) {
		k.rule, k.cells, k.zone, k.stops, k.now = rule, w.p.Shelf(Cells), w.p.zoneOf(rule), map[string][]road.Stop{}, nil
	}
	if k.now != w.roads.Now {
		k.now, k.reach = w.roads.Now, map[reachKey]reachKept{}
	}
	return k
}

// measureByRoad takes the reaches that are kept, and measures the others
// together, a kind of vehicle after the other.
func (w *watch) measureByRoad(g *guard) error {
	k := w.keep(g.rule)
	defer k.mu.Unlock()
	g.zone = k.zone
	anew := map[groupKey][]int{}
	var keys []groupKey
	for i, s := range g.by {
		old, ok := k.reach[reachKey{s.entry.ID, s.source}]
		switch key := s.key(); {
		case ok && old.key == key && old.spare == g.spare(s) && geo.GreatCircle(old.at, s.point) < stirred:
			g.reach[i] = old.bits
		case !s.byRoad:
			g.reach[i] = g.inTime(g.spare(s), func(n int) time.Duration { return flying(s, s.point, g.places[n]) })
		default:
			if anew[key] == nil {
				keys = append(keys, key)
			}
			anew[key] = append(anew[key], i)
		}
	}
	for _, key := range keys {
		if err := w.reachOf(g, k, anew[key]); err != nil {
			return err
		}
	}
	if len(k.reach) > 2*len(w.p.Shelf(Units).Entries) {
		k.reach = map[reachKey]reachKept{}
	}
	return nil
}

// reachOf measures some units that drive alike, and keeps what they reach.
func (w *watch) reachOf(g *guard, k *zoneKept, who []int) error {
	ask := g.by[who[0]].ask
	fastest, err := w.roads.fastest(ask.Profile)
	if err != nil {
		return err
	}
	var from []road.Stop
	var on []int
	for _, i := range who {
		s := g.by[i]
		if leastTime(geo.GreatCircle(s.point, nearestOf(g.bound, s.point)), fastest) > g.spare(s) {
			k.note(s, g.spare(s), nil)
			continue
		}
		stop, err := w.roads.Stop(s.entry.ID, ask.Profile, s.point, s.heading, s.accuracy)
		if err != nil && !errors.Is(err, road.ErrOffRoad) {
			return err
		}
		if err == nil {
			from, on = append(from, stop), append(on, i)
		}
	}
	to, err := w.stopsOf(k, ask.Profile)
	if err != nil {
		return err
	}
	return w.times(from, to, ask, func(i int, at func(n int) time.Duration) {
		s := g.by[on[i]]
		g.reach[on[i]] = g.inTime(g.spare(s), at)
		k.note(s, g.spare(s), g.reach[on[i]])
	})
}

func (k *zoneKept) note(s *sentry, spare time.Duration, bits []uint64) {
	k.reach[reachKey{s.entry.ID, s.source}] = reachKept{s.key(), s.point, spare, bits}
}

// times hands out, for each start, the times to all ends; never where no way leads.
func (w *watch) times(from, to []road.Stop, ask road.Ask, row func(i int, at func(n int) time.Duration)) error {
	first := 0
	for block := range slices.Chunk(from, max(1, blockPairs/max(1, len(to)))) {
		m, err := w.roads.Now.Matrix(block, to, ask)
		if err != nil {
			return err
		}
		for i := range block {
			row(first+i, func(n int) time.Duration {
				if d, ok := m.At(i, n); ok {
					return d
				}
				return math.MaxInt64
			})
		}
		first += len(block)
	}
	return nil
}

// stopsOf puts the places of a zone on the road.
func (w *watch) stopsOf(k *zoneKept, profile string) ([]road.Stop, error) {
	if on := k.stops[profile]; on != nil {
		return on, nil
	}
	var on []road.Stop
	if k.zone.cells == nil {
		var err error
		if on, err = w.roads.Places(k.zone.places, profile); err != nil {
			return nil, err
		}
	} else {
		all, err := w.roads.Cells(w.p, profile)
		if err != nil {
			return nil, err
		}
		for _, i := range k.zone.cells {
			on = append(on, all[i])
		}
	}
	k.stops[profile] = on
	return on, nil
}
