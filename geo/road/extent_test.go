package road_test

import (
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"onemap/geo/road"
	"onemap/geo/road/roadtest"
)

func TestClosureIsDrawnWhereItClosesAndSlowedRoadsFromEndToEnd(t *testing.T) {
	t.Parallel()
	town := roadtest.Draw(t, 100, `
		A---------B
		|         |
		C---------D`)
	a, b := town.At("A"), town.At("B")
	middle := orb.Point{(a[0] + b[0]) / 2, a[1]}
	n := town.Network
	length := func(c road.Closure) (metres float64, extents []road.Extent) {
		t.Helper()
		extents, err := n.Cover(c)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range extents {
			line, m := n.Now().Graph().Draw(e)
			if len(line) < 2 {
				t.Errorf("%+v is drawn as %v", e, line)
			}
			metres += float64(m)
		}
		return metres, extents
	}
	if m, e := length(road.Closure{ID: "point", Area: middle}); math.Abs(m-1) > 0.1 || len(e) != 1 || !e[0].Forward || !e[0].Backward {
		t.Errorf("a point closes %.2f m of %v, want one metre of one road", m, e)
	}
	if m, e := length(road.Closure{ID: "slow", Area: middle, Factor: 0.5}); math.Abs(m-1000) > 3 || len(e) != 1 {
		t.Errorf("a slowed road is drawn with %.1f m, want all 1,000", m)
	}
	if m, e := length(road.Closure{ID: "beside", Area: orb.Point{a[0] - 0.1, a[1]}}); m != 0 || len(e) != 0 {
		t.Errorf("beside the roads it closes %.1f m", m)
	}
	if _, err := n.Cover(road.Closure{ID: "none"}); !errors.Is(err, road.ErrBadClosure) {
		t.Errorf("a closure without a place: %v", err)
	}
}

func TestExtentsAreOfWhatIsInForce(t *testing.T) {
	t.Parallel()
	town := roadtest.Draw(t, 100, "A---B---C")
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	n := town.Network
	along := orb.LineString{town.At("A"), town.At("B")}
	s, err := n.Apply([]road.Closure{{ID: "now", Area: along}, {ID: "later", Area: along, From: now.Add(time.Hour)}}, now)
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Extents("now"); len(got) != 1 || got[0].Low > 0.01 || got[0].High < 0.99 {
		t.Errorf("in force: %v", got)
	}
	if got := s.Extents("later"); got != nil {
		t.Errorf("not yet in force: %v", got)
	}
	if open := s.Open(); len(open.Closures()) != 0 || open.Open() != open || open.Graph() != s.Graph() {
		t.Error("the open network is not the same without closures")
	}
	if line, m := s.Graph().Draw(road.Extent{Segment: 1 << 30, High: 1}); line != nil || m != 0 {
		t.Errorf("a segment that is none is drawn as %v", line)
	}
}

func TestReachFromAClosedStreetNamesIt(t *testing.T) {
	t.Parallel()
	town := roadtest.Draw(t, 100, "A---B---C")
	from := town.Stop("A", "car")
	_, err := town.Network.Apply([]road.Closure{{ID: "here", Area: town.Now().Graph().Bound().Pad(0.01)}}, town.Now().At())
	if err != nil {
		t.Fatal(err)
	}
	reach, err := town.Now().Reach([]road.Stop{from}, road.ReachOptions{Limits: []time.Duration{time.Minute}}, road.Ask{})
	if err != nil || reach.Bands[0].Roads != 0 || !slices.Equal(reach.Closures, []string{"here"}) {
		t.Errorf("%v m, closures %v, %v", reach.Bands[0].Roads, reach.Closures, err)
	}
	arrivals, err := town.Now().Arrivals([]road.Stop{from}, []road.Stop{from}, road.Bounds{Direction: road.Away}, road.Ask{})
	if err != nil || !slices.Equal(arrivals.Closures, []string{"here"}) {
		t.Errorf("arrivals: closures %v, %v", arrivals.Closures, err)
	}
}
