package crs

import (
	"math"

	"github.com/paulmach/orb"
)

// The CGCS2000 ellipsoid (GB 22021-2008).
const (
	cgcsA = 6378137.0
	cgcsF = 1 / 298.257222101
)

// transverse is the transverse Mercator projection by Krüger's series in the
// third flattening n, to n⁶: a nanometre within 30° of the central meridian.
// Source: C. Karney, Transverse Mercator with an accuracy of a few nanometers,
// J. Geodesy 85 (2011), eq. 35 and 36.
type transverse struct {
	radius      float64 // of the rectifying sphere
	eccentric   float64
	alpha, beta [6]float64
}

var mercator = newTransverse(cgcsA, cgcsF)

func newTransverse(a, f float64) transverse {
	n := f / (2 - f)
	n2, n3 := n*n, n*n*n
	n4, n5, n6 := n2*n2, n2*n3, n3*n3
	return transverse{
		radius:    a / (1 + n) * (1 + n2/4 + n4/64 + n6/256),
		eccentric: math.Sqrt(f * (2 - f)),
		alpha: [6]float64{
			n/2 - n2*2/3 + n3*5/16 + n4*41/180 - n5*127/288 + n6*7891/37800,
			n2*13/48 - n3*3/5 + n4*557/1440 + n5*281/630 - n6*1983433/1935360,
			n3*61/240 - n4*103/140 + n5*15061/26880 + n6*167603/181440,
			n4*49561/161280 - n5*179/168 + n6*6601661/7257600,
			n5*34729/80640 - n6*3418889/1995840,
			n6 * 212378941 / 319334400,
		},
		beta: [6]float64{
			n/2 - n2*2/3 + n3*37/96 - n4/360 - n5*81/512 + n6*96199/604800,
			n2/48 + n3/15 - n4*437/1440 + n5*46/105 - n6*1118711/3870720,
			n3*17/480 - n4*37/840 - n5*209/4480 + n6*5569/90720,
			n4*4397/161280 - n5*11/504 - n6*830251/7257600,
			n5*4583/161280 - n6*108847/3991680,
			n6 * 20648693 / 638668800,
		},
	}
}

// conformal turns the tangent of a latitude into that of the conformal one.
func (t transverse) conformal(tau float64) float64 {
	sec := math.Hypot(1, tau)
	sigma := math.Sinh(t.eccentric * math.Atanh(t.eccentric*tau/sec))
	return tau*math.Hypot(1, sigma) - sigma*sec
}

// forward takes degrees from the central meridian and of latitude, and returns
// metres east and north.
func (t transverse) forward(lon, lat float64) (x, y float64) {
	sinLon, cosLon := math.Sincos(lon * math.Pi / 180)
	tau := t.conformal(math.Tan(lat * math.Pi / 180))
	xi := math.Atan2(tau, cosLon)
	eta := math.Asinh(sinLon / math.Hypot(tau, cosLon))
	north, east := xi, eta
	for i, a := range t.alpha {
		k := float64(2 * (i + 1))
		sin, cos := math.Sincos(k * xi)
		north += a * sin * math.Cosh(k*eta)
		east += a * cos * math.Sinh(k*eta)
	}
	return t.radius * east, t.radius * north
}

// inverse returns degrees from the central meridian and of latitude.
func (t transverse) inverse(x, y float64) orb.Point {
	north, east := y/t.radius, x/t.radius
	xi, eta := north, east
	for i, b := range t.beta {
		k := float64(2 * (i + 1))
		sin, cos := math.Sincos(k * north)
		xi -= b * sin * math.Cosh(k*east)
		eta -= b * cos * math.Sinh(k*east)
	}
	sinXi, cosXi := math.Sincos(xi)
	sinhEta := math.Sinh(eta)
	lon := math.Atan2(sinhEta, cosXi)
	lat := math.Atan(t.geographic(sinXi / math.Hypot(sinhEta, cosXi)))
	return orb.Point{lon * 180 / math.Pi, lat * 180 / math.Pi}
}

// geographic inverts conformal by Newton's method; three rounds suffice.
func (t transverse) geographic(want float64) float64 {
	e2 := t.eccentric * t.eccentric
	tau := want / math.Sqrt(1-e2)
	if math.Abs(want) > 1e9 { // the pole itself
		return want
	}
	for range 5 {
		have := t.conformal(tau)
		step := (want - have) / math.Hypot(1, have) * (1 + (1-e2)*tau*tau) / ((1 - e2) * math.Hypot(1, tau))
		tau += step
		if math.Abs(step) < 1e-16*math.Max(1, math.Abs(tau)) {
			break
		}
	}
	return tau
}
