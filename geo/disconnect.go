package geo

import "github.com/paulmach/orb"

// touches remembers which rings meet in which points, as a union-find over
// rings and points: within one polygon a circle of touching rings cuts its
// inside in two.
type touches struct {
	met []touching
}

type touching struct {
	ring int32
	at   orb.Point
}

func (t *touches) add(ring int32, at orb.Point) { t.met = append(t.met, touching{ring, at}) }

type meeting struct {
	polygon int32
	at      orb.Point
}

func (t *touches) check(s *sweep) *Invalid {
	node := make(map[meeting]int32)
	above := make([]int32, len(s.rings), len(s.rings)+len(t.met))
	for i := range above {
		above[i] = int32(i)
	}
	find := func(i int32) int32 {
		for above[i] != i {
			above[i] = above[above[i]]
			i = above[i]
		}
		return i
	}
	for _, m := range t.met {
		place := meeting{s.rings[m.ring].polygon, m.at}
		id, ok := node[place]
		if !ok {
			id = int32(len(above))
			above = append(above, id)
			node[place] = id
		}
		a, b := find(m.ring), find(id)
		if a == b {
			return s.name(m.ring).refuse(m.at, "touching rings cut the polygon in two")
		}
		above[a] = b
	}
	return nil
}
