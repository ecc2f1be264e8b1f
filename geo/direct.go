package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// Destination is the point reached from p by going d along the geodesic that
// leaves in direction to; a negative d goes backwards. Longitudes stay within
// ±180. Method: Vincenty's direct formula, within a tenth of a millimetre.
func Destination(p orb.Point, to Bearing, d Metres) orb.Point {
	if d == 0 {
		return p
	}
	sinAlpha1, cosAlpha1 := math.Sincos(radians(float64(to)))
	sinU1, cosU1 := reduced(p[1])
	sigma1 := math.Atan2(sinU1, cosU1*cosAlpha1)
	sinAlpha := cosU1 * sinAlpha1
	cosSqAlpha := 1 - sinAlpha*sinAlpha
	a, b := series(cosSqAlpha)

	base := float64(d) / (semiMinor * a)
	sigma := base
	var sinSigma, cosSigma, cos2Mid float64
	for range 64 { // converges by a factor of 300 a step
		sinSigma, cosSigma = math.Sincos(sigma)
		cos2Mid = math.Cos(2*sigma1 + sigma)
		next := base + shift(b, sinSigma, cosSigma, cos2Mid)
		done := math.Abs(next-sigma) < 1e-15
		sigma = next
		if done {
			break
		}
	}
	sinSigma, cosSigma = math.Sincos(sigma)
	cos2Mid = math.Cos(2*sigma1 + sigma)

	across := sinU1*sinSigma - cosU1*cosSigma*cosAlpha1
	lat := math.Atan2(sinU1*cosSigma+cosU1*sinSigma*cosAlpha1,
		(1-flattening)*math.Sqrt(sinAlpha*sinAlpha+across*across))
	lambda := math.Atan2(sinSigma*sinAlpha1, cosU1*cosSigma-sinU1*sinSigma*cosAlpha1)
	t := triangle{sinSigma: sinSigma, cosSigma: cosSigma, sigma: sigma,
		sinAlpha: sinAlpha, cosSqAlpha: cosSqAlpha, cos2Mid: cos2Mid}
	lon := p[0] + degrees(lambda-t.drift())
	return orb.Point{wrap(lon), degrees(lat)}
}

// wrap brings a longitude into ±180; the antimeridian itself keeps its sign.
func wrap(lon float64) float64 {
	if lon >= -180 && lon <= 180 {
		return lon
	}
	return math.Remainder(lon, 360)
}
