package dispatch

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"onemap/geo"
	"onemap/geo/road"
)

// runner is one candidate of a race: where it starts, and what is known of its
// way.
type runner struct {
	entry    *Entry
	point    orb.Point
	distance geo.Metres // by air
	source   string     // fix or base
	age      *time.Duration
	heading  *geo.Bearing // while it moves
	accuracy geo.Metres
	moving   bool
	misfits  []Field
	place    int    // in the order by air, of all
	airRank  int    // of those that fit; 0 for others
	group    *group // nil: it flies
	mobilise time.Duration

	stop   road.Stop
	off    error // why it is not on the road
	leg    road.Leg
	known  bool
	travel time.Duration
	first  bool // among the first K
}

func (m *runner) arrival() time.Duration { return m.mobilise + m.travel }

// take notes what a search says of the way.
func (m *runner) take(leg road.Leg) {
	if m.leg = leg; leg.Known {
		m.known, m.travel = true, leg.Time
	}
}

// open reports whether a wider search could still find its travel time.
func (m *runner) open() bool {
	return !m.known && m.off == nil && m.leg.Why == nil && m.group != nil && m.group.off == nil
}

// airSpeed is what a helicopter is taken to fly, in m/s: 200 km/h, an
// assumption until the units say their own.
const airSpeed = 55.0

// rolls is the speed in m/s above which a unit is on the move, and its heading
// means something.
const rolls = 2.0

// gather lines up the n nearest by air of each kind, those that do not fit
// among them.
func (r *race) gather(n int) error {
	r.runners, r.fits, r.groups, r.horizon = r.runners[:0], r.fits[:0], nil, geo.Metres(math.Inf(1))
	for _, l := range r.q.Kinds {
		if l == Units {
			r.gatherUnits(n)
			continue
		}
		tree, err := r.p.Shelf(l).Tree()
		if err != nil {
			return fmt.Errorf("index ledger %s: %w", l, err)
		}
		entries := r.p.Shelf(l).ByCode()
		found := tree.Nearest(r.q.Point, n, func(i int32) bool { return r.sees(entries[i]) })
		for _, f := range found {
			e := entries[f.Key]
			r.enter(runner{entry: e, point: e.Point(), distance: f.Distance, source: "base"})
		}
		if len(found) == n {
			r.missing(found[n-1].Distance)
		}
	}
	r.rankByAir()
	return r.form()
}

// rankByAir puts the runners in order by air, and those that fit on a list.
func (r *race) rankByAir() {
	slices.SortFunc(r.runners, func(a, b runner) int { return nearerFirst(a.distance, b.distance, a.entry, b.entry) })
	for i := range r.runners {
		m := &r.runners[i]
		if m.place = i; len(m.misfits) == 0 {
			r.fits = append(r.fits, m)
			m.airRank = len(r.fits)
		}
	}
}

func (r *race) sees(e *Entry) bool { return r.a.Sees(e.Division, e.Sensitivity) }

// missing notes that not everybody beyond a distance is lined up. Beyond the
// radius asked for nobody needs to be.
func (r *race) missing(beyond geo.Metres) {
	if r.q.Within == 0 || beyond <= r.q.Within {
		r.horizon = min(r.horizon, beyond)
	}
}

// gatherUnits lines up units where they are, or at their bases when they were
// not heard in time.
func (r *race) gatherUnits(n int) {
	shelf := r.p.Shelf(Units)
	index, ok := r.pos.(PositionIndex)
	if !ok || r.q.MaxFixAge != FixLimit {
		for _, e := range shelf.ByCode() {
			if r.sees(e) {
				r.enterUnit(e)
			}
		}
		return
	}
	near := index.Near(r.q.Point, n, func(e *Entry, _ orb.Point) bool { return r.sees(e) })
	for _, u := range near {
		if e := shelf.Entries[u.Unit]; e != nil {
			m := runner{entry: e, point: u.Point, distance: u.Distance, source: "fix", age: r.age(u.DeviceAt)}
			if f, heard := r.pos.At(u.Unit); heard && f.Point == u.Point {
				m.moves(f)
			}
			r.enter(m)
		}
	}
	silent := index.Silent(r.q.Point, n, r.sees)
	for _, id := range silent {
		if e := shelf.Entries[id]; e != nil {
			r.enterAtBase(e)
		}
	}
	if len(near) == n {
		r.missing(near[n-1].Distance)
	}
	if len(silent) == n {
		r.missing(geo.Distance(r.q.Point, shelf.base(silent[n-1], r.q.Point)))
	}
}

// base is where a unit belongs; p when it has just been removed.
func (s *Shelf) base(id ID, p orb.Point) orb.Point {
	if e := s.Entries[id]; e != nil {
		return e.Point()
	}
	return p
}

func (r *race) enterUnit(e *Entry) {
	f, heard := r.pos.At(e.ID)
	if !heard || r.now.Sub(f.DeviceAt) > r.q.MaxFixAge {
		r.enterAtBase(e)
		return
	}
	m := runner{entry: e, point: f.Point, distance: geo.Distance(r.q.Point, f.Point), source: "fix", age: r.age(f.DeviceAt)}
	m.moves(f)
	r.enter(m)
}

func (r *race) enterAtBase(e *Entry) {
	m := runner{entry: e, point: e.Point(), distance: geo.Distance(r.q.Point, e.Point()), source: "base"}
	if f, heard := r.pos.At(e.ID); heard {
		m.age = r.age(f.DeviceAt)
	}
	r.enter(m)
}

// moves takes over what a fix says of the way its unit drives.
func (m *runner) moves(f Fix) {
	if f.AccuracyM != nil {
		m.accuracy = geo.Metres(*f.AccuracyM)
	}
	if f.SpeedMPS != nil && *f.SpeedMPS > rolls {
		m.heading = f.Heading
		m.moving = true
	}
}

// enter lines one up, unless it is beyond the radius asked for.
func (r *race) enter(m runner) {
	if r.q.Within != 0 && m.distance > r.q.Within {
		return
	}
	m.misfits = r.q.misfits(r.p, m.entry)
	m.mobilise = r.mobilise(&m)
	r.runners = append(r.runners, m)
}

// mobilise is the time between the order and leaving: none for what already
// rolls, and for what is not sent.
func (r *race) mobilise(m *runner) time.Duration {
	switch d := m.entry.Detail.(type) {
	case *Unit:
		status := r.p.Status(m.entry)
		if m.moving || status == "available_mobile" || StatusClass(status) == "committed" {
			return 0
		}
		return time.Duration(d.MobiliseMin) * time.Minute
	case *Team:
		if hour := r.now.In(china).Hour(); hour >= 6 && hour < 18 {
			return time.Duration(d.MobiliseDayMin) * time.Minute
		}
		return time.Duration(d.MobiliseNightMin) * time.Minute
	}
	return 0
}

// groupKey says who travels alike.
type groupKey struct {
	profile string
	sized   bool
	load    road.Load
	way     road.Direction
}

func keyOf(ask road.Ask, way road.Direction) groupKey {
	k := groupKey{profile: ask.Profile, sized: ask.Load != nil, way: way}
	if k.sized {
		k.load = *ask.Load
	}
	return k
}

// form puts the runners into groups; what flies has its time at once.
func (r *race) form() error {
	known := map[groupKey]*group{}
	for i := range r.runners {
		m := &r.runners[i]
		ask, way, byRoad := Driving(m.entry)
		if !byRoad {
			m.known, m.travel = true, inSeconds(float64(m.distance)/airSpeed)
			continue
		}
		if r.q.Profile != "" {
			ask = road.Ask{Profile: r.q.Profile}
		}
		key := keyOf(ask, way)
		g := known[key]
		if g == nil {
			g = &group{ask: ask, way: way}
			if err := r.start(g); err != nil {
				return err
			}
			known[key] = g
			r.groups = append(r.groups, g)
		}
		m.group = g
		g.members = append(g.members, m)
	}
	return nil
}

// start puts the point asked about on a group's roads.
func (r *race) start(g *group) (err error) {
	if g.fastest, err = r.roads.fastest(g.ask.Profile); err != nil {
		return err
	}
	g.place, err = r.roads.Place(r.q.Point, g.ask.Profile)
	if errors.Is(err, road.ErrOffRoad) {
		g.off = err
		return nil
	}
	if err != nil {
		return fmt.Errorf("put the point on the road: %w", err)
	}
	return nil
}

// result is a runner that arrived among the first.
func (r *race) result(m *runner) Hit {
	health := Fixed
	if m.entry.Ledger == Units {
		health = r.health(m.entry, m.age)
	}
	hit := r.hit(m.entry, m.point, m.distance, m.source, health, m.age)
	hit.Trip = &Trip{Basis: ByAir, AirRank: m.airRank, Mobilise: m.mobilise, Travel: m.travel, Without: m.travel}
	if m.group != nil {
		t := hit.Trip
		t.Basis, t.Profile, t.Without, t.Road, t.Access = ByRoad, m.group.ask.Profile, m.leg.Without, m.leg.Length, m.leg.Access
		t.Closures = r.p.ClosureRefs(r.a, m.leg.Closures)
	}
	return hit
}
