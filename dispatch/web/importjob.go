package web

import (
	"context"
	"io"
	"mime"
	"net/http"
	"strconv"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"onemap/dispatch"
	"onemap/geo/crs"
)

// Imports keeps foreign files until their rows are in a ledger. Each import is
// its sender's alone; to anybody else it is not there.
type Imports interface {
	// Start takes a file under an id and has it read; divisions are codes by name.
	Start(id, by dispatch.ID, l dispatch.Ledger, name string, o dispatch.ReadOptions, divisions map[string]string, body io.Reader) (dispatch.ImportJob, error)
	List(by dispatch.ID) []dispatch.ImportJob
	Job(by, id dispatch.ID) (dispatch.ImportJob, error)
	Map(by, id dispatch.ID, m dispatch.Mapping) (dispatch.ImportJob, error)
	Mappings(l dispatch.Ledger) ([]dispatch.Mapping, error)
	// Rows makes rows by the mapping; Cells returns some rows as the file has them.
	Rows(by, id dispatch.ID) (dispatch.ImportRows, error)
	Cells(by, id dispatch.ID, rows map[int]bool) (map[int]map[string]string, error)
	Applied(by, id dispatch.ID, seq dispatch.Seq) error
	Drop(by, id dispatch.ID) error
}

// startImport takes the bytes of a foreign file.
func (s *Server) startImport(c echo.Context) error {
	r, k := c.Request(), callOf(c.Request().Context())
	p := s.Live.Picture()
	ledger := LedgerCode(c.QueryParam("ledger"))
	if !ledger.Valid() {
		return badParameter("ledger", "a ledger's code")
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/octet-stream" {
		return refuse(415, "bad_content_type", "send application/octet-stream")
	}
	o := dispatch.ReadOptions{Layer: c.QueryParam("layer"), Encoding: c.QueryParam("encoding")}
	if o.Encoding != "" && o.Encoding != "utf-8" && o.Encoding != "gbk" {
		return badParameter("encoding", "utf-8 or gbk")
	}
	if text := c.QueryParam("header"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > 1000 {
			return badParameter("header", "a row from 1 to 1000")
		}
		o.Header = n
	}
	name := c.QueryParam("file")
	if !utf8.ValidString(name+o.Layer) || utf8.RuneCountInString(name) > 200 || utf8.RuneCountInString(o.Layer) > 200 {
		return badParameter("file", "a name of at most 200 characters")
	}
	body := &watchedBody{Reader: r.Body}
	job, err := s.Imports.Start(k.command, k.who.actor.ID, dispatch.Ledger(ledger), name, o, divisionNames(p), body)
	if body.err != nil {
		return bodyError(body.err)
	}
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, importJob(job))
}

// watchedBody remembers why a body ended early: the caller's fault, not ours.
type watchedBody struct {
	io.Reader
	err error
}

func (b *watchedBody) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if err != nil && err != io.EOF { //nolint:errorlint // a reader's end is never wrapped
		b.err = err
	}
	return n, err
}

// divisionNames are the codes of divisions by their names, where a name is one
// division's alone.
func divisionNames(p *dispatch.Picture) map[string]string {
	codes, twice := map[string]string{}, map[string]bool{}
	for _, e := range p.Shelf(dispatch.Divisions).ByCode() {
		_, taken := codes[e.Name]
		twice[e.Name] = taken
		codes[e.Name] = e.Code
	}
	for name, ambiguous := range twice {
		if ambiguous {
			delete(codes, name)
		}
	}
	return codes
}

// ListImports lists the caller's.
func (s api) ListImports(ctx context.Context, _ ListImportsRequestObject) (ListImportsResponseObject, error) {
	answer := ListImports200JSONResponse{Imports: []ImportJob{}}
	for _, job := range s.Imports.List(callOf(ctx).who.actor.ID) {
		answer.Imports = append(answer.Imports, importJob(job))
	}
	return answer, nil
}

// ReadImport shows one.
func (s api) ReadImport(ctx context.Context, r ReadImportRequestObject) (ReadImportResponseObject, error) {
	job, err := s.Imports.Job(callOf(ctx).who.actor.ID, r.Id)
	return ReadImport200JSONResponse(importJob(job)), err
}

// DropImport forgets one.
func (s api) DropImport(ctx context.Context, r DropImportRequestObject) (DropImportResponseObject, error) {
	return DropImport204Response{}, s.Imports.Drop(callOf(ctx).who.actor.ID, r.Id)
}

// MapImport says which column is which field.
func (s api) MapImport(ctx context.Context, r MapImportRequestObject) (MapImportResponseObject, error) {
	b := r.Body
	m := dispatch.Mapping{Name: or(b.Name, ""), Datum: crs.Datum(or(b.Datum, "")), Lon: or(b.Lon, ""), Lat: or(b.Lat, ""), Geometry: or(b.Geometry, "")}
	for _, f := range b.Fields {
		m.Fields = append(m.Fields, dispatch.FieldMapping{Field: f.Field, Column: or(f.Column, ""), Constant: or(f.Constant, ""), Unit: string(or(f.Unit, "")), Values: or(f.Values, nil)})
	}
	job, err := s.Imports.Map(callOf(ctx).who.actor.ID, r.Id, m)
	return MapImport200JSONResponse(importJob(job)), err
}

// ListImportMappings lists what was kept.
func (s api) ListImportMappings(_ context.Context, r ListImportMappingsRequestObject) (ListImportMappingsResponseObject, error) {
	if !r.Params.Ledger.Valid() {
		return nil, badParameter("ledger", "a ledger's code")
	}
	all, err := s.Imports.Mappings(dispatch.Ledger(r.Params.Ledger))
	answer := ListImportMappings200JSONResponse{Mappings: []ImportMapping{}}
	for _, m := range all {
		answer.Mappings = append(answer.Mappings, importMapping(m))
	}
	return answer, err
}

func importJob(j dispatch.ImportJob) ImportJob {
	out := ImportJob{
		Id: j.ID, Ledger: LedgerCode(j.Ledger), File: j.File, Bytes: j.Bytes, State: ImportState(j.State), Rows: j.Rows,
		Expected: some(j.Expected), CreatedAt: j.CreatedAt.UTC(), Seq: some(int64(j.Seq)),
	}
	if j.Shape != nil {
		out.Shape = ptr(importShape(*j.Shape))
	}
	if j.Mapping != nil {
		out.Mapping = ptr(importMapping(*j.Mapping))
	}
	if j.Failure != nil {
		words := titles[j.Failure.Code]
		out.Failure = &ImportFailure{Code: j.Failure.Code, Title: words[0], TitleEn: words[1], Text: j.Failure.Text}
	}
	return out
}

func importShape(f dispatch.FileShape) ImportShape {
	out := ImportShape{
		Format: ImportShapeFormat(f.Format), Layer: some(f.Layer), Layers: append([]string{}, f.Layers...), Encoding: some(f.Encoding),
		Datum: some(Datum(f.Datum)), Crs: some(f.CRS), Planar: f.Planar, Shapes: f.Shapes, Header: some(f.Header),
		Columns: []ImportColumn{}, Notes: append([]string{}, f.Notes...),
	}
	for _, c := range f.Columns {
		out.Columns = append(out.Columns, ImportColumn{Name: c.Name, Samples: append([]string{}, c.Samples...)})
	}
	return out
}

func importMapping(m dispatch.Mapping) ImportMapping {
	out := ImportMapping{Name: some(m.Name), Datum: some(Datum(m.Datum)), Lon: some(m.Lon), Lat: some(m.Lat), Geometry: some(m.Geometry), Fields: []ImportField{}}
	for _, f := range m.Fields {
		field := ImportField{Field: f.Field, Column: some(f.Column), Constant: some(f.Constant), Unit: some(ImportUnit(f.Unit))}
		if len(f.Values) > 0 {
			field.Values = &f.Values
		}
		out.Fields = append(out.Fields, field)
	}
	return out
}
