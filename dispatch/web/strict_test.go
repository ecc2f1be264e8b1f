package web

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"onemap/dispatch"
)

type sample struct {
	Name string      `json:"name"`
	ID   dispatch.ID `json:"id,omitempty"`
	List []struct {
		N int `json:"n"`
	} `json:"list,omitempty"`
	Raw json.RawMessage `json:"raw,omitempty"`
}

func TestScanNamesTheCodeAndThePlace(t *testing.T) {
	for _, c := range []struct{ raw, code, path string }{
		{`{"name": "a"}`, "", ""},
		{` {"name": "\u6c34\ud83d\ude92", "list": [{"n": 1}, {"n": -2.5e3}], "raw": {"anything": [true, false]}} `, "", ""},
		{``, "bad_json", ""},
		{`{"name": "a",}`, "bad_json", ""},
		{`{"name": 'a'}`, "bad_json", ""},
		{`{"name": "a` + "\n" + `"}`, "bad_json", ""},
		{`{"name": "\x"}`, "bad_json", ""},
		{`{"name": "a"} 1`, "trailing_data", ""},
		{`{"name": "a", "list": [{"n": 1}, {"n": 01}]}`, "bad_json", ""},
		{`{"name": "a", "list": [{"n": 1}, {"m": 1}]}`, "unknown_field", "list[1].m"},
		{`{"name": "a", "list": [{"n": 1}, {}]}`, "required", "list[1].n"},
		{`{"list": []}`, "required", "name"},
		{`{"name": "a", "n\u0061me": "b"}`, "duplicate_key", "name"},
		{`{"name": "a", "NAME": "b"}`, "duplicate_key", "NAME"},
		{`{"name": "a", "raw": {"x": {"y": 1, "Y": 2}}}`, "duplicate_key", "raw.x.Y"},
		{`{"name": "a", "id": "x"}`, "bad_id", "id"},
		{`{"name": null}`, "null_value", "name"},
		{`{"name": "a", "raw": {"coordinates": [[1, -0], [1e400, 2]]}}`, "bad_geometry", "raw.coordinates[1][0]"},
		{`{"name": "\u0000"}`, "bad_text", "name"},
		{`{"name": "\ud800"}`, "bad_utf8", "name"},
	} {
		err := scan([]byte(c.raw), shapeOf(new(sample)))
		code, path := "", ""
		var r *refused
		if errors.As(err, &r) {
			code = r.code
			if len(r.fields) > 0 {
				path = r.fields[0].Path
			}
		}
		if code != c.code || path != c.path {
			t.Errorf("%s: %q at %q, want %q at %q", c.raw, code, path, c.code, c.path)
		}
	}
}

func TestManyNamesAreStillTold(t *testing.T) {
	var b strings.Builder
	for i := range 200 {
		b.WriteString(`"k` + strings.Repeat("x", i) + `": 1, `)
	}
	err := scan([]byte("{"+b.String()+`"kxx": 1}`), nil)
	if r := refusalOf(err); r == nil || r.code != "duplicate_key" {
		t.Errorf("got %v", err)
	}
}

// FuzzScan: whatever passes is JSON that encoding/json reads alike, and
// nothing makes it panic.
func FuzzScan(f *testing.F) {
	for _, s := range []string{`{"name": "a"}`, `[1, 2.5e-3, "\ud83d\ude92", {"a": {}}]`, `{"coordinates": [NaN]}`, `"\u00"`, "\xff", `{"a":1,"A":2}`, strings.Repeat("[", 70)} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if scan(raw, nil) == nil && !json.Valid(raw) {
			t.Errorf("%q passes and is no JSON", raw)
		}
	})
}
