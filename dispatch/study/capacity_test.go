package study

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"onemap/dispatch"
)

func crowded(t testing.TB) *hamlet {
	h := newHamlet(t)
	h.live("A", 100)
	h.live("C", 200)
	h.live("F", 50)
	h.shelter("B", 150)
	h.shelter("E", 60)
	return h
}

func TestPeopleFillSheltersToTheLastPlace(t *testing.T) {
	got := crowded(t).run("capacity", Params{})
	wants(t, got, map[string]any{"people": 350.0, "placed": 210.0, "placed_share": 0.6, "no_room": 140.0, "too_far": 0.0, "no_road": 0.0,
		"room": 210.0, "room_used_share": 1.0, "mean_travel": 320.0})
	if diff := cmp.Diff([]any{int64(100), int64(100)}, cellsOf(t, got, "relief", "placed")); diff != "" {
		t.Errorf("relief: %s", diff)
	}
	if got.Basis != dispatch.ByRoad || got.Network == "" || got.Closures != nil {
		t.Errorf("%s on %q, closures %v", got.Basis, got.Network, got.Closures)
	}
}

func TestMoreRoomNearbySavesTravel(t *testing.T) {
	h := newHamlet(t)
	h.live("A", 10)
	h.shelter("B", 4)
	h.shelter("C", 100)
	got := h.run("capacity", Params{})
	wants(t, got, map[string]any{"placed": 10.0, "mean_travel": 512.0}) // 4 × 320 s, 6 × 640 s
	if diff := cmp.Diff([]any{float64(100*3200) / 600}, cellsOf(t, got, "relief", "saved")); diff != "" {
		t.Errorf("person-minutes saved: %s", diff)
	}
}

func TestClosedRoadsRoundAShelterLeaveItEmpty(t *testing.T) {
	h := crowded(t)
	h.shut("CE")
	got := h.run("capacity", Params{})
	wants(t, got, map[string]any{"placed": 200.0, "no_room": 150.0, "too_far": 0.0})
	if len(got.Closures) != 1 || got.Closures[0].Code != "closure-CE" {
		t.Errorf("closures %v", got.Closures)
	}
	h.shut("BC")
	wants(t, h.run("capacity", Params{}), map[string]any{"placed": 150.0, "no_room": 0.0, "too_far": 200.0})
}

func TestAnIslandAndATimeTooShortAreSaid(t *testing.T) {
	h := crowded(t)
	h.live("X", 30)
	wants(t, h.run("capacity", Params{}), map[string]any{"people": 380.0, "placed": 210.0, "too_far": 30.0, "no_road": 0.0})
	wants(t, h.run("capacity", Params{LimitsS: []float64{300}}), map[string]any{"placed": 0.0, "too_far": 380.0, "mean_travel": nil, "room_used_share": 0.0})
	air := h.run("capacity", Params{DistancesM: []float64{450}})
	if wants(t, air, map[string]any{"placed": 210.0, "mean_travel": 400.0}); air.Basis != dispatch.CrowFlies || air.Network != "" {
		t.Errorf("by %s on %q", air.Basis, air.Network)
	}
}

func TestNobodyAndNothingIsNotZeroPerCent(t *testing.T) {
	h := newHamlet(t)
	nobody := h.run("capacity", Params{})
	if wants(t, nobody, map[string]any{"placed_share": nil, "placed": 0.0}); !left(nobody, "nobody lives") || !left(nobody, "no shelter") {
		t.Errorf("left out %v", nobody.LeftOut)
	}
	h.live("A", 0)
	h.live("B", 10)
	wants(t, h.run("capacity", Params{}), map[string]any{"placed_share": 0.0, "too_far": 10.0})
	h.at(dispatch.Shelters, "B", &dispatch.Shelter{State: "planned", Capacity: 10})
	closed := false
	wants(t, h.run("capacity", Params{OpenOnly: &closed}), map[string]any{"placed_share": 1.0})
	if got := h.run("capacity", Params{}); !left(got, "1 shelters are planned") {
		t.Errorf("left out %v", got.LeftOut)
	}
}

func TestACountyPlannerSeesOnlyTheCounty(t *testing.T) {
	own := planner
	own.Area = "130303"
	got := crowded(t).runAs(own, "capacity", Params{})
	wants(t, got, map[string]any{"people": 50.0, "placed": 0.0, "room": 0.0}) // the shelter at E is the other county's
	if len(cellsOf(t, got, "places", "code")) != 0 {
		t.Error("shelters of another county are listed")
	}
}

func TestOneShelterMoreNeverLowersWhoIsPlaced(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		h := newHamlet(t)
		for _, at := range []string{"A", "B", "C", "E", "F", "X"} {
			h.live(at, rapid.IntRange(0, 300).Draw(r, "people at "+at))
		}
		for _, at := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"A", "B", "C", "E", "F", "Y"}), 0, 3, rapid.ID).Draw(r, "shelters") {
			h.shelter(at, rapid.IntRange(0, 200).Draw(r, "room at "+at))
		}
		limit := Params{LimitsS: []float64{rapid.Float64Range(1, 2000).Draw(r, "limit")}}
		before := h.run("capacity", limit)
		h.shelter("C", rapid.IntRange(0, 200).Draw(r, "more room"))
		after := h.run("capacity", limit)
		figures := func(x Result) (placed, all float64) {
			for _, f := range x.Figures {
				switch f.Code {
				case "placed":
					placed = *f.Value
					all += *f.Value
				case "no_room", "too_far", "no_road":
					all += *f.Value
				}
			}
			return placed, all
		}
		was, all := figures(before)
		is, same := figures(after)
		if is < was || all != same {
			r.Fatalf("placed %v, then %v, of %v and %v", was, is, all, same)
		}
	})
}
