package road_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"onemap/geo"
	"onemap/geo/road"
	"onemap/geo/road/roadtest"
)

const square = `
	A---B---C-------E
	|               |
	D---------------F`

// wantPath wants the quickest way between the ends of a path to be that path.
func wantPath(t *testing.T, town *roadtest.Town, profile, want string) {
	t.Helper()
	if got := town.Path(want[:1], want[len(want)-1:], profile); got != want {
		t.Errorf("%s drives %s, want %s", profile, got, want)
	}
}

func TestClosedStreetIsDrivenRoundAndNamed(t *testing.T) {
	t.Parallel()
	town := roadtest.Draw(t, 100, square)
	wantPath(t, town, "car", "ABCE")
	before := town.Route("A", "E", "car")
	town.Close("BC")
	wantPath(t, town, "car", "ADFE")
	r := town.Route("A", "E", "car")
	if !slices.Equal(r.Closures, []string{"BC"}) {
		t.Errorf("closures %v, want BC", r.Closures)
	}
	if r.Without != before.Time || r.Time <= before.Time || r.Version <= before.Version {
		t.Errorf("%v without %v at %d; before %v at %d", r.Time, r.Without, r.Version, before.Time, before.Version)
	}
	if far := town.Route("D", "F", "car"); far.Closures != nil {
		t.Errorf("a way the closure does not touch names %v", far.Closures)
	}
}

func TestClosedBridgeSendsTheFartherTeam(t *testing.T) {
	t.Parallel()
	town := roadtest.Draw(t, 100, square)
	order := func() (first int, legs []road.Leg) {
		times, err := town.Now().Times(town.Stop("C", "fire_engine"),
			[]road.Stop{town.Stop("B", "fire_engine"), town.Stop("F", "fire_engine")}, road.Bounds{}, road.Ask{Profile: "fire_engine"})
		if err != nil {
			t.Fatal(err)
		}
		if times.Legs[0].Time > times.Legs[1].Time {
			first = 1
		}
		return first, times.Legs
	}
	if first, _ := order(); first != 0 {
		t.Fatal("the near team is not first on open roads")
	}
	town.Close("BC")
	first, legs := order()
	if first != 1 || !slices.Equal(legs[0].Closures, []string{"BC"}) || legs[1].Closures != nil {
		t.Errorf("first %d; closures %v and %v", first, legs[0].Closures, legs[1].Closures)
	}
}

func TestNearestStopsAtTheNearest(t *testing.T) {
	t.Parallel()
	town := roadtest.Draw(t, 100, square)
	units := []road.Stop{town.Stop("F", "car"), town.Stop("B", "car"), town.Stop("A", "car"), town.Stop("E", "car")}
	times, err := town.Now().Times(town.Stop("C", "car"), units, road.Bounds{Nearest: 2}, road.Ask{})
	if err != nil {
		t.Fatal(err)
	}
	var known []int
	for i, leg := range times.Legs {
		if leg.Known {
			known = append(known, i)
		} else if leg.Why != nil {
			t.Errorf("unit %d is beyond the second, not unreachable: %v", i, leg.Why)
		}
	}
	if !slices.Equal(known, []int{1, 2}) && !slices.Equal(known, []int{1, 3}) {
		t.Errorf("known %v, want the two nearest", known)
	}
}

func TestOneWayStreetBindsCarsAndSlowsFireEngines(t *testing.T) {
	t.Parallel()
	town := roadtest.Draw(t, 100, `
		A-->--B
		|     |
		|     |
		|     |
		|     |
		|     |
		|     |
		C-----D`)
	wantPath(t, town, "car", "AB")
	wantPath(t, town, "car", "BDCA")
	wantPath(t, town, "foot", "BA")
	against := town.Route("B", "A", "fire_engine")
	if along := town.Route("A", "B", "fire_engine"); against.Time < 2*along.Time || against.Length != along.Length {
		t.Errorf("against the one-way street %v, along it %v", against.Time, along.Time)
	}
}

func TestForbiddenTurnIsObeyedExceptOnDuty(t *testing.T) {
	t.Parallel()
	town := roadtest.Draw(t, 100, `
		A--B--C
		   |  |
		D--E--F`)
	wantPath(t, town, "car", "ABE")
	town.Ban("ABE")
	wantPath(t, town, "car", "ABCFE")
	wantPath(t, town, "fire_engine", "ABE")
	wantPath(t, town, "foot", "ABE")
	if n := town.Report.Restrictions; n != 1 {
		t.Errorf("%d restrictions in force, want 1", n)
	}
}

func TestRestrictionOverAWholeStreet(t *testing.T) {
	t.Parallel()
	town := roadtest.Draw(t, 100, `
		A--B--C--G
		   |  |  |
		D--E--F--H`)
	town.Ban("ABCF")
	wantPath(t, town, "car", "ABC") // the first street is free
	wantPath(t, town, "car", "BCF") // and so is the rest of it
	if path := town.Path("A", "F", "car"); strings.Contains(path, "ABCF") {
		t.Errorf("drives %s", path)
	}
	only := roadtest.Draw(t, 100, square)
	only.Only("ABC")
	wantPath(t, only, "car", "ABC")
}

func TestBothEndsOnOneStreetInEitherOrder(t *testing.T) {
	t.Parallel()
	town := roadtest.Draw(t, 100, `
		A---------B
		|         |
		C--->-----D`)
	g := town.Now().Graph()
	at := func(name1, name2 string, f float64) road.Stop {
		a, b := town.At(name1), town.At(name2)
		s, err := g.Snap(orb.Point{a[0] + (b[0]-a[0])*f, a[1] + (b[1]-a[1])*f}, road.Snap{Accuracy: 1})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	route := func(from, to road.Stop) geo.Metres {
		r, err := town.Now().Route(from, to, road.Ask{})
		if err != nil {
			t.Fatal(err)
		}
		return r.Length
	}
	near := func(got, want geo.Metres) {
		t.Helper()
		if math.Abs(float64(got-want)) > 2 {
			t.Errorf("%.1f m, want %.1f", got, want)
		}
	}
	near(route(at("A", "B", 0.2), at("A", "B", 0.8)), 600)
	near(route(at("A", "B", 0.8), at("A", "B", 0.2)), 600)
	near(route(at("C", "D", 0.2), at("C", "D", 0.8)), 600)
	near(route(at("C", "D", 0.8), at("C", "D", 0.2)), 200+200+1000+200+200)
}

func TestClosurePointLeavesTheRestOfTheStreet(t *testing.T) {
	t.Parallel()
	town := roadtest.Draw(t, 100, `
		A----------B
		|
		C`)
	town.Put(road.Closure{ID: "slide", Area: town.At("AB")})
	g := town.Now().Graph()
	a, b := town.At("A"), town.At("B")
	at := func(f float64) road.Stop {
		s, err := g.Snap(orb.Point{a[0] + (b[0]-a[0])*f, a[1]}, road.Snap{Accuracy: 1})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	if _, err := town.Now().Route(town.Stop("C", "car"), at(0.4), road.Ask{}); err != nil {
		t.Errorf("before the slide: %v", err)
	}
	_, err := town.Now().Route(town.Stop("C", "car"), at(0.6), road.Ask{})
	var why *road.Unreachable
	if !errors.As(err, &why) || !slices.Equal(why.Closures, []string{"slide"}) || !errors.Is(err, road.ErrUnreachable) {
		t.Errorf("behind the slide: %v", err)
	}
	times, err := town.Now().Times(town.Stop("C", "car"), []road.Stop{at(0.6), at(0.4)}, road.Bounds{}, road.Ask{})
	if err != nil || times.Legs[0].Known || !times.Legs[1].Known {
		t.Errorf("legs %+v, %v", times.Legs, err)
	}
}

func TestIslandIsNamed(t *testing.T) {
	t.Parallel()
	town := roadtest.Draw(t, 400, `
		A-----B
		|     |
		C-----D      X---Y`)
	_, err := town.Now().Route(town.Stop("A", "car"), town.Stop("Y", "car"), road.Ask{})
	var why *road.Unreachable
	if !errors.As(err, &why) || why.Island == nil || why.Island.Name != "XY路" {
		t.Fatalf("route to the island: %v", err)
	}
	if len(town.Report.Islands) != 1 || town.Report.Islands[0].Nodes != 2 {
		t.Errorf("islands %+v", town.Report.Islands)
	}
}

func TestClosureHoldsForItsVehiclesInItsDirectionAndTime(t *testing.T) {
	t.Parallel()
	town := roadtest.Draw(t, 100, square)
	start := time.Date(2026, 7, 1, 9, 0, 0, 0, time.UTC)
	east := geo.Bearing(90)
	town.Put(road.Closure{
		ID: "limit", Segments: town.Segments("BC"), Heading: &east, Limits: road.Load{Height: 3},
		From: start, Until: start.Add(time.Hour),
	})
	wantPath(t, town, "fire_engine", "ABCE")
	if until := town.Now().Until(); !until.Equal(start) {
		t.Errorf("next change at %v, want %v", until, start)
	}
	town.Clock(start)
	wantPath(t, town, "fire_engine", "ADFE")
	wantPath(t, town, "fire_engine", "ECBA")
	wantPath(t, town, "car", "ABCE")
	town.Clock(start.Add(time.Hour))
	wantPath(t, town, "fire_engine", "ABCE")
}

func TestPolygonSparesTheBridgeUnlessToldOtherwise(t *testing.T) {
	t.Parallel()
	town := roadtest.Draw(t, 100, `
		A--B====C--E
		|          |
		D----------F`)
	flood := orb.Bound{Min: town.At("B"), Max: town.At("C")}.Pad(0.0002).ToPolygon()
	town.Put(road.Closure{ID: "flood", Area: flood})
	if path := town.Path("B", "C", "car"); path != "BC" {
		t.Errorf("over the bridge: %s", path)
	}
	town.Put(road.Closure{ID: "flood", Area: flood, Structures: true})
	_, err := town.Now().Route(town.Stop("A", "car"), town.Stop("BC", "car"), road.Ask{})
	if !errors.Is(err, road.ErrUnreachable) {
		t.Errorf("onto the flooded bridge: %v", err)
	}
}

func TestSlowedStreetIsDrivenWhenStillQuicker(t *testing.T) {
	t.Parallel()
	town := roadtest.Draw(t, 100, square)
	open := town.Route("A", "E", "car").Time
	town.Slow("BC", 0.8)
	slow := town.Route("A", "E", "car")
	if slow.Time <= open || !slices.Equal(slow.Closures, []string{"BC"}) || slow.Without != open {
		t.Errorf("slowed %v, open %v, closures %v", slow.Time, open, slow.Closures)
	}
	town.Slow("BC", 0.05)
	wantPath(t, town, "car", "ADFE")
	town.Open()
	if again := town.Route("A", "E", "car"); again.Time != open || again.Closures != nil {
		t.Errorf("opened again %v, %v", again.Time, again.Closures)
	}
}
