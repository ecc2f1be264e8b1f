package cover

import "github.com/paulmach/orb"

// edge is one side of a ring, its lower end first.
type edge struct{ x1, y1, x2, y2 float64 }

// sieve answers many times whether a polygon holds a point: its sides lie in
// bands of latitude, so that a point is held against few of them.
type sieve struct {
	bound orb.Bound
	bands [][]edge
}

const bandSides = 8 // sides a band holds on the average

func newSieve(p orb.Polygon) *sieve {
	n := 0
	for _, r := range p {
		n += len(r)
	}
	s := &sieve{bound: p.Bound(), bands: make([][]edge, n/bandSides+1)}
	for _, r := range p {
		for i := 1; i < len(r); i++ {
			e := edge{r[i-1][0], r[i-1][1], r[i][0], r[i][1]}
			if e.y1 > e.y2 {
				e = edge{e.x2, e.y2, e.x1, e.y1}
			}
			for b := s.band(e.y1); b <= s.band(e.y2); b++ {
				s.bands[b] = append(s.bands[b], e)
			}
		}
	}
	return s
}

func (s *sieve) band(lat float64) int {
	height := s.bound.Max[1] - s.bound.Min[1]
	if height == 0 {
		return 0
	}
	return max(0, min(len(s.bands)-1, int((lat-s.bound.Min[1])/height*float64(len(s.bands)))))
}

// holds counts the sides east of the point: odd is inside. Holes count too,
// which is what takes them out. A point on a side is held.
func (s *sieve) holds(p orb.Point) bool {
	if !s.bound.Contains(p) {
		return false
	}
	odd := false
	for _, e := range s.bands[s.band(p[1])] {
		if p[1] < e.y1 || p[1] > e.y2 {
			continue
		}
		x := e.x1
		if e.y1 < e.y2 {
			x += (p[1] - e.y1) / (e.y2 - e.y1) * (e.x2 - e.x1)
		}
		switch {
		case p[0] == x, e.y1 == e.y2 && (p[0]-e.x1)*(p[0]-e.x2) <= 0:
			return true
		case p[1] < e.y2 && p[0] < x:
			odd = !odd
		}
	}
	return odd
}
