package web

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"
	mercator "github.com/paulmach/orb/project"
)

// ogcCRS is a reference system items are asked for and given in. Its numbers
// stand in the order its authority says.
type ogcCRS struct {
	uri  string
	to   func(orb.Point) orb.Point // from lon, lat
	from func(orb.Point) orb.Point // to lon, lat
}

func asIs(p orb.Point) orb.Point    { return p }
func swapped(p orb.Point) orb.Point { return orb.Point{p[1], p[0]} }

const crs84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"

// ogcCRSs are those there are, the default first. CGCS2000 parts from WGS84 by
// less than a metre and is stored as it is, so its numbers are the same.
var ogcCRSs = []ogcCRS{
	{crs84, asIs, asIs},
	{"http://www.opengis.net/def/crs/EPSG/0/4326", swapped, swapped},
	{"http://www.opengis.net/def/crs/EPSG/0/4490", swapped, swapped},
	{"http://www.opengis.net/def/crs/EPSG/0/3857", func(p orb.Point) orb.Point { return mercator.WGS84.ToMercator(p) }, func(p orb.Point) orb.Point { return mercator.Mercator.ToWGS84(p) }},
}

func ogcCRSURIs() []string {
	all := make([]string, len(ogcCRSs))
	for i, c := range ogcCRSs {
		all[i] = c.uri
	}
	return all
}

// crsOf finds the system of a parameter; none is the default.
func crsOf(name, uri string) (ogcCRS, error) {
	if uri == "" {
		return ogcCRSs[0], nil
	}
	for _, c := range ogcCRSs {
		if c.uri == uri || "["+c.uri+"]" == uri {
			return c, nil
		}
	}
	return ogcCRS{}, badParameter(name, "not a reference system of this collection")
}

// axes reads a pair of numbers of the system.
func (c ogcCRS) axes(x, y float64) (orb.Point, error) {
	if math.IsNaN(x) || math.IsInf(x, 0) || math.IsNaN(y) || math.IsInf(y, 0) {
		return orb.Point{}, fmt.Errorf("not a number")
	}
	return c.from(orb.Point{x, y}), nil
}

// write brings a geometry into the system.
func (c ogcCRS) write(g orb.Geometry) orb.Geometry {
	if g == nil || c.uri == crs84 {
		return g
	}
	return mercator.Geometry(orb.Clone(g), c.to)
}
