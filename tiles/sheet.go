package tiles

import (
	"encoding/binary"
	"fmt"
	"math"
	"reflect"
	"sync"

	"github.com/paulmach/orb"
)

const (
	// Extent is the side of a tile in its own units, and Buffer how far beyond
	// its border shapes go on.
	Extent = 4096
	Buffer = 64

	// ThinFrom is the zoom below which shapes are thinned, by ThinTo units.
	ThinFrom = 11
	ThinTo   = 4
)

// Sheet is one layer ready to be cut into tiles: its shapes in the unit square
// of web tiles, its attributes as they are written. It is filled by Add, one
// mark after another, and never changed once it is cut; then any number of
// goroutines may cut at once.
type Sheet struct {
	name    string
	keys    table
	values  table
	marks   []mark
	parts   []part
	dots    []dot
	pairs   []Pair
	scratch sync.Pool // of *pen
}

// Pair is an attribute of a sheet: a key with a value.
type Pair struct{ key, value uint32 }

// mark is one feature; what it is made of lies in the sheet's own lists.
type mark struct {
	id         uint64
	kind       byte // GeomType: 1 points, 2 lines, 3 areas
	parts      span
	pairs      span
	west, east float64
	top, foot  float64 // y grows southwards
}

type span struct{ from, to int32 }

// part is one line, one ring, or all points of a mark.
type part struct {
	span
	hole bool
}

// dot is a place in the unit square. Below the zoom that keep stands for the
// shape does without it.
type dot struct {
	x, y float64
	keep float32
}

// table numbers texts, and keeps them as fields of a layer.
type table struct {
	of     map[string]uint32
	fields [][]byte
}

func (t *table) number(text string, field byte) uint32 {
	n, known := t.of[text]
	if !known {
		n = uint32(len(t.fields))
		t.of[text] = n
		t.fields = append(t.fields, append(binary.AppendUvarint([]byte{field}, uint64(len(text))), text...))
	}
	return n
}

// NewSheet returns an empty sheet of the source layer of that name.
func NewSheet(name string) *Sheet {
	s := &Sheet{name: name, keys: table{of: map[string]uint32{}}, values: table{of: map[string]uint32{}}}
	s.scratch.New = func() any { return &pen{keys: newLocal(len(s.keys.fields)), values: newLocal(len(s.values.fields))} }
	return s
}

// Len is the number of marks.
func (s *Sheet) Len() int { return len(s.marks) }

// Pair writes an attribute. It refuses what a tile cannot hold: a value is a
// text, a number or a truth.
func (s *Sheet) Pair(key string, value any) (Pair, error) {
	raw, err := valueOf(value)
	if err != nil {
		return Pair{}, fmt.Errorf("attribute %s: %w", key, err)
	}
	return Pair{s.keys.number(key, fieldKeys), s.values.number(raw, fieldValues)}, nil
}

// valueOf writes a value; a number without a fraction as an integer, which is
// shorter and reads the same.
func valueOf(value any) (string, error) {
	v := reflect.ValueOf(value)
	var b []byte
	switch {
	case v.Kind() == reflect.String:
		b = append(binary.AppendUvarint([]byte{valueString}, uint64(v.Len())), v.String()...)
	case v.Kind() == reflect.Bool && v.Bool():
		b = []byte{valueBool, 1}
	case v.Kind() == reflect.Bool:
		b = []byte{valueBool, 0}
	case v.CanInt():
		b = integer(v.Int())
	case v.CanUint():
		b = binary.AppendUvarint([]byte{valueUint}, v.Uint())
	case v.CanFloat() && v.Float() == math.Trunc(v.Float()) && math.Abs(v.Float()) < 1<<53:
		b = integer(int64(v.Float()))
	case v.CanFloat() && !math.IsNaN(v.Float()) && !math.IsInf(v.Float(), 0):
		b = binary.LittleEndian.AppendUint64([]byte{valueDouble}, math.Float64bits(v.Float()))
	default:
		return "", fmt.Errorf("a tile holds no %T of %v", value, value)
	}
	return string(b), nil
}

func integer(n int64) []byte {
	if n >= 0 {
		return binary.AppendUvarint([]byte{valueUint}, uint64(n))
	}
	return binary.AppendUvarint([]byte{valueSint}, uint64(n<<1)^uint64(n>>63))
}

// Add puts a shape in lon/lat on the sheet, with its id and attributes. It
// refuses collections of shapes: a feature of a tile has one kind.
func (s *Sheet) Add(id uint64, g orb.Geometry, pairs ...Pair) error {
	m := mark{id: id, west: math.Inf(1), east: math.Inf(-1), top: math.Inf(1), foot: math.Inf(-1)}
	m.parts.from, m.pairs.from = int32(len(s.parts)), int32(len(s.pairs))
	switch g := g.(type) {
	case orb.Point:
		m.kind = kindPoint
		s.part(&m, []orb.Point{g}, false)
	case orb.MultiPoint:
		m.kind = kindPoint
		s.part(&m, g, false)
	case orb.LineString:
		m.kind = kindLine
		s.part(&m, g, false)
	case orb.MultiLineString:
		m.kind = kindLine
		for _, line := range g {
			s.part(&m, line, false)
		}
	case orb.Polygon:
		s.area(&m, g)
	case orb.MultiPolygon:
		for _, p := range g {
			s.area(&m, p)
		}
	default:
		return fmt.Errorf("a tile holds no %T", g)
	}
	s.pairs = append(s.pairs, pairs...)
	m.parts.to, m.pairs.to = int32(len(s.parts)), int32(len(s.pairs))
	s.marks = append(s.marks, m)
	return nil
}

func (s *Sheet) area(m *mark, p orb.Polygon) {
	m.kind = kindArea
	for i, ring := range p {
		s.part(m, ring, i > 0)
	}
}

func (s *Sheet) part(m *mark, points []orb.Point, hole bool) {
	from := len(s.dots)
	for _, p := range points {
		x, y := Square(p)
		s.dots = append(s.dots, dot{x: x, y: y})
		m.west, m.east = math.Min(m.west, x), math.Max(m.east, x)
		m.top, m.foot = math.Min(m.top, y), math.Max(m.foot, y)
	}
	if m.kind != kindPoint {
		weigh(s.dots[from:])
	}
	s.parts = append(s.parts, part{span{int32(from), int32(len(s.dots))}, hole})
}

// edge is as far north or south as the square of web tiles reaches.
const edge = 85.051128779806604

// Square is the place of a point in the unit square of web tiles: x grows
// eastwards, y southwards. What lies beyond 85° is put on the border.
func Square(p orb.Point) (x, y float64) {
	sin := math.Sin(math.Max(-edge, math.Min(edge, p[1])) * math.Pi / 180)
	return p[0]/360 + 0.5, 0.5 - math.Log((1+sin)/(1-sin))/(4*math.Pi)
}

// Ground is what a tile shows with its buffer, in lon/lat.
func Ground(z, x, y int) orb.Bound {
	const margin = float64(Buffer) / Extent
	n := float64(int(1) << z)
	lon := func(x float64) float64 { return math.Max(-180, math.Min(180, (x/n-0.5)*360)) }
	lat := func(y float64) float64 { return math.Atan(math.Sinh(math.Pi*(1-2*y/n))) * 180 / math.Pi }
	return orb.Bound{
		Min: orb.Point{lon(float64(x) - margin), lat(float64(y) + 1 + margin)},
		Max: orb.Point{lon(float64(x) + 1 + margin), lat(float64(y) - margin)},
	}
}
