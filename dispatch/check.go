package dispatch

import (
	"fmt"
	"regexp"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"onemap/geo"
	"onemap/geo/crs"
)

// maxVertices is the most an interactive shape may have; an import may have
// more (reliability, torture line 61).
const (
	maxVertices       = 10_000
	maxImportVertices = 1_000_000
)

var (
	divisionCode = regexp.MustCompile(`^[0-9]{6}([0-9]{3})?$`)
	itemCode     = regexp.MustCompile(`^[0-9]{7}$`)
)

// at writes the path of one field of one element.
func at(list string, i int, field string) string { return fmt.Sprintf("%s[%d].%s", list, i, field) }

func (p *Problems) between(path string, v, low, high int) {
	if v < low || v > high {
		p.Add(path, "out_of_range", "%d is not within %d and %d", v, low, high)
	}
}

func (p *Problems) item(path, code string) {
	if code != "" && !itemCode.MatchString(code) {
		p.Add(path, "bad_item", "%q is not a GB/T 38565 code of seven digits", code)
	}
}

// text checks a name: length in runes, no control, no invisible or
// direction-changing characters, which make two names look alike.
func (p *Problems) text(path, s string, low, high int) {
	n := utf8.RuneCountInString(s)
	switch {
	case n < low:
		p.Add(path, "required", "must not be empty")
	case n > high || len(s) > 4*high:
		p.Add(path, "too_long", "%d characters, at most %d", n, high)
	}
	for _, r := range s {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			p.Add(path, "bad_text", "character U+%04X does not belong in a name", r)
			return
		}
	}
}

// free checks running text: line breaks and joiners may stand in it.
func (p *Problems) free(path, s string, high int) {
	if n := utf8.RuneCountInString(s); n > high {
		p.Add(path, "too_long", "%d characters, at most %d", n, high)
	}
	for _, r := range s {
		if unicode.IsControl(r) && r != '\n' && r != '\t' && r != '\r' {
			p.Add(path, "bad_text", "character U+%04X does not belong in text", r)
			return
		}
	}
}

// Check refuses an entry that cannot be, naming every bad field, and puts its
// names into normal form C.
func (e *Entry) Check(vertices int) error {
	var p Problems
	for _, s := range []*string{&e.Code, &e.Name, &e.NameEN, &e.Owner, &e.Note, &e.Source} {
		*s = norm.NFC.String(*s)
	}
	p.text("code", e.Code, 1, 64)
	p.text("name", e.Name, 1, 120)
	p.text("name_en", e.NameEN, 0, 120)
	p.text("owner", e.Owner, 0, 120)
	p.text("source", e.Source, 0, 120)
	p.free("note", e.Note, 4000)
	if !divisionCode.MatchString(e.Division) {
		p.Add("division", "bad_division", "%q is not a code of six or nine digits", e.Division)
	}
	p.between("sensitivity", e.Sensitivity, 0, 3)
	p.OneOf("source_datum", string(e.SourceDatum), []string{string(crs.WGS84), string(crs.CGCS2000), string(crs.GCJ02), string(crs.BD09)})
	e.Detail.check(&p)
	p.geometry(e, vertices)
	return p.Err()
}

func (p *Problems) geometry(e *Entry, vertices int) {
	if e.Geometry == nil {
		p.Add("geometry", "required", "every entry stands somewhere")
		return
	}
	if wants, ok := e.Detail.shape(e.Geometry); !ok {
		p.Add("geometry", "bad_geometry", "a %s is a %s, not a %s", e.Ledger, wants, e.Geometry.GeoJSONType())
		return
	}
	if err := geo.CheckGeometry(e.Geometry, vertices); err != nil {
		p.Add("geometry", "bad_geometry", "%v", err)
	}
}
