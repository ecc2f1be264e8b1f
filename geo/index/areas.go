package index

import (
	"math"

	"github.com/paulmach/orb"
)

// Areas answers many times whether any of some polygons holds a point: a grid
// over all of them tells which to ask, and the sides of each lie in bands of
// latitude, so that a point is held against few. It never changes; any number
// of goroutines may ask it at once. It counts in degrees, on a plane.
type Areas struct {
	bound  orb.Bound
	side   int
	cells  [][]int32 // shapes whose bound touches the cell
	shapes []shape
}

// Limits of the grid: finer serves nothing, and shapes that all lie on each
// other must not fill it.
const (
	finestSide  = 64
	mostEntries = 4 << 20
)

// NewAreas indexes polygons with closed rings, the first the shell, the others
// holes. Polygons may overlap. O(n) in their corners.
func NewAreas(polygons []orb.Polygon) *Areas {
	a := &Areas{}
	found := false
	for _, p := range polygons {
		var s shape // of nothing: holds nothing
		if len(p) > 0 && len(p[0]) > 0 {
			s = newShape(p)
			if !found {
				a.bound, found = s.bound, true
			}
			a.bound = a.bound.Union(s.bound)
		}
		a.shapes = append(a.shapes, s)
	}
	if !found {
		return a
	}
	a.side = max(1, min(finestSide, int(math.Sqrt(mostEntries/float64(len(a.shapes))))))
	a.cells = make([][]int32, a.side*a.side)
	for i, s := range a.shapes {
		if s.bands == nil {
			continue
		}
		west, south := a.cell(s.bound.Min)
		east, north := a.cell(s.bound.Max)
		for y := south; y <= north; y++ {
			for x := west; x <= east; x++ {
				a.cells[y*a.side+x] = append(a.cells[y*a.side+x], int32(i))
			}
		}
	}
	return a
}

// Len is the number of polygons.
func (a *Areas) Len() int { return len(a.shapes) }

// Contains reports whether a polygon holds p; a point on a side is held.
func (a *Areas) Contains(p orb.Point) bool {
	_, ok := a.First(p)
	return ok
}

// First is the place in the list of the first polygon that holds p.
func (a *Areas) First(p orb.Point) (int, bool) {
	if a.side == 0 || !within(a.bound, p) {
		return 0, false
	}
	x, y := a.cell(p)
	for _, i := range a.cells[y*a.side+x] {
		if a.shapes[i].holds(p) {
			return int(i), true
		}
	}
	return 0, false
}

// within is false for what is not a number, unlike orb's own.
func within(b orb.Bound, p orb.Point) bool {
	return p[0] >= b.Min[0] && p[0] <= b.Max[0] && p[1] >= b.Min[1] && p[1] <= b.Max[1]
}

func (a *Areas) cell(p orb.Point) (x, y int) {
	return slot(p[0], a.bound.Min[0], a.bound.Max[0], a.side), slot(p[1], a.bound.Min[1], a.bound.Max[1], a.side)
}

// slot is which of n equal parts between low and high v lies in.
func slot(v, low, high float64, n int) int {
	if !(high > low) {
		return 0
	}
	return max(0, min(n-1, int((v-low)/(high-low)*float64(n))))
}

// shape is one polygon, its sides by bands of latitude.
type shape struct {
	bound orb.Bound
	bands [][]side
}

// side is one side of a ring, its lower end first.
type side struct{ x1, y1, x2, y2 float64 }

const sidesABand = 4 // on the average

func newShape(p orb.Polygon) shape {
	corners := 0
	for _, r := range p {
		corners += len(r)
	}
	s := shape{bound: p.Bound(), bands: make([][]side, corners/sidesABand+1)}
	for _, r := range p {
		for i := 1; i < len(r); i++ {
			e := side{r[i-1][0], r[i-1][1], r[i][0], r[i][1]}
			if e.y1 > e.y2 {
				e = side{e.x2, e.y2, e.x1, e.y1}
			}
			for b := s.band(e.y1); b <= s.band(e.y2); b++ {
				s.bands[b] = append(s.bands[b], e)
			}
		}
	}
	return s
}

func (s *shape) band(lat float64) int {
	return slot(lat, s.bound.Min[1], s.bound.Max[1], len(s.bands))
}

// holds counts the sides east of a point: odd is inside. Holes count as well,
// which is what takes them out.
func (s *shape) holds(p orb.Point) bool {
	if !within(s.bound, p) {
		return false
	}
	inside := false
	for _, e := range s.bands[s.band(p[1])] {
		if p[1] < e.y1 || p[1] > e.y2 {
			continue
		}
		if e.y1 == e.y2 {
			if (p[0]-e.x1)*(p[0]-e.x2) <= 0 {
				return true
			}
			continue
		}
		x := e.x1 + (p[1]-e.y1)/(e.y2-e.y1)*(e.x2-e.x1)
		if p[0] == x {
			return true
		}
		if p[1] < e.y2 && p[0] < x { // the upper end belongs to the next side
			inside = !inside
		}
	}
	return inside
}
