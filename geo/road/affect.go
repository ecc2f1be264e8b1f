package road

import "slices"

// concerning lists the places of the closures that meet a vehicle at all.
func (l *lane) concerning() []uint32 {
	var out []uint32
	for i, c := range l.snapshot.closures {
		if len(c.blocked) > 0 && c.concerns(l.metric.profile, l.metric.load) {
			out = append(out, uint32(i))
		}
	}
	return out
}

// touched lists the closures that a search came to the edge of within a limit:
// only those can have changed its answer.
func (s *search) touched(l *lane, among []uint32, limit uint32) []uint32 {
	g := s.v.g
	edge := func(node uint32) bool {
		for arc := g.first[node]; arc < g.first[node+1]; arc++ {
			if s.near(g.turns.after[arc], limit) || s.near(g.turns.after[g.reversed(arc)], limit) {
				return true
			}
		}
		return false
	}
	var out []uint32
	for _, i := range among {
		for _, b := range l.snapshot.closures[i].blocked {
			if edge(g.segFrom[b.segment]) || edge(g.segTo[b.segment]) {
				out = append(out, i)
				break
			}
		}
	}
	return out
}

// standing adds to the closures found those on whose segments a stop stands:
// there a search may not even begin.
func (l *lane) standing(found, among []uint32, stops []Stop) []uint32 {
	snap := l.snapshot
	for _, i := range among {
		on := slices.ContainsFunc(stops, func(stop Stop) bool {
			return slices.ContainsFunc(stop.Candidates, func(c Candidate) bool {
				return int(c.Segment) < snap.g.Segments() && slices.Contains(snap.covering[snap.first[c.Segment]:snap.first[c.Segment+1]], i)
			})
		})
		if on && !slices.Contains(found, i) {
			found = append(found, i)
		}
	}
	slices.Sort(found)
	return found
}

func (s *search) near(label, limit uint32) bool { t := s.at(label); return t < never && t <= limit }

// onTrips lists the ids of the closures that cover an arc of any of the trips,
// in the direction driven, in alphabetical order.
func (l *lane) onTrips(among []uint32, trips ...*trip) []string {
	if len(among) == 0 {
		return nil
	}
	s := l.snapshot
	var found []uint32
	for _, t := range trips {
		if t == nil {
			continue
		}
		for _, arc := range t.arcs {
			segment := s.g.segment(arc)
			for _, i := range s.covering[s.first[segment]:s.first[segment+1]] {
				if slices.Contains(among, i) && !slices.Contains(found, i) && s.closures[i].covers(segment, s.g.side[arc]&1) {
					found = append(found, i)
				}
			}
		}
	}
	slices.Sort(found) // closures are in order of id
	return l.names(found)
}

// covers reports whether a closure holds in one direction of a segment.
func (c *compiled) covers(segment, back uint32) bool {
	i, ok := slices.BinarySearchFunc(c.blocked, segment, func(b blocked, s uint32) int { return int(b.segment) - int(s) })
	if !ok {
		return false
	}
	if back == 1 {
		return c.blocked[i].backward
	}
	return c.blocked[i].forward
}

func (l *lane) names(list []uint32) []string {
	var out []string
	for _, i := range list {
		out = append(out, l.snapshot.closures[i].ID)
	}
	return out
}
