package main

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// floors is the plan of the house: a room imports only rooms on lower floors.
// A planned room need not exist yet; a room that exists is planned.
var floors = map[string]int{
	"cmd/onemap":   8,                 // wires, and nothing else
	"dispatch/web": 7, "data/load": 7, // the two doors people use
	"dispatch/bench": 7,                           // a client that measures, by the public API alone
	"dispatch/live":  6, "data": 6, "data/osm": 6, // what is now, what was, the OSM formats
	"dispatch/wire/jt808": 6, "dispatch/wire/cap": 6, "dispatch/wire/cot": 6, "dispatch/wire/mqtt": 6,
	"dispatch/wire/osmand": 6, "dispatch/wire/nmea": 6, "dispatch/wire/gpx": 6, "dispatch/wire/kml": 6, // foreign tongues
	"dispatch/study": 5, "dispatch/supply": 5, "dispatch/shelter": 5, "dispatch/warn": 5,
	"dispatch/level": 5, "dispatch/report": 5, "dispatch/drill": 5, // further desks, one ledger each
	"dispatch/wire/markup": 5,                         // XML from strangers, for the rooms that read it
	"dispatch":             4,                         // the desk
	"geo/site":             3,                         // where the next sites go, and who goes to which
	"geo/cover":            3, "geo/road/roadtest": 3, // who is reached, who is not
	"geo/road":     2,                                             // time on the road
	"dispatch/cql": 2,                                             // filters of other people's software, on any features
	"geo/index":    1, "geo/crs": 1, "geo/overlay": 1, "tiles": 1, // near, datums, polygons, tile addresses
	"data/pgtest": 1, "data/demo": 1, // test cluster, demo city
	"geo": 0, "frontend": 0, "data/cluster": 0, // metres and points, embedded client, private PostgreSQL
}

// door says where a guest module may enter: by rooms of the house, and by their
// tests. Anywhere is "*"; cmd/onemap tests the whole and may use any guest.
type door struct{ rooms, tests []string }

var doors = map[string]door{
	"github.com/paulmach/orb":             {rooms: []string{"*"}}, // the shapes everybody speaks of
	"github.com/google/uuid":              {rooms: []string{"*"}},
	"golang.org/x/sync":                   {rooms: []string{"*"}},
	"github.com/twpayne/go-geos":          {rooms: []string{"geo/overlay"}}, // GEOS: C memory stays in one room
	"github.com/jackc/pgx/v5":             {rooms: []string{"data", "data/pgtest"}},
	"github.com/jackc/tern/v2":            {rooms: []string{"data"}},                                         // migrations under a lock
	"github.com/labstack/echo/v4":         {rooms: []string{"dispatch/web"}},                                 // routes and middleware
	"github.com/gorilla/websocket":        {rooms: []string{"dispatch/web", "dispatch/bench"}},               // RFC 6455, both ends
	"github.com/oapi-codegen/runtime":     {rooms: []string{"dispatch/web"}},                                 // what the generated API calls
	"github.com/prometheus/client_golang": {rooms: []string{"dispatch/web"}},                                 // the metrics text
	"github.com/alecthomas/kong":          {rooms: []string{"cmd/onemap"}},                                   // settings from one struct
	"golang.org/x/crypto":                 {rooms: []string{"dispatch/web"}},                                 // argon2id
	"github.com/xuri/excelize/v2":         {rooms: []string{"data/load"}},                                    // workbooks in and out
	"github.com/mattn/go-sqlite3":         {rooms: []string{"data/load"}, tests: []string{"dispatch/cql"}},   // GeoPackages in and out
	"golang.org/x/text":                   {rooms: []string{"dispatch", "data/load", "dispatch/wire/jt808"}}, // Unicode forms, GBK, GB 18030
	"go.yaml.in/yaml/v3":                  {rooms: []string{"dispatch/web"}},                                 // the contract, read at start
	"github.com/eclipse/paho.mqtt.golang": {rooms: []string{"dispatch/wire/mqtt"}},                           // MQTT 3.1.1 towards a broker
	"github.com/mochi-mqtt/server/v2":     {tests: []string{"dispatch/wire/mqtt"}},                           // and a broker to try it with
	"software.sslmate.com/src/go-pkcs12":  {rooms: []string{"dispatch/wire/cot"}},                            // key stores that TAK clients read
	"google.golang.org/protobuf":          {rooms: []string{"dispatch/wire/cot"}},                            // tags and varints, by hand
	"github.com/mozillazg/go-pinyin":      {rooms: []string{"dispatch"}},                                     // search by first letters
	"github.com/getkin/kin-openapi":       {tests: []string{"dispatch/web"}},
	"github.com/google/go-cmp":            {tests: []string{"*"}},
	"pgregory.net/rapid":                  {tests: []string{"*"}},
}

// room is what the test reads of `go list -json`.
type room struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
}

func TestHouseStandsAsPlanned(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-e", "-json=ImportPath,Imports,TestImports,XTestImports", "onemap/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	rooms := json.NewDecoder(strings.NewReader(string(out)))
	for seen := 0; ; seen++ {
		var r room
		if err := rooms.Decode(&r); errors.Is(err, io.EOF) {
			if seen < 5 {
				t.Errorf("go list shows %d rooms: the house is not looked at", seen)
			}
			return
		} else if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimPrefix(r.ImportPath, "onemap/")
		if _, planned := floors[name]; !planned {
			t.Errorf("%s is not in the plan of the house", name)
			continue
		}
		for _, path := range r.Imports {
			judge(t, name, path, false)
		}
		for _, path := range slices.Concat(r.TestImports, r.XTestImports) {
			judge(t, name, path, true)
		}
	}
}

// judge checks one import of one room, by its tests or by the room itself.
func judge(t *testing.T, name, path string, byTest bool) {
	t.Helper()
	if to, own := strings.CutPrefix(path, "onemap/"); own {
		sideways := floors[to] == floors[name] && !byTest                    // a test may ask the neighbour it will be wired to
		above := floors[to] > floors[name] && (!byTest || !within(to, name)) // and what was made for testing it
		if to != name && (above || sideways) {
			t.Errorf("%s (floor %d) imports %s (floor %d): rooms import only what is below", name, floors[name], to, floors[to])
		}
		return
	}
	host, _, _ := strings.Cut(path, "/")
	if !strings.Contains(host, ".") {
		return // the standard library, and cgo's "C"
	}
	for guest, d := range doors {
		if !within(path, guest) {
			continue
		}
		open := slices.ContainsFunc(d.rooms, func(r string) bool { return r == "*" || within(name, r) })
		if byTest {
			open = open || name == "cmd/onemap" || slices.ContainsFunc(d.tests, func(r string) bool { return r == "*" || within(name, r) })
		}
		if !open {
			t.Errorf("%s lets in %s (tests: %t), whose doors are %v and the tests of %v", name, path, byTest, d.rooms, d.tests)
		}
		return
	}
	t.Errorf("%s lets in %s, a guest nobody has announced", name, path)
}

// within reports whether path is dir or below it. The rooms under data are
// rooms of their own, so "data" means itself only.
func within(path, dir string) bool {
	return path == dir || dir != "data" && strings.HasPrefix(path, dir+"/")
}
