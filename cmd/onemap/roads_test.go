package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"onemap/geo/road"
)

func TestReportOfTheRoadsIsInWords(t *testing.T) {
	t.Parallel()
	got := describeRoads(road.Report{
		Nodes: 12, Segments: 15, Length: 12_340, Restrictions: 2, Gates: 1, Signals: 3,
		Core:        map[road.Kind]float64{"car": 0.981, "foot": 1},
		IslandCount: 7,
		Islands:     []road.Island{{At: orb.Point{119.6, 39.9}, Name: "海滨路", Nodes: 4, Length: 800}, {At: orb.Point{119.7, 39.8}, Nodes: 2, Length: 100}},
		RejectedBy:  map[string]int{"way: given twice": 2, "node: at a pole": 1},
		Rejected:    []road.Rejected{{What: "way", ID: 9, Reason: "given twice"}, {What: "way", ID: 8, Reason: "given twice"}},
	})
	want := strings.Split(`length             12.3 km
junctions          12, joined by 15 segments
turn restrictions  2 in force
gates              1
signals            3
core               car 98.1 %, foot 100.0 %, share of the junctions open to each that all reach each other
islands            7
                   119.60000, 39.90000: 海滨路, 4 junctions, 0.8 km
                   119.70000, 39.80000: without a name, 2 junctions, 0.1 km
left out           1 × node: at a pole
left out           2 × way: given twice
                   such as 9, 8`, "\n")
	for i := range want {
		want[i] = "  " + want[i]
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
