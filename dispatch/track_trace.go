package dispatch

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"onemap/geo"
)

// Whoever seems to go faster than a helicopter with a tail wind has not moved:
// its receiver errs. Fixes that agree on the far place make it believed.
const (
	speedLimit = 100.0 // m/s
	leeway     = 1000.0
	// Company is how many fixes in a row must agree on a far place.
	Company = 3
)

// Jumps reports whether a unit cannot have come from here to there (飞点).
func (f Fix) Jumps(to Fix) bool {
	seconds := max(1, to.DeviceAt.Sub(f.DeviceAt).Seconds())
	return float64(geo.GreatCircle(f.Point, to.Point)) > leeway+speedLimit*seconds
}

// Nowhere reports a fix without a position: no satellites, or the null island
// that receivers without one send.
func (f Fix) Nowhere() bool {
	return f.Satellites != nil && *f.Satellites == 0 || f.Point[0] == 0 && f.Point[1] == 0
}

// Trace puts the fixes of one unit into a track: by device time, each moment
// once, jumps flagged and kept. It is the same for the same fixes in whatever
// order and however often they came: what a jump is, is decided anew, whatever
// was thought of it when it came. What a fix is doubted for itself, it stays
// doubted for.
func Trace(fixes []Fix) []Fix {
	track := slices.Clone(fixes)
	slices.SortStableFunc(track, byClock)
	track = slices.CompactFunc(track, func(a, b Fix) bool { return a.DeviceAt.Equal(b.DeviceAt) })
	var last, run []int // of the fixes that are believed, and of those that may be
	for i := range track {
		f := &track[i]
		if f.Jumped {
			f.Jumped, f.Doubtful = false, f.Nowhere()
		}
		switch {
		case f.Doubtful:
			continue
		case len(last) == 0 || !track[last[len(last)-1]].Jumps(*f):
			doubt(track, run)
			last, run = append(last, i), nil
			continue
		case len(run) > 0 && track[run[len(run)-1]].Jumps(*f):
			doubt(track, run)
			run = nil
		}
		if run = append(run, i); len(run) < Company {
			continue
		}
		if len(last) < Company { // of the two places this one has more to say for it
			doubt(track, last)
		}
		last, run = run, nil
	}
	doubt(track, run)
	return track
}

// byClock orders fixes by the device's clock, and those of one moment so that
// the same one always comes first: one that is trusted, the best in its detail.
func byClock(a, b Fix) int {
	return cmp.Or(a.DeviceAt.Compare(b.DeviceAt), order(a.Doubtful && !a.Jumped, b.Doubtful && !b.Jumped), order(b.SOS, a.SOS),
		optional(a.AccuracyM, b.AccuracyM), optional(a.SpeedMPS, b.SpeedMPS), optional((*float64)(a.Heading), (*float64)(b.Heading)),
		cmp.Compare(a.Point[0], b.Point[0]), cmp.Compare(a.Point[1], b.Point[1]), a.RecordedAt.Compare(b.RecordedAt), order(a.Jumped, b.Jumped))
}

func order(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// optional orders numbers, what is not known last.
func optional(a, b *float64) int {
	switch {
	case a == nil || b == nil:
		return order(a == nil, b == nil)
	default:
		return cmp.Compare(*a, *b)
	}
}

func doubt(track []Fix, these []int) {
	for _, i := range these {
		track[i].Jumped, track[i].Doubtful = true, true
	}
}

// trackGap is the silence after which a track is drawn anew: nobody knows what
// lies between.
const trackGap = FixLimit

// UnitTrack is where a unit was in a time (轨迹). Kept counts the fixes there are;
// Step is the time of which one was read, 0 when all were; Within is how far
// what was left out lies from what is drawn at most, in metres.
type UnitTrack struct {
	TrackSpan
	Code, Name string
	Points     []Fix
	Kept       int
	Step       time.Duration
	Within     float64
}

// Segments are the points of a track without its gaps.
func (t UnitTrack) Segments() (all [][]Fix) {
	from := 0
	for i := 1; i <= len(t.Points); i++ {
		if i == len(t.Points) || t.Points[i].DeviceAt.Sub(t.Points[i-1].DeviceAt) > trackGap {
			all = append(all, t.Points[from:i])
			from = i
		}
	}
	return all
}

// Trusted are the points of a track nobody doubts.
func Trusted(track []Fix) []Fix {
	return slices.DeleteFunc(slices.Clone(track), func(f Fix) bool { return f.Doubtful })
}

// Simplify leaves out the fixes that lie within some metres of the line through
// those that stay (Douglas–Peucker), and never a cry for help.
func Simplify(track []Fix, within float64) []Fix {
	if within <= 0 || len(track) < 3 {
		return track
	}
	keep := make([]bool, len(track))
	var todo [][2]int
	last := 0
	for i, f := range track {
		if i == 0 || i == len(track)-1 || f.SOS {
			keep[i] = true
			todo = append(todo, [2]int{last, i})
			last = i
		}
	}
	for len(todo) > 0 {
		a, b := todo[len(todo)-1][0], todo[len(todo)-1][1]
		todo = todo[:len(todo)-1]
		far, at := within, -1
		for i := a + 1; i < b; i++ {
			p := track[i].Point
			scale := orb.Point{math.Cos(p[1]*math.Pi/180) * degree, degree}
			if d := beside(track[a].Point, track[b].Point, p, scale); d > far {
				far, at = d, i
			}
		}
		if at > 0 {
			keep[at] = true
			todo = append(todo, [2]int{a, at}, [2]int{at, b})
		}
	}
	var out []Fix
	for i, f := range track {
		if keep[i] {
			out = append(out, f)
		}
	}
	return out
}
