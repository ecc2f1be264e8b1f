package demo

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// metresPerDegree returns the length of one degree of longitude and of
// latitude at a latitude, in metres on WGS84, good to a centimetre.
func metresPerDegree(lat float64) (lon, latm float64) {
	f := lat * math.Pi / 180
	return 111412.84*math.Cos(f) - 93.5*math.Cos(3*f) + 0.118*math.Cos(5*f),
		111132.954 - 559.822*math.Cos(2*f) + 1.175*math.Cos(4*f)
}

// The generator's own plane: metres east and north of a point in the city.
// Lengths are right to 1 % anywhere in the city, straight lines stay straight.
const planeLon, planeLat = 119.2, 40.0

var planeX, planeY = metresPerDegree(planeLat)

func toPlane(p orb.Point) orb.Point {
	return orb.Point{(p[0] - planeLon) * planeX, (p[1] - planeLat) * planeY}
}

func fromPlane(q orb.Point) orb.Point {
	return orb.Point{planeLon + q[0]/planeX, planeLat + q[1]/planeY}
}

// distance is in metres, right to a few parts in ten thousand within the city.
func distance(a, b orb.Point) float64 {
	x, y := metresPerDegree((a[1] + b[1]) / 2)
	return math.Hypot((b[0]-a[0])*x, (b[1]-a[1])*y)
}

// offset moves p by metres east and north.
func offset(p orb.Point, east, north float64) orb.Point {
	x, y := metresPerDegree(p[1])
	return orb.Point{p[0] + east/x, p[1] + north/y}
}

// heading is the direction from a to b in degrees clockwise from north, 0 ≤ h < 360.
func heading(a, b orb.Point) float64 {
	x, y := metresPerDegree((a[1] + b[1]) / 2)
	h := math.Atan2((b[0]-a[0])*x, (b[1]-a[1])*y) * 180 / math.Pi
	return math.Mod(h+360, 360)
}

// lerp is the point a share t of the way from a to b.
func lerp(a, b orb.Point, t float64) orb.Point {
	return orb.Point{a[0] + (b[0]-a[0])*t, a[1] + (b[1]-a[1])*t}
}

// round6 keeps six decimals, about a decimetre.
func round6(p orb.Point) orb.Point {
	return orb.Point{math.Round(p[0]*1e6) / 1e6, math.Round(p[1]*1e6) / 1e6}
}

// along returns the point that many metres along a line, and the direction there.
func along(line []orb.Point, metres float64) (orb.Point, float64) {
	for i := 1; i < len(line); i++ {
		d := distance(line[i-1], line[i])
		if metres <= d && d > 0 {
			return lerp(line[i-1], line[i], metres/d), heading(line[i-1], line[i])
		}
		metres -= d
	}
	n := len(line)
	return line[n-1], heading(line[n-2], line[n-1])
}

// length of a line in metres.
func length(line []orb.Point) float64 {
	sum := 0.0
	for i := 1; i < len(line); i++ {
		sum += distance(line[i-1], line[i])
	}
	return sum
}

// largest returns the indices of the n largest values, ties by index.
func largest(values []float64, n int) []int {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(values[b], values[a]) })
	return order[:n]
}
