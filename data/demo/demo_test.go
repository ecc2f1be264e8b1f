package demo

import (
	"bytes"
	"encoding/json"
	"sync"
	"testing"
)

var built = sync.OnceValues(Build)

// theCity is built once for all tests.
func theCity(t *testing.T) *City {
	t.Helper()
	c, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// feature is one feature as a reader of the files sees it.
type feature struct {
	ID       string `json:"id"`
	Geometry struct {
		Type        string          `json:"type"`
		Coordinates json.RawMessage `json:"coordinates"`
	} `json:"geometry"`
	Properties map[string]any `json:"properties"`
}

func (f feature) text(key string) string { s, _ := f.Properties[key].(string); return s }
func (f feature) number(key string) int  { n, _ := f.Properties[key].(float64); return int(n) }

func read(t *testing.T, name string) []feature {
	t.Helper()
	var all struct{ Features []feature }
	if err := json.Unmarshal(theCity(t).File(name), &all); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return all.Features
}

func TestTheSameCodeGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	again, err := Build()
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range theCity(t).Files {
		if g := again.Files[i]; f.Name != g.Name || !bytes.Equal(f.Body, g.Body) {
			t.Errorf("%s differs from one build to the next", f.Name)
		}
	}
}

func TestEveryFeatureHasItsKeysAndItsOwnID(t *testing.T) {
	t.Parallel()
	keys := map[string][]string{
		"division": {"level"}, "team": {"owner_system", "capabilities", "readiness", "mobilise_day_min", "leader"},
		"unit":  {"team", "call_sign", "kind", "duty", "crew", "terminal"},
		"depot": {"level", "stock"}, "shelter": {"class", "grade", "space", "state", "capacity", "occupancy"},
		"hazard": {"kind", "level", "state"}, "risk_zone": {"kind", "class"},
		"camera": {"state", "heading_deg"}, "cell": {"people", "area_m2"},
		"closure": {"cause", "confidence"}, "run_card": {"kinds", "mode", "levels"}, "coverage_rule": {"kinds", "minimum", "within_min"},
	}
	ids := map[string]bool{}
	for ledger, own := range keys {
		codes := map[string]bool{}
		for _, f := range read(t, ledger+".geojson") {
			for _, k := range append(own, "code", "name", "division", "source_datum", "sensitivity") {
				if _, ok := f.Properties[k]; !ok {
					t.Errorf("%s %s lacks %s", ledger, f.text("code"), k)
				}
			}
			if ids[f.ID] || codes[f.text("code")] {
				t.Errorf("%s %s stands twice", ledger, f.text("code"))
			}
			ids[f.ID], codes[f.text("code")] = true, true
		}
	}
}

func TestCountsAreThePlans(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]int{"division": 1 + 9 + 102, "depot": 19, "camera": 25, "risk_zone": 5, "closure": 3, "run_card": 10, "coverage_rule": 7} {
		if got := len(read(t, name+".geojson")); got != want {
			t.Errorf("%s: %d, want %d", name, got, want)
		}
	}
	joint := 0
	for _, f := range read(t, "team.geojson") {
		if f.Properties["joint"] == true {
			joint++
			if f.text("owner_system") != "military_joint" || f.number("sensitivity") != 1 {
				t.Errorf("%s is joint and %s, sensitivity %d", f.text("name"), f.text("owner_system"), f.number("sensitivity"))
			}
		}
	}
	if joint != 24 {
		t.Errorf("%d joint teams, want 24", joint)
	}
	kinds := map[string]int{}
	for _, f := range read(t, "hazard.geojson") {
		kinds[f.text("kind")]++
	}
	for kind, want := range map[string]int{"tailings_pond": 69, "mine": 83, "hazmat": 571, "geohazard": 11} {
		if kinds[kind] != want {
			t.Errorf("%d %s, want %d", kinds[kind], kind, want)
		}
	}
}

func TestTheCityDepotHoldsEighteenKinds(t *testing.T) {
	t.Parallel()
	sum, city, kinds := 0, 0, 0
	for _, f := range read(t, "depot.geojson") {
		for _, line := range f.Properties["stock"].([]any) {
			n := int(line.(map[string]any)["quantity"].(float64))
			sum += n
			if f.text("level") == "city" {
				city, kinds = city+n, kinds+1
			}
		}
	}
	if kinds != 18 || city != 26_000 || sum != allStock {
		t.Errorf("city depot %d kinds, %d items; all %d items; want 18, 26000, %d", kinds, city, sum, allStock)
	}
}

func TestSheltersReachEveryTownship(t *testing.T) {
	t.Parallel()
	has, central, fixed := map[string]bool{}, 0, 0
	for _, f := range read(t, "shelter.geojson") {
		has[f.text("division")] = true
		switch class := f.text("class"); {
		case class == "central":
			central++
		case class != "emergency" && f.text("division")[:6] == "130302":
			fixed++
		}
		if f.number("occupancy") > f.number("capacity") {
			t.Errorf("%s holds more than it can", f.text("name"))
		}
	}
	if len(has) != 102 || central != 1 || fixed < 2 {
		t.Errorf("%d townships, %d central, %d fixed in the main city; want 102, 1, 2 or more", len(has), central, fixed)
	}
}

func TestUnitsBelongToTeamsAndHaveCallSignsOfTheirOwn(t *testing.T) {
	t.Parallel()
	teams, signs := map[string]bool{}, map[string]bool{}
	for _, f := range read(t, "team.geojson") {
		teams[f.ID] = true
	}
	units := read(t, "unit.geojson")
	for _, f := range units {
		if !teams[f.text("team")] {
			t.Errorf("unit %s has no team", f.text("code"))
		}
		if signs[f.text("call_sign")] {
			t.Errorf("call sign %s stands twice", f.text("call_sign"))
		}
		signs[f.text("call_sign")] = true
	}
	if len(units) < 150 {
		t.Errorf("%d units, want about 180", len(units))
	}
}
