package road

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"onemap/geo"
)

const (
	pointReach = 30   // metres from a point to the road it closes
	lineReach  = 15   // metres from a line to the roads it runs along
	leastAlong = 30   // metres alongside that make a road closed …
	leastShare = 0.6  // … or this share of it
	clearOfEnd = 20   // metres from a junction at which a line cuts a road
	pointWidth = 1.0  // metres of road a point blocks
	twinReach  = 40   // metres from a point to the other carriageway
	lineStep   = 10.0 // metres between looks along a segment
)

// cover finds what a geometry covers. A polygon may cross itself: what an odd
// number of its edges encloses is inside.
func (g *Graph) cover(c *Closure, area orb.Geometry) ([]blocked, error) {
	var points []orb.Point
	var lines []orb.LineString
	var rings []orb.Ring
	if err := scatter(area, &points, &lines, &rings, 0); err != nil {
		return nil, err
	}
	var out []blocked
	for _, p := range points {
		out = append(out, g.coverPoint(c, p)...)
	}
	if len(lines) > 0 {
		out = append(out, g.coverLines(c, lines)...)
	}
	if len(rings) > 0 {
		out = append(out, g.coverRings(c, rings)...)
	}
	return out, nil
}

// scatter takes a geometry apart and refuses what is no place on earth.
func scatter(area orb.Geometry, points *[]orb.Point, lines *[]orb.LineString, rings *[]orb.Ring, depth int) error {
	if depth > 8 {
		return fmt.Errorf("geometry nested too deep: %w", ErrBadClosure)
	}
	each := func(parts int, part func(i int) orb.Geometry) error {
		for i := range parts {
			if err := scatter(part(i), points, lines, rings, depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	switch a := area.(type) {
	case orb.Point:
		*points = append(*points, a)
		return checkAll(a)
	case orb.MultiPoint:
		*points = append(*points, a...)
		return checkAll(a...)
	case orb.LineString:
		*lines = append(*lines, a)
		return checkAll(a...)
	case orb.Ring:
		*rings = append(*rings, a)
		return checkAll(a...)
	case orb.Polygon:
		return each(len(a), func(i int) orb.Geometry { return a[i] })
	case orb.Bound:
		return scatter(a.ToRing(), points, lines, rings, depth+1)
	case orb.MultiLineString:
		return each(len(a), func(i int) orb.Geometry { return a[i] })
	case orb.MultiPolygon:
		return each(len(a), func(i int) orb.Geometry { return a[i] })
	case orb.Collection:
		return each(len(a), func(i int) orb.Geometry { return a[i] })
	}
	return fmt.Errorf("geometry of type %T: %w", area, ErrBadClosure)
}

func checkAll(points ...orb.Point) error {
	if len(points) > mostVertices {
		return fmt.Errorf("%d vertices, at most %d: %w", len(points), mostVertices, ErrBadClosure)
	}
	for i, p := range points {
		if err := geo.Check(p); err != nil {
			return fmt.Errorf("vertex %d: %w: %w", i+1, ErrBadClosure, err)
		}
	}
	return nil
}

// coverPoint closes the road a point lies on, a metre of it; of a dual
// carriageway both, for who points at a bridge means the bridge.
func (g *Graph) coverPoint(c *Closure, p orb.Point) []blocked {
	if len(g.head) == 0 {
		return nil
	}
	plane := flatAt(p)
	best, along, nearest := none, 0.0, math.Inf(1)
	for r := range int32(2) {
		g.ring(g.grid.cellAt(p), r, func(s uint32) {
			f, d := project(g.shapeOf(s), plane)
			if float64(d) < nearest || float64(d) == nearest && s < best {
				best, along, nearest = s, f, float64(d)
			}
		})
	}
	if nearest > pointReach {
		return nil
	}
	out := []blocked{g.directed(c, g.metreAt(best, along))}
	if twin, along, ok := g.twin(best, along, p); ok {
		out = append(out, g.directed(c, g.metreAt(twin, along)))
	}
	return out
}

func (g *Graph) metreAt(s uint32, along float64) blocked {
	half := float32(pointWidth / 2 / math.Max(g.metresOf(s), pointWidth))
	return blocked{segment: s, low: max(float32(along)-half, 0), high: min(float32(along)+half, 1)}
}

// twin is the other carriageway of a one-way road at a point: the nearest
// one-way road of the same class and name or number that runs against it.
func (g *Graph) twin(s uint32, along float64, p orb.Point) (twin uint32, at float64, ok bool) {
	own := g.way(s)
	if !own.has(flagOneway) || own.has(flagRoundabout) || own.Name == 0 && own.Ref == 0 {
		return 0, 0, false
	}
	plane, nearest := flatAt(p), float64(twinReach)
	bearing := g.driven(s, along)
	for r := range int32(2) {
		g.ring(g.grid.cellAt(p), r, func(other uint32) {
			w := g.way(other)
			alike := w.has(flagOneway) && w.Class == own.Class && w.Flags&flagBridge == own.Flags&flagBridge &&
				(own.Name != 0 && w.Name == own.Name || own.Ref != 0 && w.Ref == own.Ref)
			if other == s || !alike {
				return
			}
			f, d := project(g.shapeOf(other), plane)
			if float64(d) < nearest && apart(g.driven(other, f), bearing) > 120 {
				twin, at, nearest, ok = other, f, float64(d), true
			}
		})
	}
	return twin, at, ok
}

// driven is the bearing in which a one-way road is driven.
func (g *Graph) driven(s uint32, along float64) float64 {
	if g.way(s).Forward&Cars == 0 {
		return g.bearingAt(s, along) + 180
	}
	return g.bearingAt(s, along)
}

// coverLines closes the roads that lines run along, and those they cut across
// away from a junction.
func (g *Graph) coverLines(c *Closure, lines []orb.LineString) []blocked {
	near := map[uint32][][2]orb.Point{}
	for _, line := range lines {
		for k := 1; k < len(line); k++ {
			g.nearPiece(line[k-1], line[k], func(s uint32) {
				list := near[s]
				if n := len(list); n == 0 || list[n-1] != [2]orb.Point{line[k-1], line[k]} {
					near[s] = append(list, [2]orb.Point{line[k-1], line[k]})
				}
			})
		}
	}
	var out []blocked
	for s := range uint32(g.Segments()) {
		if pieces, ok := near[s]; ok {
			if b, ok := g.coverPieces(c, s, pieces); ok {
				out = append(out, b)
			}
		}
	}
	return out
}

// nearPiece visits the segments in the cells that a straight piece crosses and
// in those beside them.
func (g *Graph) nearPiece(a, b orb.Point, visit func(s uint32)) {
	box := g.bound.Pad(0.01)
	if !box.Intersects(orb.Bound{Min: a, Max: a}.Extend(b)) {
		return
	}
	a, b, ok := clip(a, b, box)
	if !ok {
		return
	}
	n := int(math.Ceil(math.Hypot((b[0]-a[0])*g.grid.kx, (b[1]-a[1])*g.grid.ky))) + 1
	for i := range n + 1 {
		at := g.grid.cellAt(between(a, b, float64(i)/float64(n)))
		g.grid.cells(cell{at.x - 1, at.y - 1}, cell{at.x + 1, at.y + 1}, func(i int, _ cell) {
			for _, s := range g.grid.in(i) {
				visit(s)
			}
		})
	}
}

// clip cuts a straight piece to a box. Method: Liang and Barsky.
func clip(a, b orb.Point, box orb.Bound) (orb.Point, orb.Point, bool) {
	low, high := 0.0, 1.0
	for axis := range 2 {
		d := b[axis] - a[axis]
		for _, edge := range [2][2]float64{{-d, a[axis] - box.Min[axis]}, {d, box.Max[axis] - a[axis]}} {
			switch p, q := edge[0], edge[1]; {
			case p == 0 && q < 0:
				return a, b, false
			case p < 0:
				low = math.Max(low, q/p)
			case p > 0:
				high = math.Min(high, q/p)
			}
		}
	}
	return between(a, b, low), between(a, b, high), low <= high
}

// coverPieces looks along a segment every ten metres for the pieces of a line.
func (g *Graph) coverPieces(c *Closure, s uint32, pieces [][2]orb.Point) (blocked, bool) {
	length := g.metresOf(s)
	n := max(int(math.Ceil(length/lineStep)), 2)
	b := blocked{segment: s, low: 1, high: 0}
	hits := 0
	var along orb.Point // the line's own direction where it is near
	for i := range n + 1 {
		f := float64(i) / float64(n)
		plane := flatAt(g.pointAlong(s, f))
		for _, piece := range pieces {
			_, d := project([]spot{spotAt(piece[0]), spotAt(piece[1])}, plane)
			if d > lineReach {
				continue
			}
			hits++
			b.low, b.high = min(b.low, float32(f)), max(b.high, float32(f))
			along[0] += (piece[1][0] - piece[0][0]) * plane.kx
			along[1] += (piece[1][1] - piece[0][1]) * plane.ky
			break
		}
	}
	if hits == 0 {
		return b, false
	}
	stretch := float64(b.high-b.low) * length
	alongside := hits >= 2 && (stretch >= leastAlong || float64(b.high-b.low) >= leastShare)
	middle := float64(b.low+b.high) / 2 * length
	across := middle >= clearOfEnd && length-middle >= clearOfEnd && g.crosses(s, pieces)
	if !alongside && !across {
		return b, false
	}
	b = g.directed(c, b)
	if c.Along && alongside {
		bearing := math.Atan2(along[0], along[1]) * 180 / math.Pi
		b.forward, b.backward = g.facing(b, bearing)
	}
	return b, true
}

// crosses reports whether a segment and a line have a point in common.
func (g *Graph) crosses(s uint32, pieces [][2]orb.Point) bool {
	shape := g.shapeOf(s)
	for k := 1; k < len(shape); k++ {
		p, q := shape[k-1].point(), shape[k].point()
		for _, piece := range pieces {
			if cross(p, q, piece[0]) != cross(p, q, piece[1]) && cross(piece[0], piece[1], p) != cross(piece[0], piece[1], q) {
				return true
			}
		}
	}
	return false
}

// cross tells whether r lies to the left of the line from p to q.
func cross(p, q, r orb.Point) bool {
	return (q[0]-p[0])*(r[1]-p[1])-(q[1]-p[1])*(r[0]-p[0]) > 0
}
