package demo

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// ring is a closed walk whose first point is not repeated.
type ring []orb.Point

// area is signed and in square degrees: positive counter-clockwise.
func (r ring) area() float64 {
	sum := 0.0
	for i, p := range r {
		q := r[(i+1)%len(r)]
		// Against the first point, so that small rings keep their digits.
		sum += (p[0]-r[0][0])*(q[1]-r[0][1]) - (q[0]-r[0][0])*(p[1]-r[0][1])
	}
	return sum / 2
}

// squareMetres is the area on the WGS84 ellipsoid. Areas of neighbours add up
// to the area of both, since every edge counts the strip down to the equator.
func (r ring) squareMetres() float64 {
	sum := 0.0
	for i, p := range r {
		q := r[(i+1)%len(r)]
		sum += (q[0] - p[0]) * math.Pi / 180 * stripM2((p[1]+q[1])/2)
	}
	return math.Abs(sum)
}

// stripM2 is the area from the equator to a latitude, for one radian of longitude.
func stripM2(lat float64) float64 {
	const a, e = 6378137.0, 0.0818191908426215
	s := math.Sin(lat * math.Pi / 180)
	return a * a / 2 * (1 - e*e) * (s/(1-e*e*s*s) - math.Log((1-e*s)/(1+e*s))/(2*e))
}

func (r ring) bound() orb.Bound { return orb.Ring(r).Bound() }

// contains reports whether p is inside, by counting crossings.
func (r ring) contains(p orb.Point) bool {
	in := false
	for i, a := range r {
		b := r[(i+1)%len(r)]
		if (a[1] > p[1]) != (b[1] > p[1]) && p[0] < a[0]+(p[1]-a[1])/(b[1]-a[1])*(b[0]-a[0]) {
			in = !in
		}
	}
	return in
}

// turned returns the ring counter-clockwise.
func (r ring) turned() ring {
	if r.area() < 0 {
		r = slices.Clone(r)
		slices.Reverse(r)
	}
	return r
}

// tidy rounds to six decimals and drops repeated points and spikes.
func (r ring) tidy() ring {
	out := ring{}
	for _, p := range r {
		out = append(out, round6(p))
	}
	for {
		n := len(out)
		out = slices.Compact(out)
		if len(out) > 1 && out[0] == out[len(out)-1] {
			out = out[:len(out)-1]
		}
		for i := 0; i < len(out) && len(out) > 2; i++ {
			if out[(i+len(out)-1)%len(out)] == out[(i+1)%len(out)] {
				out = slices.Delete(out, i, i+1)
			}
		}
		if len(out) == n {
			return out
		}
	}
}

// simple reports whether no two edges of the ring meet except neighbours at
// their common point. Quadratic.
func (r ring) simple() bool {
	n := len(r)
	if n < 3 || r.area() == 0 {
		return false
	}
	for i := range r {
		for j := i + 2; j < n; j++ {
			if i == 0 && j == n-1 {
				continue
			}
			if touch(r[i], r[i+1], r[j], r[(j+1)%n]) {
				return false
			}
		}
		if p, q := r[(i+n-1)%n], r[(i+1)%n]; side(p, r[i], q) == 0 && onSegment(r[i], q, p) {
			return false
		}
	}
	return true
}

// side is positive when p is left of the line from a to b.
func side(a, b, p orb.Point) float64 {
	return (b[0]-a[0])*(p[1]-a[1]) - (b[1]-a[1])*(p[0]-a[0])
}

func sign(x float64) int {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}

// onSegment reports whether p, on the line through a and b, lies between them.
func onSegment(a, b, p orb.Point) bool {
	return min(a[0], b[0]) <= p[0] && p[0] <= max(a[0], b[0]) &&
		min(a[1], b[1]) <= p[1] && p[1] <= max(a[1], b[1])
}

// touch reports whether two segments have a point in common.
func touch(a, b, c, d orb.Point) bool {
	s1, s2 := sign(side(a, b, c)), sign(side(a, b, d))
	s3, s4 := sign(side(c, d, a)), sign(side(c, d, b))
	if s1 != s2 && s3 != s4 {
		return true
	}
	return s1 == 0 && onSegment(a, b, c) || s2 == 0 && onSegment(a, b, d) ||
		s3 == 0 && onSegment(c, d, a) || s4 == 0 && onSegment(c, d, b)
}

// cross returns where the segments a–b and c–d cross, as shares of each.
func cross(a, b, c, d orb.Point) (t, u float64, ok bool) {
	den := (b[0]-a[0])*(d[1]-c[1]) - (b[1]-a[1])*(d[0]-c[0])
	if den == 0 {
		return 0, 0, false
	}
	t = ((c[0]-a[0])*(d[1]-c[1]) - (c[1]-a[1])*(d[0]-c[0])) / den
	u = ((c[0]-a[0])*(b[1]-a[1]) - (c[1]-a[1])*(b[0]-a[0])) / den
	return t, u, t >= 0 && t <= 1 && u >= 0 && u <= 1
}

// polygon closes an outer ring and its holes the way RFC 7946 turns them.
func polygon(outer ring, holes ...ring) orb.Polygon {
	out := orb.Polygon{closed(outer.turned())}
	for _, h := range holes {
		h = slices.Clone(h.turned())
		slices.Reverse(h)
		out = append(out, closed(h))
	}
	return out
}

func closed(r ring) orb.Ring { return append(orb.Ring(slices.Clone(r)), r[0]) }
