package road

import (
	"slices"
	"sync"
	"time"
)

// Snapshot is the network at one moment (路况快照): immutable, with everything
// closed that was in force. Every answer comes from one and names it.
type Snapshot struct {
	g        *Graph
	version  uint64
	at       time.Time
	until    time.Time
	closures []*compiled
	cuts     []span   // by segment, what is closed of it; nil without closures
	first    []uint32 // by segment, offsets into covering; nil without closures
	covering []uint32 // places in closures

	mu    sync.Mutex
	lanes map[laneKey]*lane
	adHoc []laneKey // those of sizes that are no profile's, oldest first
	free  *Snapshot // the same network without closures
}

// span is a stretch of a segment, 0 to 1; nothing when high is 0.
type span struct{ low, high float32 }

type laneKey struct {
	profile string
	load    Load
}

// lane is a snapshot as one vehicle meets it. What costs time is made when it
// is first asked for.
type lane struct {
	snapshot *Snapshot
	metric   *metric

	once    sync.Once
	frame   *hierarchy
	pricing prices
}

// Version counts the snapshots of a network; it never repeats.
func (s *Snapshot) Version() uint64 { return s.version }

// Graph is the network under the closures.
func (s *Snapshot) Graph() *Graph { return s.g }

// At is the instant for which the snapshot was made.
func (s *Snapshot) At() time.Time { return s.at }

// Until is when the next closure begins or ends; zero when none will. Apply
// again then.
func (s *Snapshot) Until() time.Time { return s.until }

// Closures lists what is in force, by id, with the number of segments.
func (s *Snapshot) Closures() []Covered {
	out := make([]Covered, len(s.closures))
	for i, c := range s.closures {
		out[i] = Covered{ID: c.ID, Segments: len(c.blocked)}
	}
	return out
}

// Covered is a closure in force and how many segments it touches; none means
// that it was drawn beside the roads.
type Covered struct {
	ID       string
	Segments int
}

// index notes which closures cover each segment, and what of it they close.
func (s *Snapshot) index() {
	if len(s.closures) == 0 {
		return
	}
	n := s.g.Segments()
	s.cuts = make([]span, n)
	s.first = make([]uint32, n+1)
	for _, c := range s.closures {
		for _, b := range c.blocked {
			s.first[b.segment+1]++
			if c.Factor == 0 {
				old := s.cuts[b.segment]
				if old == (span{}) {
					old.low = b.low
				}
				s.cuts[b.segment] = span{min(old.low, b.low), max(old.high, b.high, 1e-6)}
			}
		}
	}
	for i := range n {
		s.first[i+1] += s.first[i]
	}
	s.covering = make([]uint32, s.first[n])
	next := slices.Clone(s.first)
	for i, c := range s.closures {
		for _, b := range c.blocked {
			s.covering[next[b.segment]] = uint32(i)
			next[b.segment]++
		}
	}
}

const mostLanes = 64 // ad hoc vehicles a snapshot remembers; the next takes the place of the oldest

// lane finds the weights for a vehicle, and makes them when needed.
func (s *Snapshot) lane(ask Ask) (*lane, error) {
	p, err := profileNamed(ask.Profile)
	if err != nil {
		return nil, err
	}
	key := laneKey{p.Name, p.Load}
	if ask.Load != nil {
		if err := ask.Load.check(); err != nil {
			return nil, err
		}
		key.load = *ask.Load
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if l, ok := s.lanes[key]; ok {
		return l, nil
	}
	var m *metric
	if s.free != nil {
		base, err := s.free.lane(ask)
		if err != nil {
			return nil, err
		}
		m = s.close(base.metric, p, key.load)
	} else {
		m = s.g.weigh(p, key.load)
	}
	l := &lane{snapshot: s, metric: m}
	s.keep(key, l, key.load != p.Load && key.load != (Load{}))
	return l, nil
}

// keep remembers a lane: those of the profiles for good, so that no number of
// odd vehicles makes the usual ones slow. The caller holds the lock.
func (s *Snapshot) keep(key laneKey, l *lane, adHoc bool) {
	s.lanes[key] = l
	if !adHoc {
		return
	}
	if len(s.adHoc) == mostLanes {
		delete(s.lanes, s.adHoc[0])
		s.adHoc = append(s.adHoc[:0], s.adHoc[1:]...)
	}
	s.adHoc = append(s.adHoc, key)
}

// close applies the closures to the weights of a profile.
func (s *Snapshot) close(base *metric, p *Profile, load Load) *metric {
	m := *base
	copied := false
	for _, c := range s.closures {
		if len(c.blocked) == 0 || !c.concerns(p, load) {
			continue
		}
		if !copied {
			m.weight = slices.Clone(base.weight)
			copied = true
		}
		for _, b := range c.blocked {
			for back, on := range [2]bool{b.forward, b.backward} {
				if !on {
					continue
				}
				arc := s.g.arcOf[b.segment<<1|uint32(back)]
				m.weight[arc] = max(m.weight[arc], s.slowed(arc, &m, c.Factor))
			}
		}
	}
	return &m
}

func (s *Snapshot) slowed(arc uint32, m *metric, factor float64) uint32 {
	if factor == 0 {
		return never
	}
	w := s.g.runTime(arc, m, factor)
	if w >= never {
		return never
	}
	return min(w+s.g.delay(arc, m.profile), never-1)
}

// open is the lane as if nothing were closed.
func (l *lane) open(ask Ask) *lane {
	if l.snapshot.free == nil {
		return l
	}
	free, err := l.snapshot.free.lane(ask)
	if err != nil {
		return l // cannot be: the same vehicle was found above
	}
	return free
}

// view is what a search on this lane sees.
func (l *lane) view(ask Ask) *view {
	v := &view{g: l.snapshot.g, m: l.metric, cuts: l.snapshot.cuts}
	v.base = l.open(ask).metric
	if ask.Plain {
		v.m, v.base = v.m.plain(), v.base.plain()
	}
	return v
}

// tree is the hierarchy priced for this lane.
func (l *lane) tree() *tree {
	l.once.Do(func() {
		l.frame = l.snapshot.g.skeleton(modeOf(l.metric.profile.Kind))
		l.pricing = l.frame.customize(l.metric)
	})
	return &tree{h: l.frame, w: l.pricing}
}
