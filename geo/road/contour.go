package road

import (
	"github.com/paulmach/orb"
)

// contours draws the area where the time is at most limit, one polygon for
// each part, holes kept. Parts that no reached road touches are left out.
// Method: marching squares between the centres of cells; two cells that meet
// at a corner only are not joined, so that no ring touches itself.
func (r *raster) contours(limit uint32) orb.MultiPolygon {
	if len(r.time) == 0 {
		return nil
	}
	part := r.parts(limit)
	next := r.trace(part)
	var area orb.MultiPolygon
	place := map[int32]int{} // part → polygon
	var holes []orb.Ring
	var holeOf []int32
	for e := range next {
		if next[e] < 0 {
			continue
		}
		ring, inside := r.ring(next, int32(e), limit, part)
		if signedArea(ring) > 0 {
			place[inside] = len(area)
			area = append(area, orb.Polygon{ring})
			continue
		}
		holes = append(holes, ring)
		holeOf = append(holeOf, inside)
	}
	for i, hole := range holes {
		if at, ok := place[holeOf[i]]; ok {
			area[at] = append(area[at], hole)
		}
	}
	return area
}

// parts numbers the parts of the area from 1; 0 is outside.
func (r *raster) parts(limit uint32) []int32 {
	part := make([]int32, len(r.time))
	var stack []int
	onRoad := []bool{false}
	number := int32(0)
	for start, t := range r.time {
		if t > limit || part[start] != 0 {
			continue
		}
		number++
		road := false
		stack = append(stack[:0], start)
		part[start] = number
		for len(stack) > 0 {
			i := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			road = road || r.road[i]
			for _, j := range [4]int{i - 1, i + 1, i - r.width, i + r.width} {
				if j >= 0 && j < len(part) && part[j] == 0 && r.time[j] <= limit {
					part[j] = number
					stack = append(stack, j)
				}
			}
		}
		onRoad = append(onRoad, road)
	}
	for i, p := range part {
		if p > 0 && !onRoad[p] {
			part[i] = -1
		}
	}
	return part
}

// The edges between centres are numbered 2i for the one east of cell i and
// 2i+1 for the one north of it. trace links, for each edge that the outline
// crosses, the next one, the inside on the left.
func (r *raster) trace(part []int32) []int32 {
	next := make([]int32, 2*len(part))
	for i := range next {
		next[i] = -1
	}
	w := r.width
	for y := range r.height - 1 {
		for x := range w - 1 {
			a := y*w + x
			corners := 0
			for k, i := range [4]int{a, a + 1, a + w + 1, a + w} {
				if part[i] > 0 {
					corners |= 1 << k
				}
			}
			if corners == 0 || corners == 15 {
				continue
			}
			bottom, left, top, right := int32(2*a), int32(2*a+1), int32(2*(a+w)), int32(2*(a+1)+1)
			for _, link := range outline[corners] {
				sides := [4]int32{bottom, right, top, left}
				next[sides[link[0]]] = sides[link[1]]
			}
		}
	}
	return next
}

// outline lists, for the corners inside (1 south-west, 2 south-east, 4
// north-east, 8 north-west), the sides between which the outline runs: 0
// bottom, 1 right, 2 top, 3 left.
var outline = [16][][2]uint8{
	1: {{0, 3}}, 2: {{1, 0}}, 3: {{1, 3}}, 4: {{2, 1}}, 5: {{0, 3}, {2, 1}}, 6: {{2, 0}}, 7: {{2, 3}},
	8: {{3, 2}}, 9: {{0, 2}}, 10: {{1, 0}, {3, 2}}, 11: {{1, 2}}, 12: {{3, 1}}, 13: {{0, 1}}, 14: {{3, 0}},
}

// ring follows an outline once round, takes it out of next, and tells which
// part it encloses.
func (r *raster) ring(next []int32, start int32, limit uint32, part []int32) (orb.Ring, int32) {
	var ring orb.Ring
	inside := int32(0)
	for e := start; next[e] >= 0; {
		i := int(e / 2)
		j := i + 1
		if e%2 == 1 {
			j = i + r.width
		}
		if part[i] > 0 {
			inside = part[i]
		} else {
			inside = part[j]
		}
		ring = append(ring, r.crossing(i, j, limit, part[i] > 0))
		e, next[e] = next[e], -1
	}
	return append(ring, ring[0]), inside
}

// crossing is where the time reaches the limit between two centres.
func (r *raster) crossing(i, j int, limit uint32, first bool) orb.Point {
	in, out := i, j
	if !first {
		in, out = j, i
	}
	f := 0.5
	if t := r.time[out]; t < never && t > limit {
		f = float64(limit-r.time[in]) / float64(t-r.time[in])
		f = min(max(f, 0.05), 0.95)
	}
	return between(r.centre(in), r.centre(out), f)
}

func signedArea(ring orb.Ring) float64 {
	sum := 0.0
	for k := 1; k < len(ring); k++ {
		sum += (ring[k-1][0]-ring[0][0])*(ring[k][1]-ring[0][1]) - (ring[k][0]-ring[0][0])*(ring[k-1][1]-ring[0][1])
	}
	return sum / 2
}
