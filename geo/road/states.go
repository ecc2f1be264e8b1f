package road

// A state is where a vehicle is, as the hierarchy sees it: a node, or when
// driving, a prefix state of the turn restrictions. State n < nodes is a node,
// state nodes+p is prefix state p. Walkers know no turn restrictions.

func (g *Graph) states(mode int) int {
	if mode == walking {
		return len(g.nodes)
	}
	return len(g.nodes) + len(g.turns.last)
}

func (g *Graph) nodeOf(state uint32) uint32 {
	if n := uint32(len(g.nodes)); state >= n {
		return g.head[g.turns.last[state-n]]
	}
	return state
}

// stateOf is the state in which a label leaves a vehicle.
func (g *Graph) stateOf(mode int, label uint32) uint32 {
	if label < g.turns.arcs {
		return g.head[label]
	}
	if mode == walking {
		return g.head[g.turns.last[label-g.turns.arcs]]
	}
	return uint32(len(g.nodes)) + label - g.turns.arcs
}

// eachMove visits every way from state to state that any vehicle of a mode may
// ever take, and who may take it freely.
func (g *Graph) eachMove(mode int, visit func(from, arc, to uint32, pass Vehicles)) {
	who := [2]Vehicles{motors, Feet}[mode]
	open := func(arc uint32) bool {
		a := g.way(g.segment(arc))
		return (a.Forward|a.Backward)&who != 0
	}
	for v := range uint32(len(g.nodes)) {
		for arc := g.first[v]; arc < g.first[v+1]; arc++ {
			if open(arc) {
				visit(v, arc, g.stateOf(mode, g.turns.after[arc]), Everyone)
			}
		}
	}
	if mode == walking {
		return
	}
	for p := range uint32(len(g.turns.last)) {
		for _, m := range g.turns.movesOf(p) {
			if open(m.arc) {
				visit(uint32(len(g.nodes))+p, m.arc, g.stateOf(mode, m.to), m.pass)
			}
		}
	}
}
