// Package load reads and writes files: ledgers as GeoJSON or CSV, roads as
// OpenStreetMap data, the base map as GeoJSON. It decides nothing: rows go to
// the desk, which takes all or none.
package load

import (
	"bytes"
	"fmt"
	"io"

	"onemap/dispatch"
	"onemap/geo"
	"onemap/geo/crs"
)

// Limits of one file. What is beyond is refused before it is held in memory.
const (
	maxFile     = 64 << 20
	maxRows     = 200_000
	maxVertices = 1_000_000 // of one geometry (torture line 61)
	maxProblems = 1000      // told of; the rest is counted
)

// Refusals of a whole file.
var (
	ErrTooLarge = &dispatch.Error{Kind: dispatch.TooLarge, Code: "too_large", Text: "the file is larger than 64 MB"}
	ErrFormat   = &dispatch.Error{Kind: dispatch.Malformed, Code: "bad_format", Text: "geojson or csv"}
	ErrNoDatum  = &dispatch.Error{Kind: dispatch.Invalid, Code: "crs_required", Text: "say the datum: wgs84, cgcs2000, gcj02 or bd09"}
)

// Rows reads a ledger from a file of format geojson or csv, whose coordinates
// are in that datum, and brings them to WGS84, rounded to 1e-7 degrees. notes
// say what was done to the file beside reading it; problems name every row that
// cannot be an entry, and every property that nobody knows. err is a file that
// is no such file at all. The rows themselves are the desk's to check.
func Rows(l dispatch.Ledger, format string, datum crs.Datum, r io.Reader) (rows []dispatch.Row, notes []string, problems []dispatch.RowProblem, err error) {
	if _, err := dispatch.NewDetail(l); err != nil {
		return nil, nil, nil, dispatch.ErrNotFound.With("%v", err)
	}
	switch datum {
	case crs.WGS84, crs.CGCS2000, crs.GCJ02, crs.BD09:
	default:
		return nil, nil, nil, ErrNoDatum
	}
	raw, err := readFile(r)
	if err != nil {
		return nil, nil, nil, err
	}
	in := &intake{ledger: l, datum: datum, fields: fieldsOf(l)}
	switch format {
	case "geojson", "json":
		err = in.geojson(raw)
	case "csv":
		err = in.csv(raw)
	default:
		err = ErrFormat
	}
	if err != nil {
		return nil, nil, nil, err
	}
	in.sayCounts()
	return in.rows, in.notes, in.problems, nil
}

// readFile holds a file in memory, without its byte order mark.
func readFile(r io.Reader) ([]byte, error) {
	raw, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("read file: %w", err)
	}
	if len(raw) > maxFile {
		return nil, ErrTooLarge
	}
	return bytes.TrimPrefix(raw, []byte("\xEF\xBB\xBF")), nil
}

// intake gathers the rows of one file.
type intake struct {
	ledger   dispatch.Ledger
	datum    crs.Datum
	fields   fields
	rows     []dispatch.Row
	notes    []string
	problems []dispatch.RowProblem
	counts   struct{ unsaid, flattened, unguarded, strangeIDs, foreign int }
}

func (in *intake) refuse(line int, path, code, format string, args ...any) {
	if len(in.problems) >= maxProblems {
		in.counts.unsaid++
		return
	}
	in.problems = append(in.problems, dispatch.RowProblem{Line: line, Field: dispatch.Field{Path: path, Code: code, Text: fmt.Sprintf(format, args...)}})
}

func (in *intake) sayCounts() {
	for _, c := range []struct {
		n    int
		text string
	}{
		{in.counts.flattened, "altitudes or measures dropped from %d geometries"},
		{in.counts.unguarded, "the protecting ' taken off %d cells"},
		{in.counts.strangeIDs, "%d ids are no UUID and were left aside; codes decide"},
		{in.counts.foreign, "%d members beside id, geometry and properties left aside"},
		{in.counts.unsaid, "%d more problems not listed"},
	} {
		if c.n > 0 {
			in.notes = append(in.notes, fmt.Sprintf(c.text, c.n))
		}
	}
	switch in.datum {
	case crs.GCJ02, crs.BD09:
		in.notes = append(in.notes, fmt.Sprintf("coordinates brought from %s to wgs84", in.datum))
	}
}

// raw is one row as a file has it: JSON values by property.
type raw struct {
	line       int
	id         string
	properties []member
	geometry   []byte // GeoJSON; nil: none
}

// take makes a row, or says what is wrong with it.
func (in *intake) take(r raw) {
	before := len(in.problems) + in.counts.unsaid
	detail, err := dispatch.NewDetail(in.ledger)
	if err != nil {
		return // checked at the door
	}
	e := dispatch.Entry{Ledger: in.ledger, Detail: detail}
	if r.id != "" {
		if id, ok := uuidOf(r.id); ok {
			e.ID = id
		} else {
			in.counts.strangeIDs++
		}
	}
	in.decode(r, &e)
	in.shape(r, &e)
	in.source(r.line, &e)
	if len(in.problems)+in.counts.unsaid == before {
		in.rows = append(in.rows, dispatch.Row{Line: r.line, Entry: e})
	}
}

func (in *intake) shape(r raw, e *dispatch.Entry) {
	if r.geometry == nil {
		in.refuse(r.line, "geometry", "required", "every entry stands somewhere")
		return
	}
	g, flattened, err := geo.ParseFlatGeoJSON(r.geometry, maxVertices)
	if err != nil {
		in.refuse(r.line, "geometry", "bad_geometry", "%v", err)
		return
	}
	if flattened {
		in.counts.flattened++
	}
	if g, err = crs.GeometryToWGS84(in.datum, g); err != nil {
		in.refuse(r.line, "geometry", "bad_geometry", "%v", err)
		return
	}
	e.Geometry = geo.Snap(g)
}

// source notes the datum an entry was handed in. A file that was converted
// cannot at the same time hold rows of another datum.
func (in *intake) source(line int, e *dispatch.Entry) {
	converts := in.datum == crs.GCJ02 || in.datum == crs.BD09
	switch {
	case e.SourceDatum == "":
		e.SourceDatum = in.datum
	case converts && e.SourceDatum != in.datum:
		in.refuse(line, "source_datum", "contradiction", "the row says %s, the file was said to be %s", e.SourceDatum, in.datum)
	}
}
