package load

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"

	"github.com/paulmach/orb"

	"onemap/dispatch"
)

// shapefile reads one layer of a zipped shapefile (ESRI white paper, July
// 1998): .shp and .dbf, datum from .prj, encoding from .cpg or the .dbf itself.
// The .shx is not needed: records are read in their order.
func (s *sink) shapefile(a *archive, o dispatch.ReadOptions) error {
	s.shape.Format, s.shape.Shapes = "shapefile", true
	for _, name := range a.ending(".shp") {
		s.shape.Layers = append(s.shape.Layers, stem(name))
	}
	layer, err := s.choose(o.Layer)
	if err != nil {
		return err
	}
	part := func(ext string) ([]byte, error) { return a.bytes(layer + ext) }
	shp, err := part(".shp")
	if err != nil {
		return err
	}
	dbf, err := part(".dbf")
	if err != nil {
		return err
	}
	if dbf == nil {
		return badFile("%s.shp has no .dbf: places without attributes", layer)
	}
	prj, err := part(".prj")
	if err != nil {
		return err
	}
	cpg, err := part(".cpg")
	if err != nil {
		return err
	}
	project, err := s.projection(string(prj))
	if err != nil {
		return err
	}
	table, err := openDBF(dbf, o.Encoding, string(cpg))
	if err != nil {
		return err
	}
	s.shape.Encoding = table.said
	s.shape.Notes = append(s.shape.Notes, "attributes read as "+table.said)
	return s.records(shp, table, project)
}

// stem is a name without its ending.
func stem(name string) string { return name[:len(name)-4] }

// choose takes the layer asked for, the first without being asked.
func (s *sink) choose(asked string) (string, error) {
	for _, name := range s.shape.Layers {
		if asked == "" || asked == name {
			s.shape.Layer = name
			if asked == "" && len(s.shape.Layers) > 1 {
				s.note("the file has %d layers; the first was read", len(s.shape.Layers))
			}
			return name, nil
		}
	}
	return "", errLayer.With("no layer %.60q; the file has %.300s", asked, strings.Join(s.shape.Layers, ", "))
}

// records pairs shapes and attributes by number. Both files must agree on how
// many there are: a shift by one would give every place its neighbour's name.
func (s *sink) records(shp []byte, table *dbf, project projection) error {
	if len(shp) < 100 || binary.BigEndian.Uint32(shp) != 9994 {
		return badFile("the .shp has no header")
	}
	// The length is in 16-bit words. 2 GB said of 1 kB is a lie; so is less.
	if said := int64(binary.BigEndian.Uint32(shp[24:])) * 2; said != int64(len(shp)) {
		return badFile("the .shp says %d bytes and has %d", said, len(shp))
	}
	bodies, err := shapeBodies(shp[100:])
	if err != nil {
		return err
	}
	if len(bodies) != table.count {
		return badFile("%d shapes and %d rows of attributes do not belong together", len(bodies), table.count)
	}
	s.expected = table.count
	for i, body := range bodies {
		cells, deleted, err := table.row(i)
		if deleted {
			s.note("%d rows marked as deleted were left out", 1)
			continue
		}
		if err != nil {
			if err = s.wrong(i+1, "", "bad_row", "%v", err); err != nil {
				return err
			}
			continue
		}
		g, flat, err := shapeOf(body)
		if err == nil && g != nil {
			g, err = project(g)
		}
		if err != nil {
			if err = s.wrong(i+1, "geometry", "bad_geometry", "%v", err); err != nil {
				return err
			}
			continue
		}
		if flat {
			s.note("heights or measures dropped from %d shapes", 1)
		}
		if err := s.row(i+1, cells, g); err != nil {
			return err
		}
	}
	return nil
}

// shapeBodies cuts the main file into the contents of its records.
func shapeBodies(rest []byte) (bodies [][]byte, err error) {
	for len(rest) > 0 {
		if len(rest) < 8 {
			return nil, badFile("the .shp ends within the head of record %d", len(bodies)+1)
		}
		length := int64(binary.BigEndian.Uint32(rest[4:])) * 2
		if length < 4 || length > int64(len(rest)-8) {
			return nil, badFile("record %d of the .shp says %d bytes and %d are left", len(bodies)+1, length, len(rest)-8)
		}
		if len(bodies) >= maxRows {
			return nil, ErrTooLarge.With("more than %d shapes", maxRows)
		}
		bodies = append(bodies, rest[8:8+length])
		rest = rest[8+length:]
	}
	return bodies, nil
}

// shapeOf decodes one record; nil is the null shape. flat says that z or m
// were dropped.
func shapeOf(b []byte) (g orb.Geometry, flat bool, err error) {
	kind := binary.LittleEndian.Uint32(b)
	b = b[4:]
	flat = kind > 10
	switch kind {
	case 0:
		return nil, false, nil
	case 1, 11, 21:
		if len(b) < 16 {
			return nil, flat, fmt.Errorf("a point of %d bytes", len(b))
		}
		return pointAt(b), flat, nil
	case 8, 18, 28:
		if len(b) < 36 {
			return nil, flat, fmt.Errorf("a multipoint of %d bytes", len(b))
		}
		points, err := pointsOf(b[36:], int64(binary.LittleEndian.Uint32(b[32:])))
		return orb.MultiPoint(points), flat, err
	case 3, 13, 23, 5, 15, 25:
		parts, err := partsOf(b)
		if err != nil {
			return nil, flat, err
		}
		if kind%10 == 3 {
			return linesOf(parts), flat, nil
		}
		return polygonsOf(parts), flat, nil
	case 31:
		return nil, flat, fmt.Errorf("a multipatch is a solid, not a shape on a map")
	}
	return nil, flat, fmt.Errorf("shape type %d", kind)
}

func pointAt(b []byte) orb.Point {
	return orb.Point{math.Float64frombits(binary.LittleEndian.Uint64(b)), math.Float64frombits(binary.LittleEndian.Uint64(b[8:]))}
}

// pointsOf holds a count against the bytes there are before it makes room.
func pointsOf(b []byte, n int64) ([]orb.Point, error) {
	if n < 1 || n*16 > int64(len(b)) {
		return nil, fmt.Errorf("%d points said, room for %d", n, len(b)/16)
	}
	if n > maxVertices {
		return nil, fmt.Errorf("more than %d vertices", maxVertices)
	}
	points := make([]orb.Point, n)
	for i := range points {
		points[i] = pointAt(b[16*i:])
	}
	return points, nil
}

// partsOf reads the parts of a line or polygon.
func partsOf(b []byte) ([][]orb.Point, error) {
	if len(b) < 40 {
		return nil, fmt.Errorf("a shape of %d bytes", len(b))
	}
	n, total := int64(binary.LittleEndian.Uint32(b[32:])), int64(binary.LittleEndian.Uint32(b[36:]))
	b = b[40:]
	if n < 1 || n*4 > int64(len(b)) {
		return nil, fmt.Errorf("%d parts said, room for %d", n, len(b)/4)
	}
	points, err := pointsOf(b[4*n:], total)
	if err != nil {
		return nil, err
	}
	parts := make([][]orb.Point, n)
	for i := range parts {
		from, to := int64(binary.LittleEndian.Uint32(b[4*i:])), total
		if i+1 < len(parts) {
			to = int64(binary.LittleEndian.Uint32(b[4*i+4:]))
		}
		if from >= to || to > total {
			return nil, fmt.Errorf("part %d runs from point %d to %d of %d", i, from, to, total)
		}
		parts[i] = points[from:to:to]
	}
	return parts, nil
}

func linesOf(parts [][]orb.Point) orb.Geometry {
	if len(parts) == 1 {
		return orb.LineString(parts[0])
	}
	lines := make(orb.MultiLineString, len(parts))
	for i, p := range parts {
		lines[i] = p
	}
	return lines
}

// polygonsOf sorts rings: clockwise ones are outer, the others are holes of the
// smallest outer ring around them. A hole without one is an outer ring drawn
// the wrong way round.
func polygonsOf(parts [][]orb.Point) orb.Geometry {
	var outer, holes []orb.Ring
	for _, p := range parts {
		if r := orb.Ring(p); signedArea(r) <= 0 {
			outer = append(outer, r)
		} else {
			holes = append(holes, r)
		}
	}
	all := make(orb.MultiPolygon, len(outer), len(outer)+len(holes))
	for i, r := range outer {
		all[i] = orb.Polygon{r}
	}
	for _, h := range holes {
		best := -1
		for i, r := range outer {
			if r.Bound().Contains(h[0]) && around(r, h) && (best < 0 || math.Abs(signedArea(r)) < math.Abs(signedArea(outer[best]))) {
				best = i
			}
		}
		if best < 0 {
			all = append(all, orb.Polygon{h})
			continue
		}
		all[best] = append(all[best], h)
	}
	for _, p := range all { // GeoJSON turns the other way
		for _, r := range p {
			r.Reverse()
		}
	}
	if len(all) == 1 {
		return all[0]
	}
	return all
}

// signedArea is positive counter-clockwise; about the first point, so that
// large coordinates do not eat it.
func signedArea(r orb.Ring) (twice float64) {
	for i := 1; i+1 < len(r); i++ {
		twice += (r[i][0]-r[0][0])*(r[i+1][1]-r[0][1]) - (r[i+1][0]-r[0][0])*(r[i][1]-r[0][1])
	}
	return twice
}

// around reports whether a ring holds a hole, by the hole's first point that is
// no corner of the ring.
func around(r, hole orb.Ring) bool {
	for _, p := range hole {
		in, corner := false, false
		for i, j := 0, len(r)-1; i < len(r); j, i = i, i+1 {
			a, b := r[i], r[j]
			corner = corner || a == p
			if (a[1] > p[1]) != (b[1] > p[1]) && p[0] < (b[0]-a[0])*(p[1]-a[1])/(b[1]-a[1])+a[0] {
				in = !in
			}
		}
		if !corner {
			return in
		}
	}
	return true
}
