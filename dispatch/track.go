package dispatch

import (
	"time"

	"github.com/paulmach/orb"

	"onemap/geo"
)

// TrackSpan asks for a unit's track while an assignment bound it.
type TrackSpan struct {
	Assignment, Unit ID
	From, To         time.Time
}

// Track is where a unit was while an assignment bound it (轨迹): trusted fixes by
// device time, thinned to one in a while when there are very many. Fixes counts
// all that were kept.
type Track struct {
	Assignment, Unit ID
	Points           []TrackPoint
	Fixes            int
}

// TrackPoint is one fix of a track.
type TrackPoint struct {
	At    time.Time
	Point orb.Point
}

// jitter is how far a fix must lie from the last that counted to have been a
// move: a receiver that stands still wanders by some metres, and an hour of that
// would add up to kilometres.
const jitter = geo.Metres(20)

// Length is how far the unit went, from fix to fix in straight lines; false
// with fewer than two fixes.
func (t Track) Length() (geo.Metres, bool) {
	if len(t.Points) < 2 {
		return 0, false
	}
	sum, last := geo.Metres(0), t.Points[0].Point
	for _, p := range t.Points[1:] {
		if d := geo.GreatCircle(last, p.Point); d >= jitter {
			sum, last = sum+d, p.Point
		}
	}
	return sum, true
}

// TrackSpans says which tracks an actor may see of what was sent to an incident.
// A crew sees its own only.
func (p *Picture) TrackSpans(a Actor, sent []*Assignment, now time.Time) []TrackSpan {
	var spans []TrackSpan
	for _, as := range sent {
		until := now
		if as.EndedAt != nil {
			until = *as.EndedAt
		}
		if until.After(as.OrderedAt) && p.seesTrack(a, as) {
			spans = append(spans, TrackSpan{as.ID, as.Unit, as.OrderedAt, until})
		}
	}
	return spans
}

func (p *Picture) seesTrack(a Actor, as *Assignment) bool {
	return a.any(func(hat Actor) bool {
		switch hat.Role.May("position.read") {
		case InArea, Assigned:
			return p.SeesAssignment(hat, as)
		case OwnOnly:
			return hat.Unit != nil && *hat.Unit == as.Unit
		default:
			return false
		}
	})
}
