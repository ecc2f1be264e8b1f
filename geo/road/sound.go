package road

// sound reports whether every number of a stored network points at something.
func (g *Graph) sound() bool {
	s := len(g.segFrom)
	if len(g.flags) != len(g.nodes) || len(g.names) == 0 || len(g.segTo) != s || len(g.segWay) != s ||
		len(g.segLength) != s || len(g.segLights) != s || len(g.segShape) != s+1 {
		return false
	}
	if g.segShape[0] != 0 || int(g.segShape[s]) != len(g.shape) {
		return false
	}
	n, w := uint32(len(g.nodes)), uint32(len(g.ways))
	for i := range s {
		if g.segFrom[i] >= n || g.segTo[i] >= n || g.segWay[i] >= w || g.segLength[i] > 1<<31 {
			return false
		}
		if from, to := g.segShape[i], g.segShape[i+1]; to > uint32(len(g.shape)) || from+2 > to {
			return false
		}
	}
	names := uint32(len(g.names))
	for i := range g.ways {
		a := &g.ways[i]
		if a.Class >= classes || a.Name >= names || a.NameEn >= names || a.Ref >= names {
			return false
		}
	}
	return soundSpots(g.nodes) && soundSpots(g.shape)
}

func soundSpots(list []spot) bool {
	for _, s := range list {
		if s.Lon > 180e7 || s.Lon < -180e7 || s.Lat > 89e7 || s.Lat < -89e7 {
			return false
		}
	}
	return true
}

// soundTurns reports whether forbidden series are arcs that follow each other.
func (g *Graph) soundTurns() bool {
	for _, s := range g.forbidden {
		for k, arc := range s.arcs {
			if arc >= uint32(len(g.head)) || k > 0 && g.head[s.arcs[k-1]] != g.tail(arc) {
				return false
			}
		}
	}
	return true
}

// soundOrder reports whether each order names every state once.
func (g *Graph) soundOrder() bool {
	for mode, order := range g.ranking {
		if len(order) != g.states(mode) {
			return false
		}
		seen := make([]bool, len(order))
		for _, v := range order {
			if v >= uint32(len(order)) || seen[v] {
				return false
			}
			seen[v] = true
		}
	}
	return true
}
