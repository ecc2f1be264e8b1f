package road

import (
	"math"

	"github.com/paulmach/orb"

	"onemap/geo"
)

// pointAlong is the place at a share of a segment's length.
func (g *Graph) pointAlong(segment uint32, along float64) orb.Point {
	shape := g.shapeOf(segment)
	at, f := g.piece(shape, along)
	return between(shape[at].point(), shape[at+1].point(), f)
}

// bearingAt is the direction of a segment at a share of its length, 0 to 360.
func (g *Graph) bearingAt(segment uint32, along float64) float64 {
	shape := g.shapeOf(segment)
	at, _ := g.piece(shape, along)
	p, q := shape[at].point(), shape[at+1].point()
	dx := (q[0] - p[0]) * math.Cos((p[1]+q[1])/2*math.Pi/180)
	return math.Mod(math.Atan2(dx, q[1]-p[1])*180/math.Pi+360, 360)
}

// piece finds the straight piece of a shape at a share of its length, and the
// share of that piece.
func (g *Graph) piece(shape []spot, along float64) (at int, f float64) {
	if len(shape) == 2 {
		return 0, along
	}
	narrow := math.Cos(float64(shape[0].Lat) / 1e7 * math.Pi / 180)
	total := 0.0
	for k := 1; k < len(shape); k++ {
		total += shape[k-1].apart(shape[k], narrow)
	}
	left := total * along
	for k := 1; k < len(shape); k++ {
		length := shape[k-1].apart(shape[k], narrow)
		if left <= length && length > 0 || k == len(shape)-1 {
			if length == 0 {
				return k - 1, 0
			}
			return k - 1, math.Min(left/length, 1)
		}
		left -= length
	}
	return 0, 0
}

// apart is the distance of two spots in 1e-7 degrees of latitude, where a
// degree of longitude is narrower by a factor.
func (s spot) apart(t spot, narrow float64) float64 {
	dx, dy := float64(t.Lon-s.Lon)*narrow, float64(t.Lat-s.Lat)
	return math.Sqrt(dx*dx + dy*dy)
}

// line is the shape of an arc between two shares of its own length, in its
// direction.
func (g *Graph) line(arc uint32, from, to float64) orb.LineString {
	s := g.segment(arc)
	back := g.side[arc]&1 == 1
	if back {
		from, to = 1-to, 1-from
	}
	from, to = math.Max(from, 0), math.Min(to, 1)
	shape := g.shapeOf(s)
	i, f := g.piece(shape, from)
	j, h := g.piece(shape, to)
	line := orb.LineString{between(shape[i].point(), shape[i+1].point(), f)}
	for k := i + 1; k <= j; k++ {
		line = appendPoint(line, shape[k].point())
	}
	line = appendPoint(line, between(shape[j].point(), shape[j+1].point(), h))
	if back {
		line.Reverse()
	}
	return line
}

func appendPoint(line orb.LineString, p orb.Point) orb.LineString {
	if len(line) > 0 && line[len(line)-1] == p {
		return line
	}
	return append(line, p)
}

// alongArc turns a share of the segment into a share of one of its arcs.
func (g *Graph) alongArc(arc uint32, along float64) float64 {
	if g.side[arc]&1 == 1 {
		return 1 - along
	}
	return along
}

// lengthOf is the ground length of a share of an arc.
func (g *Graph) lengthOf(arc uint32, share float64) geo.Metres {
	return metres(g.metresOf(g.segment(arc)) * share)
}
