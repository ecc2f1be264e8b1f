package study

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"onemap/dispatch"
)

func TestAccessSharesAShelterByNearness(t *testing.T) {
	h := newHamlet(t)
	h.live("A", 100)
	h.live("B", 100)
	h.live("X", 0)
	h.shelter("B", 100)
	got := h.run("accessibility", Params{LimitsS: []float64{640}})
	g := math.Exp(math.Log(0.01) / 4) // A is half the limit away
	a := 1000 * g / (1 + g)
	wants(t, got, map[string]any{"mean": 500.0, "median": a, "none_share": 0.0, "below_half_share": 0.5, "gini": (1000 - 2*a) / 2000})
	if diff := cmp.Diff([]any{int64(100)}, cellsOf(t, got, "total", "below_half")); diff != "" {
		t.Error(diff)
	}
	short := h.run("accessibility", Params{LimitsS: []float64{100}})
	wants(t, short, map[string]any{"mean": 500.0, "median": 0.0, "none_share": 0.5})
}

func TestAccessWithNothingToReachIsNotKnown(t *testing.T) {
	h := newHamlet(t)
	h.live("A", 100)
	got := h.run("accessibility", Params{})
	if wants(t, got, map[string]any{"mean": nil, "gini": nil, "none_share": nil, "people": 100.0}); !left(got, "nothing to reach") {
		t.Errorf("left out %v", got.LeftOut)
	}
	in := Input{Actor: planner, Params: Params{Kinds: []string{"shelter", "team"}}}
	if err := accessibility(t.Context(), &in, &Result{}); err == nil {
		t.Error("shelters and teams were added up")
	}
}

func TestAShelterIsHeldAgainstTheRulesOfItsClass(t *testing.T) {
	h := newHamlet(t)
	h.live("A", 100) // 400 m from B
	h.live("C", 70)  // and so is C
	h.live("F", 50)  // 1200 m
	h.at(dispatch.Shelters, "B", &dispatch.Shelter{Class: "emergency", Grade: "village", State: "ready", Capacity: 150, AreaM2: 60})
	rules := func() map[string]any {
		got := h.run("shelter_norms", Params{})
		of := map[string]any{}
		verdicts := cellsOf(t, got, "rules", "verdict_en")
		for n, rule := range cellsOf(t, got, "rules", "rule") {
			of[rule.(string)] = verdicts[n]
		}
		return of
	}
	want := map[string]any{"area_per_person": "Fail", "walk": "Fail", "room": "Fail", "fire_distance": "Not known"}
	if diff := cmp.Diff(want, rules()); diff != "" {
		t.Error(diff)
	}
	got := h.run("shelter_norms", Params{})
	wants(t, got, map[string]any{"within_walk_share": 170.0 / 220, "overload": 20.0, "fixed_share": 0.0, "failing": 1.0, "unknown": 1.0})
	h.at(dispatch.Hazards, "B", &dispatch.Hazard{Kind: "hazmat", State: "operating", Level: 2})
	h.at(dispatch.Shelters, "F", &dispatch.Shelter{Class: "fixed_long", Grade: "county", State: "ready", Capacity: 100, AreaM2: 450})
	want = map[string]any{"area_per_person": "Pass", "walk": "Pass", "room": "Pass", "entrances": "Not known", "two_supplies": "Not known", "fire_distance": "Not known"}
	if diff := cmp.Diff(want, rules()); diff != "" { // the later shelter's verdicts stand last
		t.Error(diff)
	}
	got = h.run("shelter_norms", Params{})
	wants(t, got, map[string]any{"within_walk_share": 1.0, "fixed_share": 100.0 / 220})
	if diff := cmp.Diff([]any{"不合格", "合格"}, cellsOf(t, got, "fixed", "verdict")); diff != "" {
		t.Error(diff)
	}
	if verdicts := cellsOf(t, got, "rules", "verdict_en"); verdicts[3] != "Fail" {
		t.Errorf("beside a chemical plant: %v", verdicts)
	}
}

func fireStation(day, night int) *dispatch.Team {
	return &dispatch.Team{OwnerSystem: "fire_rescue", Readiness: "ready", Capabilities: []dispatch.Capability{{Discipline: "fire", Level: 2}}, MobiliseDayMin: day, MobiliseNightMin: night}
}

func TestAStationSlowToTurnOutLosesItsGroundToAQuickOne(t *testing.T) {
	h := newHamlet(t)
	h.live("B", 100)
	h.live("F", 300)
	h.at(dispatch.Teams, "B", fireStation(5, 6))
	wants(t, h.run("station_norms", Params{}), map[string]any{"people_share": 0.25, "cell_share": 0.5, "night_share": 0.0, "gap_people": 300.0, "stations": 1.0})
	h.at(dispatch.Teams, "E", fireStation(0, 0)) // not in the ledger: one minute
	got := h.run("station_norms", Params{})
	wants(t, got, map[string]any{"people_share": 1.0, "night_share": 1.0})
	if diff := cmp.Diff([]any{int64(0), int64(400)}, cellsOf(t, got, "stations", "duty_people")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]any{"Not known", "Pass"}, cellsOf(t, got, "stations", "verdict_en")); diff != "" { // 2 ha; at B the other is there first
		t.Error(diff)
	}
	h.shut("EF")
	cut := h.run("station_norms", Params{})
	if wants(t, cut, map[string]any{"people_share": 0.25}); len(cut.Closures) != 1 {
		t.Errorf("closures %v", cut.Closures)
	}
	none := newHamlet(t)
	none.live("A", 5)
	if r := none.run("station_norms", Params{}); !left(r, "no fire station") {
		t.Errorf("left out %v", r.LeftOut)
	}
}

func TestDutyAreasAreJudgedOnlyWhereTheClassDoesNotMatter(t *testing.T) {
	for _, c := range []struct {
		area    int64
		fits    any
		verdict string
	}{{2e6, "Small station, Second-class station, First-class station, Suburban station", "pass"}, {2e6 + 1, "Second-class station, First-class station, Suburban station", "unknown"}, {15e6, "Suburban station", "unknown"}, {15e6 + 1, nil, "fail"}} {
		fits, verdict := dutyVerdict(c.area, 10)
		if _, en := fitting(fits); en != c.fits || verdict != c.verdict {
			t.Errorf("%d m²: %v %s", c.area, en, verdict)
		}
	}
	if _, verdict := dutyVerdict(0, -1); verdict != unknown {
		t.Error("a station without a duty area has a verdict")
	}
}

func TestOneStationMoreNeverLowersTheShare(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		h := newHamlet(t)
		for _, at := range []string{"A", "C", "F", "X"} {
			h.live(at, rapid.IntRange(1, 300).Draw(r, "people at "+at))
		}
		for _, at := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"A", "B", "C", "E", "F"}), 0, 3, rapid.ID).Draw(r, "stations") {
			h.at(dispatch.Teams, at, fireStation(rapid.IntRange(0, 6).Draw(r, "turnout"), 0))
		}
		before := *h.run("station_norms", Params{}).Figures[0].Value
		h.at(dispatch.Teams, rapid.SampledFrom([]string{"A", "E", "Y"}).Draw(r, "one more"), fireStation(1, 1))
		if after := *h.run("station_norms", Params{}).Figures[0].Value; after < before {
			r.Fatalf("%v, then %v", before, after)
		}
	})
}
