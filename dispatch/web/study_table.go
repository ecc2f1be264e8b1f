package web

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"

	"onemap/dispatch/study"
)

// csv writes one table (RFC 4180), its columns headed in the caller's language.
func (r resultAsked) csv() (studyFile, error) {
	t, err := r.tableOf()
	if err != nil {
		return studyFile{}, err
	}
	var out bytes.Buffer
	out.WriteString("\uFEFF") // a spreadsheet takes a file without this mark for the local code page
	heads := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		heads[i] = cmp.Or(c.Title, c.Code)
		if r.english {
			heads[i] = cmp.Or(c.TitleEN, c.Code)
		}
		if c.Unit != "" && c.Unit != "text" {
			heads[i] += " (" + c.Unit + ")"
		}
	}
	record(&out, heads...)
	for _, row := range t.Rows {
		for i, cell := range row {
			if i > 0 {
				out.WriteByte(',')
			}
			out.WriteString(csvCell(cell))
		}
		out.WriteString("\r\n")
	}
	f := r.file("text/csv; charset=utf-8", "csv", out.Bytes())
	f.name = fmt.Sprintf("study-%s-%s.csv", r.st.ID, t.Code)
	return f, nil
}

// csvCell writes a number as it is, and text so that no spreadsheet computes it.
func csvCell(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case json.Number:
		return v.String()
	case string:
		var out bytes.Buffer
		record(&out, v)
		return string(bytes.TrimSuffix(out.Bytes(), []byte("\r\n")))
	}
	return fmt.Sprint(v)
}

// tableOf is the table asked for, the first when none is named. Its numbers are
// as they were written.
func (r resultAsked) tableOf() (study.Table, error) {
	var result struct {
		Tables []study.Table `json:"tables"`
	}
	d := json.NewDecoder(bytes.NewReader(r.raw))
	d.UseNumber()
	if err := d.Decode(&result); err != nil {
		return study.Table{}, fmt.Errorf("read result of %s: %w", r.st.ID, err)
	}
	for _, t := range result.Tables {
		if r.table == "" || t.Code == r.table {
			return t, nil
		}
	}
	return study.Table{}, badParameter("table", "the result has no such table")
}

// geoJSON writes one layer, or all in one collection, each thing with the code
// of its layer.
func (r resultAsked) geoJSON() (studyFile, error) {
	result, err := study.Decode(r.raw)
	if err != nil {
		return studyFile{}, err
	}
	name := cmp.Or(r.layer, "layers")
	all := []json.RawMessage{}
	for _, l := range result.Layers {
		if r.layer != "" {
			if l.Code == r.layer {
				f := r.file("application/geo+json", "geojson", l.Features)
				f.name = fmt.Sprintf("study-%s-%s.geojson", r.st.ID, name)
				return f, nil
			}
			continue
		}
		features, err := labelled(l)
		if err != nil {
			return studyFile{}, err
		}
		all = append(all, features...)
	}
	if r.layer != "" {
		return studyFile{}, badParameter("layer", "the result has no such layer")
	}
	body, err := json.Marshal(struct {
		Type     string            `json:"type"`
		Features []json.RawMessage `json:"features"`
	}{collection, all})
	if err != nil {
		return studyFile{}, fmt.Errorf("write layers of %s: %w", r.st.ID, err)
	}
	return r.file("application/geo+json", "geojson", body), nil
}

// labelled are the features of a layer, each saying which it is of.
func labelled(l study.Layer) ([]json.RawMessage, error) {
	var read struct {
		Features []struct {
			Type       string                     `json:"type"`
			Geometry   json.RawMessage            `json:"geometry"`
			Properties map[string]json.RawMessage `json:"properties"`
		} `json:"features"`
	}
	if err := json.Unmarshal(l.Features, &read); err != nil {
		return nil, fmt.Errorf("read layer %s: %w", l.Code, err)
	}
	all := make([]json.RawMessage, len(read.Features))
	for i, f := range read.Features {
		if f.Properties == nil {
			f.Properties = map[string]json.RawMessage{}
		}
		f.Properties["layer"], _ = json.Marshal(l.Code)
		raw, err := json.Marshal(f)
		if err != nil {
			return nil, fmt.Errorf("write layer %s: %w", l.Code, err)
		}
		all[i] = raw
	}
	return all, nil
}
