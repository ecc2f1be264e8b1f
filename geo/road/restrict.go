package road

import "slices"

// addRestrictions turns the source's restrictions into forbidden sequences of
// arcs and returns how many restrictions are in force.
func (b *builder) addRestrictions() int {
	segments := map[int64][]wayRun{}
	for _, r := range b.ofWay {
		segments[r.way] = append(segments[r.way], r)
	}
	count := 0
	for i := range b.source.Restrictions {
		r := &b.source.Restrictions[i]
		sequences, reason := b.resolve(r, segments)
		if reason != "" {
			b.report.reject("restriction", r.ID, reason)
			continue
		}
		count++
		b.g.forbidden = append(b.g.forbidden, sequences...)
	}
	b.g.turns = turnsOf(b.g, b.g.forbidden)
	return count
}

// sequence is a series of arcs that may not be driven one after the other.
type sequence struct {
	arcs   []uint32
	exempt Vehicles
}

// resolve finds the arcs of a restriction, or the reason why it has none.
func (b *builder) resolve(r *Restriction, segments map[int64][]wayRun) ([]sequence, string) {
	from, to := segments[r.From], segments[r.To]
	if len(from) == 0 || len(to) == 0 {
		return nil, "its ways are not in the network"
	}
	var path []uint32
	var reason string
	if len(r.Via) == 0 {
		at, ok := b.index[r.ViaNode]
		if !ok {
			return nil, "its node is not in the network"
		}
		junction, ok := b.junction[at]
		if !ok {
			return nil, "its node is no junction"
		}
		path, reason = b.overNode(from, to, junction)
	} else {
		path, reason = b.overWays(r, from, to, segments)
	}
	if reason != "" {
		return nil, reason
	}
	exempt := r.Exempt&Everyone | Feet
	if !r.Only {
		return []sequence{{path, exempt}}, ""
	}
	return b.others(path, exempt), ""
}

// overNode is the pair of arcs into and out of a junction.
func (b *builder) overNode(from, to []wayRun, junction uint32) ([]uint32, string) {
	var in, out []uint32
	for arc := b.g.first[junction]; arc < b.g.first[junction+1]; arc++ {
		if back := b.g.reversed(arc); holds(from, b.g.segment(arc)) && b.g.mayUse(back)&motors != 0 {
			in = append(in, back)
		}
		if holds(to, b.g.segment(arc)) && b.g.mayUse(arc)&motors != 0 {
			out = append(out, arc)
		}
	}
	switch {
	case len(in) == 0 || len(out) == 0:
		return nil, "already forbidden by the ways' own signs, or they do not meet"
	case len(in) > 1 || len(out) > 1:
		return nil, "ambiguous: a way runs through its node"
	}
	return []uint32{in[0], out[0]}, ""
}

func holds(runs []wayRun, segment uint32) bool {
	return slices.ContainsFunc(runs, func(r wayRun) bool { return segment >= r.start && segment < r.end })
}

// overWays is the series of arcs from the first way over the via ways into the
// last. Each via way is driven from where the one before touches it to where
// the next does.
func (b *builder) overWays(r *Restriction, from, to []wayRun, segments map[int64][]wayRun) ([]uint32, string) {
	if len(r.Via) > mostVias {
		return nil, "too many ways"
	}
	var via []wayRun
	for _, id := range r.Via {
		if len(segments[id]) != 1 {
			return nil, "its ways are not in the network"
		}
		via = append(via, segments[id][0])
	}
	var found [][]uint32
	for _, junction := range b.g.endsOf(from) {
		in := b.g.into(from, junction)
		if len(in) != 1 {
			continue
		}
		b.g.follow(via, junction, in, func(path []uint32, at uint32) {
			for _, out := range b.g.outOf(to, at) {
				if b.g.segment(out) != b.g.segment(path[len(path)-1]) {
					found = append(found, append(slices.Clone(path), out))
				}
			}
		})
	}
	switch len(found) {
	case 0:
		return nil, "its ways do not meet"
	case 1:
		return found[0], ""
	}
	return nil, "ambiguous: its ways meet more than once"
}

const (
	mostVias  = 20
	longestBy = 64 // arcs of a sequence
)

// endsOf lists the junctions on the runs of a way.
func (g *Graph) endsOf(runs []wayRun) []uint32 {
	var ends []uint32
	for _, r := range runs {
		for s := r.start; s < r.end; s++ {
			ends = append(ends, g.segFrom[s], g.segTo[s])
		}
	}
	slices.Sort(ends)
	return slices.Compact(ends)
}

func (g *Graph) outOf(runs []wayRun, junction uint32) []uint32 {
	var out []uint32
	for arc := g.first[junction]; arc < g.first[junction+1]; arc++ {
		if holds(runs, g.segment(arc)) {
			out = append(out, arc)
		}
	}
	return out
}

func (g *Graph) into(runs []wayRun, junction uint32) []uint32 {
	in := g.outOf(runs, junction)
	for i, arc := range in {
		in[i] = g.reversed(arc)
	}
	return in
}

// follow walks the via ways one after the other and calls arrived with every
// series of arcs at each junction where the last of them may be left.
func (g *Graph) follow(via []wayRun, at uint32, path []uint32, arrived func(path []uint32, at uint32)) {
	if len(via) == 0 {
		arrived(path, at)
		return
	}
	for _, arc := range g.outOf(via[:1], at) {
		walk, along := slices.Clone(path), arc
		for len(walk) < longestBy {
			walk = append(walk, along)
			here := g.head[along]
			g.follow(via[1:], here, walk, arrived)
			next, ok := g.onward(via[0], along, here)
			if !ok || here == at {
				break
			}
			along = next
		}
	}
}

// onward is the next arc of the same way in the same direction.
func (g *Graph) onward(way wayRun, along, here uint32) (uint32, bool) {
	segment, back := g.segment(along), g.side[along]&1
	next := segment + 1 - 2*back
	if next < way.start || next >= way.end {
		return 0, false
	}
	arc := g.arcOf[next<<1|back]
	return arc, g.tail(arc) == here
}

// others are the sequences that an only_ restriction forbids: whoever has
// entered the series must follow it to its end.
func (b *builder) others(path []uint32, exempt Vehicles) []sequence {
	var all []sequence
	from := 1
	if len(path) > 2 {
		from = 2 // nobody is bound before entering the first via way
	}
	for k := from; k < len(path); k++ {
		at := b.g.head[path[k-1]]
		for arc := b.g.first[at]; arc < b.g.first[at+1]; arc++ {
			if arc != path[k] {
				all = append(all, sequence{append(slices.Clone(path[:k]), arc), exempt})
			}
		}
	}
	return all
}
