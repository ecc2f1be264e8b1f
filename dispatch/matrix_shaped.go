package dispatch

import (
	"fmt"
	"slices"

	"onemap/geo/road"
)

// Bounds of the search for the closures that shaped a matrix.
const (
	mostProbes = 600 // places in small closures
	fewExtents = 8   // makes a closure small
	mostTraced = 8   // places whose ways are traced for the others
)

// shaped names the closures that lie on the ways of a matrix or are driven
// round. A small one is found exactly: it shaped a pair that would take another
// time on open roads, and whose open way leads through it. For slowed roads
// and large areas the ways of some places are traced; where more than
// mostTraced have such pairs, those not met so far are named too, for they may
// have shaped the rest.
func (r *Roads) shaped(m *road.Matrix, from, to []road.Stop, ask road.Ask) ([]string, error) {
	if len(m.Closures) == 0 {
		return nil, nil
	}
	free, err := r.Now.Open().Matrix(from, to, ask)
	if err != nil {
		return nil, fmt.Errorf("price open roads: %w", roadRefusal(err))
	}
	s := shaping{r: r, m: m, free: free, from: from, to: to, ask: ask, named: map[string]bool{}}
	large, err := s.probe()
	if err == nil && len(large) > 0 {
		err = s.trace(large)
	}
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(m.Closures), func(id string) bool { return !s.named[id] }), nil
}

// shaping is one such search.
type shaping struct {
	r        *Roads
	m, free  *road.Matrix
	from, to []road.Stop
	ask      road.Ask
	named    map[string]bool
}

// changed reports a pair that would take another time on open roads, and that
// time.
func (s *shaping) changed(i, j int) (was int64, yes bool) {
	now, ok := s.m.At(i, j)
	open, known := s.free.At(i, j)
	return int64(open), known && (!ok || now != open)
}

// probe tests the small closures and returns the others.
func (s *shaping) probe() (large []string, err error) {
	var stops []road.Stop
	var of []string
	for _, id := range s.m.Closures {
		extents := s.r.Now.Extents(id)
		if len(extents) > fewExtents || len(stops)+3*len(extents) > mostProbes || slices.ContainsFunc(extents, slowed) {
			large = append(large, id)
			continue
		}
		for _, e := range extents {
			for _, along := range []float64{e.Low, (e.Low + e.High) / 2, e.High} {
				at := road.Candidate{Segment: e.Segment, Along: along, Forward: e.Forward, Backward: e.Backward}
				stops, of = append(stops, road.Stop{Candidates: []road.Candidate{at}}), append(of, id)
			}
		}
	}
	if len(stops) == 0 {
		return large, nil
	}
	open := s.r.Now.Open()
	into, err := open.Matrix(s.from, stops, s.ask)
	if err != nil {
		return nil, fmt.Errorf("price the ways to closures: %w", roadRefusal(err))
	}
	on, err := open.Matrix(stops, s.to, s.ask)
	if err != nil {
		return nil, fmt.Errorf("price the ways from closures: %w", roadRefusal(err))
	}
	s.through(into, on, of)
	return large, nil
}

// through names the closures that the open way of a changed pair leads through:
// the ways to and from a place on it add up to the whole, to the tenth.
func (s *shaping) through(into, on *road.Matrix, of []string) {
	left := make([]int, len(of))
	for k := range left {
		left[k] = k
	}
	for i := range s.from {
		for j := range s.to {
			was, yes := s.changed(i, j)
			if !yes {
				continue
			}
			for _, k := range left {
				a, there := into.At(i, k)
				b, back := on.At(k, j)
				if there && back && int64(a+b) == was {
					s.named[of[k]] = true
				}
			}
			if len(left) > 0 && slices.ContainsFunc(left, func(k int) bool { return s.named[of[k]] }) {
				left = slices.DeleteFunc(left, func(k int) bool { return s.named[of[k]] })
			}
		}
	}
}

func slowed(e road.Extent) bool { return !e.Closed }

// trace follows the ways of places until every large closure is named.
func (s *shaping) trace(large []string) error {
	places, others, how := s.from, s.to, road.Bounds{Direction: road.Away}
	pair := func(k, l int) (int, int) { return k, l }
	if len(s.to) < len(s.from) {
		places, others, how.Direction = s.to, s.from, road.Toward
		pair = func(k, l int) (int, int) { return l, k }
	}
	ask := s.ask
	ask.Plain = true
	unmet := func() bool { return slices.ContainsFunc(large, func(id string) bool { return !s.named[id] }) }
	traced := 0
	for k := range places {
		var stops []road.Stop
		for l := range others {
			if _, yes := s.changed(pair(k, l)); yes {
				stops = append(stops, others[l])
			}
		}
		switch {
		case !unmet():
			return nil
		case len(stops) == 0:
			continue
		case traced == mostTraced:
			for _, id := range large {
				s.named[id] = true
			}
			return nil
		}
		traced++
		found, err := s.r.onLegs(places[k], stops, how, ask)
		if err != nil {
			return err
		}
		for _, id := range found {
			s.named[id] = true
		}
	}
	return nil
}

// onLegs names the closures on the ways between a place and others.
func (r *Roads) onLegs(place road.Stop, others []road.Stop, how road.Bounds, ask road.Ask) (names []string, err error) {
	times, err := r.Now.Times(place, others, how, ask)
	if err != nil {
		return nil, fmt.Errorf("trace closures: %w", roadRefusal(err))
	}
	for _, leg := range times.Legs {
		names = append(names, leg.Closures...)
		if u, ok := leg.Why.(*road.Unreachable); ok {
			names = append(names, u.Closures...)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}
