package dispatch

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var cityPlanner = Actor{ID: NewID(), Name: "规划员（示例）", Role: Planner, Area: "130300", Clearance: 2}

func askedStudy(t interface{ Fatalf(string, ...any) }) Study {
	out, err := Study{ID: NewID(), Name: "覆盖", Kind: "coverage", Params: json.RawMessage(`{"kinds":["shelter"]}`)}.Request(cityPlanner, noon)
	if err != nil {
		t.Fatalf("ask: %v", err)
	}
	var st Study
	st.Apply(reread(t, out.Facts[0]), noon)
	return st
}

func TestAStudyIsKeptAsItWasAsked(t *testing.T) {
	got := askedStudy(t)
	want := Study{
		ID: got.ID, Version: 1, Name: "覆盖", Kind: "coverage", Params: json.RawMessage(`{"kinds":["shelter"]}`), State: StudyAsked,
		Area: "130300", Clearance: 2, By: cityPlanner.ID, ByName: cityPlanner.Name, AskedAt: noon,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for code, name := range map[string]string{"required": "", "bad_text": "a\u202eb"} {
		if _, err := (Study{ID: NewID(), Name: name}).Request(cityPlanner, noon); !errors.Is(err, &Error{Code: code}) {
			t.Errorf("named %q: %v, want %s", name, err, code)
		}
	}
}

// TestAStudyEndsOnce walks at random: whatever is tried in whatever order, a
// study that has an end keeps it, and one that was put away is gone.
func TestAStudyEndsOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		st, ends, away := askedStudy(t), 0, false
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			before := st
			var out Outcome
			var err error
			kind := rapid.SampledFrom([]string{"finish", "fail", "drop", "finish without bytes", "end as asked"}).Draw(t, "step")
			switch kind {
			case "finish":
				out, err = st.End(StudyEnded{To: StudyFinished, Body: []byte("{}"), ResultSHA256: "0", RestsOn: 7, When: noon})
			case "fail":
				out, err = st.End(StudyEnded{To: StudyFailed, Reason: "没有路网", When: noon})
			case "finish without bytes":
				out, err = st.End(StudyEnded{To: StudyFinished, When: noon})
			case "end as asked":
				out, err = st.End(StudyEnded{To: StudyAsked, When: noon})
			case "drop":
				out, err = st.Drop(noon)
			}
			open := before.State == StudyAsked && !away
			switch allowed := !away && (kind == "drop" || open && (kind == "finish" || kind == "fail")); {
			case allowed != (err == nil):
				t.Fatalf("%s from %s (away %t): %v", kind, before.State, away, err)
			case err != nil:
				continue
			}
			st.Apply(reread(t, out.Facts[0]), noon)
			if open {
				ends++
			}
			away = away || before.State != StudyAsked
			if st.Version != before.Version+1 || st.Removed != away || ends > 1 {
				t.Fatalf("after %s: %+v", kind, st)
			}
			if !open && (st.State != before.State || st.ResultSHA256 != before.ResultSHA256) {
				t.Fatalf("%s changed the end: %+v, was %+v", kind, st, before)
			}
		}
	})
}

func TestAResultIsReadWhereAllOfItMayBe(t *testing.T) {
	st := askedStudy(t)
	hat := Actor{ID: NewID(), Role: Viewer, Area: "130321", Clearance: 3}
	lent := hat
	lent.Lent = []Actor{{ID: hat.ID, Role: Planner, Area: "130300", Clearance: 2}}
	split := hat
	split.Lent = []Actor{{ID: hat.ID, Role: Planner, Area: "130300", Clearance: 0}}
	bound := hat
	bound.Lent = []Actor{{ID: hat.ID, Role: Planner, Area: "130300", Clearance: 3, Incident: &st.ID}}
	for name, c := range map[string]struct {
		a    Actor
		sees bool
	}{
		"the asker":                           {cityPlanner, true},
		"a dispatcher of the city":            {Actor{Role: Dispatcher, Area: "130300", Clearance: 2}, true},
		"of a county":                         {Actor{Role: Dispatcher, Area: "130302", Clearance: 3}, false},
		"less clearance":                      {Actor{Role: Dispatcher, Area: "130300", Clearance: 1}, false},
		"a crew":                              {Actor{Role: Responder, Area: "130300", Clearance: 3}, false},
		"a viewer of a county":                {hat, false},
		"who was lent the city":               {lent, true},
		"who was lent it with less":           {split, false},
		"who was lent it for one incident":    {bound, false},
		"the administrator, who reads no map": {Actor{Role: Admin, Area: "130300", Clearance: 3}, false},
	} {
		if got := c.a.SeesStudy(&st); got != c.sees {
			t.Errorf("%s: %t", name, got)
		}
	}
}
