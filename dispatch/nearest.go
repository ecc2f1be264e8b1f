package dispatch

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"onemap/geo"
	"onemap/geo/index"
)

// Near is one heard unit at a distance.
type Near struct {
	Unit     ID
	Point    orb.Point
	DeviceAt time.Time
	Distance geo.Metres
}

// Positions is where the units are now, as far as the asker may know.
type Positions interface {
	At(id ID) (Fix, bool)
}

// PositionIndex finds units without looking at each. keep runs under a lock: it
// must not ask the index.
type PositionIndex interface {
	Positions
	// Near returns the k nearest of the units heard within FixLimit.
	Near(p orb.Point, k int, keep func(e *Entry, at orb.Point) bool) []Near
	// Silent returns the k of the others whose bases are nearest.
	Silent(p orb.Point, k int, keep func(*Entry) bool) []ID
}

// Need is a quantity of one stock item.
type Need struct {
	Item     string
	Quantity int
}

// NearestQuery asks for the K nearest of some ledgers. Zero filters ask for nothing.
type NearestQuery struct {
	Point      orb.Point
	Kinds      []Ledger
	K          int
	Within     geo.Metres
	Capability *Capability
	Status     []string // unit statuses or their classes
	Stock      *Need
	FreePlaces int
	MaxFixAge  time.Duration // an older fix falls back to the base
	Basis      string        // ByRoad or CrowFlies; "" is by road where there is a network
	Profile    string        // by road: as what all travel; "" is each as Driving says
}

// Hit is one of the nearest. Trip is nil by the straight line.
type Hit struct {
	Entry       *Entry
	Distance    geo.Metres
	Bearing     geo.Bearing
	Point       orb.Point
	Source      string // fix or base
	Health      Health
	Age         *time.Duration
	Status      string
	StatusClass string
	FreePlaces  *int
	Stock       *int
	Trip        *Trip
}

// WhyNot is a nearer one that a filter, or the road, removed.
type WhyNot struct {
	Entry    *Entry
	Distance geo.Metres
	Why      []Field
	Travel   *time.Duration // by road, where known
	Closures []ClosureRef
}

// NearestAnswer is true at Seq.
type NearestAnswer struct {
	Seq         Seq
	AsOf        time.Time
	Basis       string
	OldestInput *time.Duration
	Results     []Hit
	Rejected    []WhyNot
	Roads       *Roads       // by road only
	Closures    []ClosureRef // that shaped a result or a why-not
}

// CrowFlies is the basis of answers by the straight line.
const CrowFlies = "crow_flies"

// maxRejected bounds how many why-nots an answer carries, nearest first.
const maxRejected = 100

// Nearest answers by arrival on the road, then id, or by the geodesic, then id.
// By road it refuses with ErrNoRoads when there is no network, and with
// off_road when no road is near the point and nothing that flies fits.
func (p *Picture) Nearest(a Actor, q NearestQuery, pos Positions, now time.Time) (NearestAnswer, error) {
	if err := q.check(); err != nil {
		return NearestAnswer{}, err
	}
	s := search{p, a, q, pos, now, nil}
	driven := p.network() != nil
	switch {
	case q.Basis == ByRoad && !driven:
		return NearestAnswer{}, ErrNoRoads
	case q.Basis != CrowFlies && driven:
		return s.byRoad()
	}
	return s.byLine()
}

// byLine ranks by the geodesic.
func (s *search) byLine() (NearestAnswer, error) {
	p, q := s.p, s.q
	var hits []Hit
	for _, l := range q.Kinds {
		if l == Units {
			hits = append(hits, s.units()...)
			continue
		}
		tree, err := p.Shelf(l).Tree()
		if err != nil {
			return NearestAnswer{}, fmt.Errorf("index ledger %s: %w", l, err)
		}
		hits = append(hits, s.standing(l, tree)...)
	}
	byDistance(hits)
	hits = hits[:min(q.K, len(hits))]
	answer := NearestAnswer{Seq: p.Seq, AsOf: s.now, Basis: CrowFlies, Results: hits, Rejected: s.nearer(hits)}
	answer.OldestInput = oldestFix(hits)
	return answer, nil
}

// oldestFix is the age of the oldest fix among hits; nil when none rests on one.
func oldestFix(hits []Hit) (age *time.Duration) {
	for i := range hits {
		if own := hits[i].Age; own != nil && (age == nil || *own > *age) {
			age = own
		}
	}
	return age
}

func (q *NearestQuery) check() error {
	var p Problems
	if err := geo.Check(q.Point); err != nil {
		p.Add("point", "out_of_range", "%v", err)
	}
	p.between("k", q.K, 1, 100)
	switch q.Basis {
	case "", ByRoad, CrowFlies:
	case ByAir:
		p.Add("basis", "out_of_range", "only what flies goes by air, and it does so by road too")
	default:
		p.OneOf("basis", q.Basis, []string{ByRoad, CrowFlies})
	}
	if q.Profile != "" {
		p.OneOf("profile", q.Profile, profileNames())
	}
	if q.Capability != nil {
		checkCapabilities(&p, []Capability{*q.Capability})
	}
	if q.Stock != nil {
		p.item("stock.item", q.Stock.Item)
		p.between("stock.quantity", q.Stock.Quantity, 1, 1e9)
	}
	for i, s := range q.Status {
		if StatusClass(s) == "unavailable" && s != "unavailable" && !slices.Contains(DutyStates, s) && !slices.Contains([]string{"available", "delayed", "committed"}, s) {
			p.Add(fmt.Sprintf("status[%d]", i), "bad_enum", "%q is neither a status nor a class", s)
		}
	}
	return p.Err()
}

func byDistance(hits []Hit) {
	slices.SortFunc(hits, func(a, b Hit) int {
		return nearerFirst(a.Distance, b.Distance, a.Entry, b.Entry)
	})
}

func nearerFirst[T cmp.Ordered](a, b T, x, y *Entry) int {
	return cmp.Or(cmp.Compare(a, b), slices.Compare(x.ID[:], y.ID[:]))
}

// search is one query under way.
type search struct {
	p        *Picture
	a        Actor
	q        NearestQuery
	pos      Positions
	now      time.Time
	rejected []WhyNot
}

// passes reports whether an entry is in scope and fits; one that does not fit
// is noted with all its reasons.
func (s *search) passes(e *Entry, at orb.Point) bool {
	if !s.a.Sees(e.Division, e.Sensitivity) {
		return false
	}
	why := s.q.misfits(s.p, e)
	if len(why) > 0 {
		s.rejected = append(s.rejected, WhyNot{Entry: e, Distance: geo.Distance(s.q.Point, at), Why: why})
	}
	return len(why) == 0
}

// standing searches a ledger of what does not move.
func (s *search) standing(l Ledger, tree *index.Packed[int32]) []Hit {
	entries := s.p.Shelf(l).ByCode()
	found := tree.Nearest(s.q.Point, s.q.K, func(i int32) bool {
		return s.passes(entries[i], entries[i].Point())
	})
	hits := make([]Hit, 0, len(found))
	for _, f := range found {
		if s.q.Within == 0 || f.Distance <= s.q.Within {
			e := entries[f.Key]
			hits = append(hits, s.hit(e, e.Point(), f.Distance, "base", Fixed, nil))
		}
	}
	return hits
}

// units searches what moves: heard units where they are, the others, and
// those heard too long ago, at their base.
func (s *search) units() (hits []Hit) {
	shelf := s.p.Shelf(Units)
	index, ok := s.pos.(PositionIndex)
	if !ok || s.q.MaxFixAge != FixLimit {
		return s.eachUnit(shelf)
	}
	for _, n := range index.Near(s.q.Point, s.q.K, s.passes) {
		if e := shelf.Entries[n.Unit]; e != nil {
			hits = s.add(hits, e, n.Point, n.Distance, "fix", s.age(n.DeviceAt))
		}
	}
	for _, id := range index.Silent(s.q.Point, s.q.K, func(e *Entry) bool { return s.passes(e, e.Point()) }) {
		if e := shelf.Entries[id]; e != nil {
			hits = s.atBase(hits, e)
		}
	}
	return hits
}

// eachUnit looks at every unit: an age limit of the asker's own has no index,
// and who may not see positions finds units at their bases.
func (s *search) eachUnit(shelf *Shelf) (hits []Hit) {
	for _, e := range shelf.ByCode() {
		f, heard := s.pos.At(e.ID)
		fresh := heard && s.now.Sub(f.DeviceAt) <= s.q.MaxFixAge
		switch {
		case fresh && s.passes(e, f.Point):
			hits = s.add(hits, e, f.Point, geo.Distance(s.q.Point, f.Point), "fix", s.age(f.DeviceAt))
		case !fresh && s.passes(e, e.Point()):
			hits = s.atBase(hits, e)
		}
	}
	return hits
}

func (s *search) age(at time.Time) *time.Duration {
	age := s.now.Sub(at)
	return &age
}

func (s *search) atBase(hits []Hit, e *Entry) []Hit {
	var age *time.Duration
	if f, heard := s.pos.At(e.ID); heard {
		age = s.age(f.DeviceAt)
	}
	return s.add(hits, e, e.Point(), geo.Distance(s.q.Point, e.Point()), "base", age)
}

func (s *search) add(hits []Hit, e *Entry, at orb.Point, d geo.Metres, source string, age *time.Duration) []Hit {
	if s.q.Within != 0 && d > s.q.Within {
		return hits
	}
	return append(hits, s.hit(e, at, d, source, s.health(e, age), age))
}

// health grades a unit's position by its age; nil is never heard.
func (s *search) health(e *Entry, age *time.Duration) Health {
	if age == nil {
		return Never
	}
	return HealthAt(*age, StatusClass(s.p.Status(e)))
}

func (s *search) hit(e *Entry, at orb.Point, d geo.Metres, source string, h Health, age *time.Duration) Hit {
	hit := Hit{Entry: e, Distance: d, Bearing: geo.InitialBearing(s.q.Point, at), Point: at, Source: source, Health: h, Age: age}
	switch detail := e.Detail.(type) {
	case *Unit:
		hit.Status = s.p.Status(e)
		hit.StatusClass = StatusClass(hit.Status)
	case *Shelter:
		free := detail.Free()
		hit.FreePlaces = &free
	case *Depot:
		if s.q.Stock != nil {
			have := detail.Have(s.q.Stock.Item)
			hit.Stock = &have
		}
	}
	return hit
}

// nearer returns the rejected that are nearer than the last hit, or all when
// fewer than K were found.
func (s *search) nearer(hits []Hit) []WhyNot {
	slices.SortFunc(s.rejected, func(a, b WhyNot) int { return nearerFirst(a.Distance, b.Distance, a.Entry, b.Entry) })
	s.rejected = slices.CompactFunc(s.rejected, func(a, b WhyNot) bool { return a.Entry.ID == b.Entry.ID })
	out := s.rejected[:0]
	for _, r := range s.rejected {
		beyond := len(hits) == s.q.K && r.Distance > hits[len(hits)-1].Distance || s.q.Within != 0 && r.Distance > s.q.Within
		if !beyond && len(out) < maxRejected {
			out = append(out, r)
		}
	}
	return out
}

// Tree returns the index over the entries' points, by their place in ByCode.
// It fails only when a row of the ledger is not on this earth.
func (s *Shelf) Tree() (*index.Packed[int32], error) {
	entries := s.ByCode()
	s.treeOnce.Do(func() {
		items := make([]index.Item[int32], len(entries))
		for i, e := range entries {
			items[i] = index.PointItem(int32(i), e.Point())
		}
		s.tree, s.treeErr = index.NewPacked(items, func(a, b int32) int {
			return slices.Compare(entries[a].ID[:], entries[b].ID[:])
		})
	})
	return s.tree, s.treeErr
}
