package road

import "math"

// mark is one way to start or end a trip: a place on an arc.
type mark struct {
	arc    uint32
	share  float64 // of the arc's length before the place
	part   uint32  // driving time from the arc's start to the place
	rest   uint32  // from the place to the arc's end, its delay included
	access uint32  // between the place and the point itself
	stop   uint32  // which of many stops it belongs to
	pick   uint8   // which candidate of the stop
}

const crewPace = 5 // km/h of a crew on foot with its gear

// marks are the ways in which a stop takes part in a search: every candidate
// in every direction that is open. Leaving against a vehicle's heading costs
// a turn.
func (v *view) marks(s Stop, number int, leaving bool) []mark {
	var list []mark
	for i, c := range s.Candidates {
		if int(c.Segment) >= v.g.Segments() || !(c.Along >= 0 && c.Along <= 1) {
			continue
		}
		for back := range uint32(2) {
			if back == 0 && !c.Forward || back == 1 && !c.Backward {
				continue
			}
			m, ok := v.mark(v.g.arcOf[c.Segment<<1|back], c.Along, leaving)
			if !ok {
				continue
			}
			m.access = v.access(s, c)
			m.stop, m.pick = uint32(number), uint8(i)
			if leaving && (c.Heads > 0) == (back == 1) && c.Heads != 0 {
				m.access += v.m.uturn
			}
			list = append(list, m)
		}
	}
	return list
}

func (v *view) access(s Stop, c Candidate) uint32 {
	pace := v.m.profile.Access
	if s.Place {
		pace = math.Min(pace, crewPace)
	}
	return uint32(math.Ceil(float64(c.Distance) * 36 / pace))
}

// mark places a point on an arc. On a closed arc the part outside the closure
// is still good for starting or ending a trip.
func (v *view) mark(arc uint32, along float64, leaving bool) (mark, bool) {
	m := mark{arc: arc, share: v.g.alongArc(arc, along)}
	w := v.m.weight[arc]
	if w >= never {
		open := v.base.weight[arc]
		low, high, ok := v.cut(arc)
		if open >= never || !ok {
			return m, false
		}
		if leaving && m.share <= high || !leaving && m.share >= low {
			return m, false
		}
		w = open
	}
	delay := min(v.g.delay(arc, v.m.profile), w)
	run := w - delay
	m.part = uint32(math.Round(float64(run) * m.share))
	m.rest = run - m.part + delay
	return m, true
}

// direct is the time from one mark to another on the same arc, ahead of it.
func (v *view) direct(from, to mark) (uint32, bool) {
	if from.arc != to.arc || from.share > to.share || from.part > to.part {
		return 0, false
	}
	if v.m.weight[from.arc] >= never {
		if low, high, ok := v.cut(from.arc); ok && from.share < high && to.share > low {
			return 0, false
		}
	}
	return to.part - from.part + from.access + to.access, true
}

// view is a network as one search sees it: the weights of a snapshot for one
// profile, those without closures, and the closed stretches of segments.
type view struct {
	g    *Graph
	m    *metric
	base *metric
	cuts []span
}

// cut is the closed stretch of an arc, in its own direction.
func (v *view) cut(arc uint32) (low, high float64, ok bool) {
	if v.cuts == nil {
		return 0, 0, false
	}
	c := v.cuts[v.g.segment(arc)]
	if c == (span{}) {
		return 0, 0, false
	}
	if v.g.side[arc]&1 == 1 {
		return float64(1 - c.high), float64(1 - c.low), true
	}
	return float64(c.low), float64(c.high), true
}
