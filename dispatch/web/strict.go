package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxDepth is how deep a body may nest.
const maxDepth = 64

// scanner checks one JSON document before anything is decoded from it: one
// value, no member twice, nothing unknown, nothing that encoding/json would
// bend in silence. It allocates only for what it refuses and for the names of
// large objects.
type scanner struct {
	raw         []byte
	pos         int
	path        []step
	coordinates int // how many members named coordinates we are in
	missing     []FieldProblem
}

type step struct {
	name  string
	index int
}

// scan checks raw against a shape; a nil shape takes anything well formed.
func scan(raw []byte, s *shape) error {
	switch {
	case !utf8.Valid(raw), bytes.HasPrefix(raw, []byte("\xef\xbb\xbf")):
		return refuse(400, "bad_utf8", "the body is not plain UTF-8 without a byte order mark")
	}
	sc := &scanner{raw: raw}
	sc.space()
	if sc.pos == len(raw) {
		return refuse(400, "bad_json", "the body is empty")
	}
	if err := sc.value(s); err != nil {
		return err
	}
	sc.space()
	if sc.pos < len(raw) {
		return refuse(400, "trailing_data", fmt.Sprintf("something follows the JSON value at byte %d", sc.pos))
	}
	if len(sc.missing) > 0 {
		return &refused{status: 422, code: "required", detail: "members are missing", fields: sc.missing}
	}
	return nil
}

func (sc *scanner) wrong(status int, code, format string, args ...any) error {
	text := fmt.Sprintf(format, args...)
	return &refused{status: status, code: code, detail: text, fields: []FieldProblem{{Path: sc.where(), Code: code, Text: text}}}
}

func (sc *scanner) broken() error {
	return refuse(400, "bad_json", fmt.Sprintf("not JSON at byte %d", sc.pos))
}

// where writes the path of the value being read.
func (sc *scanner) where() string {
	var b strings.Builder
	for _, s := range sc.path {
		switch {
		case s.name == "":
			fmt.Fprintf(&b, "[%d]", s.index)
		case b.Len() > 0:
			b.WriteString("." + s.name)
		default:
			b.WriteString(s.name)
		}
	}
	return b.String()
}

func (sc *scanner) space() {
	for sc.pos < len(sc.raw) {
		switch sc.raw[sc.pos] {
		case ' ', '\t', '\r', '\n':
			sc.pos++
		default:
			return
		}
	}
}

func (sc *scanner) peek() byte {
	if sc.pos < len(sc.raw) {
		return sc.raw[sc.pos]
	}
	return 0
}

func (sc *scanner) take(c byte) bool {
	sc.space()
	if sc.peek() != c || sc.pos == len(sc.raw) {
		return false
	}
	sc.pos++
	return true
}

func (sc *scanner) value(s *shape) error {
	sc.space()
	switch c := sc.peek(); {
	case c == '{':
		return sc.object(s)
	case c == '[':
		return sc.array(s)
	case c == '"':
		return sc.leaf(s)
	case c == '-' || c >= '0' && c <= '9':
		return sc.number()
	case c == 'n' && sc.word("null"):
		return sc.null()
	case c == 't' && sc.word("true"), c == 'f' && sc.word("false"):
		return nil
	case sc.coordinates > 0 && (sc.word("NaN") || sc.word("Infinity")):
		return sc.wrong(422, "bad_geometry", "a coordinate is not a finite number")
	}
	return sc.broken()
}

func (sc *scanner) null() error {
	if sc.coordinates > 0 {
		return sc.wrong(422, "bad_geometry", "null is no coordinate")
	}
	return sc.wrong(422, "null_value", "leave the member out instead of null")
}

func (sc *scanner) word(w string) bool {
	if !bytes.HasPrefix(sc.raw[sc.pos:], []byte(w)) {
		return false
	}
	sc.pos += len(w)
	return true
}

func (sc *scanner) array(s *shape) error {
	if len(sc.path) >= maxDepth {
		return refuse(400, "too_deep", fmt.Sprintf("more than %d levels", maxDepth))
	}
	sc.pos++
	if sc.take(']') {
		return nil
	}
	sc.path = append(sc.path, step{})
	for i := 0; ; i++ {
		sc.path[len(sc.path)-1].index = i
		if err := sc.value(s.of()); err != nil {
			return err
		}
		if sc.take(']') {
			sc.path = sc.path[:len(sc.path)-1]
			return nil
		}
		if !sc.take(',') {
			return sc.broken()
		}
	}
}

func (sc *scanner) object(s *shape) error {
	if len(sc.path) >= maxDepth {
		return refuse(400, "too_deep", fmt.Sprintf("more than %d levels", maxDepth))
	}
	sc.pos++
	var seen names
	if sc.take('}') {
		return sc.complete(s, &seen)
	}
	sc.path = append(sc.path, step{})
	for {
		if err := sc.member(s, &seen); err != nil {
			return err
		}
		if sc.take('}') {
			sc.path = sc.path[:len(sc.path)-1]
			return sc.complete(s, &seen)
		}
		if !sc.take(',') {
			return sc.broken()
		}
	}
}

func (sc *scanner) member(s *shape, seen *names) error {
	sc.space()
	if sc.peek() != '"' {
		return sc.broken()
	}
	name, err := sc.text()
	if err != nil {
		return err
	}
	sc.path[len(sc.path)-1].name = name
	if name == "" {
		return sc.wrong(400, "unknown_field", "a member without a name")
	}
	if !seen.add(name) {
		return sc.wrong(400, "duplicate_key", "member %q stands twice, if only in other case", name)
	}
	child, known := s.field(name)
	if !known {
		return sc.wrong(400, "unknown_field", "there is no member %q here", name)
	}
	if !sc.take(':') {
		return sc.broken()
	}
	if name == "coordinates" {
		sc.coordinates++
		defer func() { sc.coordinates-- }()
	}
	return sc.value(child)
}

// complete notes the members a finished object lacks.
func (sc *scanner) complete(s *shape, seen *names) error {
	if s == nil {
		return nil
	}
	for _, name := range s.required {
		if !seen.has(name) {
			path := sc.where()
			if path != "" {
				path += "."
			}
			sc.missing = append(sc.missing, FieldProblem{Path: path + name, Code: "required", Text: "must be given"})
		}
		if len(sc.missing) > 100 {
			return &refused{status: 422, code: "required", detail: "members are missing", fields: sc.missing}
		}
	}
	return nil
}

func (sc *scanner) leaf(s *shape) error {
	start := sc.pos
	text, err := sc.text()
	if err != nil {
		return err
	}
	if s == nil || s.check == nil {
		return nil
	}
	if code, status := s.check(text, sc.raw[start:sc.pos]); code != "" {
		return sc.wrong(status, code, "%q cannot be", text)
	}
	return nil
}

// text reads a string. It refuses escapes that no text can hold: half a
// surrogate pair, and NUL.
func (sc *scanner) text() (string, error) {
	start := sc.pos
	sc.pos++
	escaped := false
	for sc.pos < len(sc.raw) {
		switch c := sc.raw[sc.pos]; {
		case c == '"':
			sc.pos++
			if !escaped {
				return string(sc.raw[start+1 : sc.pos-1]), nil
			}
			var text string
			if err := json.Unmarshal(sc.raw[start:sc.pos], &text); err != nil {
				return "", sc.broken()
			}
			return text, nil
		case c < 0x20:
			return "", sc.broken()
		case c == '\\':
			escaped = true
			if err := sc.escape(); err != nil {
				return "", err
			}
		default:
			sc.pos++
		}
	}
	return "", sc.broken()
}

func (sc *scanner) escape() error {
	sc.pos++
	c := sc.peek()
	if c != 'u' {
		if strings.IndexByte(`"\/bfnrt`, c) < 0 || c == 0 {
			return sc.broken()
		}
		sc.pos++
		return nil
	}
	unit, ok := sc.unit()
	switch {
	case !ok:
		return sc.broken()
	case unit == 0:
		return sc.wrong(422, "bad_text", "NUL does not belong in text")
	case unit >= 0xDC00 && unit < 0xE000:
		return sc.wrong(400, "bad_utf8", "half a surrogate pair")
	case unit < 0xD800 || unit >= 0xE000:
		return nil
	}
	if sc.peek() == '\\' {
		sc.pos++
		if low, ok := sc.unit(); ok && low >= 0xDC00 && low < 0xE000 {
			return nil
		}
	}
	return sc.wrong(400, "bad_utf8", "half a surrogate pair")
}

// unit reads a u and four hexadecimal digits.
func (sc *scanner) unit() (uint64, bool) {
	if sc.pos+5 > len(sc.raw) || sc.raw[sc.pos] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(sc.raw[sc.pos+1:sc.pos+5]), 16, 32)
	if err != nil || sc.raw[sc.pos+1] == '+' {
		return 0, false
	}
	sc.pos += 5
	return n, true
}
