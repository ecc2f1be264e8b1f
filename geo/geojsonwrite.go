package geo

import (
	"fmt"
	"math"
	"strconv"

	"github.com/paulmach/orb"
)

// MarshalGeoJSON writes g as AppendGeoJSON does.
func MarshalGeoJSON(g orb.Geometry) ([]byte, error) {
	return AppendGeoJSON(make([]byte, 0, 64+26*Vertices(g)), g)
}

// AppendGeoJSON appends g as a GeoJSON geometry, with at most seven decimals
// (1 cm) and no trailing zeros. A ring is written as a polygon, a bound as the
// polygon it bounds. It refuses, leaving dst as it was, what is nil, unknown or
// not finite.
func AppendGeoJSON(dst []byte, g orb.Geometry) ([]byte, error) {
	w := writer{out: dst}
	if err := w.geometry(g); err != nil {
		return dst, fmt.Errorf("write geometry: %w", err)
	}
	if w.lost {
		return dst, fmt.Errorf("write geometry: %w", ErrNotFinite)
	}
	return w.out, nil
}

type writer struct {
	out  []byte
	lost bool // met a coordinate that is not finite
}

func (w *writer) geometry(g orb.Geometry) error {
	switch g := g.(type) {
	case orb.Point:
		w.open("Point")
		w.position(g)
	case orb.MultiPoint:
		w.open("MultiPoint")
		w.positions(g)
	case orb.LineString:
		w.open("LineString")
		w.positions(g)
	case orb.MultiLineString:
		w.open("MultiLineString")
		writeList(w, g, func(l orb.LineString) { w.positions(l) })
	case orb.Ring:
		return w.geometry(orb.Polygon{g})
	case orb.Bound:
		return w.geometry(g.ToPolygon())
	case orb.Polygon:
		w.open("Polygon")
		w.polygon(g)
	case orb.MultiPolygon:
		w.open("MultiPolygon")
		writeList(w, g, w.polygon)
	case orb.Collection:
		return w.collection(g)
	default:
		return fmt.Errorf("%T is not a geometry known here", g)
	}
	w.out = append(w.out, '}')
	return nil
}

func (w *writer) collection(c orb.Collection) error {
	w.out = append(w.out, `{"type":"GeometryCollection","geometries":[`...)
	for i, g := range c {
		if i > 0 {
			w.out = append(w.out, ',')
		}
		if _, nested := g.(orb.Collection); nested {
			return fmt.Errorf("a collection within a collection")
		}
		if err := w.geometry(g); err != nil {
			return err
		}
	}
	w.out = append(w.out, ']', '}')
	return nil
}

func (w *writer) open(kind string) {
	w.out = append(w.out, `{"type":"`...)
	w.out = append(w.out, kind...)
	w.out = append(w.out, `","coordinates":`...)
}

func (w *writer) polygon(p orb.Polygon) {
	writeList(w, p, func(r orb.Ring) { w.positions(r) })
}

func (w *writer) positions(points []orb.Point) { writeList(w, points, w.position) }

func writeList[E any](w *writer, list []E, one func(E)) {
	w.out = append(w.out, '[')
	for i, e := range list {
		if i > 0 {
			w.out = append(w.out, ',')
		}
		one(e)
	}
	w.out = append(w.out, ']')
}

func (w *writer) position(p orb.Point) {
	w.out = append(w.out, '[')
	w.coordinate(p[0])
	w.out = append(w.out, ',')
	w.coordinate(p[1])
	w.out = append(w.out, ']')
}

// coordinate writes v in units of 1e-7, which is several times faster than
// strconv on a float.
func (w *writer) coordinate(v float64) {
	if !(math.Abs(v) < 1e11) { // so that it fits, and NaN does not pass
		w.lost = true
		return
	}
	units := int64(math.Round(v * 1e7))
	if units < 0 {
		w.out = append(w.out, '-')
		units = -units
	}
	w.out = strconv.AppendInt(w.out, units/1e7, 10)
	rest := units % 1e7
	if rest == 0 {
		return
	}
	var digits [8]byte
	digits[0] = '.'
	for i := 7; i > 0; i-- {
		digits[i] = byte('0' + rest%10)
		rest /= 10
	}
	n := len(digits)
	for digits[n-1] == '0' {
		n--
	}
	w.out = append(w.out, digits[:n]...)
}
