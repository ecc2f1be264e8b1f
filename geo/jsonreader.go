package geo

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// What a geometry's JSON may hold beside its coordinates.
const (
	maxDepth      = 32 // of members that are not ours
	maxMembers    = 64
	maxDimensions = 4   // x, y, z, m
	maxDigits     = 400 // of one number
)

// reader walks through JSON text without building anything but the geometry.
type reader struct {
	raw       []byte
	pos       int
	left      int // positions still allowed
	most      int
	flattened bool
}

func (r *reader) wrong(format string, args ...any) error {
	return fmt.Errorf("%w: byte %d: %s", ErrNotGeoJSON, r.pos, fmt.Sprintf(format, args...))
}

func (r *reader) space() {
	for r.pos < len(r.raw) {
		switch r.raw[r.pos] {
		case ' ', '\t', '\n', '\r':
			r.pos++
		default:
			return
		}
	}
}

// peek returns the next byte that is not space, 0 at the end.
func (r *reader) peek() byte {
	r.space()
	if r.pos >= len(r.raw) {
		return 0
	}
	return r.raw[r.pos]
}

func (r *reader) take(c byte) bool {
	if r.peek() != c {
		return false
	}
	r.pos++
	return true
}

// object calls member at each value, with its name; member must consume it.
func (r *reader) object(member func(name string) error) error {
	if !r.take('{') {
		return r.wrong("an object belongs here")
	}
	if r.take('}') {
		return nil
	}
	for {
		name, err := r.text()
		if err != nil {
			return err
		}
		if !r.take(':') {
			return r.wrong("a colon belongs here")
		}
		r.space()
		if err := member(name); err != nil {
			return err
		}
		if r.take('}') {
			return nil
		}
		if !r.take(',') {
			return r.wrong("a comma or the end of the object belongs here")
		}
	}
}

// text reads a string; one with escapes is left to encoding/json.
func (r *reader) text() (string, error) {
	if r.peek() != '"' {
		return "", r.wrong("a string belongs here")
	}
	start, escaped := r.pos, false
	for r.pos++; r.pos < len(r.raw); r.pos++ {
		switch c := r.raw[r.pos]; {
		case c == '"':
			r.pos++
			if !escaped {
				return string(r.raw[start+1 : r.pos-1]), nil
			}
			var s string
			if err := json.Unmarshal(r.raw[start:r.pos], &s); err != nil {
				return "", r.wrong("%v", err)
			}
			return s, nil
		case c == '\\':
			escaped = true
			r.pos++
		case c < ' ':
			return "", r.wrong("a control character in a string")
		}
	}
	return "", r.wrong("a string without end")
}

// skip passes over one value.
func (r *reader) skip(depth int) error {
	if depth > maxDepth {
		return r.wrong("nested more than %d deep", maxDepth)
	}
	switch c := r.peek(); c {
	case '{':
		return r.object(func(string) error { return r.skip(depth + 1) })
	case '[':
		return r.skipArray(depth)
	case '"':
		_, err := r.text()
		return err
	case 't':
		return r.word("true")
	case 'f':
		return r.word("false")
	case 'n':
		return r.word("null")
	default:
		_, err := r.token()
		return err
	}
}

func (r *reader) skipArray(depth int) error {
	r.pos++
	if r.take(']') {
		return nil
	}
	for {
		if err := r.skip(depth + 1); err != nil {
			return err
		}
		if r.take(']') {
			return nil
		}
		if !r.take(',') {
			return r.wrong("a comma or the end of the array belongs here")
		}
	}
}

func (r *reader) word(w string) error {
	if len(r.raw)-r.pos < len(w) || string(r.raw[r.pos:r.pos+len(w)]) != w {
		return r.wrong("not a JSON value")
	}
	r.pos += len(w)
	return nil
}

// token reads the text of a number by the grammar of RFC 8259.
func (r *reader) token() ([]byte, error) {
	r.space()
	start := r.pos
	r.accept('-')
	if !r.accept('0') && r.digits() == 0 {
		return nil, r.wrong("not a JSON value")
	}
	if r.accept('.') && r.digits() == 0 {
		return nil, r.wrong("a number that ends in a point")
	}
	if r.accept('e') || r.accept('E') {
		if !r.accept('+') {
			r.accept('-')
		}
		if r.digits() == 0 {
			return nil, r.wrong("a number without its exponent")
		}
	}
	if r.pos-start > maxDigits {
		return nil, r.wrong("a number of %d characters", r.pos-start)
	}
	return r.raw[start:r.pos], nil
}

func (r *reader) accept(c byte) bool {
	if r.pos < len(r.raw) && r.raw[r.pos] == c {
		r.pos++
		return true
	}
	return false
}

func (r *reader) digits() (n int) {
	for r.pos < len(r.raw) && r.raw[r.pos] >= '0' && r.raw[r.pos] <= '9' {
		r.pos++
		n++
	}
	return n
}

func (r *reader) number() (float64, error) {
	token, err := r.token()
	if err != nil {
		return 0, err
	}
	if v, ok := plainNumber(token); ok {
		return v, nil
	}
	v, err := strconv.ParseFloat(string(token), 64)
	if err != nil {
		return 0, fmt.Errorf("%w: %s", ErrNotFinite, token[:min(len(token), 32)])
	}
	return v, nil
}

// tens are exact in float64, and so is the quotient of a whole number below
// 2^53 by one of them, rounded once: what strconv does, without its detours.
var tens = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// plainNumber reads a number of at most 15 digits without exponent.
func plainNumber(token []byte) (float64, bool) {
	if len(token) > 17 { // sign, point, 15 digits
		return 0, false
	}
	var whole int64
	digits, fraction, point := 0, 0, false
	for i, c := range token {
		switch {
		case c == '-' && i == 0:
		case c == '.':
			point = true
		case c >= '0' && c <= '9':
			whole = whole*10 + int64(c-'0')
			digits++
			if point {
				fraction++
			}
		default:
			return 0, false
		}
	}
	if digits > 15 {
		return 0, false
	}
	v := float64(whole) / tens[fraction]
	if token[0] == '-' {
		v = -v
	}
	return v, true
}
