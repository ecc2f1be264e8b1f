package geo

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

// CheckGeometry refuses, with an *Invalid, every geometry that the database or
// GEOS would choke on: more than maxVertices positions, a position that is no
// place, an empty part, a side spanning more than 180° of longitude (it would
// cross the antimeridian the wrong way round), a ring that is not closed, is
// shorter than four positions, has no area, crosses or touches itself or its
// neighbours, and a hole outside its shell. A line may cross itself. It changes
// nothing; slivers below 1 cm want Snap first. O(n log n).
func CheckGeometry(g orb.Geometry, maxVertices int) error {
	if n := Vertices(g); n > maxVertices {
		return path{}.refuseAs(orb.Point{}, fmt.Errorf("%d positions, at most %d: %w", n, maxVertices, ErrTooManyVertices))
	}
	c, ok := g.(orb.Collection)
	if !ok {
		return asError(check(path{}, g))
	}
	if len(c) == 0 {
		return &Invalid{Path: "geometries", Reason: "empty"}
	}
	for i, part := range c {
		root := fmt.Sprintf("geometries[%d]", i)
		if _, nested := part.(orb.Collection); nested {
			return &Invalid{Path: root, Reason: "a collection within a collection"}
		}
		if err := check(path{root: root + "."}, part); err != nil {
			return err
		}
	}
	return nil
}

// asError keeps a nil *Invalid from becoming an error that is not nil.
func asError(e *Invalid) error {
	if e == nil {
		return nil
	}
	return e
}

func check(p path, g orb.Geometry) *Invalid {
	switch g := g.(type) {
	case orb.Point:
		return checkPoint(p, g)
	case orb.MultiPoint:
		return checkPoints(p, g, 1)
	case orb.LineString:
		return checkLine(p, g)
	case orb.MultiLineString:
		return checkParts(p, g, checkLine)
	case orb.Ring:
		return checkPolygons(p, orb.MultiPolygon{{g}}, func(p path, _, _ int) path { return p })
	case orb.Polygon:
		return checkPolygons(p, orb.MultiPolygon{g}, func(p path, _, ring int) path { return p.at(ring) })
	case orb.MultiPolygon:
		return checkPolygons(p, g, func(p path, polygon, ring int) path { return p.at(polygon).at(ring) })
	case orb.Bound:
		return checkBound(p, g)
	case nil:
		return p.refuse(orb.Point{}, "no geometry")
	}
	return p.refuse(orb.Point{}, fmt.Sprintf("%T is not a geometry known here", g))
}

func checkPoint(p path, at orb.Point) *Invalid {
	if err := Check(at); err != nil {
		return p.refuseAs(orb.Point{}, err)
	}
	return nil
}

func checkPoints(p path, points []orb.Point, least int) *Invalid {
	switch {
	case len(points) == 0:
		return p.refuse(orb.Point{}, "empty")
	case len(points) < least:
		return p.refuse(orb.Point{}, fmt.Sprintf("%d positions, at least %d", len(points), least))
	}
	for i, q := range points {
		if err := checkPoint(p.at(i), q); err != nil {
			return err
		}
	}
	return nil
}

func checkParts[T any](p path, parts []T, f func(path, T) *Invalid) *Invalid {
	if len(parts) == 0 {
		return p.refuse(orb.Point{}, "empty")
	}
	for i, part := range parts {
		if err := f(p.at(i), part); err != nil {
			return err
		}
	}
	return nil
}

func checkLine(p path, line orb.LineString) *Invalid {
	if err := checkPoints(p, line, 2); err != nil {
		return err
	}
	if err := checkSpan(p, line); err != nil {
		return err
	}
	for _, q := range line[1:] {
		if q != line[0] {
			return nil
		}
	}
	return p.refuse(line[0], "a line without length")
}

func checkSpan(p path, points []orb.Point) *Invalid {
	for i := 1; i < len(points); i++ {
		if math.Abs(points[i][0]-points[i-1][0]) > 180 {
			return p.at(i).refuse(points[i], "crosses the antimeridian: split it there")
		}
	}
	return nil
}

func checkBound(p path, b orb.Bound) *Invalid {
	if err := checkPoints(p, []orb.Point{b.Min, b.Max}, 2); err != nil {
		return err
	}
	if b.Min[0] > b.Max[0] || b.Min[1] > b.Max[1] {
		return p.refuse(b.Min, "the lower corner lies beyond the upper one")
	}
	return nil
}

// checkPolygons looks at each ring alone, then at all of them together.
func checkPolygons(p path, polygons orb.MultiPolygon, at func(p path, polygon, ring int) path) *Invalid {
	if len(polygons) == 0 {
		return p.refuse(orb.Point{}, "empty")
	}
	for i, polygon := range polygons {
		if len(polygon) == 0 {
			return p.refuse(orb.Point{}, fmt.Sprintf("polygon %d is empty", i))
		}
		for j, ring := range polygon {
			if err := checkRing(at(p, i, j), ring); err != nil {
				return err
			}
		}
	}
	if err := newSweep(polygons, func(polygon, ring int) path { return at(p, polygon, ring) }).run(); err != nil {
		return err
	}
	for i, polygon := range polygons {
		for j, ring := range polygon {
			if math.Abs(ringArea(ring)) < leastArea {
				return at(p, i, j).refuse(ring[0], "ring has no area")
			}
		}
	}
	return nil
}

func checkRing(p path, ring orb.Ring) *Invalid {
	if err := checkPoints(p, ring, 4); err != nil {
		return err
	}
	if first, last := ring[0], ring[len(ring)-1]; first != last {
		return p.at(len(ring)-1).refuse(last, "ring is not closed")
	}
	if err := checkSpan(p, ring); err != nil {
		return err
	}
	return nil
}

// leastArea is a square of 1e-7 degrees: a square centimetre.
const leastArea = 1e-14

// ringArea is in square degrees, positive anticlockwise.
func ringArea(ring orb.Ring) float64 {
	var sum float64
	o := ring[0]
	for i := 1; i < len(ring); i++ {
		a, b := ring[i-1], ring[i]
		sum += (a[0]-o[0])*(b[1]-o[1]) - (b[0]-o[0])*(a[1]-o[1])
	}
	return sum / 2
}

// Vertices counts positions; it goes one level into collections, for deeper
// ones are refused unread.
func Vertices(g orb.Geometry) int {
	n := 0
	switch g := g.(type) {
	case orb.Point:
		n = 1
	case orb.Bound:
		n = 2
	case orb.MultiPoint:
		n = len(g)
	case orb.LineString:
		n = len(g)
	case orb.Ring:
		n = len(g)
	case orb.MultiLineString:
		for _, line := range g {
			n += len(line)
		}
	case orb.Polygon:
		for _, ring := range g {
			n += len(ring)
		}
	case orb.MultiPolygon:
		for _, polygon := range g {
			n += Vertices(polygon)
		}
	case orb.Collection:
		for _, part := range g {
			if _, nested := part.(orb.Collection); !nested {
				n += Vertices(part)
			}
		}
	}
	return n
}
