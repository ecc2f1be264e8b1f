package demo

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"
)

// fix is one position as the public door takes it.
type fix struct {
	Unit      uuid.UUID `json:"unit"`
	At        string    `json:"at"`
	Lon       float64   `json:"lon"`
	Lat       float64   `json:"lat"`
	Heading   float64   `json:"heading_deg"`
	Speed     float64   `json:"speed_mps"`
	AccuracyM float64   `json:"accuracy_m"`
}

const (
	standReport = 15 * time.Second // how often a unit at its base reports
	pull        = 1.5              // metres per second squared, speeding up and braking
	longestStep = 5 * time.Second  // a clock that jumps does not make anyone leap
)

// traffic moves the units. It is deterministic: the same times give the same
// positions. One goroutine at a time.
type traffic struct {
	net   *network
	rng   *rand.Rand
	last  time.Time
	cars  []*car
	nodes map[string][]int // nodes to drive to, by county

	orders Orders // nil: everybody patrols
}

// car is one unit that reports: on patrol or standing at its base.
type car struct {
	vehicle
	patrols  bool
	sent     string // what it was told to do; empty: it is free
	at       orb.Point
	facing   float64
	mps      float64
	way      []leg     // what is left to drive
	done     float64   // metres into the first leg
	rests    time.Time // stands until then
	silent   time.Time // sends nothing until then
	reported time.Time
}

// newTraffic puts the units that are on watch at their bases; every second one
// that has wheels goes on patrol.
func newTraffic(c *City) *traffic {
	t := &traffic{net: c.net, rng: stream("traffic"), nodes: c.nodes}
	for _, v := range c.fleet {
		switch v.duty {
		case "off_duty", "maintenance", "suspended":
			continue
		}
		moves := v.duty == "available_mobile" || v.duty == "available_base" && t.rng.IntN(2) == 0
		t.cars = append(t.cars, &car{vehicle: v, at: v.base, patrols: moves && v.kind != "helicopter"})
	}
	return t
}

// step moves everything to now and returns the positions that are sent then.
func (t *traffic) step(now time.Time) []fix {
	dt := now.Sub(t.last)
	if t.last.IsZero() {
		dt = 0
		for _, c := range t.cars { // not all at once
			c.rests = now.Add(time.Duration(t.rng.IntN(20_000)) * time.Millisecond)
			c.reported = now.Add(-time.Duration(t.rng.IntN(16)) * time.Second)
		}
	}
	t.last = now
	var out []fix
	for _, c := range t.cars {
		t.obey(c, now)
		if c.patrols || c.sent != "" || len(c.way) > 0 {
			t.drive(c, now, min(dt, longestStep).Seconds())
		}
		if now.Before(c.silent) {
			continue
		}
		if c.sent == "" && t.rng.IntN(40_000) == 0 { // every four minutes some unit falls silent, a few at a time are
			c.silent = now.Add(time.Duration(between(t.rng, 120, 1200)) * time.Second)
			continue
		}
		if c.mps > 0 || now.Sub(c.reported) >= standReport {
			c.reported = now
			out = append(out, t.fix(c, now))
		}
	}
	return out
}

// fix is where the receiver of c sees it: a metre or two off.
func (t *traffic) fix(c *car, now time.Time) fix {
	p := round6(offset(c.at, 1.2*t.rng.NormFloat64(), 1.2*t.rng.NormFloat64()))
	return fix{
		Unit: c.id, At: now.UTC().Format("2006-01-02T15:04:05.000Z"), Lon: p[0], Lat: p[1],
		Heading: math.Mod(math.Round(c.facing*10)/10, 360), Speed: math.Round(c.mps*10) / 10, AccuracyM: 5,
	}
}

// drive moves one car for that many seconds.
func (t *traffic) drive(c *car, now time.Time, seconds float64) {
	if len(c.way) == 0 {
		if now.Before(c.rests) || c.sent != "" {
			return
		}
		c.way, c.done = t.plan(c), 0
	}
	want := c.mps + pull*seconds
	for left, i := -c.done, 0; i < len(c.way) && left < 400; i++ {
		leg := c.way[i]
		want = min(want, slowTo(leg.mps, max(0, left)))
		left += leg.metres
		want = min(want, slowTo(leg.atEnd, max(0, left)))
	}
	c.mps = max(0.5, want)
	c.done += c.mps * seconds
	for len(c.way) > 0 && c.done >= c.way[0].metres {
		c.done -= c.way[0].metres
		c.at = c.way[0].to
		c.way = c.way[1:]
	}
	if len(c.way) == 0 {
		c.mps, c.rests = 0, now.Add(time.Duration(between(t.rng, 20, 150))*time.Second)
		return
	}
	leg := c.way[0]
	c.at = lerp(leg.from, leg.to, c.done/leg.metres)
	c.facing = heading(leg.from, leg.to)
}

// slowTo is the speed from which one can brake to mps within metres.
func slowTo(mps, metres float64) float64 { return math.Sqrt(mps*mps + 2*pull*metres) }
