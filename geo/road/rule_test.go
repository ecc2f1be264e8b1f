package road_test

import (
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"onemap/geo"
	"onemap/geo/road"
	"onemap/geo/road/roadtest"
)

func TestProfilesAreSound(t *testing.T) {
	t.Parallel()
	var names []string
	for _, p := range road.Profiles() {
		names = append(names, p.Name)
		if p.ZH == "" || p.EN == "" {
			t.Errorf("profile %s has no name to show", p.Name)
		}
	}
	if want := []string{"car", "fire_engine", "ambulance", "bus", "truck", "foot"}; !slices.Equal(names, want) {
		t.Errorf("profiles %v, want %v", names, want)
	}
	for name, table := range map[string]string{
		"no JSON":      `{`,
		"no profile":   `{"profiles": []}`,
		"unknown kind": `{"profiles": [{"name": "x", "kind": "boat"}]}`,
		"no speeds":    `{"profiles": [{"name": "x", "kind": "car", "top": 50, "unpaved": 1, "destination": 1, "access": 5}]}`,
	} {
		if _, err := road.ReadProfiles([]byte(table)); err == nil {
			t.Errorf("%s is read", name)
		}
	}
}

func TestFireEngineIsSlowerThanAnAmbulanceAndDelaysCount(t *testing.T) {
	t.Parallel()
	town := roadtest.Draw(t, 100, `
		A-----B-----C
		      |
		      D`)
	lights := roadtest.Draw(t, 100, `
		A-----*-----C
		      |
		      D`)
	at := func(town *roadtest.Town, to, profile string) time.Duration { return town.Route("A", to, profile).Time }
	if f, a := at(town, "C", "fire_engine"), at(town, "C", "ambulance"); f <= a {
		t.Errorf("fire engine %v, ambulance %v", f, a)
	}
	if d := at(lights, "C", "car") - at(town, "C", "car"); d != 5*time.Second {
		t.Errorf("lights cost a car %v, want 5 s", d)
	}
	if d := at(lights, "C", "fire_engine") - at(town, "C", "fire_engine"); d != 2*time.Second {
		t.Errorf("lights cost a fire engine %v, want 2 s", d)
	}
	right := at(town, "D", "car")
	left := town.Route("C", "D", "car").Time
	if d := left - right; d < 2900*time.Millisecond || d > 3100*time.Millisecond { // lengths differ by a rounding
		t.Errorf("a left turn costs %v more than a right turn, want 3 s", left-right)
	}
}

func TestHeadingDecidesWhetherToTurnRound(t *testing.T) {
	t.Parallel()
	town := roadtest.Draw(t, 100, "A------B------C")
	g := town.Now().Graph()
	leave := func(heading geo.Bearing) road.Route {
		s, err := g.Snap(town.At("AB"), road.Snap{Heading: &heading, Accuracy: 5})
		if err != nil {
			t.Fatal(err)
		}
		r, err := town.Now().Route(s, town.Stop("C", "car"), road.Ask{})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	east, west, north := leave(80), leave(280), leave(0)
	if d := west.Time - east.Time; d != 20*time.Second || west.Length != east.Length {
		t.Errorf("turning round costs %v, want 20 s", d)
	}
	if north.Time != east.Time {
		t.Errorf("a heading across the road counts: %v and %v", north.Time, east.Time)
	}
}

func TestHeadingDecidesBetweenCarriageways(t *testing.T) {
	t.Parallel()
	town := roadtest.Draw(t, 10, `
		A----------------------------------->------B
		|                                          |
		C-----------------------------------<------D`)
	g := town.Now().Graph()
	a, c := town.At("A"), town.At("C")
	between := orb.Point{a[0] + 0.001, a[1] + (c[1]-a[1])*0.45}
	for heading, pair := range map[geo.Bearing]string{90: "AB", 270: "CD"} {
		s, err := g.Snap(between, road.Snap{Heading: &heading, Accuracy: 30})
		if err != nil {
			t.Fatal(err)
		}
		if want := town.Segments(pair); len(s.Candidates) != 1 || s.Candidates[0].Segment != want[0] {
			t.Errorf("heading %v: %+v, want segment %d", heading, s.Candidates, want[0])
		}
	}
	s, err := g.Snap(between, road.Snap{Accuracy: 30})
	if err != nil || len(s.Candidates) != 2 {
		t.Errorf("without heading %d candidates, %v", len(s.Candidates), err)
	}
}

func TestBuildingIsNotReachedFromTheMotorway(t *testing.T) {
	t.Parallel()
	town := roadtest.Draw(t, 100, `
		A#####B
		|     |
		C-----D`)
	p := town.At("AB")
	p[1] -= 0.0002
	place, err := town.Now().Graph().Snap(p, road.Snap{Place: true})
	if err != nil || place.Candidates[0].Segment == town.Segments("AB")[0] {
		t.Errorf("a building: %+v, %v", place.Candidates, err)
	}
	crash, err := town.Now().Graph().Snap(p, road.Snap{})
	if err != nil || crash.Candidates[0].Segment != town.Segments("AB")[0] {
		t.Errorf("a crash: %+v, %v", crash.Candidates, err)
	}
}

// trunk is a national road, and a street a kilometre off it.
func trunk(walkers road.Vehicles) road.Source {
	at := func(x, y float64) orb.Point { return orb.Point{119.6 + x*0.01, 39.9 + y*0.01} }
	all := road.Everyone&^road.Feet | walkers
	return road.Source{
		Nodes: []road.Node{{ID: 1, At: at(0, 0)}, {ID: 2, At: at(1, 0)}, {ID: 3, At: at(0, 1)}, {ID: 4, At: at(1, 1)}},
		Ways: []road.Way{
			{ID: 1, Nodes: []int64{1, 2}, Class: road.Trunk, Forward: all, Backward: all},
			{ID: 2, Nodes: []int64{3, 4}, Class: road.Residential, Forward: road.Everyone, Backward: road.Everyone},
			{ID: 3, Nodes: []int64{1, 3}, Class: road.Primary, Forward: road.Everyone, Backward: road.Everyone},
		},
	}
}

func TestVillageOnANationalRoadIsReachedFromIt(t *testing.T) {
	t.Parallel()
	village := orb.Point{119.608, 39.9003}
	for walkers, want := range map[road.Vehicles]road.Class{road.Feet: road.Trunk, 0: road.Primary} {
		g, _ := road.Build(trunk(walkers))
		stop, err := g.Snap(village, road.Snap{Profile: "fire_engine", Place: true})
		if err != nil {
			t.Fatal(err)
		}
		if s, _ := g.Segment(stop.Candidates[0].Segment); s.Class != want {
			t.Errorf("walkers %v: reached from the %s, want the %s", walkers, s.Class, want)
		}
	}
}

// gated is a street with a locked gate in its middle and a long way round.
func gated() road.Source {
	at := func(x, y float64) orb.Point { return orb.Point{119.6 + x*0.001, 39.9 + y*0.001} }
	return road.Source{
		Nodes: []road.Node{
			{ID: 1, At: at(0, 0)}, {ID: 2, At: at(2, 0), Barrier: true, Pass: road.Emergency | road.Feet}, {ID: 3, At: at(4, 0)},
			{ID: 4, At: at(2, 9)},
		},
		Ways: []road.Way{
			{ID: 1, Nodes: []int64{1, 2, 3}, Class: road.Residential, Forward: road.Everyone, Backward: road.Everyone},
			{ID: 2, Nodes: []int64{1, 4, 3}, Class: road.Residential, Forward: road.Everyone, Backward: road.Everyone},
			{ID: 3, Nodes: []int64{1, 99}, Class: road.Residential, Forward: road.Everyone},
			{ID: 4, Nodes: []int64{1}, Class: road.Residential, Forward: road.Everyone},
			{ID: 5, Nodes: []int64{1, 3}, Class: road.Residential},
			{ID: 6, Nodes: []int64{3, 1, 99}, Class: road.Footway, Forward: road.Feet, Backward: road.Feet},
		},
		Restrictions: []road.Restriction{{ID: 7, From: 1, ViaNode: 3, To: 77}},
	}
}

func TestGateIsPassedByThoseWhoMay(t *testing.T) {
	t.Parallel()
	source := gated()
	g, report := road.Build(source)
	if report.Gates != 1 {
		t.Errorf("%d gates", report.Gates)
	}
	n := road.NewNetwork(g)
	stop := func(i int, profile string) road.Stop {
		s, err := g.Snap(source.Nodes[i].At, road.Snap{Profile: profile, Accuracy: 1})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	length := func(profile string) geo.Metres {
		r, err := n.Now().Route(stop(0, profile), stop(2, profile), road.Ask{Profile: profile})
		if err != nil {
			t.Fatal(err)
		}
		return r.Length
	}
	if car, engine, walker := length("car"), length("fire_engine"), length("foot"); car < 3*engine || engine != walker {
		t.Errorf("car %.0f m, fire engine %.0f m, walker %.0f m", car, engine, walker)
	}
}

func TestReportSaysWhatWasLeftOut(t *testing.T) {
	t.Parallel()
	_, report := road.Build(gated())
	want := []string{
		"restriction: its ways are not in the network", "way: clipped where its nodes are missing", "way: closed to everyone",
		"way: nodes missing", "way: shorter than two points",
	}
	if got := report.Reasons(); !slices.Equal(got, want) {
		t.Errorf("reasons %q, want %q", got, want)
	}
}

// TestBeyondTheLimitIsNotUnreachable: on an island the search has seen every
// road long before the walk from a house far off them has ended.
func TestBeyondTheLimitIsNotUnreachable(t *testing.T) {
	town := roadtest.Draw(t, 100, `
		A---B   C---D`)
	far := town.Stop("B", "fire_engine")
	far.Candidates[0].Distance = 1000
	near, place := town.Stop("AB", "fire_engine"), town.Stop("A", "fire_engine")
	got, err := town.Now().Times(place, []road.Stop{far, near}, road.Bounds{Limit: 5 * time.Minute}, road.Ask{Profile: "fire_engine"})
	if err != nil {
		t.Fatal(err)
	}
	if l := got.Legs[0]; l.Known || l.Why != nil {
		t.Errorf("more than six minutes within a limit of five: %+v", l)
	}
	if l := got.Legs[1]; !l.Known {
		t.Errorf("half a street away: %+v", l)
	}
}

func TestNobodyIsFasterThanTheFastest(t *testing.T) {
	town := roadtest.Draw(t, 1000, `
		A---B###C`)
	fastest, err := town.Now().Fastest(road.Ask{Profile: "car"})
	if err != nil {
		t.Fatal(err)
	}
	if r := town.Route("B", "C", "car"); float64(r.Length)/r.Time.Seconds() > fastest || fastest > 120/3.6 {
		t.Errorf("%.0f m in %s, and the fastest is %.1f m/s", r.Length, r.Time, fastest)
	}
}
