package load

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"onemap/dispatch"
	"onemap/geo/crs"
)

// Units are what numbers of a file may be counted in, as factors to the
// ledger's own unit: people, metres, square metres, cubic metres, tonnes.
var Units = map[string]float64{
	"ten_thousand": 1e4, "hectare": 1e4, "mu": 10000.0 / 15, "km2": 1e6, "km": 1000, "cm": 0.01, "kg": 0.001, "hour": 60,
}

// MapRows makes rows of what ReadFile wrote. Rows that cannot be, and what the
// mapping itself lacks, are named in Problems. err is a mapping or a reading
// that cannot be used at all.
func MapRows(r io.Reader, shape *dispatch.FileShape, m dispatch.Mapping) (out dispatch.ImportRows, err error) {
	if err := CheckMapping(shape, m); err != nil {
		return out, err
	}
	in := &intake{ledger: m.Ledger, datum: m.Datum, fields: fieldsOf(m.Ledger)}
	if shape.Planar || in.datum == "" {
		in.datum = shape.Datum
	}
	if shape.Datum != "" && in.datum != shape.Datum {
		in.notes = append(in.notes, fmt.Sprintf("the file says %s; as asked, its coordinates were read as %s", shape.Datum, in.datum))
	}
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 64<<10), maxStream)
	for lines.Scan() {
		var l Line
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return out, fmt.Errorf("read rows: %w", err)
		}
		if l.Row == nil {
			continue
		}
		out.Read++
		if w := l.Row.Wrong; w != nil {
			in.refuse(w.Line, w.Path, w.Code, "%s", w.Text)
			continue
		}
		in.mapped(l.Row, m)
	}
	if err := lines.Err(); err != nil {
		return out, fmt.Errorf("read rows: %w", err)
	}
	in.sayCounts()
	out.Rows, out.Problems, out.Notes, out.Unsaid = in.rows, in.problems, in.notes, in.counts.unsaid
	return out, nil
}

// CheckMapping refuses, by path, what a mapping says that cannot be.
func CheckMapping(shape *dispatch.FileShape, m dispatch.Mapping) error {
	var p dispatch.Problems
	all := fieldsOf(m.Ledger)
	column := func(path, name string) {
		if !slices.ContainsFunc(shape.Columns, func(c dispatch.FileColumn) bool { return c.Name == name }) {
			p.Add(path, "column_unknown", "the file has no column %.60q", name)
		}
	}
	seen := map[string]bool{}
	for i, f := range m.Fields {
		path := fmt.Sprintf("fields[%d]", i)
		if _, known := target(all, f.Field); !known {
			p.Add(path+".field", "unknown_field", "a %s has no field %.60q", m.Ledger, f.Field)
		}
		if seen[f.Field] {
			p.Add(path+".field", "duplicate", "%s is filled twice", f.Field)
		}
		seen[f.Field] = true
		switch {
		case f.Column != "":
			column(path+".column", f.Column)
		case f.Constant == "":
			p.Add(path+".column", "required", "a column, or a text for every row")
		}
		if _, known := Units[f.Unit]; f.Unit != "" && !known {
			p.Add(path+".unit", "bad_enum", "unit %.40q is not known", f.Unit)
		}
	}
	checkPlaces(&p, shape, m, column)
	return p.Err()
}

// checkPlaces checks where the shapes come from and in which datum.
func checkPlaces(p *dispatch.Problems, shape *dispatch.FileShape, m dispatch.Mapping, column func(path, name string)) {
	for path, name := range map[string]string{"lon": m.Lon, "lat": m.Lat, "geometry": m.Geometry} {
		if name != "" {
			column(path, name)
		}
	}
	if !shape.Shapes && (m.Lon == "" || m.Lat == "") && m.Geometry == "" {
		p.Add("lon", "required", "the file has no shapes: say the columns of longitude and latitude, or of GeoJSON")
	}
	switch m.Datum {
	case crs.WGS84, crs.CGCS2000, crs.GCJ02, crs.BD09:
		if shape.Planar && m.Datum != shape.Datum {
			p.Add("datum", "contradiction", "the file is in %s of %s, and cannot be %s", shape.CRS, shape.Datum, m.Datum)
		}
	case "":
		if shape.Datum == "" {
			p.Add("datum", "crs_required", "the file does not say its datum: wgs84, cgcs2000, gcj02 or bd09")
		}
	default:
		p.Add("datum", "bad_enum", "wgs84, cgcs2000, gcj02 or bd09")
	}
}

// target finds a field of a ledger. A person's name and phones are fields of
// their own here: keeper.name, keeper.phones.
func target(all fields, name string) (field, bool) {
	head, part, dotted := strings.Cut(name, ".")
	at, ok := all.byName[head]
	if !ok || head == "source_datum" {
		return field{}, false
	}
	f := all.list[at]
	if dotted {
		return f, f.kind == reflect.TypeFor[*dispatch.Person]() && (part == "name" || part == "phones")
	}
	return f, true
}

// mapped makes one row of the ledger.
func (in *intake) mapped(r *FileRow, m dispatch.Mapping) {
	row := raw{line: r.N, geometry: r.Geometry}
	before := len(in.problems) + in.counts.unsaid
	people := map[string]map[string]any{}
	var order []string
	for _, f := range m.Fields {
		text := f.Constant
		if f.Column != "" && r.Cells[f.Column] != "" {
			text = r.Cells[f.Column]
		}
		if to, ok := f.Values[text]; ok {
			text = to
		}
		if text == "" {
			continue
		}
		kind, _ := target(in.fields, f.Field)
		if head, part, dotted := strings.Cut(f.Field, "."); dotted {
			if people[head] == nil {
				people[head], order = map[string]any{"name": "", "phones": []string{}}, append(order, head)
			}
			if people[head][part] = any(text); part == "phones" {
				people[head][part] = phones(text)
			}
			continue
		}
		value, err := in.valueOf(kind.kind, text, f.Unit)
		if err != nil {
			in.refuse(r.N, f.Field, "bad_type", "%v", err)
			continue
		}
		row.properties = append(row.properties, member{f.Field, value})
	}
	for _, head := range order {
		value, err := json.Marshal(people[head])
		if err == nil {
			row.properties = append(row.properties, member{head, value})
		}
	}
	if err := placeOf(&row, r, m); err != nil {
		in.refuse(r.N, "geometry", "bad_geometry", "%v", err)
	}
	if len(in.problems)+in.counts.unsaid == before {
		in.take(row)
	}
}

// phones parts several numbers in one cell.
func phones(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" ,;/、，；\n\t", r) })
}

// valueOf writes a cell as the JSON its field has. Numbers are multiplied by
// their unit; what then is no whole number stays none, and is refused later.
func (in *intake) valueOf(t reflect.Type, text, unit string) (json.RawMessage, error) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.Int, reflect.Int64, reflect.Float64:
		v, err := strconv.ParseFloat(strings.ReplaceAll(strings.TrimSpace(text), ",", ""), 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("%.40q is no number", text)
		}
		if unit != "" {
			v *= Units[unit]
			if t.Kind() != reflect.Float64 {
				v = math.Round(v)
			}
		}
		if t.Kind() != reflect.Float64 && v != math.Trunc(v) {
			return nil, fmt.Errorf("%.40q is no whole number", text)
		}
		return json.RawMessage(strconv.FormatFloat(v, 'f', -1, 64)), nil
	case reflect.Bool:
		switch strings.ToLower(text) {
		case "true", "1", "y", "yes", "是", "有":
			return json.RawMessage("true"), nil
		case "false", "0", "n", "no", "否", "无":
			return json.RawMessage("false"), nil
		}
		return nil, fmt.Errorf("%.40q is neither yes nor no", text)
	case reflect.Slice:
		if t.Elem().Kind() == reflect.String && !strings.HasPrefix(text, "[") {
			return json.Marshal(phones(text))
		}
	}
	if t == reflect.TypeFor[dispatch.Date]() {
		text = dayOf(text)
	}
	return in.jsonOf(t, text)
}

// dayOf writes 2026年3月1日 and 2026/3/1 as 2026-03-01.
func dayOf(text string) string {
	parts := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("-/.年月日", r) })
	if len(parts) < 3 {
		return text
	}
	day, _, _ := strings.Cut(parts[2], " ")
	return fmt.Sprintf("%s-%02s-%02s", parts[0], parts[1], day)
}

// placeOf takes the place of a row of a table from its columns.
func placeOf(row *raw, r *FileRow, m dispatch.Mapping) error {
	switch {
	case m.Geometry != "" && r.Cells[m.Geometry] != "":
		row.geometry = []byte(r.Cells[m.Geometry])
		if !json.Valid(row.geometry) {
			return errors.New("the cell holds no GeoJSON")
		}
	case m.Lon != "" && m.Lat != "":
		var p [2]float64
		for i, name := range []string{m.Lon, m.Lat} {
			v, err := degrees(r.Cells[name])
			if err != nil {
				return fmt.Errorf("column %s: %w", name, err)
			}
			p[i] = v
		}
		row.geometry = fmt.Appendf(nil, `{"type":"Point","coordinates":[%s,%s]}`, strconv.FormatFloat(p[0], 'f', -1, 64), strconv.FormatFloat(p[1], 'f', -1, 64))
	}
	return nil
}

// degrees reads 119.6 and 119°36′0.5″.
func degrees(text string) (float64, error) {
	if v, err := strconv.ParseFloat(strings.TrimSpace(text), 64); err == nil && !math.IsInf(v, 0) && !math.IsNaN(v) {
		return v, nil
	}
	parts := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("°度′'分″\"秒EN东经北纬: ", r) })
	sum, scale := 0.0, 1.0
	for i, part := range parts {
		v, err := strconv.ParseFloat(part, 64)
		if err != nil || !(v >= 0 && v <= 180) || i > 0 && v >= 60 || i > 2 {
			return 0, fmt.Errorf("%.40q is no angle", text)
		}
		sum += v / scale
		scale *= 60
	}
	if len(parts) < 2 {
		return 0, fmt.Errorf("%.40q is no angle", text)
	}
	return sum, nil
}
