package web_test

import (
	"fmt"
	"strings"
	"testing"

	"onemap/dispatch"
	"onemap/dispatch/web"
	"onemap/geo/road"
)

// asks is a blow at a question of the road.
func asks(what, path, body string, status int, code string) blow {
	return blow{0, path + ", " + what, "dispatcher", "POST", path, body, nil, status, code}
}

func at(c string) string { return `{"type": "Point", "coordinates": ` + c + `}` }

func routeBlows() []blow {
	to := func(place string) string {
		return `{"from": {"point": ` + at("[119.6, 39.93]") + `}, "to": ` + place + `}`
	}
	point := func(c string) string { return to(`{"point": ` + at(c) + `}`) }
	with := func(more string) string {
		return strings.TrimSuffix(point("[119.605, 39.93]"), "}") + ", " + more + "}"
	}
	route := func(what, body string, status int, code string) blow {
		return asks(what, "/api/route", body, status, code)
	}
	return []blow{
		route("the sea", point("[119.9, 39.6]"), 422, "off_road"), route("50 km off", point("[119.6, 40.4]"), 422, "off_road"),
		route("the other side of the earth", point("[-60, -39]"), 422, "off_road"), route("the pole", point("[0, 90]"), 422, "off_road"),
		route("NaN as text", point(`["NaN", 39.9]`), 422, "invalid_geometry"), route("NaN", point("[NaN, 39.9]"), 422, "bad_geometry"),
		route("1e999", point("[1e999, 39.9]"), 422, "bad_geometry"), route("null", point("[null, 39.9]"), 422, "bad_geometry"),
		route("swapped", point("[39.93, 119.6]"), 422, "out_of_range"), route("a line", to(`{"point": `+nearBridge+`}`), 422, "bad_geometry"),
		route("nowhere", to(`{}`), 422, "invalid"), route("two places", to(`{"point": `+at("[119.6, 39.93]")+`, "kind": "unit"}`), 422, "invalid"),
		route("a kind without an id", to(`{"kind": "unit"}`), 422, "invalid"), route("a kind that is none", to(`{"kind": "risk_zone", "id": "`+fire.String()+`"}`), 422, "bad_enum"),
		route("an id that is none", to(`{"kind": "unit", "id": "x"}`), 400, "bad_id"), route("a unit by the wrong kind", to(`{"kind": "team", "id": "`+id(3, 1).String()+`"}`), 404, "not_found"),
		route("above clearance", to(`{"kind": "team", "id": "`+id(4, 9).String()+`"}`), 404, "not_found"), route("nobody", to(`{"kind": "incident", "id": "`+id(99, 9).String()+`"}`), 404, "not_found"),
		route("a tank", with(`"profile": "tank"`), 422, "bad_enum"), route("no height", with(`"vehicle": {"height_m": 0}`), 422, "out_of_range"),
		route("11 m high", with(`"vehicle": {"height_m": 11}`), 422, "out_of_range"), route("a weight of 1e999", with(`"vehicle": {"weight_t": 1e999}`), 400, "bad_number"),
		route("a wish", with(`"avoid": []`), 400, "unknown_field"),
		{0, "another county's incident", "qinglong", "POST", "/api/route", to(`{"kind": "incident", "id": "` + fire.String() + `"}`), nil, 404, "not_found"},
		{0, "an administrator", "admin", "POST", "/api/route", point("[119.605, 39.93]"), nil, 403, "forbidden"},
	}
}

func matrixBlows() []blow {
	body := func(from, to string) string { return `{"from": [` + from + `], "to": [` + to + `]}` }
	many := func(n int) string { return strings.TrimSuffix(strings.Repeat("[119.6,39.93],", n), ",") }
	matrix := func(what, body string, status int, code string) blow {
		return asks(what, "/api/matrix", body, status, code)
	}
	return []blow{
		matrix("nothing", body("", many(1)), 422, "out_of_range"), matrix("5,001", body(many(5001), many(1)), 422, "out_of_range"),
		matrix("1,001,000 pairs", body(many(1001), many(1000)), 422, "too_much"), matrix("one number", body("[119.6]", many(1)), 422, "bad_geometry"),
		matrix("four numbers", body("[119.6,39.9,1,2]", many(1)), 422, "bad_geometry"), matrix("no numbers", body("[]", many(1)), 422, "bad_geometry"),
		matrix("longitude 181", body("[181, 39.9]", many(1)), 422, "out_of_range"), matrix("1e999", body("[1e999, 39.9]", many(1)), 400, "bad_number"),
		matrix("NaN", body("[NaN, 39.9]", many(1)), 400, "bad_json"), matrix("NaN as text", body(`["NaN", 39.9]`, many(1)), 400, "bad_type"),
		matrix("null", body("[null, 39.9]", many(1)), 422, "null_value"), matrix("points", body(at("[119.6, 39.9]"), many(1)), 400, "bad_type"),
	}
}

func reachBlows() []blow {
	body := func(points, limits string) string {
		return `{"points": [` + points + `], "limits_s": [` + limits + `]}`
	}
	here := at("[119.6, 39.93]")
	with := func(more string) string { return strings.TrimSuffix(body(here, "60"), "}") + ", " + more + "}" }
	reach := func(what, body string, status int, code string) blow {
		return asks(what, "/api/reach", body, status, code)
	}
	return []blow{
		reach("no point", body("", "60"), 422, "out_of_range"), reach("51 points", body(strings.Repeat(here+",", 50)+here, "60"), 422, "out_of_range"),
		reach("no limit", body(here, ""), 422, "out_of_range"), reach("6 limits", body(here, "1,2,3,4,5,6"), 422, "out_of_range"),
		reach("0 s", body(here, "0"), 422, "out_of_range"), reach("less than nothing", body(here, "-60"), 422, "out_of_range"),
		reach("twice the same", body(here, "60,60"), 422, "out_of_range"), reach("over six hours", body(here, "21601"), 422, "out_of_range"),
		reach("for ever", body(here, "1e308"), 422, "out_of_range"), reach("1e999", body(here, "1e999"), 400, "bad_number"),
		reach("all off the road", body(at("[119.9, 39.6]")+","+at("[0, 0]"), "60"), 422, "off_road"), reach("NaN", body(at("[NaN, 0]"), "60"), 422, "bad_geometry"),
		reach("sideways", with(`"direction": "sideways"`), 422, "bad_enum"), reach("a walk of 3 km", with(`"off_road_m": 3000`), 422, "out_of_range"),
		reach("a walk back", with(`"off_road_m": -1`), 422, "out_of_range"), reach("a tank", with(`"profile": "tank"`), 422, "bad_enum"),
	}
}

func closureBlows() []blow {
	preview := func(what, body string, status int, code string) blow {
		return asks(what, "/api/closures/preview", body, status, code)
	}
	put := func(what, geometry, more string, status int, code string) blow {
		body := `{"type": "Feature", "geometry": ` + geometry + `, "properties": {"code": "Z-1", "name": "x", "division": "", "source_datum": "wgs84", "sensitivity": 0, "cause": "flood", "confidence": "reported"` + more + `}}`
		return blow{0, what, "dispatcher", "PUT", "/api/ledgers/closure/" + bridge.String(), body, nil, status, code}
	}
	bowtie := `{"type": "Polygon", "coordinates": [[[119.59, 39.93], [119.6, 39.94], [119.6, 39.93], [119.59, 39.94], [119.59, 39.93]]]}`
	long := line(20_001, func(i int) (float64, float64) { return 119.5 + float64(i)*1e-5, 39.93 })
	return []blow{
		preview("crosses itself", `{"geometry": `+bowtie+`}`, 422, "invalid_geometry"), preview("20,001 corners", `{"geometry": `+long+`}`, 413, "too_many_vertices"),
		preview("no geometry", `{}`, 422, "required"), preview("points", `{"geometry": {"type": "MultiPoint", "coordinates": [[119.6, 39.93]]}}`, 422, "bad_geometry"),
		preview("heading 360", `{"geometry": `+nearBridge+`, "heading_deg": 360}`, 422, "out_of_range"), preview("NaN", `{"geometry": `+at("[NaN, 1]")+`}`, 422, "bad_geometry"),
		put("crosses itself", bowtie, "", 422, "invalid_geometry"), put("20,001 corners", long, "", 413, "too_many_vertices"),
		put("off the earth", at("[119.6, 91]"), "", 422, "out_of_range"), put("at sea off Cangzhou", at("[118.6, 38.2]"), "", 422, "outside_jurisdiction"),
		put("factor 1", nearBridge, `, "speed_factor": 1`, 422, "out_of_range"), put("factor -1", nearBridge, `, "speed_factor": -1`, 422, "out_of_range"),
		put("limit -1", nearBridge, `, "max_weight_t": -1`, 422, "out_of_range"), put("heading -1", nearBridge, `, "heading_deg": -1`, 422, "out_of_range"),
		put("no cause that is known", nearBridge, `, "cause": "ufo"`, 400, "duplicate_key"), put("division by name", nearBridge, `, "Division": "x"`, 400, "duplicate_key"),
	}
}

// TestRoadTorture asks of the road what no honest client asks, on streets and
// on a network without a street.
func TestRoadTorture(t *testing.T) {
	w := newWorld(t)
	before := w.seq()
	for _, blows := range [][]blow{routeBlows(), matrixBlows(), reachBlows(), closureBlows()} {
		for _, b := range blows {
			w.strike(b)
		}
	}
	if after := w.seq(); after != before {
		t.Errorf("the journal went from %d to %d", before, after)
	}
}

// TestNetworkWithoutAStreet: every question is refused, a closure lies beside.
func TestNetworkWithoutAStreet(t *testing.T) {
	w := newWorld(t)
	empty, _ := road.Build(road.Source{})
	w.live.Drive(dispatch.NewRoads(empty))
	w.closing(1, nearBridge, "")
	for path, body := range map[string]string{"/api/route": over, "/api/matrix": matrixOver, "/api/reach": reachOver} {
		w.strike(asks("no street", path, body, 409, "no_roads"))
	}
	if got := ask[web.ClosurePreview](w, "/api/closures/preview", `{"geometry": `+nearBridge+`}`); got.Segments != 0 || got.RoadM != 0 {
		t.Errorf("%+v", got)
	}
	var list web.ClosureList
	w.decode(w.do("viewer", "GET", "/api/closures", ""), &list)
	if len(list.Closures) != 1 || list.Closures[0].State != "beside" {
		t.Errorf("%+v", list.Closures)
	}
}

// TestEveryRoadClosed: one polygon over the city, first sparing the bridges,
// then with them. Nothing hangs, and what cannot be reached is said to be.
func TestEveryRoadClosed(t *testing.T) {
	city := `{"type": "Polygon", "coordinates": [[[119, 39.5], [120, 39.5], [120, 40.5], [119, 40.5], [119, 39.5]]]}`
	for _, structures := range []bool{false, true} {
		t.Run(fmt.Sprintf("structures %t", structures), func(t *testing.T) {
			w := newWorld(t)
			w.closing(1, city, fmt.Sprintf(`, "structures": %t`, structures))
			route := ask[web.RouteAnswer](w, "/api/route", over)
			if route.Reachable || route.Why.Code != "closed" || closed(route.Closures) != "Z-1" {
				t.Errorf("route: %+v, why %+v", route, route.Why)
			}
			m := ask[web.MatrixAnswer](w, "/api/matrix", matrixOver)
			if m.TravelS[0][0] != nil || m.TravelS[0][1] != nil || closed(m.Closures) != "Z-1" {
				t.Errorf("matrix: %v, closures %v", m.TravelS, m.Closures)
			}
			reach := ask[web.ReachAnswer](w, "/api/reach", reachOver)
			if reach.Bands[1].RoadM != 0 || *reach.Bands[1].People != 0 || closed(reach.Closures) != "Z-1" {
				t.Errorf("reach: %v m, %d people, closures %v", reach.Bands[1].RoadM, *reach.Bands[1].People, reach.Closures)
			}
			var list web.ClosureList
			w.decode(w.do("viewer", "GET", "/api/closures", ""), &list)
			all := streets().Now.Graph().Segments()
			if n := list.Closures[0].Segments; structures && n != all || !structures && n != all-2 {
				t.Errorf("%d of %d segments closed", n, all)
			}
			w.want(w.do("dispatcher", "POST", "/api/nearest", `{"kinds": ["unit"], "k": 3, "point": `+at("[119.601, 39.931]")+`}`), 200, "")
		})
	}
}
