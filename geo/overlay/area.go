package overlay

import (
	"math"

	"github.com/paulmach/orb"
)

// Area is in square metres on WGS84, exact to 1e-9 for sides that are straight
// in longitude and latitude, as RFC 7946 has them: so the areas of parts add up
// to that of the whole. Where sides are meant as geodesics (PostGIS's geography)
// a side of L metres bulges by L²·tanφ/8R: 0.1 m for 2 km, 130 m for 100 km at
// 40° N. What has no area has 0; a hole counts off, whichever way it turns.
// Method: the integral of the authalic function along each side.
func Area(g orb.Geometry) float64 {
	switch g := g.(type) {
	case orb.Ring:
		return math.Abs(ringArea(g))
	case orb.Bound:
		return Area(g.ToRing())
	case orb.Polygon:
		sum := 0.0
		for i, ring := range g {
			if i == 0 {
				sum = Area(ring)
				continue
			}
			sum -= Area(ring)
		}
		return math.Max(0, sum)
	case orb.MultiPolygon:
		sum := 0.0
		for _, polygon := range g {
			sum += Area(polygon)
		}
		return sum
	case orb.Collection:
		sum := 0.0
		for _, part := range g {
			sum += Area(part)
		}
		return sum
	}
	return 0
}

const (
	semiMajor  = 6378137.0
	flattening = 1 / 298.257223563
	perDegree  = math.Pi / 180
)

var eccentricity = math.Sqrt(flattening * (2 - flattening))

// authalic is the area between the equator and a latitude in degrees, in square
// metres a radian of longitude.
func authalic(lat float64) float64 {
	const semiMinor = semiMajor * (1 - flattening)
	s := math.Sin(lat * perDegree)
	es := eccentricity * s
	return semiMinor * semiMinor / 2 * (s/(1-es*es) + math.Atanh(es)/eccentricity)
}

// ringArea is positive clockwise.
func ringArea(ring orb.Ring) float64 {
	if len(ring) < 4 {
		return 0
	}
	base := authalic(ring[0][1]) // keeps small rings from being drowned
	sum := 0.0
	for i := 1; i < len(ring); i++ {
		a, b := ring[i-1], ring[i]
		if a[0] == b[0] {
			continue
		}
		pieces := math.Max(1, math.Ceil(math.Abs(b[1]-a[1])/5))
		across := (b[0] - a[0]) * perDegree / pieces
		tall := (b[1] - a[1]) / pieces
		for j := range int(pieces) {
			sum += across * (meanAuthalic(a[1]+tall*float64(j), tall) - base)
		}
	}
	return sum
}

// meanAuthalic is the mean over a side that rises by tall degrees from lat:
// Gauss and Legendre's three points.
func meanAuthalic(lat, tall float64) float64 {
	if tall == 0 {
		return authalic(lat)
	}
	middle, off := lat+tall/2, tall/2*math.Sqrt(0.6)
	return (5*authalic(middle-off) + 8*authalic(middle) + 5*authalic(middle+off)) / 18
}
