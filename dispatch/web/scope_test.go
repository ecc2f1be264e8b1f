package web_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestFileDoesNotChangeWhatItsSenderCannotSee(t *testing.T) {
	w := newWorld(t)
	line := `{"geometry": {"type": "Point", "coordinates": [119.6, 39.9]}, "properties": {"code": "T-9", "name": "改名", "division": "130302001", "source_datum": "wgs84", "sensitivity": 0, "owner_system": "military_joint", "capabilities": [], "mobilise_day_min": 1, "mobilise_night_min": 2, "readiness": "ready"}}`
	at := w.seq()
	for _, query := range []string{"datum=wgs84", "datum=wgs84&dry_run=true"} {
		a := w.do("planner", "POST", "/api/ledgers/team/import?"+query, line, "Content-Type", "application/geo+json")
		if a.StatusCode != 200 || !strings.Contains(a.body, `"code":"code_taken"`) {
			t.Errorf("%s: %d %s", query, a.StatusCode, a.body)
		}
	}
	if w.seq() != at {
		t.Error("the journal went on")
	}
	w.want(w.do("duty_officer", "POST", "/api/ledgers/team/import?datum=wgs84", line, "Content-Type", "application/geo+json"), 200, "")
	if w.seq() == at {
		t.Error("whoever sees it may change it")
	}
}

func TestAuditorReadsNoMoreThanElsewhere(t *testing.T) {
	w := newWorld(t)
	whole := w.do("duty_officer", "GET", "/api/journal?limit=1000", "")
	cut := w.do("admin", "GET", "/api/journal?limit=1000", "")
	w.want(whole, 200, "")
	w.want(cut, 200, "")
	for _, secret := range []string{"联合分队", "13900000000"} {
		if !strings.Contains(whole.body, secret) || strings.Contains(cut.body, secret) {
			t.Errorf("%s: shown to the duty officer %t, to the administrator %t", secret, strings.Contains(whole.body, secret), strings.Contains(cut.body, secret))
		}
	}
	if n := strings.Count(cut.body, `"hash":`); n != strings.Count(whole.body, `"hash":`) || n == 0 {
		t.Errorf("the chain has holes: %d events", n)
	}
	if !strings.Contains(cut.body, `"payload":{}`) {
		t.Error("nothing was emptied")
	}
}

// TestAuditorsRightsAreNotJoined: who audits the city by one right and runs the
// desk of a county by another is not told who called in the rest of the city.
func TestAuditorsRightsAreNotJoined(t *testing.T) {
	w := newWorld(t)
	lend := func(n int, by, what string) {
		body := fmt.Sprintf(`{"account": %q, "clearance": 0, "valid_until": %q, "reason": "联合值守", %s}`, id(1, 10), stamp(time.Hour), what)
		w.want(w.do(by, "PUT", "/api/grants/"+id(13, n).String(), body), 200, "")
	}
	lend(1, "duty_officer", `"role": "duty_officer", "area": "130302"`)
	lend(2, "admin", `"role": "admin", "area": "130300"`)
	w.reportInHills()
	const caller = "13812345678"
	first := w.do("qinglong", "GET", "/api/journal?limit=1000", "")
	if w.want(first, 200, ""); strings.Contains(first.body, caller) || !strings.Contains(first.body, "积水") {
		t.Error("the caller of another county is shown, or the city is not")
	}
	w.reportInHaigang()
	if own := w.do("qinglong", "GET", "/api/journal?limit=1000", ""); !strings.Contains(own.body, caller) {
		t.Error("the caller of the county is hidden")
	}
}

func TestIncidentIsNotMovedOutOfEverybodysSight(t *testing.T) {
	w := newWorld(t)
	path := "/api/incidents/" + id(98, 1).String()
	w.want(w.do("dispatcher", "PUT", path, report(`"priority": 3`, `"priority": 3, "division": "999999"`)), 422, "bad_division")
	w.want(w.do("dispatcher", "PUT", path, report("", "")), 200, "")
	w.want(w.do("dispatcher", "PATCH", path, `{"properties": {"division": "999999"}}`, "If-Match", `"1"`), 422, "bad_division")
	w.want(w.do("dispatcher", "PATCH", path, `{"properties": {"division": "130321101"}}`, "If-Match", `"1"`), 200, "")
	w.want(w.do("qinglong", "GET", path, ""), 200, "")
}

func TestNothingIsMadeUnderTheIdOfNothing(t *testing.T) {
	w := newWorld(t)
	w.want(w.do("dispatcher", "PUT", "/api/incidents/00000000-0000-0000-0000-000000000000", report("", "")), 400, "bad_id")
}

func TestAdministratorDoesNotLockThemselvesOut(t *testing.T) {
	w := newWorld(t)
	body := `{"name": "admin", "display": "admin", "role": "admin", "area": "130300", "clearance": 0, "closed": true}`
	w.want(w.do("admin", "PUT", "/api/accounts/"+id(1, 1).String(), body, "If-Match", `"1"`), 403, "forbidden")
	w.want(w.do("admin", "GET", "/api/accounts", ""), 200, "")
}

// TestCoverageQueriesTakeTurns: many at once are all answered.
func TestCoverageQueriesTakeTurns(t *testing.T) {
	w := newWorld(t)
	alone := w.do("dispatcher", "POST", "/api/coverage", `{"kinds": ["shelter"], "distances_m": [500, 2000]}`)
	w.want(alone, 200, "")
	inputs := alone.body[strings.Index(alone.body, `"inputs"`):strings.Index(alone.body, `"left_out"`)]
	said := make([]string, 20)
	var all sync.WaitGroup
	for i := range said {
		all.Add(1)
		go func() {
			defer all.Done()
			a := w.do("dispatcher", "POST", "/api/coverage", `{"kinds": ["shelter"], "distances_m": [500, 2000]}`)
			said[i] = fmt.Sprint(a.StatusCode, strings.Contains(a.body, inputs))
		}()
	}
	all.Wait()
	for i, got := range said {
		if got != "200 true" {
			t.Errorf("query %d: %s", i, got)
		}
	}
}
