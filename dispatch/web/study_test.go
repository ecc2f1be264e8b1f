package web_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"html"
	"math"
	"strings"
	"testing"
	"time"

	"onemap/dispatch"
	"onemap/dispatch/live"
	"onemap/dispatch/study"
)

func studyPath(id dispatch.ID) string { return "/api/studies/" + id.String() }

const (
	walkHalfAnHour = `{"kinds": ["shelter"], "limits_s": [1800]}`
	withinAKm      = `{"kinds": ["shelter"], "distances_m": [1000]}`
)

// asked is a study that somebody asks for.
func (w *world) asked(who string, n int, kind, params string) dispatch.ID {
	w.Helper()
	w.want(w.do(who, "PUT", studyPath(id(15, n)), fmt.Sprintf(`{"name": "分析", "kind": %q, "params": %s}`, kind, params)), 200, "")
	return id(15, n)
}

// answer computes a study on the picture of now, as the server's runner does.
func (w *world) answer(one dispatch.ID) *dispatch.Study {
	w.Helper()
	p := w.live.Picture()
	found, err := study.On(p, p.Roads, time.Now()).Answer(w.Context(), p.Studies[one], nil)
	if err != nil {
		w.Fatal(err)
	}
	end, err := found.Ended(one, time.Now())
	if err != nil {
		w.Fatal(err)
	}
	desk := &dispatch.Desk{Journal: w.db, Picture: w.live.Picture, Now: time.Now}
	receipt, err := desk.EndStudy(w.Context(), dispatch.Command{ID: dispatch.NewID(), Actor: dispatch.System, OccurredAt: time.Now()}, end)
	if err != nil {
		w.Fatal(err)
	}
	if err := w.live.Await(w.Context(), receipt.Seq); err != nil {
		w.Fatal(err)
	}
	return w.live.Picture().Studies[one]
}

type rerun struct {
	Same       bool
	Why        *string
	WhyEN      *string `json:"why_en"`
	InputsThen string  `json:"inputs_then"`
	InputsNow  string  `json:"inputs_now"`
}

func (w *world) again(one dispatch.ID) (r rerun) {
	w.Helper()
	a := w.do("planner", "POST", studyPath(one)+"/rerun", "")
	w.want(a, 200, "")
	w.decode(a, &r)
	return r
}

// TestAStudyRunAgainHasTheSameBytesWhateverHappensMeanwhile asks by road and by
// the straight line, moves a shelter and closes a road, and runs both again.
func TestAStudyRunAgainHasTheSameBytesWhateverHappensMeanwhile(t *testing.T) {
	w := newWorld(t)
	byRoad, straight := w.asked("planner", 1, "coverage", walkHalfAnHour), w.asked("planner", 2, "coverage", withinAKm)
	before := w.answer(byRoad)
	w.answer(straight)
	moved := strings.NewReplacer(`[119.6, 39.94]`, `[119.605, 39.935]`, `"S-9"`, `"S-1"`, `"planned"`, `"ready"`).Replace(shelterBody)
	w.want(w.do("planner", "PUT", "/api/ledgers/shelter/"+id(6, 1).String(), moved, "If-Match", `"1"`), 200, "")
	w.want(w.do("dispatcher", "PUT", "/api/ledgers/closure/"+id(97, 1).String(), strings.Replace(closureHere, "[119.6, 39.93]", "[119.595, 39.935]", 1)), 200, "")
	for _, one := range []dispatch.ID{byRoad, straight, answered} {
		if r := w.again(one); !r.Same || r.Why != nil || r.InputsNow != r.InputsThen {
			t.Errorf("study %s: %+v, why %v", one, r, r.Why)
		}
	}
	after := w.answer(w.asked("planner", 3, "coverage", walkHalfAnHour))
	if after.Inputs == before.Inputs || after.ResultSHA256 == before.ResultSHA256 {
		t.Error("a study after the change has the inputs of one before")
	}
	w.live.Drive(nil)
	if r := w.again(byRoad); r.Same || r.Why == nil || !strings.Contains(*r.Why, "路网已更换") || !strings.Contains(*r.WhyEN, "road network has been replaced") {
		t.Errorf("on another network: %+v", r)
	}
	if r := w.again(straight); !r.Same {
		t.Error("the straight line asks for roads")
	}
}

func TestACountysStudyHoldsItsCountyOnly(t *testing.T) {
	w := newWorld(t)
	w.want(w.do("admin", "PUT", "/api/accounts/"+id(1, 6).String(), `{"name": "planner", "display": "planner", "role": "planner", "area": "130321", "clearance": 1}`, "If-Match", `"2"`), 200, "")
	w.want(w.do("planner", "GET", studyPath(answered), ""), 404, "")
	one := w.asked("planner", 1, "coverage", `{"kinds": ["shelter", "depot", "team"], "distances_m": [1000], "open_only": false}`)
	w.answer(one)
	a := w.do("planner", "GET", studyPath(one)+"/result", "")
	w.want(a, 200, "")
	for _, foreign := range []string{"人民广场", "文化路", "130302", "海港", "联合分队"} {
		if strings.Contains(a.body, foreign) {
			t.Errorf("%s is in a study of Qinglong", foreign)
		}
	}
	if !strings.Contains(a.body, "青龙镇") {
		t.Errorf("Qinglong is not in its own study: %s", a.body)
	}
	w.want(w.do("qinglong", "GET", studyPath(one), ""), 200, "")
	w.want(w.do("duty_officer", "GET", studyPath(one)+"/result", ""), 200, "")
	w.want(w.do("viewer", "GET", studyPath(one), ""), 200, "") // of the city, and its clearance is enough
	w.want(w.do("viewer", "GET", studyPath(answered), ""), 404, "")
	if journal := w.do("admin", "GET", "/api/journal?limit=1000", ""); strings.Contains(journal.body, "people_share") {
		t.Error("an administrator reads figures in the journal that nobody shows him elsewhere")
	}
}

func TestWhoWatchesIsToldHowFarAStudyIs(t *testing.T) {
	w := newWorld(t)
	planner, other := w.dial("planner", `{"type": "hello"}`), w.dial("qinglong", `{"type": "hello"}`)
	planner.wantNext("picture")
	other.wantNext("picture")
	one := w.asked("planner", 1, "coverage", withinAKm)
	if f := planner.wantNext("event"); f.Event.Type != "study.asked" || f.Study == nil || f.Study.State != "asked" {
		t.Errorf("asked: %+v", f)
	}
	w.live.Advance(live.Progress{Study: one, Done: 0.25, Value: 1200, Bound: math.NaN()})
	if f := planner.wantNext("study"); f.ID != one.String() || f.Progress != 0.25 || *f.Value != 1200 || f.Bound != nil {
		t.Errorf("a quarter: %+v", f)
	}
	if a := w.do("planner", "GET", studyPath(one), ""); !strings.Contains(a.body, `"state":"running"`) || !strings.Contains(a.body, `"progress":0.25`) {
		t.Errorf("while it runs: %s", a.body)
	}
	w.answer(one)
	w.live.Rest(one)
	if f := planner.wantNext("event"); f.Event.Type != "study.ended" || f.Study.State != "finished" {
		t.Errorf("ended: %+v", f)
	}
	w.want(w.do("planner", "DELETE", studyPath(one), "", "If-Match", `"2"`), 200, "")
	if f := planner.wantNext("event"); f.Event.Type != "study.removed" || f.Study != nil {
		t.Errorf("put away: %+v", f)
	}
	w.want(w.do("dispatcher", "PUT", "/api/incidents/"+id(98, 7).String(), strings.Replace(reportBody, `"priority": 3`, `"priority": 3, "division": "130321101"`, 1)), 200, "")
	if f := other.wantNext("event"); f.Event.Type != "incident.reported" {
		t.Errorf("another county is told of the city's study: %+v", f)
	}
}

func TestFilesOfAResultAreReadBackWhole(t *testing.T) {
	w := newWorld(t)
	w.want(w.do("planner", "PUT", "/api/ledgers/shelter/"+id(6, 8).String(), strings.NewReplacer(`"避难场所"`, `"=1+1,\"公式\""`, `"planned"`, `"ready"`).Replace(shelterBody)), 200, "")
	one := w.asked("planner", 1, "coverage", withinAKm)
	kept := w.answer(one)
	first, again := w.do("planner", "GET", studyPath(one)+"/result", ""), w.do("planner", "GET", studyPath(one)+"/result?format=json", "")
	if first.body != again.body || first.Header.Get("ETag") != `"`+kept.ResultSHA256+`"` {
		t.Errorf("other bytes, or another name: %s", first.Header.Get("ETag"))
	}
	result, err := study.Decode([]byte(first.body))
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range result.Tables {
		a := w.do("planner", "GET", studyPath(one)+"/result?format=csv&table="+table.Code, "")
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(a.body, "\uFEFF"))).ReadAll()
		if err != nil || len(rows) != 1+len(table.Rows) || len(rows[0]) != len(table.Columns) {
			t.Errorf("%s: %d rows of %d, %v", table.Code, len(rows)-1, len(table.Rows), err)
		}
	}
	var whole struct {
		Features []struct {
			Geometry   json.RawMessage
			Properties map[string]any
		}
	}
	w.decode(w.do("planner", "GET", studyPath(one)+"/result?format=geojson", ""), &whole)
	layers := map[any]int{}
	for _, f := range whole.Features {
		layers[f.Properties["layer"]]++
	}
	if layers["sites"] != 2 || layers["cells"] != 2 || layers["gaps"] == 0 {
		t.Errorf("layers %v", layers)
	}
	w.want(w.do("planner", "GET", studyPath(one)+"/result?format=shp", ""), 400, "bad_parameter")
	w.want(w.do("planner", "GET", studyPath(one)+"/result?format=geojson&layer=nothing", ""), 400, "bad_parameter")
}

func TestAPageOfAResultHoldsEveryTableAndSentence(t *testing.T) {
	w := newWorld(t)
	result, err := study.Decode([]byte(w.do("planner", "GET", studyPath(answered)+"/result", "").body))
	if err != nil {
		t.Fatal(err)
	}
	page := w.do("planner", "GET", studyPath(answered)+"/result?format=html", "")
	w.want(page, 200, "")
	rows := len(result.Figures)
	var texts []string
	for _, table := range result.Tables {
		rows += 1 + len(table.Rows)
		texts = append(texts, table.Title, table.TitleEN)
	}
	for _, s := range append(result.Assumptions, result.LeftOut...) {
		texts = append(texts, s.Text, s.TextEN)
	}
	for _, f := range result.Figures {
		texts = append(texts, f.Title, f.TitleEN)
	}
	for _, text := range append(texts, result.Inputs, result.Method, result.MethodEN) {
		if !strings.Contains(html.UnescapeString(page.body), text) {
			t.Errorf("%q is not on the page", text)
		}
	}
	if n := strings.Count(page.body, "<tr>"); n != rows {
		t.Errorf("%d rows on the page, %d in the result", n, rows)
	}
}

func TestNobodyAsksWithoutEnd(t *testing.T) {
	w := newWorld(t)
	for n := range 20 {
		w.asked("planner", 1+n, "coverage", withinAKm)
	}
	more := fmt.Sprintf(`{"name": "分析", "kind": "coverage", "params": %s}`, withinAKm)
	w.want(w.do("planner", "PUT", studyPath(id(15, 90)), more), 409, "studies_full")
	w.want(w.do("duty_officer", "PUT", studyPath(id(15, 91)), more), 200, "")
	w.answer(id(15, 1))
	w.want(w.do("planner", "PUT", studyPath(id(15, 92)), more), 200, "")
}
