package web_test

import (
	"compress/gzip"
	"fmt"
	"html"
	"io"
	"strings"
	"testing"
	"time"

	"onemap/dispatch"
	"onemap/dispatch/study"
)

func TestTenThousandCandidatesAreRefusedByTheirField(t *testing.T) {
	w := newWorld(t)
	one := `{"point": {"type": "Point", "coordinates": [119.6, 39.94]}}`
	many := strings.TrimSuffix(strings.Repeat(one+",", 10_000), ",")
	for kind, rest := range map[string]string{"coverage": `"distances_m": [1000]`, "siting": `"model": "mclp", "sites": 2, "distances_m": [1000]`} {
		body := fmt.Sprintf(`{"name": "x", "kind": %q, "params": {%s, "candidates": [%s]}}`, kind, rest, many)
		for _, ask := range [][2]string{{"PUT", studyPath(id(15, 1))}, {"POST", "/api/studies/preview"}} {
			a := w.do("planner", ask[0], ask[1], body)
			if w.want(a, 422, "out_of_range"); !strings.Contains(a.body, `"path":"params.candidates"`) {
				t.Errorf("%s %s: %s", kind, ask[0], a.body)
			}
		}
	}
	body := fmt.Sprintf(`{"name": "x", "kind": "coverage", "params": {"distances_m": [1000], "candidates": [%s]}}`, strings.Repeat(many+",", 3)+one)
	w.want(w.do("planner", "PUT", studyPath(id(15, 2)), body), 413, "too_large")
}

func TestAnUnknownIDLeavesAnHonestAnswer(t *testing.T) {
	w := newWorld(t)
	a := w.do("planner", "POST", "/api/studies/preview", fmt.Sprintf(`{"name": "x", "kind": "coverage", "params": {"kinds": ["shelter"], "distances_m": [1000], "ids": [%q]}}`, id(200, 1)))
	w.want(a, 200, "")
	found, err := study.Decode([]byte(a.body))
	if err != nil {
		t.Fatal(err)
	}
	said := fmt.Sprint(found.LeftOut)
	if !strings.Contains(said, "1 of those named") || !strings.Contains(said, "指定的 1 处") || *found.Figures[0].Value != 0 {
		t.Errorf("left out %s, %v covered", said, *found.Figures[0].Value)
	}
}

// TestAFailureSaysWhyInBothLanguages ends studies as the runner does.
func TestAFailureSaysWhyInBothLanguages(t *testing.T) {
	w := newWorld(t)
	var both dispatch.Problems
	both.Add("params.zone_hazard", "not_found", "no hazard or risk zone of that id in your area")
	both.Add("params.limits_s", "either_or", "either distances_m or limits_s")
	var several *dispatch.Error
	if err := both.Err(); err != nil {
		several = err.(*dispatch.Error)
	}
	for n, c := range []struct {
		why    *dispatch.Error
		zh, en string
	}{
		{dispatch.ErrNoRoads, "尚未导入路网", "No road network loaded: "},
		{dispatch.ErrTooMuch.With("%d places and %d cells", 102, 1_000_000), "请求的计算量过大", "Too much to compute at once: 102 places and 1000000 cells"},
		{several, "部分内容无效：params.zone_hazard 未找到；params.limits_s 只能二选一", "params.zone_hazard: no hazard"},
	} {
		one := w.asked("planner", 1+n, "coverage", withinAKm)
		end := dispatch.StudyEnded{ID: one, To: dispatch.StudyFailed, When: time.Now()}
		end.Fail(c.why)
		desk := &dispatch.Desk{Journal: w.db, Picture: w.live.Picture, Now: time.Now}
		receipt, err := desk.EndStudy(w.Context(), dispatch.Command{ID: dispatch.NewID(), Actor: dispatch.System, OccurredAt: time.Now()}, end)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.live.Await(w.Context(), receipt.Seq); err != nil {
			t.Fatal(err)
		}
		var got struct {
			State, Reason string
			ReasonEN      string `json:"reason_en"`
		}
		w.decode(w.do("planner", "GET", studyPath(one), ""), &got)
		if got.State != "failed" || got.Reason != c.zh || !strings.Contains(got.ReasonEN, c.en) {
			t.Errorf("%+v, want %q and %q", got, c.zh, c.en)
		}
	}
}

func TestAResultTravelsInGzip(t *testing.T) {
	w := newWorld(t)
	path := studyPath(answered) + "/result"
	plain := w.do("planner", "GET", path, "", "Accept-Encoding", "identity")
	packed := w.do("planner", "GET", path, "", "Accept-Encoding", "gzip")
	if w.want(packed, 200, ""); packed.Header.Get("Content-Encoding") != "gzip" || packed.Header.Get("Vary") == "" || len(packed.body)*2 > len(plain.body) {
		t.Fatalf("%d bytes in %q, plainly %d", len(packed.body), packed.Header.Get("Content-Encoding"), len(plain.body))
	}
	r, err := gzip.NewReader(strings.NewReader(packed.body))
	if err != nil {
		t.Fatal(err)
	}
	read, err := io.ReadAll(r)
	if err != nil || string(read) != plain.body || packed.Header.Get("ETag") != plain.Header.Get("ETag") {
		t.Errorf("read back %d of %d bytes, %v", len(read), len(plain.body), err)
	}
	if plain.Header.Get("Content-Encoding") != "" {
		t.Error("packed for one who cannot read it")
	}
}

func TestNamesAreTextOnThePageOfAStudy(t *testing.T) {
	w := newWorld(t)
	const name = `<script>alert(1)</script>'; drop table study; --`
	body := fmt.Sprintf(`{"name": %q, "kind": "coverage", "params": {"distances_m": [1000], "candidates": [{"point": {"type": "Point", "coordinates": [119.6, 39.94]}, "name": "<img src=x onerror=y>"}]}}`, name)
	w.want(w.do("planner", "PUT", studyPath(id(15, 1)), body), 200, "")
	w.answer(id(15, 1))
	page := w.do("planner", "GET", studyPath(id(15, 1))+"/result?format=html", "")
	w.want(page, 200, "")
	if !strings.Contains(html.UnescapeString(page.body), name) || strings.Contains(page.body, "<script") || strings.Contains(page.body, "<img") {
		t.Errorf("the page holds markup of a name: %s", page.body)
	}
	for _, format := range []string{"../../etc/passwd", "HTML", "html%00"} {
		w.want(w.do("planner", "GET", studyPath(id(15, 1))+"/result?format="+format, ""), 400, "bad_parameter")
	}
	for _, more := range []string{"format=csv&table=../x", "format=geojson&layer=%3Cscript%3E"} {
		w.want(w.do("planner", "GET", studyPath(id(15, 1))+"/result?"+more, ""), 400, "bad_parameter")
	}
}
