package cql

import (
	"github.com/paulmach/orb"

	"onemap/geo"
)

// shapes are the names of geometries in WKT, and in GeoJSON.
var shapes = map[string]string{
	"point": "Point", "multipoint": "MultiPoint", "linestring": "LineString", "multilinestring": "MultiLineString",
	"polygon": "Polygon", "multipolygon": "MultiPolygon", "geometrycollection": "GeometryCollection",
}

// shape reads what follows the name of a WKT geometry.
func (p *parser) shape(name string) (*node, error) {
	g, err := p.wkt(name)
	if err != nil {
		return nil, err
	}
	return p.literal(g, Geometry)
}

func (p *parser) wkt(name string) (orb.Geometry, error) {
	if err := p.deeper(); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	p.accept("Z")
	if err := p.expect("("); err != nil {
		return nil, err
	}
	if name == "geometrycollection" {
		return p.parts()
	}
	raw, err := p.coordinates()
	if err != nil {
		return nil, err
	}
	if name == "point" {
		if len(raw) != 1 {
			return nil, badSyntax("a point has one position")
		}
		return p.build("Point", raw[0])
	}
	if name == "multipoint" { // ((1 2), (3 4)) is (1 2, 3 4)
		for i, one := range raw {
			if inner, ok := one.([]any); ok && len(inner) == 1 {
				raw[i] = inner[0]
			}
		}
	}
	return p.build(shapes[name], raw)
}

func (p *parser) parts() (orb.Geometry, error) {
	var all orb.Collection
	for {
		t := p.take()
		name := ""
		for low := range shapes {
			if t.is(low) {
				name = low
			}
		}
		if name == "" || name == "geometrycollection" {
			return nil, badSyntax("at %d: a geometry belongs here", t.at)
		}
		g, err := p.wkt(name)
		if err != nil {
			return nil, err
		}
		all = append(all, g)
		if _, more := p.accept(","); !more {
			return all, p.expect(")")
		}
	}
}

// coordinates reads positions, or lists of them, up to the closing parenthesis.
func (p *parser) coordinates() ([]any, error) {
	if err := p.deeper(); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	var all []any
	for {
		var one []any
		var err error
		if _, nested := p.accept("("); nested {
			one, err = p.coordinates()
		} else {
			one, err = p.position()
		}
		if err != nil {
			return nil, err
		}
		all = append(all, one)
		if _, more := p.accept(","); !more {
			return all, p.expect(")")
		}
	}
}

func (p *parser) position() ([]any, error) {
	var all []any
	for len(all) < 4 {
		_, minus := p.accept("-")
		if p.peek().kind != tokenNumber {
			if minus || len(all) < 2 {
				return nil, p.unexpected("a coordinate")
			}
			break
		}
		v := p.take().number
		if minus {
			v = -v
		}
		all = append(all, v)
	}
	return all, nil
}

func (p *parser) box() (*node, error) {
	args, err := p.arguments()
	if err != nil {
		return nil, err
	}
	raw := make([]any, len(args))
	for i, a := range args {
		raw[i] = a.lit
	}
	return p.budget.box(raw)
}

// box makes the polygon of four or six numbers; heights are left out. West
// beyond east goes over the date line.
func (b *budget) box(raw []any) (*node, error) {
	n := make([]float64, len(raw))
	for i, v := range raw {
		f, ok := v.(float64)
		if !ok {
			return nil, badSyntax("a box has four or six numbers")
		}
		n[i] = f
	}
	if len(n) == 6 {
		n = []float64{n[0], n[1], n[3], n[4]}
	}
	if len(n) != 4 {
		return nil, badSyntax("a box has four or six numbers")
	}
	low, err := b.point(n[0], n[1])
	if err != nil {
		return nil, err
	}
	high, err := b.point(n[2], n[3])
	if err != nil {
		return nil, err
	}
	g, err := Box(low, high)
	if err != nil {
		return nil, err
	}
	return b.literal(g, Geometry)
}

// Box is the area between two corners, in two parts where it goes over the date
// line, a line or a point where it has no width. It refuses south beyond north.
func Box(low, high orb.Point) (orb.Geometry, error) {
	switch {
	case low[1] > high[1]:
		return nil, badSyntax("the south of a box lies north of its north")
	case low[0] > high[0]:
		return orb.MultiPolygon{
			orb.Bound{Min: low, Max: orb.Point{180, high[1]}}.ToPolygon(),
			orb.Bound{Min: orb.Point{-180, low[1]}, Max: high}.ToPolygon(),
		}, nil
	case low == high:
		return low, nil
	case low[0] == high[0] || low[1] == high[1]:
		return orb.LineString{low, high}, nil
	}
	return orb.Bound{Min: low, Max: high}.ToPolygon(), nil
}

func (b *budget) point(x, y float64) (orb.Point, error) {
	at, err := orb.Point{x, y}, error(nil)
	if b.axes != nil {
		at, err = b.axes(x, y)
	}
	if err == nil {
		err = geo.Check(at)
	}
	if err != nil {
		return at, badSyntax("position %g %g: %s", x, y, err)
	}
	return at, nil
}

// build makes a geometry of nested lists of numbers.
func (b *budget) build(kind string, raw any) (orb.Geometry, error) {
	switch kind {
	case "Point":
		return b.vertex(raw)
	case "MultiPoint":
		all, err := each(raw, b.vertex)
		return orb.MultiPoint(all), err
	case "LineString":
		return b.line(raw)
	case "MultiLineString":
		all, err := each(raw, b.line)
		return orb.MultiLineString(all), err
	case "Polygon":
		return b.polygon(raw)
	case "MultiPolygon":
		all, err := each(raw, b.polygon)
		return orb.MultiPolygon(all), err
	}
	return nil, badSyntax("%q is no geometry", kind)
}

func each[T any](raw any, f func(any) (T, error)) ([]T, error) {
	list, ok := raw.([]any)
	if !ok || len(list) == 0 {
		return nil, badSyntax("a list of positions belongs here")
	}
	all := make([]T, len(list))
	for i, one := range list {
		var err error
		if all[i], err = f(one); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (b *budget) vertex(raw any) (orb.Point, error) {
	if b.vertices++; b.vertices > maxVertices {
		return orb.Point{}, refuse("filter_too_large", "more than %d positions", maxVertices)
	}
	list, ok := raw.([]any)
	if !ok || len(list) < 2 || len(list) > 4 {
		return orb.Point{}, badSyntax("a position has two or three numbers")
	}
	x, okX := list[0].(float64)
	y, okY := list[1].(float64)
	if !okX || !okY {
		return orb.Point{}, badSyntax("a position has two or three numbers")
	}
	return b.point(x, y)
}

func (b *budget) line(raw any) (orb.LineString, error) {
	all, err := each(raw, b.vertex)
	if err == nil && len(all) < 2 {
		err = badSyntax("a line has two positions at least")
	}
	return all, err
}

func (b *budget) polygon(raw any) (orb.Polygon, error) {
	return each(raw, func(ring any) (orb.Ring, error) {
		all, err := each(ring, b.vertex)
		if err == nil && (len(all) < 4 || all[0] != all[len(all)-1]) {
			err = badSyntax("a ring has four positions at least, and ends where it begins")
		}
		return all, err
	})
}
