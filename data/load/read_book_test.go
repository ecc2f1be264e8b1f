package load

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/xuri/excelize/v2"

	"onemap/dispatch"
)

// bookOf makes a workbook of one sheet as a county office would: a title over
// the table, a county merged down its rows, few decimals shown.
func bookOf(t testing.TB) []byte {
	t.Helper()
	book := excelize.NewFile()
	defer book.Close()
	sheet := "Sheet1"
	for at, v := range map[string]any{
		"A1": "避难场所台账", "A2": "县区", "B2": "名称", "C2": "经度", "D2": "纬度", "E2": "复核日期",
		"A3": "海港区", "B3": "东山", "C3": 119.606212345, "D3": 39.94, "E3": 46000, "B4": "西山", "C4": 119.61, "D4": 39.95,
	} {
		if err := book.SetCellValue(sheet, at, v); err != nil {
			t.Fatal(err)
		}
	}
	two, err := book.NewStyle(&excelize.Style{NumFmt: 2})
	if err != nil {
		t.Fatal(err)
	}
	day, err := book.NewStyle(&excelize.Style{NumFmt: 14})
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{book.MergeCell(sheet, "A1", "E1"), book.MergeCell(sheet, "A3", "A4"), book.SetCellStyle(sheet, "C3", "C4", two), book.SetCellStyle(sheet, "E3", "E3", day)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := book.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestWorkbook(t *testing.T) {
	r := readBytes(t, bookOf(t), dispatch.ReadOptions{})
	if r.refused != nil || r.shape.Header != 2 || len(r.rows) != 2 || r.rows[1].Cells["县区"] != "海港区" || len(r.shape.Notes) != 1 {
		t.Fatalf("%+v %+v", r.refused, r)
	}
	if c := r.rows[0].Cells; c["经度"] != "119.606212345" || c["复核日期"] != "2025-12-09" || c["名称"] != "东山" {
		t.Errorf("%v", c)
	}
	readBytes(t, bookOf(t), dispatch.ReadOptions{Layer: "x"}).wantRefusal(t, "no such sheet", "layer_unknown")
	readBytes(t, bookOf(t), dispatch.ReadOptions{Header: 99}).wantRefusal(t, "no such row", "bad_file")
}

// packed makes a GeoPackage with the statements on top.
func packed(t testing.TB, srs int, statements ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.gpkg")
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	blob, err := gpkgGeometry(orb.Point{120.0, 39.9})
	if err != nil {
		t.Fatal(err)
	}
	if srs == 4549 {
		if blob, err = gpkgGeometry(orb.Point{500_000, 4_418_000}); err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range append([]string{gpkgHead,
		`insert into gpkg_spatial_ref_sys values ('x', 4549, 'EPSG', 4549, 'undefined', null), ('y', 2437, 'EPSG', 2437, 'PROJCS["Beijing 1954 / 3-degree GK CM 120E",GEOGCS["Beijing 1954"]]', null)`,
		`create table shelter (fid integer primary key, geom geometry, 名称 text, n integer)`,
		`insert into gpkg_contents values ('shelter', 'features', 'shelter', '', '2026-01-01', 0, 0, 0, 0, 4326)`,
	}, statements...) {
		if _, err := db.ExecContext(context.Background(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	if _, err := db.ExecContext(context.Background(), `insert into gpkg_geometry_columns values ('shelter', 'geom', 'POINT', ?, 0, 0)`, srs); err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(context.Background(), `insert into shelter values (1, ?, '东山', 7), (2, x'00', 'bad', null)`, blob); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestGeoPackage(t *testing.T) {
	for srs, lon := range map[int]float64{4326: 120, 4549: 120} {
		r := readPath(t, packed(t, srs), dispatch.ReadOptions{})
		if r.refused != nil || len(r.rows) != 2 || r.rows[0].Cells["名称"] != "东山" || r.rows[0].Cells["n"] != "7" || r.rows[1].Wrong == nil {
			t.Fatalf("%d: %+v %+v", srs, r.refused, r.rows)
		}
		if p := shapeIn(t, r.rows[0].Geometry).(orb.Point); p[0] != lon || p[1] < 39.8 || p[1] > 40 {
			t.Errorf("%d: %v", srs, p)
		}
	}
	readPath(t, packed(t, 2437), dispatch.ReadOptions{}).wantRefusal(t, "Beijing 54", "crs_unknown")
	readPath(t, packed(t, 4326), dispatch.ReadOptions{Layer: "x"}).wantRefusal(t, "no such table", "layer_unknown")
}

// TestGeoPackageThatWouldAct: torture line 83.
func TestGeoPackageThatWouldAct(t *testing.T) {
	view := packed(t, 4326, `alter table shelter rename to s2`, `create view shelter as select 1 as fid, null as geom, 'x' as 名称, 1 as n`,
		`create trigger shelter_in instead of insert on shelter begin select 1; end`)
	readPath(t, view, dispatch.ReadOptions{}).wantRefusal(t, "a view", "bad_file")
	trigger := packed(t, 4326, `create trigger t after insert on shelter begin update shelter set n = 8; end`)
	if r := readPath(t, trigger, dispatch.ReadOptions{}); r.refused != nil {
		t.Errorf("a trigger that never runs: %+v", r.refused)
	}
	bomb := packed(t, 4326, `insert into gpkg_contents select 'v', 'features', 'v', '', '2026-01-01', 0, 0, 0, 0, 4326`,
		`create view v as with recursive c(x) as (select 1 union all select x+1 from c) select x as fid, null as geom from c`, `insert into gpkg_geometry_columns values ('v', 'geom', 'POINT', 4326, 0, 0)`)
	readPath(t, bomb, dispatch.ReadOptions{Layer: "v"}).wantRefusal(t, "an endless view", "layer_unknown")
}

// TestWellKnownBinaryThatLies: torture lines 63 and 64.
func TestWellKnownBinaryThatLies(t *testing.T) {
	for name, text := range map[string]string{
		"count 0xFFFFFFFF":     "0102000000ffffffff",
		"parts 0xFFFFFFFF":     "0106000000ffffffff",
		"nested":               strings.Repeat("010700000001000000", 1000),
		"cut off":              "0101000000000000",
		"byte order 7":         "0701000000",
		"type 99":              "0163000000",
		"bytes behind the end": "0101000000" + strings.Repeat("00", 17),
	} {
		raw, err := hex.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		if g, err := wellKnown(raw); err == nil {
			t.Errorf("%s: %v", name, g)
		}
	}
	z, err := wellKnown(append([]byte{0, 0, 0, 3, 0xE9}, bytes.Repeat([]byte{0x40, 0, 0, 0, 0, 0, 0, 0}, 3)...))
	if err != nil || z != (orb.Point{2, 2}) {
		t.Errorf("big endian with height: %v %v", z, err)
	}
}

// TestArchives: torture lines 73 to 77.
func TestArchives(t *testing.T) {
	lying := zipOf(t, "doc.kml", "<kml/>")
	at := bytes.LastIndex(lying, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint32(lying[at+16:], 0xDEADBEEF) // CRC
	for name, c := range map[string]struct {
		body []byte
		code string
	}{
		"ratio":            {zipOf(t, "doc.kml", strings.Repeat(" ", 64<<20)), "archive_unsafe"},
		"ratio, workbook":  {zipOf(t, "xl/workbook.xml", strings.Repeat(" ", 64<<20)), "archive_unsafe"},
		"many files":       {zipOf(t, manyFiles(1001)...), "archive_unsafe"},
		"nested":           {zipOf(t, "x.zip", "PK"), "archive_unsafe"},
		"up":               {zipOf(t, "../../x.shp", "x"), "archive_unsafe"},
		"absolute":         {zipOf(t, "/x.shp", "x"), "archive_unsafe"},
		"backslash":        {zipOf(t, `a\..\x.shp`, "x"), "archive_unsafe"},
		"device":           {zipOf(t, "a/Com1.shp", "x"), "archive_unsafe"},
		"twice":            {zipOf(t, "a.kml", "x", "a.kml", "y"), "archive_unsafe"},
		"CRC":              {lying, "archive_unsafe"},
		"nothing of use":   {zipOf(t, "a.txt", "x"), "bad_format"},
		"no .dbf":          {zipOf(t, "a.shp", "x", "a.prj", "x"), "bad_file"},
		"2 GB in 1 kB":     {zipOf(t, "a.shp", shpHead(0x3FFFFFFF)+strings.Repeat("\x00", 924), "a.dbf", emptyDBF), "bad_file"},
		"counts differ":    {zipOf(t, "a.shp", shpHead(50), "a.dbf", oneRowDBF), "bad_file"},
		"Xi'an 80":         {zipOf(t, "a.shp", shpHead(50), "a.dbf", emptyDBF, "a.prj", `PROJCS["Xian_1980_3_Degree_GK_CM_120E",GEOGCS["GCS_Xian_1980"]]`), "crs_unknown"},
		"UTM":              {zipOf(t, "a.shp", shpHead(50), "a.dbf", emptyDBF, "a.prj", `PROJCS["WGS_1984_UTM_Zone_50N",GEOGCS["GCS_WGS_1984"],PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",500000.0],PARAMETER["Central_Meridian",117.0],PARAMETER["Scale_Factor",0.9996]]`), "crs_unknown"},
		"code page 949":    {zipOf(t, "a.shp", shpHead(50), "a.dbf", emptyDBF, "a.cpg", "949"), "encoding_unknown"},
		"shifted columns":  {zipOf(t, "a.shp", shpHead(50), "a.dbf", strings.Replace(emptyDBF, "\x05\x00\x00", "\x04\x00\x00", 1)), "bad_file"},
		"not a zip at all": {[]byte("PK\x03\x04 and nothing"), "archive_unsafe"},
	} {
		readBytes(t, c.body, dispatch.ReadOptions{}).wantRefusal(t, name, c.code)
	}
}

func manyFiles(n int) (pairs []string) {
	for i := range n {
		pairs = append(pairs, hex.EncodeToString([]byte{byte(i >> 8), byte(i)}), "")
	}
	return pairs
}

// shpHead is the header of a .shp that says its length in words.
func shpHead(words uint32) string {
	head := make([]byte, 100)
	binary.BigEndian.PutUint32(head, 9994)
	binary.BigEndian.PutUint32(head[24:], words)
	return string(head)
}

// emptyDBF has one column of four characters and no row; oneRowDBF has a row.
var (
	emptyDBF  = dbfHead(0) + "\x0D\x1A"
	oneRowDBF = dbfHead(1) + "\x0D abcd\x1A"
)

func dbfHead(rows uint32) string {
	head := make([]byte, 64)
	head[0] = 3
	binary.LittleEndian.PutUint32(head[4:], rows)
	copy(head[8:], "\x41\x00\x05\x00\x00")
	copy(head[32:], "name\x00\x00\x00\x00\x00\x00\x00C")
	head[48] = 4
	return string(head)
}

// FuzzReadFile: whatever is sent, the reading ends with a shape or a refusal
// that has a name.
func FuzzReadFile(f *testing.F) {
	f.Add([]byte("a,b\n1,2\n"))
	f.Add([]byte(`{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null,"properties":{"a":1}}]}`))
	f.Add([]byte(`<kml><Folder><Placemark><name>x</name><Point><coordinates>1,2</coordinates></Point></Placemark></Folder></kml>`))
	f.Add([]byte(`<gpx><wpt lat="1" lon="2"/><trk><trkseg><trkpt lat="1" lon="2"/></trkseg></trk></gpx>`))
	f.Add(zipOf(f, "a.shp", shpHead(50), "a.dbf", emptyDBF))
	f.Add(zipOf(f, "a.shp", shpHead(64)+"\x00\x00\x00\x01\x00\x00\x00\x0A\x01\x00\x00\x00"+strings.Repeat("\x00", 16), "a.dbf", oneRowDBF))
	f.Fuzz(func(t *testing.T, body []byte) {
		r := readBytes(t, body, dispatch.ReadOptions{})
		if r.refused != nil && r.refused.Code == "" || r.refused != nil && strings.Contains(r.refused.Text, "the reader gave up") {
			t.Errorf("%+v", r.refused)
		}
	})
}

// FuzzShape: no record of a .shp and no well-known binary makes its reader fall.
func FuzzShape(f *testing.F) {
	f.Add([]byte{5, 0, 0, 0})
	f.Add(append([]byte{3, 0, 0, 0}, make([]byte, 100)...))
	f.Add([]byte{1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) >= 4 {
			if g, _, err := shapeOf(b); err == nil && g != nil && g.GeoJSONType() == "" {
				t.Error("a shape without a type")
			}
		}
		if g, err := packedShape(append([]byte{'G', 'P', 0, 1, 0, 0, 0, 0}, b...)); err == nil && g == nil {
			t.Error("neither shape nor reason")
		}
	})
}
