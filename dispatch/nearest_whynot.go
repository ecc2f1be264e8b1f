package dispatch

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"onemap/geo/road"
)

// whyNots says of at most a hundred, nearest by air first, why they are not
// among the first: those that a filter removed and that would have arrived
// before the last, and those that fit and are nearer by air than the farthest
// of the first, but farther by road or out of its reach; what flies there from
// afar does not count as farthest. When fewer than K arrived, everybody else.
func (r *race) whyNots(first []*runner) ([]WhyNot, error) {
	var not []*runner
	for i := range r.runners {
		if m := &r.runners[i]; r.outdone(m, first) {
			not = append(not, m)
		}
	}
	not = not[:min(len(not), maxRejected)]
	if err := r.settle(not); err != nil {
		return nil, err
	}
	out := make([]WhyNot, 0, len(not))
	for _, m := range not {
		out = append(out, r.whyNot(m))
	}
	return out, nil
}

// outdone reports whether a runner deserves a why-not.
func (r *race) outdone(m *runner, first []*runner) bool {
	if m.first {
		return false
	}
	if len(first) < r.q.K {
		return true
	}
	if len(m.misfits) == 0 {
		return m.airRank < r.farthest
	}
	last := first[len(first)-1]
	return m.known && nearerFirst(m.arrival(), last.arrival(), m.entry, last.entry) < 0
}

// settle finds the time of those that fit and were not met so far, however far.
// Method: a short search from where they are has soon seen all of the pocket of
// the network that most of the unreachable are in, where one from the point
// asked about would see the whole network. Of more than a few that is cheaper.
func (r *race) settle(not []*runner) error {
	const few = 3
	for _, g := range r.groups {
		left := r.unsettled(g, not)
		if len(left) <= few {
			for _, m := range left {
				if err := r.seekFrom(m, max(time.Minute, r.widest)); err != nil {
					return err
				}
			}
		}
		if err := r.seek(g, r.unsettled(g, not), forever); err != nil {
			return err
		}
	}
	return nil
}

// unsettled lists those of a group that fit, and of whose way nothing is known.
func (r *race) unsettled(g *group, not []*runner) []*runner {
	var who []*runner
	for _, m := range not {
		if m.group == g && m.open() && len(m.misfits) == 0 {
			who = append(who, m)
		}
	}
	return who
}

// seekFrom prices one runner by a search from where it is.
func (r *race) seekFrom(m *runner, limit time.Duration) error {
	how := road.Bounds{Direction: road.Away}
	if m.group.way == road.Away {
		how.Direction = road.Toward
	}
	if on, err := r.onRoad(m.group, []*runner{m}); err != nil || len(on) == 0 {
		return err
	}
	const walk = 1.0 // m/s; slower than anybody between the point and the road
	how.Limit = limit + inSeconds(float64(m.stop.Candidates[0].Distance)/walk)
	times, err := r.roads.Now.Times(m.stop, []road.Stop{m.group.place}, how, m.group.ask)
	if err != nil {
		return fmt.Errorf("time of %s by %s: %w", m.entry.Code, m.group.ask.Profile, err)
	}
	m.take(times.Legs[0])
	return nil
}

func (r *race) whyNot(m *runner) WhyNot {
	no := WhyNot{Entry: m.entry, Distance: m.distance, Why: m.misfits}
	add := func(code, format string, args ...any) {
		no.Why = append(no.Why, Field{"road", code, fmt.Sprintf(format, args...)})
	}
	var cut *road.Unreachable
	switch {
	case m.known:
		no.Travel, no.Closures = &m.travel, r.p.ClosureRefs(r.a, m.leg.Closures)
		if len(m.misfits) == 0 {
			add("farther_by_road", "%.1f min to leave, %.1f min on the way", m.mobilise.Minutes(), m.travel.Minutes())
		}
	case m.group.off != nil:
		add("off_road_point", "no road that a %s may use is near the point", m.group.ask.Profile)
	case m.off != nil:
		add("off_road", "no road that a %s may use is near it", m.group.ask.Profile)
	case errors.As(m.leg.Why, &cut):
		no.Closures = r.p.ClosureRefs(r.a, cut.Closures)
		add("unreachable", "%s", cutOff(cut, no.Closures))
	}
	return no
}

// cutOff says in words why no way leads there, naming the closures that the
// asker may know.
func cutOff(u *road.Unreachable, closures []ClosureRef) string {
	switch {
	case len(u.Closures) > 0 && len(closures) == 0:
		return "the road is closed"
	case len(u.Closures) > 0:
		var names []string
		for _, c := range closures {
			names = append(names, strings.TrimSpace(c.Code+" "+c.Name))
		}
		return "closed by " + strings.Join(names, ", ")
	case u.Island != nil:
		return strings.TrimSpace("no road joins the two: one is on an island of the network " + u.Island.Name)
	case u.OneWay:
		return "one of the two lies on a road that leads in or out only"
	}
	return "no way leads there by road"
}
