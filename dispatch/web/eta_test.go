package web_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// wantETA returns the next arrivals that fit.
func (k wire) wantETA(what string, fits func(frame) bool) frame {
	k.Helper()
	for {
		f, err := k.any()
		if err != nil {
			k.Fatalf("%s: %v", what, err)
		}
		if f.Type == "eta" && fits(f) {
			return f
		}
	}
}

func TestOrderReachesEveryConsoleWithTheUnitsNewStatus(t *testing.T) {
	w := newWorld(t)
	desk, hills, crew, wall := w.dial("dispatcher", `{"type": "hello"}`), w.dial("qinglong", `{"type": "hello"}`), w.dial("responder", `{"type": "hello"}`), w.dial("viewer", `{"type": "hello"}`)
	for _, k := range []wire{desk, hills, crew, wall} {
		k.wantNext("picture")
	}
	path := w.order(1, flood, engine) // of Haigang, to Qinglong
	for name, k := range map[string]wire{"the desk": desk, "Qinglong": hills, "the crew": crew} {
		e := k.wantNext("event")
		if e.Event.Type != "assignment.ordered" || e.Assignment == nil || e.Assignment.State != "ordered" || path != "/api/assignments/"+e.Assignment.ID {
			t.Errorf("%s hears %+v", name, e)
		}
		if seen := name != "Qinglong"; seen != (e.Unit != nil) || seen && e.Unit.Status != "ordered" {
			t.Errorf("%s sees the unit as %+v", name, e.Unit)
		}
	}
	w.reportInHaigang() // the wall hears of this, and heard nothing before
	if e := wall.wantNext("event"); e.Event.Type != "incident.reported" {
		t.Errorf("the wall hears %+v", e)
	}
	again := w.dial("dispatcher", `{"type": "hello"}`).wantNext("picture")
	if len(again.Assignments) != 1 || again.Assignments[0].State != "ordered" {
		t.Errorf("picture: %+v", again.Assignments)
	}
	for _, u := range again.Units {
		if u.Code == "U-1" && u.Status != "ordered" {
			t.Errorf("picture: %+v", u)
		}
	}
}

func TestResumingClientHearsOfItsAssignments(t *testing.T) {
	w := newWorld(t)
	first := w.dial("dispatcher", `{"type": "hello"}`)
	picture := first.wantNext("picture")
	first.Close()
	path := w.order(1, fire, engine)
	w.want(w.step("responder", path, 1, "acknowledged"), 200, "")
	again := w.dial("dispatcher", resume(picture, picture.Seq))
	again.wantNext("resume")
	for _, want := range []string{"assignment.ordered", "assignment.advanced"} {
		if e := again.wantNext("event"); e.Event.Type != want || e.Assignment == nil {
			t.Errorf("heard %+v, want %s", e, want)
		}
	}
	// Another county's desk cannot be told which it is: it gets a whole picture.
	w.dial("qinglong", resume(picture, picture.Seq)).wantNext("picture")
}

// TestArrivalsFollowUnitsAndClosures: a client is told when a unit will be
// there, and again when it has moved or a bridge is closed.
func TestArrivalsFollowUnitsAndClosures(t *testing.T) {
	w := newWorld(t)
	k := w.dial("dispatcher", `{"type": "hello"}`)
	if f := k.wantETA("none yet", func(frame) bool { return true }); f.ETAs == nil || len(f.ETAs) != 0 || f.Seq == 0 {
		t.Errorf("first %+v", f)
	}
	w.want(w.do("dispatcher", "PUT", "/api/incidents/"+id(98, 1).String(), strings.Replace(reportBody, "119.6, 39.9", "119.59, 39.94", 1)), 200, "")
	path := w.order(1, id(98, 1), engine)
	first := k.wantETA("ordered", func(f frame) bool { return len(f.ETAs) == 1 }).ETAs[0]
	if first.ArriveAt.Before(time.Now()) || first.TravelS <= 0 || first.Position.Source != "base" || len(first.Closures) != 0 {
		t.Errorf("first %+v", first)
	}
	bridge := `{"type": "Feature", "geometry": {"type": "Point", "coordinates": [119.595, 39.935]}, "properties": {"code": "X-1", "name": "汤河桥水淹", "division": "130302001", "source_datum": "wgs84", "sensitivity": 0, "cause": "flood", "confidence": "verified"}}`
	w.want(w.do("dispatcher", "PUT", "/api/ledgers/closure/"+id(97, 1).String(), bridge), 200, "")
	round := k.wantETA("closed", func(f frame) bool { return len(f.ETAs) == 1 && len(f.ETAs[0].Closures) == 1 }).ETAs[0]
	if round.TravelS <= first.TravelS || round.Closures[0].Code != "X-1" {
		t.Errorf("round %+v, straight %+v", round, first)
	}
	w.want(w.do("machine", "POST", "/api/fixes", fmt.Sprintf(`{"fixes": [{"unit": %q, "at": %q, "lon": 119.59, "lat": 39.939}]}`, engine, stamp(0))), 200, "")
	near := k.wantETA("moved", func(f frame) bool { return len(f.ETAs) == 1 && f.ETAs[0].Position.Source == "fix" }).ETAs[0]
	if near.TravelS >= first.TravelS {
		t.Errorf("near %+v", near)
	}
	asked := w.do("dispatcher", "GET", "/api/etas", "")
	if !strings.Contains(asked.body, `"source":"fix"`) || !strings.Contains(asked.body, `"basis":"road"`) {
		t.Errorf("asked: %s", asked.body)
	}
	if planned := w.do("planner", "GET", "/api/etas", ""); !strings.Contains(planned.body, `"source":"base"`) {
		t.Errorf("the planner may not know where it is: %s", planned.body)
	}
	if hills := w.do("qinglong", "GET", "/api/etas", ""); !strings.Contains(hills.body, `"etas":[]`) {
		t.Errorf("Qinglong: %s", hills.body)
	}
	w.want(w.step("responder", path, 1, "on_scene"), 200, "")
	k.wantETA("there", func(f frame) bool { return len(f.ETAs) == 0 })
}
