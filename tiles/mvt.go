package tiles

import (
	"encoding/binary"
	"math"
)

// The fields of a vector tile (Mapbox Vector Tile 2.1), each with its wire type.
const (
	fieldLayers   = 3<<3 | 2
	fieldName     = 1<<3 | 2
	fieldFeatures = 2<<3 | 2
	fieldKeys     = 3<<3 | 2
	fieldValues   = 4<<3 | 2
	fieldExtent   = 5 << 3
	fieldVersion  = 15 << 3

	featureID       = 1 << 3
	featureTags     = 2<<3 | 2
	featureType     = 3 << 3
	featureGeometry = 4<<3 | 2

	valueString = 1<<3 | 2
	valueDouble = 3<<3 | 1
	valueUint   = 5 << 3
	valueSint   = 6 << 3
	valueBool   = 7 << 3
)

// Kinds of geometry, and what is done in one.
const (
	kindPoint, kindLine, kindArea byte = 1, 2, 3

	moveTo, lineTo, closePath = 1, 2, 7
)

// Cut says which tile is cut of a sheet, and how.
type Cut struct {
	Z, X, Y int
	Most    int                   // bytes; what would go beyond is left out, and all after it
	Hide    string                // an attribute nothing is given; "": none
	Extra   Pair                  // given to marks that Has accepts
	Has     func(mark int32) bool // nil: none
}

// pen is what one cut needs.
type pen struct {
	z                        float64 // tiles a side
	x, y                     float64
	features, geometry, tags []byte
	keys, values             local
	ring, spare              []spot
	snapped                  []step
	at                       step    // where the last command of a geometry left off
	thin                     float32 // what stands out less is left out
}

// step is a place snapped to a tile's units.
type step struct{ x, y int32 }

// local numbers what one tile uses of a table, in the order of first use.
type local struct {
	round uint32
	seen  []uint32 // the round in which it was used last
	as    []uint32
	used  []uint32
	bytes int
}

func newLocal(n int) local { return local{seen: make([]uint32, n), as: make([]uint32, n)} }

func (l *local) begin() {
	l.round++
	l.used, l.bytes = l.used[:0], 0
}

func (l *local) number(n uint32, t *table) uint32 {
	if l.seen[n] != l.round {
		l.seen[n], l.as[n] = l.round, uint32(len(l.used))
		l.used = append(l.used, n)
		l.bytes += len(t.fields[n])
	}
	return l.as[n]
}

// back forgets what was numbered after the first n.
func (l *local) back(n int, t *table) {
	for _, gone := range l.used[n:] {
		l.seen[gone] = l.round - 1
		l.bytes -= len(t.fields[gone])
	}
	l.used = l.used[:n]
}

// Cut returns one tile with some marks of the sheet, the first of them first,
// as MVT 2.1 of one layer; nothing when none of them lies there. Shapes are
// clipped to the tile and its buffer, and thinned below ThinFrom. Areas are not
// made valid again: one whose border touches itself once it is snapped stays so.
func (s *Sheet) Cut(c Cut, marks []int32) []byte {
	p := s.scratch.Get().(*pen)
	defer s.scratch.Put(p)
	p.begin(c)
	hide := uint32(math.MaxUint32)
	if n, known := s.keys.of[c.Hide]; known {
		hide = n
	}
	for _, i := range marks {
		m := &s.marks[i]
		if !p.draw(s, m) {
			continue
		}
		p.tags = p.tags[:0]
		before, keys, values := len(p.features), len(p.keys.used), len(p.values.used)
		for _, pair := range s.pairs[m.pairs.from:m.pairs.to] {
			if pair.key != hide {
				p.tag(s, pair)
			}
		}
		if c.Has != nil && c.Has(i) {
			p.tag(s, c.Extra)
		}
		p.write(m)
		if c.Most > 0 && len(p.features)+p.keys.bytes+p.values.bytes+headroom+len(s.name) > c.Most {
			p.features = p.features[:before]
			p.keys.back(keys, &s.keys)
			p.values.back(values, &s.values)
			break
		}
	}
	if len(p.features) == 0 {
		return nil
	}
	return p.layer(s)
}

// headroom is what a layer weighs beside its features, keys, values and name.
const headroom = 32

func (p *pen) begin(c Cut) {
	p.z, p.x, p.y = float64(int(1)<<c.Z), float64(c.X), float64(c.Y)
	p.thin = 0
	if c.Z < ThinFrom {
		p.thin = float32(thinning(c.Z))
	}
	p.features = p.features[:0]
	p.keys.begin()
	p.values.begin()
}

func (p *pen) tag(s *Sheet, pair Pair) {
	p.tags = binary.AppendUvarint(p.tags, uint64(p.keys.number(pair.key, &s.keys)))
	p.tags = binary.AppendUvarint(p.tags, uint64(p.values.number(pair.value, &s.values)))
}

// write appends the feature whose tags and geometry are at hand.
func (p *pen) write(m *mark) {
	size := 2 + 1 + width(m.id) + 1 + width(uint64(len(p.geometry))) + len(p.geometry)
	if len(p.tags) > 0 {
		size += 1 + width(uint64(len(p.tags))) + len(p.tags)
	}
	b := binary.AppendUvarint(append(p.features, fieldFeatures), uint64(size))
	b = binary.AppendUvarint(append(b, featureID), m.id)
	if len(p.tags) > 0 {
		b = binary.AppendUvarint(append(b, featureTags), uint64(len(p.tags)))
		b = append(b, p.tags...)
	}
	b = append(b, featureType, m.kind)
	b = binary.AppendUvarint(append(b, featureGeometry), uint64(len(p.geometry)))
	p.features = append(b, p.geometry...)
}

// layer puts the tile together.
func (p *pen) layer(s *Sheet) []byte {
	size := 2 + 1 + width(uint64(len(s.name))) + len(s.name) + len(p.features) + 1 + width(Extent)
	for _, n := range p.keys.used {
		size += len(s.keys.fields[n])
	}
	for _, n := range p.values.used {
		size += len(s.values.fields[n])
	}
	out := make([]byte, 0, size+1+width(uint64(size)))
	out = binary.AppendUvarint(append(out, fieldLayers), uint64(size))
	out = binary.AppendUvarint(append(out, fieldVersion, 2, fieldName), uint64(len(s.name)))
	out = append(append(out, s.name...), p.features...)
	for _, n := range p.keys.used {
		out = append(out, s.keys.fields[n]...)
	}
	for _, n := range p.values.used {
		out = append(out, s.values.fields[n]...)
	}
	return binary.AppendUvarint(append(out, fieldExtent), Extent)
}

// width is how many bytes a number takes.
func width(n uint64) int {
	w := 1
	for ; n >= 0x80; n >>= 7 {
		w++
	}
	return w
}
