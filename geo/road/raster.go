package road

import (
	"math"

	"github.com/paulmach/orb"
)

// raster is a map of arrival times in square cells, row by row from the
// south-west corner. A cell stands for its centre.
type raster struct {
	origin        orb.Point // of the south-west cell's centre
	kx, ky        float64   // degrees a cell
	cell          float64   // metres
	width, height int
	time          []uint32
	road          []bool // reached on a road, not only on foot

}

const (
	usualCell = 50      // metres
	mostCells = 170_000 // above this the cells grow: 100 m for 48 by 35 km
)

// newRaster lays a raster over the reached roads and the walk about them.
func newRaster(g *Graph, pieces []stretch, how ReachOptions) *raster {
	r := &raster{cell: float64(how.Cell)}
	if len(pieces) == 0 {
		return r
	}
	low := g.shapeOf(g.segment(pieces[0].arc))[0]
	high := low
	seen := make([]bool, g.Segments())
	for _, p := range pieces {
		segment := g.segment(p.arc)
		if seen[segment] {
			continue // reached in the other direction too
		}
		seen[segment] = true
		for _, s := range g.shapeOf(segment) {
			low = spot{min(low.Lon, s.Lon), min(low.Lat, s.Lat)}
			high = spot{max(high.Lon, s.Lon), max(high.Lat, s.Lat)}
		}
	}
	bound := orb.Bound{Min: low.point(), Max: high.point()}
	plane := flatAt(bound.Center())
	if r.cell == 0 {
		r.cell = usualCell
	}
	for {
		margin := math.Ceil(float64(how.OffRoad)/r.cell) + 2
		r.kx, r.ky = r.cell/plane.kx, r.cell/plane.ky
		r.origin = orb.Point{bound.Min[0] - margin*r.kx, bound.Min[1] - margin*r.ky}
		r.width = int((bound.Max[0]-bound.Min[0])/r.kx+2*margin) + 2
		r.height = int((bound.Max[1]-bound.Min[1])/r.ky+2*margin) + 2
		if r.width*r.height <= mostCells {
			break
		}
		r.cell *= math.Max(math.Sqrt(float64(r.width)*float64(r.height)/mostCells), 1.02)
	}
	r.time = make([]uint32, r.width*r.height)
	for i := range r.time {
		r.time[i] = never
	}
	r.road = make([]bool, len(r.time))
	return r
}

// fill samples the reached roads at least once a cell.
func (r *raster) fill(g *Graph, pieces []stretch) {
	for _, p := range pieces {
		r.sample(g, p)
	}
}

func (r *raster) sample(g *Graph, p stretch) {
	shape := g.shapeOf(g.segment(p.arc))
	from, to, t0, t1 := p.from, p.to, float64(p.t0), float64(p.t1)
	if g.side[p.arc]&1 == 1 {
		from, to, t0, t1 = 1-to, 1-from, t1, t0
	}
	pen := pen{r: r}
	total := 0.0
	for k := 1; k < len(shape); k++ {
		total += r.apart(shape[k-1], shape[k])
	}
	if total < 0.7 { // within a cell or two: the ends are enough
		a, b := shape[0], shape[len(shape)-1]
		for _, end := range [2][2]float64{{from, t0}, {to, t1}} {
			x := float64(a.Lon) + end[0]*float64(b.Lon-a.Lon)
			y := float64(a.Lat) + end[0]*float64(b.Lat-a.Lat)
			pen.put(x/1e7, y/1e7, uint32(end[1]))
		}
		return
	}
	start, end := from*total, to*total
	pace := 0.0
	if end > start {
		pace = (t1 - t0) / (end - start)
	}
	done := 0.0
	for k := 1; k < len(shape) && done <= end; k++ {
		length := r.apart(shape[k-1], shape[k])
		a, b := max(start-done, 0), min(end-done, length)
		if a <= b {
			n := int(1.5*(b-a)) + 1
			for i := range n + 1 {
				at := a + (b-a)*float64(i)/float64(n)
				f := 0.0
				if length > 0 {
					f = at / length
				}
				x := float64(shape[k-1].Lon) + f*float64(shape[k].Lon-shape[k-1].Lon)
				y := float64(shape[k-1].Lat) + f*float64(shape[k].Lat-shape[k-1].Lat)
				pen.put(x/1e7, y/1e7, uint32(t0+pace*(done+at-start)))
			}
		}
		done += length
	}
}

// apart is the distance of two spots in cells.
func (r *raster) apart(a, b spot) float64 {
	dx := float64(b.Lon-a.Lon) / 1e7 / r.kx
	dy := float64(b.Lat-a.Lat) / 1e7 / r.ky
	return math.Sqrt(dx*dx + dy*dy)
}

// pen draws the times along one stretch so that its cells join side to side:
// what one road joins is one part of the picture.
type pen struct {
	r    *raster
	x, y int
	time uint32
	down bool
}

func (p *pen) put(lon, lat float64, t uint32) {
	r := p.r
	x, y := int((lon-r.origin[0])/r.kx+0.5), int((lat-r.origin[1])/r.ky+0.5)
	if p.down && x != p.x && y != p.y {
		r.put(p.x, y, min(t, p.time))
	}
	r.put(x, y, t)
	p.x, p.y, p.time, p.down = x, y, t, true
}

func (r *raster) put(x, y int, t uint32) {
	if x < 1 || y < 1 || x >= r.width-1 || y >= r.height-1 {
		return
	}
	i := y*r.width + x
	r.road[i] = true
	r.time[i] = min(r.time[i], t)
}

const walkPace = 5 / 3.6 // m/s off the road

// walk spreads the times off the road, a ring of cells at a time, and never
// over water.
func (r *raster) walk(how ReachOptions) {
	if len(r.time) == 0 {
		return
	}
	rings := int(math.Round(float64(how.OffRoad) / r.cell))
	straight := uint32(r.cell / walkPace * 10)
	diagonal := uint32(r.cell * math.Sqrt2 / walkPace * 10)
	limit := limitOf(how.Limits[len(how.Limits)-1])
	wet := make(map[int]bool)
	last := make([]uint32, len(r.time))
	for range rings {
		copy(last, r.time)
		for y := 1; y < r.height-1; y++ {
			for i := y*r.width + 1; i < (y+1)*r.width-1; i++ {
				w := r.width
				t := min(last[i-1], last[i+1], last[i-w], last[i+w]) + straight
				t = min(t, min(last[i-w-1], last[i-w+1], last[i+w-1], last[i+w+1])+diagonal)
				if t >= r.time[i] || t > limit {
					continue
				}
				if how.Water != nil && !r.road[i] {
					is, known := wet[i]
					if !known {
						is = how.Water(r.centre(i))
						wet[i] = is
					}
					if is {
						continue
					}
				}
				r.time[i] = t
			}
		}
	}
}

func (r *raster) centre(i int) orb.Point {
	return orb.Point{r.origin[0] + float64(i%r.width)*r.kx, r.origin[1] + float64(i/r.width)*r.ky}
}
