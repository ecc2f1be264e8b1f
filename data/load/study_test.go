package load

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"onemap/dispatch/study"
)

func answer() study.Result {
	share := 0.5
	return study.Result{
		Kind: "coverage", Seq: 7, AsOf: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC), Inputs: "ab12", Basis: "road", Network: "9f", Method: "最短时间",
		Figures: []study.Figure{{Code: "share", Title: "覆盖率", Unit: "share", Value: &share}, {Code: "mean", Title: "平均用时", Unit: "s"}},
		Tables: []study.Table{{
			Code: "county", Title: "按县区: 人口[*]", Columns: []study.Column{{Title: "县区", Unit: "text"}, {Title: "人口", Unit: "people"}},
			Rows: [][]any{{"=海港区", 1234.0}, {"山海关区", nil}},
		}},
		Layers: []study.Layer{{
			Code: "gap", Title: "盲区", TitleEN: "Gaps", Features: json.RawMessage(`{"type":"FeatureCollection","features":[
			{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[119.5,39.9],[119.6,39.9],[119.6,40],[119.5,39.9]]]},"properties":{"people":12,"name":"甲\"乙","why":["a"]}},
			{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[119.7,39.9],[119.8,39.9],[119.8,40],[119.7,39.9]]]},"properties":{"people":null,"name":"丙"}}]}`),
		}},
		LeftOut: []study.Saying{{Text: "3 个网格无路可达", TextEN: "3 cells without a road"}},
	}
}

func TestAWorkbookHoldsTablesAsTheyAre(t *testing.T) {
	var out bytes.Buffer
	if err := WriteXLSX(&out, answer()); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	if diff := cmp.Diff([]string{"0 概要", "1 按县区  人口   "}, book.GetSheetList()); diff != "" {
		t.Fatal(diff)
	}
	rows, err := book.GetRows("1 按县区  人口   ")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([][]string{{"县区", "人口 (people)"}, {"=海港区", "1234"}, {"山海关区"}}, rows); diff != "" {
		t.Error(diff)
	}
	if formula, err := book.GetCellFormula("1 按县区  人口   ", "A2"); err != nil || formula != "" {
		t.Errorf("a text became the formula %q (%v)", formula, err)
	}
}

func TestAGeoPackageHoldsLayersWithTheirProperties(t *testing.T) {
	var out bytes.Buffer
	if err := WriteGPKG(t.Context(), &out, answer()); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "s.gpkg")
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var kind string
	var west, east float64
	if err := db.QueryRowContext(t.Context(), `select geometry_type_name, min_x, max_x from gpkg_contents join gpkg_geometry_columns using (table_name)`).Scan(&kind, &west, &east); err != nil {
		t.Fatal(err)
	}
	if kind != "POLYGON" || west != 119.5 || east != 119.8 {
		t.Errorf("%s from %v to %v", kind, west, east)
	}
	var name, why string
	var people sql.NullFloat64
	var geom []byte
	if err := db.QueryRowContext(t.Context(), `select name, people, why, geom from gap where fid = 1`).Scan(&name, &people, &why, &geom); err != nil {
		t.Fatal(err)
	}
	if name != `甲"乙` || people.Float64 != 12 || why != `["a"]` || string(geom[:2]) != "GP" {
		t.Errorf("%q %v %q %x", name, people, why, geom[:8])
	}
	if err := db.QueryRowContext(t.Context(), `select people from gap where fid = 2`).Scan(&people); err != nil || people.Valid {
		t.Errorf("what is not known became %v (%v)", people, err)
	}
}
