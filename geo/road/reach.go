package road

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/paulmach/orb"

	"onemap/geo"
)

// ReachOptions says what Reach draws.
type ReachOptions struct {
	Limits    []time.Duration // one to five, rising
	Direction Direction       // Away: what is reached; Toward: from where one gets here
	OffRoad   geo.Metres      // how far people walk from the road; 0 is 150 m
	Cell      geo.Metres      // of the picture; 0 is 50 m, more for large areas
	Lines     bool            // also the roads themselves, cut where time runs out
	Water     func(orb.Point) bool
}

// Reach is what is reached within some limits (可达范围). Areas are pictures,
// right to a cell; who is reached is for Arrivals to say.
type Reach struct {
	Version  uint64
	Bands    []Band
	Cell     geo.Metres
	Closures []string // at the edge of which the search came
}

// Band is what is reached within one limit: everything, not only what the
// limit before did not reach.
type Band struct {
	Limit time.Duration
	Area  orb.MultiPolygon    // in lon/lat, outer rings anticlockwise, holes kept
	Lines orb.MultiLineString // roads, cut at the exact place
	Roads geo.Metres          // length reached, each segment once
}

// ErrBadLimits says that time limits are none, too many, or not rising.
var ErrBadLimits = errors.New("time limits must be one to five, rising, and at most a day")

// Reach finds what is reached from some stops, or from where they are reached.
// Method: one bounded search, partial arcs cut where time runs out, a raster of
// times sampled along them with a walk off the road, contours of the raster.
func (s *Snapshot) Reach(from []Stop, how ReachOptions, ask Ask) (Reach, error) {
	if err := how.check(); err != nil {
		return Reach{}, err
	}
	if len(from) == 0 {
		return Reach{}, ErrNothingAsked
	}
	l, err := s.lane(ask)
	if err != nil {
		return Reach{}, err
	}
	pieces, touched := l.reachable(l.view(ask), from, how)
	out := Reach{Version: s.version, Closures: l.names(touched)}
	r := newRaster(s.g, pieces, how)
	out.Cell = geo.Metres(r.cell)
	r.fill(s.g, pieces)
	r.walk(how)
	out.Bands = make([]Band, len(how.Limits))
	var work sync.WaitGroup
	for i, limit := range how.Limits {
		work.Go(func() {
			band := Band{Limit: limit, Area: r.contours(limitOf(limit))}
			band.measure(s.g, pieces, limitOf(limit), how.Lines)
			out.Bands[i] = band
		})
	}
	work.Wait()
	return out, nil
}

func (how *ReachOptions) check() error {
	if len(how.Limits) == 0 || len(how.Limits) > 5 {
		return ErrBadLimits
	}
	last := time.Duration(0)
	for _, limit := range how.Limits {
		if limit <= last || limit > 24*time.Hour {
			return fmt.Errorf("%v: %w", limit, ErrBadLimits)
		}
		last = limit
	}
	if !(how.OffRoad >= 0 && how.OffRoad <= 5000) || !(how.Cell >= 0 && how.Cell <= 5000) {
		return fmt.Errorf("off the road %v m, cell %v m: %w", float64(how.OffRoad), float64(how.Cell), ErrTooMuch)
	}
	if how.OffRoad == 0 {
		how.OffRoad = 150
	}
	return nil
}

// stretch is a part of an arc that is reached: between two shares of it, at
// the time of the first and of the second.
type stretch struct {
	arc      uint32
	from, to float64
	t0, t1   uint32
}

// cut shortens a stretch to what is reached by a limit.
func (p stretch) cut(limit uint32) (stretch, bool) {
	if min(p.t0, p.t1) > limit {
		return p, false
	}
	at := func() float64 {
		return p.from + (p.to-p.from)*(float64(limit)-float64(p.t0))/(float64(p.t1)-float64(p.t0))
	}
	switch {
	case p.t1 > limit:
		p.to, p.t1 = at(), limit
	case p.t0 > limit:
		p.from, p.t0 = at(), limit
	}
	return p, true
}

// reachable searches once and lists every stretch reached by the last limit.
func (l *lane) reachable(v *view, from []Stop, how ReachOptions) ([]stretch, []uint32) {
	limit := limitOf(how.Limits[len(how.Limits)-1])
	away := how.Direction == Away
	var roots []mark
	for i, stop := range from {
		roots = append(roots, v.marks(stop, i, away)...)
	}
	s := v.begin()
	defer s.end()
	var pieces []stretch
	if away {
		s.forward(roots, nil, goal{limit: limit}, nil)
		pieces = s.stretchesAway(roots, limit)
	} else {
		s.reverse(roots, nil, goal{limit: limit})
		pieces = s.stretchesToward(roots, limit)
	}
	among := l.concerning()
	return pieces, l.standing(s.touched(l, among, limit), among, from)
}

// stretchesAway reads the arcs off a forward search. A label's time is that of
// the end of its arc; it was begun by its run and its delay earlier.
func (s *search) stretchesAway(roots []mark, limit uint32) []stretch {
	g, m := s.v.g, s.v.m
	out := make([]stretch, 0, len(s.met)/2)
	add := func(p stretch) {
		if p, ok := p.cut(limit); ok {
			out = append(out, p)
		}
	}
	for _, r := range roots {
		run := r.rest - min(g.delay(r.arc, m.profile), r.rest)
		add(s.upToCut(stretch{r.arc, r.share, 1, r.access, r.access + run}))
	}
	for label := range uint32(g.turns.labels()) {
		if s.met[label].stamp != s.round || s.met[label].parent > none-1-uint32(len(roots)) {
			continue // not met, or begun inside: drawn above
		}
		arc := g.turns.arcAt(label)
		w := m.weight[arc]
		if end := s.met[label].time; end >= w && end-w <= limit {
			run := w - min(g.delay(arc, m.profile), w)
			add(stretch{arc, 0, 1, end - w, end - w + run})
		}
	}
	s.aroundRoots(roots, add, limit)
	return out
}

// aroundRoots adds what lies on a root's own arc before the root, which its
// label hides.
func (s *search) aroundRoots(roots []mark, add func(stretch), limit uint32) {
	g, m := s.v.g, s.v.m
	for _, r := range roots {
		w := m.weight[r.arc]
		if w >= never {
			continue
		}
		begun := never
		tail := g.tail(r.arc)
		for arc := g.first[tail]; arc < g.first[tail+1]; arc++ {
			in := g.reversed(arc)
			label := g.turns.after[in]
			if t := s.at(label); t < never {
				way := g.turns.moveOn(label, r.arc)
				begun = min(begun, t+g.turnCost(m, in, r.arc)+m.banCost(way.pass))
			}
		}
		if begun <= limit {
			run := w - min(g.delay(r.arc, m.profile), w)
			add(stretch{r.arc, 0, 1, begun, begun + run})
		}
	}
}

// stretchesToward reads the arcs off a reverse search: a label's time counts
// from the start of its arc to the goal.
func (s *search) stretchesToward(roots []mark, limit uint32) []stretch {
	g, m := s.v.g, s.v.m
	out := make([]stretch, 0, len(s.met)/2)
	add := func(p stretch) {
		if p, ok := p.cut(limit); ok {
			out = append(out, p)
		}
	}
	for _, r := range roots {
		add(s.upToCut(stretch{r.arc, 0, r.share, r.access + r.part, r.access}))
	}
	for label := range uint32(g.turns.labels()) {
		arc := g.turns.arcAt(label)
		if s.met[label].stamp != s.round || g.turns.after[arc] != label {
			continue
		}
		run := m.weight[arc] - min(g.delay(arc, m.profile), m.weight[arc])
		if start := s.met[label].time; start >= run && start-run <= limit {
			add(stretch{arc, 0, 1, start, start - run})
		}
	}
	return out
}

// upToCut ends a root's stretch where its arc is closed.
func (s *search) upToCut(p stretch) stretch {
	if s.v.m.weight[p.arc] < never {
		return p
	}
	low, high, ok := s.v.cut(p.arc)
	if !ok || p.to == p.from {
		return p
	}
	at := func(f float64) uint32 {
		return uint32(float64(p.t0) + (float64(p.t1)-float64(p.t0))*(f-p.from)/(p.to-p.from))
	}
	switch {
	case p.from < low && p.to > low: // leaving, toward the closure
		p.t1 = at(low)
		p.to = low
	case p.from < high && p.to > high: // arriving, from behind it
		p.t0 = at(high)
		p.from = high
	}
	return p
}

// measure sums the roads reached by a limit, and draws them when asked.
func (b *Band) measure(g *Graph, pieces []stretch, limit uint32, lines bool) {
	type ends struct{ low, high float32 } // reached up to low from the start, and from 1-high on
	reached := make([]ends, g.Segments())
	inner := map[uint32]float32{} // about a stop, the longest that touches neither end
	for _, p := range pieces {
		p, ok := p.cut(limit)
		if !ok {
			continue
		}
		if lines && p.to > p.from {
			b.Lines = append(b.Lines, g.line(p.arc, p.from, p.to))
		}
		from, to := p.from, p.to
		if g.side[p.arc]&1 == 1 {
			from, to = 1-to, 1-from
		}
		s := g.segment(p.arc)
		switch e := &reached[s]; {
		case from <= 0:
			e.low = max(e.low, float32(to))
		case to >= 1:
			e.high = max(e.high, float32(1-from))
		default:
			inner[s] = max(inner[s], float32(to-from))
		}
	}
	for s, e := range reached {
		if sum := e.low + e.high; sum > 0 {
			sum += inner[uint32(s)]
			b.Roads += metres(float64(min(sum, 1)) * g.metresOf(uint32(s)))
			delete(inner, uint32(s))
		}
	}
	for s, share := range inner {
		b.Roads += metres(float64(share) * g.metresOf(s))
	}
}
