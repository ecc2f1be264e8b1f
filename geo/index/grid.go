package index

import (
	"fmt"
	"math"
	"sync"

	"github.com/paulmach/orb"

	"onemap/geo"
)

// Grid is an index of points that move: one flat array of cells over an area,
// and one heap for what is outside of it, which is found as surely but slower.
// One goroutine may change it while nobody reads; any number may read at once.
type Grid[T comparable] struct {
	compare func(a, b T) int
	field   field
	cells   [][]entry // the last one holds what is outside the field
	items   []item[T]
	free    []int32 // unused places in items
	ref     map[T]int32
	scratch sync.Pool // of *collector
}

// entry is an item as it lies in a cell.
type entry struct {
	spot
	ref int32
}

type item[T comparable] struct {
	key       T
	at        orb.Point
	cell, pos int32
}

// NewGrid makes a grid over an area for about n things. Cells hold one of
// them if they are spread evenly, and are no smaller than 100 m. An area wider
// than 8° is cut to its middle. Compare orders keys, for equal distances.
func NewGrid[T comparable](area orb.Bound, n int, compare func(a, b T) int) (*Grid[T], error) {
	f, err := newField(area, n)
	if err != nil {
		return nil, fmt.Errorf("lay a grid over %v: %w", area, err)
	}
	g := &Grid[T]{
		compare: compare,
		field:   f,
		cells:   make([][]entry, f.nx*f.ny+1),
		ref:     make(map[T]int32, n),
	}
	g.scratch.New = func() any { return new(collector) }
	return g, nil
}

// Len is the number of things in the grid.
func (g *Grid[T]) Len() int { return len(g.ref) }

// At returns where a thing is.
func (g *Grid[T]) At(key T) (orb.Point, bool) {
	ref, ok := g.ref[key]
	if !ok {
		return orb.Point{}, false
	}
	return g.items[ref].at, true
}

// Upsert puts a thing at p, or moves it there. It refuses what geo.Check
// refuses, and leaves the thing where it was.
func (g *Grid[T]) Upsert(key T, p orb.Point) error {
	if err := geo.Check(p); err != nil {
		return err
	}
	s := newSpot(p)
	cell := g.field.cell(s)
	ref, known := g.ref[key]
	if !known {
		ref = g.place(key)
	}
	it := &g.items[ref]
	it.at = p
	if known {
		if it.cell == cell {
			g.cells[cell][it.pos].spot = s
			return nil
		}
		g.unlink(it)
	}
	it.cell, it.pos = cell, int32(len(g.cells[cell]))
	g.cells[cell] = append(g.cells[cell], entry{s, ref})
	return nil
}

func (g *Grid[T]) place(key T) int32 {
	ref := int32(len(g.items))
	if n := len(g.free); n > 0 {
		ref, g.free = g.free[n-1], g.free[:n-1]
		g.items[ref].key = key
	} else {
		g.items = append(g.items, item[T]{key: key})
	}
	g.ref[key] = ref
	return ref
}

// unlink takes an item out of its cell; the last one fills the place.
func (g *Grid[T]) unlink(it *item[T]) {
	cell := g.cells[it.cell]
	last := cell[len(cell)-1]
	cell[it.pos] = last
	g.items[last.ref].pos = it.pos
	g.cells[it.cell] = cell[:len(cell)-1]
}

// Remove takes a thing out and tells whether it was there.
func (g *Grid[T]) Remove(key T) bool {
	ref, ok := g.ref[key]
	if !ok {
		return false
	}
	g.unlink(&g.items[ref])
	g.items[ref] = item[T]{}
	g.free = append(g.free, ref)
	delete(g.ref, key)
	return true
}

// field is the geometry of the cells, in radians.
type field struct {
	west, south, east, north float64
	stepX, stepY             float64
	nx, ny                   int
	leastCos                 float64
}

// widest keeps all pairs in the field, and queries 8° around it, within reach.
const widest = 8.0

func newField(area orb.Bound, n int) (field, error) {
	for _, p := range []orb.Point{area.Min, area.Max} {
		if err := geo.Check(p); err != nil {
			return field{}, err
		}
	}
	if area.Min[0] > area.Max[0] || area.Min[1] > area.Max[1] {
		return field{}, fmt.Errorf("the lower corner lies beyond the upper one")
	}
	var low, high [2]float64
	for i := range 2 {
		middle := (area.Min[i] + area.Max[i]) / 2
		low[i] = math.Max(area.Min[i], middle-widest/2) * perDegree
		high[i] = math.Min(area.Max[i], middle+widest/2) * perDegree
	}
	f := field{west: low[0], south: low[1], east: high[0], north: high[1]}
	f.leastCos = math.Max(0, math.Min(math.Cos(f.south), math.Cos(f.north)))

	across := math.Cos((f.south + f.north) / 2)
	width, height := radius*across*(f.east-f.west), radius*(f.north-f.south)
	size := math.Max(100, math.Sqrt(width*height/math.Max(1, float64(n))))
	f.nx, f.ny = cells(width, size), cells(height, size)
	f.stepX = math.Max((f.east-f.west)/float64(f.nx), 1e-9)
	f.stepY = math.Max((f.north-f.south)/float64(f.ny), 1e-9)
	return f, nil
}

// cells is how many a side has: 4096 squared are 400 MB of empty cells.
func cells(length, size float64) int {
	return int(math.Max(1, math.Min(4096, math.Ceil(length/size))))
}

// cell is the number of the cell a spot lies in.
func (f *field) cell(s spot) int32 {
	if s.lon < f.west || s.lon > f.east || s.lat < f.south || s.lat > f.north {
		return int32(f.nx * f.ny)
	}
	return int32(f.row(s.lat)*f.nx + f.column(s.lon))
}

// column and row are those of the nearest cell, for spots outside too.
func (f *field) column(lon float64) int {
	return max(0, min(f.nx-1, int((lon-f.west)/f.stepX)))
}

func (f *field) row(lat float64) int {
	return max(0, min(f.ny-1, int((lat-f.south)/f.stepY)))
}

// reaches tells whether near holds between s and every spot in the field.
func (f *field) reaches(s spot) bool {
	return math.Max(s.lon-f.west, f.east-s.lon) <= reach && math.Max(s.lat-f.south, f.north-s.lat) <= reach
}
