package osm

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"strings"
	"testing"

	"onemap/geo/road"
)

func readRoads(t *testing.T, data []byte) road.Source {
	t.Helper()
	s, err := Road(bytes.NewReader(data), "")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestRoadsOfAPBFFile(t *testing.T) {
	t.Parallel()
	s := readRoads(t, crossingFile())
	if len(s.Nodes) != 5 || len(s.Ways) != 4 || len(s.Restrictions) != 1 {
		t.Fatalf("%d nodes, %d ways, %d restrictions", len(s.Nodes), len(s.Ways), len(s.Restrictions))
	}
	if n := s.Nodes[4]; n.ID != 5 || !n.Signals || n.At[0] != 119.602 || n.At[1] != 39.9 {
		t.Errorf("node %+v", n)
	}
	w := s.Ways[0]
	if w.Class != road.Primary || w.Name != "河北大街" || w.Forward != road.Everyone || len(w.Nodes) != 2 || w.Nodes[1] != 5 {
		t.Errorf("way %+v", w)
	}
	r := s.Restrictions[0]
	if r.From != 1 || r.ViaNode != 5 || r.To != 2 || r.Only {
		t.Errorf("restriction %+v", r)
	}
	g, report := road.Build(s)
	if g.Segments() != 4 || report.Restrictions != 1 || report.Signals != 1 {
		t.Errorf("%d segments, report %+v", g.Segments(), report)
	}
}

const smallXML = `<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6">
 <node id="1" lat="39.9" lon="119.6"/>
 <node id="2" lat="39.9" lon="119.61"><tag k="barrier" v="lift_gate"/><tag k="access" v="private"/></node>
 <node id="3" lat="39.91" lon="119.61" visible="true"/>
 <way id="7"><nd ref="1"/><nd ref="2"/><nd ref="3"/>
  <tag k="highway" v="residential"/><tag k="oneway" v="-1"/><tag k="maxheight" v="3.2 m"/><tag k="maxspeed" v="30 mph"/>
 </way>
 <way id="8"><nd ref="1"/><nd ref="3"/><tag k="highway" v="construction"/></way>
</osm>`

func TestRoadsOfAnXMLFilePackedOrNot(t *testing.T) {
	t.Parallel()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write([]byte(smallXML)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"plain": []byte(smallXML), "gzip": packed.Bytes()} {
		s := readRoads(t, data)
		if len(s.Ways) != 1 || len(s.Nodes) != 3 {
			t.Fatalf("%s: %d ways, %d nodes", name, len(s.Ways), len(s.Nodes))
		}
		w := s.Ways[0]
		if !w.Oneway || w.Forward != road.Feet || w.Backward != road.Everyone || w.MaxHeight != 3.2 || w.Speed < 48 || w.Speed > 49 {
			t.Errorf("%s: way %+v", name, w)
		}
		if n := s.Nodes[1]; !n.Barrier || n.Pass != road.Emergency {
			t.Errorf("%s: gate %+v", name, n)
		}
	}
}

func TestHostileFilesAreRefusedInWords(t *testing.T) {
	t.Parallel()
	size := func(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }
	table := proto{}.bytes(1, proto{}.bytes(1, nil))
	dense := func(d proto) []byte {
		return append(headerBlock(), zlibBlock("OSMData", append(table, proto{}.bytes(2, proto{}.bytes(2, d))...))...)
	}
	for name, c := range map[string]struct {
		data []byte
		want error
		word string
	}{
		"nothing":            {nil, ErrBroken, "empty"},
		"no OSM file":        {size(1 << 31), ErrForeign, "begin"},
		"a huge header":      {append(headerBlock(), size(1<<31)...), ErrBroken, "header"},
		"no header":          {size(0), ErrBroken, "header"},
		"a promised block":   {fileBlock("OSMData", nil)[:6], ErrBroken, ""},
		"a negative block":   {append(size(6), proto{}.number(3, 0xffffffff)...), ErrBroken, "-1"},
		"a block of 33 MiB":  {append(size(5), proto{}.number(3, 33<<20)...), ErrBroken, "block"},
		"LZ4":                {fileBlock("OSMHeader", proto{}.number(2, 9).bytes(6, []byte("x"))), ErrForeign, "LZ4"},
		"Zstandard":          {fileBlock("OSMHeader", proto{}.bytes(7, []byte("x"))), ErrForeign, "Zstandard"},
		"a zip bomb":         {zlibBlock("OSMHeader", make([]byte, 40<<20)), ErrTooLarge, "32 MiB"},
		"broken zlib":        {fileBlock("OSMHeader", proto{}.bytes(3, []byte("hello"))), ErrBroken, ""},
		"an unknown need":    {zlibBlock("OSMHeader", proto{}.bytes(4, []byte("Weird"))), ErrForeign, "Weird"},
		"nodes without lats": {dense(proto{}.packed(1, 2, 2)), ErrBroken, "latitudes"},
		"a text too far":     {dense(proto{}.packed(1, 2).packed(8, 2).packed(9, 2).packed(10, 7, 8, 0)), ErrBroken, "text 7"},
		"half a tag":         {dense(proto{}.packed(1, 2).packed(8, 2).packed(9, 2).packed(10, 7)), ErrBroken, "key"},
		"a broken list":      {dense(proto{}.bytes(1, []byte{0xff})), ErrBroken, ""},
		"a web page":         {[]byte("<html><body/></html>"), ErrForeign, "html"},
		"half an XML file":   {[]byte(smallXML[:len(smallXML)/2]), ErrBroken, ""},
	} {
		_, err := Road(bytes.NewReader(c.data), "")
		if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.word) {
			t.Errorf("%s: %v, want %v with %q", name, err, c.want, c.word)
		}
	}
	if _, err := Road(bytes.NewReader(nil), "shapefile"); !errors.Is(err, ErrForeign) {
		t.Errorf("another format: %v", err)
	}
}

func TestFileCutAnywhereIsRefused(t *testing.T) {
	t.Parallel()
	data := crossingFile()
	whole := len(headerBlock())
	for n := range len(data) {
		if n == whole {
			continue // a file may end after a block
		}
		if _, err := Road(bytes.NewReader(data[:n]), PBF); !errors.Is(err, ErrBroken) {
			t.Fatalf("cut at %d of %d: %v", n, len(data), err)
		}
	}
}
