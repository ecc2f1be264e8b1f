package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"onemap/dispatch"
)

// items is a page of a collection as its reader takes it.
type items struct {
	NumberMatched, NumberReturned int
	Features                      []struct {
		ID         string
		Geometry   json.RawMessage
		Properties map[string]any
	}
	Links []struct{ Rel, Href, Type string }
}

func (i items) link(rel string) string {
	for _, l := range i.Links {
		if l.Rel == rel {
			return l.Href
		}
	}
	return ""
}

func (i items) codes() (all []string) {
	for _, f := range i.Features {
		code, _ := f.Properties["code"].(string)
		all = append(all, code)
	}
	return all
}

// items reads a page of a collection; query holds pairs.
func (w *world) items(who, collection string, query ...string) (out items) {
	w.Helper()
	a := w.do(who, "GET", itemsPath(collection, query...), "")
	w.want(a, 200, "")
	w.decode(a, &out)
	return out
}

func itemsPath(collection string, query ...string) string {
	q := url.Values{}
	for i := 0; i < len(query); i += 2 {
		q.Set(query[i], query[i+1])
	}
	return "/ogc/collections/" + collection + "/items?" + q.Encode()
}

func (w *world) collections(who string) (ids []string) {
	w.Helper()
	a := w.do(who, "GET", "/ogc/collections", "")
	w.want(a, 200, "")
	var doc struct{ Collections []struct{ ID string } }
	w.decode(a, &doc)
	for _, c := range doc.Collections {
		ids = append(ids, c.ID)
	}
	return ids
}

func TestOtherSoftwareFindsItsWay(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/ogc", "/ogc/", "/ogc/conformance"} { // they tell nothing
		w.want(w.do("", "GET", path, ""), 200, "")
	}
	var landing items
	w.decode(w.do("", "GET", "/ogc", ""), &landing)
	for _, rel := range []string{"self", "alternate", "service-desc", "service-doc", "conformance", "data"} {
		at := landing.link(rel)
		if a := w.do("viewer", "GET", strings.TrimPrefix(at, w.http.URL), ""); at == "" || a.StatusCode != 200 {
			t.Errorf("%s leads to %q: %d", rel, at, a.StatusCode)
		}
	}
	a := w.do("viewer", "GET", "/ogc/api", "")
	var api struct {
		OpenAPI string
		Paths   map[string]json.RawMessage
	}
	w.decode(a, &api)
	if api.OpenAPI != "3.0.3" || api.Paths["/collections/shelter/items"] == nil || api.Paths["/collections/position/items"] != nil || a.Header.Get("Content-Type") != "application/vnd.oai.openapi+json;version=3.0" {
		t.Errorf("the description is %s of %d paths", api.OpenAPI, len(api.Paths))
	}
	for _, path := range []string{"/ogc?x=1", "/ogc?f=gml", itemsPath("shelter", "colour", "red"), itemsPath("shelter", "f", "gml"), itemsPath("shelter") + "limit=1&limit=2"} {
		w.want(w.do("viewer", "GET", path, ""), 400, "bad_parameter")
	}
	w.want(w.do("viewer", "GET", "/ogc/collections/nothing/items", ""), 404, "not_found")
	w.want(w.do("viewer", "GET", "/ogc/collections/shelter/items/nothing", ""), 404, "not_found")
	w.want(w.do("", "GET", "/ogc/collections", ""), 401, "unauthorized")
	w.want(w.do("machine", "GET", "/ogc/collections", ""), 403, "forbidden")
}

func TestCollectionsAreCutToTheirReader(t *testing.T) {
	w := newWorld(t)
	study := "study-" + answered.String()
	for who, want := range map[string]map[string]bool{
		"duty_officer": {"team": true, "incident": true, "alarm": true, "position": true, "track": true, study: true},
		"planner":      {"team": true, "incident": true, "alarm": false, "position": false, "track": false, study: true},
		"viewer":       {"team": true, "incident": true, "alarm": false, "position": false, "track": false, study: false},
		"responder":    {"team": true, "incident": true, "alarm": true, "position": true, "track": true, study: false},
	} {
		have := w.collections(who)
		for id, yes := range want {
			if slices.Contains(have, id) != yes {
				t.Errorf("%s: %s is listed: %t", who, id, !yes)
			}
			if a := w.do(who, "GET", itemsPath(id), ""); (a.StatusCode == 200) != yes {
				t.Errorf("%s: items of %s: %d %s", who, id, a.StatusCode, a.body)
			}
		}
	}
	for who, want := range map[string][]string{"duty_officer": {"T-1", "T-9"}, "dispatcher": {"T-1"}, "viewer": {"T-1"}, "qinglong": nil} {
		if have := w.items(who, "team").codes(); !slices.Equal(have, want) {
			t.Errorf("%s sees teams %v, not %v", who, have, want)
		}
	}
	for who, n := range map[string]int{"duty_officer": 2, "qinglong": 1} {
		if have := w.items(who, "incident"); have.NumberMatched != n || have.NumberReturned != n || len(have.Features) != n {
			t.Errorf("%s sees %d incidents, not %d", who, have.NumberMatched, n)
		}
	}
}

// TestFiltersLearnNothingHidden: what is masked cannot be found out by asking.
func TestFiltersLearnNothingHidden(t *testing.T) {
	w := newWorld(t)
	for who, n := range map[string]int{"duty_officer": 1, "viewer": 0} {
		have := w.items(who, "incident", "filter", "caller_phone LIKE '138%'")
		if have.NumberMatched != n {
			t.Errorf("%s finds %d by the caller's number, not %d", who, have.NumberMatched, n)
		}
		if all := w.items(who, "incident"); strings.Contains(fmt.Sprint(all.Features), "13800000000") != (n == 1) {
			t.Errorf("%s is shown the caller: %v", who, all.Features)
		}
	}
	if a := w.do("viewer", "GET", itemsPath("team"), ""); strings.Contains(a.body, "13900000000") || !strings.Contains(a.body, "李**") {
		t.Errorf("the leader is not masked: %s", a.body)
	}
	w.do("duty_officer", "GET", itemsPath("team"), "")
	var reads struct {
		Reads []struct {
			ActorName, Operation, Kind string
			Subject                    dispatch.ID
		}
	}
	a := w.do("admin", "GET", "/api/audit/reads", "")
	w.want(a, 200, "")
	w.decode(a, &reads)
	found := map[dispatch.ID]bool{}
	for _, r := range reads.Reads {
		found[r.Subject] = found[r.Subject] || r.Operation == "ogcItems"
	}
	if !found[fire] || !found[id(4, 9)] {
		t.Errorf("reading restricted fields is not recorded: %s", a.body)
	}
}

func TestPagesFollowEachOther(t *testing.T) {
	w := newWorld(t)
	var seen []string
	path := itemsPath("unit", "limit", "2", "filter", "crew >= 5")
	for range 5 {
		var page items
		a := w.do("duty_officer", "GET", path, "")
		w.want(a, 200, "")
		w.decode(a, &page)
		if page.NumberMatched != 3 || page.NumberReturned != len(page.Features) {
			t.Fatalf("%s: %d of %d", path, page.NumberReturned, page.NumberMatched)
		}
		seen = append(seen, page.codes()...)
		next := page.link("next")
		if next == "" {
			break
		}
		path = strings.TrimPrefix(next, w.http.URL)
	}
	if !slices.Equal(seen, []string{"U-1", "U-2", "U-3"}) {
		t.Errorf("the pages hold %v", seen)
	}
}

func TestItemsAreFiltered(t *testing.T) {
	w := newWorld(t)
	past := time.Now().Add(-time.Hour).UTC().Format(time.RFC3339)
	for i, c := range []struct {
		collection string
		query      []string
		n          int
	}{
		{"unit", []string{"kind", "engine"}, 1},
		{"unit", []string{"crew", "5", "kind", "forest"}, 1},
		{"unit", []string{"kind", `'; engine \`}, 0},
		{"unit", []string{"kind", `x\' OR 'a' = 'a`}, 0},
		{"unit", []string{"bbox", "119.59,39.9,119.62,39.95"}, 2},
		{"unit", []string{"bbox", "119.59,39.9,0,119.62,39.95,100"}, 2},
		{"unit", []string{"bbox", "39.9,119.59,39.95,119.62", "bbox-crs", "http://www.opengis.net/def/crs/EPSG/0/4490"}, 2},
		{"unit", []string{"bbox", "13312000,4850000,13316000,4862000", "bbox-crs", "http://www.opengis.net/def/crs/EPSG/0/3857"}, 2},
		{"unit", []string{"bbox", "170,-10,-170,80"}, 0},
		{"cell", []string{"bbox", "119.592,39.932,119.593,39.933"}, 1},
		{"unit", []string{"filter", `S_WITHIN(geometry, POLYGON((119.5 39.8,119.7 39.8,119.7 40,119.5 40,119.5 39.8))) AND call_sign LIKE '%102'`}, 1},
		{"unit", []string{"filter", `S_INTERSECTS(geometry, POINT(39.93 119.6))`, "filter-crs", "http://www.opengis.net/def/crs/EPSG/0/4326"}, 1},
		{"unit", []string{"filter", `{"op":"=","args":[{"property":"code"},"U-3"]}`, "filter-lang", "cql2-json"}, 1},
		{"unit", []string{"filter", `{"op":"=","args":[{"property":"code"},"U-3"]}`}, 1},
		{"unit", []string{"filter", `code = 'U-3'`, "filter-lang", "cql-text"}, 1},
		{"unit", []string{"filter", "id = '" + id(3, 1).String() + "'"}, 1},
		{"depot", []string{"filter", "verify_by < DATE('2021-01-01')"}, 1},
		{"unit", []string{"filter", "recorded_at > TIMESTAMP('" + past + "')"}, 3},
		{"incident", []string{"datetime", past}, 0},
		{"incident", []string{"datetime", past + "/.."}, 2},
		{"incident", []string{"filter", "priority < 3 AND state = 'reported'"}, 1},
		{"study-" + answered.String(), []string{"filter", "layer IS NULL"}, 0},
	} {
		if have := w.items("duty_officer", c.collection, c.query...); have.NumberMatched != c.n {
			t.Errorf("%d: %v: %d, not %d", i, c.query, have.NumberMatched, c.n)
		}
	}
	if have := w.items("duty_officer", "study-"+answered.String()); have.NumberMatched == 0 || have.Features[0].Properties["layer"] == nil {
		t.Errorf("the study has %d features", have.NumberMatched)
	}
	for _, c := range []struct {
		query  []string
		status int
		code   string
	}{
		{[]string{"filter", "caller = 1"}, 400, "unknown_property"}, {[]string{"filter", "leader IS NULL"}, 400, "unknown_property"}, {[]string{"filter", "avg(crew) > 1"}, 400, "unknown_function"},
		{[]string{"filter", "crew >"}, 400, "filter_syntax"}, {[]string{"filter", "crew = 'x'"}, 400, "filter_type"}, {[]string{"filter", "crew = 1", "filter-lang", "ecql"}, 400, "bad_parameter"},
		{[]string{"filter", "code = '" + strings.Repeat("x", 33<<10) + "'"}, 413, "filter_too_large"}, {[]string{"filter", "crew = 1", "filter-crs", "EPSG:4326"}, 400, "bad_parameter"},
		{[]string{"limit", "0"}, 400, "bad_parameter"}, {[]string{"limit", "x"}, 400, "bad_parameter"}, {[]string{"bbox", "1,2,3"}, 400, "bad_parameter"}, {[]string{"bbox", "1,9,2,3"}, 400, "bad_parameter"},
		{[]string{"bbox", "NaN,1,2,3"}, 400, "bad_parameter"}, {[]string{"bbox", "1,1,2,99"}, 400, "bad_parameter"}, {[]string{"datetime", "yesterday"}, 400, "bad_parameter"}, {[]string{"datetime", "2026-01-02/2026-01-01"}, 400, "bad_parameter"},
		{[]string{"crs", "EPSG:1"}, 400, "bad_parameter"}, {[]string{"crew", "many"}, 400, "bad_parameter"},
		{[]string{"filter", "S_TOUCHES(geometry, POLYGON((119.5 39.9,119.7 40,119.7 39.9,119.5 40,119.5 39.9)))"}, 400, "invalid_geometry"},
	} {
		w.want(w.do("duty_officer", "GET", itemsPath("unit", c.query...), ""), c.status, c.code)
	}
	if a := w.do("duty_officer", "GET", itemsPath("unit", "filter", "caller = 1"), ""); !strings.Contains(a.body, "there is no property caller") {
		t.Errorf("the property is not named: %s", a.body)
	}
}

func TestItemsComeInTheirSystem(t *testing.T) {
	w := newWorld(t)
	unit := "/ogc/collections/unit/items/" + id(3, 1).String()
	for crs, at := range map[string]string{
		"": "[119.6,39.93]", "http://www.opengis.net/def/crs/OGC/1.3/CRS84": "[119.6,39.93]", "http://www.opengis.net/def/crs/EPSG/0/4326": "[39.93,119.6]",
		"http://www.opengis.net/def/crs/EPSG/0/4490": "[39.93,119.6]", "http://www.opengis.net/def/crs/EPSG/0/3857": "[13313811.",
	} {
		path := unit
		named := "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
		if crs != "" {
			path, named = unit+"?crs="+url.QueryEscape(crs), crs
		}
		a := w.do("viewer", "GET", path, "")
		w.want(a, 200, "")
		if !strings.Contains(a.body, `"coordinates":`+at) || a.Header.Get("Content-Crs") != "<"+named+">" {
			t.Errorf("%s: %s %.120s", crs, a.Header.Get("Content-Crs"), a.body)
		}
	}
	a := w.do("viewer", "GET", unit, "")
	w.want(w.do("viewer", "GET", unit, "", "If-None-Match", a.Header.Get("ETag")), 304, "")
	page := w.do("viewer", "GET", itemsPath("unit", "f", "html"), "")
	if !strings.Contains(page.body, "海港一号车") || !strings.HasPrefix(page.Header.Get("Content-Type"), "text/html") || !strings.Contains(page.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("the page: %s %.200s", page.Header.Get("Content-Type"), page.body)
	}
	if browsed := w.do("viewer", "GET", unit, "", "Accept", "text/html,*/*"); !strings.Contains(browsed.body, "<td>call_sign</td>") {
		t.Errorf("a browser gets %.200s", browsed.body)
	}
}

func TestDesktopSoftwareSignsInByName(t *testing.T) {
	w := newWorld(t)
	basic := func(path, name, word string) answer {
		r := w.request("GET", path, "")
		r.SetBasicAuth(name, word)
		return w.send(r)
	}
	for range 2 {
		w.want(basic("/ogc/collections", "viewer", password), 200, "")
	}
	w.want(basic("/tiles/shelter.json", "viewer", password), 200, "")
	w.want(basic("/api/ledgers/shelter", "viewer", password), 401, "unauthorized") // nowhere else
	refused := w.do("", "GET", "/ogc/collections", "")
	if challenge := refused.Header.Values("WWW-Authenticate"); len(challenge) != 2 || !strings.HasPrefix(challenge[1], "Basic ") {
		t.Errorf("challenged with %q", challenge)
	}
	if challenge := w.do("", "GET", "/tiles/shelter.json", "").Header.Values("WWW-Authenticate"); len(challenge) != 1 {
		t.Errorf("a tile challenges with %q", challenge)
	}
	body := `{"name": "viewer", "display": "viewer", "role": "viewer", "area": "130300", "clearance": 1, "password": "another-horse-2"}`
	w.want(w.do("admin", "PUT", "/api/accounts/"+id(1, 8).String(), body, "If-Match", `"2"`), 200, "")
	w.want(basic("/ogc/collections", "viewer", password), 401, "bad_credentials")
	w.want(basic("/ogc/collections", "viewer", "another-horse-2"), 403, "must_change_password")
	statuses := map[int]int{}
	for range 8 {
		statuses[basic("/ogc/collections", "planner", "wrong-horse-1").StatusCode]++
	}
	if statuses[401] != 5 || statuses[429] != 3 {
		t.Errorf("guessing is answered %v", statuses)
	}
}

// TestReadingSideKeepsTheMatrix asks for each operation as each role.
func TestReadingSideKeepsTheMatrix(t *testing.T) {
	w := newWorld(t)
	for path, action := range map[string]dispatch.Action{
		"/ogc/api": "ledger.read", "/ogc/collections": "ledger.read", "/ogc/collections/shelter": "ledger.read", "/ogc/collections/shelter/queryables": "ledger.read",
		itemsPath("shelter"): "ledger.read", "/ogc/tiles": "layer.read", "/ogc/tiles/shelter": "layer.read", "/ogc/tileMatrixSets": "layer.read",
		"/ogc/tileMatrixSets/WebMercatorQuad": "layer.read", "/ogc/styles": "layer.read", "/ogc/styles/city": "layer.read",
	} {
		for _, role := range dispatch.Roles {
			want := 403
			if role.May(action) != dispatch.Denied {
				want = 200
			}
			if a := w.do(string(role), "GET", path, ""); a.StatusCode != want {
				t.Errorf("%s as %s: %d, want %d", path, role, a.StatusCode, want)
			}
		}
		w.want(w.do("", "GET", path, ""), 401, "unauthorized")
		w.want(w.do("viewer", "POST", path, ""), 405, "method_not_allowed")
	}
	for _, path := range []string{"/ogc/tiles/nothing", "/ogc/tileMatrixSets/other", "/ogc/styles/other"} {
		w.want(w.do("viewer", "GET", path, ""), 404, "")
	}
}

// TestStyleAndTilesetsNameWhatIsServed: each layer of the style draws a part of
// a layer there is, and each address leads to a tile.
func TestStyleAndTilesetsNameWhatIsServed(t *testing.T) {
	w := newWorld(t)
	var style struct {
		Version int
		Sources map[string]struct{ Tiles []string }
		Layers  []struct {
			ID, Source string
			Part       string `json:"source-layer"`
		}
	}
	a := w.do("viewer", "GET", "/ogc/styles/city", "")
	w.decode(a, &style)
	parts := map[string]map[string]bool{}
	for name, source := range style.Sources {
		path := strings.NewReplacer(w.http.URL, "", "{z}", "9", "{x}", "426", "{y}", "194").Replace(source.Tiles[0])
		if got := w.do("viewer", "GET", path, "").StatusCode; got != http.StatusOK && got != http.StatusNoContent {
			t.Errorf("%s: %d", path, got)
		}
		var doc struct {
			TileJSON string
			Layers   []struct{ ID string } `json:"vector_layers"`
		}
		w.decode(w.do("viewer", "GET", "/tiles/"+name+".json", ""), &doc)
		parts[name] = map[string]bool{}
		for _, l := range doc.Layers {
			parts[name][l.ID] = true
		}
		var set struct {
			DataType, TileMatrixSetURI string
			Layers                     []struct{ ID string }
		}
		w.decode(w.do("viewer", "GET", "/ogc/tiles/"+name, ""), &set)
		if doc.TileJSON != "3.0.0" || set.DataType != "vector" || len(set.Layers) != len(doc.Layers) {
			t.Errorf("%s: TileJSON %s of %d layers, tileset of %d", name, doc.TileJSON, len(doc.Layers), len(set.Layers))
		}
	}
	if style.Version != 8 || len(style.Layers) < 10 {
		t.Errorf("style %d of %d layers", style.Version, len(style.Layers))
	}
	for _, l := range style.Layers {
		if l.Source != "" && !parts[l.Source][l.Part] {
			t.Errorf("%s draws %s of %s, which there is not", l.ID, l.Part, l.Source)
		}
	}
}

// TestDocumentsHaveWhatTheExamplesHave holds landing page and collections
// against the examples of the standard, where they can be read.
func TestDocumentsHaveWhatTheExamplesHave(t *testing.T) {
	const examples = "../../../shared/testdata/10-ogcapi/core"
	if _, err := os.Stat(examples); err != nil {
		t.Skipf("the shared test data are not here: %v", err)
	}
	w := newWorld(t)
	for file, path := range map[string]string{"LandingPage.json": "/ogc", "Collections.json": "/ogc/collections", "ConformsTo.json": "/ogc/conformance", "Collection.json": "/ogc/collections/shelter"} {
		raw, err := os.ReadFile(filepath.Join(examples, file))
		if err != nil {
			t.Fatal(err)
		}
		var want, have map[string]json.RawMessage
		if err := json.Unmarshal(raw, &want); err != nil {
			want = map[string]json.RawMessage{"links": nil} // two of them are broken where they come from
		}
		w.decode(w.do("viewer", "GET", path, ""), &have)
		for name := range want {
			if _, ok := have[name]; !ok {
				t.Errorf("%s has no %s", path, name)
			}
		}
	}
}
