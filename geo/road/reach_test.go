package road_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"onemap/geo"
	"onemap/geo/road"
	"onemap/geo/road/roadtest"
)

func reach(t *testing.T, town *roadtest.Town, from string, how road.ReachOptions) road.Reach {
	t.Helper()
	r, err := town.Now().Reach([]road.Stop{town.Stop(from, "car")}, how, road.Ask{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func minutes(m ...float64) []time.Duration {
	var out []time.Duration
	for _, v := range m {
		out = append(out, time.Duration(v*float64(time.Minute)))
	}
	return out
}

func TestReachCutsTheRoadWhereTimeRunsOut(t *testing.T) {
	t.Parallel()
	town := roadtest.Draw(t, 100, `A--------------------------------B`)
	for _, direction := range []road.Direction{road.Away, road.Toward} {
		r := reach(t, town, "A", road.ReachOptions{Limits: minutes(1, 2), Direction: direction, Lines: true})
		for i, want := range []geo.Metres{40_000 / 60, 80_000 / 60} { // at 40 km/h
			if got := r.Bands[i].Roads; math.Abs(float64(got-want)) > 3 {
				t.Errorf("direction %d, limit %v: %.0f m of road, want %.0f", direction, r.Bands[i].Limit, got, want)
			}
		}
		far := r.Bands[0].Lines[0].Bound()
		if d := geo.GreatCircle(far.Min, far.Max); math.Abs(float64(d)-40_000.0/60) > 3 {
			t.Errorf("direction %d: the line is %.0f m long", direction, d)
		}
	}
}

func TestReachKeepsHoles(t *testing.T) {
	t.Parallel()
	town := roadtest.Draw(t, 200, `
		A--------B
		|        |
		|        |
		|        |
		|        |
		|        |
		|        |
		|        |
		C--------D`)
	r := reach(t, town, "A", road.ReachOptions{Limits: minutes(20)})
	area := r.Bands[0].Area
	if len(area) != 1 || len(area[0]) != 2 {
		t.Fatalf("%d parts, want one with one hole", len(area))
	}
	if area[0][0].Orientation() != orb.CCW || area[0][1].Orientation() != orb.CW {
		t.Error("rings turn the wrong way")
	}
	if err := geo.CheckGeometry(area, 100_000); err != nil {
		t.Error(err)
	}
}

func TestReachStopsAtTheWater(t *testing.T) {
	t.Parallel()
	town := roadtest.Draw(t, 100, `A-----B`)
	shore := town.At("A")[1] - 0.0003
	sea := func(p orb.Point) bool { return p[1] < shore }
	r := reach(t, town, "A", road.ReachOptions{Limits: minutes(10), OffRoad: 300, Water: sea})
	if low := r.Bands[0].Area.Bound().Min[1]; low < shore-0.0005 {
		t.Errorf("the area goes %.0f m into the sea", (shore-low)*111_000)
	}
}

func TestReachNamesTheClosureItMet(t *testing.T) {
	t.Parallel()
	town := roadtest.Draw(t, 100, square)
	open := reach(t, town, "A", road.ReachOptions{Limits: minutes(1)})
	town.Close("AB", "EF")
	r := reach(t, town, "A", road.ReachOptions{Limits: minutes(1)})
	if !slices.Equal(r.Closures, []string{"AB"}) || r.Bands[0].Roads >= open.Bands[0].Roads {
		t.Errorf("closures %v, %.0f m of %.0f", r.Closures, r.Bands[0].Roads, open.Bands[0].Roads)
	}
}

// The picture must agree with the answer from point to point: what lies well
// inside is reached in time, what lies well outside is not.
func TestReachAgreesWithTimes(t *testing.T) {
	t.Parallel()
	town := roadtest.Draw(t, 150, `
		A--B--C-----E--+--+
		|     |     |  |  |
		D--+--+--*--F--+--G
		|  |     |     |  |
		H--+-->--J-----K--L
		   |           |
		M--+-----N-----P--Q`)
	town.Ban("ABC")
	town.Close("EF")
	start := town.Stop("A", "car")
	r, err := town.Now().Reach([]road.Stop{start}, road.ReachOptions{Limits: minutes(2, 4, 6), Direction: road.Away}, road.Ask{})
	if err != nil {
		t.Fatal(err)
	}
	g := town.Now().Graph()
	random := rand.New(rand.NewPCG(1, 2))
	checked := 0
	for range 1000 {
		box := g.Bound()
		p := orb.Point{
			box.Min[0] + random.Float64()*(box.Max[0]-box.Min[0]), box.Min[1] + random.Float64()*(box.Max[1]-box.Min[1]),
		}
		s, err := g.Snap(p, road.Snap{Accuracy: 1})
		if err != nil || s.Candidates[0].Distance > 20 || slices.Contains(town.Segments("EF"), s.Candidates[0].Segment) {
			continue
		}
		checked++
		times, err := town.Now().Times(start, []road.Stop{s}, road.Bounds{Direction: road.Away}, road.Ask{})
		if err != nil {
			t.Fatal(err)
		}
		leg := times.Legs[0]
		for _, b := range r.Bands {
			inside := planar.MultiPolygonContains(b.Area, p)
			if leg.Known && leg.Time < b.Limit-20*time.Second && !inside {
				t.Errorf("%v is reached in %v but not drawn within %v", p, leg.Time, b.Limit)
			}
			if inside && (!leg.Known || leg.Time > b.Limit+3*time.Minute) {
				t.Errorf("%v is drawn within %v but reached in %v", p, b.Limit, leg.Time)
			}
		}
	}
	if checked < 100 {
		t.Fatalf("only %d points checked", checked)
	}
}

func TestReachRefusesBadQuestions(t *testing.T) {
	t.Parallel()
	town := roadtest.Draw(t, 100, square)
	stop := []road.Stop{town.Stop("A", "car")}
	for name, how := range map[string]road.ReachOptions{
		"no limit":       {},
		"falling limits": {Limits: minutes(5, 3)},
		"six limits":     {Limits: minutes(1, 2, 3, 4, 5, 6)},
		"NaN cell":       {Limits: minutes(5), Cell: geo.Metres(math.NaN())},
		"a year":         {Limits: minutes(600_000)},
	} {
		if _, err := town.Now().Reach(stop, how, road.Ask{}); err == nil {
			t.Errorf("%s is answered", name)
		}
	}
	if _, err := town.Now().Reach(nil, road.ReachOptions{Limits: minutes(1)}, road.Ask{}); err == nil {
		t.Error("no stops are answered")
	}
}

func TestArrivalsFindTheNearestSourceOfEveryCell(t *testing.T) {
	t.Parallel()
	town := roadtest.Draw(t, 100, square)
	sources := []road.Stop{town.Stop("D", "car"), town.Stop("E", "car")}
	cells := []road.Stop{town.Stop("A", "car"), town.Stop("F", "car"), town.Stop("C", "car"), {}}
	for _, direction := range []road.Direction{road.Away, road.Toward} {
		a, err := town.Now().Arrivals(sources, cells, road.Bounds{Direction: direction}, road.Ask{})
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []int{0, 1, 1} {
			times, err := town.Now().Times(cells[i], sources, road.Bounds{Direction: 1 - direction}, road.Ask{})
			if err != nil {
				t.Fatal(err)
			}
			if got := a.Cells[i]; !got.Known || got.Source != want || got.Time != times.Legs[want].Time {
				t.Errorf("direction %d, cell %d: %+v, want %v from %d", direction, i, got, times.Legs[want].Time, want)
			}
		}
		if a.Cells[3].Known {
			t.Error("a cell off the road is reached")
		}
	}
}
