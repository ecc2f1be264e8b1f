package road

import (
	"cmp"
	"math"
	"slices"
)

// separate puts every member of a piece on side 0 or 1 or into the separator,
// 2. It tries four directions on the map and takes the smallest separator.
func separate(p *piece) []uint8 {
	back := p.backward()
	var best []uint8
	bestCut, bestLow := math.MaxInt, 0
	for direction := range 4 {
		f := newFlow(p, back, p.along(direction))
		if !f.run(bestCut) {
			continue
		}
		side, cut, low := f.sides()
		if cut < bestCut || cut == bestCut && low > bestLow {
			best, bestCut, bestLow = side, cut, low
		}
	}
	return best
}

// along sorts the members along a direction: east, north, or between.
func (p *piece) along(direction int) []uint32 {
	key := make([]int64, len(p.id))
	for v, s := range p.at {
		x, y := int64(s.Lon)*3/4, int64(s.Lat) // a degree is narrower eastward
		key[v] = [4]int64{x, y, x + y, x - y}[direction]
	}
	order := make([]uint32, len(p.id))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(key[a], key[b]), cmp.Compare(a, b))
	})
	return order
}

// backward finds for every neighbour entry the entry the other way.
func (p *piece) backward() []uint32 {
	back := make([]uint32, len(p.to))
	next := slices.Clone(p.first)
	for v := range uint32(len(p.id)) {
		// Neighbours are sorted, so the entries for v come up in order of v.
		for i := p.first[v]; i < p.first[v+1]; i++ {
			w := p.to[i]
			back[i] = next[w]
			next[w]++
		}
	}
	return back
}

// flow is a flow of one unit an edge from the first quarter of a piece to the
// last. Method: Dinic.
type flow struct {
	p      *piece
	back   []uint32
	used   []int8 // by entry: 1 along, -1 against
	role   []uint8
	level  []int32
	next   []uint32
	queue  []uint32
	source []uint32
}

const (
	isSource = 1
	isSink   = 2
)

func newFlow(p *piece, back, order []uint32) *flow {
	n := len(order)
	f := &flow{
		p: p, back: back, used: make([]int8, len(p.to)), role: make([]uint8, n),
		level: make([]int32, n), next: make([]uint32, n), queue: make([]uint32, 0, n),
	}
	quarter := max(n/4, 1)
	f.source = order[:quarter]
	for _, v := range f.source {
		f.role[v] = isSource
	}
	for _, v := range order[n-quarter:] {
		f.role[v] = isSink
	}
	return f
}

// run raises the flow to its greatest, and gives up once it passes a bound.
func (f *flow) run(bound int) bool {
	total := 0
	for f.reach() {
		copy(f.next, f.p.first)
		for _, v := range f.source {
			for f.push(v) {
				total++
				if total > bound {
					return false
				}
			}
		}
	}
	return true
}

// reach numbers the members by steps from the sources over edges with room.
func (f *flow) reach() bool {
	for i := range f.level {
		f.level[i] = -1
	}
	f.queue = f.queue[:0]
	for _, v := range f.source {
		f.level[v] = 0
		f.queue = append(f.queue, v)
	}
	found := false
	for i := 0; i < len(f.queue); i++ {
		v := f.queue[i]
		if f.role[v] == isSink {
			found = true
			continue
		}
		for e := f.p.first[v]; e < f.p.first[v+1]; e++ {
			if w := f.p.to[e]; f.used[e] < 1 && f.level[w] < 0 {
				f.level[w] = f.level[v] + 1
				f.queue = append(f.queue, w)
			}
		}
	}
	return found
}

// push sends one unit from a source along rising levels.
func (f *flow) push(v uint32) bool {
	path := f.queue[:0]
	for {
		if f.role[v] == isSink {
			for _, e := range path {
				f.used[e]++
				f.used[f.back[e]]--
			}
			return true
		}
		moved := false
		for ; f.next[v] < f.p.first[v+1]; f.next[v]++ {
			e := f.next[v]
			w := f.p.to[e]
			if f.used[e] < 1 && f.level[w] == f.level[v]+1 {
				path = append(path, e)
				v, moved = w, true
				break
			}
		}
		if moved {
			continue
		}
		if len(path) == 0 {
			return false
		}
		e := path[len(path)-1]
		path = path[:len(path)-1]
		v = f.p.to[f.back[e]]
		f.next[v]++
	}
}

// sides reads the cut off: what the sources still reach is side 0. Of the ends
// of cut edges, those of the side that has fewer make the separator. low is
// the size of the smaller side.
func (f *flow) sides() (side []uint8, cut, low int) {
	n := len(f.role)
	side = make([]uint8, n)
	ends := [2][]uint32{}
	for v := range uint32(n) {
		if f.level[v] < 0 {
			side[v] = 1
		}
	}
	for v := range uint32(n) {
		for e := f.p.first[v]; e < f.p.first[v+1]; e++ {
			if side[f.p.to[e]] != side[v] {
				ends[side[v]] = append(ends[side[v]], v)
				break
			}
		}
	}
	fewer := ends[0]
	if len(ends[1]) < len(ends[0]) {
		fewer = ends[1]
	}
	for _, v := range fewer {
		side[v] = 2
	}
	var count [3]int
	for _, s := range side {
		count[s]++
	}
	return side, count[2], min(count[0], count[1])
}
