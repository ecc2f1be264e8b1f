package osm

import (
	"testing"

	"onemap/geo/road"
)

func TestWhoMayUseAWay(t *testing.T) {
	t.Parallel()
	const motors = road.Everyone &^ road.Feet
	for name, c := range map[string]struct {
		tags              tags
		forward, backward road.Vehicles
	}{
		"a street":                    {tags{"highway": "residential"}, road.Everyone, road.Everyone},
		"a motorway":                  {tags{"highway": "motorway"}, motors, 0},
		"a ramp without a word":       {tags{"highway": "motorway_link"}, motors, motors},
		"a roundabout":                {tags{"highway": "primary", "junction": "roundabout"}, road.Everyone, road.Feet},
		"a one-way street":            {tags{"highway": "primary", "oneway": "yes"}, road.Everyone, road.Feet},
		"one way backwards":           {tags{"highway": "primary", "oneway": "-1"}, road.Feet, road.Everyone},
		"a bus lane against":          {tags{"highway": "primary", "oneway": "yes", "oneway:bus": "no"}, road.Everyone, road.Feet | road.Buses},
		"a private road":              {tags{"highway": "service", "access": "private"}, road.Emergency, road.Emergency},
		"private, but on foot":        {tags{"highway": "service", "access": "private", "foot": "yes"}, road.Emergency | road.Feet, road.Emergency | road.Feet},
		"no lorries":                  {tags{"highway": "residential", "hgv": "no"}, road.Everyone &^ road.Trucks, road.Everyone &^ road.Trucks},
		"no lorries one way":          {tags{"highway": "residential", "hgv:forward": "no"}, road.Everyone &^ road.Trucks, road.Everyone},
		"buses only":                  {tags{"highway": "service", "motor_vehicle": "no", "bus": "yes"}, road.Buses | road.Emergency | road.Feet, road.Buses | road.Emergency | road.Feet},
		"a footpath":                  {tags{"highway": "footway"}, road.Feet, road.Feet},
		"a footpath with open access": {tags{"highway": "footway", "access": "yes"}, road.Feet, road.Feet},
		"a path for cars":             {tags{"highway": "path", "motor_vehicle": "yes"}, motors&^road.Emergency | road.Feet, motors&^road.Emergency | road.Feet},
		"a shopping street":           {tags{"highway": "pedestrian"}, road.Feet | road.Emergency, road.Feet | road.Emergency},
	} {
		w, ok := wayOf(c.tags)
		if !ok || w.Forward != c.forward || w.Backward != c.backward {
			t.Errorf("%s: %05b and %05b, want %05b and %05b", name, w.Forward, w.Backward, c.forward, c.backward)
		}
	}
	for _, highway := range []string{"construction", "proposed", "platform", "elevator", "gate", "ferry", ""} {
		if _, ok := wayOf(tags{"highway": highway}); ok {
			t.Errorf("highway=%s is a road", highway)
		}
	}
}

func TestQuantitiesAreReadWithTheirUnits(t *testing.T) {
	t.Parallel()
	near := func(name string, got, want float64) {
		t.Helper()
		if d := got - want; d > 0.01 || d < -0.01 {
			t.Errorf("%s: %g, want %g", name, got, want)
		}
	}
	near("50", speedOf("50"), 50)
	near("30 mph", speedOf("30 mph"), 48.28)
	near("walk", speedOf("walk"), 5)
	near("signals", speedOf("signals"), 0)
	near("-5", speedOf("-5"), 0)
	near("3.5", metresOf("3.5"), 3.5)
	near("3,5 m", metresOf("3,5 m"), 3.5)
	near(`12'6"`, metresOf(`12'6"`), 3.81)
	near("default", metresOf("default"), 0)
	near("7.5 t", tonnesOf("7.5 t"), 7.5)
	near("3500 kg", tonnesOf("3500 kg"), 3.5)
	near("90 minutes", secondsOf("90"), 5400)
	near("1:30", secondsOf("1:30"), 5400)
	near("01:30:15", secondsOf("01:30:15"), 5415)
	near("PT1H30M", secondsOf("PT1H30M"), 5400)
	near("nonsense", secondsOf("soon"), 0)
}

func TestBarriersOpenForThoseOnDuty(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		tags tags
		pass road.Vehicles
	}{
		"a gate":             {tags{"barrier": "gate"}, road.Everyone},
		"a locked gate":      {tags{"barrier": "gate", "access": "no"}, road.Emergency},
		"a bollard":          {tags{"barrier": "bollard"}, road.Feet},
		"a rising bollard":   {tags{"barrier": "bollard", "bollard": "rising"}, road.Feet | road.Emergency},
		"a bollard for bus":  {tags{"barrier": "bollard", "bus": "yes"}, road.Feet | road.Buses},
		"a gate for nobody":  {tags{"barrier": "gate", "access": "no", "emergency": "no"}, 0},
		"a gate for walkers": {tags{"barrier": "gate", "motor_vehicle": "no"}, road.Emergency | road.Feet},
	} {
		n, ok := nodeOf(c.tags)
		if !ok || !n.Barrier || n.Pass != c.pass {
			t.Errorf("%s: %05b, want %05b", name, n.Pass, c.pass)
		}
	}
	if _, ok := nodeOf(tags{"barrier": "kerb"}); ok {
		t.Error("a kerb stops somebody")
	}
}

func TestRestrictionsNameTheirWays(t *testing.T) {
	t.Parallel()
	way := func(role string, id int64) member { return member{'w', id, role} }
	node := member{'n', 5, "via"}
	read := func(t tags, m ...member) []road.Restriction {
		t["type"] = "restriction"
		return restrictionsOf(1, m, t)
	}

	if r := read(tags{"restriction": "only_straight_on", "except": "psv;emergency"}, way("from", 1), node, way("to", 2)); len(r) != 1 ||
		!r[0].Only || r[0].Exempt != road.Buses|road.Emergency || r[0].ViaNode != 5 {
		t.Errorf("only_: %+v", r)
	}
	if r := read(tags{"restriction:hgv": "no_left_turn"}, way("from", 1), node, way("to", 2)); len(r) != 1 || r[0].Exempt != road.Everyone&^road.Trucks {
		t.Errorf("for lorries: %+v", r)
	}
	if r := read(tags{"restriction": "no_u_turn"}, way("from", 1), way("via", 2), way("via", 3), way("to", 4)); len(r) != 1 || len(r[0].Via) != 2 {
		t.Errorf("over ways: %+v", r)
	}
	if r := read(tags{"restriction": "no_entry"}, way("from", 1), way("from", 3), node, way("to", 2)); len(r) != 2 {
		t.Errorf("no entry: %+v", r)
	}
	for name, r := range map[string][]road.Restriction{
		"at some hours":  read(tags{"restriction:conditional": "no_left_turn @ (07:00-09:00)"}, way("from", 1), node, way("to", 2)),
		"without via":    read(tags{"restriction": "no_left_turn"}, way("from", 1), way("to", 2)),
		"of no kind":     read(tags{"restriction": "maybe"}, way("from", 1), node, way("to", 2)),
		"by hour":        read(tags{"restriction": "no_left_turn", "hour_on": "07:00"}, way("from", 1), node, way("to", 2)),
		"with no target": read(tags{"restriction": "no_left_turn"}, way("from", 1), node),
	} {
		if len(r) != 0 {
			t.Errorf("%s: %+v", name, r)
		}
	}
}
