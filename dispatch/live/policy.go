package live

import (
	"fmt"
	"math"
	"time"

	"onemap/dispatch"
	"onemap/geo"
	"onemap/geo/crs"
)

// mostSpeed is the fastest a terminal is believed to go, in m/s; the field is
// dropped above.
const mostSpeed = 120

// lanes is a message's fixes, each where it belongs.
type lanes struct {
	live, stored []dispatch.Fix
	cries        bool
	offset       *time.Duration // the device's clock less ours
	counted      dispatch.Counted
	text         string // of the last refusal
}

func (l *lanes) refuse(code, format string, args ...any) {
	l.counted.Refused++
	l.counted.Code, l.text = code, fmt.Sprintf(format, args...)
}

// sort applies a terminal's datum and clock policy. One that cries is heard
// whatever is wrong with its place or time.
func (g *Gate) sort(now time.Time, t *dispatch.Terminal, fixes []dispatch.Fix, stored bool) (l lanes) {
	ours, known := g.shift(now, t, fixes, stored)
	for _, f := range fixes {
		l.cries = l.cries || f.SOS
		f.Unit = t.Unit
		at, err := crs.ToWGS84(t.Datum, f.Point)
		if err != nil {
			l.refuse("out_of_range", "%v", err)
			g.cry(now, f)
			continue
		}
		f.Point = at
		sane(&f)
		offset := f.DeviceAt.Sub(now)
		if !stored {
			l.offset = &offset
		}
		if t.Clock == dispatch.ServerClock {
			if !known {
				l.refuse("no_clock", "stored positions of a device whose clock was never compared with ours")
				g.cry(now, f)
				continue
			}
			f.DeviceAt = f.DeviceAt.Add(ours)
		} else if ahead := min(latest, time.Duration(t.SkewS)*time.Second); offset > ahead {
			l.refuse("bad_time", "the device's clock is %s ahead of ours, at most %s", offset.Round(time.Second), ahead)
			g.cry(now, f)
			continue
		}
		if stored || t.Clock == dispatch.DeviceClock && -offset > time.Duration(t.SkewS)*time.Second {
			l.stored = append(l.stored, f)
		} else {
			l.live = append(l.live, f)
		}
	}
	return l
}

// shift returns what is added to a device's times to make them ours: its newest
// live fix is of now. Stored ones go by the last live one.
func (g *Gate) shift(now time.Time, t *dispatch.Terminal, fixes []dispatch.Fix, stored bool) (ours time.Duration, known bool) {
	if t.Clock != dispatch.ServerClock || len(fixes) == 0 {
		return 0, true
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if stored {
		ours, known = g.offsets[t.ID]
		return ours, known
	}
	newest := fixes[0].DeviceAt
	for _, f := range fixes {
		if f.DeviceAt.After(newest) {
			newest = f.DeviceAt
		}
	}
	ours = now.Sub(newest)
	g.offsets[t.ID] = ours
	return ours, true
}

// cry notes the cry of one whose position is not taken.
func (g *Gate) cry(now time.Time, f dispatch.Fix) {
	if f.SOS {
		g.live.board.Cry(now, f.Unit, f.DeviceAt)
	}
}

// sane drops the fields that cannot be; where the fix is counts all the same.
func sane(f *dispatch.Fix) {
	if h := f.Heading; h != nil {
		switch v := float64(*h); {
		case !(v >= 0 && v <= 360): // not a number neither
			f.Heading = nil
		case v == 360:
			north := geo.Bearing(0)
			f.Heading = &north
		}
	}
	if v := f.SpeedMPS; v != nil && !(*v >= 0 && *v <= mostSpeed) {
		f.SpeedMPS = nil
	}
	if m := f.AccuracyM; m != nil && !(*m >= 0 && *m <= 1e5) || m != nil && math.IsNaN(*m) {
		f.AccuracyM = nil
	}
}
