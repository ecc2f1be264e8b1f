package data

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"onemap/geo"
)

// Extended well-known binary, as PostGIS sends and takes it: byte order, type
// with flags, SRID if flagged, then counts and ordinates.
const (
	ewkbZ    = 0x80000000
	ewkbM    = 0x40000000
	ewkbSRID = 0x20000000

	wgs84    = 4326
	maxEWKB  = 64 << 20 // bytes of one geometry; more is no shape of a city
	maxDepth = 2        // a multi-geometry and its parts
)

var errEWKB = errors.New("bad EWKB")

// appendEWKB writes g with an SRID, or without when srid is 0. It refuses what
// is not finite and what the ledgers do not know (collections, bounds).
func appendEWKB(buf []byte, g orb.Geometry, srid uint32) ([]byte, error) {
	switch g := g.(type) {
	case orb.Point:
		return appendPoint(appendHead(buf, 1, srid), g)
	case orb.LineString:
		return appendPoints(appendHead(buf, 2, srid), g)
	case orb.Polygon:
		return appendAll(appendHead(buf, 3, srid), g, func(b []byte, r orb.Ring) ([]byte, error) { return appendPoints(b, r) })
	case orb.MultiPoint:
		return appendAll(appendHead(buf, 4, srid), g, appendPart[orb.Point])
	case orb.MultiLineString:
		return appendAll(appendHead(buf, 5, srid), g, appendPart[orb.LineString])
	case orb.MultiPolygon:
		return appendAll(appendHead(buf, 6, srid), g, appendPart[orb.Polygon])
	}
	return nil, fmt.Errorf("%w: no way to write a %T", errEWKB, g)
}

func appendHead(buf []byte, kind, srid uint32) []byte {
	buf = append(buf, 1)
	if srid == 0 {
		return binary.LittleEndian.AppendUint32(buf, kind)
	}
	buf = binary.LittleEndian.AppendUint32(buf, kind|ewkbSRID)
	return binary.LittleEndian.AppendUint32(buf, srid)
}

func appendPart[G orb.Geometry](buf []byte, g G) ([]byte, error) { return appendEWKB(buf, g, 0) }

func appendAll[S ~[]E, E any](buf []byte, all S, one func([]byte, E) ([]byte, error)) (_ []byte, err error) {
	buf = binary.LittleEndian.AppendUint32(buf, uint32(len(all)))
	for _, e := range all {
		if buf, err = one(buf, e); err != nil {
			return nil, err
		}
	}
	return buf, nil
}

func appendPoints(buf []byte, points []orb.Point) ([]byte, error) {
	return appendAll(buf, points, appendPoint)
}

func appendPoint(buf []byte, p orb.Point) ([]byte, error) {
	for _, v := range p {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, geo.ErrNotFinite
		}
		buf = binary.LittleEndian.AppendUint64(buf, math.Float64bits(v))
	}
	return buf, nil
}

// ewkbReader reads one geometry. Counts are held against the bytes that are
// left before anything is allocated, and nesting against maxDepth.
type ewkbReader struct {
	src   []byte
	order binary.ByteOrder
	size  int // bytes of a position: Z and M are read over
}

// decodeEWKB reads a geometry and drops Z and M. It refuses anything short,
// long, nested, not finite or of an unknown type.
func decodeEWKB(src []byte) (orb.Geometry, error) {
	if len(src) > maxEWKB {
		return nil, fmt.Errorf("%w: %d bytes, at most %d", errEWKB, len(src), maxEWKB)
	}
	r := ewkbReader{src: src}
	g, err := r.geometry(1)
	if err == nil && len(r.src) > 0 {
		err = fmt.Errorf("%w: %d bytes too many", errEWKB, len(r.src))
	}
	if err != nil {
		return nil, err
	}
	return g, nil
}

func (r *ewkbReader) geometry(depth int) (orb.Geometry, error) {
	kind, err := r.head()
	if err != nil {
		return nil, err
	}
	if depth > maxDepth || depth > 1 && kind > 3 {
		return nil, fmt.Errorf("%w: nested too deep", errEWKB)
	}
	switch kind {
	case 1:
		return r.point()
	case 2:
		return readAll[orb.LineString](r, r.size, r.point)
	case 3:
		return readAll[orb.Polygon](r, 4, r.ring)
	case 4:
		return readAll[orb.MultiPoint](r, 5+r.size, readPart[orb.Point](r, depth))
	case 5:
		return readAll[orb.MultiLineString](r, 9, readPart[orb.LineString](r, depth))
	case 6:
		return readAll[orb.MultiPolygon](r, 9, readPart[orb.Polygon](r, depth))
	}
	return nil, fmt.Errorf("%w: type %d", errEWKB, kind)
}

func (r *ewkbReader) head() (kind uint32, err error) {
	if len(r.src) < 5 {
		return 0, fmt.Errorf("%w: too short", errEWKB)
	}
	switch r.src[0] {
	case 0:
		r.order = binary.BigEndian
	case 1:
		r.order = binary.LittleEndian
	default:
		return 0, fmt.Errorf("%w: byte order %d", errEWKB, r.src[0])
	}
	r.src = r.src[1:]
	flags, _ := r.uint32()
	r.size = 16
	if flags&ewkbZ != 0 {
		r.size += 8
	}
	if flags&ewkbM != 0 {
		r.size += 8
	}
	if flags&ewkbSRID != 0 {
		srid, err := r.uint32()
		if err != nil {
			return 0, err
		}
		if srid != wgs84 {
			return 0, fmt.Errorf("%w: SRID %d", errEWKB, srid)
		}
	}
	return flags &^ (ewkbZ | ewkbM | ewkbSRID), nil
}

func (r *ewkbReader) uint32() (uint32, error) {
	if len(r.src) < 4 {
		return 0, fmt.Errorf("%w: too short", errEWKB)
	}
	v := r.order.Uint32(r.src)
	r.src = r.src[4:]
	return v, nil
}

func (r *ewkbReader) point() (orb.Point, error) {
	if len(r.src) < r.size {
		return orb.Point{}, fmt.Errorf("%w: too short", errEWKB)
	}
	var p orb.Point
	for i := range p {
		p[i] = math.Float64frombits(r.order.Uint64(r.src[8*i:]))
		if math.IsNaN(p[i]) || math.IsInf(p[i], 0) {
			return p, fmt.Errorf("%w: %w", errEWKB, geo.ErrNotFinite)
		}
	}
	r.src = r.src[r.size:]
	return p, nil
}

func (r *ewkbReader) ring() (orb.Ring, error) { return readAll[orb.Ring](r, r.size, r.point) }

// readAll reads a count and that many elements of at least least bytes each.
func readAll[S ~[]E, E any](r *ewkbReader, least int, one func() (E, error)) (S, error) {
	n, err := r.uint32()
	if err != nil {
		return nil, err
	}
	if uint64(n)*uint64(least) > uint64(len(r.src)) {
		return nil, fmt.Errorf("%w: count %d beyond the end", errEWKB, n)
	}
	all := make(S, 0, n)
	for range n {
		e, err := one()
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, nil
}

func readPart[G orb.Geometry](r *ewkbReader, depth int) func() (G, error) {
	return func() (G, error) {
		g, err := r.geometry(depth + 1)
		if err != nil {
			return *new(G), err
		}
		part, ok := g.(G)
		if !ok {
			return part, fmt.Errorf("%w: a %T among others", errEWKB, g)
		}
		return part, nil
	}
}
