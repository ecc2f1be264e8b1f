package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"onemap/dispatch"
)

// engine and ladder are units of Haigang, forester one of Qinglong.
var engine, ladder, forester = id(3, 1), id(3, 2), id(3, 3)

func orderBody(incident, unit dispatch.ID) string {
	return fmt.Sprintf(`{"incident": %q, "unit": %q}`, incident, unit)
}

// order sends a unit and returns the assignment's path.
func (w *world) order(n int, incident, unit dispatch.ID) string {
	w.Helper()
	path := "/api/assignments/" + id(12, n).String()
	w.want(w.do("dispatcher", "PUT", path, orderBody(incident, unit)), 200, "")
	return path
}

// step moves an assignment on from a version.
func (w *world) step(who, path string, version int, to string) answer {
	w.Helper()
	return w.do(who, "POST", path+"/advance", fmt.Sprintf(`{"to": %q, "reason": "因故"}`, to), "If-Match", fmt.Sprintf("%q", fmt.Sprint(version)))
}

func (w *world) statusOf(code string) (status string) {
	w.Helper()
	for _, e := range w.live.Picture().Shelf(dispatch.Units).ByCode() {
		if e.Code == code {
			status = w.live.Picture().Status(e)
		}
	}
	return status
}

func TestCrewTakesItsOrderAndGoes(t *testing.T) {
	w := newWorld(t)
	path := w.order(1, fire, engine)
	for i, to := range []string{"acknowledged", "enroute", "on_scene", "returning", "released"} {
		w.want(w.step("responder", path, i+1, to), 200, "")
		if want := strings.Replace(to, "released", "available_base", 1); w.statusOf("U-1") != want {
			t.Errorf("after %s the unit is %s", to, w.statusOf("U-1"))
		}
	}
	near := w.do("dispatcher", "POST", "/api/nearest", `{"point": {"type": "Point", "coordinates": [119.6, 39.93]}, "kinds": ["unit"], "k": 1, "status": ["available"]}`)
	if !strings.Contains(near.body, `"code":"U-1"`) {
		t.Errorf("free again, but not found: %s", near.body)
	}
}

func TestUnitUnderWayIsNeitherFoundFreeNorRemoved(t *testing.T) {
	w := newWorld(t)
	w.order(1, fire, engine)
	near := w.do("dispatcher", "POST", "/api/nearest", `{"point": {"type": "Point", "coordinates": [119.6, 39.93]}, "kinds": ["unit"], "k": 1, "status": ["available"]}`)
	if !strings.Contains(near.body, `"code":"U-2"`) || !strings.Contains(near.body, "is ordered (committed)") {
		t.Errorf("nearest: %s", near.body)
	}
	if found := w.do("dispatcher", "GET", "/api/search?q=U-1", ""); !strings.Contains(found.body, `"state":"ordered"`) {
		t.Errorf("search: %s", found.body)
	}
	w.want(w.do("planner", "DELETE", "/api/ledgers/unit/"+engine.String(), "", "If-Match", `"1"`), 409, "unit_busy")
}

func TestRefusedOrderNamesWhoHoldsTheUnit(t *testing.T) {
	w := newWorld(t)
	w.order(1, fire, engine)
	a := w.do("duty_officer", "PUT", "/api/assignments/"+id(12, 2).String(), orderBody(flood, engine))
	w.want(a, 409, "unit_busy")
	if !strings.Contains(a.body, `U-1 is ordered for QHD-`) || !strings.Contains(a.body, `"incident":"`+fire.String()) {
		t.Errorf("it says %s", a.body)
	}
}

// TestTwoDesksOneUnit: a hundred pairs of orders at once; of each pair one is
// taken (torture 41).
func TestTwoDesksOneUnit(t *testing.T) {
	w := newWorld(t)
	for round := range 100 {
		var status [2]int
		var paths [2]string
		var both sync.WaitGroup
		for i, who := range []string{"dispatcher", "duty_officer"} {
			paths[i] = "/api/assignments/" + id(13, 2*round+i).String()
			both.Go(func() {
				status[i] = w.do(who, "PUT", paths[i], orderBody([]dispatch.ID{fire, flood}[i], engine)).StatusCode
			})
		}
		both.Wait()
		if status[0]+status[1] != http.StatusOK+http.StatusConflict {
			t.Fatalf("round %d: %v", round, status)
		}
		w.want(w.step("dispatcher", paths[status[0]/http.StatusConflict], 1, "cancelled"), 200, "")
	}
}

// TestDoubleClickOrdersOnce: the same order twenty times at once is one (torture 44).
func TestDoubleClickOrdersOnce(t *testing.T) {
	w := newWorld(t)
	key, path, before := dispatch.NewID().String(), "/api/assignments/"+id(12, 1).String(), w.seq()
	bodies := make([]string, 20)
	var all sync.WaitGroup
	for i := range bodies {
		all.Go(func() {
			a := w.do("dispatcher", "PUT", path, orderBody(fire, engine), "Idempotency-Key", key)
			w.want(a, 200, "")
			bodies[i] = a.body
		})
	}
	all.Wait()
	for _, body := range bodies {
		if body != bodies[0] {
			t.Fatalf("%s and %s", body, bodies[0])
		}
	}
	if n := w.seq() - before; n != 1 {
		t.Errorf("%d events", n)
	}
}

func TestStaleOrImpossibleStepIsRefused(t *testing.T) {
	w := newWorld(t)
	path := w.order(1, fire, engine)
	w.want(w.step("responder", path, 9, "enroute"), 409, "conflict_version")
	w.want(w.do("responder", "POST", path+"/advance", `{"to": "enroute"}`), 428, "version_required")
	w.want(w.step("responder", path, 1, "enroute"), 200, "")
	a := w.step("responder", path, 2, "released") // torture 50
	w.want(a, 422, "wrong_step")
	if !strings.Contains(a.body, "staged, on_scene, to_facility, at_facility, cancelled, diverted") {
		t.Errorf("it says %s", a.body)
	}
	w.want(w.step("responder", path, 2, "closed"), 422, "wrong_step")
	w.want(w.do("responder", "POST", path+"/advance", `{"to": "on_scene", "occurred_at": "`+stamp(-1e12)+`"}`, "If-Match", `"2"`), 422, "bad_time")
	w.want(w.do("responder", "POST", path+"/advance", `{"to": "on_scene", "occurred_at": "2031-01-01T00:00:00Z"}`, "If-Match", `"2"`), 422, "bad_time")
	w.want(w.do("responder", "POST", path+"/advance", `{"to": "cancelled"}`, "If-Match", `"2"`), 422, "required")
	w.want(w.step("responder", path, 2, "on_scene"), 200, "")
	w.want(w.step("dispatcher", path, 3, "released"), 200, "")
	w.want(w.step("responder", path, 4, "acknowledged"), 409, "stale_assignment") // torture 49
}

func TestEveryoneOrdersAndMovesWhatIsTheirs(t *testing.T) {
	w := newWorld(t)
	path, there := w.order(1, fire, engine), w.order(2, flood, ladder)
	put := func(who string, incident, unit dispatch.ID) answer {
		return w.do(who, "PUT", "/api/assignments/"+id(12, 9).String(), orderBody(incident, unit))
	}
	w.want(put("responder", fire, ladder), 403, "forbidden")
	w.want(put("planner", fire, ladder), 403, "forbidden")
	w.want(put("qinglong", fire, forester), 404, "not_found") // another county's incident
	w.want(put("qinglong", flood, engine), 404, "not_found")  // another county's unit
	w.want(put("dispatcher", id(99, 1), engine), 404, "not_found")
	w.want(w.step("responder", there, 1, "enroute"), 404, "not_found") // another crew's
	w.want(w.step("qinglong", path, 1, "enroute"), 404, "not_found")
	w.want(w.step("planner", path, 1, "enroute"), 403, "forbidden")
	w.want(w.step("qinglong", there, 1, "acknowledged"), 200, "") // a unit from elsewhere, to an incident of theirs
	w.want(w.step("incident_commander", path, 1, "acknowledged"), 200, "")
	for who, want := range map[string]int{"dispatcher": 2, "qinglong": 1, "responder": 1, "planner": 2, "incident_commander": 2} {
		a := w.do(who, "GET", "/api/assignments", "")
		if n := strings.Count(a.body, `"ordered_by"`); n != want {
			t.Errorf("%s sees %d, want %d", who, n, want)
		}
	}
	w.want(w.do("qinglong", "GET", path, ""), 404, "not_found")
	w.want(w.do("qinglong", "GET", path+"/history", ""), 404, "not_found")
}

func TestClosingWaitsForTheUnits(t *testing.T) {
	w := newWorld(t)
	path := w.order(1, fire, engine)
	end := func() answer {
		return w.do("dispatcher", "POST", "/api/incidents/"+fire.String()+"/close", `{"disposition": "false_alarm", "reason": "无火情"}`, "If-Match", `"1"`)
	}
	w.want(end(), 409, "assignments_open")
	w.want(w.step("dispatcher", path, 1, "cancelled"), 200, "")
	w.want(end(), 200, "")
	w.want(w.do("dispatcher", "PUT", "/api/assignments/"+id(12, 2).String(), orderBody(fire, engine)), 409, "incident_closed")
	for query, want := range map[string]int{"": 0, "?open=false": 1, "?open=false&unit=" + engine.String(): 1, "?open=false&unit=" + ladder.String(): 0, "?open=false&incident=" + fire.String(): 1} {
		a := w.do("dispatcher", "GET", "/api/assignments"+query, "")
		if n := strings.Count(a.body, `"ordered_by"`); n != want {
			t.Errorf("%s lists %d, want %d: %s", query, n, want, a.body)
		}
	}
}
