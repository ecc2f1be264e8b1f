package web_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/dispatch/web"
)

// then asks for the whole picture at a moment.
func (w *world) then(who string, at time.Time) (p web.ReplayPicture) {
	w.Helper()
	a := w.do(who, "GET", "/api/replay?at="+url.QueryEscape(at.UTC().Format(time.RFC3339Nano)), "")
	w.want(a, 200, "")
	w.decode(a, &p)
	return p
}

func (w *world) unitThen(p web.ReplayPicture, id dispatch.ID) web.ReplayUnit {
	w.Helper()
	for _, u := range p.Units {
		if u.Id == id {
			return u
		}
	}
	w.Errorf("at %s there was no unit %s", p.At, id)
	return web.ReplayUnit{}
}

// TestThePastIsSeenAgain reports, orders and goes, and looks back at each step.
func TestThePastIsSeenAgain(t *testing.T) {
	w := newWorld(t)
	own := id(11, 7)
	before := time.Now()
	w.want(w.do("dispatcher", "PUT", "/api/incidents/"+own.String(), strings.Replace(reportBody, `"title"`, `"caller_phone": "13811112222", "title"`, 1)), 200, "")
	reported := time.Now()
	heard := reported.Add(10 * time.Microsecond)
	fix := dispatch.Fix{Unit: engine, Point: orb.Point{119.62, 39.95}, DeviceAt: heard, RecordedAt: heard}
	if err := w.db.SaveFixes(context.Background(), []dispatch.Fix{fix}); err != nil {
		t.Fatal(err)
	}
	path := w.order(1, own, engine)
	ordered := time.Now()
	w.want(w.step("responder", path, 1, "acknowledged"), 200, "")
	w.want(w.do("dispatcher", "PUT", "/api/ledgers/closure/"+id(14, 1).String(), closureHere), 200, "")

	if p := w.then("dispatcher", before); len(p.Incidents) != 2 || len(p.Assignments) != 0 || w.unitThen(p, engine).Status != "available_base" {
		t.Errorf("before the report: %d incidents, %d assignments", len(p.Incidents), len(p.Assignments))
	}
	p := w.then("dispatcher", reported)
	if len(p.Incidents) != 3 || p.Incidents[0].Version != 1 || w.unitThen(p, engine).Point != nil {
		t.Errorf("after the report: %+v", p.Incidents)
	}
	p = w.then("dispatcher", ordered)
	u := w.unitThen(p, engine)
	if len(p.Assignments) != 1 || p.Assignments[0].State != "ordered" || u.Status != "ordered" || u.FixAt == nil || len(p.Closures) != 0 {
		t.Errorf("after the order: %+v, %+v", p.Assignments, u)
	}
	p = w.then("dispatcher", time.Now())
	if p.Assignments[0].State != "acknowledged" || len(p.Closures) != 1 || p.Seq != int64(w.seq()) {
		t.Errorf("now: %+v, %d closures", p.Assignments, len(p.Closures))
	}
	w.cutForOthers(ordered)
	w.readThen(own, before, ordered, path)
}

const closureHere = `{"type": "Feature", "geometry": {"type": "Point", "coordinates": [119.6, 39.93]}, "properties": {"code": "X-1", "name": "塌方（示例）", "division": "130302001", "source_datum": "wgs84", "sensitivity": 0, "cause": "landslide", "confidence": "reported"}}`

// cutForOthers looks at the same moment with fewer rights.
func (w *world) cutForOthers(at time.Time) {
	w.Helper()
	p := w.then("planner", at)
	if u := w.unitThen(p, engine); u.Point != nil || u.FixAt != nil {
		w.Errorf("a planner sees where %s was: %+v", u.Code, u)
	}
	for _, in := range p.Incidents {
		if in.Properties.CallerPhone != nil {
			w.Errorf("a planner reads the caller's number of %s", in.Properties.Number)
		}
	}
	if p = w.then("qinglong", at); len(p.Incidents) != 1 || len(p.Assignments) != 0 || len(p.Units) != 1 {
		w.Errorf("another county sees %d incidents, %d assignments, %d units", len(p.Incidents), len(p.Assignments), len(p.Units))
	}
	moment := "?at=" + url.QueryEscape(at.UTC().Format(time.RFC3339Nano))
	for _, path := range []string{"/api/replay", "/api/incidents", "/api/assignments", "/api/alarms", "/api/ledgers/shelter", "/api/incidents/" + fire.String()} {
		w.want(w.do("incident_commander", "GET", path+moment, ""), 403, "forbidden")
	}
}

// readThen reads single things as they were.
func (w *world) readThen(own dispatch.ID, before, ordered time.Time, assignment string) {
	w.Helper()
	at := func(path string, t time.Time) answer {
		return w.do("dispatcher", "GET", path+"?at="+url.QueryEscape(t.UTC().Format(time.RFC3339Nano)), "")
	}
	w.want(at("/api/incidents/"+own.String(), before), 404, "")
	w.want(at(assignment, before), 404, "")
	if a := at(assignment, ordered); a.Header.Get("ETag") != `"1"` || !strings.Contains(a.body, `"state":"ordered"`) {
		w.Errorf("the order as it was: %s %s", a.Header.Get("ETag"), a.body)
	}
	if a := at("/api/incidents", before); strings.Contains(a.body, own.String()) || !strings.Contains(a.body, fire.String()) {
		w.Errorf("incidents before the report: %s", a.body)
	}
	if a := at("/api/ledgers/closure", ordered); !strings.Contains(a.body, `"total":0`) {
		w.Errorf("closures before there was one: %s", a.body)
	}
}

// TestWhatIsSecretTodayIsSecretThen makes a depot restricted, removes another
// that was, and looks back at when they were open.
func TestWhatIsSecretTodayIsSecretThen(t *testing.T) {
	w := newWorld(t)
	open := time.Now()
	body := `{"type": "Feature", "geometry": {"type": "Point", "coordinates": [119.58, 39.92]}, "properties": {"code": %q, "name": "库（示例）", "division": "130302001", "source_datum": "wgs84", "sensitivity": %d, "level": "city", "stock": []}}`
	restricted, gone := "/api/ledgers/depot/"+id(5, 1).String(), "/api/ledgers/depot/"+id(5, 3).String()
	w.want(w.do("duty_officer", "PUT", restricted, fmt.Sprintf(body, "D-1", 3), "If-Match", `"1"`), 200, "")
	w.want(w.do("duty_officer", "PUT", gone, fmt.Sprintf(body, "D-3", 0)), 200, "")
	both := time.Now()
	w.want(w.do("duty_officer", "PUT", gone, fmt.Sprintf(body, "D-3", 3), "If-Match", `"1"`), 200, "")
	w.want(w.do("duty_officer", "DELETE", gone, "", "If-Match", `"2"`), 200, "")
	for _, look := range []struct {
		who, path string
		at        time.Time
		status    int
	}{
		{"dispatcher", restricted, open, 404}, {"duty_officer", restricted, open, 200},
		{"dispatcher", gone, both, 404}, {"duty_officer", gone, both, 200}, {"duty_officer", gone, open, 404},
	} {
		w.want(w.do(look.who, "GET", look.path+"?at="+url.QueryEscape(look.at.UTC().Format(time.RFC3339Nano)), ""), look.status, "")
	}
}
