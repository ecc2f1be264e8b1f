package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// The WGS84 ellipsoid (NGA.STND.0036): semi-major axis in metres, flattening.
const (
	semiMajor  = 6378137.0
	flattening = 1 / 298.257223563
	semiMinor  = semiMajor * (1 - flattening)
)

// Distance is the length of the geodesic between a and b on WGS84, within a
// tenth of a millimetre everywhere. NaN goes in, NaN comes out.
// Method: T. Vincenty, Survey Review 23 (1975); where that does not converge,
// near the antipode, see farInverse.
func Distance(a, b orb.Point) Metres {
	if a == b {
		return 0
	}
	if nearAntipodes(a, b) {
		d, _ := farInverse(a, b)
		return Metres(d)
	}
	_, t := vincenty(a, b)
	return Metres(t.length())
}

// InitialBearing is the direction in which the geodesic from a to b leaves a;
// 0 when the two are one point.
func InitialBearing(a, b orb.Point) Bearing {
	if a == b {
		return 0
	}
	if nearAntipodes(a, b) {
		_, azimuth := farInverse(a, b)
		return bearing(azimuth)
	}
	lambda, _ := vincenty(a, b)
	sinU1, cosU1 := reduced(a[1])
	sinU2, cosU2 := reduced(b[1])
	sin, cos := math.Sincos(lambda)
	return bearing(math.Atan2(cosU2*sin, cosU1*sinU2-sinU1*cosU2*cos))
}

func bearing(azimuth float64) Bearing {
	deg := math.Mod(degrees(azimuth), 360)
	if deg < 0 {
		deg += 360
	}
	if deg >= 360 { // a tiny negative angle rounds up
		deg = 0
	}
	return Bearing(deg)
}

// nearAntipodes is true beyond 179° of arc, where the iteration may swing for
// ever or settle on a path that is not the shortest.
func nearAntipodes(a, b orb.Point) bool {
	return math.Abs(a[1]+b[1]) < 1.1 && greatArc(a, b) > radians(179)
}

// reduced returns sine and cosine of the reduced latitude.
func reduced(lat float64) (sin, cos float64) {
	s, c := math.Sincos(radians(lat))
	s *= 1 - flattening
	h := math.Sqrt(s*s + c*c)
	return s / h, c / h
}

// vincenty returns the difference of longitude on the auxiliary sphere and the
// triangle there.
func vincenty(a, b orb.Point) (lambda float64, t triangle) {
	lon := radians(math.Remainder(b[0]-a[0], 360))
	sinU1, cosU1 := reduced(a[1])
	sinU2, cosU2 := reduced(b[1])
	lambda = lon
	if math.Abs(lon) < 0.1 { // the limit for short lines, one round ahead
		lambda *= 1 + flattening*cosU1*cosU2
	}
	for range 64 { // 179° of arc need fewer than 20
		t = solve(sinU1, cosU1, sinU2, cosU2, lambda)
		if t.sinSigma == 0 {
			return lambda, t
		}
		next := lon + t.drift()
		done := math.Abs(next-lambda) < 5e-13 // 3 µm; each round gains a factor of 300
		lambda = next
		if done {
			break
		}
	}
	return lambda, t
}

// triangle is the auxiliary spherical triangle of Vincenty's paper.
type triangle struct {
	sinSigma, cosSigma, sigma float64
	sinAlpha, cosSqAlpha      float64
	cos2Mid                   float64
}

func solve(sinU1, cosU1, sinU2, cosU2, lambda float64) (t triangle) {
	sinL, cosL := math.Sincos(lambda)
	x, y := cosU2*sinL, cosU1*sinU2-sinU1*cosU2*cosL
	t.sinSigma = math.Sqrt(x*x + y*y)
	if t.sinSigma == 0 {
		return t
	}
	t.cosSigma = sinU1*sinU2 + cosU1*cosU2*cosL
	t.sigma = math.Atan2(t.sinSigma, t.cosSigma)
	t.sinAlpha = cosU1 * cosU2 * sinL / t.sinSigma
	t.cosSqAlpha = 1 - t.sinAlpha*t.sinAlpha
	if t.cosSqAlpha > 1e-16 { // 0 along the equator
		t.cos2Mid = t.cosSigma - 2*sinU1*sinU2/t.cosSqAlpha
	}
	return t
}

// drift is the difference of longitude between sphere and ellipsoid (eq. 10, 11).
func (t triangle) drift() float64 {
	c := flattening / 16 * t.cosSqAlpha * (4 + flattening*(4-3*t.cosSqAlpha))
	along := t.sigma + c*t.sinSigma*(t.cos2Mid+c*t.cosSigma*(2*t.cos2Mid*t.cos2Mid-1))
	return (1 - c) * flattening * t.sinAlpha * along
}

// length follows eq. 3, 4, 6 and 19.
func (t triangle) length() float64 {
	a, b := series(t.cosSqAlpha)
	return semiMinor * a * (t.sigma - shift(b, t.sinSigma, t.cosSigma, t.cos2Mid))
}

func series(cosSqAlpha float64) (a, b float64) {
	const second = (semiMajor*semiMajor - semiMinor*semiMinor) / (semiMinor * semiMinor)
	u := cosSqAlpha * second
	a = 1 + u/16384*(4096+u*(-768+u*(320-175*u)))
	b = u / 1024 * (256 + u*(-128+u*(74-47*u)))
	return a, b
}

func shift(b, sinSigma, cosSigma, cos2Mid float64) float64 {
	return b * sinSigma * (cos2Mid + b/4*(cosSigma*(2*cos2Mid*cos2Mid-1)-
		b/6*cos2Mid*(4*sinSigma*sinSigma-3)*(4*cos2Mid*cos2Mid-3)))
}

// farInverse finds the shortest path to a point near the antipode. Every such
// path crosses the circle a quarter of the globe away from a once, and both
// halves are easy; so it looks for the crossing that makes their sum least.
func farInverse(a, b orb.Point) (length, azimuth float64) {
	const quarter = Metres(10_000_000)
	via := func(azimuth float64) float64 {
		m := Destination(a, bearing(azimuth), quarter)
		_, first := vincenty(a, m)
		_, second := vincenty(m, b)
		return first.length() + second.length()
	}
	const steps = 72
	best, at := math.Inf(1), 0.0
	for i := range steps {
		if d := via(2 * math.Pi * float64(i) / steps); d < best {
			best, at = d, 2*math.Pi*float64(i)/steps
		}
	}
	at = narrow(via, at-2*math.Pi/steps, at+2*math.Pi/steps)
	return math.Min(best, via(at)), at
}

// narrow is the golden-section search for the least value of f in [low, high].
func narrow(f func(float64) float64, low, high float64) float64 {
	golden := (math.Sqrt(5) - 1) / 2
	x1, x2 := high-golden*(high-low), low+golden*(high-low)
	f1, f2 := f(x1), f(x2)
	for high-low > 1e-9 {
		if f1 < f2 {
			high, x2, f2 = x2, x1, f1
			x1 = high - golden*(high-low)
			f1 = f(x1)
			continue
		}
		low, x1, f1 = x1, x2, f2
		x2 = low + golden*(high-low)
		f2 = f(x2)
	}
	return (low + high) / 2
}
