package road

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"onemap/geo"
)

const cellSize = 250 // metres

// grid finds the segments near a point: cells of 250 m, only those with roads.
// A segment is listed in every cell it comes near.
type grid struct {
	origin orb.Point
	kx, ky float64 // cells a degree
	keys   []uint64
	first  []uint32
	segs   []uint32
	length []float32 // metres of road in the cell
}

type cell struct{ x, y int32 }

func (c cell) key() uint64 { return uint64(uint32(c.y))<<32 | uint64(uint32(c.x)) }

func (gr *grid) cellAt(p orb.Point) cell {
	return cell{clampCell((p[0] - gr.origin[0]) * gr.kx), clampCell((p[1] - gr.origin[1]) * gr.ky)}
}

func clampCell(v float64) int32 {
	return int32(math.Floor(math.Min(math.Max(v, -1e6), 1e6))) + 1<<21
}

type entry struct {
	key uint64
	seg uint32
}

func gridOf(g *Graph) grid {
	if len(g.shape) == 0 {
		return grid{first: []uint32{0}}
	}
	gr := grid{origin: g.bound.Min}
	// The pole side of the box, so that no cell is wider than 250 m anywhere.
	lat := math.Max(math.Abs(g.bound.Min[1]), math.Abs(g.bound.Max[1]))
	gr.ky = degreeMetres / cellSize
	gr.kx = degreeMetres * math.Cos(lat*math.Pi/180) / cellSize

	var entries []entry
	lengths := map[uint64]float32{}
	for s := range uint32(len(g.segFrom)) {
		gr.cover(g.shapeOf(s), func(c cell, metres float64) {
			if metres > 0 {
				lengths[c.key()] += float32(metres)
			}
			entries = append(entries, entry{c.key(), s})
		})
	}
	slices.SortFunc(entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.seg, b.seg))
	})
	entries = slices.Compact(entries)
	gr.segs = make([]uint32, 0, len(entries))
	for i, e := range entries {
		if i == 0 || e.key != entries[i-1].key {
			gr.keys = append(gr.keys, e.key)
			gr.first = append(gr.first, uint32(i))
			gr.length = append(gr.length, lengths[e.key])
		}
		gr.segs = append(gr.segs, e.seg)
	}
	gr.first = append(gr.first, uint32(len(entries)))
	return gr
}

const degreeMetres = 111_195.0 // of latitude, on the mean sphere

// cover calls visit with the cells about every half cell of a shape; metres
// counts the stretch in the first of them.
func (gr *grid) cover(shape []spot, visit func(c cell, metres float64)) {
	for k := 1; k < len(shape); k++ {
		a, b := shape[k-1].point(), shape[k].point()
		dx, dy := (b[0]-a[0])*gr.kx, (b[1]-a[1])*gr.ky
		n := int(math.Ceil(2*math.Hypot(dx, dy))) + 1
		length := shape[k-1].metres(shape[k]) / float64(n)
		for i := range n {
			p := between(a, b, float64(i)/float64(n))
			q := between(a, b, float64(i+1)/float64(n))
			c, d := gr.cellAt(p), gr.cellAt(q)
			visit(c, length)
			if c == d {
				continue
			}
			visit(d, 0)
			if c.x != d.x && c.y != d.y {
				visit(cell{c.x, d.y}, 0)
				visit(cell{d.x, c.y}, 0)
			}
		}
	}
}

func between(a, b orb.Point, f float64) orb.Point {
	return orb.Point{a[0] + (b[0]-a[0])*f, a[1] + (b[1]-a[1])*f}
}

// rim is how far p lies from the edge of its cell, in metres.
func (gr *grid) rim(p orb.Point) float64 {
	x, y := (p[0]-gr.origin[0])*gr.kx, (p[1]-gr.origin[1])*gr.ky
	x, y = x-math.Floor(x), y-math.Floor(y)
	return min(x, 1-x, y, 1-y) * cellSize * 0.98
}

// cells calls visit with the index of every cell with roads in a box.
func (gr *grid) cells(low, high cell, visit func(i int, c cell)) {
	i, _ := slices.BinarySearch(gr.keys, low.key())
	for i < len(gr.keys) && gr.keys[i] <= high.key() {
		c := cell{int32(uint32(gr.keys[i])), int32(uint32(gr.keys[i] >> 32))}
		switch {
		case c.x < low.x:
			i, _ = slices.BinarySearch(gr.keys, cell{low.x, c.y}.key())
		case c.x > high.x:
			i, _ = slices.BinarySearch(gr.keys, cell{low.x, c.y + 1}.key())
		default:
			visit(i, c)
			i++
		}
	}
}

func (gr *grid) in(i int) []uint32 { return gr.segs[gr.first[i]:gr.first[i+1]] }

// townRoads is the length of road about a place in town, in the nine cells of
// 0.56 km²: 8 km of road a km², the least that GB/T 51328-2018 asks of a city.
const townRoads = 4500

// inTown reports whether roads about p are as dense as in a town.
func (gr *grid) inTown(p orb.Point) bool {
	c := gr.cellAt(p)
	sum := float32(0)
	gr.cells(cell{c.x - 1, c.y - 1}, cell{c.x + 1, c.y + 1}, func(i int, _ cell) { sum += gr.length[i] })
	return sum > townRoads
}

// flat is a plane in metres about a point, for many points near it.
type flat struct {
	at     orb.Point
	kx, ky float64
}

func flatAt(p orb.Point) flat {
	q := geo.NewLocalPlane(p).From(orb.Point{1000, 1000})
	return flat{at: p, kx: 1000 / (q[0] - p[0]), ky: 1000 / (q[1] - p[1])}
}

func (f flat) to(s spot) (x, y float64) {
	return (float64(s.Lon)/1e7 - f.at[0]) * f.kx, (float64(s.Lat)/1e7 - f.at[1]) * f.ky
}
