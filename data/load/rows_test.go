package load

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"golang.org/x/text/encoding/simplifiedchinese"

	"onemap/dispatch"
	"onemap/geo"
	"onemap/geo/crs"
)

const shelterHead = `"code":"S-1","name":"示例广场","division":"130302001","sensitivity":0`
const shelterRest = `"class":"emergency","grade":"village","space":"outdoor","state":"ready","capacity":100,"occupancy":3`

// collection is a FeatureCollection of one feature with those members.
func collection(geometry, properties string) string {
	return fmt.Sprintf(`{"type":"FeatureCollection","features":[{"type":"Feature","geometry":%s,"properties":{%s}}]}`, geometry, properties)
}

const somewhere = `{"type":"Point","coordinates":[119.6,39.9]}`

func shelters(format string, datum crs.Datum, body string) ([]dispatch.Row, []string, []dispatch.RowProblem, error) {
	return Rows(dispatch.Shelters, format, datum, strings.NewReader(body))
}

func TestFeatureBecomesARow(t *testing.T) {
	t.Parallel()
	body := strings.Replace(collection(somewhere, shelterHead+","+shelterRest+`,"verify_by":"2026-12-01","keeper":{"name":"王（示例）","phones":["1"]}`),
		`"type":"Feature",`, `"type":"Feature","id":"01936b2e-7d5a-7c3e-9f00-0123456789ab",`, 1)
	rows, notes, problems, err := shelters("geojson", crs.CGCS2000, "\uFEFF"+body)
	if err != nil || len(problems) > 0 || len(rows) != 1 || len(notes) > 0 {
		t.Fatalf("%d rows, %v, %v, %v", len(rows), notes, problems, err)
	}
	e := rows[0].Entry
	if e.ID.String() != "01936b2e-7d5a-7c3e-9f00-0123456789ab" || e.SourceDatum != crs.CGCS2000 || e.VerifyBy.Format("0102") != "1201" || e.Geometry != (orb.Point{119.6, 39.9}) {
		t.Errorf("%+v", e)
	}
	want := &dispatch.Shelter{Class: "emergency", Grade: "village", Space: "outdoor", State: "ready", Capacity: 100, Occupancy: 3, Keeper: &dispatch.Person{Name: "王（示例）", Phones: []string{"1"}}}
	if diff := cmp.Diff(want, e.Detail); diff != "" {
		t.Error(diff)
	}
}

func TestEveryWrongPropertyIsNamed(t *testing.T) {
	t.Parallel()
	all := shelterHead + "," + shelterRest
	for name, c := range map[string]struct{ geometry, properties, path, code string }{
		"unknown":             {somewhere, all + `,"colour":"red"`, "colour", "unknown_field"},
		"other case (M14)":    {somewhere, all + `,"CAPACITY":5`, "CAPACITY", "unknown_field"},
		"twice":               {somewhere, all + `,"name":"again"`, "name", "duplicate"},
		"missing":             {somewhere, strings.Replace(all, `,"capacity":100`, "", 1), "capacity", "required"},
		"null for a number":   {somewhere, strings.Replace(all, `"capacity":100`, `"capacity":null`, 1), "capacity", "bad_type"},
		"text for a number":   {somewhere, strings.Replace(all, `"capacity":100`, `"capacity":"100"`, 1), "capacity", "bad_type"},
		"a half person":       {somewhere, strings.Replace(all, `"capacity":100`, `"capacity":99.5`, 1), "capacity", "bad_type"},
		"too large a number":  {somewhere, strings.Replace(all, `"capacity":100`, `"capacity":1e999`, 1), "capacity", "bad_type"},
		"not a day":           {somewhere, all + `,"verify_by":"2026-13-01"`, "verify_by", "bad_type"},
		"nested unknown":      {somewhere, all + `,"keeper":{"name":"x","phones":[],"Phones":["1"]}`, "keeper", "bad_type"},
		"no geometry":         {"null", all, "geometry", "required"},
		"infinite":            {`{"type":"Point","coordinates":[1e999,39]}`, all, "geometry", "bad_geometry"},
		"swapped":             {`{"type":"Point","coordinates":[39.9,119.6]}`, all, "geometry", "bad_geometry"},
		"one number":          {`{"type":"Point","coordinates":[39.9]}`, all, "geometry", "bad_geometry"},
		"collection":          {`{"type":"GeometryCollection","geometries":[]}`, all, "geometry", "bad_geometry"},
		"other datum claimed": {somewhere, all + `,"source_datum":"wgs84"`, "source_datum", "contradiction"},
	} {
		datum := crs.WGS84
		if c.path == "source_datum" {
			datum = crs.GCJ02
		}
		rows, _, problems, err := shelters("geojson", datum, collection(c.geometry, c.properties))
		if err != nil || len(rows) != 0 || len(problems) != 1 || problems[0].Path != c.path || problems[0].Code != c.code || problems[0].Line != 1 {
			t.Errorf("%s: %d rows, %v, %v", name, len(rows), problems, err)
		}
	}
	_, _, problems, _ := shelters("geojson", crs.WGS84, collection("null", `"colour":1`))
	if len(problems) != 12 { // 10 missing, one unknown, no geometry
		t.Errorf("%d problems in one row: %v", len(problems), problems)
	}
}

func TestFileThatIsNoneIsRefusedWhole(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ format, datum, body, code string }{
		"no datum":             {"geojson", "", collection(somewhere, shelterHead), "crs_required"},
		"no format":            {"shp", "wgs84", "", "bad_format"},
		"empty":                {"geojson", "wgs84", "", "bad_geojson"},
		"cut off":              {"geojson", "wgs84", collection(somewhere, shelterHead)[:90], "bad_geojson"},
		"two values":           {"geojson", "wgs84", collection(somewhere, shelterHead) + "{}", "bad_geojson"},
		"a bare feature":       {"geojson", "wgs84", `{"type":"Feature"}`, "bad_geojson"},
		"features twice":       {"geojson", "wgs84", `{"type":"FeatureCollection","features":[],"features":[]}`, "bad_geojson"},
		"geometry twice":       {"geojson", "wgs84", `{"type":"FeatureCollection","features":[{"geometry":null,"geometry":null}]}`, "bad_geojson"},
		"projected":            {"geojson", "wgs84", `{"type":"FeatureCollection","crs":{"properties":{"name":"EPSG:4527"}},"features":[]}`, "bad_geojson"},
		"nested":               {"geojson", "wgs84", `{"type":"FeatureCollection","features":` + strings.Repeat("[", 1_000_000), "bad_geojson"},
		"not UTF-8":            {"geojson", "wgs84", "{\"type\":\"FeatureCollection\",\"features\":[],\"x\":\"\xff\"}", "bad_geojson"},
		"no columns":           {"csv", "wgs84", "", "bad_csv"},
		"no place":             {"csv", "wgs84", "code,name\n", "bad_csv"},
		"half a place":         {"csv", "wgs84", "code,lon\n", "bad_csv"},
		"column twice":         {"csv", "wgs84", "code,code,lon,lat\n", "bad_csv"},
		"open quote":           {"csv", "wgs84", "code,lon,lat\n\"a,1,2\n", "bad_csv"},
		"stray quote":          {"csv", "wgs84", "code,lon,lat\na\"b,1,2\n", "bad_csv"},
		"behind a quote":       {"csv", "wgs84", "code,lon,lat\n\"a\"b,1,2\n", "bad_csv"},
		"short row":            {"csv", "wgs84", "code,lon,lat\na,1\n", "bad_csv"},
		"a million columns":    {"csv", "wgs84", strings.Repeat("a,", 1_000_000), "bad_csv"},
		"a cell of 5 MB":       {"csv", "wgs84", "code,lon,lat\n" + strings.Repeat("x", 5<<20) + ",1,2\n", "bad_csv"},
		"a quoted one":         {"csv", "wgs84", "code,lon,lat\n\"" + strings.Repeat("x", 5<<20) + "\",1,2\n", "bad_csv"},
		"neither UTF-8 nor 汉字": {"csv", "wgs84", "code,lon,lat\n\xff\xff,1,2\n", "bad_csv"},
		"larger than 64 MB":    {"csv", "wgs84", strings.Repeat("x", maxFile+1), "too_large"},
	} {
		rows, _, problems, err := shelters(c.format, crs.Datum(c.datum), c.body)
		if !errors.Is(err, &dispatch.Error{Code: c.code}) || rows != nil || problems != nil {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
}

func TestNestedCollectionsAreRefusedFromTheOutside(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat(`{"type":"GeometryCollection","geometries":[`, 5) + somewhere + strings.Repeat("]}", 5)
	_, _, problems, err := shelters("geojson", crs.WGS84, collection(deep, shelterHead+","+shelterRest))
	if err != nil || len(problems) != 1 || problems[0].Code != "bad_geometry" {
		t.Errorf("%v, %v", problems, err)
	}
}

const table1 = "code,name,division,sensitivity,class,grade,space,state,capacity,occupancy,note,lon,lat\n"

func TestTableBecomesRows(t *testing.T) {
	t.Parallel()
	body := "\uFEFF" + table1 +
		"S-1,示例一,130302001,0,emergency,village,outdoor,ready,100,3,\"第一行\r\n第二行, \"\"引\"\"\",119.6,39.9\r\n\r\n" +
		"S-2,'=1+1,130302001,0,emergency,village,outdoor,ready,100,,,119.6,39.9\n" +
		"S-3,示例三,130302001,0,emergency,village,outdoor,ready,many,0,,119.6,39.9\n" +
		"S-4,示例四,130302001,0,emergency,village,outdoor,ready,1,0,,\"119,6\",39.9\n" +
		"S-5,示例五,130302001,0,emergency,village,outdoor,ready,1,0,,119.6,39.9"
	rows, notes, problems, err := shelters("csv", crs.WGS84, body)
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 2 || rows[0].Line != 2 || rows[1].Line != 8 || rows[0].Note != "第一行\r\n第二行, \"引\"" {
		t.Errorf("rows %+v", rows)
	}
	if len(notes) != 1 || !strings.Contains(notes[0], "1 cells") {
		t.Errorf("notes %v", notes)
	}
	want := []dispatch.RowProblem{{Line: 5, Field: dispatch.Field{Path: "occupancy", Code: "required"}}, {Line: 6, Field: dispatch.Field{Path: "capacity", Code: "bad_type"}}, {Line: 7, Field: dispatch.Field{Path: "geometry", Code: "bad_geometry"}}}
	for i := range problems {
		problems[i].Text = ""
	}
	if diff := cmp.Diff(want, problems); diff != "" {
		t.Error(diff)
	}
}

func TestTableInGBKIsRead(t *testing.T) {
	t.Parallel()
	body, err := simplifiedchinese.GBK.NewEncoder().String(table1 + "S-1,山海关示例,130303,0,emergency,village,outdoor,ready,100,3,,119.6,39.9\n")
	if err != nil {
		t.Fatal(err)
	}
	rows, notes, problems, err := shelters("csv", crs.WGS84, body)
	if err != nil || len(problems) > 0 || len(rows) != 1 || rows[0].Name != "山海关示例" || fmt.Sprint(notes) != "[read as GB18030]" {
		t.Errorf("%+v, %v, %v, %v", rows, notes, problems, err)
	}
}

func TestUnknownColumnIsNamedBeforeAnyRow(t *testing.T) {
	t.Parallel()
	rows, _, problems, err := shelters("csv", crs.WGS84, "code,颜色,lon,lat\nS-1,红,1,2\n")
	if err != nil || len(rows) != 0 || len(problems) != 1 || problems[0].Path != "颜色" || problems[0].Line != 1 {
		t.Errorf("%v, %v", problems, err)
	}
}

func TestDatumIsTakenOffOnce(t *testing.T) {
	t.Parallel()
	truth := orb.Point{119.6, 39.9}
	for _, datum := range []crs.Datum{crs.GCJ02, crs.BD09} {
		shifted, err := crs.FromWGS84(datum, truth)
		if err != nil {
			t.Fatal(err)
		}
		body := collection(fmt.Sprintf(`{"type":"Point","coordinates":[%.9f,%.9f,12]}`, shifted[0], shifted[1]), shelterHead+","+shelterRest)
		rows, notes, problems, err := shelters("geojson", datum, body)
		if err != nil || len(problems) > 0 {
			t.Fatal(problems, err)
		}
		e := rows[0].Entry
		if d := geo.Distance(e.Point(), truth); d > 0.02 || e.SourceDatum != datum || len(notes) != 2 {
			t.Errorf("%s: %.3f m off, said to be from %s, %v", datum, d, e.SourceDatum, notes)
		}
		if e.Geometry != geo.Snap(e.Geometry) {
			t.Errorf("%v is not rounded", e.Geometry)
		}
	}
}

func TestFormulasAreGuardedAndComeBack(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"=HYPERLINK(1)", "＝1+1", "-2+3", "+1", "@x", "'=1", "''-1", "'quoted", "'", "plain", "－1"} {
		e := dispatch.Entry{Ledger: dispatch.Cameras, ID: dispatch.NewID(), Geometry: orb.Point{119.1234567, -39.5},
			Head:   dispatch.Head{Code: "K-1", Name: name, Note: "a\tb\r\n\"c\"", Division: "130302", SourceDatum: crs.BD09},
			Detail: &dispatch.Camera{State: "online"}}
		var out bytes.Buffer
		if err := Write(&out, e.Ledger, "csv", []*dispatch.Entry{&e}); err != nil {
			t.Fatal(err)
		}
		_, cells, _ := strings.Cut(out.String(), "\r\n")
		if cell := strings.Split(cells, ",")[2]; strings.ContainsAny(firstRune(cell), "=+-@＝＋－＠") {
			t.Errorf("%q is written as %q", name, cell)
		}
		rows, _, problems, err := Rows(e.Ledger, "csv", crs.WGS84, &out)
		if err != nil || len(problems) > 0 {
			t.Fatal(problems, err)
		}
		if diff := cmp.Diff(e, rows[0].Entry); diff != "" {
			t.Errorf("%q: %s", name, diff)
		}
	}
}

func FuzzGeoJSON(f *testing.F) {
	f.Add([]byte(collection(somewhere, shelterHead+","+shelterRest)))
	f.Add([]byte(`{"type":"FeatureCollection","crs":null,"features":[{"id":7,"geometry":null,"properties":null}]}`))
	f.Fuzz(func(t *testing.T, body []byte) { comesBack(t, "geojson", body) })
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte(table1 + "S-1,'=1,130302001,0,emergency,village,outdoor,ready,100,3,\"a\r\n\"\"b\",119.6,39.9\n"))
	f.Add([]byte("geometry,id,code\n\"{\"\"type\"\":\"\"Point\"\"}\",,\xd6\xd0\n"))
	f.Fuzz(func(t *testing.T, body []byte) { comesBack(t, "csv", body) })
}

// comesBack checks that whatever is read can be written and read again as it was.
func comesBack(t *testing.T, format string, body []byte) {
	rows, _, _, err := Rows(dispatch.Shelters, format, crs.WGS84, bytes.NewReader(body))
	if err != nil || len(rows) == 0 {
		return
	}
	var entries []*dispatch.Entry
	for i := range rows {
		entries = append(entries, &rows[i].Entry)
	}
	for _, as := range []string{"geojson", "csv"} {
		var out bytes.Buffer
		if err := Write(&out, dispatch.Shelters, as, entries); err != nil {
			t.Fatal(err)
		}
		again, _, problems, err := Rows(dispatch.Shelters, as, crs.WGS84, &out)
		if err != nil || len(problems) > 0 || len(again) != len(rows) {
			t.Fatalf("as %s: %v, %v", as, problems, err)
		}
		for i := range again {
			if again[i].ID == entries[i].ID {
				if diff := cmp.Diff(*entries[i], again[i].Entry); diff != "" {
					t.Errorf("as %s: %s", as, diff)
				}
			}
		}
	}
}
