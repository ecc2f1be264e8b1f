// Package markup reads XML from strangers (外来 XML) into a tree: bounded in
// bytes, depth, elements and attributes, and without a document type or
// entities of its own. It knows no vocabulary.
package markup

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"onemap/dispatch"
)

// Limits bound one document. Depth counts the root as one.
type Limits struct {
	Bytes    int
	Depth    int
	Elements int
}

// maxAttributes bounds one element; what carries more is no message.
const maxAttributes = 64

// The refusals.
var (
	ErrTooLarge  = &dispatch.Error{Kind: dispatch.TooLarge, Code: "xml_too_large", Text: "the document is larger than its reader allows"}
	ErrTooDeep   = &dispatch.Error{Kind: dispatch.Invalid, Code: "xml_too_deep", Text: "elements are nested too deep"}
	ErrDTD       = &dispatch.Error{Kind: dispatch.Invalid, Code: "xml_dtd", Text: "a document type is not read"}
	ErrEntity    = &dispatch.Error{Kind: dispatch.Invalid, Code: "xml_entity", Text: "only the five entities of XML itself are read"}
	ErrCharset   = &dispatch.Error{Kind: dispatch.Invalid, Code: "xml_charset", Text: "unknown character encoding"}
	ErrMalformed = &dispatch.Error{Kind: dispatch.Malformed, Code: "xml_malformed", Text: "not well-formed XML"}
)

// Element is one element: its name and attributes with their namespaces told
// apart, the character data that stands directly in it, joined, and its
// children in order. Comments and processing instructions are gone.
type Element struct {
	Name     xml.Name
	Attr     []xml.Attr
	Text     string
	Children []*Element
}

// Read returns the root of one document. It refuses with the errors above.
func Read(raw []byte, limits Limits) (*Element, error) {
	if len(raw) > limits.Bytes {
		return nil, ErrTooLarge.With("%d bytes, more than %d", len(raw), limits.Bytes)
	}
	raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	if bytes.HasPrefix(raw, []byte("\xff\xfe")) || bytes.HasPrefix(raw, []byte("\xfe\xff")) {
		return nil, ErrCharset.With("UTF-16 is not read")
	}
	r := reader{limits: limits, xml: xml.NewDecoder(bytes.NewReader(raw))}
	r.xml.CharsetReader = charset
	for {
		token, err := r.xml.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, refusal(err)
		}
		if err := r.take(token); err != nil {
			return nil, err
		}
	}
	if r.root == nil {
		return nil, ErrMalformed.With("no element")
	}
	return r.root, nil
}

type reader struct {
	limits Limits
	xml    *xml.Decoder
	root   *Element
	open   []*Element
	texts  [][]byte // character data of the open ones so far
	count  int
}

func (r *reader) take(token xml.Token) error {
	switch token := token.(type) {
	case xml.Directive:
		return ErrDTD
	case xml.StartElement:
		return r.start(token)
	case xml.EndElement:
		last := len(r.open) - 1
		r.open[last].Text = string(r.texts[last])
		r.open, r.texts = r.open[:last], r.texts[:last]
	case xml.CharData:
		if last := len(r.open) - 1; last >= 0 {
			r.texts[last] = append(r.texts[last], token...)
		} else if len(bytes.TrimSpace(token)) > 0 {
			return ErrMalformed.With("text outside the root element")
		}
	}
	return nil
}

func (r *reader) start(token xml.StartElement) error {
	if r.count++; r.count > r.limits.Elements {
		return ErrTooLarge.With("more than %d elements", r.limits.Elements)
	}
	if len(r.open) >= r.limits.Depth {
		return ErrTooDeep.With("deeper than %d elements", r.limits.Depth)
	}
	if len(token.Attr) > maxAttributes {
		return ErrTooLarge.With("more than %d attributes on %s", maxAttributes, token.Name.Local)
	}
	for i, a := range token.Attr {
		for _, b := range token.Attr[:i] {
			if a.Name == b.Name {
				return ErrMalformed.With("attribute %s stands twice on %s", a.Name.Local, token.Name.Local)
			}
		}
	}
	e := &Element{Name: token.Name, Attr: token.Copy().Attr}
	switch last := len(r.open) - 1; {
	case last >= 0:
		r.open[last].Children = append(r.open[last].Children, e)
	case r.root != nil:
		return ErrMalformed.With("a second root element")
	default:
		r.root = e
	}
	r.open, r.texts = append(r.open, e), append(r.texts, nil)
	return nil
}

// refusal names what the decoder stopped at.
func refusal(err error) error {
	var own *dispatch.Error
	if errors.As(err, &own) {
		return own
	}
	if strings.Contains(err.Error(), "invalid character entity") {
		return ErrEntity
	}
	return ErrMalformed.With("not well-formed XML: %v", err)
}
