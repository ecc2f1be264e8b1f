package load

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"onemap/dispatch"
)

// table reads a CSV file of any columns; the first row, or the one asked for,
// names them.
func (s *sink) table(body []byte, o dispatch.ReadOptions) error {
	s.shape.Format = "csv"
	switch asked := strings.ToLower(o.Encoding); {
	case (asked == "" || asked == "utf-8") && utf8.Valid(body):
		s.shape.Encoding = "UTF-8"
	case asked == "" || asked == "gbk" || asked == "gb18030":
		decoded, err := gbk().Bytes(body)
		if err != nil || bytes.ContainsRune(decoded, utf8.RuneError) {
			return badCSV(1, "neither UTF-8 nor GB18030")
		}
		body, s.shape.Encoding = decoded, "GBK"
		s.note("read as GB18030", 0)
	default:
		return errCoding.With("the file is not %.40q", o.Encoding)
	}
	t := table{src: body, line: 1}
	skip := max(1, o.Header)
	var header []string
	for range skip {
		if !t.more() {
			return badCSV(t.line, "no row %d to name the columns", skip)
		}
		cells, line, err := t.record()
		if err != nil {
			return err
		}
		header, s.shape.Header = cells, line
	}
	names, err := s.heads(header)
	if err != nil {
		return err
	}
	for t.more() {
		cells, line, err := t.record()
		if err != nil {
			return err
		}
		if len(cells) == 1 && cells[0] == "" {
			continue
		}
		if len(cells) != len(header) {
			if err := s.wrong(line, "", "bad_row", "%d cells under %d columns", len(cells), len(header)); err != nil {
				return err
			}
			continue
		}
		row := make([]cell, len(cells))
		for i, text := range cells {
			text, _ = unguard(text)
			row[i] = cell{names[i], strings.TrimSpace(text)}
		}
		if err := s.row(line, row, nil); err != nil {
			return err
		}
	}
	return nil
}

// heads names the columns: what has no name is called by its number.
func (s *sink) heads(header []string) ([]string, error) {
	names := make([]string, len(header))
	for i, text := range header {
		names[i] = strings.Join(strings.Fields(text), " ")
		if names[i] == "" {
			names[i] = fmt.Sprintf("column %d", i+1)
		}
		if slices.Contains(names[:i], names[i]) {
			return nil, badFile("column %.40q twice", names[i])
		}
		if _, err := s.column(names[i]); err != nil {
			return nil, err
		}
	}
	return names, nil
}

// geojson reads a FeatureCollection of any properties; a lone feature or
// geometry counts as one. Numbers keep their digits, objects stay JSON.
func (s *sink) geojson(body []byte) error {
	s.shape.Format, s.shape.Shapes, s.shape.Encoding = "geojson", true, "UTF-8"
	if !utf8.Valid(body) {
		return malformed("not UTF-8")
	}
	return features(asCollection(body), func(n int, feature []member) error {
		var cells []cell
		var geometry []byte
		kind := ""
		for _, m := range feature {
			switch m.name {
			case "type":
				kind = idText(m.value)
			case "id":
				cells = add(cells, "id", idText(m.value))
			case "geometry":
				geometry = m.value
			case "properties":
				all, err := propertyCells(m.value)
				if err != nil {
					return s.wrong(n, "properties", "bad_type", "%v", err)
				}
				cells = append(cells, all...)
			}
		}
		if kind != "Feature" {
			return s.wrong(n, "type", "bad_type", "type is %.40q and not Feature", kind)
		}
		return s.taken(n, cells, geometry)
	})
}
