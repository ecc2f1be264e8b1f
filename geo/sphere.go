package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// meanRadius is the mean radius of the earth, (2a+b)/3, in metres (IUGG).
const meanRadius = 6371008.8

// GreatCircle is the distance on a sphere of mean radius: at most 0.6 % away
// from Distance and three times as fast. It may rank, it may not decide.
func GreatCircle(a, b orb.Point) Metres {
	return Metres(meanRadius * greatArc(a, b))
}

// greatArc is the angle between a and b in radians, by the haversine.
func greatArc(a, b orb.Point) float64 {
	lat1, lat2 := radians(a[1]), radians(b[1])
	sinLat := math.Sin((lat2 - lat1) / 2)
	sinLon := math.Sin(radians(b[0]-a[0]) / 2)
	h := sinLat*sinLat + math.Cos(lat1)*math.Cos(lat2)*sinLon*sinLon
	return 2 * math.Asin(math.Min(1, math.Sqrt(h)))
}
