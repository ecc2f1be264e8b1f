package load

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"onemap/dispatch"
)

// Limits of a table (torture line 85).
const (
	maxColumns = 200
	maxCell    = 1 << 20
)

func badCSV(line int, format string, args ...any) error {
	return &dispatch.Error{Kind: dispatch.Malformed, Code: "bad_csv", Text: fmt.Sprintf("line %d: %s", line, fmt.Sprintf(format, args...))}
}

// csv takes a table: the first row names properties, beside them id, and lon
// and lat or geometry (GeoJSON in the cell). Lists stand in their cell as JSON.
func (in *intake) csv(body []byte) error {
	if !utf8.Valid(body) {
		decoded, err := simplifiedchinese.GB18030.NewDecoder().Bytes(body)
		if err != nil || bytes.Contains(decoded, []byte("\uFFFD")) {
			return badCSV(1, "neither UTF-8 nor GB18030")
		}
		body = decoded
		in.notes = append(in.notes, "read as GB18030")
	}
	t := table{src: body, line: 1}
	header, _, err := t.record()
	if err != nil {
		return err
	}
	if err := in.header(header); err != nil || len(in.problems) > 0 {
		return err
	}
	for t.more() {
		cells, line, err := t.record()
		if err != nil {
			return err
		}
		if len(cells) == 1 && cells[0] == "" {
			continue // an empty line
		}
		if len(cells) != len(header) {
			return badCSV(line, "%d cells under %d columns", len(cells), len(header))
		}
		if len(in.rows) >= maxRows {
			return ErrTooLarge.With("more than %d rows", maxRows)
		}
		in.cells(line, header, cells)
	}
	return nil
}

// header refuses columns that are no property, before any row.
func (in *intake) header(names []string) error {
	seen := map[string]bool{}
	for _, name := range names {
		if seen[name] {
			return badCSV(1, "column %q twice", name)
		}
		seen[name] = true
		if _, known := in.fields.byName[name]; !known && name != "id" && name != "lon" && name != "lat" && name != "geometry" {
			in.refuse(1, name, "unknown_field", "a %s has no such property", in.ledger)
		}
	}
	if seen["lon"] != seen["lat"] || seen["lon"] == seen["geometry"] {
		return badCSV(1, "wanted: columns lon and lat, or geometry")
	}
	return nil
}

// cells makes a raw row. An empty cell says nothing.
func (in *intake) cells(line int, header, cells []string) {
	r := raw{line: line}
	var lon, lat string
	for i, cell := range cells {
		if cell == "" {
			continue
		}
		switch header[i] {
		case "id":
			r.id = cell
		case "lon":
			lon = strings.TrimSpace(cell)
		case "lat":
			lat = strings.TrimSpace(cell)
		case "geometry":
			r.geometry = []byte(cell)
		default:
			f := in.fields.list[in.fields.byName[header[i]]]
			value, err := in.jsonOf(f.kind, cell)
			if err != nil {
				in.refuse(line, f.name, "bad_type", "%v", err)
				return
			}
			r.properties = append(r.properties, member{f.name, value})
		}
	}
	if lon != "" || lat != "" {
		if !isNumber(lon) || !isNumber(lat) {
			in.refuse(line, "geometry", "bad_geometry", "lon %.40q and lat %.40q are not two numbers", lon, lat)
			return
		}
		r.geometry = fmt.Appendf(nil, `{"type":"Point","coordinates":[%s,%s]}`, lon, lat)
	}
	in.take(r)
}

// jsonOf turns a cell into the JSON its property has in a GeoJSON file.
func (in *intake) jsonOf(t reflect.Type, cell string) (json.RawMessage, error) {
	if isText(t) {
		text, taken := unguard(cell)
		if taken {
			in.counts.unguarded++
		}
		return json.Marshal(text)
	}
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	value := strings.TrimSpace(cell)
	if t.Kind() == reflect.Bool {
		value = strings.ToLower(value)
	}
	if !json.Valid([]byte(value)) || t.Kind() != reflect.Slice && t.Kind() != reflect.Struct && value[0] == '"' {
		return nil, fmt.Errorf("%.40q is no %s", cell, kindName(t))
	}
	return json.RawMessage(value), nil
}

// isNumber keeps a decimal comma from becoming a third coordinate.
func isNumber(text string) bool {
	_, err := strconv.ParseFloat(text, 64)
	return err == nil
}

func kindName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Slice, reflect.Struct:
		return "JSON"
	case reflect.Bool:
		return "true or false"
	}
	return "number"
}

// guarded says whether a cell would be read as a formula by a spreadsheet, or
// looks as if it had been guarded: apostrophes, then a sign that begins one.
func guarded(cell string) bool {
	rest := strings.TrimLeft(cell, "'")
	return rest != "" && strings.ContainsAny(firstRune(rest), "=+-@\t\r＝＋－＠")
}

func firstRune(s string) string {
	for i := range s {
		if i > 0 {
			return s[:i]
		}
	}
	return s
}

// guard puts one apostrophe before such a cell; unguard takes one off. Each
// undoes the other for every text.
func guard(cell string) string {
	if guarded(cell) {
		return "'" + cell
	}
	return cell
}

func unguard(cell string) (string, bool) {
	if strings.HasPrefix(cell, "'") && guarded(cell) {
		return cell[1:], true
	}
	return cell, false
}

// table reads RFC 4180, to the letter: encoding/csv would change line ends
// inside cells, and holds a record of any width.
type table struct {
	src  []byte
	line int
}

func (t *table) more() bool { return len(t.src) > 0 }

// record reads one record and the line it began on.
func (t *table) record() (cells []string, line int, err error) {
	line = t.line
	for {
		cell, last, err := t.cell()
		if err != nil {
			return nil, line, err
		}
		if cells = append(cells, cell); len(cells) > maxColumns {
			return nil, line, badCSV(line, "more than %d columns", maxColumns)
		}
		if last {
			return cells, line, nil
		}
	}
}

func (t *table) cell() (text string, last bool, err error) {
	if len(t.src) > 0 && t.src[0] == '"' {
		return t.quoted()
	}
	end := bytes.IndexAny(t.src, ",\n\"")
	if end < 0 {
		end = len(t.src)
	}
	if end > maxCell {
		return "", false, badCSV(t.line, "a cell of more than 1 MB")
	}
	text, t.src = string(t.src[:end]), t.src[end:]
	switch {
	case len(t.src) == 0:
		return strings.TrimSuffix(text, "\r"), true, nil
	case t.src[0] == '"':
		return "", false, badCSV(t.line, "a quote inside a cell that does not begin with one")
	case t.src[0] == '\n':
		t.src, t.line = t.src[1:], t.line+1
		return strings.TrimSuffix(text, "\r"), true, nil
	}
	t.src = t.src[1:]
	return text, false, nil
}

func (t *table) quoted() (text string, last bool, err error) {
	begun := t.line
	var out []byte
	rest := t.src[1:]
	for {
		end := bytes.IndexByte(rest, '"')
		if end < 0 {
			return "", false, badCSV(begun, "a quote that is not closed")
		}
		out = append(out, rest[:end]...)
		t.line += bytes.Count(rest[:end], []byte("\n"))
		if len(out) > maxCell {
			return "", false, badCSV(begun, "a cell of more than 1 MB")
		}
		rest = rest[end+1:]
		if len(rest) == 0 || rest[0] != '"' {
			break
		}
		out, rest = append(out, '"'), rest[1:]
	}
	t.src = rest
	switch {
	case len(rest) == 0:
		return string(out), true, nil
	case rest[0] == ',':
		t.src = rest[1:]
		return string(out), false, nil
	case rest[0] == '\n' || bytes.HasPrefix(rest, []byte("\r\n")):
		t.src, t.line = rest[bytes.IndexByte(rest, '\n')+1:], t.line+1
		return string(out), true, nil
	}
	return "", false, badCSV(t.line, "text behind a closing quote")
}
