package web

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"mime"
	"net/http"

	"github.com/labstack/echo/v4"

	"onemap/dispatch"
	"onemap/geo/crs"
)

// maxRowErrors is how many bad rows are named; whoever has more has one
// mistake many times.
const maxRowErrors = 1000

// formats are the file formats by media type.
var formats = map[string]string{"text/csv": "csv", "application/geo+json": "geojson"}

// importEntries takes a file into a ledger.
func (s *Server) importEntries(c echo.Context) error {
	r, k := c.Request(), callOf(c.Request().Context())
	if _, err := shelf(s.Live.Picture(), LedgerCode(c.Param("ledger"))); err != nil {
		return err
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || formats[kind] == "" {
		return refuse(415, "bad_content_type", "send text/csv or application/geo+json")
	}
	datum, dry, err := importQuery(c)
	if err != nil {
		return err
	}
	select {
	case s.importing <- struct{}{}:
		defer func() { <-s.importing }()
	default:
		return &refused{status: 503, code: "import_running", detail: "one import at a time", retry: 10}
	}
	report, err := s.importFile(r.Context(), k, dispatch.Ledger(c.Param("ledger")), formats[kind], datum, dry, r.Body)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, report)
}

func importQuery(c echo.Context) (datum crs.Datum, dry bool, err error) {
	switch text := c.QueryParam("datum"); {
	case text == "":
		return "", false, &refused{status: 422, code: "crs_required", detail: "say which datum the coordinates are in",
			fields: []FieldProblem{{Path: "datum", Code: "crs_required", Text: "one of: wgs84, cgcs2000, gcj02, bd09"}}}
	case !Datum(text).Valid():
		return "", false, &refused{status: 422, code: "bad_enum", detail: "datum is one of: wgs84, cgcs2000, gcj02, bd09",
			fields: []FieldProblem{{Path: "datum", Code: "bad_enum", Text: "one of: wgs84, cgcs2000, gcj02, bd09"}}}
	default:
		datum = crs.Datum(text)
	}
	switch c.QueryParam("dry_run") {
	case "", "false":
	case "true":
		dry = true
	default:
		return "", false, badParameter("dry_run", "true or false")
	}
	return datum, dry, nil
}

// importFile reads the rows and hands them to the desk. Rows that could not be
// read make it a dry run, so that the report names what else is wrong.
func (s *Server) importFile(ctx context.Context, k *call, l dispatch.Ledger, format string, datum crs.Datum, dry bool, body io.Reader) (ImportReport, error) {
	sum := sha256.New()
	rows, notes, problems, err := s.Read(l, format, datum, io.TeeReader(body, sum))
	if err != nil {
		if refusalOf(err) != nil {
			return ImportReport{}, err
		}
		return ImportReport{}, refuse(422, "bad_file", err.Error())
	}
	k.sign(sum.Sum(nil))
	unread := map[int]bool{}
	for _, p := range problems {
		unread[p.Line] = true
	}
	taken, err := s.Desk.Import(ctx, k.asCommand(s.now()), l, rows, dry || len(problems) > 0)
	if err != nil {
		return ImportReport{}, err
	}
	problems = append(problems, taken.Problems...)
	report := ImportReport{DryRun: dry, Rows: len(rows) + len(unread), Added: taken.Added, Changed: taken.Changed, Unchanged: taken.Unchanged, Errors: []RowError{}}
	for _, p := range problems[:min(len(problems), maxRowErrors)] {
		words := titles[p.Code]
		report.Errors = append(report.Errors, RowError{Row: p.Line, Path: p.Path, Code: p.Code, Title: some(words[0]), TitleEn: some(words[1]), Text: p.Text})
	}
	if more := len(problems) - maxRowErrors; more > 0 {
		notes = append(notes, fmt.Sprintf("%d further errors are not listed", more))
	}
	if taken.Receipt.Seq > 0 && taken.Added+taken.Changed == 0 {
		notes = append(notes, fmt.Sprintf("this command was answered before: the file was taken at %d", taken.Receipt.Seq))
	}
	if len(notes) > 0 {
		report.Notes = &notes
	}
	if taken.Receipt.Seq > 0 {
		k.receipt = taken.Receipt
		s.await(ctx, taken.Receipt.Seq)
	}
	report.Seq = int64(max(taken.Receipt.Seq, s.Live.Picture().Seq))
	return report, nil
}

// exportEntries writes the ledger in the caller's scope as a file.
func (s *Server) exportEntries(c echo.Context) error {
	a, p := callOf(c.Request().Context()).who.actor, s.Live.Picture()
	ledger, format := c.Param("ledger"), c.QueryParam("format")
	all, err := shelf(p, LedgerCode(ledger))
	if err != nil {
		return err
	}
	kind := map[string]string{"csv": "text/csv; charset=utf-8", "geojson": "application/geo+json"}[format]
	if kind == "" {
		return badParameter("format", "csv or geojson")
	}
	var entries []*dispatch.Entry
	for _, e := range all.ByCode() {
		if a.Sees(e.Division, e.Sensitivity) {
			entries = append(entries, e)
		}
	}
	h := c.Response().Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s-%d.%s"`, ledger, p.Seq, format))
	if err := s.Write(c.Response(), dispatch.Ledger(ledger), format, entries); err != nil {
		if !c.Response().Committed {
			return fmt.Errorf("export %s: %w", ledger, err)
		}
		s.Log.Warn("export cut short", "ledger", ledger, "error", err)
		panic(http.ErrAbortHandler) // a short file must not look whole
	}
	return nil
}
