package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// LocalPlane is a flat map in metres about a centre: x east, y north, with the
// ellipsoid's own radii at the centre. Lengths are right to 1 in 10,000 within
// 1 km, to 1 in 100 within 60 km at 40° N: good for drawing and for cells,
// not for a legal radius. The zero value is of no use.
type LocalPlane struct {
	centre orb.Point
	kx, ky float64 // metres a degree
}

// NewLocalPlane lays a plane at centre, which must be off the poles.
func NewLocalPlane(centre orb.Point) LocalPlane {
	const e2 = flattening * (2 - flattening)
	sin, cos := math.Sincos(radians(centre[1]))
	w := 1 - e2*sin*sin
	across := semiMajor / math.Sqrt(w)
	along := semiMajor * (1 - e2) / (w * math.Sqrt(w))
	return LocalPlane{centre: centre, kx: radians(across * cos), ky: radians(along)}
}

// To returns the place of p on the plane, in metres.
func (l LocalPlane) To(p orb.Point) orb.Point {
	return orb.Point{l.kx * math.Remainder(p[0]-l.centre[0], 360), l.ky * (p[1] - l.centre[1])}
}

// From returns the longitude and latitude of a place on the plane.
func (l LocalPlane) From(q orb.Point) orb.Point {
	return orb.Point{wrap(l.centre[0] + q[0]/l.kx), l.centre[1] + q[1]/l.ky}
}
