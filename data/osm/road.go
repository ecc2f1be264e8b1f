// Package osm reads OpenStreetMap files for the road core. It decodes PBF
// itself: a damaged file must be refused, never bring the process down.
package osm

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"

	"onemap/geo/road"
)

// Format is how an OpenStreetMap file is written. The empty format looks at
// the first bytes.
type Format string

// The formats that are read; XML may be packed with gzip.
const (
	PBF Format = "pbf"
	XML Format = "xml"
)

// Found counts what a file holds.
type Found struct {
	Nodes, Ways, Relations int
	Rules                  int // turn restrictions among the relations
	Unread                 int // of those: for some hours only, or without a way in, over or out
}

// Road reads the roads out of an OpenStreetMap file: ways and ferries that
// anyone may use, lights and barriers, turn restrictions. It refuses damaged
// files with ErrBroken, packings other than zlib with ErrForeign, and with
// ErrTooLarge zip bombs and what would take more than 2 GiB to keep; it never
// panics.
func Road(r io.Reader, format Format) (road.Source, error) {
	source, _, err := Read(r, format, func(Found) {})
	return source, err
}

// Read is Road, and tells what else it saw: watch hears of it after every
// million elements.
func Read(r io.Reader, format Format, watch func(Found)) (road.Source, Found, error) {
	raw := &counter{in: r}
	in := bufio.NewReaderSize(raw, 1<<20)
	if head, _ := in.Peek(2); bytes.Equal(head, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(in)
		if err != nil {
			return road.Source{}, Found{}, fmt.Errorf("read roads: %w: %w", ErrBroken, err)
		}
		in = bufio.NewReaderSize(&swelling{in: z, raw: raw}, 1<<20)
	}
	if format == "" {
		format = sniff(in)
	}
	c := &roadCollector{watch: watch}
	var err error
	switch format {
	case PBF:
		err = (&pbf{in: in, sink: c}).read()
	case XML:
		err = readXML(in, c)
	default:
		err = fmt.Errorf("format %q: %w", format, ErrForeign)
	}
	if err != nil {
		return road.Source{}, c.found, fmt.Errorf("read roads: %w", err)
	}
	return c.source(), c.found, nil
}

// sniff tells XML, which begins with a bracket, from PBF.
func sniff(in *bufio.Reader) Format {
	head, _ := in.Peek(64)
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	if bytes.HasPrefix(head, []byte("<")) {
		return XML
	}
	return PBF
}
