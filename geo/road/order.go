package road

import (
	"slices"
	"sync"
)

// order lists the states of a mode in order of elimination: least important
// first. It is computed once, or read with the graph.
func (g *Graph) order(mode int) []uint32 {
	g.ordering[mode].Do(func() {
		if len(g.ranking[mode]) == g.states(mode) {
			return
		}
		whole := g.wholePiece(mode)
		order := make([]uint32, len(whole.id))
		var work sync.WaitGroup
		dissect(whole, order, &work, 0)
		work.Wait()
		g.ranking[mode] = order
	})
	return g.ranking[mode]
}

// Prepare computes what the first matrix would otherwise wait for: a second
// or two for a city. WriteTo stores it with the network.
func (g *Graph) Prepare() {
	var work sync.WaitGroup
	for mode := range g.ranking {
		work.Go(func() { g.order(mode) })
	}
	work.Wait()
}

// piece is a part of the state graph without directions: id gives its members,
// to its neighbours by place in id.
type piece struct {
	id    []uint32
	at    []spot
	first []uint32
	to    []uint32
}

func (g *Graph) wholePiece(mode int) piece {
	n := g.states(mode)
	var pairs []uint64
	g.eachMove(mode, func(from, _, to uint32, _ Vehicles) {
		if from != to {
			pairs = append(pairs, uint64(from)<<32|uint64(to), uint64(to)<<32|uint64(from))
		}
	})
	slices.Sort(pairs)
	pairs = slices.Compact(pairs)
	p := piece{id: make([]uint32, n), at: make([]spot, n), first: make([]uint32, n+1), to: make([]uint32, len(pairs))}
	for v := range p.id {
		p.id[v] = uint32(v)
		p.at[v] = g.nodes[g.nodeOf(uint32(v))]
	}
	for i, pair := range pairs {
		p.first[pair>>32+1]++
		p.to[i] = uint32(pair)
	}
	for v := range n {
		p.first[v+1] += p.first[v]
	}
	return p
}

const (
	besideSize  = 4000 // members from which a part is worth a goroutine
	besideDepth = 3
)

// dissect orders a piece: both sides of a small separator first, the separator
// last. Method: nested dissection with inertial flow (Schild and Sommer 2015).
func dissect(p piece, order []uint32, work *sync.WaitGroup, depth int) {
	if len(p.id) <= 3 {
		copy(order, p.id)
		return
	}
	side := separate(&p)
	var members [3][]uint32
	for v, s := range side {
		members[s] = append(members[s], uint32(v))
	}
	rest := order
	for s := range 2 {
		part := p.part(members[s])
		mine := rest[:len(members[s])]
		rest = rest[len(members[s]):]
		if depth < besideDepth && len(part.id) > besideSize {
			work.Go(func() { dissect(part, mine, work, depth+1) })
		} else {
			dissect(part, mine, work, depth+1)
		}
	}
	for i, v := range members[2] {
		rest[i] = p.id[v]
	}
}

// part is the piece that some members make by themselves.
func (p *piece) part(members []uint32) piece {
	place := make([]uint32, len(p.id))
	for i, v := range members {
		place[v] = uint32(i) + 1
	}
	out := piece{
		id: make([]uint32, len(members)), at: make([]spot, len(members)),
		first: make([]uint32, len(members)+1),
	}
	for i, v := range members {
		out.id[i], out.at[i] = p.id[v], p.at[v]
		for _, w := range p.to[p.first[v]:p.first[v+1]] {
			if place[w] > 0 {
				out.to = append(out.to, place[w]-1)
			}
		}
		out.first[i+1] = uint32(len(out.to))
	}
	return out
}
