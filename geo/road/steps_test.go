package road_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"onemap/geo"
	"onemap/geo/road"
	"onemap/geo/road/roadtest"
)

func TestStepsAreToldInBothLanguages(t *testing.T) {
	t.Parallel()
	town := roadtest.Draw(t, 100, `
		   G
		   |
		A--B--C
		   |
		   D`)
	told := func(from, to string) (turns []road.Turn, zh, en []string) {
		for _, s := range town.Route(from, to, "car").Steps {
			turns, zh, en = append(turns, s.Turn), append(zh, s.ZH), append(en, s.EN)
		}
		return
	}
	turns, zh, en := told("A", "G")
	if !slices.Equal(turns, []road.Turn{road.Depart, road.Left, road.Arrive}) {
		t.Errorf("turns %v", turns)
	}
	if zh[0] != "沿AB路向东出发，行驶300米" || zh[1] != "左转进入BG路，行驶200米" || zh[2] != "到达目的地" {
		t.Errorf("in Chinese %v", zh)
	}
	if en[0] != "Head east on AB Road, 300 m" || en[1] != "Turn left onto BG Road, 200 m" {
		t.Errorf("in English %v", en)
	}
	if turns, _, _ := told("A", "D"); turns[1] != road.Right {
		t.Errorf("south: %v", turns)
	}
	if turns, _, _ := told("A", "C"); turns[1] != road.Straight {
		t.Errorf("straight on: %v", turns)
	}
}

func TestStepsSumToTheRoute(t *testing.T) {
	t.Parallel()
	town := roadtest.Draw(t, 150, square)
	r := town.Route("AB", "EF", "fire_engine")
	var length geo.Metres
	for _, s := range r.Steps {
		length += s.Length
	}
	if d := length - r.Length; d > 0.1 || d < -0.1 {
		t.Errorf("steps %.1f m, route %.1f m", length, r.Length)
	}
	if n := len(r.Line); r.Line[0] == r.Line[n-1] || geo.GreatCircle(r.Line[0], town.At("AB")) > 1 {
		t.Errorf("line of %d points from %v", n, r.Line[0])
	}
}

// ring is a roundabout with an arm to each side, driven anticlockwise.
func ring() road.Source {
	at := func(x, y float64) orb.Point { return orb.Point{119.6 + x*0.0005, 39.9 + y*0.0005} }
	s := road.Source{Nodes: []road.Node{
		{ID: 1, At: at(0, -1)}, {ID: 2, At: at(1, 0)}, {ID: 3, At: at(0, 1)}, {ID: 4, At: at(-1, 0)},
		{ID: 5, At: at(0, -6)}, {ID: 6, At: at(6, 0)}, {ID: 7, At: at(0, 6)}, {ID: 8, At: at(-6, 0)},
	}}
	s.Ways = append(s.Ways, road.Way{
		ID: 1, Nodes: []int64{1, 2, 3, 4, 1}, Class: road.Secondary, Roundabout: true, Oneway: true, Forward: road.Everyone,
	})
	for i, name := range []string{"南路", "东路", "北路", "西路"} {
		s.Ways = append(s.Ways, road.Way{
			ID: int64(i + 2), Nodes: []int64{int64(i + 5), int64(i + 1)}, Class: road.Secondary, Name: name,
			Forward: road.Everyone, Backward: road.Everyone,
		})
	}
	return s
}

func TestRoundaboutCountsItsExits(t *testing.T) {
	t.Parallel()
	g, _ := road.Build(ring())
	s := road.NewNetwork(g).Now()
	arm := func(p orb.Point) road.Stop {
		stop, err := g.Snap(p, road.Snap{Accuracy: 1})
		if err != nil {
			t.Fatal(err)
		}
		return stop
	}
	south := arm(orb.Point{119.6, 39.898})
	for exit, at := range []orb.Point{{119.602, 39.9}, {119.6, 39.902}, {119.598, 39.9}} {
		r, err := s.Route(south, arm(at), road.Ask{})
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(r.Steps, func(s road.Step) bool { return s.Turn == road.Roundabout })
		if i < 0 || r.Steps[i].Exit != exit+1 {
			t.Errorf("exit %d: steps %+v", exit+1, r.Steps)
			continue
		}
		if !strings.Contains(r.Steps[i].ZH, "个出口驶出，进入"+[]string{"东路", "北路", "西路"}[exit]) {
			t.Errorf("exit %d is told as %s", exit+1, r.Steps[i].ZH)
		}
	}
}
