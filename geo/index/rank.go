// Package index answers "near" and "within": Grid for what moves, Packed for
// what stands. Both find candidates on a cheap measure whose error is bounded
// and judge them by geo.Distance, so their answers are those of a full search.
package index

import (
	"math"

	"github.com/paulmach/orb"

	"onemap/geo"
)

// spot is a place made ready for ranking: radians, and the cosine of latitude.
type spot struct{ lon, lat, cos float64 }

const perDegree = math.Pi / 180

func newSpot(p orb.Point) spot {
	lat := p[1] * perDegree
	return spot{p[0] * perDegree, lat, math.Cos(lat)}
}

// radius is the middle of the least and the greatest radius of curvature of
// WGS84: 6,335,439 m along the meridian at the equator, 6,399,594 m at the poles.
const radius = 6_367_516.0

// reach is how far apart in longitude and in latitude two places may lie, in
// radians, for near to be good: 16°.
const reach = 0.28

// near is the square of a distance in metres, for places within reach.
//
// Its error. On a sphere of this radius the haversine is
// h = sin²(Δφ/2) + cosφ₁cosφ₂sin²(Δλ/2), the distance 2R·asin√h. Putting the
// angle for the sine raises h by less than 1/(1 − reach²/12), and √h for asin√h
// lowers the rest by less than 0.7 %: near is within −0.7 %, +0.4 % of the
// sphere. Laying the sphere upon the ellipsoid, latitude upon latitude, stretches
// no line by more than 0.504 % either way, so neither any shortest one. Together:
// 0.9917 √near ≤ geodesic ≤ 1.0117 √near.
func near(a, b spot) float64 {
	north, east := a.lat-b.lat, a.lon-b.lon
	return radius * radius * (north*north + a.cos*b.cos*east*east)
}

// far is near for any two places on earth, within the same bounds.
func far(a, b orb.Point) float64 {
	d := float64(geo.GreatCircle(a, b))
	return d * d
}

const least, most = 0.9917, 1.0117

// slack is the greatest rank a place can have and still be no farther than one
// of rank r: (most/least)² is 1.0408, and the 1e-4 m² keep a millimetre for the
// rounding of distances near zero.
func slack(r float64) float64 { return 1.06*r + 1e-4 }

// outer is the rank beyond which a place is surely farther than r, inner the
// rank below which it is surely not.
func outer(r geo.Metres) float64 {
	d := float64(r)/least + 0.001
	return d * d
}

func inner(r geo.Metres) float64 {
	d := math.Max(0, float64(r)/most-0.001)
	return d * d
}

// Hit is something found. Point is where it is, or the nearest point of its
// bound, and Distance the geodesic way there.
type Hit[T any] struct {
	Key      T
	Point    orb.Point
	Distance geo.Metres
}
