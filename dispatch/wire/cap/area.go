package cap

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"onemap/dispatch"
	"onemap/geo"
	"onemap/geo/overlay"
)

// maxCorners bounds one polygon.
const maxCorners = 10_000

// ErrHoles says that CAP cannot leave a hole out: a warning of the whole would
// reach people it is not for.
var ErrHoles = &dispatch.Error{Kind: dispatch.Invalid, Code: "cap_holes", Text: "a polygon with holes cannot be said in CAP"}

// Circle is a disc on the ground; a radius of zero is a point.
type Circle struct {
	Centre orb.Point
	Radius geo.Metres
}

// ParsePolygon reads "lat,lon lat,lon …", closed, into a ring of lon/lat, WGS84.
func ParsePolygon(text string) (orb.Ring, error) {
	words := strings.Fields(text)
	if len(words) < 4 || len(words) > maxCorners {
		return nil, fmt.Errorf("%d corners, wants 4 to %d", len(words), maxCorners)
	}
	ring := make(orb.Ring, len(words))
	for i, w := range words {
		p, err := parsePoint(w)
		if err != nil {
			return nil, fmt.Errorf("corner %d: %w", i, err)
		}
		ring[i] = p
	}
	if ring[0] != ring[len(ring)-1] {
		return nil, fmt.Errorf("not closed: begins at %s, ends at %s", words[0], words[len(words)-1])
	}
	return ring, nil
}

// ParseCircle reads "lat,lon radius", the radius in kilometres.
func ParseCircle(text string) (Circle, error) {
	words := strings.Fields(text)
	if len(words) != 2 {
		return Circle{}, fmt.Errorf("%.40q is not a centre and a radius", text)
	}
	p, err := parsePoint(words[0])
	if err != nil {
		return Circle{}, err
	}
	km, err := strconv.ParseFloat(words[1], 64)
	if err != nil || !(km >= 0 && km <= 5000) {
		return Circle{}, fmt.Errorf("radius %.40q is none of 0 to 5000 km", words[1])
	}
	return Circle{p, geo.Metres(km * 1000)}, nil
}

func parsePoint(word string) (orb.Point, error) {
	lat, lon, ok := strings.Cut(word, ",")
	y, err := strconv.ParseFloat(lat, 64)
	x, err2 := strconv.ParseFloat(lon, 64)
	if !ok || err != nil || err2 != nil {
		return orb.Point{}, fmt.Errorf("%.40q is not lat,lon", word)
	}
	return orb.Point{x, y}, geo.Check(orb.Point{x, y})
}

// Polygons writes a polygon or multipolygon of lon/lat as CAP has them:
// latitude first, six decimals, closed. It refuses with ErrHoles.
func Polygons(g orb.Geometry) (texts []string, err error) {
	var all orb.MultiPolygon
	switch g := g.(type) {
	case orb.Polygon:
		all = orb.MultiPolygon{g}
	case orb.MultiPolygon:
		all = g
	default:
		return nil, dispatch.ErrInvalid.With("a warning covers an area, not a %s", g.GeoJSONType())
	}
	for _, polygon := range all {
		if len(polygon) != 1 {
			return nil, ErrHoles
		}
		var b []byte
		for i, p := range polygon[0] {
			if i > 0 {
				b = append(b, ' ')
			}
			b = strconv.AppendFloat(b, p[1], 'f', 6, 64)
			b = strconv.AppendFloat(append(b, ','), p[0], 'f', 6, 64)
		}
		if _, err := ParsePolygon(string(b)); err != nil {
			return nil, dispatch.ErrInvalid.With("%v", err)
		}
		texts = append(texts, string(b))
	}
	return texts, nil
}

// GeocodeName is what divisions are called on the way out. On the way in every
// name that says 行政区划 or 2260 is taken for it.
const GeocodeName = "GB/T 2260"

// Divisions returns the division codes (行政区划代码) among the geocodes, of six
// or nine digits, sorted. Twelve digits of the statistical code are cut down.
func (a *Area) Divisions() (codes []string) {
	for _, g := range a.Geocodes {
		if !strings.Contains(g.Name, "行政区划") && !strings.Contains(g.Name, "2260") {
			continue
		}
		code := g.Value
		if len(code) == 12 {
			code = strings.TrimSuffix(code, "000") // no village
		}
		if len(code) == 9 {
			code = strings.TrimSuffix(code, "000") // no township
		}
		if len(code) == 6 || len(code) == 9 || len(code) == 12 {
			codes = append(codes, code)
		}
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// Covers reports whether a place is among those to be warned: in a polygon, a
// circle or a division. Parts that cannot be read cover nothing.
func (a *Area) Covers(p orb.Point, division string) bool {
	for _, text := range a.Polygons {
		if ring, err := ParsePolygon(text); err == nil && planar.RingContains(ring, p) {
			return true
		}
	}
	for _, text := range a.Circles {
		if c, err := ParseCircle(text); err == nil && geo.GreatCircle(c.Centre, p) <= c.Radius {
			return true
		}
	}
	return division != "" && slices.ContainsFunc(a.Divisions(), func(code string) bool { return dispatch.Within(division, code) })
}

// Ground returns the union of the polygons, circles and divisions of an area.
// What shape knows no ground for is handed back: it is warned all the same.
func (a *Area) Ground(shape func(division string) (orb.Geometry, bool)) (ground orb.MultiPolygon, unknown []string, err error) {
	var parts []orb.Geometry
	for _, text := range a.Polygons {
		ring, err := ParsePolygon(text)
		if err != nil {
			return nil, nil, fmt.Errorf("read polygon: %w", err)
		}
		parts = append(parts, orb.Polygon{ring})
	}
	for _, text := range a.Circles {
		c, err := ParseCircle(text)
		if err != nil {
			return nil, nil, fmt.Errorf("read circle: %w", err)
		}
		if c.Radius > 0 {
			parts = append(parts, orb.Polygon{c.ring()})
		}
	}
	for _, code := range a.Divisions() {
		if g, ok := shape(code); ok {
			parts = append(parts, g)
		} else {
			unknown = append(unknown, code)
		}
	}
	if len(parts) == 0 {
		return nil, unknown, nil
	}
	ground, err = overlay.Union(parts)
	if err != nil {
		return nil, unknown, fmt.Errorf("unite area %q: %w", a.Description, err)
	}
	return ground, unknown, nil
}

func (c Circle) ring() orb.Ring {
	const sides = 64
	ring := make(orb.Ring, sides+1)
	for i := range sides {
		ring[i] = geo.Destination(c.Centre, geo.Bearing(360*i/sides), c.Radius)
	}
	ring[sides] = ring[0]
	return ring
}
