package main

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
	"github.com/xuri/excelize/v2"

	"onemap/data/load"
	"onemap/dispatch"
	planning "onemap/dispatch/study"
)

// answeredInTheCity are results of the demo city as they are kept and read back.
func answeredInTheCity(t *testing.T) map[string]planning.Result {
	t.Helper()
	p := demoOnRoads(t)
	shelter := p.Shelf(dispatch.Shelters).ByCode()[0].Point()
	zone := geojson.NewGeometry(orb.Bound{Min: shelter, Max: shelter}.Pad(0.02).ToPolygon())
	all := map[string]planning.Result{}
	for kind, asked := range map[string]planning.Params{
		"coverage":      {Kinds: []string{"shelter"}, LimitsS: []float64{900, 1800}, Division: "130304"},
		"shelter_norms": {Division: "130304"},
		"evacuation":    {Zone: zone},
		"siting":        {Model: "mclp", Sites: 2, LimitsS: []float64{900}, CandidateGridM: 4000, Division: "130304"},
	} {
		found, err := planning.Run(t.Context(), kind, studied(p, asked))
		if err != nil {
			t.Fatal(err)
		}
		kept, err := found.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if all[kind], err = planning.Decode(kept.Bytes); err != nil {
			t.Fatal(err)
		}
		if *all[kind].Figures[0].Value < 0 || len(all[kind].Tables[0].Rows) == 0 || len(all[kind].Layers) < 2 {
			t.Fatalf("%s answers nothing: %+v", kind, all[kind].Figures)
		}
	}
	return all
}

func TestFilesOfAStudyHoldWhatItsJSONHolds(t *testing.T) {
	for kind, r := range answeredInTheCity(t) {
		t.Run(kind, func(t *testing.T) {
			var book, boxed bytes.Buffer
			if err := load.WriteXLSX(&book, r); err != nil {
				t.Fatal(err)
			}
			sameBook(t, &book, r)
			if err := load.WriteGPKG(t.Context(), &boxed, r); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), kind+".gpkg")
			if err := os.WriteFile(path, boxed.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			samePackage(t, path, r)
		})
	}
}

// sameBook opens a workbook again and compares every cell.
func sameBook(t *testing.T, raw *bytes.Buffer, r planning.Result) {
	t.Helper()
	book, err := excelize.OpenReader(raw)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	sheets := book.GetSheetList()
	if len(sheets) != 1+len(r.Tables) {
		t.Fatalf("%d sheets for %d tables", len(sheets), len(r.Tables))
	}
	for i, table := range r.Tables {
		rows, err := book.GetRows(sheets[1+i], excelize.Options{RawCellValue: true})
		if err != nil || len(rows) != 1+len(table.Rows) {
			t.Fatalf("%s: %d rows of %d, %v", table.Code, len(rows)-1, len(table.Rows), err)
		}
		var want, got float64
		for n, row := range table.Rows {
			for k, v := range row {
				cell := ""
				if k < len(rows[1+n]) {
					cell = rows[1+n][k]
				}
				switch v := v.(type) {
				case float64:
					read, err := strconv.ParseFloat(cell, 64)
					if err != nil {
						t.Errorf("%s row %d: %q is no number", table.Code, n, cell)
					}
					want, got = want+v, got+read
				case string:
					if cell != v {
						t.Errorf("%s row %d: %q, want %q", table.Code, n, cell, v)
					}
				case nil:
					if cell != "" {
						t.Errorf("%s row %d: what is not known is %q", table.Code, n, cell)
					}
				}
			}
		}
		if math.Abs(want-got) > 1e-9*math.Abs(want) {
			t.Errorf("%s: all numbers add up to %v, in JSON to %v", table.Code, got, want)
		}
	}
}

var layerCount = regexp.MustCompile(`(?m)^Layer name: (\S+)$[\s\S]*?^Feature Count: (\d+)$`)

// samePackage compares the layers of a GeoPackage, as SQLite reads them, and,
// where GDAL is installed, as that does.
func samePackage(t *testing.T, path string, r planning.Result) {
	t.Helper()
	db, err := sql.Open("sqlite3", path+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	want := map[string]string{}
	for _, l := range r.Layers {
		var layer struct {
			Features []struct{ Properties map[string]any }
		}
		if err := json.Unmarshal(l.Features, &layer); err != nil {
			t.Fatal(err)
		}
		want[l.Code] = fmt.Sprint(len(layer.Features))
		people, counted := 0.0, false
		for _, f := range layer.Features {
			if n, ok := f.Properties["people"].(float64); ok {
				people, counted = people+n, true
			}
		}
		query := `select count(*), 0 from "` + l.Code + `"`
		if counted {
			query = `select count(*), sum(people) from "` + l.Code + `"`
		}
		var rows int
		var sum float64
		if err := db.QueryRowContext(t.Context(), query).Scan(&rows, &sum); err != nil {
			if rows == 0 && len(layer.Features) == 0 {
				continue
			}
			t.Fatalf("%s: %v", l.Code, err)
		}
		if rows != len(layer.Features) || sum != people {
			t.Errorf("%s: %d features with %v people, in JSON %d with %v", l.Code, rows, sum, len(layer.Features), people)
		}
	}
	gdal, err := exec.LookPath("ogrinfo")
	if err != nil {
		t.Log("ogrinfo is not installed: only SQLite has read the file")
		return
	}
	said, err := exec.CommandContext(t.Context(), gdal, "-ro", "-so", "-al", path).CombinedOutput()
	if err != nil {
		t.Fatalf("ogrinfo: %v: %s", err, said)
	}
	seen := map[string]string{}
	for _, m := range layerCount.FindAllStringSubmatch(string(said), -1) {
		seen[m[1]] = m[2]
	}
	for code, n := range want {
		if seen[code] != n {
			t.Errorf("%s: ogrinfo reads %q features, JSON has %s", code, seen[code], n)
		}
	}
}
