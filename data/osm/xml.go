package osm

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// readXML reads an OpenStreetMap XML file element by element into the sink.
func readXML(in io.Reader, sink osmSink) error {
	m := &meter{in: in}
	d := xml.NewDecoder(m)
	root := false
	for {
		m.element = 0
		token, err := d.Token()
		if errors.Is(err, io.EOF) && root {
			return nil
		}
		if err != nil {
			return xmlFailed("osm xml", err)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if !root && start.Name.Local != "osm" && start.Name.Local != "osmChange" {
			return fmt.Errorf("its root is %.40q, not osm: %w", start.Name.Local, ErrForeign)
		}
		root = true
		switch start.Name.Local {
		case "node", "way", "relation":
			if err := readElement(d, start, sink); err != nil {
				return err
			}
		}
	}
}

// xmlFailed tells a file that is too large from one that is no XML.
func xmlFailed(what string, err error) error {
	if errors.Is(err, ErrTooLarge) {
		return fmt.Errorf("%s: %w", what, err)
	}
	return fmt.Errorf("%s: %w: %w", what, ErrBroken, err)
}

// meter stops a file that is too large, or one element of it that is.
type meter struct {
	in             io.Reader
	total, element int64
}

const mostElement = 64 << 20

func (m *meter) Read(p []byte) (int, error) {
	if m.total > mostUnpacked || m.element > mostElement {
		return 0, ErrTooLarge
	}
	n, err := m.in.Read(p)
	m.total += int64(n)
	m.element += int64(n)
	return n, err
}

// xmlElement is any of the three, as written.
type xmlElement struct {
	ID  int64  `xml:"id,attr"`
	Lon string `xml:"lon,attr"`
	Lat string `xml:"lat,attr"`
	Tag []struct {
		K string `xml:"k,attr"`
		V string `xml:"v,attr"`
	} `xml:"tag"`
	Nd []struct {
		Ref int64 `xml:"ref,attr"`
	} `xml:"nd"`
	Member []struct {
		Type string `xml:"type,attr"`
		Ref  int64  `xml:"ref,attr"`
		Role string `xml:"role,attr"`
	} `xml:"member"`
}

func readElement(d *xml.Decoder, start xml.StartElement, sink osmSink) error {
	var e xmlElement
	if err := d.DecodeElement(&e, &start); err != nil {
		return xmlFailed("osm xml "+start.Name.Local, err)
	}
	found := make(tags, len(e.Tag))
	for _, t := range e.Tag {
		found[t.K] = t.V
	}
	switch start.Name.Local {
	case "node":
		lon, err1 := strconv.ParseFloat(e.Lon, 64)
		lat, err2 := strconv.ParseFloat(e.Lat, 64)
		if err1 != nil || err2 != nil {
			return nil // a deleted node has no place
		}
		return sink.node(e.ID, lon, lat, found)
	case "way":
		nodes := make([]int64, len(e.Nd))
		for i, n := range e.Nd {
			nodes[i] = n.Ref
		}
		return sink.way(e.ID, nodes, found)
	}
	members := make([]member, len(e.Member))
	for i, m := range e.Member {
		members[i] = member{kind: (m.Type + "?")[0], id: m.Ref, role: m.Role}
	}
	return sink.relation(e.ID, members, found)
}
