// Package crs turns foreign datums into WGS84 at the edge that received them:
// GCJ-02, BD-09, CGCS2000 and its Gauss–Krüger zones. Convert once; a second
// shift puts a place half a kilometre away.
package crs

import (
	"errors"
	"fmt"

	"github.com/paulmach/orb"

	"onemap/geo"
)

// Datum names the frame (坐标系) in which a longitude and latitude were given.
type Datum string

const (
	// WGS84 is the frame of GPS and of everything stored here.
	WGS84 Datum = "wgs84"
	// CGCS2000 is the national frame (2000国家大地坐标系). It parts from WGS84 by
	// less than a metre and is stored as it is.
	CGCS2000 Datum = "cgcs2000"
	// GCJ02 is the shifted frame (火星坐标系) of AMap and Tencent.
	GCJ02 Datum = "gcj02"
	// BD09 is Baidu's second shift upon GCJ02.
	BD09 Datum = "bd09"
)

// ErrUnknownDatum says that a datum is none of the four.
var ErrUnknownDatum = errors.New("unknown datum")

// ToWGS84 brings p, given in datum d, to WGS84. It refuses with ErrUnknownDatum
// and with the errors of geo.Check.
func ToWGS84(d Datum, p orb.Point) (orb.Point, error) {
	if err := geo.Check(p); err != nil {
		return p, err
	}
	switch d {
	case WGS84, CGCS2000:
		return p, nil
	case GCJ02:
		return fromGCJ(p), nil
	case BD09:
		return fromGCJ(fromBD(p)), nil
	}
	return p, fmt.Errorf("%w %q", ErrUnknownDatum, string(d))
}

// FromWGS84 is the inverse of ToWGS84, for handing data to a foreign map.
func FromWGS84(d Datum, p orb.Point) (orb.Point, error) {
	if err := geo.Check(p); err != nil {
		return p, err
	}
	switch d {
	case WGS84, CGCS2000:
		return p, nil
	case GCJ02:
		return toGCJ(p), nil
	case BD09:
		return toBD(toGCJ(p)), nil
	}
	return p, fmt.Errorf("%w %q", ErrUnknownDatum, string(d))
}

// GeometryToWGS84 returns a copy of g, every position brought from d to WGS84.
func GeometryToWGS84(d Datum, g orb.Geometry) (orb.Geometry, error) {
	if g == nil {
		return nil, errors.New("no geometry")
	}
	out := orb.Clone(g)
	if err := walk(d, out, func(q orb.Geometry) { out = q }); err != nil {
		return nil, fmt.Errorf("bring %s from %s to wgs84: %w", g.GeoJSONType(), d, err)
	}
	return out, nil
}

// walk moves positions in place; set replaces the geometries that are values.
func walk(d Datum, g orb.Geometry, set func(orb.Geometry)) error {
	switch g := g.(type) {
	case orb.Point:
		p, err := ToWGS84(d, g)
		set(p)
		return err
	case orb.MultiPoint:
		return walkAll(d, g)
	case orb.LineString:
		return walkAll(d, g)
	case orb.Ring:
		return walkAll(d, g)
	case orb.MultiLineString:
		return walkEach(d, g)
	case orb.Polygon:
		return walkEach(d, g)
	case orb.MultiPolygon:
		return walkEach(d, g)
	case orb.Bound:
		// The image of a box is no box.
		return fmt.Errorf("a bound is not a shape that can be shifted")
	case orb.Collection:
		for i := range g {
			if err := walk(d, g[i], func(q orb.Geometry) { g[i] = q }); err != nil {
				return err
			}
		}
		return nil
	}
	return fmt.Errorf("unknown geometry %T", g)
}

func walkAll(d Datum, points []orb.Point) error {
	for i, p := range points {
		q, err := ToWGS84(d, p)
		if err != nil {
			return fmt.Errorf("position %d: %w", i, err)
		}
		points[i] = q
	}
	return nil
}

func walkEach[S ~[]G, G orb.Geometry](d Datum, parts S) error {
	for i, part := range parts {
		if err := walk(d, part, nil); err != nil {
			return fmt.Errorf("part %d: %w", i, err)
		}
	}
	return nil
}
