package web_test

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"onemap/dispatch/web"
)

// warningBody is a warning of a township; more is put in front of its last member.
func warningBody(more string) string {
	return fmt.Sprintf(`{"kind": "rainstorm", "colour": "orange", "headline": "文化路街道暴雨橙色预警", "instruction": "停止户外作业", "urgency": "Immediate", "certainty": "Likely",
		"area_text": "文化路街道", "divisions": [%q], %s "expires": %q}`, townCode, more, time.Now().Add(6*time.Hour).UTC().Format(time.RFC3339))
}

// late moves the server's clock on, and the desk's with it.
func late(by *time.Duration) func(*web.Config) {
	return func(c *web.Config) {
		c.Now = func() time.Time { return time.Now().Add(*by) }
		c.Desk.Now = c.Now
	}
}

// warn does one thing to a warning at a version, and returns the next.
func (w *world) warn(who, path, verb, body string, version int) int {
	w.Helper()
	method := http.MethodPost
	if verb == "" {
		method = http.MethodPut
	} else {
		path += "/" + verb
	}
	match := ""
	if version > 0 {
		match = fmt.Sprintf(`"%d"`, version)
	}
	a := w.do(who, method, path, body, "If-Match", match)
	w.want(a, 200, "")
	var receipt struct{ Version int }
	w.decode(a, &receipt)
	return receipt.Version
}

func TestAWarningGoesItsWayWithTwoPeople(t *testing.T) {
	var by time.Duration
	w := newWorld(t, late(&by))
	path := "/api/warnings/" + id(30, 1).String()
	v := w.warn("dispatcher", path, "", warningBody(""), 0)
	w.want(w.do("viewer", "GET", path, ""), 404, "not_found")
	v = w.warn("dispatcher", path, "submit", "", v)
	w.want(w.do("dispatcher", "POST", path+"/approve", "", "If-Match", fmt.Sprintf(`"%d"`, v)), 403, "forbidden")
	v = w.warn("duty_officer", path, "return", `{"reason": "补充防御措施"}`, v)
	v = w.warn("duty_officer", path, "", warningBody(`"description": "3 小时内降雨将达 50 毫米",`), v)
	v = w.warn("dispatcher", path, "submit", "", v)
	w.want(w.do("duty_officer", "POST", path+"/approve", "", "If-Match", fmt.Sprintf(`"%d"`, v)), 403, "needs_second_person")
	w.want(w.do("duty_officer", "POST", path+"/issue", `{"password": "`+password+`"}`, "If-Match", fmt.Sprintf(`"%d"`, v)), 409, "wrong_step")

	// another one, approved by who had no hand in it
	path = "/api/warnings/" + id(30, 2).String()
	v = w.warn("dispatcher", path, "", warningBody(""), 0)
	v = w.warn("dispatcher", path, "submit", "", v)
	v = w.warn("duty_officer", path, "approve", "", v)
	match := fmt.Sprintf(`"%d"`, v)
	w.want(w.do("duty_officer", "POST", path+"/issue", `{"password": "not mine at all"}`, "If-Match", match), 403, "bad_credentials")
	v = w.warn("duty_officer", path, "issue", `{"password": "`+password+`"}`, v)
	if feed := w.do("machine", "GET", "/api/warnings/feed", ""); strings.Contains(feed.body, "<entry>") {
		t.Errorf("out before its half minute: %s", feed.body)
	}
	w.want(w.do("viewer", "GET", path+"/cap", ""), 404, "not_found")
	by = 31 * time.Second
	feed := w.do("machine", "GET", "/api/warnings/feed", "")
	if strings.Count(feed.body, "<entry>") != 1 || !strings.Contains(feed.body, "文化路街道暴雨橙色预警") {
		t.Errorf("feed: %d %s", feed.StatusCode, feed.body)
	}
	w.want(w.do("machine", "GET", "/api/warnings/feed", "", "If-None-Match", feed.Header.Get("ETag")), 304, "")
	first := w.do("viewer", "GET", path+"/cap", "")
	validCAP(t, first.body)
	if again := w.do("dispatcher", "GET", path+"/cap?n=1", ""); again.body != first.body {
		t.Error("the same warning has other bytes")
	}
	if other := w.do("qinglong", "GET", path, ""); other.StatusCode != 404 {
		t.Errorf("another county reads it: %d", other.StatusCode)
	}

	v = w.warn("dispatcher", path, "", warningBody(`"description": "雨势减弱",`), v) // a revision
	if a := w.do("viewer", "GET", path, ""); strings.Contains(a.body, "雨势减弱") || !strings.Contains(a.body, `"state":"issued"`) {
		t.Errorf("a viewer reads the revision: %s", a.body)
	}
	v = w.warn("dispatcher", path, "submit", "", v)
	v = w.warn("duty_officer", path, "approve", "", v)
	v = w.warn("duty_officer", path, "issue", `{"password": "`+password+`"}`, v)
	by += 31 * time.Second
	update := w.do("viewer", "GET", path+"/cap", "")
	validCAP(t, update.body)
	if !strings.Contains(update.body, "<msgType>Update</msgType>") || !strings.Contains(update.body, "<references>onemap.130300,130300") {
		t.Errorf("the update: %s", update.body)
	}
	w.warn("duty_officer", path, "cancel", `{"reason": "降雨结束"}`, v)
	cancel := w.do("viewer", "GET", path+"/cap", "")
	validCAP(t, cancel.body)
	if !strings.Contains(cancel.body, "<msgType>Cancel</msgType>") || strings.Count(between(cancel.body, "<references>", "</references>"), ",2") < 2 {
		t.Errorf("the cancel: %s", cancel.body)
	}
	w.want(w.do("duty_officer", "POST", path+"/cancel", `{"reason": "再次"}`, "If-Match", `"99"`), 409, "conflict_version")
	if differ, err := w.db.Replay(t.Context()); err != nil || len(differ) > 0 {
		t.Errorf("replayed: %v %v", differ, err)
	}
}

func between(text, from, to string) string {
	_, rest, _ := strings.Cut(text, from)
	inner, _, _ := strings.Cut(rest, to)
	return inner
}

// validCAP asks an outside judge, where there is one.
func validCAP(t *testing.T, body string) {
	t.Helper()
	lint, err := exec.LookPath("xmllint")
	schema := filepath.Join("../../../shared/testdata", "05-cap/schema/CAP-v1.2-oasis.xsd")
	if _, missing := os.Stat(schema); err != nil || missing != nil {
		t.Logf("not held against the OASIS schema: %v %v", err, missing)
		return
	}
	run := exec.CommandContext(t.Context(), lint, "--nonet", "--noout", "--schema", schema, "-")
	run.Stdin = strings.NewReader(body)
	if said, err := run.CombinedOutput(); err != nil {
		t.Errorf("%v: %s\n%s", err, said, body)
	}
}

func TestWarningsComeOverTheLiveChannel(t *testing.T) {
	w := newWorld(t)
	desk, wall, hills := w.dial("dispatcher", `{"type": "hello"}`), w.dial("viewer", `{"type": "hello"}`), w.dial("qinglong", `{"type": "hello"}`)
	for _, k := range []wire{desk, wall, hills} {
		k.wantNext("picture")
	}
	path := "/api/warnings/" + id(30, 1).String()
	v := w.warn("dispatcher", path, "", warningBody(""), 0)
	v = w.warn("dispatcher", path, "submit", "", v)
	v = w.warn("duty_officer", path, "approve", "", v)
	for _, state := range []string{"draft", "review", "approved"} {
		if f := desk.wantNext("event"); f.Warning == nil || f.Warning.Work == nil || f.Warning.Work.State != state {
			t.Errorf("the desk hears %+v, want it at %s", f.Warning, state)
		}
	}
	v = w.warn("duty_officer", path, "issue", `{"password": "`+password+`"}`, v)
	if f := wall.wantNext("event"); f.Event.Type != "warning.issued" || f.Warning == nil || f.Warning.State != "issued" || f.Warning.Sounds {
		t.Errorf("the wall hears %+v first", f)
	}
	if late := w.dial("viewer", `{"type": "hello"}`).wantNext("picture"); len(late.Warnings) != 1 {
		t.Errorf("who comes now sees %v", late.Warnings)
	}
	w.warn("duty_officer", path, "cancel", `{"reason": "误发"}`, v) // within its half minute
	if f := wall.wantNext("event"); f.Event.Type != "warning.removed" || f.Warning != nil || string(f.Event.Payload) != "{}" {
		t.Errorf("taken back, the wall hears %+v", f)
	}
	w.want(w.do("viewer", "GET", path, ""), 404, "not_found")
	w.reportInHills()
	if f := hills.wantNext("event"); f.Incident == nil {
		t.Errorf("another county heard of it: %+v", f)
	}
}

// TestAWarningInWorkIsSaidToEachAsHis: two who see the same get frames that tell
// them apart.
func TestAWarningInWorkIsSaidToEachAsHis(t *testing.T) {
	w := newWorld(t)
	var me struct{ Clearance int }
	w.decode(w.do("dispatcher", "GET", "/api/session", ""), &me)
	second := fmt.Sprintf(`{"name": "planner", "display": "x", "role": "dispatcher", "area": "130300", "clearance": %d}`, me.Clearance)
	w.want(w.do("admin", "PUT", "/api/accounts/"+id(1, 6).String(), second, "If-Match", `"2"`), 200, "")
	author, other := w.dial("dispatcher", `{"type": "hello"}`), w.dial("planner", `{"type": "hello"}`)
	for _, k := range []wire{author, other} {
		k.wantNext("picture")
	}
	w.warn("dispatcher", "/api/warnings/"+id(30, 1).String(), "", warningBody(""), 0)
	for k, mine := range map[wire]bool{author: true, other: false} {
		f := k.wantNext("event")
		if f.Warning == nil || f.Warning.Work == nil || f.Warning.Work.Mine != mine {
			t.Errorf("%+v, want mine: %t", f.Warning, mine)
		}
	}
}

func TestTwoIssueAtOnceAndItGoesOutOnce(t *testing.T) {
	w := newWorld(t)
	path := "/api/warnings/" + id(30, 1).String()
	v := w.warn("dispatcher", path, "", warningBody(""), 0)
	v = w.warn("dispatcher", path, "submit", "", v)
	v = w.warn("duty_officer", path, "approve", "", v)
	answers := make(chan int, 4)
	for range cap(answers) {
		go func() {
			r := as(w.request("POST", path+"/issue", `{"password": "`+password+`"}`), "duty_officer")
			r.Header.Set("If-Match", fmt.Sprintf(`"%d"`, v))
			response, err := w.http.Client().Do(r)
			if err != nil {
				answers <- 0
				return
			}
			answers <- response.StatusCode
			_ = response.Body.Close()
		}()
	}
	count := map[int]int{}
	for range cap(answers) {
		count[<-answers]++
	}
	if count[200] != 1 || count[409] != 3 {
		t.Errorf("answers %v", count)
	}
	if a := w.do("viewer", "GET", path, ""); strings.Count(a.body, `"identifier"`) != 1 {
		t.Errorf("messages: %s", a.body)
	}
}

func TestACommanderWarnsOfAnIncidentOfHis(t *testing.T) {
	w := newWorld(t)
	commander := w.do("incident_commander", "PUT", "/api/warnings/"+id(30, 1).String(), warningBody(""))
	w.want(commander, 422, "required")
	w.want(w.do("incident_commander", "PUT", "/api/warnings/"+id(30, 2).String(), warningBody(fmt.Sprintf(`"incident": %q,`, fire))), 200, "")
	w.want(w.do("partner", "GET", "/api/warnings", ""), 403, "forbidden")
	w.want(w.do("machine", "GET", "/api/warnings/"+id(30, 2).String(), ""), 404, "not_found")
}
