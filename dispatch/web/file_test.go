package web_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"onemap/dispatch"
	"onemap/geo"
	"onemap/geo/crs"
)

// lineFeature is one line of the plain format these tests wire in place of the
// importers, which live on this floor too: one feature a line.
type lineFeature struct {
	Geometry   json.RawMessage `json:"geometry"`
	Properties json.RawMessage `json:"properties"`
}

func readLines(l dispatch.Ledger, _ string, d crs.Datum, r io.Reader) (rows []dispatch.Row, notes []string, problems []dispatch.RowProblem, err error) {
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		e, err := readLine(l, d, lines.Bytes())
		if err != nil {
			problems = append(problems, dispatch.RowProblem{Line: n, Field: dispatch.Field{Path: "row", Code: "bad_row", Text: err.Error()}})
			continue
		}
		rows = append(rows, dispatch.Row{Line: n, Entry: e})
	}
	if d != crs.WGS84 {
		notes = append(notes, "coordinates brought from "+string(d)+" to wgs84")
	}
	return rows, notes, problems, lines.Err()
}

func readLine(l dispatch.Ledger, d crs.Datum, raw []byte) (e dispatch.Entry, err error) {
	var f lineFeature
	if err := json.Unmarshal(raw, &f); err != nil {
		return e, fmt.Errorf("no feature: %w", err)
	}
	if e.Detail, err = dispatch.NewDetail(l); err != nil {
		return e, err
	}
	e.Ledger = l
	for _, v := range []any{e.Detail, &e.Head} {
		if err := json.Unmarshal(f.Properties, v); err != nil {
			return e, fmt.Errorf("properties: %w", err)
		}
	}
	g, err := geo.ParseGeoJSON(f.Geometry, 1000)
	if err != nil {
		return e, err
	}
	g, err = crs.GeometryToWGS84(d, g)
	e.Geometry = g
	return e, err
}

func writeLines(w io.Writer, _ dispatch.Ledger, _ string, entries []*dispatch.Entry) error {
	for _, e := range entries {
		properties, err := e.Properties()
		if err != nil {
			return err
		}
		geometry, err := geo.MarshalGeoJSON(e.Geometry)
		if err != nil {
			return err
		}
		if err := json.NewEncoder(w).Encode(lineFeature{geometry, properties}); err != nil {
			return err
		}
	}
	return nil
}

func TestFileComesBackAsItWent(t *testing.T) {
	w := newWorld(t)
	for format, kind := range map[string]string{"csv": "text/csv", "geojson": "application/geo+json"} {
		for _, ledger := range dispatch.Ledgers {
			path := "/api/ledgers/" + string(ledger)
			file := w.do("duty_officer", "GET", path+"/export?format="+format, "")
			w.want(file, 200, "")
			a := w.do("duty_officer", "POST", path+"/import?datum=wgs84", file.body, "Content-Type", kind)
			if a.StatusCode != 200 || !strings.Contains(a.body, `"added":0,"changed":0`) || !strings.Contains(a.body, `"errors":[]`) {
				t.Errorf("%s %s: %d %s", ledger, format, a.StatusCode, brief(a.body))
			}
		}
	}
}

func TestExportShowsWhatItsReaderSees(t *testing.T) {
	w := newWorld(t)
	if a := w.do("qinglong", "GET", "/api/ledgers/unit/export?format=geojson", ""); strings.Contains(a.body, "U-1") || !strings.Contains(a.body, "U-3") {
		t.Errorf("Qinglong: %s", a.body)
	}
	if a := w.do("dispatcher", "GET", "/api/ledgers/team/export?format=geojson", ""); strings.Contains(a.body, "T-9") {
		t.Errorf("above clearance: %s", a.body)
	}
}

func TestSameFileTwiceIsOneImport(t *testing.T) {
	w := newWorld(t)
	line := `{"geometry": {"type": "Point", "coordinates": [119.6, 39.9]}, "properties": {"code": "V-7", "name": "码头", "division": "130302001", "source_datum": "wgs84", "sensitivity": 0, "state": "online"}}`
	send := func(body string) answer {
		return w.do("planner", "POST", "/api/ledgers/camera/import?datum=wgs84", body, "Content-Type", "application/geo+json", "Idempotency-Key", id(97, 1).String())
	}
	first := send(line)
	w.want(first, 200, "")
	at := w.seq()
	if again := send(line); again.StatusCode != 200 || !strings.Contains(again.body, "answered before") {
		t.Errorf("again: %d %s", again.StatusCode, again.body)
	}
	w.want(send(line+"\n"), 422, "idempotency_mismatch")
	if w.seq() != at {
		t.Error("the journal went on")
	}
}
