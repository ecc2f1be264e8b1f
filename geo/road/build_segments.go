package road

import "math"

// cutSegments cuts the runs at junctions and gates.
func (b *builder) cutSegments() {
	b.junction = map[int32]uint32{}
	b.gates = map[int32][2]uint32{}
	b.g.segShape = []uint32{0}
	for _, r := range b.runs {
		start := uint32(len(b.g.segFrom))
		b.cutRun(r)
		b.ofWay = append(b.ofWay, wayRun{b.source.Ways[r.way].ID, start, uint32(len(b.g.segFrom))})
	}
	for n, barrier := range b.halves {
		if barrier > 2 && b.barred(int32(n)) {
			b.report.reject("node", b.source.Nodes[n].ID, "barrier at a junction ignored")
		}
	}
}

func (b *builder) cutRun(r run) {
	from, at := b.stop(r.nodes[0], r.attrs), 0
	lights := uint8(0)
	last := len(r.nodes) - 1
	for k := 1; k <= last; k++ {
		n := r.nodes[k]
		gate := b.isGate(n)
		if k < last && !gate && b.halves[n] == 2 && !b.ends[n] {
			if b.source.Nodes[n].Signals {
				lights = min(lights+1, 200)
				b.report.Signals++
			}
			continue
		}
		b.addSegment(from, b.stop(n, r.attrs), r.attrs, lights, r.nodes[at:k+1])
		lights, at = 0, k
		if k < last {
			from = b.stop(n, r.attrs)
		}
	}
}

func (b *builder) barred(n int32) bool {
	node := &b.source.Nodes[n]
	return node.Barrier && node.Pass&Everyone != Everyone
}

// isGate reports a barrier with one road before and one behind it.
func (b *builder) isGate(n int32) bool { return b.halves[n] == 2 && b.barred(n) }

// stop returns the junction at a source node. A gate has two, joined by a
// segment without length that only those may use who may pass: the first road
// end met gets the one, the second the other.
func (b *builder) stop(n int32, attrs uint32) uint32 {
	if !b.isGate(n) {
		j, ok := b.junction[n]
		if !ok {
			j = b.addPlace(n)
			b.junction[n] = j
		}
		return j
	}
	if pair, ok := b.gates[n]; ok {
		return pair[1]
	}
	pair := [2]uint32{b.addPlace(n), b.addPlace(n)}
	b.gates[n] = pair
	pass := b.source.Nodes[n].Pass & Everyone
	gate := attributes{ID: b.source.Nodes[n].ID, Class: Gate, Forward: pass, Backward: pass, Layer: b.g.ways[attrs].Layer}
	b.g.ways = append(b.g.ways, gate)
	b.addSegment(pair[0], pair[1], uint32(len(b.g.ways)-1), 0, []int32{n, n})
	b.report.Gates++
	return pair[0]
}

func (b *builder) addPlace(n int32) uint32 {
	b.places = append(b.places, n)
	return uint32(len(b.places) - 1)
}

func (b *builder) addSegment(from, to, attrs uint32, lights uint8, nodes []int32) {
	g := b.g
	metres := 0.0
	for k, n := range nodes {
		s := spotAt(b.source.Nodes[n].At)
		if k > 0 {
			metres += g.shape[len(g.shape)-1].metres(s)
		}
		g.shape = append(g.shape, s)
	}
	g.segFrom = append(g.segFrom, from)
	g.segTo = append(g.segTo, to)
	g.segWay = append(g.segWay, attrs)
	g.segLength = append(g.segLength, uint32(min(math.Ceil(metres*100), 1<<31)))
	g.segLights = append(g.segLights, lights)
	g.segShape = append(g.segShape, uint32(len(g.shape)))
}
