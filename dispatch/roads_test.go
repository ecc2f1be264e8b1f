package dispatch

import (
	"testing"

	"github.com/paulmach/orb"

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
