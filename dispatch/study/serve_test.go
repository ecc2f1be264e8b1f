package study

import (
	"fmt"
	"testing"
	"time"

	"onemap/dispatch"
	"onemap/geo"
)

// TestEveryScreenCountsTheSameShelters asks how many people are near a shelter of
// the live answer and of each study that counts them, with one shelter in every
// state there is.
func TestEveryScreenCountsTheSameShelters(t *testing.T) {
	for _, state := range dispatch.ShelterStates {
		h := newHamlet(t)
		h.live("A", 600)
		h.live("F", 400)
		h.at(dispatch.Shelters, "B", &dispatch.Shelter{Class: "emergency", Grade: "township", State: state, Capacity: 1000})
		p, err := dispatch.NewPicture(7, "", h.rows).OnRoads(dispatch.NewRoads(h.town.Now().Graph()), noon)
		if err != nil {
			t.Fatal(err)
		}
		want := map[bool]float64{true: 0.6}[state != "planned" && state != "maintenance" && state != "unsafe"]
		for basis, q := range map[string]struct {
			live  dispatch.CoverageQuery
			asked Params
		}{
			"road":     {dispatch.CoverageQuery{Limits: []time.Duration{400 * time.Second}}, Params{LimitsS: []float64{400}}},
			"straight": {dispatch.CoverageQuery{Distances: []geo.Metres{500}}, Params{DistancesM: []float64{500}}},
		} {
			q.live.Kinds, q.asked.Kinds = []dispatch.Ledger{dispatch.Shelters}, []string{"shelter"}
			now, err := p.Coverage(t.Context(), planner, q.live, noon)
			if err != nil {
				t.Fatal(err)
			}
			all := now.Results[0].Total
			if got := float64(all.PeopleCovered) / float64(all.People); got != want {
				t.Errorf("%s by %s: %v in the live answer, want %v", state, basis, got, want)
			}
			wants(t, h.run("coverage", q.asked), map[string]any{"people_share": want})
			if want > 0 && state != "full" { // of which nobody has a share
				wants(t, h.run("accessibility", q.asked), map[string]any{"none_share": 1 - want})
			}
			siting := q.asked
			siting.Model, siting.Sites, siting.CandidateGridM = "mclp", 1, 500
			wants(t, h.run("siting", siting), map[string]any{"share_before": want})
		}
		wants(t, h.run("shelter_norms", Params{}), map[string]any{"shelters": map[bool]float64{true: 1}[want > 0]})
	}
}

// TestCoverageAndSitingCountTheSameHelp asks both who is reached now from a thing
// that can help and one that cannot.
func TestCoverageAndSitingCountTheSameHelp(t *testing.T) {
	for kind, both := range map[dispatch.Ledger][2]dispatch.Detail{
		dispatch.Teams:  {&dispatch.Team{Readiness: "ready"}, &dispatch.Team{Readiness: "not_ready"}},
		dispatch.Depots: {&dispatch.Depot{Stock: []dispatch.Stock{{Item: "1010101", Quantity: 1}}}, &dispatch.Depot{}},
		dispatch.Units:  {&dispatch.Unit{Kind: "engine", Duty: "available_base"}, &dispatch.Unit{Kind: "engine", Duty: "maintenance"}},
	} {
		h := newHamlet(t)
		h.live("A", 600)
		h.live("F", 400)
		h.at(kind, "A", both[0])
		h.at(kind, "F", both[1])
		asked := Params{Kinds: []string{string(kind)}, LimitsS: []float64{10}, Profile: "car"}
		got := h.run("coverage", asked)
		wants(t, got, map[string]any{"people_share": 0.6, "sites": 1.0})
		if !left(got, ": 1 without stock, not available or not ready") {
			t.Errorf("%s: left out %v", kind, got.LeftOut)
		}
		asked.Model, asked.Sites, asked.CandidateGridM = "mclp", 1, 500
		wants(t, h.run("siting", asked), map[string]any{"share_before": 0.6, "existing": 1.0})
	}
}

// TestShelterThatStandsIsNotYetOneThatTakesPeople: whoever must leave now is not
// sent to a locked door.
func TestShelterThatStandsIsNotYetOneThatTakesPeople(t *testing.T) {
	for state, placed := range map[string]float64{"built": 0, "closing": 0, "full": 0, "planned": 0, "ready": 600, "open": 600} {
		h := newHamlet(t)
		h.live("A", 600)
		h.at(dispatch.Shelters, "B", &dispatch.Shelter{Class: "emergency", Grade: "township", State: state, Capacity: 1000})
		got := h.run("capacity", Params{})
		wants(t, got, map[string]any{"placed": placed})
		if shut := state == "built" || state == "closing" || state == "planned"; shut != left(got, "1 shelters are planned, built, in maintenance or closing") {
			t.Errorf("%s: left out %s", state, fmt.Sprint(got.LeftOut))
		}
	}
}
