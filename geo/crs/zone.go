package crs

import (
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"onemap/geo"
)

// Zone is one strip of the Gauss–Krüger projection (高斯-克吕格投影) on
// CGCS2000: eastings and northings in metres, 500 km added to the easting,
// scale 1 on the central meridian.
type Zone struct {
	Central float64 // degrees east
	Width   float64 // degrees, 3 or 6
	Prefix  int     // zone number before the easting, in millions of metres; 0 none
}

var (
	// ErrUnknownZone says that an EPSG code is no CGCS2000 Gauss–Krüger zone.
	ErrUnknownZone = errors.New("not a CGCS2000 Gauss-Krueger zone")
	// ErrOutOfZone says that a place is too far from the central meridian, or
	// that easting and northing were exchanged, or the prefix is another's.
	ErrOutOfZone = errors.New("outside the zone")
)

// ZoneByEPSG returns the zone of an EPSG code: 4491–4501 six degrees with
// prefix, 4502–4512 six degrees by meridian, 4513–4533 three degrees with
// prefix, 4534–4554 three degrees by meridian (4549 is Qinhuangdao's 120° E).
func ZoneByEPSG(code int) (Zone, error) {
	switch {
	case code >= 4491 && code <= 4501:
		return sixDegrees(code-4491+13, true), nil
	case code >= 4502 && code <= 4512:
		return sixDegrees(code-4502+13, false), nil
	case code >= 4513 && code <= 4533:
		return threeDegrees(code-4513+25, true), nil
	case code >= 4534 && code <= 4554:
		return threeDegrees(code-4534+25, false), nil
	}
	return Zone{}, fmt.Errorf("EPSG:%d: %w", code, ErrUnknownZone)
}

func sixDegrees(number int, prefixed bool) Zone {
	z := Zone{Central: float64(6*number - 3), Width: 6}
	if prefixed {
		z.Prefix = number
	}
	return z
}

func threeDegrees(number int, prefixed bool) Zone {
	z := Zone{Central: float64(3 * number), Width: 3}
	if prefixed {
		z.Prefix = number
	}
	return z
}

const falseEasting = 500_000.0

// ToLonLat turns {easting, northing} into longitude and latitude. Surveyors
// call the northing x and write it first: exchange before. It takes places up
// to one zone's width from the central meridian, and refuses the rest with
// ErrOutOfZone. Exact to a micrometre.
func (z Zone) ToLonLat(en orb.Point) (orb.Point, error) {
	x := en[0] - falseEasting - float64(z.Prefix)*1e6
	if !(math.Abs(x) < z.Width*112_000) || !(math.Abs(en[1]) < 10_002_000) {
		return orb.Point{}, fmt.Errorf("easting %.1f, northing %.1f about %g° E: %w", en[0], en[1], z.Central, ErrOutOfZone)
	}
	p := mercator.inverse(x, en[1])
	p[0] += z.Central
	if !(math.Abs(p[0]-z.Central) <= z.Width) {
		return orb.Point{}, fmt.Errorf("longitude %.6f about %g° E: %w", p[0], z.Central, ErrOutOfZone)
	}
	return p, nil
}

// FromLonLat is the inverse of ToLonLat and refuses likewise.
func (z Zone) FromLonLat(p orb.Point) (orb.Point, error) {
	if err := geo.Check(p); err != nil {
		return orb.Point{}, err
	}
	if math.Abs(p[0]-z.Central) > z.Width {
		return orb.Point{}, fmt.Errorf("longitude %.6f about %g° E: %w", p[0], z.Central, ErrOutOfZone)
	}
	x, y := mercator.forward(p[0]-z.Central, p[1])
	return orb.Point{x + falseEasting + float64(z.Prefix)*1e6, y}, nil
}
