package web_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"onemap/data/load"
	"onemap/dispatch"
	"onemap/dispatch/web"
)

// settled answers a file only when it was read, so that a scene needs no wait.
type settled struct{ *load.Imports }

func (s settled) Start(id, by dispatch.ID, l dispatch.Ledger, name string, o dispatch.ReadOptions, divisions map[string]string, body io.Reader) (dispatch.ImportJob, error) {
	job, err := s.Imports.Start(id, by, l, name, o, divisions, body)
	s.Settle()
	return job, err
}

func importsIn(t *testing.T) web.Imports {
	t.Helper()
	return settled{openImports(t, t.TempDir(), func(_ context.Context, file string, o dispatch.ReadOptions, out io.Writer) error {
		return load.ReadFile(out, file, o)
	})}
}

func openImports(t *testing.T, dir string, read load.Reader) *load.Imports {
	t.Helper()
	imports, err := load.OpenImports(dir, read, time.Now, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(imports.Close)
	return imports
}

// shelterTable is a ledger as a county office keeps it.
const shelterTable = "编号,名称,所属县区,类型,级别,室内外,状态,容纳人数（万人）,面积（亩）,联系人,联系电话,经度,纬度\n" +
	"S-91,东山广场（示例）,海港区,紧急避难场所,市级,室外,在建,0.5,3,王（示例）,0335-1111111、0335-2222222,119.6062,39.9412\n" +
	"S-92,西山学校（示例）,海港区,紧急避难场所,市级,室内,在建,无,3,李（示例）,0335-3333333,119.6,39.93\n"

func (w *world) sendFile(who, ledger, body string, headers ...string) string {
	w.Helper()
	a := w.do(who, "POST", "/api/imports?ledger="+ledger+"&file=x", body, append([]string{"Content-Type", "application/octet-stream"}, headers...)...)
	w.want(a, 200, "")
	var job web.ImportJob
	w.decode(a, &job)
	return "/api/imports/" + job.Id.String()
}

// mapping is a mapping of shelterTable that is whole.
const mapping = `{"datum": "gcj02", "name": "县区台账", "lon": "经度", "lat": "纬度", "fields": [{"field": "code", "column": "编号"}, {"field": "name", "column": "名称"},
{"field": "division", "column": "所属县区", "values": {"海港区": "130302001"}}, {"field": "sensitivity", "constant": "0"}, {"field": "class", "constant": "emergency"},
{"field": "grade", "constant": "city"}, {"field": "space", "column": "室内外", "values": {"室外": "outdoor", "室内": "indoor"}}, {"field": "state", "constant": "planned"},
{"field": "capacity", "column": "容纳人数（万人）", "unit": "ten_thousand"%s}, {"field": "occupancy", "constant": "0"}, {"field": "area_m2", "column": "面积（亩）", "unit": "mu"},
{"field": "keeper.name", "column": "联系人"}, {"field": "keeper.phones", "column": "联系电话"}]}`

func TestForeignTableBecomesALedger(t *testing.T) {
	w := newWorld(t)
	job := w.sendFile("duty_officer", "shelter", shelterTable)
	var read web.ImportJob
	w.decode(w.do("duty_officer", "GET", job, ""), &read)
	if read.State != "ready" || read.Rows != 2 || read.Mapping == nil || *read.Mapping.Lon != "经度" {
		t.Fatalf("%+v", read)
	}
	guessed := map[string]web.ImportField{}
	for _, f := range read.Mapping.Fields {
		guessed[f.Field] = f
	}
	if c := guessed["capacity"]; c.Column == nil || c.Unit == nil || *c.Unit != "ten_thousand" || *guessed["keeper.phones"].Column != "联系电话" || *guessed["area_m2"].Unit != "mu" || (*guessed["space"].Values)["室外"] != "outdoor" {
		t.Errorf("guessed %+v", guessed)
	}
	w.want(w.do("duty_officer", "GET", job+"/diff", ""), 422, "crs_required")
	w.want(w.do("duty_officer", "PUT", job+"/mapping", `{"datum": "wgs84", "lon": "经度", "lat": "x", "fields": []}`), 422, "column_unknown")

	w.want(w.do("duty_officer", "PUT", job+"/mapping", fmt.Sprintf(mapping, "")), 200, "")
	before := w.seq()
	var diff web.ImportDiff
	w.decode(w.do("duty_officer", "GET", job+"/diff", ""), &diff)
	if diff.New != 1 || diff.ErrorCount != 1 || diff.Missing == 0 || len(diff.Errors) != 1 || diff.Errors[0].Row != 3 || *diff.Errors[0].Value != "无" || !strings.Contains(*diff.Errors[0].TextZh, "第 3 行") {
		t.Fatalf("%+v", diff)
	}
	var refused web.ImportReport
	w.decode(w.do("duty_officer", "POST", job+"/apply", ""), &refused)
	if len(refused.Errors) != 1 || w.seq() != before {
		t.Errorf("one wrong row, and something was taken: %+v", refused)
	}

	w.want(w.do("duty_officer", "PUT", job+"/mapping", fmt.Sprintf(mapping, `, "values": {"无": "0"}`)), 200, "")
	key := dispatch.NewID().String()
	var done web.ImportReport
	for range 3 { // the same command is one command
		w.decode(w.do("duty_officer", "POST", job+"/apply", "", "Idempotency-Key", key), &done)
	}
	if len(done.Errors) > 0 || w.seq() != before+2 {
		t.Errorf("%+v, journal moved by %d", done, w.seq()-before)
	}
	w.decode(w.do("duty_officer", "POST", job+"/apply", ""), &done)
	if done.Unchanged != 2 || w.seq() != before+2 {
		t.Errorf("applied again: %+v", done)
	}
	w.decode(w.do("duty_officer", "GET", job, ""), &read)
	got := w.do("duty_officer", "GET", "/api/ledgers/shelter?q=S-91", "").body
	for _, want := range []string{`"capacity":5000`, `"area_m2":2000`, `"source_datum":"gcj02"`, `"0335-1111111","0335-2222222"`, `119.6004287`} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
	if read.State != "applied" || !strings.Contains(w.do("duty_officer", "GET", "/api/import-mappings?ledger=shelter", "").body, "县区台账") {
		t.Errorf("%+v", read)
	}
	w.want(w.do("duty_officer", "DELETE", job, ""), 204, "")
	w.want(w.do("duty_officer", "GET", job, ""), 404, "not_found")
}

func TestAnImportIsItsSendersAlone(t *testing.T) {
	w := newWorld(t)
	job := w.sendFile("duty_officer", "shelter", shelterTable)
	for _, try := range [][2]string{{"GET", job}, {"GET", job + "/diff"}, {"POST", job + "/apply"}, {"DELETE", job}} {
		w.want(w.do("planner", try[0], try[1], ""), 404, "not_found")
		w.want(w.do("viewer", try[0], try[1], ""), 403, "forbidden")
	}
	w.want(w.do("planner", "PUT", job+"/mapping", `{"fields": []}`), 404, "not_found")
}

// TestBadFilesEndAsFailedImports sends what the torture list names (73 to 85).
func TestBadFilesEndAsFailedImports(t *testing.T) {
	w := newWorld(t)
	before := w.seq()
	for name, c := range map[string]struct{ body, code string }{
		"73 bomb":       {zipped(t, "a.kml", strings.Repeat("0", 40<<20)), "archive_unsafe"},
		"73 nested":     {zipped(t, "a.zip", "PK", "a.kml", "<kml/>"), "archive_unsafe"},
		"74 path":       {zipped(t, "../a.kml", "<kml/>"), "archive_unsafe"},
		"74 device":     {zipped(t, "CON.kml", "<kml/>"), "archive_unsafe"},
		"76 no .dbf":    {zipped(t, "a.shp", "x"), "bad_file"},
		"79 doctype":    {`<!DOCTYPE kml [<!ENTITY a "b">]><kml>&a;</kml>`, "xml_dtd"},
		"80 depth":      {strings.Repeat("<a>", 5_000_000), "bad_format"},
		"82 charset":    {`<?xml version="1.0" encoding="x-unknown"?><kml/>`, "xml_charset"},
		"83 not SQLite": {"SQLite format 3\x00" + strings.Repeat("x", 4096), "bad_file"},
		"85 columns":    {strings.Repeat("a,", 1_000_000), "bad_csv"},
	} {
		var job web.ImportJob
		path := w.sendFile("duty_officer", "shelter", c.body)
		w.decode(w.do("duty_officer", "GET", path, ""), &job)
		if job.State != "failed" || job.Failure.Code != c.code || job.Failure.Title == "" {
			t.Errorf("%s: %s %+v, want %s", name, job.State, job.Failure, c.code)
		}
		w.want(w.do("duty_officer", "POST", path+"/apply", ""), 409, "wrong_step")
		w.want(w.do("duty_officer", "DELETE", path, ""), 204, "")
	}
	if w.seq() != before {
		t.Error("a bad file reached the journal")
	}
}

func zipped(t *testing.T, pairs ...string) string {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for i := 0; i < len(pairs); i += 2 {
		f, err := z.Create(pairs[i])
		if err == nil {
			_, err = io.WriteString(f, pairs[i+1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestReaderKilledAndServerRestarted: torture line 88.
func TestReaderKilledAndServerRestarted(t *testing.T) {
	dir, by := t.TempDir(), id(1, 1)
	cut := openImports(t, dir, func(_ context.Context, file string, o dispatch.ReadOptions, out io.Writer) error {
		var whole bytes.Buffer
		if err := load.ReadFile(&whole, file, o); err != nil {
			return err
		}
		_, err := out.Write(whole.Bytes()[:whole.Len()*9/10])
		return err
	})
	first := dispatch.NewID()
	if _, err := cut.Start(first, by, dispatch.Shelters, "x", dispatch.ReadOptions{}, nil, strings.NewReader(shelterTable)); err != nil {
		t.Fatal(err)
	}
	cut.Settle()
	if job, err := cut.Job(by, first); err != nil || job.State != "failed" || job.Failure.Code != "reader_failed" {
		t.Errorf("cut at 90 %%: %+v, %v", job, err)
	}
	if _, err := cut.Rows(by, first); err == nil {
		t.Error("rows of a reading that was cut short")
	}

	stuck := dispatch.NewID()
	reached := make(chan struct{})
	waiting := openImports(t, dir, func(ctx context.Context, _ string, _ dispatch.ReadOptions, _ io.Writer) error {
		close(reached)
		<-ctx.Done()
		return ctx.Err()
	})
	if _, err := waiting.Start(stuck, by, dispatch.Shelters, "x", dispatch.ReadOptions{}, nil, strings.NewReader(shelterTable)); err != nil {
		t.Fatal(err)
	}
	<-reached
	if _, err := waiting.Start(dispatch.NewID(), by, dispatch.Shelters, "x", dispatch.ReadOptions{}, nil, strings.NewReader("a")); err == nil {
		t.Error("two files are read at once")
	}
	again := openImports(t, dir, nil) // as a new process would find it
	if job, err := again.Job(by, stuck); err != nil || job.State != "failed" {
		t.Errorf("after a restart: %+v, %v", job, err)
	}
	if _, err := os.Stat(filepath.Join(dir, stuck.String(), "file")); err == nil {
		t.Error("the file is left behind")
	}
}
