// Package osm reads OpenStreetMap files for the road core. It decodes PBF
// itself: a damaged file must be refused, never bring the process down.
package osm

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"fmt"
	"io"
	"slices"

	"github.com/paulmach/orb"

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

// Road reads the roads out of an OpenStreetMap file: ways and ferries that
// anyone may use, lights and barriers, turn restrictions. It refuses damaged
// files with ErrBroken, packings other than zlib with ErrForeign and zip bombs
// with ErrTooLarge; it never panics.
func Road(r io.Reader, format Format) (road.Source, error) {
	in := bufio.NewReaderSize(r, 1<<20)
	if head, _ := in.Peek(2); bytes.Equal(head, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(in)
		if err != nil {
			return road.Source{}, fmt.Errorf("read roads: %w: %w", ErrBroken, err)
		}
		in = bufio.NewReaderSize(z, 1<<20)
	}
	if format == "" {
		format = sniff(in)
	}
	c := &roadCollector{}
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
		return road.Source{}, fmt.Errorf("read roads: %w", err)
	}
	return c.source(), nil
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

// roadCollector keeps what the roads need. Positions of all nodes are kept
// until the ways have said which of them count.
type roadCollector struct {
	ids    []int64
	places []place
	tagged map[int64]road.Node
	out    road.Source
}

type place struct{ lon, lat float64 }

const mostNodes = 200_000_000

func (c *roadCollector) node(id int64, lon, lat float64, t tags) error {
	if len(c.ids) >= mostNodes {
		return ErrTooLarge
	}
	c.ids = append(c.ids, id)
	c.places = append(c.places, place{lon, lat})
	if n, ok := nodeOf(t); ok {
		if c.tagged == nil {
			c.tagged = map[int64]road.Node{}
		}
		c.tagged[id] = n
	}
	return nil
}

func (c *roadCollector) way(id int64, nodes []int64, t tags) error {
	if w, ok := wayOf(t); ok {
		w.ID, w.Nodes = id, nodes
		c.out.Ways = append(c.out.Ways, w)
	}
	return nil
}

func (c *roadCollector) relation(id int64, members []member, t tags) error {
	c.out.Restrictions = append(c.out.Restrictions, restrictionsOf(id, members, t)...)
	return nil
}

// source keeps the nodes on the ways, in order of id.
func (c *roadCollector) source() road.Source {
	order := make([]int32, len(c.ids))
	for i := range order {
		order[i] = int32(i)
	}
	if !slices.IsSorted(c.ids) {
		slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(c.ids[a], c.ids[b]) })
	}
	used := make([]bool, len(c.ids))
	for _, w := range c.out.Ways {
		for _, id := range w.Nodes {
			at, ok := slices.BinarySearchFunc(order, id, func(i int32, id int64) int { return cmp.Compare(c.ids[i], id) })
			if ok {
				used[order[at]] = true
			}
		}
	}
	for _, i := range order {
		if !used[i] {
			continue
		}
		n := c.tagged[c.ids[i]]
		n.ID, n.At = c.ids[i], orb.Point{c.places[i].lon, c.places[i].lat}
		c.out.Nodes = append(c.out.Nodes, n)
	}
	return c.out
}
