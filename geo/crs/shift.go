package crs

import (
	"math"

	"github.com/paulmach/orb"
)

// Constants of the published GCJ-02 shift: the Krasovsky 1940 ellipsoid.
const (
	krasovskyA  = 6378245.0
	krasovskyE2 = 0.00669342162296594323
)

// inChina is the rectangle within which the shift is applied.
func inChina(p orb.Point) bool {
	return p[0] >= 72.004 && p[0] <= 137.8347 && p[1] >= 0.8293 && p[1] <= 55.8271
}

func toGCJ(p orb.Point) orb.Point {
	if !inChina(p) {
		return p
	}
	return shifted(p)
}

// fromGCJ inverts the shift by fixed-point iteration: the shift changes by
// about 1 part in 1,000 over its own length, so each round gains two digits or
// more. A point stays where it is when nothing inside the rectangle is shifted
// on to it. Within 1 km of the rectangle's edge the answer is ambiguous by nature.
func fromGCJ(g orb.Point) orb.Point {
	w := g
	for range 30 {
		s := shifted(w)
		dx, dy := g[0]-s[0], g[1]-s[1]
		w[0] += dx
		w[1] += dy
		if math.Abs(dx) < 1e-11 && math.Abs(dy) < 1e-11 { // 1 µm
			break
		}
	}
	if !inChina(w) {
		return g
	}
	return w
}

func shifted(p orb.Point) orb.Point {
	x, y := p[0]-105, p[1]-35
	sin, cos := math.Sincos(p[1] * math.Pi / 180)
	w := 1 - krasovskyE2*sin*sin
	along := krasovskyA * (1 - krasovskyE2) / (w * math.Sqrt(w))
	across := krasovskyA / math.Sqrt(w) * cos
	return orb.Point{
		p[0] + east(x, y)*180/(across*math.Pi),
		p[1] + north(x, y)*180/(along*math.Pi),
	}
}

// north and east are the published polynomials with their waves, in metres.
func north(x, y float64) float64 {
	m := -100 + 2*x + 3*y + 0.2*y*y + 0.1*x*y + 0.2*math.Sqrt(math.Abs(x))
	m += (20*math.Sin(6*x*math.Pi) + 20*math.Sin(2*x*math.Pi)) * 2 / 3
	m += (20*math.Sin(y*math.Pi) + 40*math.Sin(y/3*math.Pi)) * 2 / 3
	return m + (160*math.Sin(y/12*math.Pi)+320*math.Sin(y*math.Pi/30))*2/3
}

func east(x, y float64) float64 {
	m := 300 + x + 2*y + 0.1*x*x + 0.1*x*y + 0.1*math.Sqrt(math.Abs(x))
	m += (20*math.Sin(6*x*math.Pi) + 20*math.Sin(2*x*math.Pi)) * 2 / 3
	m += (20*math.Sin(x*math.Pi) + 40*math.Sin(x/3*math.Pi)) * 2 / 3
	return m + (150*math.Sin(x/12*math.Pi)+300*math.Sin(x/30*math.Pi))*2/3
}

// wave is the angular frequency of Baidu's ripple.
const wave = math.Pi * 3000 / 180

// Baidu adds a constant step of 0.0065°, 0.006° and a ripple of 2 m.
const stepEast, stepNorth = 0.0065, 0.006

func toBD(g orb.Point) orb.Point {
	if !inChina(g) {
		return g
	}
	return rippled(g)
}

func rippled(g orb.Point) orb.Point {
	z := math.Hypot(g[0], g[1]) + 0.00002*math.Sin(g[1]*wave)
	theta := math.Atan2(g[1], g[0]) + 0.000003*math.Cos(g[0]*wave)
	sin, cos := math.Sincos(theta)
	return orb.Point{z*cos + stepEast, z*sin + stepNorth}
}

// fromBD inverts the ripple by iteration too; the well-known closed form
// leaves up to half a metre.
func fromBD(b orb.Point) orb.Point {
	g := orb.Point{b[0] - stepEast, b[1] - stepNorth}
	for range 30 {
		s := rippled(g)
		dx, dy := b[0]-s[0], b[1]-s[1]
		g[0] += dx
		g[1] += dy
		if math.Abs(dx) < 1e-11 && math.Abs(dy) < 1e-11 {
			break
		}
	}
	if !inChina(g) {
		return b
	}
	return g
}
