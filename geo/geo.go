// Package geo is the vocabulary of space: checked longitude and latitude,
// metres, bearings, distances on WGS84 and the GeoJSON of a geometry.
//
// A position is orb.Point{lon, lat} in degrees. Nothing here reads or writes
// anything but its arguments.
package geo

import (
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

// Metres is a length on the ground.
type Metres float64

// Bearing is a direction in degrees clockwise from true north, 0 to 360.
type Bearing float64

var (
	// ErrNotFinite says that a coordinate is NaN or infinite.
	ErrNotFinite = errors.New("coordinate is not a finite number")
	// ErrOutOfRange says that a longitude is beyond ±180 or a latitude beyond ±90.
	ErrOutOfRange = errors.New("coordinate is out of range")
	// ErrTooManyVertices says that a geometry is larger than its reader allows.
	ErrTooManyVertices = errors.New("geometry has too many vertices")
)

// Check refuses a point that is no place on earth, with ErrNotFinite or
// ErrOutOfRange. It asks whether longitude and latitude were swapped when
// swapping them would help.
func Check(p orb.Point) error {
	lon, lat := p[0], p[1]
	switch {
	case !finite(lon) || !finite(lat):
		return ErrNotFinite
	case inRange(lon, lat):
		return nil
	case inRange(lat, lon):
		return fmt.Errorf("longitude %g, latitude %g: %w: swapped?", lon, lat, ErrOutOfRange)
	}
	return fmt.Errorf("longitude %g, latitude %g: %w", lon, lat, ErrOutOfRange)
}

func inRange(lon, lat float64) bool {
	return lon >= -180 && lon <= 180 && lat >= -90 && lat <= 90
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

func radians(deg float64) float64 { return deg * (math.Pi / 180) }

func degrees(rad float64) float64 { return rad * (180 / math.Pi) }
