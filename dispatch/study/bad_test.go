package study

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"onemap/dispatch"
)

// usual asks each kind of study for something plain.
func (h *hamlet) usual() map[string]Params {
	return map[string]Params{
		"coverage":        {Kinds: []string{"shelter"}, LimitsS: []float64{900}},
		"capacity":        {},
		"accessibility":   {},
		"shelter_norms":   {},
		"station_norms":   {},
		"depot_readiness": {Item: "1010101", PerThousand: 100, Hours: 1},
		"hazard_response": {},
		"siting":          {Model: "mclp", Sites: 2, LimitsS: []float64{640}, Candidates: []Candidate{{Point: geojson.NewGeometry(h.town.At("E"))}}},
		"evacuation":      {Zone: geojson.NewGeometry(h.about("AB").Geometry())},
	}
}

// furnish puts one of everything in the town.
func (h *hamlet) furnish() {
	h.shelter("C", 50)
	h.at(dispatch.Teams, "B", fireStation(1, 1))
	h.at(dispatch.Units, "B", &dispatch.Unit{Kind: "engine", Duty: "available_base"})
	h.at(dispatch.Depots, "C", tents(20, nil))
	h.at(dispatch.Hazards, "F", &dispatch.Hazard{Kind: "hazmat", State: "operating", Level: 2})
}

// refused runs a study that cannot be, and returns the fields it was refused for.
func (h *hamlet) refused(a dispatch.Actor, kind string, q Params) string {
	h.Helper()
	picture, err := dispatch.NewPicture(7, "", h.rows).OnRoads(dispatch.NewRoads(h.town.Now().Graph()), noon)
	if err != nil {
		h.Fatal(err)
	}
	_, err = Run(h.Context(), kind, Input{Picture: picture, Actor: a, Now: noon, Params: q})
	var refusal *dispatch.Error
	if !errors.As(err, &refusal) {
		return fmt.Sprintf("not refused: %v", err)
	}
	var all []string
	for _, f := range refusal.Fields {
		all = append(all, f.Path+" "+f.Code)
	}
	return strings.Join(all, ", ")
}

// wantsReason wants a sentence of what was left out that has one of some words,
// and no share of nothing.
func wantsReason(t *testing.T, kind string, r Result, unknown []string, words ...string) {
	t.Helper()
	if !slices.ContainsFunc(words, func(w string) bool { return left(r, w) }) {
		t.Errorf("%s: no reason among %v", kind, r.LeftOut)
	}
	for _, f := range r.Figures {
		if slices.Contains(unknown, f.Code) && f.Value != nil {
			t.Errorf("%s: %s is %v, which nobody can know", kind, f.Code, *f.Value)
		}
	}
}

var sharesOfPeople = []string{"people_share", "backup_share", "placed_share", "covered_share", "within_walk_share", "fixed_share", "share_before", "share_after", "none_share", "night_share", "mean", "gini", "people_near"}

func TestWhereNobodyLivesEveryKindSaysSo(t *testing.T) {
	h := newHamlet(t)
	h.live("A", 0)
	h.live("E", 0)
	h.furnish()
	for kind, q := range h.usual() {
		if kind != "hazard_response" { // which asks about hazards
			wantsReason(t, kind, h.run(kind, q), sharesOfPeople, "obody lives")
		}
	}
}

func TestWithoutAGridNothingIsCounted(t *testing.T) {
	h := newHamlet(t)
	h.furnish()
	for kind, q := range h.usual() {
		wantsReason(t, kind, h.run(kind, q), sharesOfPeople, "obody lives", "no population cells")
	}
}

func TestAnEmptyLedgerIsSaid(t *testing.T) {
	h := newHamlet(t)
	h.live("A", 100)
	h.live("E", 70)
	for kind, q := range h.usual() {
		if kind == "siting" {
			q.Candidates, q.CandidateLedger = nil, "camera"
		}
		wantsReason(t, kind, h.run(kind, q), nil, "no sites", "no shelter", "nothing to reach", "no fire station", "no depot", "no hazard", "There is no candidate", "There is no shelter")
	}
	wants(t, h.run("coverage", h.usual()["coverage"]), map[string]any{"people_share": 0.0, "people_gap": 170.0})
}

func TestCapacityBelowDemandLeavesTheRestWithAReason(t *testing.T) {
	h := newHamlet(t)
	h.live("B", 300)
	h.shelter("C", 50)
	wants(t, h.run("capacity", Params{}), map[string]any{"placed": 50.0, "no_room": 250.0, "too_far": 0.0, "no_road": 0.0})
	wants(t, h.run("evacuation", Params{Zone: h.about("AB")}), map[string]any{"placed": 50.0, "no_room": 250.0})
	h.at(dispatch.Depots, "C", tents(5, nil))
	wants(t, h.run("depot_readiness", Params{Item: "1010101", PerThousand: 100, Hours: 2}), map[string]any{"need": 30.0, "given": 5.0, "missing": 25.0})
	q := Params{Model: "mclp", Sites: 1, LimitsS: []float64{640}, Candidates: []Candidate{{Point: geojson.NewGeometry(h.town.At("A")), Capacity: 30}}}
	wants(t, h.run("siting", q), map[string]any{"placed_before": 50.0, "placed_after": 80.0})
}

func TestAnIslandIsCountedAsOutOfReachByEveryKind(t *testing.T) {
	h := newHamlet(t)
	h.live("A", 100)
	h.live("X", 40) // on the island
	h.furnish()
	wants(t, h.run("coverage", Params{Kinds: []string{"shelter"}, LimitsS: []float64{3600}}), map[string]any{"people_gap": 40.0})
	wants(t, h.run("accessibility", Params{LimitsS: []float64{3600}}), map[string]any{"none_share": 40.0 / 140})
	wants(t, h.run("station_norms", Params{}), map[string]any{"gap_people": 40.0})
	wants(t, h.run("depot_readiness", h.usual()["depot_readiness"]), map[string]any{"people_share": 100.0 / 140})
	wants(t, h.run("evacuation", Params{Zone: h.about("XY")}), map[string]any{"people": 40.0, "placed": 0.0, "cut_off": 40.0})
	if got := h.run("siting", h.usual()["siting"]); !left(got, "40 people are out of reach of every site and candidate") {
		t.Errorf("siting: %v", got.LeftOut)
	}
	if no := cellsOf(t, h.run("shelter_norms", Params{}), "total", "no_way"); no[0] != int64(40) {
		t.Errorf("shelter norms: %v without a way", no)
	}
	h.at(dispatch.Hazards, "Y", &dispatch.Hazard{Kind: "hazmat", State: "operating", Level: 1})
	wants(t, h.run("hazard_response", Params{UnitKinds: []string{"engine"}}), map[string]any{"hazards": 2.0, "never": 1.0})
}

func TestClosedRoadsAroundAShelterAreNamedAndTakeItOut(t *testing.T) {
	h := newHamlet(t)
	h.live("A", 100)
	h.live("E", 70)
	h.shelter("C", 200)
	h.at(dispatch.Shelters, "E", &dispatch.Shelter{Class: "emergency", Grade: "township", State: "planned", Capacity: 10})
	h.shut("BC", "CE")
	for kind, want := range map[string]map[string]any{
		"coverage":      {"people_share": 0.0, "people_gap": 170.0},
		"capacity":      {"placed": 0.0, "too_far": 170.0},
		"accessibility": {"none_share": 1.0},
		"shelter_norms": {"within_walk_share": 0.0},
		"siting":        {"share_before": 0.0, "share_after": 70.0 / 170},
		"evacuation":    {"placed": 0.0},
	} {
		got := h.run(kind, h.usual()[kind])
		if wants(t, got, want); len(got.Closures) != 2 {
			t.Errorf("%s: %d closures named, want 2", kind, len(got.Closures))
		}
	}
}

func TestNumbersThatAreNoneAreRefusedByTheirField(t *testing.T) {
	h := newHamlet(t)
	h.live("A", 100)
	nan, inf := math.NaN(), math.Inf(1)
	east := geojson.NewGeometry(orb.Point{nan, 39})
	for want, c := range map[string]struct {
		kind string
		q    Params
	}{
		"params.limits_s[0] out_of_range":            {"coverage", Params{Kinds: []string{"shelter"}, LimitsS: []float64{nan}}},
		"params.limits_s[1] out_of_range":            {"station_norms", Params{LimitsS: []float64{300, inf}}},
		"params.distances_m[0] out_of_range":         {"capacity", Params{DistancesM: []float64{-1}}},
		"params.per_thousand out_of_range":           {"depot_readiness", Params{Item: "1010101", PerThousand: nan}},
		"params.hours out_of_range":                  {"depot_readiness", Params{Item: "1010101", Hours: inf}},
		"params.zone_buffer_m out_of_range":          {"evacuation", Params{Zone: h.about("AB"), ZoneBufferM: nan}},
		"params.budget out_of_range":                 {"siting", Params{Model: "mclp", Budget: nan, LimitsS: []float64{600}, CandidateGridM: 500}},
		"params.sites out_of_range":                  {"siting", Params{Model: "mclp", Sites: -3, LimitsS: []float64{600}, CandidateGridM: 500}},
		"params.candidate_grid_m out_of_range":       {"siting", Params{Model: "mclp", Sites: 1, LimitsS: []float64{600}, CandidateGridM: nan}},
		"params.capacity out_of_range":               {"siting", Params{Model: "mclp", Sites: 1, LimitsS: []float64{600}, CandidateGridM: 500, Capacity: -1}},
		"params.candidates[0].point bad_geometry":    {"coverage", Params{LimitsS: []float64{600}, Candidates: []Candidate{{Point: east}}}},
		"params.candidates[0].cost out_of_range":     {"siting", Params{Model: "mclp", Sites: 1, LimitsS: []float64{600}, Candidates: []Candidate{{Point: geojson.NewGeometry(h.town.At("A")), Cost: nan}}}},
		"params.candidates[0].capacity out_of_range": {"capacity", Params{Candidates: []Candidate{{Point: geojson.NewGeometry(h.town.At("A")), Capacity: -5}}}},
		"params.profile bad_enum":                    {"capacity", Params{Profile: "ox_cart"}},
		"params.kinds[0] bad_enum":                   {"coverage", Params{Kinds: []string{"unicorn"}, LimitsS: []float64{600}}},
		"params.item bad_item":                       {"depot_readiness", Params{Item: "tents"}},
	} {
		if got := h.refused(planner, c.kind, c.q); got != want {
			t.Errorf("%s: %q, want %q", c.kind, got, want)
		}
	}
}

func TestAZoneThatCrossesItselfIsRefusedWithThePlace(t *testing.T) {
	h := newHamlet(t)
	h.live("A", 100)
	h.shelter("C", 50)
	a := h.town.At("A")
	bow := orb.Polygon{{a, {a[0] + 0.01, a[1] + 0.01}, {a[0] + 0.01, a[1]}, {a[0], a[1] + 0.01}, a}}
	if got := h.refused(planner, "evacuation", Params{Zone: geojson.NewGeometry(bow)}); got != "params.zone.coordinates[0][0] invalid_geometry" {
		t.Errorf("drawn: %q", got)
	}
	apart := orb.MultiPolygon{h.about("AB").Geometry().(orb.Polygon), h.about("BC").Geometry().(orb.Polygon)}
	if got := h.refused(planner, "evacuation", Params{Zone: geojson.NewGeometry(apart)}); got == "" || !strings.HasPrefix(got, "params.zone") {
		t.Errorf("two that overlap: %q", got)
	}
	h.put(dispatch.RiskZones, "old-survey", "130302001", &dispatch.RiskZone{Kind: "flood"}, bow)
	zone := h.rows[len(h.rows)-1].(*dispatch.Entry).ID
	if got := h.refused(planner, "evacuation", Params{ZoneHazard: &zone}); got != "params.zone_hazard invalid_geometry" {
		t.Errorf("imported: %q", got)
	}
	wants(t, h.run("capacity", Params{}), map[string]any{"placed": 50.0}) // nobody else minds it
	wants(t, h.run("evacuation", Params{Zone: h.about("AB")}), map[string]any{"placed": 50.0})
}

func TestWhatIsNotThereIsSaidOrRefused(t *testing.T) {
	h := newHamlet(t)
	h.live("A", 100)
	h.furnish()
	nobody := dispatch.ID{15: 250}
	for kind, q := range h.usual() {
		if kind == "evacuation" || kind == "siting" {
			continue
		}
		q.IDs = []dispatch.ID{nobody}
		if got := h.run(kind, q); !left(got, "1 of those named are of no kind that counts here") {
			t.Errorf("%s: %v", kind, got.LeftOut)
		}
	}
	if got := h.refused(planner, "evacuation", Params{ZoneIncident: &nobody, ZoneBufferM: 500}); got != "params.zone_incident not_found" {
		t.Errorf("incident: %q", got)
	}
	if got := h.refused(planner, "evacuation", Params{ZoneHazard: &nobody, ZoneBufferM: 500}); got != "params.zone_hazard not_found" {
		t.Errorf("hazard: %q", got)
	}
}

func TestADivisionOutsideTheAskersAreaIsRefused(t *testing.T) {
	h := newHamlet(t)
	h.live("A", 100) // of 130302
	h.live("F", 70)  // of 130303
	h.furnish()
	county := dispatch.Actor{Role: dispatch.Planner, Area: "130302", Clearance: 3}
	for kind, q := range h.usual() {
		q.Division = "130303"
		if got := h.refused(county, kind, q); got != "params.division outside_jurisdiction" {
			t.Errorf("%s: %q", kind, got)
		}
	}
	wide := h.runAs(county, "capacity", Params{Division: "130300"})
	if wants(t, wide, map[string]any{"people": 100.0}); !left(wide, "larger than your area") {
		t.Errorf("left out %v", wide.LeftOut)
	}
}

func TestTenThousandCandidatesAreRefusedOrCut(t *testing.T) {
	h := newHamlet(t)
	h.live("A", 100)
	h.shelter("C", 50)
	one := Candidate{Point: geojson.NewGeometry(h.town.At("A"))}
	for _, kind := range []string{"coverage", "capacity", "siting"} {
		q := h.usual()[kind]
		q.Candidates = slices.Repeat([]Candidate{one}, 10_000)
		if got := h.refused(planner, kind, q); got != "params.candidates out_of_range" {
			t.Errorf("%s: %q", kind, got)
		}
	}
	for n := range 10_000 {
		h.put(dispatch.Cameras, fmt.Sprintf("camera-%05d", n), "130302001", &dispatch.Camera{State: "online"}, h.town.At("A"))
	}
	got := h.run("siting", Params{Model: "mclp", Sites: 1, LimitsS: []float64{640}, CandidateLedger: "camera"})
	if wants(t, got, map[string]any{"candidates": 500.0}); !left(got, "9\u2009500 more were not looked at") {
		t.Errorf("left out %v", got.LeftOut)
	}
}

// million is a grid of that many cells with two shelters among them.
func million(n int) []dispatch.Entity {
	all := make([]dispatch.Entity, 0, n+2)
	wide := int(math.Sqrt(float64(n)))
	for i := range n {
		at := orb.Point{119 + float64(i%wide)*0.001, 39 + float64(i/wide)*0.001}
		id := dispatch.ID{0: 9, 12: byte(i >> 24), 13: byte(i >> 16), 14: byte(i >> 8), 15: byte(i)}
		all = append(all, &dispatch.Entry{
			Ledger: dispatch.Cells, ID: id, Head: dispatch.Head{Code: fmt.Sprintf("c%07d", i), Division: "130302001"}, Detail: &dispatch.Cell{People: 3, AreaM2: 9_000}, Version: 1,
			Geometry: orb.Bound{Min: at, Max: orb.Point{at[0] + 0.001, at[1] + 0.001}}.ToPolygon(),
		})
	}
	for n, at := range []orb.Point{{119.2, 39.2}, {119.7, 39.6}} {
		all = append(all, &dispatch.Entry{Ledger: dispatch.Shelters, ID: dispatch.ID{0: 8, 15: byte(n)}, Head: dispatch.Head{Code: fmt.Sprint("s", n), Name: "s", Division: "130302001"},
			Detail: &dispatch.Shelter{Class: "emergency", Grade: "village", State: "ready", Capacity: 5000}, Geometry: at, Version: 1})
	}
	return all
}

func TestAMillionCellsAreCountedOrRefused(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds and a gigabyte")
	}
	const cells = 1_000_000
	picture := dispatch.NewPicture(7, "", million(cells))
	in := Input{Picture: picture, Actor: planner, Now: noon, Params: Params{Kinds: []string{"shelter"}, DistancesM: []float64{2000}}}
	got, err := Run(t.Context(), "coverage", in)
	if err != nil {
		t.Fatal(err)
	}
	agree(t, got)
	wants(t, got, map[string]any{"people": 3.0 * cells})
	raw, err := json.Marshal(got)
	if err != nil || len(raw) > dispatch.MostResult {
		t.Errorf("%d bytes, %v", len(raw), err)
	}
	in.Params = Params{DistancesM: []float64{2000}, Candidates: slices.Repeat([]Candidate{{Point: geojson.NewGeometry(orb.Point{119.5, 39.5}), Capacity: 10}}, 100)}
	if _, err := Run(t.Context(), "capacity", in); !errors.Is(err, dispatch.ErrTooMuch) || !strings.Contains(err.Error(), "102 places and 1000000 cells") {
		t.Errorf("a hundred places: %v", err)
	}
}
