package road_test

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"onemap/geo"
	"onemap/geo/road"
	"onemap/geo/road/roadtest"
)

func TestEmptyNetworkRefusesEverything(t *testing.T) {
	t.Parallel()
	g, report := road.Build(road.Source{})
	if g.Nodes() != 0 || report.Segments != 0 {
		t.Fatalf("%d nodes", g.Nodes())
	}
	if _, err := g.Snap(orb.Point{119.6, 39.9}, road.Snap{}); !errors.Is(err, road.ErrNoRoads) {
		t.Errorf("snap: %v", err)
	}
	n := road.NewNetwork(g)
	for name, area := range map[string]orb.Geometry{
		"point": orb.Point{119, 39}, "line": orb.LineString{{119, 39}, {120, 40}},
		"polygon": orb.Bound{Min: orb.Point{100, 30}, Max: orb.Point{120, 40}}.ToPolygon(),
	} {
		if _, err := n.Check(road.Closure{ID: "x", Area: area}); !errors.Is(err, road.ErrNothingClosed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	none := []road.Stop{{}}
	if _, err := n.Now().Route(road.Stop{}, road.Stop{}, road.Ask{}); !errors.Is(err, road.ErrNothingAsked) {
		t.Errorf("route: %v", err)
	}
	times, err := n.Now().Times(road.Stop{}, none, road.Bounds{}, road.Ask{})
	if err != nil || times.Legs[0].Known || !errors.Is(times.Legs[0].Why, road.ErrUnreachable) {
		t.Errorf("times: %+v, %v", times, err)
	}
	m, err := n.Now().Matrix(none, none, road.Ask{})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := m.At(0, 0); ok {
		t.Error("a matrix without roads has an answer")
	}
	r, err := n.Now().Reach(none, road.ReachOptions{Limits: []time.Duration{time.Minute}}, road.Ask{})
	if err != nil || r.Bands[0].Area != nil {
		t.Errorf("reach: %+v, %v", r, err)
	}
}

func TestSnapRefusesWhatIsNoPlaceOrTooFar(t *testing.T) {
	t.Parallel()
	town := roadtest.Draw(t, 100, square)
	g := town.Now().Graph()
	a := town.At("A")
	for name, c := range map[string]struct {
		at   orb.Point
		want error
	}{
		"NaN":       {orb.Point{math.NaN(), 39}, geo.ErrNotFinite},
		"infinite":  {orb.Point{119, math.Inf(1)}, geo.ErrNotFinite},
		"beyond":    {orb.Point{219, 39}, geo.ErrOutOfRange},
		"50 km off": {orb.Point{a[0], a[1] - 0.5}, road.ErrOffRoad},
		"the pole":  {orb.Point{0, 90}, road.ErrOffRoad},
		"far side":  {orb.Point{-60, -39}, road.ErrOffRoad},
	} {
		if _, err := g.Snap(c.at, road.Snap{}); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	if _, err := g.Snap(a, road.Snap{Profile: "submarine"}); !errors.Is(err, road.ErrNoProfile) {
		t.Errorf("unknown profile: %v", err)
	}
	if _, err := g.Snap(a, road.Snap{Limit: geo.Metres(math.Inf(1)), Accuracy: geo.Metres(math.NaN())}); err != nil {
		t.Errorf("a limit without end: %v", err)
	}
}

func TestFarIsNearerInTheCountry(t *testing.T) {
	t.Parallel()
	country := roadtest.Draw(t, 500, "A---B")
	a := country.At("A")
	at := func(m float64) orb.Point { return orb.Point{a[0] + 0.005, a[1] - m/111_000} }
	g := country.Now().Graph()
	if _, err := g.Snap(at(1500), road.Snap{}); err != nil {
		t.Errorf("1,500 m off a country road: %v", err)
	}
	if _, err := g.Snap(at(2200), road.Snap{}); !errors.Is(err, road.ErrOffRoad) {
		t.Errorf("2,200 m off a country road: %v", err)
	}
	block := "+--+--+--+--+--+--+--+--+--+--+\n|  |  |  |  |  |  |  |  |  |  |\n"
	town := roadtest.Draw(t, 20, "\n"+strings.Repeat(block, 9)+"A--+--+--+--+--+--+--+--+--+--B")
	a = town.At("A")
	if _, err := town.Now().Graph().Snap(at(250), road.Snap{}); err != nil {
		t.Errorf("250 m off a town: %v", err)
	}
	if _, err := town.Now().Graph().Snap(at(350), road.Snap{}); !errors.Is(err, road.ErrOffRoad) {
		t.Errorf("350 m off a town: %v", err)
	}
}

func TestBadClosuresAreRefusedAndTheOthersHold(t *testing.T) {
	t.Parallel()
	town := roadtest.Draw(t, 100, square)
	now := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	a := town.At("A")
	turned := geo.Bearing(math.NaN())
	bad := []road.Closure{
		{Area: a},
		{ID: "nowhere"},
		{ID: "NaN", Area: orb.Point{math.NaN(), 1}},
		{ID: "faster", Area: a, Factor: 1.5},
		{ID: "NaN factor", Area: a, Factor: math.NaN()},
		{ID: "backwards", Area: a, From: now, Until: now},
		{ID: "segment", Segments: []uint32{1 << 30}},
		{ID: "profile", Area: a, Profiles: []string{"submarine"}},
		{ID: "limit", Area: a, Limits: road.Load{Height: math.Inf(1)}},
		{ID: "heading", Area: a, Heading: &turned},
		{ID: "huge", Area: make(orb.LineString, 30_000)},
	}
	for _, c := range bad {
		if _, err := town.Check(c); !errors.Is(err, road.ErrBadClosure) {
			t.Errorf("closure %q: %v", c.ID, err)
		}
	}
	good := road.Closure{ID: "good", Segments: town.Segments("BC")}
	s, err := town.Apply(append(bad, good, good), now)
	if !errors.Is(err, road.ErrBadClosure) || len(s.Closures()) != 1 || s.Closures()[0].ID != "good" {
		t.Errorf("%d in force, %v", len(s.Closures()), err)
	}
}

func TestPolygonMayCrossItselfOrCoverEverything(t *testing.T) {
	t.Parallel()
	town := roadtest.Draw(t, 100, square)
	box := town.Now().Graph().Bound().Pad(0.01)
	bow := orb.Polygon{{box.Min, box.Max, {box.Max[0], box.Min[1]}, {box.Min[0], box.Max[1]}, box.Min}}
	if n, err := town.Check(road.Closure{ID: "bow", Area: bow}); err != nil || n == 0 {
		t.Errorf("a bow tie closes %d segments, %v", n, err)
	}
	stops := []road.Stop{town.Stop("A", "car"), town.Stop("E", "car")}
	town.Put(road.Closure{ID: "all", Area: orb.Bound{Min: orb.Point{-180, -90}, Max: orb.Point{180, 90}}})
	if n := town.Now().Closures()[0].Segments; n != town.Now().Graph().Segments() {
		t.Errorf("the world closes %d of %d segments", n, town.Now().Graph().Segments())
	}
	_, err := town.Now().Route(stops[0], stops[1], road.Ask{})
	var why *road.Unreachable
	if !errors.As(err, &why) || len(why.Closures) != 1 || why.Closures[0] != "all" {
		t.Errorf("route under a closed world: %v", err)
	}
	m, err := town.Now().Matrix(stops, stops, road.Ask{})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := m.At(0, 1); ok {
		t.Error("the matrix finds a way through a closed world")
	}
}

func TestTooMuchAndNothingAreRefused(t *testing.T) {
	t.Parallel()
	town := roadtest.Draw(t, 100, square)
	many := make([]road.Stop, 10_000)
	if _, err := town.Now().Matrix(many, many, road.Ask{}); !errors.Is(err, road.ErrTooMuch) {
		t.Errorf("100 million pairs: %v", err)
	}
	if _, err := town.Now().Times(town.Stop("A", "car"), nil, road.Bounds{}, road.Ask{}); !errors.Is(err, road.ErrNothingAsked) {
		t.Errorf("no stops: %v", err)
	}
	load := road.Load{Height: math.NaN()}
	if _, err := town.Now().Times(town.Stop("A", "car"), many[:1], road.Bounds{}, road.Ask{Load: &load}); !errors.Is(err, road.ErrBadLoad) {
		t.Errorf("a vehicle of NaN metres: %v", err)
	}
}
