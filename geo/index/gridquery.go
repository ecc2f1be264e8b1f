package index

import (
	"math"

	"github.com/paulmach/orb"

	"onemap/geo"
)

// Nearest returns the k things nearest to p that keep accepts, nearest first;
// all of them when there are no more than k. A nil keep accepts all. Equal
// distances are ordered by key. What is no place has no neighbours.
func (g *Grid[T]) Nearest(p orb.Point, k int, keep func(T) bool) []Hit[T] {
	return g.AppendNearest(nil, p, k, keep)
}

// AppendNearest is Nearest into a slice of the caller's.
func (g *Grid[T]) AppendNearest(dst []Hit[T], p orb.Point, k int, keep func(T) bool) []Hit[T] {
	if k <= 0 || geo.Check(p) != nil {
		return dst
	}
	c := g.scratch.Get().(*collector)
	defer g.scratch.Put(c)
	c.reset(k, math.Inf(1))
	g.search(c, p, keep)
	return judge(dst, c, p, geo.Metres(math.Inf(1)), g.compare, g.item)
}

// Within returns all things no farther than r from p, nearest first.
func (g *Grid[T]) Within(p orb.Point, r geo.Metres) []Hit[T] {
	return g.AppendWithin(nil, p, r)
}

// AppendWithin is Within into a slice of the caller's.
func (g *Grid[T]) AppendWithin(dst []Hit[T], p orb.Point, r geo.Metres) []Hit[T] {
	if !(r >= 0) || geo.Check(p) != nil {
		return dst
	}
	c := g.scratch.Get().(*collector)
	defer g.scratch.Put(c)
	c.reset(0, outer(r))
	g.search(c, p, nil)
	return judge(dst, c, p, r, g.compare, g.item)
}

func (g *Grid[T]) item(ref int32) (T, orb.Point) {
	it := &g.items[ref]
	return it.key, it.at
}

func (g *Grid[T]) search(c *collector, p orb.Point, keep func(T) bool) {
	s := newSpot(p)
	outside := len(g.cells) - 1
	g.scanFar(c, s, outside, p, keep)
	if !g.field.reaches(s) {
		for cell := range outside {
			g.scanFar(c, s, cell, p, keep)
		}
		return
	}
	x, y := g.field.column(s.lon), g.field.row(s.lat)
	left := len(g.ref) - len(g.cells[outside]) // a sparse grid ends with its last thing, not with its last cell
	for ring := 0; left > 0 && ring < max(g.field.nx, g.field.ny) && g.field.beyond(s, x, y, ring) <= c.limit; ring++ {
		left -= g.scanRing(c, s, x, y, ring, keep)
	}
}

// scanRing scans the cells that lie exactly ring cells away from (x, y), and
// returns how many things lay in them.
func (g *Grid[T]) scanRing(c *collector, s spot, x, y, ring int, keep func(T) bool) (n int) {
	f := &g.field
	for row := max(0, y-ring); row <= min(f.ny-1, y+ring); row++ {
		if row == y-ring || row == y+ring {
			for column := max(0, x-ring); column <= min(f.nx-1, x+ring); column++ {
				n += g.scan(c, s, row*f.nx+column, keep)
			}
			continue
		}
		if x-ring >= 0 {
			n += g.scan(c, s, row*f.nx+x-ring, keep)
		}
		if x+ring < f.nx {
			n += g.scan(c, s, row*f.nx+x+ring, keep)
		}
	}
	return n
}

func (g *Grid[T]) scan(c *collector, s spot, cell int, keep func(T) bool) int {
	for i := range g.cells[cell] {
		e := &g.cells[cell][i]
		rank := near(s, e.spot)
		if rank <= c.limit && (keep == nil || keep(g.items[e.ref].key)) {
			c.add(rank, e.ref)
		}
	}
	return len(g.cells[cell])
}

// scanFar scans a cell whose entries may be anywhere.
func (g *Grid[T]) scanFar(c *collector, s spot, cell int, p orb.Point, keep func(T) bool) {
	for i := range g.cells[cell] {
		e := &g.cells[cell][i]
		it := &g.items[e.ref]
		rank := 0.0
		if math.Abs(s.lon-e.lon) <= reach && math.Abs(s.lat-e.lat) <= reach {
			rank = near(s, e.spot)
		} else {
			rank = far(p, it.at)
		}
		if rank <= c.limit && (keep == nil || keep(it.key)) {
			c.add(rank, e.ref)
		}
	}
}

// beyond is the least rank in the cells ring or more away from (x, y): the
// nearest of the four edges behind which there are any, infinite when none.
func (f *field) beyond(s spot, x, y, ring int) float64 {
	if ring == 0 {
		return 0
	}
	east, north := math.Inf(1), math.Inf(1)
	if x-ring >= 0 {
		east = s.lon - (f.west + float64(x-ring+1)*f.stepX)
	}
	if x+ring < f.nx {
		east = math.Min(east, f.west+float64(x+ring)*f.stepX-s.lon)
	}
	if y-ring >= 0 {
		north = s.lat - (f.south + float64(y-ring+1)*f.stepY)
	}
	if y+ring < f.ny {
		north = math.Min(north, f.south+float64(y+ring)*f.stepY-s.lat)
	}
	east, north = math.Max(0, east), math.Max(0, north)
	if math.IsInf(east, 1) && math.IsInf(north, 1) {
		return math.Inf(1)
	}
	rank := radius * radius * north * north
	if !math.IsInf(east, 1) {
		rank = math.Min(rank, radius*radius*s.cos*f.leastCos*east*east)
	}
	return rank
}
