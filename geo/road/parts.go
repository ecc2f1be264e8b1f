package road

import (
	"cmp"
	"slices"

	"onemap/geo"
)

func metres(v float64) geo.Metres { return geo.Metres(v) }

// findParts numbers the parts of each mode's network that no road joins, the
// largest 0.
func (g *Graph) findParts(r *Report) {
	for mode, who := range [2]Vehicles{motors, Feet} {
		g.part[mode], g.islands[mode] = g.partsOf(who)
	}
	if r != nil {
		r.IslandCount = len(g.islands[driving])
		r.Islands = g.islands[driving][:min(len(g.islands[driving]), mostIslands)]
	}
}

// partsOf joins the ends of every segment that who may use in either direction.
func (g *Graph) partsOf(who Vehicles) ([]uint32, []Island) {
	root := make([]uint32, len(g.nodes))
	for i := range root {
		root[i] = uint32(i)
	}
	find := func(v uint32) uint32 {
		for root[v] != v {
			root[v] = root[root[v]]
			v = root[v]
		}
		return v
	}
	used := make([]bool, len(g.nodes))
	var open []uint32
	for s := range uint32(len(g.segFrom)) {
		if a := g.way(s); (a.Forward|a.Backward)&who == 0 {
			continue
		}
		open = append(open, s)
		a, b := find(g.segFrom[s]), find(g.segTo[s])
		used[g.segFrom[s]], used[g.segTo[s]] = true, true
		root[max(a, b)] = min(a, b)
	}
	part := make([]uint32, len(g.nodes))
	for v := range part {
		part[v] = noPart
		if used[v] {
			part[v] = find(uint32(v))
		}
	}
	return g.numberParts(part, open)
}

// numberParts numbers parts, known so far by their first node, by their length
// of road: the longest is 0, the others are islands.
func (g *Graph) numberParts(part, open []uint32) ([]uint32, []Island) {
	size := map[uint32]*Island{}
	var list []*Island
	for v, at := range part {
		if at == noPart {
			continue
		}
		if size[at] == nil {
			size[at] = &Island{ID: int(at), At: g.nodes[v].point()}
			list = append(list, size[at])
		}
		size[at].Nodes++
	}
	for _, s := range open {
		island := size[part[g.segFrom[s]]]
		island.Length += metres(g.metresOf(s))
		if island.Name == "" {
			island.Name = g.names[g.way(s).Name]
		}
	}
	slices.SortStableFunc(list, func(a, b *Island) int {
		return cmp.Or(cmp.Compare(b.Length, a.Length), cmp.Compare(a.ID, b.ID))
	})
	number := map[uint32]uint32{}
	islands := make([]Island, 0, len(list))
	for i, island := range list {
		number[uint32(island.ID)] = uint32(i)
		island.ID = i
		if i > 0 {
			islands = append(islands, *island)
		}
	}
	for v, at := range part {
		if at != noPart {
			part[v] = number[at]
		}
	}
	return part, islands
}

const noPart = ^uint32(0)

// findCore marks, for each kind of vehicle, the junctions that all reach each
// other: the largest strong component by its signs.
func (g *Graph) findCore(r *Report) {
	g.core = make([]Vehicles, len(g.nodes))
	if r != nil {
		r.Core = map[Kind]float64{}
	}
	for k := range kinds {
		kind := Vehicles(1) << k
		members, total := g.coreOf(kind)
		for _, v := range members {
			g.core[v] |= kind
		}
		if r != nil && total > 0 {
			r.Core[kindNames[k]] = float64(len(members)) / float64(total)
		}
	}
}

// coreOf finds the largest strong component of one kind, and how many
// junctions that kind may use at all. Method: Tarjan, with its own stack.
func (g *Graph) coreOf(kind Vehicles) (largest []uint32, total int) {
	t := tarjan{g: g, kind: kind, low: make([]uint32, len(g.nodes)), seen: make([]uint32, len(g.nodes))}
	for v := range uint32(len(g.nodes)) {
		if t.usable(v) {
			total++
			if t.seen[v] == 0 {
				t.from(v)
			}
		}
	}
	return t.largest, total
}

type tarjan struct {
	g         *Graph
	kind      Vehicles
	low, seen []uint32 // seen: order of discovery, from 1; done once its component is
	clock     uint32
	stack     []uint32
	path      []step
	largest   []uint32
}

type step struct{ node, arc uint32 }

const done = ^uint32(0)

func (t *tarjan) usable(v uint32) bool {
	for arc := t.g.first[v]; arc < t.g.first[v+1]; arc++ {
		if (t.g.mayDrive(arc)|t.g.mayDrive(t.g.reversed(arc)))&t.kind != 0 {
			return true
		}
	}
	return false
}

// mayDrive is mayUse, with an emergency vehicle let against a one-way street.
func (g *Graph) mayDrive(arc uint32) Vehicles {
	who := g.mayUse(arc)
	if a := g.way(g.segment(arc)); a.has(flagOneway) && !a.Class.fast() && !a.has(flagRoundabout) {
		who |= (a.Forward | a.Backward) & Emergency
	}
	return who
}

func (t *tarjan) enter(v uint32) {
	t.clock++
	t.seen[v], t.low[v] = t.clock, t.clock
	t.stack = append(t.stack, v)
	t.path = append(t.path, step{v, t.g.first[v]})
}

func (t *tarjan) from(v uint32) {
	t.enter(v)
	for len(t.path) > 0 {
		top := &t.path[len(t.path)-1]
		if top.arc < t.g.first[top.node+1] {
			arc := top.arc
			top.arc++
			if t.g.mayDrive(arc)&t.kind == 0 {
				continue
			}
			w := t.g.head[arc]
			switch {
			case t.seen[w] == 0:
				t.enter(w)
			case t.seen[w] != done:
				t.low[top.node] = min(t.low[top.node], t.seen[w])
			}
			continue
		}
		t.leave()
	}
}

func (t *tarjan) leave() {
	v := t.path[len(t.path)-1].node
	t.path = t.path[:len(t.path)-1]
	if len(t.path) > 0 {
		parent := t.path[len(t.path)-1].node
		t.low[parent] = min(t.low[parent], t.low[v])
	}
	if t.low[v] != t.seen[v] {
		return
	}
	at := len(t.stack)
	for {
		at--
		w := t.stack[at]
		t.seen[w] = done
		if w == v {
			break
		}
	}
	if len(t.stack)-at > len(t.largest) {
		t.largest = append([]uint32(nil), t.stack[at:]...)
	}
	t.stack = t.stack[:at]
}
