package osm

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"onemap/geo/road"
)

// elements is a file of one block with these groups; strings is its table.
func elements(strings []string, groups ...proto) []byte {
	table := proto{}
	for _, s := range strings {
		table = table.bytes(1, []byte(s))
	}
	block := proto{}.bytes(1, table)
	for _, g := range groups {
		block = block.bytes(2, g)
	}
	return append(headerBlock(), zlibBlock("OSMData", block)...)
}

var highway = []string{"", "highway", "primary"}

func TestElementsThatContradictThemselvesAreRefused(t *testing.T) {
	t.Parallel()
	way := func(w proto) []byte { return elements(highway, proto{}.bytes(3, w)) }
	relation := func(r proto) []byte { return elements(highway, proto{}.bytes(4, r)) }
	lying := func(size uint64) []byte {
		return fileBlock("OSMHeader", proto{}.number(2, size).bytes(3, deflate([]byte("little"))))
	}
	for name, c := range map[string]struct {
		data []byte
		word string
	}{
		"a block of a promised gigabyte": {lying(1 << 30), "unpacks to 6 bytes"},
		"a block that promises less":     {lying(5), "not to 5"},
		"a scale below nothing":          {append(headerBlock(), zlibBlock("OSMData", proto{}.number(17, math.MaxUint64))...), ""},
		"a key without a value":          {way(proto{}.number(1, 7).packed(2, 1)), "1 keys, 0 values"},
		"a way's text too far":           {way(proto{}.number(1, 7).packed(2, 1).packed(3, 3)), "text 3 of 3"},
		"a text of number minus one":     {way(proto{}.number(1, 7).packed(2, -1).packed(3, 2)), "text"},
		"a list of loose ends":           {way(proto{}.number(1, 7).bytes(8, []byte{0x80})), ""},
		"members without roles":          {relation(proto{}.number(1, 7).packed(9, 2, 2).packed(10, 1, 1)), "2 members, 0 roles"},
		"members without kinds":          {relation(proto{}.number(1, 7).packed(8, 0).packed(9, 2)), "1 members"},
		"a role too far":                 {relation(proto{}.number(1, 7).packed(8, 9).packed(9, 2).packed(10, 1)), "text 9"},
		"a field of an unknown kind":     {elements(highway, proto{0x0f}), ""},
		"a text longer than its table":   {append(headerBlock(), zlibBlock("OSMData", proto{}.bytes(1, proto{0x0a, 0x7f}))...), ""},
	} {
		_, err := Road(bytes.NewReader(c.data), "")
		if !errors.Is(err, ErrBroken) || !strings.Contains(err.Error(), c.word) {
			t.Errorf("%s: %v, want ErrBroken with %q", name, err, c.word)
		}
	}
}

func TestXMLCutAnywhereIsRefused(t *testing.T) {
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
		for n := 2; n < len(data); n++ {
			if _, err := Road(bytes.NewReader(data[:n]), ""); err == nil {
				t.Fatalf("%s, cut at %d of %d, was read", name, n, len(data))
			}
		}
	}
}

// What is sound in form and wrong in fact is read, and left out with a reason.
func TestRoadsOfNowhereAreReported(t *testing.T) {
	t.Parallel()
	far := make([]int64, 1_000_000)
	for i := range far {
		far[i] = 1 << 40
	}
	back := make([]int64, 1_000_000) // to and fro between two nodes
	for i := range back {
		back[i] = int64(i%2)*2 - 1
	}
	back[0] = 2
	dense := func(lats ...int64) proto {
		return proto{}.bytes(2, proto{}.packed(1, zigzag(1, 1)...).packed(8, zigzag(lats...)...).packed(9, zigzag(1196000000, 1000)...))
	}
	way := func(refs []int64) proto {
		return proto{}.bytes(3, proto{}.number(1, 7).packed(2, 1).packed(3, 2).packed(8, zigzag(refs...)...))
	}
	for name, c := range map[string]struct {
		data   []byte
		reason string
	}{
		"a million nodes that are not there": {elements(highway, way(far)), "way: "},
		"a million times to and fro":         {elements(highway, dense(399000000, 1000), way(back)), ""},
		"a road beyond the pole":             {elements(highway, dense(999000000, 1000), way([]int64{1, 1})), "node: no place on earth"},
		"a road at the end of all numbers":   {elements(highway, dense(math.MinInt64, math.MaxInt64), way([]int64{1, 1})), "node: no place on earth"},
		"a road without a place": {[]byte(`<osm><node id="1" lat="NaN" lon="1"/><node id="2" lat="Inf" lon="1"/>
			<way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/></way></osm>`), "node: no place on earth"},
		"one node twice": {[]byte(`<osm><node id="1" lat="39" lon="119"/><node id="1" lat="39.1" lon="119"/>
			<way id="1"><nd ref="1"/><nd ref="1"/><tag k="highway" v="primary"/></way></osm>`), "way: "},
	} {
		s, err := Road(bytes.NewReader(c.data), "")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		g, report := road.Build(s)
		said := strings.Join(report.Reasons(), "; ")
		if !strings.Contains(said, c.reason) || c.reason != "" && g.Segments() > 0 {
			t.Errorf("%s: %d segments, %q", name, g.Segments(), said)
		}
	}
}

func TestRelationsThatLeadNowhereAreCounted(t *testing.T) {
	t.Parallel()
	rule := func(id int, members string) string {
		return fmt.Sprintf(`<relation id="%d">%s<tag k="type" v="restriction"/><tag k="restriction" v="no_left_turn"/></relation>`, id, members)
	}
	data := "<osm>" +
		rule(1, `<member type="relation" ref="2" role="from"/><member type="node" ref="5" role="via"/><member type="relation" ref="1" role="to"/>`) +
		rule(2, `<member type="relation" ref="1" role="via"/>`) +
		rule(3, strings.Repeat(`<member type="way" ref="1" role="from"/>`, 100)+`<member type="node" ref="5" role="via"/><member type="way" ref="1" role="to"/>`) +
		rule(4, `<member type="way" ref="1" role="from"/><member type="node" ref="5" role="via"/><member type="way" ref="1" role="to"/>`) +
		`<relation id="5"><member type="relation" ref="5" role=""/><tag k="type" v="route"/></relation></osm>`
	s, found, err := Read(strings.NewReader(data), XML, func(Found) {})
	if err != nil || len(s.Restrictions) != 1 || found != (Found{Relations: 5, Rules: 4, Unread: 3}) {
		t.Errorf("%d restrictions, found %+v, %v", len(s.Restrictions), found, err)
	}
	if g, report := road.Build(s); g.Segments() != 0 || report.Restrictions != 0 {
		t.Errorf("%+v", report)
	}
}

func TestWhatWouldFillTheMemoryIsRefused(t *testing.T) {
	t.Parallel()
	for name, element := range map[string]func(c *roadCollector) error{
		"nodes": func(c *roadCollector) error { return c.node(1, 119, 39, nil) },
		"ways":  func(c *roadCollector) error { return c.way(1, make([]int64, 9), tags{"highway": "primary"}) },
		"rules": func(c *roadCollector) error {
			return c.relation(1, []member{{'w', 1, "from"}, {'n', 1, "via"}, {'w', 2, "to"}}, tags{"type": "restriction", "restriction": "no_u_turn"})
		},
	} {
		c := &roadCollector{watch: func(Found) {}}
		if err := element(c); err != nil {
			t.Errorf("the first of the %s: %v", name, err)
		}
		c.held = mostHeld
		if err := element(c); !errors.Is(err, ErrTooLarge) {
			t.Errorf("the last of the %s: %v", name, err)
		}
	}
	if err := (&roadCollector{held: mostHeld, watch: func(Found) {}}).way(1, make([]int64, 99), tags{"building": "yes"}); err != nil {
		t.Errorf("a house takes room: %v", err)
	}
}

// Each block is as large as a block may be; only all of them are too much.
func TestFilesThatSwellAreRefused(t *testing.T) {
	t.Parallel()
	block := zlibBlock("OSMData", proto{}.bytes(1, proto{}.bytes(1, make([]byte, 30<<20))))
	pbf := append(headerBlock(), bytes.Repeat(block, 20)...)
	var xml bytes.Buffer
	z := gzip.NewWriter(&xml)
	for _, text := range []string{"<osm>", strings.Repeat(strings.Repeat(" ", 1<<20)+"<!---->", 120), "</osm>"} {
		if _, err := z.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"pbf": pbf, "xml": xml.Bytes()} {
		if _, err := Road(bytes.NewReader(data), ""); !errors.Is(err, ErrTooLarge) || errors.Is(err, ErrBroken) || !strings.Contains(err.Error(), "times its size") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNamesAreFitToBeStored(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ in, want string }{
		"a name":            {"河北大街 West", "河北大街 West"},
		"other bytes":       {"a\xffb", "ab"},
		"control signs":     {"a\x00\n\x7fb", "ab"},
		"a novel":           {strings.Repeat("x", 9000), strings.Repeat("x", longest)},
		"cut within a sign": {strings.Repeat("x", longest-1) + "街", strings.Repeat("x", longest-1)},
	} {
		if w, _ := wayOf(tags{"highway": "primary", "name": c.in, "ref": c.in}); w.Name != c.want || w.Ref != c.want {
			t.Errorf("%s: %q, %q", name, w.Name, w.Ref)
		}
	}
}
