package road

// reverse searches from many stops to one: backwards from its marks. The time
// of a label counts from the start of its arc to the goal.
func (s *search) reverse(to, from []mark, goal goal) *hunt {
	v := s.v
	h := s.after(to, from, goal, func(m mark) uint32 { return m.arc })
	s.offerDirect(h, false)
	for j, t := range to {
		s.before(h, t.arc, none, t.part+t.access, none-1-uint32(j))
	}
	for len(s.queue) > 0 {
		now, label := s.queue.pop()
		if now > s.met[label].time {
			continue
		}
		if s.certain(h, now) {
			s.close(h, now, false)
			return h
		}
		arc := v.g.turns.arcAt(label)
		if v.m.weight[arc] < never {
			s.before(h, arc, label, now, label)
		}
	}
	s.close(h, 0, true)
	return h
}

// leave offers the stops that lie on an arc. They come as soon as the arc is
// met, not when its start is settled: a stop near its end is closer than that.
func (s *search) leave(h *hunt, label, arc uint32) {
	if s.wanted[arc] != s.round || s.v.g.turns.after[arc] != label {
		return
	}
	for i := s.waiting[arc]; i != none32; i = h.next[i] {
		m := h.marks[i]
		whole := s.v.m.weight[arc]
		if whole >= never { // closed elsewhere on the arc
			whole = s.v.base.weight[arc]
		}
		if s.met[label].time >= whole {
			s.offer(h, s.met[label].time-whole+m.rest+m.access, label, none32, i)
		}
	}
}

// before reaches the labels from which arc may be driven so that it ends in
// label to; none stands for any label of the arc.
func (s *search) before(h *hunt, arc, to, time, parent uint32) {
	g, m := s.v.g, s.v.m
	node := g.tail(arc)
	if to == none || g.turns.after[arc] == to {
		bends := g.flags[node]&nodeJunction != 0
		bearing := g.leave[arc]
		for out := g.first[node]; out < g.first[node+1]; out++ {
			in := g.incoming[out]
			if in.begins {
				continue // a restriction begins: its state is met below
			}
			t := time + s.weight(in.arc)
			if out == arc {
				t += m.uturn
			} else if bends {
				t += m.turn[bearing-in.arrive]
			}
			if s.improve(in.arc, t, parent) {
				s.queue.push(t, in.arc)
				s.leave(h, in.arc, in.arc)
			}
		}
	}
	if g.flags[node]&nodePrefix == 0 {
		return
	}
	for _, p := range g.turns.statesAt(node) {
		label := g.turns.arcs + p
		way := g.turns.moveOn(label, arc)
		if to != none && way.to != to {
			continue
		}
		in := g.turns.last[p]
		t := time + s.weight(in) + g.turnCost(m, in, arc) + m.banCost(way.pass)
		if s.improve(label, t, parent) {
			s.queue.push(t, label)
			s.leave(h, label, in)
		}
	}
}

// weight is the time over an arc; a closed arc on which a stop waits counts
// with its open time, and is never driven past that stop.
func (s *search) weight(arc uint32) uint32 {
	w := s.v.m.weight[arc]
	if w >= never && s.wanted[arc] == s.round {
		return s.v.base.weight[arc]
	}
	return w
}
