package road

import "math"

// search is the working memory of one run over labels. It is reused: a value
// counts only when its stamp is that of the present run.
type search struct {
	v       *view
	met     []met    // by label
	wanted  []uint32 // by arc or node: stamped when a mark waits there
	waiting []int32  // by arc or node, where stamped: the first mark
	round   uint32
	queue   heap
	open    heap // stops with a provisional answer
}

const none = ^uint32(0)

// met is what a run knows of a label; it counts only with the run's stamp.
type met struct{ time, stamp, parent uint32 }

// begin takes a search from the pool.
func (v *view) begin() *search {
	s, ok := v.g.pool.Get().(*search)
	if !ok {
		n := v.g.turns.labels()
		s = &search{
			met:     make([]met, n),
			wanted:  make([]uint32, max(len(v.g.head), len(v.g.nodes))),
			waiting: make([]int32, max(len(v.g.head), len(v.g.nodes))),
		}
	}
	s.v = v
	s.round++
	if s.round == math.MaxUint32 {
		clear(s.met)
		clear(s.wanted)
		s.round = 1
	}
	s.queue, s.open = s.queue[:0], s.open[:0]
	return s
}

// end gives it back.
func (s *search) end() {
	pool := &s.v.g.pool
	s.v = nil
	pool.Put(s)
}

// at is the time of a label in this run; never when it was not met.
func (s *search) at(label uint32) uint32 {
	if m := &s.met[label]; m.stamp == s.round {
		return m.time
	}
	return never
}

// improve lowers the time of a label and queues it.
func (s *search) improve(label, time, parent uint32) bool {
	old := &s.met[label]
	if time >= never || old.stamp == s.round && old.time <= time {
		return false
	}
	*old = met{time, s.round, parent}
	return true
}

// heap is a queue by time, then by number, so that ties fall the same way
// everywhere. Method: four children a node.
type heap []uint64

func (h *heap) push(time, number uint32) {
	*h = append(*h, 0)
	q := *h
	key := uint64(time)<<32 | uint64(number)
	i := len(q) - 1
	for i > 0 {
		up := (i - 1) / 4
		if q[up] <= key {
			break
		}
		q[i] = q[up]
		i = up
	}
	q[i] = key
}

func (h *heap) pop() (time, number uint32) {
	q := *h
	top := q[0]
	n := len(q) - 1
	key := q[n]
	q = q[:n]
	*h = q
	i := 0
	for {
		child := 4*i + 1
		if child >= n {
			break
		}
		least := child
		for c := child + 1; c < min(child+4, n); c++ {
			if q[c] < q[least] {
				least = c
			}
		}
		if q[least] >= key {
			break
		}
		q[i] = q[least]
		i = least
	}
	if n > 0 {
		q[i] = key
	}
	return uint32(top >> 32), uint32(top)
}
