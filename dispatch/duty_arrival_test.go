package dispatch

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"onemap/geo"
)

// drive feeds fixes a second apart, each at so many metres from the scene, and
// counts the proposals.
func drive(in *Incident, every time.Duration, metres ...float64) (proposals int, a crossing) {
	for i, m := range metres {
		f := Fix{DeviceAt: noon.Add(time.Duration(i) * every), Point: geo.Destination(in.Point(), 90, geo.Metres(m))}
		_, rel := wayOut(in, f.Point)
		var to side
		if a, to = a.look(arrivals, f, sideAt(rel, arriveLeft)); to == sideIn {
			proposals++
		}
	}
	return proposals, a
}

func TestArrivalIsProposedOnceAVisit(t *testing.T) {
	in := standing(Responding)
	in.Geometry = orb.Point{119.6, 39.93}
	for name, c := range map[string]struct {
		every  time.Duration
		metres []float64
		want   int
	}{
		"three fixes and still":            {time.Second, []float64{200, 140, 138, 137, 136, 137}, 1},
		"two fixes are not enough":         {time.Second, []float64{400, 140, 138}, 0},
		"two fixes half a minute apart":    {30 * time.Second, []float64{900, 140, 138}, 1},
		"stands where it was sent":         {time.Second, []float64{10, 10, 10, 10}, 1},
		"passes by at 80 km/h":             {time.Second, []float64{-160, -138, -116, -94, -72, -50, -28, -6, 16, 38, 60, 82, 104, 126, 148, 170, 400}, 0},
		"waits round the corner":           {time.Second, []float64{200, 201, 202, 200, 200, 200}, 0},
		"moves about at the scene":         {time.Second, []float64{140, 138, 137, 160, 200, 220, 160, 140, 138, 137}, 1},
		"leaves and comes again":           {10 * time.Second, []float64{100, 100, 100, 400, 100, 100, 100}, 2},
		"just at the edge, in, out, in":    {time.Second, []float64{149, 151, 149, 151, 149, 151, 149, 151, 149, 151}, 0},
		"at the edge, then in, then at it": {time.Second, []float64{149, 151, 149, 148, 147, 151, 149, 148, 147, 152, 149, 149, 149}, 1},
	} {
		if got, _ := drive(in, c.every, c.metres...); got != c.want {
			t.Errorf("%s: %d proposals, want %d", name, got, c.want)
		}
	}
}

// TestJitterProposesOnceAndThePastNothing: a unit that stands proposes once
// whatever its receiver says within the fence and its margin; fixes of the past,
// in any order, change nothing.
func TestJitterProposesOnceAndThePastNothing(t *testing.T) {
	in := standing(Responding)
	in.Geometry = orb.Point{119.6, 39.93}
	rapid.Check(t, func(t *rapid.T) {
		still := 0.0
		metres := rapid.SliceOfN(rapid.Float64Range(0, 224), 3, 40).Draw(t, "metres")
		metres = append(metres, 10, 10, 10)
		var a crossing
		n := 0
		for i, m := range metres {
			f := Fix{DeviceAt: noon.Add(time.Duration(i) * time.Second), Point: geo.Destination(in.Point(), 0, geo.Metres(m)), SpeedMPS: &still}
			_, rel := wayOut(in, f.Point)
			var to side
			if a, to = a.look(arrivals, f, sideAt(rel, arriveLeft)); to == sideIn {
				n++
			}
			past := f
			past.DeviceAt = noon.Add(time.Duration(rapid.IntRange(-50, i).Draw(t, "past")) * time.Second)
			if b, to := a.look(arrivals, past, sideAt(rapid.Float64Range(0, 10).Draw(t, "where"), arriveLeft)); to != sideEdge || b != a {
				t.Fatalf("a fix of the past made %+v of %+v", b, a)
			}
		}
		if n != 1 {
			t.Fatalf("%d proposals", n)
		}
	})
}

func TestFenceIsAsWideAsThePlaceIsKnown(t *testing.T) {
	at := orb.Point{119.6, 39.93}
	side := 0.01 // about 850 m by 1,110 m
	area := orb.Polygon{{{119.6, 39.93}, {119.6 + side, 39.93}, {119.6 + side, 39.93 + side}, {119.6, 39.93 + side}, {119.6, 39.93}}}
	vague := 600.0
	for name, c := range map[string]struct {
		in     Incident
		to     geo.Bearing
		metres geo.Metres
		within bool
	}{
		"149 m from a point":            {Incident{Geometry: at}, 45, 149, true},
		"152 m from a point":            {Incident{Geometry: at}, 45, 152, false},
		"580 m from about there":        {Incident{Geometry: at, Known: Known{AccuracyM: &vague}}, 200, 580, true},
		"620 m from about there":        {Incident{Geometry: at, Known: Known{AccuracyM: &vague}}, 200, 620, false},
		"in the area's corner":          {Incident{Geometry: area}, 45, 20, true},
		"45 m beside the area":          {Incident{Geometry: area}, 180, 45, true},
		"60 m beside the area":          {Incident{Geometry: area}, 180, 60, false},
		"far beside a line, near a bit": {Incident{Geometry: orb.LineString{{119.5, 39.93}, {119.7, 39.93}}}, 0, 40, true},
	} {
		distance, rel := wayOut(&c.in, geo.Destination(at, c.to, c.metres))
		if (rel <= 1) != c.within {
			t.Errorf("%s: %.1f m, %.2f of the way", name, distance, rel)
		}
	}
	if d := metresTo(area, geo.Destination(at, 270, 80)); math.Abs(float64(d)-80) > 1 {
		t.Errorf("80 m beside the area is %.1f m", d)
	}
}

func TestOnlyAFixThatTellsIsLookedAt(t *testing.T) {
	good, vague := 20.0, 150.0
	for name, c := range map[string]struct {
		f    Fix
		want bool
	}{
		"good": {Fix{DeviceAt: noon, AccuracyM: &good}, true}, "of unknown accuracy": {Fix{DeviceAt: noon.Add(-time.Minute)}, true},
		"vague": {Fix{DeviceAt: noon, AccuracyM: &vague}, false}, "doubtful": {Fix{DeviceAt: noon, Doubtful: true}, false},
		"old": {Fix{DeviceAt: noon.Add(-61 * time.Second)}, false},
	} {
		if got := telling(c.f, noon); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestArrivalIsNotProposedBeforeTheOrderNorTwiceAMinute(t *testing.T) {
	as := orderOf(t, standing(Confirmed), engine())
	if _, err := as.Propose(noon, 10); !errors.Is(err, errNotDue) {
		t.Errorf("while ordered: %v", err)
	}
	as.State = Enroute
	out, err := as.Propose(noon.Add(-time.Hour), 10)
	if err != nil || !out.Facts[0].(*AssignmentArrivalProposed).When.Equal(as.OrderedAt) {
		t.Fatalf("%+v, %v", out, err)
	}
	as.Apply(reread(t, out.Facts[0]), noon)
	if as.ArrivedAt == nil || as.State != Enroute || as.OnSceneAt != nil {
		t.Errorf("a proposal is no arrival: %+v", as)
	}
	if _, err := as.Propose(as.ArrivedAt.Add(59*time.Second), 10); !errors.Is(err, errNotDue) {
		t.Errorf("again at once: %v", err)
	}
	if _, err := as.Propose(as.ArrivedAt.Add(time.Minute), 10); err != nil {
		t.Errorf("again after it came back: %v", err)
	}
}
