package markup

import (
	"bytes"
	"encoding/xml"
	"strings"
)

// Value returns the attribute of that local name without a namespace, and
// whether it stands there.
func (e *Element) Value(name string) (string, bool) {
	if e == nil {
		return "", false
	}
	for _, a := range e.Attr {
		if a.Name.Space == "" && a.Name.Local == name {
			return a.Value, true
		}
	}
	return "", false
}

// Child returns the first child of that local name, whatever its namespace; nil
// when there is none, also of a nil element.
func (e *Element) Child(name string) *Element {
	if e == nil {
		return nil
	}
	for _, c := range e.Children {
		if c.Name.Local == name {
			return c
		}
	}
	return nil
}

// Word returns the text with the space around it taken off, "" of a nil element.
func (e *Element) Word() string {
	if e == nil {
		return ""
	}
	return strings.TrimSpace(e.Text)
}

// Append writes the element without a declaration: local names only, text
// before children. What XML cannot hold is replaced by U+FFFD.
func (e *Element) Append(b []byte) []byte {
	b = append(append(b, '<'), e.Name.Local...)
	for _, a := range e.Attr {
		b = append(append(append(b, ' '), a.Name.Local...), `="`...)
		b = append(escape(b, a.Value), '"')
	}
	if e.Text == "" && len(e.Children) == 0 {
		return append(b, "/>"...)
	}
	b = escape(append(b, '>'), e.Text)
	for _, c := range e.Children {
		b = c.Append(b)
	}
	b = append(append(b, "</"...), e.Name.Local...)
	return append(b, '>')
}

func escape(b []byte, text string) []byte {
	if !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' || strings.ContainsRune(`<>&'"`, r) }) {
		return append(b, text...)
	}
	var w bytes.Buffer
	if err := xml.EscapeText(&w, []byte(text)); err != nil {
		return b // a buffer takes everything
	}
	return append(b, w.Bytes()...)
}
