package site

import "math"

// togetherRounds is how often all ways are gone through for what may be brought
// together.
const togetherRounds = 4

// together goes to other answers of the same cost in which fewer points are
// parted: it sends along ways that cost nothing on balance where that empties more
// ways of points than it fills. points is how many nodes are points.
func (t *transport) together(points int) {
	real := len(t.from) - len(t.way) + 1 // the last ones are the dear ways of solve
	for range togetherRounds {
		met := false
		for e := range real {
			if t.flow[e] == 0 && t.reduced(e) == 0 && t.joins(e, int32(points)) {
				t.pivot(e)
				met = true
			}
		}
		if !met {
			return
		}
	}
}

// joins says whether sending as much as can be along a way leaves fewer ways of
// points in use.
func (t *transport) joins(e int, points int32) bool {
	u, v := t.from[e], t.to[e]
	apex := t.meet(u, v)
	amount := int64(math.MaxInt64)
	t.round(u, v, apex, func(way int32, with bool) {
		if !with {
			amount = min(amount, t.flow[way])
		}
	})
	if amount == 0 || amount == math.MaxInt64 {
		return false
	}
	more := 0
	count := func(way int32, by int) {
		if t.from[way] < points {
			more += by
		}
	}
	count(int32(e), 1)
	t.round(u, v, apex, func(way int32, with bool) {
		switch {
		case with && t.flow[way] == 0:
			count(way, 1)
		case !with && t.flow[way] == amount:
			count(way, -1)
		}
	})
	return more < 0
}

// round goes through the ways of the tree that close a way's cycle, and says of
// each whether it leads with the way or against it.
func (t *transport) round(u, v, apex int32, each func(way int32, with bool)) {
	for x := u; x != apex; x = t.parent[x] {
		each(t.way[x], !t.up[x])
	}
	for x := v; x != apex; x = t.parent[x] {
		each(t.way[x], t.up[x])
	}
}
