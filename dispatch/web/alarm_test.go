package web_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"onemap/dispatch"
)

// TestACryIsHeardWhereItBelongsAndNowhereElse: over REST, the channel and the
// journal, by whoever answers for the place, however restricted the unit is.
func TestACryIsHeardWhereItBelongsAndNowhereElse(t *testing.T) {
	w := newWorld(t)
	secret := `{"type": "Feature", "geometry": {"type": "Point", "coordinates": [119.6, 39.93]}, "properties": {"code": "U-2", "name": "海港二号车", "division": "130302001", "source_datum": "wgs84", "sensitivity": 3, "team": "` + id(4, 1).String() + `", "call_sign": "海港102", "kind": "ladder", "duty": "standby", "crew": 3, "crew_minimum": 3, "mobilise_min": 1}}`
	w.want(w.do("duty_officer", "PUT", "/api/ledgers/unit/"+ladder.String(), secret, "If-Match", `"1"`), 200, "")
	desk, hills, crew, wall := w.dial("dispatcher", `{"type": "hello"}`), w.dial("qinglong", `{"type": "hello"}`), w.dial("responder", `{"type": "hello"}`), w.dial("viewer", `{"type": "hello"}`)
	for _, k := range []wire{desk, hills, crew, wall} {
		if p := k.wantNext("picture"); len(p.Alarms) != 0 {
			t.Errorf("there are alarms: %+v", p.Alarms)
		}
	}
	w.fixes(ladder, 119.6, 39.93, 1, `, "sos": true`) // of a unit the dispatcher's clearance does not reach
	w.want(w.do("responder", "PUT", "/api/alarms/"+id(14, 1).String(), `{"kind": "sos"}`), 200, "")
	w.reportInHaigang() // what the viewer hears next
	w.reportInHills()   // what Qinglong hears next

	for _, want := range []string{"sos", "sos"} {
		if e := desk.wantNext("event"); e.Event.Type != "alarm.raised" || e.Alarm == nil || e.Alarm.Kind != want || e.Alarm.State != "raised" {
			t.Errorf("the desk hears %+v", e)
		}
	}
	if e := crew.wantNext("event"); e.Event.Type != "alarm.raised" || e.Alarm.ID != id(14, 1).String() {
		t.Errorf("the crew hears %+v of another's", e)
	}
	for name, k := range map[string]wire{"Qinglong": hills, "the wall": wall} {
		if e := k.wantNext("event"); e.Event.Type != "incident.reported" {
			t.Errorf("%s hears %+v", name, e)
		}
	}
	for who, want := range map[string]int{"dispatcher": 2, "duty_officer": 2, "qinglong": 0, "responder": 1} {
		if a := w.do(who, "GET", "/api/alarms", ""); strings.Count(a.body, `"kind":"sos"`) != want {
			t.Errorf("%s reads %s", who, a.body)
		}
	}
	again := w.dial("dispatcher", `{"type": "hello"}`).wantNext("picture")
	if len(again.Alarms) != 2 {
		t.Errorf("a desk that just came sees %+v", again.Alarms)
	}
	if a := w.do("duty_officer", "GET", "/api/journal?limit=1000", ""); strings.Count(a.body, `"type":"alarm.raised"`) != 2 || !strings.Contains(a.body, `"kind":"sos"`) {
		t.Error("the journal does not tell the duty officer")
	}
}

// TestWhoAnsweredIsSeenOnEveryDesk: one acknowledges, the others are told who.
func TestWhoAnsweredIsSeenOnEveryDesk(t *testing.T) {
	w := newWorld(t)
	crew := w.dial("responder", `{"type": "hello"}`)
	crew.wantNext("picture")
	path := "/api/alarms/" + id(14, 1).String()
	w.want(w.do("responder", "PUT", path, `{"kind": "sos"}`), 200, "")
	crew.wantNext("event")
	var taken, late int
	var lock sync.Mutex
	var all sync.WaitGroup
	for _, who := range []string{"dispatcher", "duty_officer"} {
		all.Go(func() {
			a := w.do(who, "POST", path+"/advance", `{"to": "acknowledged"}`, "If-Match", `"1"`)
			lock.Lock()
			defer lock.Unlock()
			if a.StatusCode == 200 {
				taken++
			} else if strings.Contains(a.body, `"conflict_version"`) && strings.Contains(a.body, `"acknowledged_by_name"`) {
				late++
			}
		})
	}
	all.Wait()
	if taken != 1 || late != 1 {
		t.Errorf("%d acknowledged, %d were told who had", taken, late)
	}
	if e := crew.wantNext("event"); e.Alarm == nil || e.Alarm.State != "acknowledged" {
		t.Errorf("the crew hears %+v", e)
	}
}

// TestTwentyCriesOfOneUnitAreOneAlarm: the crew's tablet, its terminal and the
// desk at once, each under its own id.
func TestTwentyCriesOfOneUnitAreOneAlarm(t *testing.T) {
	w := newWorld(t)
	var all sync.WaitGroup
	answers := make([]answer, 20)
	for i := range answers {
		all.Go(func() {
			who := []string{"responder", "machine", "dispatcher", "duty_officer"}[i%4]
			answers[i] = w.do(who, "PUT", "/api/alarms/"+dispatch.NewID().String(), fmt.Sprintf(`{"kind": "sos", "unit": %q}`, engine))
		})
	}
	all.Wait()
	raised := 0
	for _, a := range answers {
		if a.StatusCode == 200 {
			raised++
		} else {
			w.want(a, 409, "already_raised")
		}
	}
	if list := w.do("dispatcher", "GET", "/api/alarms", ""); raised != 1 || strings.Count(list.body, `"kind":"sos"`) != 1 {
		t.Errorf("%d raised: %s", raised, list.body)
	}
}
