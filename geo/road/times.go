package road

import (
	"time"
)

// Bounds says how far Times looks. The zero value is everyone, however far.
type Bounds struct {
	Direction Direction
	Nearest   int           // stop when so many are certain
	Limit     time.Duration // stop at this time
}

// Times is how long it takes between one place and many, at one snapshot.
type Times struct {
	Version uint64
	Legs    []Leg // one for each of the many, in their order
}

// Times prices the way between a place and each of many stops by one search
// from the place, turn by turn. With Nearest set, the legs known are exactly
// the nearest ones. An unreachable stop is a leg with its reason, not an error.
func (s *Snapshot) Times(place Stop, many []Stop, how Bounds, ask Ask) (Times, error) {
	if len(many) == 0 {
		return Times{}, ErrNothingAsked
	}
	l, err := s.lane(ask)
	if err != nil {
		return Times{}, err
	}
	q := inquiry{lane: l, ask: ask, place: place, many: many, how: how, closures: l.concerning()}
	only := make([]int, len(many))
	for i := range only {
		only[i] = i
	}
	run := q.run(l, only, how)
	free := q.free(run)
	out := Times{Version: s.version, Legs: make([]Leg, len(many))}
	for i := range many {
		out.Legs[i] = q.leg(i, run, free)
	}
	return out, nil
}

// inquiry is one question of Times.
type inquiry struct {
	lane     *lane
	ask      Ask
	place    Stop
	many     []Stop
	how      Bounds
	closures []uint32 // that concern the vehicle
}

// result is what one search found for each of the many.
type result struct {
	exhausted bool
	late      []bool   // reached, but after the limit
	touched   []uint32 // closures at the edge of which the search came
	trips     []*trip
}

// run searches once on a lane; only lists which of the many take part.
func (q *inquiry) run(l *lane, only []int, how Bounds) *result {
	v := l.view(q.ask)
	away := how.Direction == Away
	root := v.marks(q.place, 0, away)
	var marks []mark
	for k, i := range only {
		marks = append(marks, v.marks(q.many[i], k, !away)...)
	}
	s := v.begin()
	defer s.end()
	goal := goal{stops: len(only), want: how.Nearest, limit: limitOf(how.Limit)}
	var h *hunt
	if away {
		h = s.forward(root, marks, goal, nil)
	} else {
		h = s.reverse(root, marks, goal)
	}
	out := &result{exhausted: h.exhausted, trips: make([]*trip, len(q.many)), late: make([]bool, len(q.many))}
	out.touched = s.touched(q.lane, q.closures, never)
	for k, i := range only {
		trip, ok := s.trip(h, k, away)
		if out.late[i] = ok && trip.time > goal.limit; ok && !out.late[i] {
			out.trips[i] = &trip
		}
	}
	return out
}

// cutOff reports whether no way at all leads to one of the many.
func (r *result) cutOff(i int) bool { return r.exhausted && r.trips[i] == nil && !r.late[i] }

func (s *search) trip(h *hunt, stop int, away bool) (trip, bool) {
	if away {
		return s.tripTo(h, stop)
	}
	return s.tripFrom(h, stop)
}

// free is the same search as if nothing were closed, for the stops that have
// an answer or turned out to be cut off; nil when no closure can have changed
// anything.
func (q *inquiry) free(run *result) *result {
	var only []int
	missing := false
	for i := range q.many {
		if run.trips[i] != nil || run.cutOff(i) {
			only = append(only, i)
			missing = missing || run.trips[i] == nil
		}
	}
	if len(only) == 0 || len(q.closures) == 0 || len(run.touched) == 0 && !missing {
		return nil
	}
	return q.run(q.lane.open(q.ask), only, Bounds{Direction: q.how.Direction})
}

// leg puts together what is known of one stop.
func (q *inquiry) leg(i int, run, free *result) Leg {
	l := q.lane
	var without *trip
	if free != nil {
		without = free.trips[i]
	}
	t := run.trips[i]
	switch {
	case run.cutOff(i):
		return Leg{Why: l.why(q.place, q.many[i], l.onTrips(q.closures, without))}
	case t == nil:
		return Leg{}
	}
	from, to := q.many[i], q.place
	if q.how.Direction == Away {
		from, to = to, from
	}
	leg := Leg{
		Known: true, Time: duration(t.time), Length: l.snapshot.g.tripLength(t), Without: duration(t.time),
		Access:   from.Candidates[t.from.pick].Distance + to.Candidates[t.to.pick].Distance,
		Closures: l.onTrips(q.closures, t, without),
	}
	if without != nil {
		leg.Without = duration(without.time)
	}
	return leg
}
