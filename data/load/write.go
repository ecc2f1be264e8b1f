package load

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/geo"
)

// Write writes entries as Rows reads them, in WGS84, format geojson or csv. In
// a table, text that a spreadsheet would take for a formula gets an apostrophe
// before it, which reading takes off again.
func Write(w io.Writer, l dispatch.Ledger, format string, entries []*dispatch.Entry) error {
	out := bufio.NewWriterSize(w, 64<<10)
	var err error
	switch format {
	case "geojson", "json":
		err = writeGeoJSON(out, entries)
	case "csv":
		err = writeCSV(out, l, entries)
	default:
		return ErrFormat
	}
	if err != nil {
		return fmt.Errorf("write %s as %s: %w", l, format, err)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write %s as %s: %w", l, format, err)
	}
	return nil
}

func writeGeoJSON(w *bufio.Writer, entries []*dispatch.Entry) error {
	w.WriteString(`{"type":"FeatureCollection","features":[`)
	var line []byte
	for i, e := range entries {
		properties, err := e.Properties()
		if err != nil {
			return err
		}
		line = append(line[:0], "\n"...)
		if i > 0 {
			line = append(line[:0], ",\n"...)
		}
		line = fmt.Appendf(line, `{"type":"Feature","id":%q,"geometry":`, e.ID)
		if line, err = geo.AppendGeoJSON(line, e.Geometry); err != nil {
			return err
		}
		line = append(append(append(line, `,"properties":`...), properties...), '}')
		if _, err := w.Write(line); err != nil {
			return err
		}
	}
	_, err := w.WriteString("\n]}\n")
	return err
}

func writeCSV(w *bufio.Writer, l dispatch.Ledger, entries []*dispatch.Entry) error {
	all := fieldsOf(l)
	points := onlyPoints(entries)
	header := []string{"id"}
	for _, f := range all.list {
		header = append(header, f.name)
	}
	if points {
		header = append(header, "lon", "lat")
	} else {
		header = append(header, "geometry")
	}
	// A spreadsheet takes a file without this mark for the local code page.
	w.WriteString("\uFEFF")
	writeRecord(w, header)
	for _, e := range entries {
		cells, err := cellsOf(e, all)
		if err != nil {
			return err
		}
		shape, err := shapeCells(e.Geometry, points)
		if err != nil {
			return err
		}
		if err := writeRecord(w, append(cells, shape...)); err != nil {
			return err
		}
	}
	return nil
}

func onlyPoints(entries []*dispatch.Entry) bool {
	for _, e := range entries {
		if _, ok := e.Geometry.(orb.Point); !ok {
			return false
		}
	}
	return true
}

func cellsOf(e *dispatch.Entry, all fields) ([]string, error) {
	cells := []string{e.ID.String()}
	for _, f := range all.list {
		value, err := json.Marshal(f.of(e).Interface())
		if err != nil {
			return nil, fmt.Errorf("write %s: %w", f.name, err)
		}
		switch {
		case bytes.Equal(value, []byte("null")):
			cells = append(cells, "")
		case isText(f.kind):
			var text string
			if err := json.Unmarshal(value, &text); err != nil {
				return nil, fmt.Errorf("write %s: %w", f.name, err)
			}
			cells = append(cells, guard(text))
		default:
			cells = append(cells, string(value))
		}
	}
	return cells, nil
}

func shapeCells(g orb.Geometry, points bool) ([]string, error) {
	text, err := geo.MarshalGeoJSON(g)
	if err != nil || !points {
		return []string{string(text)}, err
	}
	// A point's coordinates, written as in GeoJSON: no digit more or less.
	at := bytes.IndexByte(text, '[')
	lon, lat, ok := strings.Cut(strings.Trim(string(text[at:]), "[]} "), ",")
	if !ok {
		return nil, fmt.Errorf("no coordinates in %s", text)
	}
	return []string{lon, strings.TrimSpace(lat)}, nil
}

func writeRecord(w *bufio.Writer, cells []string) error {
	for i, cell := range cells {
		if i > 0 {
			w.WriteByte(',')
		}
		if strings.ContainsAny(cell, ",\"\r\n") || strings.HasPrefix(cell, " ") {
			cell = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
		}
		w.WriteString(cell)
	}
	_, err := w.WriteString("\r\n")
	return err
}
