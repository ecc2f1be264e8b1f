package study

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb/geojson"
	"pgregory.net/rapid"

	"onemap/dispatch"
)

// offer draws candidates at junctions, each called by its own.
func (h *hamlet) offer(at string) (all []Candidate) {
	for _, c := range at {
		all = append(all, Candidate{Point: geojson.NewGeometry(h.town.At(string(c))), Name: string(c)})
	}
	return all
}

// spaced is 100 people at A, 200 at C and 50 at F: 320 s between neighbours.
func spaced(t testing.TB) *hamlet {
	h := newHamlet(t)
	h.live("A", 100)
	h.live("C", 200)
	h.live("F", 50)
	return h
}

// beside reaches the next junction and no farther.
var beside = []float64{330}

func proved(t *testing.T, r Result, value float64) {
	t.Helper()
	if r.Value == nil || r.Bound == nil || r.Gap == nil {
		t.Fatalf("value %v, bound %v, gap %v", r.Value, r.Bound, r.Gap)
	}
	if math.Abs(*r.Value-value) > value/5000 || *r.Bound != *r.Value || *r.Gap != 0 { // the town is drawn to the metre
		t.Errorf("value %v, bound %v, gap %v; want %v, proved", *r.Value, *r.Bound, *r.Gap, value)
	}
}

func TestTheNextShelterGoesWhereNobodyIsReached(t *testing.T) {
	h := spaced(t)
	h.shelter("B", 500)
	got := h.run("siting", Params{Model: "mclp", Sites: 1, LimitsS: beside, Candidates: h.offer("AE")})
	proved(t, got, 350)
	wants(t, got, map[string]any{"chosen": 1.0, "share_before": 300.0 / 350, "share_after": 1.0, "gained": 50.0, "left": 0.0, "no_way": 0.0, "existing": 1.0, "candidates": 2.0})
	want := []any{int64(50), int64(250), int64(200), int64(640), int64(960)}
	var row []any
	for _, column := range []string{"people", "reach", "overlap", "saved", "other"} {
		v := cellsOf(t, got, "chosen", column)[0]
		if f, ok := v.(float64); ok {
			v = int64(f)
		}
		row = append(row, v)
	}
	if diff := cmp.Diff(want, row); diff != "" {
		t.Error(diff)
	}
	if why := cellsOf(t, got, "chosen", "reason")[0]; why != "覆盖 50 人的盲区，130303001 100 %；最近场所平均 16 分钟" {
		t.Errorf("why: %v", why)
	}
	for _, l := range got.Layers {
		if !json.Valid(l.Features) {
			t.Errorf("layer %s is no JSON", l.Code)
		}
	}
}

func TestEachModelFindsWhatCanBeWorkedOutByHand(t *testing.T) {
	for name, c := range map[string]struct {
		asked Params
		at    string
		value float64
		sites string
	}{
		"fewest":               {Params{Model: "lscp", LimitsS: beside}, "ABCEF", 2, "BE"},
		"fewest with a backup": {Params{Model: "lscp_backup", LimitsS: beside}, "ABCEF", 2, "BE"},
		"backup":               {Params{Model: "mclp_backup", Sites: 2, LimitsS: beside}, "BE", 100/2 + 200 + 50/2, "BE"},
		"median":               {Params{Model: "p_median", Sites: 1}, "ACF", 150 * 640, "C"},
		"centre":               {Params{Model: "p_centre", Sites: 1}, "BCE", 640, "C"},
		"budget":               {Params{Model: "mclp", Budget: 4, LimitsS: beside}, "BE", 250, "E"},
		"room":                 {Params{Model: "mclp", Sites: 1, Capacity: 220, LimitsS: beside}, "BF", 220, "B"},
		"room for money":       {Params{Model: "mclp", Budget: 4, Capacity: 120, LimitsS: beside}, "BE", 120, "E"},
		"median with room":     {Params{Model: "p_median", Sites: 2, Capacity: 200}, "AC", 100 * 640, "AC"},
	} {
		t.Run(name, func(t *testing.T) {
			h := spaced(t)
			c.asked.Candidates = h.offer(c.at)
			if c.asked.Budget > 0 {
				c.asked.Candidates[0].Cost, c.asked.Candidates[1].Cost = 5, 3
			}
			got := h.run("siting", c.asked)
			var names []string
			for _, n := range cellsOf(t, got, "chosen", "name") {
				names = append(names, n.(string))
			}
			slices.Sort(names)
			if chosen := strings.Join(names, ""); chosen != c.sites {
				t.Errorf("at %s, want %s", chosen, c.sites)
			}
			proved(t, got, c.value)
		})
	}
}

func TestRoomThatIsLimitedIsCountedByDivision(t *testing.T) {
	h := spaced(t)
	h.shelter("A", 40)
	got := h.run("siting", Params{Model: "mclp", Sites: 1, Capacity: 120, LimitsS: beside, Candidates: h.offer("BE")})
	wants(t, got, map[string]any{"placed_before": 40.0, "placed_after": 160.0, "share_after": 300.0 / 350})
	proved(t, got, 160)
}

func TestHonestAnswersWhereNothingCanBeSited(t *testing.T) {
	empty := newHamlet(t)
	r := empty.run("siting", Params{Model: "mclp", Sites: 1, LimitsS: beside, Candidates: empty.offer("A")})
	if wants(t, r, map[string]any{"people": 0.0, "share_after": nil, "chosen": 0.0}); !left(r, "Nobody lives") {
		t.Errorf("left out %v", r.LeftOut)
	}
	h := spaced(t)
	none := h.run("siting", Params{Model: "mclp", Sites: 1, LimitsS: beside, CandidateLedger: "depot"})
	if wants(t, none, map[string]any{"chosen": 0.0, "left": 350.0}); !left(none, "no candidate") || none.Value != nil {
		t.Errorf("left out %v, value %v", none.LeftOut, none.Value)
	}
	h.live("X", 70) // an island
	h.shelter("B", 500)
	more := h.run("siting", Params{Model: "lscp", LimitsS: beside, Candidates: h.offer("ABE")})
	if proved(t, more, 1); !left(more, "1 cells with 70 people") {
		t.Errorf("left out %v", more.LeftOut)
	}
	wants(t, more, map[string]any{"left": 70.0, "no_way": 70.0})
	h.shelter("E", 500)
	h.shelter("X", 500)
	enough := h.run("siting", Params{Model: "mclp", Sites: 2, LimitsS: beside, Candidates: h.offer("AF")})
	if proved(t, enough, 420); !left(enough, "none is needed") {
		t.Errorf("left out %v", enough.LeftOut)
	}
	poor := spaced(t)
	asked := Params{Model: "mclp", Budget: 1, LimitsS: beside, Candidates: poor.offer("A")}
	asked.Candidates[0].Cost = 9
	if r := poor.run("siting", asked); !left(r, "pays for no site") {
		t.Errorf("left out %v", r.LeftOut)
	}
}

func TestAClosedRoadSendsNobodyToASiteBehindIt(t *testing.T) {
	h := spaced(t)
	asked := Params{Model: "mclp", Sites: 1, LimitsS: beside, Candidates: h.offer("BE")}
	proved(t, h.run("siting", asked), 300)
	h.shut("AB", "BC")
	got := h.run("siting", asked)
	proved(t, got, 250)
	if len(got.Closures) != 2 {
		t.Errorf("closures %v", got.Closures)
	}
}

func TestCandidatesStandWherePeopleLiveAndTheAskerLooks(t *testing.T) {
	h := spaced(t)
	got := h.run("siting", Params{Model: "mclp", Sites: 3, LimitsS: beside, CandidateGridM: 200})
	wants(t, got, map[string]any{"candidates": 3.0, "share_after": 1.0})
	own := planner
	own.Area = "130303"
	h.shelter("E", 100) // of the other county
	wants(t, h.runAs(own, "siting", Params{Model: "mclp", Sites: 1, LimitsS: beside, CandidateGridM: 200}), map[string]any{"people": 50.0, "existing": 0.0, "candidates": 1.0, "gained": 50.0})
	listed := h.run("siting", Params{Model: "mclp", Sites: 1, LimitsS: beside, CandidateLedger: "shelter"})
	if !left(listed, "are existing sites already") {
		t.Errorf("left out %v", listed.LeftOut)
	}
}

func TestAModelRefusesWhatItDoesNotCount(t *testing.T) {
	h := spaced(t)
	for name, q := range map[string]Params{
		"room for a centre":   {Model: "p_centre", Sites: 1, Capacity: 9},
		"a budget for backup": {Model: "mclp_backup", Budget: 9, LimitsS: beside},
		"a proof of a centre": {Model: "p_centre", Sites: 1, Prove: true},
		"a proof with room":   {Model: "mclp", Sites: 1, Capacity: 9, LimitsS: beside, Prove: true},
		"room of teams":       {Model: "mclp", Sites: 1, Capacity: 9, LimitsS: beside, Kinds: []string{"team"}},
	} {
		q.Candidates = h.offer("A")
		picture, err := dispatch.NewPicture(7, "", h.rows).OnRoads(dispatch.NewRoads(h.town.Now().Graph()), noon)
		if err != nil {
			t.Fatal(err)
		}
		var refusal *dispatch.Error
		if _, err = Run(t.Context(), "siting", Input{Picture: picture, Actor: planner, Now: noon, Params: q}); !errors.As(err, &refusal) || len(refusal.Fields) == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAWatchThatWantsNoMoreEndsTheSearch(t *testing.T) {
	h := spaced(t)
	picture, err := dispatch.NewPicture(7, "", h.rows).OnRoads(dispatch.NewRoads(h.town.Now().Graph()), noon)
	if err != nil {
		t.Fatal(err)
	}
	var last, best float64
	in := Input{Picture: picture, Actor: planner, Now: noon, Params: Params{Model: "mclp", Sites: 2, LimitsS: beside, Candidates: h.offer("ABCEF")}}
	in.Watch = func(progress, value, _ float64) bool {
		if progress < last {
			t.Errorf("progress falls from %v to %v", last, progress)
		}
		last = progress
		if !math.IsNaN(value) {
			best = value
		}
		return true
	}
	if _, err := Run(t.Context(), "siting", in); err != nil || best != 350 || last < 0.9 {
		t.Errorf("%v; best %v, progress %v", err, best, last)
	}
	in.Watch = func(progress, _, _ float64) bool { return progress < 0.5 }
	if _, err := Run(t.Context(), "siting", in); !errors.Is(err, context.Canceled) {
		t.Errorf("called off: %v", err)
	}
	in.Watch, in.Coarse = nil, true
	coarse, err := Run(t.Context(), "siting", in)
	if err != nil || !coarse.Coarse || *coarse.Value != 350 {
		t.Errorf("coarse: %v, %v", coarse.Value, err)
	}
}

func TestOneSiteMoreNeverReachesFewer(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		h := newHamlet(t)
		for _, at := range []string{"A", "B", "C", "E", "F", "X"} {
			h.live(at, rapid.IntRange(0, 300).Draw(r, "people at "+at))
		}
		if rapid.Bool().Draw(r, "a shelter") {
			h.shelter("A", 100)
		}
		asked := Params{Model: "mclp", Sites: 1, LimitsS: []float64{rapid.Float64Range(1, 1500).Draw(r, "limit")}, Candidates: h.offer("ABCEFXY")}
		before, gained := -1.0, 0.0
		for n := range 3 {
			asked.Sites = n + 1
			got := h.run("siting", asked)
			covered, singles := 0.0, 0.0
			for _, f := range got.Figures {
				switch f.Code {
				case "people":
					covered += *f.Value
				case "left":
					covered -= *f.Value
				case "gained":
					gained = *f.Value
				}
			}
			if covered < before {
				r.Fatalf("%d sites reach %v, one fewer %v", n+1, covered, before)
			}
			for _, reach := range cellsOf(t, got, "chosen", "reach") {
				singles += float64(reach.(int64))
			}
			if gained > singles {
				r.Fatalf("together they add %v, one by one they reach %v", gained, singles)
			}
			if got.Value != nil && (*got.Bound < *got.Value || *got.Value != covered) {
				r.Fatalf("value %v, bound %v, reached %v", *got.Value, *got.Bound, covered)
			}
			before = covered
		}
	})
}
