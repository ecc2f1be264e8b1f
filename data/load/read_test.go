package load

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"onemap/dispatch"
)

// reading is what ReadFile made of a file.
type reading struct {
	rows    []FileRow
	shape   dispatch.FileShape
	refused *dispatch.Error
}

func (r reading) wrong() (all []string) {
	for _, row := range r.rows {
		if row.Wrong != nil {
			all = append(all, row.Wrong.Text)
		}
	}
	return all
}

func readPath(t testing.TB, path string, o dispatch.ReadOptions) (r reading) {
	t.Helper()
	var out bytes.Buffer
	if err := ReadFile(&out, path, o); err != nil {
		t.Fatal(err)
	}
	lines := bytes.Split(bytes.TrimSpace(out.Bytes()), []byte("\n"))
	for i, raw := range lines {
		var l Line
		if err := json.Unmarshal(raw, &l); err != nil {
			t.Fatalf("line %d: %v", i, err)
		}
		switch {
		case l.Row != nil:
			r.rows = append(r.rows, *l.Row)
		case l.Refused != nil:
			r.refused = l.Refused
		case l.End != nil:
			r.shape = *l.End
		}
		if (l.Refused != nil || l.End != nil) != (i == len(lines)-1) {
			t.Fatalf("%s: the end is line %d of %d", path, i+1, len(lines))
		}
	}
	return r
}

func readBytes(t testing.TB, body []byte, o dispatch.ReadOptions) reading {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, body, 0o600); err != nil {
		t.Fatal(err)
	}
	return readPath(t, path, o)
}

func (r reading) wantRefusal(t testing.TB, what, code string) {
	t.Helper()
	if r.refused == nil || r.refused.Code != code {
		t.Errorf("%s: %+v (%d rows), want %s", what, r.refused, len(r.rows), code)
	}
}

// shared finds a file of the test data beside the project; it is read in place.
func shared(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join("../../../shared/testdata", name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("test data not here: %s", name)
	}
	return path
}

// zipOf packs files, by name and content in turn.
func zipOf(t testing.TB, pairs ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for i := 0; i < len(pairs); i += 2 {
		w, err := z.Create(pairs[i])
		if err == nil {
			_, err = w.Write([]byte(pairs[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// shapezip packs the parts of a shapefile that are there.
func shapezip(t testing.TB, base string) []byte {
	t.Helper()
	var pairs []string
	for _, ext := range []string{".shp", ".dbf", ".prj", ".cpg"} {
		raw, err := os.ReadFile(base + ext)
		if errors.Is(err, os.ErrNotExist) {
			continue
		} else if err != nil {
			t.Fatal(err)
		}
		pairs = append(pairs, filepath.Base(base)+ext, string(raw))
	}
	return zipOf(t, pairs...)
}

func TestShapefilesOfTheCity(t *testing.T) {
	dir := shared(t, "16-shapefile")
	var names [2][]string
	for i, name := range []string{"towns_gbk_cpg.zip", "towns_utf8_cpg.zip"} {
		r := readPath(t, filepath.Join(dir, name), dispatch.ReadOptions{})
		if r.refused != nil || len(r.rows) != 102 || r.shape.Datum != "wgs84" || len(r.wrong()) > 0 {
			t.Fatalf("%s: %+v, %d rows, %+v", name, r.refused, len(r.rows), r.shape)
		}
		for _, row := range r.rows {
			for _, c := range r.shape.Columns {
				names[i] = append(names[i], c.Name+"="+row.Cells[c.Name])
			}
			names[i] = append(names[i], string(row.Geometry))
		}
	}
	if strings.Join(names[0], ";") != strings.Join(names[1], ";") || !strings.Contains(strings.Join(names[0], ";"), "海港") {
		t.Error("GBK and UTF-8 do not read the same")
	}
	plane := readPath(t, filepath.Join(dir, "counties_gbk_4549.zip"), dispatch.ReadOptions{})
	degrees := readPath(t, filepath.Join(dir, "counties_gbk_ldid4d.zip"), dispatch.ReadOptions{})
	if len(plane.rows) != 7 || len(degrees.rows) != 7 || !plane.shape.Planar || plane.shape.Datum != "cgcs2000" {
		t.Fatalf("%+v %+v", plane.shape, degrees.shape)
	}
	for i := range plane.rows {
		a, b := shapeIn(t, plane.rows[i].Geometry), shapeIn(t, degrees.rows[i].Geometry)
		if far := farthest(a, b); far > 2e-7 {
			t.Errorf("county %d: %g degrees apart", i, far)
		}
	}
}

func shapeIn(t testing.TB, raw []byte) orb.Geometry {
	t.Helper()
	g, err := geojson.UnmarshalGeometry(raw)
	if err != nil {
		t.Fatal(err)
	}
	return g.Geometry()
}

// farthest is how far the corners of two boxes are apart.
func farthest(a, b orb.Geometry) (far float64) {
	for i := range 2 {
		far = max(far, a.Bound().Min[i]-b.Bound().Min[i], b.Bound().Min[i]-a.Bound().Min[i], a.Bound().Max[i]-b.Bound().Max[i], b.Bound().Max[i]-a.Bound().Max[i])
	}
	return far
}

// TestShapefilesAgainstTheirGeoJSON reads cases that bring the expected
// features along.
func TestShapefilesAgainstTheirGeoJSON(t *testing.T) {
	dir := shared(t, "16-shapefile/mbostock")
	files, _ := filepath.Glob(filepath.Join(dir, "*.shp"))
	compared := 0
	for _, file := range files {
		base := strings.TrimSuffix(file, ".shp")
		r := readBytes(t, shapezip(t, base), dispatch.ReadOptions{})
		if _, err := os.Stat(base + ".dbf"); err != nil {
			r.wantRefusal(t, file, "bad_file")
			continue
		}
		raw, err := os.ReadFile(base + ".json")
		if err != nil {
			continue
		}
		want, err := geojson.UnmarshalFeatureCollection(raw)
		if err != nil {
			t.Fatal(err)
		}
		if r.refused != nil || len(r.rows) != len(want.Features) {
			t.Errorf("%s: %+v, %d rows of %d", file, r.refused, len(r.rows), len(want.Features))
			continue
		}
		for i, f := range want.Features {
			compared++
			if f.Geometry == nil != (r.rows[i].Geometry == nil) {
				t.Errorf("%s %d: %s", file, i, r.rows[i].Geometry)
			} else if f.Geometry != nil && farthest(shapeIn(t, r.rows[i].Geometry), f.Geometry) > 1e-6 {
				t.Errorf("%s %d: %s, want %v", file, i, r.rows[i].Geometry, f.Geometry)
			}
			for name, v := range f.Properties {
				if want := strings.TrimSpace(idText(must(json.Marshal(v)))); v != nil && r.rows[i].Cells[name] != want {
					t.Errorf("%s %d: %s is %q, want %q", file, i, name, r.rows[i].Cells[name], want)
				}
			}
		}
	}
	if compared < 20 {
		t.Errorf("only %d features compared", compared)
	}
}

func must(raw []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return raw
}

// TestOtherShapefiles holds each file to its fate: rows, or a named refusal.
func TestOtherShapefiles(t *testing.T) {
	dir := shared(t, "16-shapefile")
	for name, rows := range map[string]int{"pyshp/blockgroups.zip": 663, "pyshp/blockgroups_multishapefile.zip": 663} {
		r := readPath(t, filepath.Join(dir, name), dispatch.ReadOptions{})
		if r.refused != nil || len(r.rows) != rows {
			t.Errorf("%s: %+v, %d rows, %v", name, r.refused, len(r.rows), r.wrong())
		}
	}
	if r := readPath(t, filepath.Join(dir, "pyshp/blockgroups_multishapefile.zip"), dispatch.ReadOptions{Layer: "blockgroups2"}); r.shape.Layer != "blockgroups2" || len(r.shape.Layers) != 2 {
		t.Errorf("%+v", r.shape)
	}
	readPath(t, filepath.Join(dir, "pyshp/blockgroups_multishapefile.zip"), dispatch.ReadOptions{Layer: "x"}).wantRefusal(t, "unknown layer", "layer_unknown")
	files, _ := filepath.Glob(filepath.Join(dir, "go-shp", "*.shp"))
	for _, file := range files {
		r := readBytes(t, shapezip(t, strings.TrimSuffix(file, ".shp")), dispatch.ReadOptions{})
		whole := r.refused == nil && len(r.rows) > 0
		if strings.Contains(file, "multipatch") {
			whole = len(r.wrong()) == len(r.rows)
		}
		if !whole {
			t.Errorf("%s: %+v %+v", file, r.refused, r.rows)
		}
	}
	latin := readBytes(t, shapezip(t, filepath.Join(dir, "pyshp/latin1")), dispatch.ReadOptions{})
	if latin.refused != nil || !strings.Contains(latin.shape.Encoding, "guessed") && !strings.Contains(latin.shape.Encoding, "driver") {
		t.Errorf("latin1: %+v %+v", latin.refused, latin.shape)
	}
}

func TestRealGBKTable(t *testing.T) {
	raw, err := os.ReadFile(shared(t, "16-shapefile/real-gbk/county_2004.dbf"))
	if err != nil {
		t.Fatal(err)
	}
	table, err := openDBF(raw, "", "")
	if err != nil || table.count != 2387 || !strings.Contains(table.said, "GBK") {
		t.Fatalf("%v %+v", err, table)
	}
	seen := ""
	for i := range table.count {
		cells, _, err := table.row(i)
		if err != nil {
			t.Fatalf("row %d: %v", i, err)
		}
		for _, c := range cells {
			seen += c.text + " "
		}
	}
	if !strings.Contains(seen, "秦皇岛") {
		t.Error("no county of the city found")
	}
	damaged, err := os.ReadFile(shared(t, "16-shapefile/real-gbk/rivers-damaged.dbf"))
	if err != nil {
		t.Fatal(err)
	}
	ruin, err := openDBF(damaged, "", "")
	if err != nil {
		if !errors.Is(err, errBadFile) && !errors.Is(err, errCoding) {
			t.Errorf("damaged: %v", err)
		}
		return
	}
	bad := 0
	for i := range ruin.count {
		if _, _, err := ruin.row(i); err != nil {
			bad++
		}
	}
	if bad < ruin.count/2 {
		t.Errorf("damaged: only %d of %d rows are reported (%s)", bad, ruin.count, ruin.said)
	}
}
