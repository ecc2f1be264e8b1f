package road_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"onemap/geo"
	"onemap/geo/road"
	"onemap/geo/road/roadtest"
)

const ladder = `
	A----B----C
	|    |    |
	D----E----F
	|    |    |
	G----H----J`

// covered names the streets that a closure covers.
func covered(t *testing.T, town *roadtest.Town, c road.Closure, streets ...string) []string {
	t.Helper()
	c.ID = "x"
	town.Put(c)
	closed := town.Now().ClosedSegments("x")
	var out []string
	for _, pair := range streets {
		if slices.ContainsFunc(town.Segments(pair), func(s uint32) bool { return slices.Contains(closed, s) }) {
			out = append(out, pair)
		}
	}
	return out
}

var all = []string{"AB", "BC", "DE", "EF", "GH", "HJ", "AD", "DG", "BE", "EH", "CF", "FJ"}

func TestLineClosesTheStreetItRunsAlong(t *testing.T) {
	t.Parallel()
	town := roadtest.Draw(t, 100, ladder)
	d, f := town.At("D"), town.At("F")
	along := orb.LineString{{d[0], d[1] + 0.00005}, {f[0], f[1] - 0.00005}}
	if got := covered(t, town, road.Closure{Area: along}, all...); !slices.Equal(got, []string{"DE", "EF"}) {
		t.Errorf("along the middle street: %v", got)
	}
	mid := (town.At("A")[1] + d[1]) / 2
	across := orb.LineString{{d[0] - 0.001, mid}, {f[0] + 0.001, mid}}
	if got := covered(t, town, road.Closure{Area: across}, all...); !slices.Equal(got, []string{"AD", "BE", "CF"}) {
		t.Errorf("across three streets: %v", got)
	}
}

func TestLineClosesOnlyTheDirectionItWasDrawnIn(t *testing.T) {
	t.Parallel()
	town := roadtest.Draw(t, 100, ladder)
	town.Put(road.Closure{ID: "x", Area: orb.LineString{town.At("D"), town.At("F")}, Along: true})
	wantPath(t, town, "car", "FED")
	if path := town.Path("D", "F", "car"); path == "DEF" {
		t.Error("drives against the closure")
	}
}

func TestPolygonClosesWhatIsInside(t *testing.T) {
	t.Parallel()
	town := roadtest.Draw(t, 100, ladder)
	e := town.At("E")
	diamond := orb.Polygon{{{e[0] - 0.001, e[1]}, {e[0], e[1] - 0.001}, {e[0] + 0.001, e[1]}, {e[0], e[1] + 0.001}, {e[0] - 0.001, e[1]}}}
	if got := covered(t, town, road.Closure{Area: diamond}, all...); !slices.Equal(got, []string{"DE", "EF", "BE", "EH"}) {
		t.Errorf("about the middle: %v", got)
	}
	hole := orb.Polygon{orb.Bound{Min: e, Max: e}.Pad(0.1).ToRing(), diamond[0]}
	if got := covered(t, town, road.Closure{Area: hole}, all...); len(got) != len(all) {
		t.Errorf("all but the middle: %v", got)
	}
	thin := orb.Bound{Min: orb.Point{e[0] + 0.002, e[1] - 0.1}, Max: orb.Point{e[0] + 0.00201, e[1] + 0.1}}
	if got := covered(t, town, road.Closure{Area: thin}, all...); !slices.Equal(got, []string{"BC", "EF", "HJ"}) {
		t.Errorf("a polygon a metre wide: %v", got)
	}
}

func TestPointClosesTheNearestStreetOnly(t *testing.T) {
	t.Parallel()
	town := roadtest.Draw(t, 100, ladder)
	p := town.At("DE")
	if got := covered(t, town, road.Closure{Area: orb.Point{p[0], p[1] + 0.0001}}, all...); !slices.Equal(got, []string{"DE"}) {
		t.Errorf("beside the street: %v", got)
	}
	if _, err := town.Check(road.Closure{ID: "x", Area: orb.Point{p[0], p[1] + 0.0005}}); err == nil {
		t.Error("a point 50 m off closes a street")
	}
}

func TestWhatIfLeavesTheNetworkAlone(t *testing.T) {
	t.Parallel()
	town := roadtest.Draw(t, 100, square)
	before := town.Now()
	s, err := town.WhatIf([]road.Closure{{ID: "BC", Segments: town.Segments("BC")}}, time.Now())
	if err != nil || s.Version() == before.Version() || town.Now() != before {
		t.Fatalf("version %d and %d, %v", s.Version(), before.Version(), err)
	}
	r, err := s.Route(town.Stop("A", "car"), town.Stop("E", "car"), road.Ask{})
	if err != nil || !slices.Equal(r.Closures, []string{"BC"}) || r.Version != s.Version() {
		t.Errorf("%v at %d, %v", r.Closures, r.Version, err)
	}
}

// Whoever asks while roads open and close gets one truth or the other.
func TestQuestionsDuringChangesSeeOneSnapshot(t *testing.T) {
	t.Parallel()
	town := roadtest.Draw(t, 100, square)
	from, to := town.Stop("A", "car"), town.Stop("E", "car")
	closed := []road.Closure{{ID: "BC", Segments: town.Segments("BC")}}
	var work sync.WaitGroup
	for range 4 {
		work.Go(func() {
			for range 100 {
				s := town.Now()
				r, err := s.Route(from, to, road.Ask{})
				if err != nil {
					t.Error(err)
					return
				}
				m, err := s.Matrix([]road.Stop{from}, []road.Stop{to}, road.Ask{})
				if err != nil || m.Version != r.Version {
					t.Errorf("versions %d and %d, %v", m.Version, r.Version, err)
					return
				}
				if want := len(s.Closures()) > 0; want != (len(r.Closures) > 0) || want != (r.Length > 1700) {
					t.Errorf("version %d: %.0f m with %v", s.Version(), r.Length, r.Closures)
					return
				}
			}
		})
	}
	for i := range 50 {
		if _, err := town.Apply(closed[:i%2], time.Time{}); err != nil {
			t.Error(err)
		}
	}
	work.Wait()
}

func TestTallVehicleAvoidsTheLowBridge(t *testing.T) {
	t.Parallel()
	source := lowBridge()
	g, _ := road.Build(source)
	n := road.NewNetwork(g)
	stop := func(p orb.Point) road.Stop {
		s, err := g.Snap(p, road.Snap{Accuracy: 1})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	length := func(load *road.Load) geo.Metres {
		r, err := n.Now().Route(stop(source.Nodes[0].At), stop(source.Nodes[1].At), road.Ask{Load: load})
		if err != nil {
			t.Fatal(err)
		}
		return r.Length
	}
	low, high := length(&road.Load{Height: 3.2}), length(&road.Load{Height: 3.3})
	if high < low*1.5 {
		t.Errorf("3.2 m drives %.0f m, 3.3 m drives %.0f m", low, high)
	}
}

func lowBridge() road.Source {
	return road.Source{
		Nodes: []road.Node{{ID: 1, At: orb.Point{119.6, 39.9}}, {ID: 2, At: orb.Point{119.61, 39.9}}, {ID: 3, At: orb.Point{119.605, 39.91}}},
		Ways: []road.Way{
			{ID: 1, Nodes: []int64{1, 2}, Class: road.Primary, Forward: road.Everyone, Backward: road.Everyone, MaxHeight: 3.2},
			{ID: 2, Nodes: []int64{1, 3, 2}, Class: road.Primary, Forward: road.Everyone, Backward: road.Everyone},
		},
	}
}

func TestAPointOnADualCarriagewayClosesBothWays(t *testing.T) {
	t.Parallel()
	way := func(id int64, name string, nodes ...int64) road.Way {
		return road.Way{ID: id, Nodes: nodes, Class: road.Primary, Name: name, Oneway: true, Forward: road.Everyone}
	}
	g, _ := road.Build(road.Source{
		Nodes: []road.Node{
			{ID: 1, At: orb.Point{119.600, 39.9300}}, {ID: 2, At: orb.Point{119.610, 39.9300}},
			{ID: 3, At: orb.Point{119.600, 39.9302}}, {ID: 4, At: orb.Point{119.610, 39.9302}},
			{ID: 5, At: orb.Point{119.600, 39.9298}}, {ID: 6, At: orb.Point{119.610, 39.9298}},
		},
		Ways: []road.Way{
			way(1, "迎宾路", 1, 2), way(2, "迎宾路", 4, 3), way(3, "辅路", 6, 5),
			{ID: 4, Nodes: []int64{5, 1, 3}, Class: road.Service, Forward: road.Everyone, Backward: road.Everyone},
			{ID: 5, Nodes: []int64{6, 2, 4}, Class: road.Service, Forward: road.Everyone, Backward: road.Everyone},
		},
	})
	snapshot, err := road.NewNetwork(g).Apply([]road.Closure{{ID: "x", Area: orb.Point{119.605, 39.93001}}}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	closed := snapshot.ClosedSegments("x")
	for way, want := range map[int64]bool{1: true, 2: true, 3: false} {
		if got := slices.Contains(closed, g.SegmentsOf(way)[0]); got != want {
			t.Errorf("way %d closed: %t, want %t", way, got, want)
		}
	}
}
