package load

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"onemap/dispatch"
)

// readAll reads every file of a kind below a directory of the test data.
func readAll(t *testing.T, dir string, endings ...string) map[string]reading {
	t.Helper()
	all := map[string]reading{}
	root := shared(t, dir)
	err := filepath.WalkDir(root, func(path string, e os.DirEntry, err error) error {
		for _, ending := range endings {
			if err == nil && strings.HasSuffix(path, ending) {
				all[strings.TrimPrefix(path, root+"/")] = readPath(t, path, dispatch.ReadOptions{})
			}
		}
		return err
	})
	if err != nil || len(all) == 0 {
		t.Fatalf("%s: %v, %d files", dir, err, len(all))
	}
	return all
}

func TestEveryGPX(t *testing.T) {
	for name, r := range readAll(t, "14-gpx", ".gpx", ".tcx") {
		switch {
		case strings.HasSuffix(name, ".tcx"):
			r.wantRefusal(t, name, "bad_format")
		case name == "togeojson/bad.gpx":
			if len(r.wrong()) != 4 {
				t.Errorf("%s: %v", name, r.rows)
			}
		case r.refused != nil || len(r.rows) == 0 && name != "gpxpy/default_schema_locations.gpx" || len(r.wrong()) > 0:
			t.Errorf("%s: %+v, %d rows, %v", name, r.refused, len(r.rows), r.wrong())
		}
	}
}

func TestGPXThings(t *testing.T) {
	r := readBytes(t, []byte(`<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><wpt lat="39.9" lon="119.6"><name>东山</name></wpt>
<trk><name>巡线</name><trkseg><trkpt lat="39.9" lon="119.6"/><trkpt lat="39.91" lon="119.61"/></trkseg><trkseg><trkpt lat="39.92" lon="119.62"/></trkseg></trk></gpx>`), dispatch.ReadOptions{})
	if r.refused != nil || len(r.rows) != 2 || r.rows[0].Cells["name"] != "东山" || r.rows[1].Cells["kind"] != "track" || len(r.shape.Notes) != 1 {
		t.Fatalf("%+v", r)
	}
	if got := shapeIn(t, r.rows[1].Geometry); !orb.Equal(got, orb.LineString{{119.6, 39.9}, {119.61, 39.91}}) {
		t.Error(got)
	}
}

func TestEveryKML(t *testing.T) {
	refused := map[string]string{
		"libkml/billion.kml": "xml_dtd", "togeojson/networklink.kml": "network_link",
		"libkml/100_nested_folders.kml": "xml_too_deep", "libkml/101_nested_folders.kml": "xml_too_deep", "libkml/101_nested_elements.kml": "xml_too_deep",
		"kmz/hier.kmz": "network_link", "kmz/radar-animation.kmz": "network_link", "kmz/rumsey/kml/lc01.kmz": "network_link", "kmz/rumsey/kml/010.kmz": "network_link", "kmz/rumsey/kml/012.kmz": "network_link",
		"kmz/bad.kmz": "", "kmz/bad-too-large.kmz": "", "kmz/overflow_corrupted_stack.kmz": "", "kmz/overflow_unzReadCurrentFile.kmz": "",
	}
	for name, r := range readAll(t, "15-kml", ".kml", ".kmz") {
		code, bad := refused[name]
		switch {
		case bad && code == "":
			if r.refused == nil || r.refused.Code == "" {
				t.Errorf("%s: not refused, %d rows", name, len(r.rows))
			}
		case bad:
			r.wantRefusal(t, name, code)
		case name == "togeojson/bad.kml":
			if len(r.wrong()) != 3 {
				t.Errorf("%s: %v", name, r.rows)
			}
		case strings.HasPrefix(name, "libkml/all-"): // shapes without a position are named
			for _, text := range r.wrong() {
				if !strings.Contains(text, "0 positions") {
					t.Errorf("%s: %s", name, text)
				}
			}
		case r.refused != nil || len(r.wrong()) > 0:
			t.Errorf("%s: %+v, %v", name, r.refused, r.wrong())
		}
	}
}

func TestPlacemark(t *testing.T) {
	r := readBytes(t, []byte(`<?xml version="1.0" encoding="GBK"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>d</name>
<Folder><name>A</name><Folder><name>B</name><Placemark id="p1"><name>x</name><description><![CDATA[<script>alert(1)</script>]]></description>
<ExtendedData><Data name="n"><value>300</value></Data><SchemaData><SimpleData name="k">v</SimpleData></SchemaData></ExtendedData>
<Style><IconStyle><Icon><href>http://127.0.0.1/x.png</href></Icon></IconStyle></Style>
<MultiGeometry><Point><coordinates>119.6,39.9,5</coordinates></Point><Point><coordinates>119.7, 39.9</coordinates></Point></MultiGeometry></Placemark></Folder></Folder>
<NetworkLink><Link><href>http://127.0.0.1/</href></Link></NetworkLink>
<Placemark><name>y</name><Polygon><outerBoundaryIs><LinearRing><coordinates>0,0 4,0 4,4 0,4 0,0</coordinates></LinearRing></outerBoundaryIs><innerBoundaryIs><LinearRing><coordinates>1,1 2,1 2,2 1,1</coordinates></LinearRing></innerBoundaryIs></Polygon></Placemark>
</Document></kml>`), dispatch.ReadOptions{})
	if r.refused != nil || len(r.rows) != 2 || len(r.shape.Notes) != 1 {
		t.Fatalf("%+v %+v", r.refused, r)
	}
	c := r.rows[0].Cells
	if c["folder"] != "A/B" || c["n"] != "300" || c["k"] != "v" || c["id"] != "p1" || c["description"] != "<script>alert(1)</script>" || r.rows[1].Cells["folder"] != "" {
		t.Errorf("%v %v", c, r.rows[1].Cells)
	}
	if got := shapeIn(t, r.rows[0].Geometry); !orb.Equal(got, orb.MultiPoint{{119.6, 39.9}, {119.7, 39.9}}) {
		t.Error(got)
	}
	if got := shapeIn(t, r.rows[1].Geometry); len(got.(orb.Polygon)) != 2 {
		t.Error(got)
	}
}

func TestEveryGeoJSON(t *testing.T) {
	for name, r := range readAll(t, "11-geojson", ".geojson") {
		bad := strings.HasPrefix(name, "geojsonhint/bad/")
		if strings.Contains(name, "geometrycollection") || name == "tilecover/russia.geojson" { // no ledger takes the one; the other lies beyond 180° E
			if len(r.wrong()) == 0 && r.refused == nil {
				t.Errorf("%s: taken", name)
			}
			continue
		}
		if !bad && (r.refused != nil || len(r.wrong()) > 0) && !strings.Contains(name, "good/") {
			t.Errorf("%s: %+v %v", name, r.refused, r.wrong())
		}
		if bad && r.refused != nil && r.refused.Code == "" {
			t.Errorf("%s: a refusal without a name", name)
		}
	}
}

func TestDocumentsThatAreRefused(t *testing.T) {
	deep := strings.Repeat("<a>", 5_000_000)
	for name, c := range map[string]struct{ body, code string }{
		"doctype":         {`<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]><kml>&x;</kml>`, "xml_dtd"},
		"entity":          {`<kml><Placemark><name>&x;</name></Placemark></kml>`, "xml_malformed"},
		"15 MB of depth":  {"<kml>" + deep, "xml_too_deep"},
		"charset":         {`<?xml version="1.0" encoding="ebcdic"?><kml/>`, "xml_charset"},
		"cut off":         {`<kml><Placemark><name>x`, "xml_malformed"},
		"another tongue":  {`<html><body/></html>`, "bad_format"},
		"nothing":         {"", "bad_file"},
		"old workbook":    {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "bad_format"},
		"lone .shp":       {"\x00\x00\x27\x0A" + strings.Repeat("\x00", 96), "bad_format"},
		"unclosed quote":  {"a,b\n1,\"2\n", "bad_csv"},
		"million columns": {strings.Repeat("a,", 1_000_000) + "\n", "bad_csv"},
		"columns twice":   {"a,a\n1,2\n", "bad_file"},
		"5 MB cell":       {"a\n\"" + strings.Repeat("x", 5<<20) + "\"\n", "bad_csv"},
	} {
		readBytes(t, []byte(c.body), dispatch.ReadOptions{}).wantRefusal(t, name, c.code)
	}
}

func TestTableInGBK(t *testing.T) {
	body := []byte("\xB1\xE0\xBA\xC5,\xC3\xFB\xB3\xC6\r\nS-1,\xB6\xAB\xC9\xBD\r\nS-2\r\n")
	r := readBytes(t, body, dispatch.ReadOptions{})
	if r.refused != nil || r.shape.Encoding != "GBK" || len(r.rows) != 2 || r.rows[0].Cells["名称"] != "东山" || r.rows[1].Wrong == nil || r.rows[1].Wrong.Line != 3 {
		t.Errorf("%+v %s", r, must(json.Marshal(r.rows)))
	}
	readBytes(t, body, dispatch.ReadOptions{Encoding: "utf-8"}).wantRefusal(t, "asked for UTF-8", "encoding_unknown")
}

// TestEDXLIsNoLedger: messages of another standard are refused by name, whatever
// they hold; their schemas too.
func TestEDXLIsNoLedger(t *testing.T) {
	for name, r := range readAll(t, "08-edxl", ".xml", ".xsd", ".json") {
		if r.refused == nil || r.refused.Code == "" {
			t.Errorf("%s: %d rows, want a refusal", name, len(r.rows))
		}
	}
}
