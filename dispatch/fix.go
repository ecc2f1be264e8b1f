package dispatch

import (
	"time"

	"github.com/paulmach/orb"

	"onemap/geo"
)

// Fix is one position of a unit (一次定位).
type Fix struct {
	Unit       ID
	Point      orb.Point // WGS84
	DeviceAt   time.Time // the device's clock
	RecordedAt time.Time // ours
	Heading    *geo.Bearing
	SpeedMPS   *float64
	AccuracyM  *float64
	Satellites *int
	SOS        bool
	Doubtful   bool // kept and shown, but marked
	Jumped     bool // doubtful because it lies too far from those before it
}

// Health says how much a position is worth now. Stale is not live.
type Health string

// The healths, in falling order. Fixed is what does not move.
const (
	Live   Health = "live"   // ≤ 60 s
	Ageing Health = "ageing" // ≤ 10 min
	Stale  Health = "stale"  // older
	Lost   Health = "lost"   // stale while committed
	Never  Health = "none"   // never heard
	Fixed  Health = "fixed"
)

const liveFor = 60 * time.Second

// FixLimit is the age past which a position is stale, and a unit is looked for
// at its base.
const FixLimit = 10 * time.Minute

// HealthAt grades the age of a position of a unit of that status class.
func HealthAt(age time.Duration, class string) Health {
	switch {
	case age <= liveFor:
		return Live
	case age <= FixLimit:
		return Ageing
	case class == "committed":
		return Lost
	}
	return Stale
}
