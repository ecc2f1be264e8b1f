package web_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"onemap/dispatch"
)

// blow is one line of the torture list (reliability, §4): what is sent, and the
// refusal it gets. Nothing it sends may leave a trace.
type blow struct {
	line         int
	what         string
	who          string
	method, path string
	body         string
	headers      []string
	status       int
	code         string
}

var absent = "/api/incidents/" + id(99, 2).String()

// report is a good report with one thing replaced.
func report(old, new string) string {
	whole := `{"type": "Feature", "geometry": {"type": "Point", "coordinates": [119.6, 39.9]}, "properties": {"kind": "flood", "title": "积水", "priority": 3, "occurred_at": "` + stamp(0) + `"}}`
	replaced := strings.Replace(whole, old, new, 1)
	if replaced == whole && old != "" {
		panic("nothing replaced: " + old)
	}
	return replaced
}

func put(line int, what, body string, status int, code string, headers ...string) blow {
	return blow{line, what, "dispatcher", "PUT", absent, body, headers, status, code}
}

func get(line int, path string, status int, code string, headers ...string) blow {
	return blow{line, path, "dispatcher", "GET", path, "", headers, status, code}
}

func shape(line int, what, geometry string, status int, code string) blow {
	body := report(`{"type": "Point", "coordinates": [119.6, 39.9]}`, geometry)
	return blow{line, what, "dispatcher", "PUT", absent, body, nil, status, code}
}

var jsonHeader = []string{"Content-Type", "application/json"}

func textBlows() []blow {
	amend := "/api/incidents/" + fire.String()
	title := func(s string) string { return report("积水", s) }
	return []blow{
		put(1, "empty body", "", 400, "bad_json", jsonHeader...),
		put(2, "truncated", `{"type": "Feature"`, 400, "bad_json"),
		put(3, "two values", report("", "")+"{}", 400, "trailing_data"),
		put(4, "same key", report(`"priority": 3`, `"priority": 3, "priority": 1`), 400, "duplicate_key"),
		put(4, "same key in other case", report(`"priority": 3`, `"priority": 3, "Priority": 1`), 400, "duplicate_key"),
		put(4, "same key under a fold", report(`"kind": "flood"`, `"kind": "flood", "\u212aind": "mine"`), 400, "duplicate_key"),
		put(5, "unknown field", report(`"priority": 3`, `"priority": 3, "colour": 1`), 400, "unknown_field"),
		put(5, "known field in other case", report(`"priority"`, `"Priority"`), 400, "unknown_field"),
		put(6, "depth", report(`[119.6, 39.9]`, strings.Repeat("[", 65)+strings.Repeat("]", 65)), 400, "too_deep"),
		put(7, "large body", report("积水", strings.Repeat("a", 1<<20)), 413, "too_large"),
		put(8, "gzip", report("", ""), 415, "compressed", "Content-Encoding", "gzip"),
		put(13, "wrong type", report("", ""), 415, "bad_content_type", "Content-Type", "text/xml"),
		put(13, "no type", report("", ""), 415, "bad_content_type", "Content-Type", ""),
		put(14, "byte order mark", "\ufeff"+report("", ""), 400, "bad_utf8"),
		put(14, "bad UTF-8", title("a\xff"), 400, "bad_utf8"),
		put(14, "UTF-16", "\xff\xfe{\x00}\x00", 400, "bad_utf8"),
		put(14, "half a pair", title(`\ud83d x`), 400, "bad_utf8"),
		put(14, "other half", title(`\ude00`), 400, "bad_utf8"),
		put(15, "NUL", title(`a\u0000b`), 422, "bad_text"),
		put(16, "right to left override", title(`\u202eabc`), 422, "bad_text"),
		put(16, "zero width", title("a\u200bb"), 422, "bad_text"),
		put(17, "10,000 emoji", title(strings.Repeat("🚒", 10_000)), 422, "too_long"),
		put(18, "id as a number", report(`"Feature"`, `9007199254740993`), 400, "bad_type"),
		put(19, "huge number", report(`"priority": 3`, `"priority": 1e999`), 400, "bad_number"),
		put(19, "minus zero", report(`"priority": 3`, `"priority": -0`), 400, "bad_number"),
		put(19, "tiny number", report(`"priority": 3`, `"priority": 1e-400`), 400, "bad_number"),
		put(19, "half", report(`"priority": 3`, `"priority": 2.5`), 400, "bad_type"),
		put(21, "unknown enum", report(`"flood"`, `"tsunami"`), 422, "bad_enum"),
		put(0, "null", report(`"priority": 3`, `"priority": null`), 422, "null_value"),
		put(0, "nothing required", `{}`, 422, "required"),
		{23, "no version", "dispatcher", "PATCH", amend, `{"reason": "x"}`, nil, 428, "version_required"},
		{23, "version malformed", "dispatcher", "PATCH", amend, `{}`, []string{"If-Match", "1"}, 400, "bad_if_match"},
		{24, "stale version", "dispatcher", "PATCH", amend, `{"reason": "x"}`, []string{"If-Match", `"9"`}, 409, "conflict_version"},
		put(25, "no key", report("", ""), 400, "idempotency_key_required", "Idempotency-Key", ""),
		put(25, "bad key", report("", ""), 400, "bad_idempotency_key", "Idempotency-Key", "1"),
		{36, "another county's incident", "qinglong", "PATCH", amend, `{"reason": "x"}`, []string{"If-Match", `"1"`}, 404, "not_found"},
		{37, "mass assignment", "admin", "PUT", "/api/accounts/" + id(99, 3).String(), `{"name": "x", "display": "x", "role": "viewer", "area": "130300", "clearance": 0, "version": 7}`, nil, 400, "unknown_field"},
		put(37, "own number", report(`"priority"`, `"number": "QHD-1", "priority"`), 400, "unknown_field"),
	}
}

func timeBlows() (blows []blow) {
	for _, t := range []string{"0000-00-00T00:00:00Z", "9999-12-31T00:00:00Z", "2026-11-23T23:59:60Z", "2026-11-23T10:00:00", "1970-01-01T00:00:00Z", "2031-01-01T00:00:00Z", "yesterday"} {
		body := regexp.MustCompile(`"occurred_at": "[^"]+"`).ReplaceAllString(report("", ""), fmt.Sprintf(`"occurred_at": %q`, t))
		blows = append(blows, put(20, "time "+t, body, 422, "bad_time"))
		advance := blow{55, "advance at " + t, "dispatcher", "POST", "/api/incidents/" + fire.String() + "/advance", fmt.Sprintf(`{"to": "verifying", "occurred_at": %q}`, t), []string{"If-Match", `"1"`}, 422, "bad_time"}
		blows = append(blows, advance)
	}
	return blows
}

func pathBlows() []blow {
	return []blow{
		get(22, "/api/../api/status", 404, "not_found"), get(22, "/api/%2e%2e/x", 404, "not_found"), get(22, "/tiles/a%2Fb", 404, "not_found"),
		get(22, "/api/a%5Cb", 404, "not_found"), get(22, "/assets/..%2findex.html", 404, "not_found"), get(22, "/assets/%2e./x", 404, "not_found"),
		get(29, "/api/ledgers/unit?limit=1000000", 400, "bad_parameter"), get(29, "/api/ledgers/unit?limit=-1", 400, "bad_parameter"),
		get(29, "/api/ledgers/unit?limit=many", 400, "bad_parameter"), get(29, "/api/incidents?before=1'--", 400, "bad_parameter"),
		{29, "negative number", "duty_officer", "GET", "/api/journal?after=-1", "", nil, 400, "bad_parameter"}, get(30, "/api/ledgers/unit?q="+strings.Repeat("(a%2B)%2B$", 200), 400, "bad_parameter"),
		get(30, "/api/search?q="+strings.Repeat("x", 65), 400, "bad_parameter"),
		{32, "TRACE", "dispatcher", "TRACE", "/api/status", "", nil, 405, "method_not_allowed"},
		{32, "DELETE a list", "dispatcher", "DELETE", "/api/incidents", "", nil, 405, "method_not_allowed"},
		get(32, "/api/status", 405, "method_not_allowed", "X-HTTP-Method-Override", "DELETE"),
		{35, "no token", "", "GET", "/api/status", "", []string{"Authorization", "Bearer nothing"}, 401, "unauthorized"},
		{35, "tampered cookie", "", "GET", "/api/status", "", []string{"Cookie", "onemap_session=" + cookieFor + "dispatchex"}, 401, "unauthorized"},
		{35, "a token where a person is wanted", "machine", "GET", "/api/session", "", nil, 403, "forbidden"},
		get(36, "/api/ledgers/team/"+id(4, 9).String(), 404, "not_found"),
		{36, "another county's hazard", "grid_worker", "GET", "/api/ledgers/hazard/" + id(7, 1).String(), "", nil, 404, "not_found"},
		{0, "another site's form", "dispatcher", "DELETE", "/api/session", "", []string{"Sec-Fetch-Site", "cross-site"}, 403, "cross_origin"},
		{0, "another site's script", "dispatcher", "DELETE", "/api/session", "", []string{"Origin", "http://elsewhere.example"}, 403, "cross_origin"},
		{58, "no datum", "planner", "POST", "/api/ledgers/camera/import", "code\n", []string{"Content-Type", "text/csv"}, 422, "crs_required"},
		get(70, "/tiles/team/99/0/0.mvt", 404, "bad_tile"), get(70, "/tiles/team/3/-1/0.mvt", 404, "bad_tile"), get(70, "/tiles/team/3/8/0.mvt", 404, "bad_tile"),
		get(70, "/tiles/team/NaN/0/0.mvt", 404, "bad_tile"), get(70, "/tiles/team/3/1/1.mvt.gz", 404, "bad_tile"), get(70, "/tiles/unit/3/1/1.mvt", 404, "bad_tile"),
		get(101, "/api/live", 400, "not_websocket"),
	}
}

// star is a polygon of n corners that crosses itself everywhere.
func star(n int) string {
	var b strings.Builder
	for i := range n + 1 {
		k := (i * (n/2 - 1)) % n
		fmt.Fprintf(&b, "[%.6f,%.6f],", 119.5+0.1*float64(k%47)/47, 39.5+0.1*float64(k)/float64(n))
	}
	return `{"type": "Polygon", "coordinates": [[` + strings.TrimSuffix(b.String(), ",") + `]]}`
}

func line(n int, point func(i int) (lon, lat float64)) string {
	points := make([]string, n)
	for i := range points {
		lon, lat := point(i)
		points[i] = fmt.Sprintf("[%g,%g]", lon, lat)
	}
	return `{"type": "LineString", "coordinates": [` + strings.Join(points, ",") + `]}`
}

func shapeBlows() []blow {
	point := func(c string) string { return `{"type": "Point", "coordinates": ` + c + `}` }
	ring := func(c string) string { return `{"type": "Polygon", "coordinates": [` + c + `]}` }
	return []blow{
		shape(56, "NaN", point("[NaN, 39.9]"), 422, "bad_geometry"), shape(56, "infinite", point("[119.6, -Infinity]"), 422, "bad_geometry"),
		shape(56, "1e999", point("[1e999, 39.9]"), 422, "bad_geometry"), shape(56, "null", point("[null, 39.9]"), 422, "bad_geometry"),
		shape(57, "longitude 181", point("[181, 39.9]"), 422, "out_of_range"), shape(57, "swapped", point("[39.9, 119.6]"), 422, "out_of_range"),
		shape(59, "one number", point("[119.6]"), 422, "invalid_geometry"), shape(59, "empty", point("[]"), 422, "invalid_geometry"),
		shape(59, "not closed", ring("[[119.5,39.9],[119.6,39.9],[119.6,39.95],[119.5,39.95]]"), 422, "invalid_geometry"),
		shape(59, "two corners", ring("[[119.5,39.9],[119.5,39.9]]"), 422, "invalid_geometry"),
		shape(60, "crosses itself", star(2000), 422, "invalid_geometry"),
		shape(61, "10,001 corners", line(10_001, func(i int) (float64, float64) { return 119 + float64(i)*1e-5, 39.9 }), 413, "too_many_vertices"),
		shape(62, "collections", `{"type": "GeometryCollection", "geometries": [{"type": "GeometryCollection", "geometries": []}]}`, 422, "bad_geometry"),
		shape(65, "antimeridian", ring("[[179,39],[-179,39],[-179,40],[179,40],[179,39]]"), 422, "invalid_geometry"),
		shape(66, "no area", ring("[[119.5,39.9],[119.6,39.9],[119.7,39.9],[119.5,39.9]]"), 422, "invalid_geometry"),
		shape(66, "sliver", ring("[[119.5,39.9],[119.5000000000001,39.9],[119.5,39.9000000000001],[119.5,39.9]]"), 422, "invalid_geometry"),
		shape(67, "one place 9,000 times", line(9000, func(int) (float64, float64) { return 119.6, 39.9 }), 422, "invalid_geometry"),
		{69, "no distance", "planner", "POST", "/api/coverage", `{"distances_m": [0]}`, nil, 422, "out_of_range"},
		{69, "no kind", "planner", "POST", "/api/nearest", `{"kinds": [], "point": {"type": "Point", "coordinates": [1, 1]}}`, nil, 422, "out_of_range"},
		{69, "a polygon to measure from", "planner", "POST", "/api/nearest", `{"kinds": ["unit"], "point": ` + ring("[[1,1],[2,1],[2,2],[1,1]]") + `}`, nil, 422, "bad_geometry"},
	}
}

var leaks = regexp.MustCompile(`(?i)select |insert |pgx|sqlstate|goroutine|\.go:\d|panic`)

// TestTorture sends what no honest client sends. Each is refused with a problem
// that gives nothing away, and leaves the journal as it was.
func TestTorture(t *testing.T) {
	w := newWorld(t)
	before := w.seq()
	for _, blows := range [][]blow{textBlows(), timeBlows(), pathBlows(), shapeBlows()} {
		for _, b := range blows {
			w.strike(b)
		}
	}
	if after := w.seq(); after != before {
		t.Errorf("the journal went from %d to %d", before, after)
	}
	w.want(w.do("dispatcher", "PUT", absent, report("", "")), 200, "")
}

func (w *world) strike(b blow) {
	w.Helper()
	a := w.do(b.who, b.method, b.path, b.body, b.headers...)
	name := fmt.Sprintf("line %d, %s", b.line, brief(b.what))
	if a.StatusCode != b.status || !strings.Contains(a.body, `"code":"`+b.code+`"`) {
		w.Errorf("%s: %d %s, want %d %s", name, a.StatusCode, brief(a.body), b.status, b.code)
		return
	}
	if a.Header.Get("Content-Type") != "application/problem+json" || a.Header.Get("X-Request-Id") == "" || !strings.Contains(a.body, a.Header.Get("X-Request-Id")) {
		w.Errorf("%s: no problem with a request id: %v %s", name, a.Header, brief(a.body))
	}
	if leaks.MatchString(a.body) {
		w.Errorf("%s gives something away: %s", name, a.body)
	}
	if a.StatusCode == http.StatusNotFound && a.Header.Get("Cache-Control") != "no-store" {
		w.Errorf("%s may be cached", name)
	}
}

// TestForeignHost is line 33: a name that is not ours, bound to our address.
func TestForeignHost(t *testing.T) {
	w := newWorld(t)
	r := as(w.request("GET", "/api/status", ""), "dispatcher")
	r.Host = "evil.example"
	w.want(w.send(r), 421, "foreign_host")
}

// TestTwoPeopleWithOneKey is line 28: a key is one's own.
func TestTwoPeopleWithOneKey(t *testing.T) {
	w := newWorld(t)
	key := dispatch.NewID().String()
	a := w.do("dispatcher", "PUT", absent, report("", ""), "Idempotency-Key", key)
	b := w.do("duty_officer", "PUT", "/api/incidents/"+id(99, 7).String(), report("", ""), "Idempotency-Key", key)
	w.want(a, 200, "")
	w.want(b, 200, "")
	if a.body == b.body {
		t.Errorf("the second got the first's answer: %s", b.body)
	}
}
