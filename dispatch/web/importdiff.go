package web

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"

	"onemap/dispatch"
	"onemap/geo"
)

// importAlone lets one file at a time be held against its ledger: both are
// whole in memory then. It is the door the other import goes through too.
func (s *Server) importAlone() (done func(), err error) {
	select {
	case s.importing <- struct{}{}:
		return func() { <-s.importing }, nil
	default:
		return nil, &refused{status: 503, code: "import_running", detail: "one import at a time", retry: 5}
	}
}

// CompareImport says what applying would do.
func (s api) CompareImport(ctx context.Context, r CompareImportRequestObject) (CompareImportResponseObject, error) {
	k := callOf(ctx)
	limit := or(r.Params.Limit, 20)
	if limit < 0 || limit > dispatch.MostCompared {
		return nil, badParameter("limit", "0 to 200")
	}
	done, err := s.importAlone()
	if err != nil {
		return nil, err
	}
	defer done()
	job, rows, err := s.importRows(k, r.Id)
	if err != nil {
		return nil, err
	}
	command := k.asCommand(s.now())
	command.ID = dispatch.NewID() // a dry run is nobody's command
	taken, err := s.Desk.Import(ctx, command, job.Ledger, rows.Rows, true)
	if err != nil {
		return nil, err
	}
	problems := append(rows.Problems, taken.Problems...)
	answer := CompareImport200JSONResponse{
		Seq: int64(s.Live.Picture().Seq), Rows: rows.Read, New: taken.Added, Changed: taken.Changed, Same: taken.Unchanged, Missing: taken.Compared.MissingCount,
		ErrorCount: len(problems) + rows.Unsaid, Notes: append([]string{}, rows.Notes...),
		MissingRows: []ImportRow{},
	}
	if answer.Errors, err = s.importErrors(k, job, problems[:min(len(problems), maxRowErrors)]); err != nil {
		return nil, err
	}
	for i, list := range [][]dispatch.RowChange{taken.Compared.New, taken.Compared.Changed, taken.Compared.Same} {
		shown, err := importChanges(k, list[:min(len(list), limit)])
		if err != nil {
			return nil, err
		}
		*[]*[]ImportRow{&answer.NewRows, &answer.ChangedRows, &answer.SameRows}[i] = shown
	}
	for _, e := range taken.Compared.Missing[:min(len(taken.Compared.Missing), limit)] {
		answer.MissingRows = append(answer.MissingRows, ImportRow{Code: e.Code, Name: e.Name, Fields: []ImportChange{}})
	}
	return answer, nil
}

// importRows makes the rows of the caller's import.
func (s *Server) importRows(k *call, id dispatch.ID) (dispatch.ImportJob, dispatch.ImportRows, error) {
	job, err := s.Imports.Job(k.who.actor.ID, id)
	if err != nil {
		return job, dispatch.ImportRows{}, err
	}
	rows, err := s.Imports.Rows(k.who.actor.ID, id)
	return job, rows, err
}

// ApplyImport takes all rows or none: one command, one transaction. The import
// may be applied again with another key; rows that are in the ledger already
// say nothing new.
func (s api) ApplyImport(ctx context.Context, r ApplyImportRequestObject) (ApplyImportResponseObject, error) {
	k := callOf(ctx)
	done, err := s.importAlone()
	if err != nil {
		return nil, err
	}
	defer done()
	job, rows, err := s.importRows(k, r.Id)
	if err != nil {
		return nil, err
	}
	mapping, err := json.Marshal(job.Mapping)
	if err != nil {
		return nil, fmt.Errorf("write mapping: %w", err)
	}
	k.sign(mapping)
	bad := len(rows.Problems) > 0
	taken, err := s.Desk.Import(ctx, k.asCommand(s.now()), job.Ledger, rows.Rows, bad)
	if err != nil {
		return nil, err
	}
	problems := append(rows.Problems, taken.Problems...)
	report := ApplyImport200JSONResponse{DryRun: len(problems) > 0, Rows: rows.Read, Added: taken.Added, Changed: taken.Changed, Unchanged: taken.Unchanged}
	if report.Errors, err = s.importErrors(k, job, problems[:min(len(problems), maxRowErrors)]); err != nil {
		return nil, err
	}
	if len(rows.Notes) > 0 {
		report.Notes = &rows.Notes
	}
	if taken.Receipt.Seq > 0 {
		k.receipt = taken.Receipt
		s.await(ctx, taken.Receipt.Seq)
	}
	report.Seq = int64(max(taken.Receipt.Seq, s.Live.Picture().Seq))
	if len(problems) == 0 {
		// The rows are in the ledger; a note that is lost is made by the next try.
		if err := s.Imports.Applied(k.who.actor.ID, r.Id, dispatch.Seq(report.Seq)); err != nil {
			s.Log.Warn("an applied import is not noted", "import", r.Id, "error", err)
		}
	}
	return report, nil
}

// importErrors words what is wrong with rows, with what the file says there.
func (s *Server) importErrors(k *call, job dispatch.ImportJob, problems []dispatch.RowProblem) ([]RowError, error) {
	out := []RowError{}
	if len(problems) == 0 {
		return out, nil
	}
	asked := map[int]bool{}
	for _, p := range problems {
		asked[p.Line] = true
	}
	cells, err := s.Imports.Cells(k.who.actor.ID, job.ID, asked)
	if err != nil {
		return nil, err
	}
	for _, p := range problems {
		words := titles[p.Code]
		column := columnOf(job.Mapping, p.Path)
		value := clipped(cells[p.Line][column], 80)
		text := fmt.Sprintf("第 %d 行", p.Line)
		switch {
		case column != "" && value != "":
			text += fmt.Sprintf("，“%s”列（%s）的值“%s”：%s", column, p.Path, value, words[0])
		case column != "":
			text += fmt.Sprintf("，“%s”列（%s）为空：%s", column, p.Path, words[0])
		default:
			text += fmt.Sprintf("，%s：%s", p.Path, words[0])
		}
		out = append(out, RowError{Row: p.Line, Path: p.Path, Code: p.Code, Title: some(words[0]), TitleEn: some(words[1]), Text: p.Text, Column: some(column), Value: some(value), TextZh: &text})
	}
	return out, nil
}

// columnOf is the column that fills a field; a path into a list is its field's.
func columnOf(m *dispatch.Mapping, path string) string {
	if m == nil {
		return ""
	}
	name, _, _ := bytes.Cut([]byte(path), []byte("["))
	for _, f := range m.Fields {
		if f.Field == path || f.Field == string(name) {
			return f.Column
		}
	}
	if path == "geometry" {
		return m.Geometry + m.Lon
	}
	return ""
}

// clipped cuts a text at n characters.
func clipped(text string, n int) string {
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	return string([]rune(text)[:n]) + "…"
}

// importChanges shows rows, and of what is in the ledger already what differs.
func importChanges(k *call, list []dispatch.RowChange) ([]ImportRow, error) {
	out := []ImportRow{}
	for _, c := range list {
		point, err := geo.MarshalGeoJSON(c.New.Geometry.Bound().Center())
		if err != nil {
			return nil, err
		}
		row := ImportRow{Row: some(c.Line), Code: c.New.Code, Name: c.New.Name, Point: ptr(Point(point)), Fields: []ImportChange{}}
		if c.Old != nil {
			was, err := membersOf(k, c.Old)
			if err != nil {
				return nil, err
			}
			is, err := membersOf(k, c.New)
			if err != nil {
				return nil, err
			}
			row.Fields = differing(was, is)
		}
		out = append(out, row)
	}
	return out, nil
}

// membersOf are an entry's properties and shape as JSON, people masked for
// whom they are masked elsewhere.
func membersOf(k *call, e *dispatch.Entry) (map[string]json.RawMessage, error) {
	raw, err := e.Properties()
	if err != nil {
		return nil, err
	}
	if k.who.actor.MasksEntry(e.Division, e.Sensitivity) {
		raw = redact(raw)
	}
	all := map[string]json.RawMessage{}
	if err := json.Unmarshal(raw, &all); err != nil {
		return nil, fmt.Errorf("read properties: %w", err)
	}
	if all["geometry"], err = geo.MarshalGeoJSON(e.Geometry); err != nil {
		return nil, err
	}
	return all, nil
}

func differing(was, is map[string]json.RawMessage) []ImportChange {
	names := map[string]bool{}
	for name := range was {
		names[name] = true
	}
	for name := range is {
		names[name] = true
	}
	out := []ImportChange{}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if !bytes.Equal(was[name], is[name]) {
			out = append(out, ImportChange{Field: name, Old: some(clipped(string(was[name]), 500)), New: some(clipped(string(is[name]), 500))})
		}
	}
	return out
}
