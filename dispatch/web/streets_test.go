package web_test

import (
	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/geo/road"
)

// The streets of the seeded city, nodes by number. The river runs between 7
// and 4: the near bridge is way 101, the other one way 109.
//
//	10---7--8--------11---12
//	|    └─101═╗ 109═╝    |
//	|          4--5--6----┘
//	9          1--2--3          9 ─ 30 ─ 20 (Qinglong) ─ 21 ─ 22, 20 ─ 23
var (
	corners = map[int64]orb.Point{
		1: {119.600, 39.930}, 2: {119.605, 39.930}, 3: {119.610, 39.930},
		4: {119.600, 39.935}, 5: {119.605, 39.935}, 6: {119.610, 39.935},
		7: {119.590, 39.935}, 8: {119.590, 39.940}, 9: {119.580, 39.920}, 10: {119.580, 39.935},
		11: {119.600, 39.940}, 12: {119.610, 39.940},
		20: {119.100, 40.300}, 21: {119.110, 40.290}, 22: {119.150, 40.250}, 23: {119.120, 40.310}, 30: {119.400, 40.100},
	}
	ways = []road.Way{
		{ID: 100, Nodes: []int64{10, 7}, Class: road.Primary, Name: "迎宾路", NameEn: "Yingbin Road"},
		{ID: 101, Nodes: []int64{7, 4}, Class: road.Primary, Name: "汤河桥", NameEn: "Tanghe Bridge", Bridge: true, Layer: 1},
		{ID: 102, Nodes: []int64{4, 5, 6}, Class: road.Primary, Name: "迎宾路", NameEn: "Yingbin Road"},
		{ID: 103, Nodes: []int64{1, 2, 3}, Class: road.Secondary, Name: "河北大街", NameEn: "Hebei Street"},
		{ID: 104, Nodes: []int64{1, 4}, Class: road.Residential}, {ID: 105, Nodes: []int64{2, 5}, Class: road.Residential},
		{ID: 106, Nodes: []int64{3, 6}, Class: road.Residential}, {ID: 107, Nodes: []int64{7, 8}, Class: road.Tertiary, Name: "广场路"},
		{ID: 108, Nodes: []int64{9, 10}, Class: road.Secondary, Name: "建设大街"},
		{ID: 109, Nodes: []int64{8, 11}, Class: road.Tertiary, Name: "北桥", Bridge: true, Layer: 1},
		{ID: 110, Nodes: []int64{11, 12}, Class: road.Tertiary}, {ID: 111, Nodes: []int64{4, 11}, Class: road.Residential},
		{ID: 112, Nodes: []int64{6, 12}, Class: road.Residential},
		{ID: 113, Nodes: []int64{9, 30, 20}, Class: road.Trunk, Ref: "G102"},
		{ID: 114, Nodes: []int64{20, 21, 22}, Class: road.Tertiary}, {ID: 115, Nodes: []int64{20, 23}, Class: road.Tertiary},
	}
)

// streets is the road network of the seeded city.
func streets() *dispatch.Roads {
	var s road.Source
	for id, at := range corners {
		s.Nodes = append(s.Nodes, road.Node{ID: id, At: at})
	}
	for _, w := range ways {
		w.Forward, w.Backward = road.Everyone, road.Everyone
		s.Ways = append(s.Ways, w)
	}
	g, _ := road.Build(s)
	return dispatch.NewRoads(g)
}
