package road

import (
	"slices"

	"github.com/paulmach/orb"

	"onemap/geo"
)

// trip is a way through the network: every arc driven, the first and the last
// of them perhaps in part.
type trip struct {
	from, to mark
	arcs     []uint32
	time     uint32
}

// trip follows the labels of a forward search back from one stop.
func (s *search) tripTo(h *hunt, stop int) (trip, bool) {
	best := h.best[stop]
	if best.time >= never {
		return trip{}, false
	}
	to := h.marks[best.mark]
	if best.label == none {
		return trip{from: h.root[best.root], to: to, arcs: []uint32{to.arc}, time: best.time}, true
	}
	arcs := []uint32{to.arc}
	label := best.label
	for {
		arcs = append(arcs, s.v.g.turns.arcAt(label))
		parent := s.met[label].parent
		if root := int64(none) - 1 - int64(parent); root < int64(len(h.root)) {
			slices.Reverse(arcs)
			return trip{from: h.root[root], to: to, arcs: arcs, time: best.time}, true
		}
		label = parent
	}
}

// tripFrom follows the labels of a reverse search on from one stop.
func (s *search) tripFrom(h *hunt, stop int) (trip, bool) {
	best := h.best[stop]
	if best.time >= never {
		return trip{}, false
	}
	from := h.marks[best.mark]
	if best.label == none {
		return trip{from: from, to: h.root[best.root], arcs: []uint32{from.arc}, time: best.time}, true
	}
	var arcs []uint32
	label := best.label
	for {
		arcs = append(arcs, s.v.g.turns.arcAt(label))
		parent := s.met[label].parent
		if root := int64(none) - 1 - int64(parent); root < int64(len(h.root)) {
			to := h.root[root]
			return trip{from: from, to: to, arcs: append(arcs, to.arc), time: best.time}, true
		}
		label = parent
	}
}

// share is the part of the i-th arc that is driven.
func (t *trip) share(i int) (from, to float64) {
	to = 1
	if i == 0 {
		from = t.from.share
	}
	if i == len(t.arcs)-1 {
		to = t.to.share
	}
	return from, to
}

// length is the way on the road, without the access at either end.
func (g *Graph) tripLength(t *trip) geo.Metres {
	var sum geo.Metres
	for i, arc := range t.arcs {
		from, to := t.share(i)
		sum += g.lengthOf(arc, to-from)
	}
	return sum
}

// tripLine is the line of a trip on the road.
func (g *Graph) tripLine(t *trip) orb.LineString {
	var line orb.LineString
	for i, arc := range t.arcs {
		from, to := t.share(i)
		for _, p := range g.line(arc, from, to) {
			line = appendPoint(line, p)
		}
	}
	return line
}
