package demo

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"
)

// crossing is one place where a ring and a path cross.
type crossing struct {
	at        orb.Point
	edge      int     // of the ring
	ringT     float64 // along the ring: edge plus share
	pathT     float64 // along the path: segment plus share
	enters    bool    // the ring comes over to the left of the path here
	rank      int     // place along the path
	ringOrder int     // place along the ring
}

// cutLeft returns the parts of a simple counter-clockwise ring that lie left
// of a simple path whose ends are outside the ring. Each part is a simple
// ring. left answers for a ring that the path does not cross.
//
// Along the path the crossings pair up: in, out, in, out. So a part is traced
// by following the ring while it is on the left and the path, back to the
// partner, where the ring leaves.
func cutLeft(r ring, path []orb.Point, left func(orb.Point) bool) []ring {
	byRing := crossings(r, path)
	if len(byRing) < 2 {
		if left(r[0]) {
			return []ring{r}
		}
		return nil
	}
	byPath := slices.Clone(byRing)
	slices.SortFunc(byPath, func(a, b *crossing) int { return cmp.Compare(a.pathT, b.pathT) })
	for i, c := range byPath {
		c.rank = i
	}
	used := make([]bool, len(byRing))
	var parts []ring
	for _, first := range byRing {
		if !first.enters || used[first.ringOrder] {
			continue
		}
		part := ring{}
		for c := first; !used[c.ringOrder]; {
			used[c.ringOrder] = true
			exit := byRing[(c.ringOrder+1)%len(byRing)]
			part = append(part, c.at)
			part = append(part, ringBetween(r, c, exit)...)
			part = append(part, exit.at)
			c = byPath[exit.rank^1]
			part = append(part, pathBetween(path, exit.pathT, c.pathT)...)
		}
		parts = append(parts, part)
	}
	return parts
}

// crossings lists them in the order of the ring.
func crossings(r ring, path []orb.Point) []*crossing {
	var out []*crossing
	for i, a := range r {
		b := r[(i+1)%len(r)]
		for j := 0; j+1 < len(path); j++ {
			t, u, ok := cross(a, b, path[j], path[j+1])
			if !ok {
				continue
			}
			out = append(out, &crossing{
				at: lerp(a, b, t), edge: i, ringT: float64(i) + t, pathT: float64(j) + u,
				enters: side(path[j], path[j+1], b) > side(path[j], path[j+1], a),
			})
		}
	}
	slices.SortFunc(out, func(a, b *crossing) int { return cmp.Compare(a.ringT, b.ringT) })
	for i, c := range out {
		c.ringOrder = i
	}
	return out
}

// ringBetween lists the ring's own points from one crossing to the next.
func ringBetween(r ring, from, to *crossing) ring {
	n := to.edge - from.edge
	if n < 0 || n == 0 && to.ringT < from.ringT {
		n += len(r)
	}
	var out ring
	for k := 1; k <= n; k++ {
		out = append(out, r[(from.edge+k)%len(r)])
	}
	return out
}

// pathBetween lists the path's own points between two places on it, either way.
func pathBetween(path []orb.Point, from, to float64) ring {
	var out ring
	for j := 1; j+1 < len(path); j++ {
		if at := float64(j); at > min(from, to) && at < max(from, to) {
			out = append(out, path[j])
		}
	}
	if from > to {
		slices.Reverse(out)
	}
	return out
}
