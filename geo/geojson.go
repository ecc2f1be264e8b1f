package geo

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/paulmach/orb"
)

// ErrNotGeoJSON says that a text is not the GeoJSON of one of the six plain
// geometries. The error around it names the place.
var ErrNotGeoJSON = errors.New("not a GeoJSON geometry")

// ParseGeoJSON reads one geometry of RFC 7946: Point, LineString, Polygon and
// their Multi forms. It is strict where encoding/json and orb are not: no
// number beyond float64, no position of one number, no null, no empty array, no
// member twice, no crs, and every position is somewhere on earth. Altitudes are
// dropped, see ParseFlatGeoJSON. It refuses with ErrNotGeoJSON or, naming the
// path, *Invalid; whether rings close and cross is CheckGeometry's business.
// Memory is at most a small multiple of raw and of maxVertices.
func ParseGeoJSON(raw []byte, maxVertices int) (orb.Geometry, error) {
	g, _, err := ParseFlatGeoJSON(raw, maxVertices)
	return g, err
}

// ParseFlatGeoJSON is ParseGeoJSON, and tells whether any position had more
// than two numbers, of which the rest were dropped.
func ParseFlatGeoJSON(raw []byte, maxVertices int) (g orb.Geometry, flattened bool, err error) {
	if !utf8.Valid(raw) {
		return nil, false, fmt.Errorf("%w: not UTF-8", ErrNotGeoJSON)
	}
	r := reader{raw: raw, left: maxVertices, most: maxVertices}
	m, err := r.members()
	if err != nil {
		return nil, false, err
	}
	r.pos = m.coordinates
	g, err = r.shape(m.kind)
	if err != nil {
		return nil, false, err
	}
	return g, r.flattened, nil
}

// members is what was found in the outer object.
type members struct {
	kind        string
	coordinates int // offset
}

// members reads the outer object; coordinates may stand before type, so they
// are skipped here and read in a second pass.
func (r *reader) members() (m members, err error) {
	seen := make(map[string]bool, 4)
	err = r.object(func(name string) error {
		if seen[name] {
			return r.wrong("member %q twice", name)
		}
		if len(seen) >= maxMembers {
			return r.wrong("more than %d members", maxMembers)
		}
		seen[name] = true
		switch name {
		case "type":
			m.kind, err = r.text()
			return err
		case "coordinates":
			m.coordinates = r.pos
		case "crs":
			return r.wrong("a crs member: RFC 7946 knows WGS84 only, convert first")
		}
		return r.skip(0)
	})
	if err != nil {
		return m, err
	}
	r.space()
	switch {
	case r.pos < len(r.raw):
		return m, r.wrong("text after the end")
	case !seen["type"]:
		return m, r.wrong("no type")
	case !seen["coordinates"]:
		return m, r.wrong("no coordinates for type %q", m.kind)
	}
	return m, nil
}

// shape reads the coordinates of the named type.
func (r *reader) shape(kind string) (orb.Geometry, error) {
	root := path{}
	switch kind {
	case "Point":
		return result(r.position(root))
	case "MultiPoint":
		return result(list(r, root, orb.MultiPoint(nil), (*reader).position))
	case "LineString":
		return result(r.line(root))
	case "MultiLineString":
		return result(list(r, root, orb.MultiLineString(nil), (*reader).line))
	case "Polygon":
		return result(r.polygon(root))
	case "MultiPolygon":
		return result(list(r, root, orb.MultiPolygon(nil), (*reader).polygon))
	}
	return nil, fmt.Errorf("%w: type %q", ErrNotGeoJSON, kind)
}

func result[G orb.Geometry](g G, err error) (orb.Geometry, error) {
	if err != nil {
		return nil, err
	}
	return g, nil
}

func (r *reader) line(p path) (orb.LineString, error) {
	return list(r, p, orb.LineString(nil), (*reader).position)
}

func (r *reader) ring(p path) (orb.Ring, error) {
	return list(r, p, orb.Ring(nil), (*reader).position)
}

func (r *reader) polygon(p path) (orb.Polygon, error) {
	return list(r, p, orb.Polygon(nil), (*reader).ring)
}

// list reads an array that is not empty, one element at a time.
func list[S ~[]E, E any](r *reader, p path, out S, element func(*reader, path) (E, error)) (S, error) {
	if !r.take('[') {
		return nil, p.refuse(orb.Point{}, "an array belongs here")
	}
	if r.take(']') {
		return nil, p.refuse(orb.Point{}, "empty")
	}
	for {
		e, err := element(r, p.at(len(out)))
		if err != nil {
			return nil, err
		}
		out = append(out, e)
		if r.take(']') {
			return out, nil
		}
		if !r.take(',') {
			return nil, p.refuse(orb.Point{}, "a comma or the end of the array belongs here")
		}
	}
}

func (r *reader) position(p path) (at orb.Point, err error) {
	if r.left--; r.left < 0 {
		return at, p.refuseAs(at, fmt.Errorf("more than %d positions: %w", r.most, ErrTooManyVertices))
	}
	if !r.take('[') {
		return at, p.refuse(orb.Point{}, "a position belongs here")
	}
	for n := 0; ; n++ {
		v, err := r.number()
		switch {
		case err != nil:
			return orb.Point{}, p.refuseAs(orb.Point{}, err)
		case n < 2:
			at[n] = v
		case n < maxDimensions:
			r.flattened = true
		default:
			return orb.Point{}, p.refuse(orb.Point{}, "a position of more than four numbers")
		}
		if r.take(',') {
			continue
		}
		if !r.take(']') {
			return orb.Point{}, p.refuse(orb.Point{}, "a comma or the end of the position belongs here")
		}
		if n == 0 {
			return orb.Point{}, p.refuse(orb.Point{}, "a position of one number")
		}
		return at, asError(checkPoint(p, at))
	}
}
