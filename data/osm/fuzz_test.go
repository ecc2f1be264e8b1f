package osm

import (
	"bytes"
	"testing"

	"onemap/geo/road"
)

// Whatever the bytes, reading and building end in a network or in an error.
func FuzzRoad(f *testing.F) {
	whole := crossingFile()
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	f.Add(append(headerBlock(), fileBlock("OSMData", proto{}.bytes(1, crossing()))...))
	f.Add(append(headerBlock(), fileBlock("OSMData", proto{}.number(2, 1<<31-1).bytes(3, deflate(crossing())))...))
	f.Add(append(headerBlock(), 0x7f, 0xff, 0xff, 0xff))
	f.Fuzz(func(t *testing.T, data []byte) {
		tryNetwork(t, data, "")
	})
}

// The same with sound framing, so that the fuzzer works on the elements.
func FuzzRoadBlock(f *testing.F) {
	f.Add(crossing())
	f.Add(crossing()[:100])
	f.Add([]byte(proto{}.bytes(1, proto{}.bytes(1, nil)).bytes(2, proto{}.bytes(2, proto{}.packed(1, 2, 2).packed(8, 2)))))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<20 {
			return // larger than a block needs to be
		}
		tryNetwork(t, append(headerBlock(), fileBlock("OSMData", proto{}.bytes(1, data))...), PBF)
	})
}

// XML as it is written by hand.
func FuzzRoadXML(f *testing.F) {
	f.Add(smallXML)
	f.Add(smallXML[:300])
	f.Add(`<osm><node id="1" lat="NaN" lon="1e999"/><way id="9223372036854775808"><nd ref="1"/></way></osm>`)
	f.Add(`<osm><relation id="1"><member type="" ref="1" role="from"/><tag k="type" v="restriction"/><tag k="restriction" v="only_u_turn"/></relation></osm>`)
	f.Fuzz(func(t *testing.T, text string) {
		tryNetwork(t, []byte(text), XML)
	})
}

// tryNetwork reads a file and, when it is one, asks the network a question.
func tryNetwork(t *testing.T, data []byte, format Format) {
	t.Helper()
	s, err := Road(bytes.NewReader(data), format)
	if err != nil {
		if len(s.Ways) > 0 {
			t.Error("a refused file gave roads")
		}
		return
	}
	g, report := road.Build(s)
	if g.Segments() != report.Segments || g.Segments() > 0 && g.Nodes() == 0 {
		t.Errorf("%d segments, %d junctions, report %+v", g.Segments(), g.Nodes(), report)
	}
	if g.Segments() > 0 {
		// Off the road or not, it must answer.
		_, _ = g.Snap(g.Bound().Center(), road.Snap{})
	}
}
