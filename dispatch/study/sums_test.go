package study

import (
	"fmt"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
	"pgregory.net/rapid"

	"onemap/dispatch"
)

// once computes a study one time.
func (h *hamlet) once(r *rapid.T, a dispatch.Actor, kind string, q Params, coarse bool) Result {
	picture, err := dispatch.NewPicture(7, "", h.rows).OnRoads(dispatch.NewRoads(h.town.Now().Graph()), noon)
	if err != nil {
		r.Fatal(err)
	}
	out, err := Run(h.Context(), kind, Input{Picture: picture, Actor: a, Now: noon, Params: q, Coarse: coarse})
	if err != nil {
		r.Fatalf("%s: %v", kind, err)
	}
	return out
}

// whole are the columns of counted things of a table, by code.
func whole(r Result, table string) map[string][]int64 {
	all := map[string][]int64{}
	for _, t := range r.Tables {
		if t.Code != table {
			continue
		}
		for _, row := range t.Rows {
			for k, v := range row {
				if n, counted := v.(int64); counted {
					all[t.Columns[k].Code] = append(all[t.Columns[k].Code], n)
				}
			}
		}
	}
	return all
}

// classes says of each kind which columns add up to another, in every row.
var classes = map[string]map[string][]string{
	"capacity":        {"people": {"placed", "no_room", "too_far", "no_road"}},
	"evacuation":      {"people": {"placed", "no_room", "cut_off", "no_road"}},
	"depot_readiness": {"need": {"given", "missing"}},
}

// addsUp wants townships, counties and the whole to agree, and classes too.
func addsUp(r *rapid.T, kind string, out Result) {
	for column, total := range whole(out, "total") {
		for _, table := range []string{"counties", "townships"} {
			if n := sum(whole(out, table)[column]); n != total[0] {
				r.Errorf("%s: %s is %d in all, %d over %s", kind, column, total[0], n, table)
			}
		}
	}
	for _, table := range []string{"total", "counties", "townships"} {
		columns := whole(out, table)
		for column, parts := range classes[kind] {
			for row, n := range columns[column] {
				for _, part := range parts {
					n -= columns[part][row]
				}
				if n != 0 {
					r.Errorf("%s: row %d of %s: %v is %d more than %v", kind, row, table, column, n, parts)
				}
			}
		}
	}
	if kind == "coverage" {
		addsUpCoverage(r, out)
	}
}

// addsUpCoverage does the same for coverage, which has a row a limit.
func addsUpCoverage(r *rapid.T, out Result) {
	limits, overlap := whole(out, "thresholds"), whole(out, "overlap")
	for row, people := range limits["people"] {
		n, covered := fmt.Sprintf("_%d", row+1), limits["covered"][row]
		if o := overlap["none"][row] + overlap["one"][row] + overlap["two"][row] + overlap["more"][row]; o != people || overlap["none"][row] != people-covered {
			r.Errorf("limit %d: %d people by overlap, %d with none, of %d and %d covered", row, o, overlap["none"][row], people, covered)
		}
		for _, table := range []string{"counties", "townships"} {
			rows := whole(out, table)
			if sum(rows["people"]) != people || sum(rows["covered"+n]) != covered || sum(rows["gap"+n]) != people-covered || sum(rows["area"+n]) != limits["area_covered_m2"][row] {
				r.Errorf("limit %d: %s do not add up to %d people, %d covered", row, table, people, covered)
			}
		}
	}
	if gaps := whole(out, "gaps"); !out.Coarse && sum(gaps["people"]) != limits["gap"][0] {
		r.Errorf("%d people in the gaps listed, %d in gaps", sum(gaps["people"]), limits["gap"][0])
	}
}

func sum(all []int64) (n int64) {
	for _, v := range all {
		n += v
	}
	return n
}

// settled is a town with people, shelters and the rest where chance puts them.
func settled(t testing.TB, r *rapid.T) *hamlet {
	h := newHamlet(t)
	junctions := []string{"A", "B", "C", "E", "F", "X", "Y"}
	for _, at := range junctions {
		for range rapid.IntRange(0, 2).Draw(r, "cells at "+at) {
			h.live(at, rapid.IntRange(0, 300).Draw(r, "people at "+at))
		}
	}
	if sea := (orb.Point{119.6, 39.7}); rapid.Bool().Draw(r, "a cell without a road") {
		h.put(dispatch.Cells, "cell-sea", "130302002", &dispatch.Cell{People: 17, AreaM2: 10_000}, orb.Bound{Min: sea, Max: orb.Point{119.601, 39.701}}.ToPolygon())
	}
	for _, at := range rapid.SliceOfDistinct(rapid.SampledFrom(junctions), rapid.ID).Draw(r, "shelters") {
		h.shelter(at, rapid.IntRange(0, 200).Draw(r, "room"))
	}
	if rapid.Bool().Draw(r, "stations and depots") {
		h.at(dispatch.Teams, rapid.SampledFrom(junctions).Draw(r, "station"), fireStation(1, 2))
		h.at(dispatch.Depots, rapid.SampledFrom(junctions).Draw(r, "depot"), tents(rapid.IntRange(0, 40).Draw(r, "tents"), nil))
		h.at(dispatch.Units, "B", &dispatch.Unit{Kind: "engine", Duty: "available_base"})
		h.at(dispatch.Hazards, rapid.SampledFrom(junctions).Draw(r, "hazard"), &dispatch.Hazard{Kind: "hazmat", State: "operating", Level: 2})
	}
	if rapid.Bool().Draw(r, "a road is shut") {
		h.shut(rapid.SampledFrom([]string{"AB", "BC", "CE", "EF"}).Draw(r, "closed"))
	}
	return h
}

func TestTownshipsCountiesClassesAndTheWholeAgreeInEveryKind(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		h := settled(t, r)
		a := dispatch.Actor{Role: dispatch.Planner, Clearance: 3, Area: rapid.SampledFrom([]string{"", "130300", "130302", "130303"}).Draw(r, "area")}
		divisions := []string{"", "130302", "130302001", "130302002", "130303", "130303002"}
		divisions = slices.DeleteFunc(divisions, func(d string) bool { return d != "" && !dispatch.Within(d, a.Area) })
		division := rapid.SampledFrom(divisions).Draw(r, "division")
		coarse := rapid.Bool().Draw(r, "coarse")
		for _, kind := range dispatch.StudyKinds {
			q := h.usual()[kind]
			q.Division = division
			if kind == "siting" {
				q.Model = rapid.SampledFrom(models).Draw(r, "model")
				if q.Model == "lscp" || q.Model == "lscp_backup" {
					q.Sites = 0
				}
				for _, at := range []string{"A", "F"} {
					q.Candidates = append(q.Candidates, Candidate{Point: geojson.NewGeometry(h.town.At(at))})
				}
			}
			if kind == "coverage" {
				q.LimitsS = []float64{320, 960}
			}
			addsUp(r, kind, h.once(r, a, kind, q, coarse))
		}
	})
}

// covered is how many people are within ten minutes on foot of some shelters.
func (h *hamlet) covered(r *rapid.T, ids ...dispatch.ID) int64 {
	out := h.once(r, planner, "coverage", Params{Kinds: []string{"shelter"}, IDs: ids, LimitsS: []float64{600}}, false)
	return whole(out, "thresholds")["covered"][0]
}

// sheltersOf are the ids of the shelters of a town.
func (h *hamlet) sheltersOf() (all []dispatch.ID) {
	for _, row := range h.rows {
		if e, ok := row.(*dispatch.Entry); ok && e.Ledger == dispatch.Shelters {
			all = append(all, e.ID)
		}
	}
	return all
}

func TestOneShelterMoreNeverLowersCoverage(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		h := settled(t, r)
		before := h.covered(r)
		h.shelter(rapid.SampledFrom([]string{"A", "C", "E", "Y"}).Draw(r, "one more"), 10)
		if after := h.covered(r); after < before {
			r.Errorf("%d covered, then %d", before, after)
		}
	})
}

func TestUnionNeverExceedsTheSum(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		h := settled(t, r)
		h.shelter("A", 10)
		h.shelter("E", 10)
		all := h.sheltersOf()
		most, each := int64(0), int64(0)
		for _, id := range all {
			n := h.covered(r, id)
			most, each = max(most, n), each+n
		}
		if union := h.covered(r, all...); union > each || union < most {
			r.Errorf("%d covered by all, %d the most by one, %d by each added up", union, most, each)
		}
	})
}

func TestDualsBoundTheAnswer(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		h := settled(t, r)
		h.live("B", 50)
		h.shelter("B", 20)
		base := h.once(r, planner, "capacity", Params{}, false)
		binding := 0
		for _, table := range base.Tables {
			if table.Code == "relief" {
				binding = len(table.Rows)
			}
			for _, row := range table.Rows {
				if table.Code != "relief" {
					continue
				}
				h.boundsOne(r, base, row)
			}
		}
		full := 0
		for _, yes := range cellsOf(t, base, "places", "full_en") {
			if yes == "Yes" {
				full++
			}
		}
		if binding > full {
			r.Errorf("%d shelters bind, %d are full", binding, full)
		}
	})
}

// boundsOne gives a shelter the places more that a dual price is about.
func (h *hamlet) boundsOne(r *rapid.T, base Result, row []any) {
	code := row[0].(string)
	for i, one := range h.rows {
		e, ok := one.(*dispatch.Entry)
		if !ok || e.Code != code {
			continue
		}
		wider, s := *e, *e.Detail.(*dispatch.Shelter)
		s.Capacity += moreRoom
		wider.Detail, h.rows[i] = &s, &wider
		after := h.once(r, planner, "capacity", Params{}, false)
		h.rows[i] = e
		placed := whole(after, "total")["placed"][0] - whole(base, "total")["placed"][0]
		if most := row[2].(int64); placed < 0 || placed > moreRoom || most == 0 && placed > 0 {
			r.Errorf("%s: %d more placed, the price says at most %d", code, placed, most)
		}
		saved := travelled(base) - travelled(after)
		if most, known := row[3].(float64); known && placed == 0 && saved > most+1e-6 {
			r.Errorf("%s: %v person-minutes saved, the price says at most %v", code, saved, most)
		}
	}
}

// travelled is the person-minutes of all who find a place.
func travelled(out Result) float64 {
	for _, f := range out.Figures {
		if f.Code == "mean_travel" && f.Value != nil {
			return *f.Value * float64(whole(out, "total")["placed"][0]) / 60
		}
	}
	return 0
}

// TestABoundIsNoLessThanTheBestOfAllChoices tries every pair of candidates.
func TestABoundIsNoLessThanTheBestOfAllChoices(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		h := settled(t, r)
		var all []Candidate
		for _, at := range []string{"A", "B", "E", "F", "X"} {
			all = append(all, Candidate{Point: geojson.NewGeometry(h.town.At(at))})
		}
		found := h.once(r, planner, "siting", Params{Model: "mclp", Sites: 2, LimitsS: []float64{600}, Candidates: all}, false)
		best := int64(0)
		for i := range all {
			for j := range i {
				pair := h.once(r, planner, "coverage", Params{Kinds: []string{"shelter"}, LimitsS: []float64{600}, Candidates: []Candidate{all[i], all[j]}}, true)
				best = max(best, whole(pair, "thresholds")["covered"][0])
			}
		}
		if found.Value == nil {
			return // nobody lives there
		}
		if *found.Bound < float64(best) || *found.Value > float64(best) || *found.Value > *found.Bound {
			r.Errorf("value %v, bound %v, the best of all pairs %d", *found.Value, *found.Bound, best)
		}
	})
}
