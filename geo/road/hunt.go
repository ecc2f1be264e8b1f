package road

import "math"

// hunt is what one search is after: many stops, each reached or left over
// some marks, and the provisional answer for each.
type hunt struct {
	root  []mark  // where the search begins
	marks []mark  // of the stops
	next  []int32 // from one mark to the next that waits at the same place
	best  []found
	final []bool
	walk  []uint32 // by stop: its shortest access, less than which nothing still to come adds
	known int
	goal

	exhausted bool // everything was seen: what has no answer has no way
}

// goal says when a search may stop.
type goal struct {
	stops int    // how many there are; none is a search for its own sake
	want  int    // stop after so many are certain; 0 is all
	limit uint32 // stop at this time
}

// found is the answer for one stop: the marks at both ends and the label that
// joins them, none when both lie on one arc in driving order.
type found struct {
	time       uint32
	label      uint32
	root, mark int32
}

// after prepares a hunt.
func (s *search) after(root, marks []mark, goal goal, key func(m mark) uint32) *hunt {
	h := &hunt{root: root, marks: marks, goal: goal}
	if h.want <= 0 || h.want > h.stops {
		h.want = h.stops
	}
	if h.stops == 0 {
		h.want = math.MaxInt // nothing but the limit ends it
	}
	h.best = make([]found, h.stops)
	h.final = make([]bool, h.stops)
	h.walk = make([]uint32, h.stops)
	for i := range h.best {
		h.best[i] = found{time: never, label: none}
	}
	h.next = make([]int32, len(marks))
	for i := len(marks) - 1; i >= 0; i-- {
		k := key(marks[i])
		h.next[i] = none32
		if s.wanted[k] == s.round {
			h.next[i] = s.waiting[k]
		}
		s.wanted[k], s.waiting[k] = s.round, int32(i)
	}
	if h.want >= h.stops { // the order in which they become certain does not matter
		h.walks()
	}
	return h
}

// walks finds the shortest access of every stop.
func (h *hunt) walks() {
	for i := range h.walk {
		h.walk[i] = never
	}
	for _, m := range h.marks {
		h.walk[m.stop] = min(h.walk[m.stop], m.access)
	}
}

// offer proposes a time for the stop of a mark.
func (s *search) offer(h *hunt, time, label uint32, root, mark int32) {
	stop := h.marks[mark].stop
	if time < never && time < h.best[stop].time {
		h.best[stop] = found{time, label, root, mark}
		s.open.push(time-h.walk[stop], stop)
	}
}

// offerDirect proposes the ways that stay on one arc; away tells which end
// the roots are.
func (s *search) offerDirect(h *hunt, away bool) {
	roots := map[uint32][]int32{}
	for i, r := range h.root {
		roots[r.arc] = append(roots[r.arc], int32(i))
	}
	for j, m := range h.marks {
		for _, i := range roots[m.arc] {
			from, to := h.root[i], m
			if !away {
				from, to = to, from
			}
			if time, ok := s.v.direct(from, to); ok {
				s.offer(h, time, none, i, int32(j))
			}
		}
	}
}

// certain makes the answers final that nothing still to come can improve, and
// reports whether enough of them are.
func (s *search) certain(h *hunt, now uint32) bool {
	for len(s.open) > 0 && uint32(s.open[0]>>32) <= now {
		time, stop := s.open.pop()
		if !h.final[stop] && h.best[stop].time == time+h.walk[stop] {
			h.final[stop] = true
			h.known++
		}
	}
	return h.known >= h.want || now > h.limit
}

// close drops what the hunt stopped too early to be sure of.
func (s *search) close(h *hunt, now uint32, exhausted bool) {
	h.exhausted = exhausted
	if exhausted {
		return
	}
	for i := range h.best {
		if !h.final[i] && h.best[i].time > now {
			h.best[i] = found{time: never, label: none}
		}
	}
}
