package web_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/dispatch/web"
	"onemap/geo"
	"onemap/geo/road"
)

// bridge is the id of a closure that these tests make.
var bridge = id(12, 1)

// closing puts a closure in force. Properties go on top of the required ones.
func (w *world) closing(n int, geometry, properties string) {
	w.Helper()
	body := fmt.Sprintf(`{"type": "Feature", "geometry": %s, "properties": {"code": "Z-%d", "name": "阻断%d", "division": "", "source_datum": "wgs84", "sensitivity": 0, "cause": "flood", "confidence": "verified"%s}}`, geometry, n, n, properties)
	w.want(w.do("duty_officer", "PUT", "/api/ledgers/closure/"+id(12, n).String(), body), 200, "")
}

// ask posts a question and reads the answer.
func ask[T any](w *world, path, body string) (answer T) {
	w.Helper()
	a := w.do("dispatcher", "POST", path, body)
	w.want(a, 200, "")
	w.decode(a, &answer)
	return answer
}

// closed writes the codes of closures.
func closed(refs []web.ClosureRef) string {
	var codes []string
	for _, r := range refs {
		codes = append(codes, r.Code)
	}
	return strings.Join(codes, " ")
}

const (
	nearBridge = `{"type": "LineString", "coordinates": [[119.5915, 39.935], [119.5985, 39.935]]}`
	farBridge  = `{"type": "Point", "coordinates": [119.595, 39.94]}`
	over       = `{"from": {"kind": "unit", "id": "01930000-0000-7000-8003-000000000001"}, "to": {"point": {"type": "Point", "coordinates": [119.585, 39.935]}}}`
	matrixOver = `{"from": [[119.6, 39.93]], "to": [[119.585, 39.935], [119.605, 39.93]]}`
	reachOver  = `{"points": [{"type": "Point", "coordinates": [119.6, 39.93]}], "limits_s": [120, 400]}`
)

// TestClosedBridgeChangesEveryAnswerAndIsNamed closes one bridge, then the
// other, then opens the first again: every answer after the put knows of it.
func TestClosedBridgeChangesEveryAnswerAndIsNamed(t *testing.T) {
	w := newWorld(t)
	before := ask[web.RouteAnswer](w, "/api/route", over)
	people := *ask[web.ReachAnswer](w, "/api/reach", reachOver).Bands[1].People
	if !before.Reachable || len(before.Closures) != 0 || people != 800 {
		t.Fatalf("on open roads: %+v, %d people", before, people)
	}

	w.closing(1, nearBridge, "")
	round := ask[web.RouteAnswer](w, "/api/route", over)
	if !round.Reachable || *round.TravelS <= *before.TravelS || *round.WithoutS != *before.TravelS || closed(round.Closures) != "Z-1" {
		t.Errorf("round by the other bridge: %+v, before %v", round, *before.TravelS)
	}
	if round.Roads.Closures <= before.Roads.Closures || round.Roads.Graph != before.Roads.Graph {
		t.Errorf("roads %+v after %+v", round.Roads, before.Roads)
	}
	beside := strings.Replace(over, "119.585, 39.935", "119.608, 39.93", 1)
	if got := ask[web.RouteAnswer](w, "/api/route", beside); len(got.Closures) != 0 {
		t.Errorf("a way on this side names %v", got.Closures)
	}

	w.closing(2, farBridge, "")
	none := ask[web.RouteAnswer](w, "/api/route", over)
	if none.Reachable || none.Why == nil || none.Why.Code != "closed" || none.TravelS != nil || closed(none.Closures) != "Z-1" {
		t.Errorf("both bridges closed: %+v, why %+v", none, none.Why)
	}
	m := ask[web.MatrixAnswer](w, "/api/matrix", matrixOver)
	if m.TravelS[0][0] != nil || m.TravelS[0][1] == nil || !strings.Contains(closed(m.Closures), "Z-1") {
		t.Errorf("matrix: %v, closures %v", m.TravelS, m.Closures)
	}
	if m := ask[web.MatrixAnswer](w, "/api/matrix", strings.Replace(matrixOver, "119.585, 39.935", "119.61, 39.935", 1)); len(m.Closures) != 0 {
		t.Errorf("a matrix on this side names %v", m.Closures)
	}
	reach := ask[web.ReachAnswer](w, "/api/reach", reachOver)
	if *reach.Bands[1].People != 0 || *reach.Bands[1].Cells != 0 || closed(reach.Closures) != "Z-1 Z-2" {
		t.Errorf("reach: %d people, closures %v", *reach.Bands[1].People, reach.Closures)
	}

	w.want(w.do("duty_officer", "DELETE", "/api/ledgers/closure/"+bridge.String(), "", "If-Match", `"1"`), 200, "")
	again := ask[web.RouteAnswer](w, "/api/route", over)
	if *again.TravelS != *before.TravelS || len(again.Closures) != 0 {
		t.Errorf("opened again: %v s, closures %v", *again.TravelS, again.Closures)
	}
}

// TestMatrixNamesOnlyWhatShapedIt closes a street nobody would take.
func TestMatrixNamesOnlyWhatShapedIt(t *testing.T) {
	w := newWorld(t)
	w.closing(1, nearBridge, "")
	w.closing(3, `{"type": "Point", "coordinates": [119.58, 39.922]}`, "")
	w.closing(4, nearBridge, `, "max_height_m": 3.7`)
	if m := ask[web.MatrixAnswer](w, "/api/matrix", matrixOver); closed(m.Closures) != "Z-1" {
		t.Errorf("closures %v, want Z-1", m.Closures)
	}
	turned := `{"to": [[119.6, 39.93]], "from": [[119.585, 39.935], [119.605, 39.93]]}`
	if m := ask[web.MatrixAnswer](w, "/api/matrix", turned); closed(m.Closures) != "Z-1" {
		t.Errorf("the other way: closures %v, want Z-1", m.Closures)
	}
}

// TestClosuresListSaysWhatHolds puts one of each state.
func TestClosuresListSaysWhatHolds(t *testing.T) {
	w := newWorld(t)
	w.closing(1, nearBridge, "")
	w.closing(2, farBridge, fmt.Sprintf(`, "from": %q`, stamp(time.Hour)))
	w.closing(3, farBridge, fmt.Sprintf(`, "until": %q`, stamp(-time.Hour)))
	w.closing(4, `{"type": "Point", "coordinates": [119.7, 39.85]}`, "")
	w.closing(5, farBridge, `, "speed_factor": 0.5`)
	var got web.ClosureList
	w.decode(w.do("viewer", "GET", "/api/closures", ""), &got)
	var states []string
	for _, c := range got.Closures {
		states = append(states, fmt.Sprintf("%s %s %d", c.Code, c.State, c.Segments))
	}
	want := []string{"Z-1 in_force 1", "Z-2 planned 0", "Z-3 past 0", "Z-4 beside 0", "Z-5 in_force 1"}
	if !slices.Equal(states, want) {
		t.Errorf("states %q, want %q", states, want)
	}
	if lines := got.Closures[0].Roads; lines == nil || *got.Closures[0].Drawn != 1 || !strings.Contains(string(*lines), "119.591") {
		t.Errorf("the closed stretch is %v", lines)
	}
	if lines := got.Closures[4].Roads; lines == nil || !strings.Contains(string(*lines), "[119.59,39.94],[119.6,39.94]") {
		t.Errorf("a slowed road is drawn from end to end, not %s", *lines)
	}
	if got.Closures[3].Roads != nil {
		t.Error("a closure beside the roads is drawn on them")
	}
	w.decode(w.do("qinglong", "GET", "/api/closures", ""), &got)
	if len(got.Closures) != 0 {
		t.Errorf("another county sees %v", got.Closures)
	}
	a := w.do("viewer", "GET", "/api/ledgers/closure/"+bridge.String(), "")
	w.want(a, 200, "")
	if !strings.Contains(a.body, `"division":"130302001"`) {
		t.Errorf("the division is not found by the place: %s", a.body)
	}
}

// TestSecretClosureIsHonouredUnnamed: who may not see it still drives round it.
func TestSecretClosureIsHonouredUnnamed(t *testing.T) {
	w := newWorld(t)
	w.closing(1, nearBridge, "")
	w.want(w.do("duty_officer", "PUT", "/api/ledgers/closure/"+bridge.String(),
		`{"type": "Feature", "geometry": `+nearBridge+`, "properties": {"code": "Z-1", "name": "秘密", "division": "", "source_datum": "wgs84", "sensitivity": 3, "cause": "control", "confidence": "verified"}}`, "If-Match", `"1"`), 200, "")
	w.closing(2, farBridge, "")
	a := w.do("dispatcher", "POST", "/api/route", over)
	var got web.RouteAnswer
	w.decode(a, &got)
	if got.Reachable || got.Why.Code != "closed" || strings.Contains(a.body, "Z-1") || strings.Contains(a.body, "秘密") {
		t.Errorf("%s", a.body)
	}
}

// TestUnitStartsWhereItWasHeard: at its fix for those who may know, at its
// base for others.
func TestUnitStartsWhereItWasHeard(t *testing.T) {
	w := newWorld(t)
	heading, speed := geo.Bearing(90), 10.0
	w.live.Report(time.Now(), []dispatch.Fix{{Unit: id(3, 1), Point: orb.Point{119.595, 39.935}, DeviceAt: time.Now(), Heading: &heading, SpeedMPS: &speed}})
	near := *ask[web.RouteAnswer](w, "/api/route", strings.Replace(over, "119.585", "119.61", 1)).RoadM
	var far web.RouteAnswer
	w.decode(w.do("viewer", "POST", "/api/route", strings.Replace(over, "119.585", "119.61", 1)), &far)
	if near < 1200 || near > 1350 || *far.RoadM < 1350 {
		t.Errorf("%v m from the fix on the bridge, %v m from the base", near, *far.RoadM)
	}
}

// TestHelicopterFliesStraight, with roads and without.
func TestHelicopterFliesStraight(t *testing.T) {
	w := newWorld(t)
	body := `{"type": "Feature", "geometry": {"type": "Point", "coordinates": [119.6, 39.93]}, "properties": {"code": "U-9", "name": "直升机", "division": "130302001", "source_datum": "wgs84", "sensitivity": 1, "team": "01930000-0000-7000-8004-000000000001", "call_sign": "鹰1", "kind": "helicopter", "duty": "available_base", "crew": 3, "crew_minimum": 2, "mobilise_min": 5}}`
	w.want(w.do("dispatcher", "PUT", "/api/ledgers/unit/"+id(3, 9).String(), body), 200, "")
	fly := `{"from": {"kind": "unit", "id": "` + id(3, 9).String() + `"}, "to": {"point": {"type": "Point", "coordinates": [119.9, 39.6]}}}`
	for _, roads := range []*dispatch.Roads{streets(), nil} {
		w.live.Drive(roads)
		got := ask[web.RouteAnswer](w, "/api/route", fly)
		if got.Basis != "air" || !got.Reachable || len(got.Steps) != 1 || got.Profile != nil || got.Roads != nil || *got.TravelS < 800 || *got.TravelS > 860 {
			t.Errorf("%+v in %v s", got, *got.TravelS)
		}
	}
}

// TestNoNetworkIsSaid: questions of the road are refused, the rest answers.
func TestNoNetworkIsSaid(t *testing.T) {
	w := newWorld(t)
	w.live.Drive(nil)
	w.closing(1, nearBridge, "")
	for path, body := range map[string]string{"/api/route": over, "/api/matrix": matrixOver, "/api/reach": reachOver, "/api/closures/preview": `{"geometry": ` + nearBridge + `}`} {
		w.want(w.do("dispatcher", "POST", path, body), 409, "no_roads")
	}
	var roads web.Roads
	w.decode(w.do("viewer", "GET", "/api/roads", ""), &roads)
	if roads.Loaded || roads.State != nil || len(roads.Profiles) != len(road.Profiles()) {
		t.Errorf("%+v", roads)
	}
	var list web.ClosureList
	w.decode(w.do("viewer", "GET", "/api/closures", ""), &list)
	if list.Roads != nil || len(list.Closures) != 1 || list.Closures[0].State != "in_force" || list.Closures[0].Roads != nil {
		t.Errorf("%+v", list)
	}
}

// TestWaterIsNotWalked: what the network knows of water holds under every
// picture of it.
func TestWaterIsNotWalked(t *testing.T) {
	w := newWorld(t)
	dry := ask[web.ReachAnswer](w, "/api/reach", reachOver).Bands[1].Area
	w.live.Drive(streets().WithWater(func(p orb.Point) bool { return p[1] < 39.9299 }))
	w.closing(3, `{"type": "Point", "coordinates": [119.58, 39.922]}`, "")
	wet := ask[web.ReachAnswer](w, "/api/reach", reachOver).Bands[1].Area
	south := func(raw []byte) float64 {
		g, err := geo.ParseGeoJSON(raw, 100_000)
		if err != nil {
			t.Fatal(err)
		}
		return g.Bound().Min[1]
	}
	if south(dry) > 39.929 || south(wet) < 39.9294 {
		t.Errorf("the area ends at %v without water, at %v with it", south(dry), south(wet))
	}
}
