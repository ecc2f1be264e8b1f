package dispatch

import (
	"time"

	"github.com/paulmach/orb"

	"onemap/geo"
)

// side is where a fix lies of a fence (电子围栏). At the edge it tells nothing:
// the edge is as wide as the fence's margin and what the fix may be off.
type side int8

const (
	sideEdge side = iota
	sideIn
	sideOut
)

// evidence is what must agree before a unit counts as on the other side: so many
// fixes in a row there, or one still there so long after the first.
type evidence struct {
	fixes  int
	stay   time.Duration
	slower float64 // m/s; who is faster passes by. 0: at any speed
}

// terms are what makes a unit cross a fence, each way.
type terms struct{ enter, leave evidence }

// crossing is what is remembered of one unit and one fence. Its zero value is a
// unit that was not seen within: nobody leaves who was never there.
type crossing struct {
	last   time.Time // of the fix looked at last, by the device's clock
	at     orb.Point
	within bool
	turned time.Time // the first fix on this side; zero: it began here, as far as is known
	since  time.Time // the first of the run of fixes on the other side
	run    int       // how many
}

// look takes one fix in, and says which side the unit has crossed to, sideEdge
// when to none. A fix that is not newer than the last says nothing.
func (c crossing) look(t terms, f Fix, s side) (crossing, side) {
	if !f.DeviceAt.After(c.last) {
		return c, sideEdge
	}
	speed := c.speed(f)
	c.last, c.at = f.DeviceAt, f.Point
	other, asked := sideIn, t.enter
	if c.within {
		other, asked = sideOut, t.leave
	}
	if s != other {
		c.since, c.run = time.Time{}, 0
		return c, sideEdge
	}
	if c.run == 0 {
		c.since = f.DeviceAt
	}
	c.run++
	if asked.slower > 0 && speed >= asked.slower || c.run < asked.fixes && f.DeviceAt.Sub(c.since) < asked.stay {
		return c, sideEdge
	}
	c.within, c.turned = !c.within, c.since
	c.since, c.run = time.Time{}, 0
	return c, other
}

// there is since when the unit is within, zero when it is not or always was.
func (c crossing) there() time.Time {
	if !c.within {
		return time.Time{}
	}
	return c.turned
}

// speed is what the fix says, else what it took from the last one, m/s.
func (c crossing) speed(f Fix) float64 {
	switch {
	case f.SpeedMPS != nil:
		return *f.SpeedMPS
	case c.last.IsZero():
		return 0
	}
	return float64(geo.GreatCircle(c.at, f.Point)) / f.DeviceAt.Sub(c.last).Seconds()
}

// sideOf is where a fix lies that is so far outside a fence, 0 or less within.
// It is outside only when it would be even if it were off by its accuracy.
func sideOf(beyond, margin geo.Metres, f Fix) side {
	off := 0.0
	if f.AccuracyM != nil {
		off = *f.AccuracyM
	}
	switch {
	case beyond <= 0:
		return sideIn
	case float64(beyond)-off > float64(margin):
		return sideOut
	}
	return sideEdge
}

// sideAt is where a fix lies of a fence in times of its reach, up to 1 within
// and above gone outside.
func sideAt(rel, gone float64) side {
	switch {
	case rel <= 1:
		return sideIn
	case rel > gone:
		return sideOut
	}
	return sideEdge
}
