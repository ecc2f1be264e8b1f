package road

import (
	"time"

	"github.com/paulmach/orb"

	"onemap/geo"
)

// Route is the quickest way between two stops (路线).
type Route struct {
	Version  uint64
	Time     time.Duration // access at both ends included
	Length   geo.Metres    // on the road
	Access   [2]geo.Metres // off it, at the start and at the end
	Line     orb.LineString
	Steps    []Step
	Without  time.Duration // had nothing been closed
	Closures []string      // on the way, or driven round
}

// Route finds the quickest way, turn by turn. It refuses with an Unreachable,
// which names the closures or the island that are in the way.
func (s *Snapshot) Route(from, to Stop, ask Ask) (Route, error) {
	if len(from.Candidates) == 0 || len(to.Candidates) == 0 {
		return Route{}, ErrNothingAsked
	}
	l, err := s.lane(ask)
	if err != nil {
		return Route{}, err
	}
	t, touched := l.pair(l.view(ask), from, to)
	closures := l.concerning()
	var without *trip
	if len(closures) > 0 && (t == nil || len(touched) > 0) {
		free := l.open(ask)
		without, _ = free.pair(free.view(ask), from, to)
	}
	if t == nil {
		return Route{Version: s.version}, l.why(from, to, l.onTrips(closures, without))
	}
	r := Route{
		Version: s.version, Time: duration(t.time), Without: duration(t.time),
		Length: s.g.tripLength(t), Line: s.g.tripLine(t), Steps: s.g.steps(t, l.view(ask), to),
		Access:   [2]geo.Metres{from.Candidates[t.from.pick].Distance, to.Candidates[t.to.pick].Distance},
		Closures: l.onTrips(closures, t, without),
	}
	if without != nil {
		r.Without = duration(without.time)
	}
	return r, nil
}

// pair searches between two stops; a nil trip is none.
func (l *lane) pair(v *view, from, to Stop) (*trip, []uint32) {
	starts, ends := v.marks(from, 0, true), v.marks(to, 0, false)
	s := v.begin()
	defer s.end()
	h := s.forward(starts, ends, goal{stops: 1, limit: never}, v.aimAt(to.At, ends))
	touched := s.touched(l, l.concerning(), never)
	t, ok := s.tripTo(h, 0)
	if !ok {
		return nil, touched
	}
	return &t, touched
}
