package load

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"onemap/geo/crs"
)

// projection brings a shape to longitude and latitude of the file's datum.
type projection func(orb.Geometry) (orb.Geometry, error)

var (
	prjName   = regexp.MustCompile(`^\s*(PROJCS|GEOGCS|PROJCRS|GEOGCRS|BOUNDCRS|COMPD_CS)\s*\[\s*"([^"]{0,200})"`)
	prjNumber = regexp.MustCompile(`(?i)PARAMETER\s*\[\s*"([^"]{1,80})"\s*,\s*([-+0-9.eE]{1,40})`)
)

// projection reads a .prj (WKT 1, as ESRI and GDAL write it). It knows
// longitude and latitude on WGS84 and CGCS2000, and Gauss–Krüger zones on
// CGCS2000. Beijing 54 and Xi'an 80 stand on other ellipsoids whose shift is
// not public: they are refused, not guessed at.
func (s *sink) projection(wkt string) (projection, error) {
	wkt = strings.Trim(wkt, " \t\r\n\x00\uFEFF")
	if wkt == "" {
		s.note("no .prj: the coordinates are taken for longitude and latitude", 1)
		return lonLatOnly, nil
	}
	head := prjName.FindStringSubmatch(wkt)
	if head == nil {
		return nil, errCRS.With("the .prj begins %.60q", wkt)
	}
	s.shape.CRS = head[2]
	datum, err := datumOf(wkt)
	if err != nil {
		return nil, err
	}
	s.shape.Datum = datum
	switch head[1] {
	case "GEOGCS", "GEOGCRS":
		return lonLatOnly, nil
	case "PROJCS", "PROJCRS":
	default:
		return nil, errCRS.With("coordinate system %s", head[2])
	}
	zone, err := zoneOf(wkt)
	if err != nil {
		return nil, err
	}
	if datum != crs.CGCS2000 {
		return nil, errCRS.With("%s: of projected systems only Gauss-Krueger zones of CGCS2000 are known", head[2])
	}
	s.shape.Planar = true
	return byZone(zone), nil
}

// datumOf tells the datum by the name a writer gave it.
func datumOf(wkt string) (crs.Datum, error) {
	folded := strings.NewReplacer("_", "", " ", "", "'", "", "-", "").Replace(strings.ToUpper(wkt))
	switch {
	case strings.Contains(folded, "XIAN1980"), strings.Contains(folded, "XIAN80"):
		return "", errCRS.With("Xi'an 80 (西安80) needs local parameters: convert it to CGCS2000 first")
	case strings.Contains(folded, "BEIJING1954"), strings.Contains(folded, "BEIJING54"), strings.Contains(folded, "KRASOVSKY"):
		return "", errCRS.With("Beijing 54 (北京54) needs local parameters: convert it to CGCS2000 first")
	case strings.Contains(folded, "CHINA2000"), strings.Contains(folded, "CGCS2000"), strings.Contains(folded, "CHINAGEODETICCOORDINATESYSTEM2000"):
		return crs.CGCS2000, nil
	case strings.Contains(folded, "WGS1984"), strings.Contains(folded, "WGS84"):
		return crs.WGS84, nil
	}
	return "", errCRS.With("datum of %.80q", wkt)
}

// zoneOf reads the parameters of a Gauss–Krüger zone. A false easting beyond
// the half million carries the zone's number in its millions.
func zoneOf(wkt string) (crs.Zone, error) {
	folded := strings.ToUpper(wkt)
	if !strings.Contains(folded, "GAUSS_KRUGER") && !strings.Contains(folded, "TRANSVERSE_MERCATOR") && !strings.Contains(folded, "TRANSVERSE MERCATOR") {
		return crs.Zone{}, errCRS.With("a projection that is no Gauss-Krueger")
	}
	p := map[string]float64{"scale_factor": 1}
	for _, m := range prjNumber.FindAllStringSubmatch(wkt, 20) {
		v, err := strconv.ParseFloat(m[2], 64)
		if err != nil {
			return crs.Zone{}, errCRS.With("parameter %s is %s", m[1], m[2])
		}
		p[strings.ReplaceAll(strings.ToLower(m[1]), " ", "_")] = v
	}
	central, ok := p["central_meridian"]
	if !ok {
		return crs.Zone{}, errCRS.With("no central meridian")
	}
	prefix, half := math.Modf(p["false_easting"] / 1e6)
	if math.Abs(half-0.5) > 1e-9 || p["scale_factor"] != 1 || p["false_northing"] != 0 || p["latitude_of_origin"] != 0 || central < 72 || central > 138 || math.Mod(central, 3) != 0 {
		return crs.Zone{}, errCRS.With("a zone about %g with easting %g, scale %g: none of China's", central, p["false_easting"], p["scale_factor"])
	}
	// Wide enough for a sheet that reaches over its edge: width bounds only what is taken.
	return crs.Zone{Central: central, Width: 6, Prefix: int(prefix)}, nil
}

// lonLatOnly refuses what cannot be degrees: metres without a .prj.
func lonLatOnly(g orb.Geometry) (orb.Geometry, error) {
	if b := g.Bound(); !(b.Min[0] >= -180 && b.Max[0] <= 180 && b.Min[1] >= -90 && b.Max[1] <= 90) {
		return nil, errCRS.With("x %g, y %g are no longitude and latitude: are they metres, or swapped?", b.Max[0], b.Max[1])
	}
	return g, nil
}

func byZone(z crs.Zone) projection {
	return func(g orb.Geometry) (orb.Geometry, error) { return movePoints(g, z.ToLonLat) }
}

// movePoints applies move to every position of a shape, in place where it can.
func movePoints(g orb.Geometry, move func(orb.Point) (orb.Point, error)) (orb.Geometry, error) {
	switch g := g.(type) {
	case orb.Point:
		return move(g)
	case orb.MultiPoint:
		return g, moveAll(g, move)
	case orb.LineString:
		return g, moveAll(g, move)
	case orb.MultiLineString:
		for _, l := range g {
			if err := moveAll(l, move); err != nil {
				return nil, err
			}
		}
	case orb.Polygon:
		for _, r := range g {
			if err := moveAll(r, move); err != nil {
				return nil, err
			}
		}
	case orb.MultiPolygon:
		for _, p := range g {
			if _, err := movePoints(p, move); err != nil {
				return nil, err
			}
		}
	default:
		return nil, errCRS.With("a %s in a projected system", g.GeoJSONType())
	}
	return g, nil
}

func moveAll(points []orb.Point, move func(orb.Point) (orb.Point, error)) error {
	for i, p := range points {
		q, err := move(p)
		if err != nil {
			return err
		}
		points[i] = q
	}
	return nil
}
