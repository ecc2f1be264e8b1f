package dispatch

import (
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"onemap/geo"
	"onemap/geo/road"
)

// motorwayAndStreet run side by side, 33 m apart.
func motorwayAndStreet() *Roads {
	s := road.Source{Nodes: []road.Node{
		{ID: 1, At: orb.Point{119.600, 39.930}}, {ID: 2, At: orb.Point{119.610, 39.930}},
		{ID: 3, At: orb.Point{119.600, 39.9303}}, {ID: 4, At: orb.Point{119.610, 39.9303}},
	}, Ways: []road.Way{
		{ID: 1, Nodes: []int64{1, 2}, Class: road.Motorway, Name: "京哈高速", Forward: road.Everyone, Backward: road.Everyone},
		{ID: 2, Nodes: []int64{3, 4}, Class: road.Residential, Name: "村路", Forward: road.Everyone, Backward: road.Everyone},
		{ID: 3, Nodes: []int64{1, 3}, Class: road.Primary, Forward: road.Everyone, Backward: road.Everyone},
	}}
	g, _ := road.Build(s)
	return NewRoads(g)
}

func TestACrashOnTheMotorwayIsOnItAndAHouseBesideItIsNot(t *testing.T) {
	t.Parallel()
	roads := motorwayAndStreet()
	for _, c := range []struct {
		name string
		at   orb.Point
		want road.Class
	}{
		{"a crash", orb.Point{119.605, 39.93005}, road.Motorway},
		{"a house", orb.Point{119.605, 39.93016}, road.Residential},
	} {
		stop, err := roads.Place(c.at, "fire_engine")
		if err != nil {
			t.Fatal(err)
		}
		if s, _ := roads.Now.Graph().Segment(stop.Candidates[0].Segment); s.Class != c.want {
			t.Errorf("%s is put on a %s, want %s", c.name, s.Class, c.want)
		}
	}
}

func TestAStationBesideTheMotorwayDrivesOutByTheStreet(t *testing.T) {
	t.Parallel()
	roads := motorwayAndStreet()
	heading := geo.Bearing(90)
	for _, c := range []struct {
		name    string
		at      orb.Point
		heading *geo.Bearing
		want    []road.Class
	}{
		{"a station 20 m from it, 13 m from the street", orb.Point{119.605, 39.93018}, nil, []road.Class{road.Residential}},
		{"a station 18 m from it, 15 m from the street", orb.Point{119.605, 39.93016}, nil, []road.Class{road.Residential}},
		{"a wreck's crew on it", orb.Point{119.605, 39.93005}, nil, []road.Class{road.Motorway}},
		{"one that drives along either", orb.Point{119.605, 39.93016}, &heading, []road.Class{road.Residential, road.Motorway}},
	} {
		stop, err := roads.Stop(NewID(), "fire_engine", c.at, c.heading, 0)
		if err != nil || stop.Place {
			t.Fatalf("%s: %+v, %v", c.name, stop, err)
		}
		var got []road.Class
		for _, on := range stop.Candidates {
			s, _ := roads.Now.Graph().Segment(on.Segment)
			got = append(got, s.Class)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s is put on %v, want %v", c.name, got, c.want)
		}
	}
}

func TestAMatrixStartsWhereTheCrashIs(t *testing.T) {
	t.Parallel()
	roads := motorwayAndStreet()
	crash := orb.Point{119.605, 39.93005}
	stops, off, err := roads.putAll([]orb.Point{crash, {119.0, 39.0}}, road.Ask{Profile: "fire_engine"})
	if err != nil || len(off) != 1 || off[0] != 1 {
		t.Fatalf("off the road: %v, %v", off, err)
	}
	if s, _ := roads.Now.Graph().Segment(stops[0].Candidates[0].Segment); s.Class != road.Motorway {
		t.Errorf("it starts on a %s", s.Class)
	}
}
