package geo

import (
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
	"pgregory.net/rapid"
)

func TestEveryPlainGeometryIsRead(t *testing.T) {
	cases := map[string]orb.Geometry{
		`{"type":"Point","coordinates":[119.6,39.9]}`:                                          orb.Point{119.6, 39.9},
		` { "coordinates" : [ -1.5e1 , 0 ] , "type" : "Point" } `:                              orb.Point{-15, 0},
		`{"type":"MultiPoint","coordinates":[[1,2],[3,4]]}`:                                    orb.MultiPoint{{1, 2}, {3, 4}},
		`{"type":"LineString","coordinates":[[1,2],[3,4]]}`:                                    orb.LineString{{1, 2}, {3, 4}},
		`{"type":"MultiLineString","coordinates":[[[1,2],[3,4]]]}`:                             orb.MultiLineString{{{1, 2}, {3, 4}}},
		`{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}`:                         orb.Polygon{{{0, 0}, {1, 0}, {1, 1}, {0, 0}}},
		`{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]]]}`:                  orb.MultiPolygon{{{{0, 0}, {1, 0}, {1, 1}, {0, 0}}}},
		`{"bbox":[1,2,1,2],"note":{"a":[true,null,"\"]"]},"type":"Point","coordinates":[1,2]}`: orb.Point{1, 2},
		`{"\u0074ype":"Point","coordinates":[1,2]}`:                                            orb.Point{1, 2},
	}
	for raw, want := range cases {
		got, flattened, err := ParseFlatGeoJSON([]byte(raw), 100)
		if err != nil || flattened || !orb.Equal(got, want) {
			t.Errorf("%s: %v, %v, %v", raw, got, flattened, err)
		}
	}
}

func TestAltitudesAreDroppedAndTold(t *testing.T) {
	for _, raw := range []string{
		`{"type":"Point","coordinates":[1,2,35.5]}`,
		`{"type":"LineString","coordinates":[[1,2],[3,4,5,6]]}`,
	} {
		if _, flattened, err := ParseFlatGeoJSON([]byte(raw), 100); err != nil || !flattened {
			t.Errorf("%s: flattened %v, %v", raw, flattened, err)
		}
	}
}

func TestWhatIsNoGeometryIsRefusedByPlace(t *testing.T) {
	point := func(c string) string { return `{"type":"Point","coordinates":` + c + `}` }
	cases := map[string]string{
		``:                                     "an object belongs here",
		`[]`:                                   "an object belongs here",
		`{"type":"Point"}`:                     "no coordinates",
		`{"coordinates":[1,2]}`:                "no type",
		`{"type":1,"coordinates":[1,2]}`:       "a string belongs here",
		`{"type":"point","coordinates":[1,2]}`: `type "point"`,
		`{"type":"GeometryCollection","geometries":[]}`:                                                        "no coordinates",
		`{"type":"GeometryCollection","coordinates":[]}`:                                                       `type "GeometryCollection"`,
		`{"type":"Point","coordinates":[1,2],"coordinates":[3,4]}`:                                             "twice",
		`{"type":"Point","coordinates":[1,2],"crs":{}}`:                                                        "a crs member",
		`{"type":"Point","coordinates":[1,2]} x`:                                                               "text after the end",
		`{"type":"Point","coordinates":[1,2]`:                                                                  "end of the object",
		`{"type":"Point","coordinates":[1,2],"a":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + "}": "nested more than",
		"{\"type\":\"Point\xff\",\"coordinates\":[1,2]}":                                                       "not UTF-8",
		point(`null`):                           "coordinates: a position belongs here",
		point(`[]`):                             "coordinates",
		point(`[1]`):                            "a position of one number",
		point(`[1,null]`):                       "not a JSON value",
		point(`[1,NaN]`):                        "not a JSON value",
		point(`[1,1e999]`):                      "not a finite number",
		point(`[1,01]`):                         "end of the array",
		point(`[1,"2"]`):                        "not a JSON value",
		point(`[1,2,3,4,5]`):                    "more than four numbers",
		point(`[39.9,119.6]`):                   "swapped?",
		point(`[1,2,]`):                         "not a JSON value",
		`{"type":"Polygon","coordinates":[]}`:   "coordinates: empty",
		`{"type":"Polygon","coordinates":[[]]}`: "coordinates[0]: empty",
		`{"type":"Polygon","coordinates":[[[0,0],[1,0],[1],[0,0]]]}`:                "coordinates[0][2]: a position of one number",
		`{"type":"LineString","coordinates":[[0,0],[1,999]]}`:                       "coordinates[1]: ",
		`{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],7]]]}`:           "coordinates[0][0][3]: a position belongs here",
		`{"type":"LineString","coordinates":[[0,0],[0,0],[0,0],[0,0],[0,0],[0,0]]}`: "more than 5 positions",
	}
	for raw, want := range cases {
		g, err := ParseGeoJSON([]byte(raw), 5)
		if err == nil || g != nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.80s: %v, %v; want %s", raw, g, err, want)
		}
		var invalid *Invalid
		if !errors.Is(err, ErrNotGeoJSON) && !errors.As(err, &invalid) {
			t.Errorf("%.80s: %v is of no known kind", raw, err)
		}
	}
}

func TestADeepNestIsRefusedBeforeItCosts(t *testing.T) {
	deep := []byte(`{"type":"Polygon","coordinates":` + strings.Repeat("[", 5_000_000))
	if _, err := ParseGeoJSON(deep, 100); err == nil {
		t.Error("accepted")
	}
	inName := []byte(`{"x":` + strings.Repeat(`{"x":`, 1_000_000))
	if _, err := ParseGeoJSON(inName, 100); err == nil {
		t.Error("accepted")
	}
}

func TestTooManyPositionsStopTheReading(t *testing.T) {
	raw := []byte(`{"type":"MultiPoint","coordinates":[[1,2]` + strings.Repeat(",[1,2]", 100_000) + `]}`)
	_, err := ParseGeoJSON(raw, 10_000)
	if !errors.Is(err, ErrTooManyVertices) {
		t.Errorf("got %v", err)
	}
}

func TestWritingIsShortAndExact(t *testing.T) {
	cases := map[string]orb.Geometry{
		`{"type":"Point","coordinates":[119.6,39]}`:                                                                              orb.Point{119.6, 39},
		`{"type":"Point","coordinates":[0,-0.0000001]}`:                                                                          orb.Point{math.Copysign(0, -1), -0.0000001},
		`{"type":"Point","coordinates":[0,0]}`:                                                                                   orb.Point{-0.00000004, 0.00000004},
		`{"type":"Point","coordinates":[119.1234568,-39.5]}`:                                                                     orb.Point{119.12345678, -39.5},
		`{"type":"MultiPoint","coordinates":[]}`:                                                                                 orb.MultiPoint{},
		`{"type":"LineString","coordinates":[[1,2],[3.25,4]]}`:                                                                   orb.LineString{{1, 2}, {3.25, 4}},
		`{"type":"MultiLineString","coordinates":[[[1,2],[3,4]]]}`:                                                               orb.MultiLineString{{{1, 2}, {3, 4}}},
		`{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}`:                                                           orb.Ring{{0, 0}, {1, 0}, {1, 1}, {0, 0}},
		`{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]]]}`:                                                    orb.MultiPolygon{{{{0, 0}, {1, 0}, {1, 1}, {0, 0}}}},
		`{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]},{"type":"Point","coordinates":[3,4]}]}`: orb.Collection{orb.Point{1, 2}, orb.Point{3, 4}},
	}
	for want, g := range cases {
		got, err := MarshalGeoJSON(g)
		if err != nil || string(got) != want {
			t.Errorf("%v: %s, %v; want %s", g, got, err, want)
		}
	}
}

func TestWhatCannotBeWrittenLeavesTheBufferAlone(t *testing.T) {
	before := []byte(`"geometry":`)
	for _, g := range []orb.Geometry{nil, orb.Point{math.NaN(), 0}, orb.LineString{{0, 0}, {math.Inf(1), 0}}, orb.Collection{orb.Collection{}}} {
		got, err := AppendGeoJSON(before, g)
		if err == nil || string(got) != string(before) {
			t.Errorf("%v: %s, %v", g, got, err)
		}
	}
}

func TestWhatIsWrittenReadsBackSnapped(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		line := orb.LineString(rapid.SliceOfN(rapid.Custom(func(t *rapid.T) orb.Point {
			return orb.Point{rapid.Float64Range(-180, 180).Draw(t, "lon"), rapid.Float64Range(-90, 90).Draw(t, "lat")}
		}), 1, 20).Draw(t, "line"))
		raw, err := MarshalGeoJSON(line)
		if err != nil {
			t.Fatal(err)
		}
		back, err := ParseGeoJSON(raw, 20)
		if err != nil {
			t.Fatalf("%s: %v", raw, err)
		}
		for i, p := range back.(orb.LineString) {
			if p[0] != snap(line[i][0]) || p[1] != snap(line[i][1]) {
				t.Fatalf("%v came back as %v", line[i], p)
			}
		}
	})
}

func TestForeignGeometriesAreReadAsOrbReadsThem(t *testing.T) {
	const folder = "../../shared/testdata/11-geojson"
	if _, err := os.Stat(folder); err != nil {
		t.Skip("the shared test data are not here")
	}
	read := 0
	err := filepath.WalkDir(folder, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, "json") {
			return err
		}
		raw, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		got, err := ParseGeoJSON(raw, 100_000)
		if err != nil {
			return nil // most are features, or meant to be refused
		}
		read++
		theirs, err := geojson.UnmarshalGeometry(raw)
		if err != nil || !orb.Equal(theirs.Geometry(), got) {
			t.Errorf("%s: %v, orb %v, %v", name, got, theirs, err)
		}
		return nil
	})
	if err != nil || read < 5 {
		t.Errorf("%d geometries read, %v", read, err)
	}
}

func FuzzParseGeoJSON(f *testing.F) {
	for _, seed := range []string{
		`{"type":"Point","coordinates":[119.6,39.9]}`,
		`{"coordinates":[[[0,0],[1,0.5e-3],[1,1],[0,0]]],"type":"Polygon","bbox":[0,0,1,1]}`,
		`{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]]],"x":{"y":["\u00e9",true]}}`,
		`{"type":"LineString","coordinates":[[1,2,3],[4,5]]}`,
		`{"type":"Point","coordinates":[1e999,NaN]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		g, err := ParseGeoJSON(raw, 1000)
		if err != nil {
			if g != nil {
				t.Fatal("a geometry beside an error")
			}
			return
		}
		theirs, err := geojson.UnmarshalGeometry(raw)
		if err == nil && len(raw) < 4096 && theirs.Geometry() != nil && !orb.Equal(theirs.Geometry(), g) {
			t.Fatalf("%s: %v, orb reads %v", raw, g, theirs.Geometry())
		}
		_ = CheckGeometry(g, 1000)
		written, err := MarshalGeoJSON(g)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ParseGeoJSON(written, 1000); err != nil {
			t.Fatalf("%s does not read back: %v", written, err)
		}
	})
}

func BenchmarkParseGeoJSON(b *testing.B) {
	raw, err := MarshalGeoJSON(circle(10_000))
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		if _, err := ParseGeoJSON(raw, 20_000); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendGeoJSON(b *testing.B) {
	g := circle(10_000)
	buf, _ := MarshalGeoJSON(g)
	b.SetBytes(int64(len(buf)))
	for b.Loop() {
		buf, _ = AppendGeoJSON(buf[:0], g)
	}
}
