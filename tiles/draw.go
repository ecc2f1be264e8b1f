package tiles

import (
	"encoding/binary"
	"math"
	"slices"
)

// draw writes the geometry of a mark as it lies in the tile; false when nothing
// of it does.
func (p *pen) draw(s *Sheet, m *mark) bool {
	west, top := p.place(m.west, m.top)
	east, foot := p.place(m.east, m.foot)
	if !(west <= high && east >= low && top <= high && foot >= low) {
		return false
	}
	whole := west >= low && east <= high && top >= low && foot <= high
	p.geometry, p.at = p.geometry[:0], step{}
	var shell int64 // its doubled area; 0: it is lost, and so are its holes
	var from int    // where it begins
	var before step // and what it follows
	for _, part := range s.parts[m.parts.from:m.parts.to] {
		dots := s.dots[part.from:part.to]
		switch {
		case m.kind == kindPoint:
			p.points(dots)
		case m.kind == kindLine:
			p.line(dots, whole)
		case !part.hole:
			from, before = len(p.geometry), p.at
			shell = p.area(dots, false, whole)
		case shell > 0 && p.area(dots, true, whole) >= shell: // the tile lies in the hole
			p.geometry, p.at, shell = p.geometry[:from], before, 0
		}
	}
	return len(p.geometry) > 0
}

// place is a place of the unit square in the tile's own units.
func (p *pen) place(x, y float64) (float64, float64) {
	return (x*p.z - p.x) * Extent, (y*p.z - p.y) * Extent
}

// spots places the dots of a line, thinned. The last of a ring is left out.
func (p *pen) spots(dots []dot) []spot {
	out := p.ring[:0]
	for i := range dots {
		if d := &dots[i]; d.keep >= p.thin {
			x, y := p.place(d.x, d.y)
			out = append(out, spot{x, y})
		}
	}
	p.ring = out
	return out
}

func (p *pen) points(dots []dot) {
	p.snapped = p.snapped[:0]
	for _, d := range dots {
		x, y := p.place(d.x, d.y)
		if x >= low && x <= high && y >= low && y <= high {
			p.snapped = append(p.snapped, snap(spot{x, y}))
		}
	}
	if len(p.snapped) > 0 {
		p.command(moveTo, p.snapped)
	}
}

func (p *pen) line(dots []dot, whole bool) {
	spots := p.spots(dots)
	p.snapped = p.snapped[:0]
	if whole {
		for _, at := range spots {
			p.join(snap(at))
		}
		p.stroke()
		return
	}
	for i := 1; i < len(spots); i++ {
		from, to, some := clipStretch(spots[i-1], spots[i])
		if !some {
			continue
		}
		if from != spots[i-1] {
			p.stroke()
		}
		p.join(snap(from))
		p.join(snap(to))
		if to != spots[i] {
			p.stroke()
		}
	}
	p.stroke()
}

// join goes on to a place, unless it is there.
func (p *pen) join(to step) {
	if n := len(p.snapped); n == 0 || p.snapped[n-1] != to {
		p.snapped = append(p.snapped, to)
	}
}

// stroke ends a line; one that has no length is none.
func (p *pen) stroke() {
	if len(p.snapped) > 1 {
		p.command(moveTo, p.snapped[:1])
		p.command(lineTo, p.snapped[1:])
	}
	p.snapped = p.snapped[:0]
}

// area writes one ring, the shell clockwise as one looks at it, holes the other
// way, and returns its doubled area; nothing is written of what has none here.
func (p *pen) area(dots []dot, hole, whole bool) int64 {
	if len(dots) < 4 {
		return 0
	}
	ring := p.spots(dots[:len(dots)-1])
	if !whole {
		ring, p.spare = clipRing(ring, p.spare)
		p.ring = ring
	}
	p.snapped = p.snapped[:0]
	for _, at := range ring {
		p.join(snap(at))
		for n := len(p.snapped); n > 2 && p.snapped[n-1] == p.snapped[n-3]; n = len(p.snapped) { // there and back
			p.snapped = p.snapped[:n-2]
		}
	}
	for n := len(p.snapped); n > 1 && p.snapped[n-1] == p.snapped[0]; n-- {
		p.snapped = p.snapped[:n-1]
	}
	size := doubled(p.snapped)
	if size == 0 {
		return 0
	}
	if size < 0 != hole {
		slices.Reverse(p.snapped)
	}
	p.command(moveTo, p.snapped[:1])
	p.command(lineTo, p.snapped[1:])
	p.geometry = append(p.geometry, 1<<3|closePath)
	return max(size, -size)
}

// doubled is twice the area of a ring, positive clockwise as one looks at it.
func doubled(ring []step) (sum int64) {
	for i, a := range ring {
		b := ring[(i+1)%len(ring)]
		sum += int64(a.x)*int64(b.y) - int64(b.x)*int64(a.y)
	}
	return sum
}

func snap(at spot) step {
	return step{int32(math.RoundToEven(at.x)), int32(math.RoundToEven(at.y))}
}

// command writes one command and the steps it takes.
func (p *pen) command(id uint64, to []step) {
	b := binary.AppendUvarint(p.geometry, uint64(len(to))<<3|id)
	for _, s := range to {
		b = appendZigzag(b, s.x-p.at.x)
		b = appendZigzag(b, s.y-p.at.y)
		p.at = s
	}
	p.geometry = b
}

func appendZigzag(b []byte, n int32) []byte {
	u := uint32(n<<1) ^ uint32(n>>31)
	for ; u >= 0x80; u >>= 7 {
		b = append(b, byte(u)|0x80)
	}
	return append(b, byte(u))
}
