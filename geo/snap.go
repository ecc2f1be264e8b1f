package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// Snap returns a copy of g rounded to 1e-7 degrees (1 cm) in which no position
// repeats the one before it. A ring may shrink to fewer than four positions:
// CheckGeometry, asked afterwards, refuses it. What is not finite stays so.
func Snap(g orb.Geometry) orb.Geometry {
	switch g := g.(type) {
	case orb.Point:
		return snapPoint(g)
	case orb.MultiPoint:
		return orb.MultiPoint(snapLine(g))
	case orb.LineString:
		return orb.LineString(snapLine(g))
	case orb.Ring:
		return orb.Ring(snapLine(g))
	case orb.Bound:
		return orb.Bound{Min: snapPoint(g.Min), Max: snapPoint(g.Max)}
	case orb.MultiLineString:
		return each(g, func(l orb.LineString) orb.LineString { return orb.LineString(snapLine(l)) })
	case orb.Polygon:
		return snapPolygon(g)
	case orb.MultiPolygon:
		return each(g, snapPolygon)
	case orb.Collection:
		return each(g, Snap)
	}
	return g
}

func each[S ~[]E, E any](s S, f func(E) E) S {
	out := make(S, len(s))
	for i, e := range s {
		out[i] = f(e)
	}
	return out
}

func snapPolygon(p orb.Polygon) orb.Polygon {
	return each(p, func(r orb.Ring) orb.Ring { return orb.Ring(snapLine(r)) })
}

func snapLine(points []orb.Point) []orb.Point {
	out := make([]orb.Point, 0, len(points))
	for _, p := range points {
		q := snapPoint(p)
		if n := len(out); n > 0 && out[n-1] == q {
			continue
		}
		out = append(out, q)
	}
	return out
}

func snapPoint(p orb.Point) orb.Point { return orb.Point{snap(p[0]), snap(p[1])} }

// snap rounds; adding zero turns -0 into 0.
func snap(v float64) float64 { return math.Round(v*1e7)/1e7 + 0 }
