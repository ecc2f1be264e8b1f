package load

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/text/encoding/charmap"

	"onemap/dispatch"
)

// Limits of a document of XML, beside those of a file.
const (
	maxElements  = 5_000_000
	maxNodeCount = 1_000_000 // of one placemark, track or waypoint
)

var (
	errDoctype  = &dispatch.Error{Kind: dispatch.Invalid, Code: "xml_dtd", Text: "a document type is not read"}
	errTooDeep  = &dispatch.Error{Kind: dispatch.Invalid, Code: "xml_too_deep"}
	errCharset  = &dispatch.Error{Kind: dispatch.Invalid, Code: "xml_charset"}
	errBadXML   = &dispatch.Error{Kind: dispatch.Malformed, Code: "xml_malformed"}
	errLinkOnly = &dispatch.Error{Kind: dispatch.Invalid, Code: "network_link", Text: "the file holds nothing but links to other files: send those"}
)

// markup reads KML or GPX. a is the archive the document came in, or nil.
func (s *sink) markup(r io.Reader, a *archive) error {
	d := newDocument(r)
	root, err := d.next()
	if err != nil {
		return err
	}
	if root == nil {
		return errBadXML.With("no element at all")
	}
	switch root.Name.Local {
	case "kml", "Document", "Placemark", "Folder": // some writers leave the root out
		return s.kml(d, root)
	case "gpx":
		if a == nil {
			return s.gpx(d)
		}
	}
	return ErrFormat.With("an XML document of <%.40s>: KML and GPX are read", root.Name.Local)
}

// document is a bounded reader of XML without a document type.
type document struct {
	xml      *xml.Decoder
	depth    int
	elements int
}

func newDocument(r io.Reader) *document {
	in := bufio.NewReader(r)
	if mark, err := in.Peek(3); err == nil && bytes.Equal(mark, []byte("\xEF\xBB\xBF")) {
		in.Discard(3)
	}
	d := &document{xml: xml.NewDecoder(io.LimitReader(in, maxFile+1))}
	d.xml.CharsetReader = func(label string, raw io.Reader) (io.Reader, error) {
		switch strings.ToLower(label) {
		case "gb2312", "gbk", "gb18030":
			return gbk().Reader(raw), nil
		case "us-ascii", "ascii", "iso-8859-1", "latin1", "windows-1252":
			return charmap.Windows1252.NewDecoder().Reader(raw), nil
		}
		return nil, errCharset.With("unknown character encoding %.40q", label)
	}
	return d
}

// token returns the next token that says something; nil at the end.
func (d *document) token() (xml.Token, error) {
	for {
		t, err := d.xml.Token()
		switch {
		case errors.Is(err, io.EOF):
			return nil, nil
		case err != nil:
			var own *dispatch.Error
			if errors.As(err, &own) {
				return nil, own
			}
			return nil, errBadXML.With("%v", err)
		}
		switch t := t.(type) {
		case xml.StartElement:
			if d.depth++; d.depth > maxDepth {
				return nil, errTooDeep.With("nested deeper than %d", maxDepth)
			}
			if d.elements++; d.elements > maxElements {
				return nil, ErrTooLarge.With("more than %d elements", maxElements)
			}
			if len(t.Attr) > 64 {
				return nil, errBadXML.With("<%.40s> has more than 64 attributes", t.Name.Local)
			}
			return t, nil
		case xml.EndElement:
			d.depth--
			return t, nil
		case xml.Directive:
			return nil, errDoctype
		case xml.CharData:
			return t, nil
		}
	}
}

// next returns the next element that begins; nil at the end.
func (d *document) next() (*xml.StartElement, error) {
	for {
		t, err := d.token()
		if t == nil || err != nil {
			return nil, err
		}
		if start, ok := t.(xml.StartElement); ok {
			return &start, nil
		}
	}
}

// node is one element held in memory.
type node struct {
	name  string
	attr  []xml.Attr
	text  strings.Builder // of itself and of what is in it, in order
	nodes []*node
}

// tree reads the element that start began to its end.
func (d *document) tree(start xml.StartElement) (*node, error) {
	count := 0
	return d.subtree(start, &count)
}

func (d *document) subtree(start xml.StartElement, count *int) (*node, error) {
	if *count++; *count > maxNodeCount {
		return nil, ErrTooLarge.With("<%s> holds more than %d elements", start.Name.Local, maxNodeCount)
	}
	n := &node{name: start.Name.Local, attr: slices.Clone(start.Attr)}
	for {
		t, err := d.token()
		if err != nil {
			return nil, err
		}
		switch t := t.(type) {
		case nil:
			return nil, errBadXML.With("the file ends within <%s>", n.name)
		case xml.StartElement:
			child, err := d.subtree(t, count)
			if err != nil {
				return nil, err
			}
			n.nodes = append(n.nodes, child)
			if child.name == "b" || child.name == "i" || child.name == "description" { // markup within a text
				n.text.WriteString(child.text.String())
			}
		case xml.EndElement:
			return n, nil
		case xml.CharData:
			n.text.Write(t)
		}
	}
}

func (n *node) said() string { return strings.TrimSpace(n.text.String()) }

func (n *node) value(attr string) string {
	for _, a := range n.attr {
		if a.Name.Local == attr {
			return strings.TrimSpace(a.Value)
		}
	}
	return ""
}

// child is the first of that name; a node of nothing when there is none.
func (n *node) child(name string) *node {
	for _, c := range n.nodes {
		if c.name == name {
			return c
		}
	}
	return &node{}
}

// all are the children of that name.
func (n *node) all(name string) (found []*node) {
	for _, c := range n.nodes {
		if c.name == name {
			found = append(found, c)
		}
	}
	return found
}

// add keeps a text that says something; of a column said twice, the first.
func add(cells []cell, column, text string) []cell {
	if text == "" || slices.ContainsFunc(cells, func(c cell) bool { return c.column == column }) {
		return cells
	}
	return append(cells, cell{column, text})
}

// kmz reads the document of a KMZ: doc.kml, or the first .kml.
func (s *sink) kmz(a *archive, o dispatch.ReadOptions) error {
	s.shape.Layers = a.ending(".kml")
	if i := slices.Index(s.shape.Layers, "doc.kml"); i > 0 {
		s.shape.Layers = slices.Concat([]string{"doc.kml"}, slices.Delete(slices.Clone(s.shape.Layers), i, i+1))
	}
	name, err := s.choose(o.Layer)
	if err != nil {
		return err
	}
	raw, err := a.bytes(name)
	if err != nil {
		return err
	}
	if err := s.markup(bytes.NewReader(raw), a); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
