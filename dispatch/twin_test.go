package dispatch

import (
	"fmt"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"onemap/geo"
)

var (
	bridge = orb.Point{119.5811, 39.9371}
	caller = Actor{Role: Dispatcher, Area: "130300", Clearance: 1}
)

// known is an incident north of the bridge that was reported a while ago.
func known(metres geo.Metres, kind string, ago time.Duration) *Incident {
	in := reported()
	in.ID, in.Kind, in.State, in.ReceivedAt = NewID(), kind, Reported, noon.Add(-ago)
	in.Geometry = geo.Destination(bridge, 0, metres)
	return &in
}

func pictureOf(rows ...Entity) *Picture { return NewPicture(7, "e", rows) }

func TestATwinIsNearRecentAndOfACompatibleKind(t *testing.T) {
	t.Parallel()
	hundred := 100.0
	rough := known(1900, "flood", time.Minute)
	wide := 2000.0
	rough.AccuracyM = &wide
	for name, c := range map[string]struct {
		in             *Incident
		asked          TwinQuery
		listed, likely bool
	}{
		"near, new and alike":              {known(230, "flood", 4*time.Minute), TwinQuery{Kind: "flood"}, true, true},
		"of a kind callers mistake":        {known(230, "forest_fire", time.Minute), TwinQuery{Kind: "building_fire"}, true, true},
		"the kind is not known yet":        {known(230, "traffic", time.Minute), TwinQuery{}, true, true},
		"just within reach":                {known(499.9, "flood", time.Minute), TwinQuery{Kind: "flood"}, true, true},
		"just out of reach":                {known(500.1, "flood", time.Minute), TwinQuery{Kind: "flood"}, false, false},
		"out of reach but the call is not": {known(800, "flood", time.Minute), TwinQuery{Kind: "flood", Accuracy: 1000}, true, true},
		"out of reach but it is vague":     {rough, TwinQuery{Kind: "flood", Accuracy: geo.Metres(hundred)}, true, true},
		"of another class":                 {known(10, "social", time.Minute), TwinQuery{Kind: "flood"}, true, false},
		"an hour and a second old":         {known(10, "flood", time.Hour+time.Second), TwinQuery{Kind: "flood"}, true, false},
		"an hour old":                      {known(10, "flood", time.Hour), TwinQuery{Kind: "flood"}, true, true},
	} {
		c.asked.Point = bridge
		answer, err := pictureOf(c.in).Twins(caller, c.asked, noon)
		if err != nil {
			t.Fatal(err)
		}
		listed := len(answer.Twins) == 1
		if listed != c.listed || listed && answer.Twins[0].Likely != c.likely {
			t.Errorf("%s: %+v", name, answer.Twins)
		}
	}
}

func TestWhatEndedADayAgoIsNoTwinAndADuplicateIsNotOffered(t *testing.T) {
	t.Parallel()
	ended := func(state State, ago time.Duration) *Incident {
		in := known(50, "flood", 30*time.Minute)
		at := noon.Add(-ago)
		in.State, in.ClosedAt = state, &at
		return in
	}
	fresh, old, copied := ended(Closed, time.Minute), ended(Closed, 25*time.Hour), ended(Duplicate, time.Minute)
	answer, err := pictureOf(fresh, old, copied).Twins(caller, TwinQuery{Point: bridge, Kind: "flood"}, noon)
	if err != nil || len(answer.Twins) != 2 || answer.Twins[0].ID != fresh.ID || !answer.Twins[0].Likely || answer.Twins[1].Likely {
		t.Errorf("%+v, %v", answer.Twins, err)
	}
	earlier := answer.AsEarlier(caller, bridge, []*Incident{fresh, old})
	if len(earlier) != 1 || earlier[0].ID != old.ID || earlier[0].Likely {
		t.Errorf("earlier %+v", earlier)
	}
}

func TestTwinsStandBeforeNearerOthersAndOutsideTheScopeNothingIsKnown(t *testing.T) {
	t.Parallel()
	twin := known(400, "flood", time.Minute)
	rows := []Entity{twin}
	for i := range 12 {
		rows = append(rows, known(geo.Metres(10+i), "social", time.Minute))
	}
	rows = append(rows, shelterAt(1, 100, "130302001", 0), shelterAt(2, 50, "130302001", 3), shelterAt(3, 20, "130321001", 0))
	asked := TwinQuery{Point: bridge, Kind: "flood"}
	answer, err := pictureOf(rows...).Twins(Actor{Role: Dispatcher, Area: "130302", Clearance: 1}, asked, noon)
	if err != nil || len(answer.Twins) != 10 || answer.Twins[0].ID != twin.ID || answer.Twins[1].Distance > 11 {
		t.Errorf("%d twins, %v", len(answer.Twins), err)
	}
	if len(answer.Shelters) != 1 || answer.Shelters[0].Entry.Code != "S-1" || answer.Shelters[0].Code != "ready" {
		t.Errorf("shelters %+v", answer.Shelters)
	}
	for name, a := range map[string]Actor{"another county": {Role: Dispatcher, Area: "130321", Clearance: 1}, "a machine": {Role: Machine, Area: "130300"}} {
		answer, err = pictureOf(rows[:14]...).Twins(a, asked, noon)
		if err != nil || len(answer.Twins)+len(answer.Shelters) != 0 {
			t.Errorf("%s sees %+v", name, answer)
		}
	}
}

func shelterAt(n int, metres geo.Metres, division string, sensitivity int) *Entry {
	return &Entry{
		Ledger: Shelters, ID: NewID(), Head: Head{Code: fmt.Sprintf("S-%d", n), Division: division, Sensitivity: sensitivity},
		Detail: &Shelter{State: "ready"}, Geometry: geo.Destination(bridge, 90, metres),
	}
}

func TestAClosedRoadIsNearWhereItPassesNotWhereItsMiddleLies(t *testing.T) {
	t.Parallel()
	past := noon.Add(-time.Minute)
	line := func(until *time.Time, from, to geo.Metres) *Entry {
		return &Entry{
			Ledger: Closures, ID: NewID(), Head: Head{Division: "130302001"}, Detail: &Closure{Cause: "flood", Until: until},
			Geometry: orb.LineString{geo.Destination(bridge, 0, from), geo.Destination(bridge, 0, to)},
		}
	}
	around := &Entry{Ledger: Closures, ID: NewID(), Head: Head{Division: "130302001"}, Detail: &Closure{Cause: "fire"}, Geometry: bridgeBox(0.01)}
	long := line(nil, 1500, 30_000)
	answer, err := pictureOf(long, line(&past, 100, 200), line(nil, 2100, 2200), around).Twins(caller, TwinQuery{Point: bridge}, noon)
	if err != nil || len(answer.Closures) != 2 || answer.Closures[0].Distance != 0 || answer.Closures[1].ID != long.ID {
		t.Fatalf("%+v, %v", answer.Closures, err)
	}
	if d := answer.Closures[1].Distance; d < 1499 || d > 1501 {
		t.Errorf("the road passes at %.1f m", d)
	}
}

func bridgeBox(size float64) orb.Polygon {
	b := orb.Bound{Min: orb.Point{bridge[0] - size, bridge[1] - size}, Max: orb.Point{bridge[0] + size, bridge[1] + size}}
	return b.ToPolygon()
}

func TestEveryKindButOtherHasAClass(t *testing.T) {
	t.Parallel()
	for _, kind := range IncidentKinds {
		if kindClasses[kind] == "" && kind != "other" {
			t.Errorf("%s has no class", kind)
		}
		for _, b := range IncidentKinds {
			if Compatible(kind, b) != Compatible(b, kind) || !Compatible(kind, kind) || !Compatible(kind, "other") {
				t.Errorf("%s and %s", kind, b)
			}
		}
	}
}

// BenchmarkTwins asks in a city of 500 open incidents, 3,000 hazards and
// shelters and 200 closures.
func BenchmarkTwins(b *testing.B) {
	var rows []Entity
	for i := range 3000 {
		rows = append(rows, shelterAt(i, geo.Metres(i*10), "130302001", 0))
		rows = append(rows, &Entry{Ledger: Hazards, ID: NewID(), Head: Head{Division: "130302001"}, Detail: &Hazard{Kind: "mine"}, Geometry: geo.Destination(bridge, 180, geo.Metres(i*10))})
		if i < 500 {
			rows = append(rows, known(geo.Metres(i*50), "flood", time.Minute))
		}
		if i < 200 {
			rows = append(rows, &Entry{Ledger: Closures, ID: NewID(), Head: Head{Division: "130302001"}, Detail: &Closure{Cause: "fire"}, Geometry: bridgeBox(0.001 * float64(i+1))})
		}
	}
	p := pictureOf(rows...)
	for b.Loop() {
		if _, err := p.Twins(caller, TwinQuery{Point: bridge, Kind: "flood"}, noon); err != nil {
			b.Fatal(err)
		}
	}
}
