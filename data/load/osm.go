package load

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/osm"
	"github.com/paulmach/osm/osmpbf"
	"github.com/paulmach/osm/osmxml"

	"onemap/data"
	"onemap/dispatch"
	"onemap/geo"
)

// maxNodes is the most an OpenStreetMap extract may have: a province.
const maxNodes = 30_000_000

// roadClass says from which zoom a class of highway is drawn; the rank is what
// stays when a tile is full.
type roadClass struct {
	name          string
	rank, minZoom int
}

var roadClasses = map[string]roadClass{
	"motorway": {"motorway", 1, 5}, "trunk": {"trunk", 2, 6}, "primary": {"primary", 3, 7}, "secondary": {"secondary", 4, 9},
	"tertiary": {"tertiary", 5, 9}, "unclassified": {"unclassified", 6, 10}, "residential": {"residential", 7, 11},
	"living_street": {"residential", 7, 11}, "road": {"unclassified", 6, 10},
	"motorway_link": {"link", 5, 10}, "trunk_link": {"link", 5, 10}, "primary_link": {"link", 5, 11},
	"secondary_link": {"link", 6, 12}, "tertiary_link": {"link", 6, 12},
}

// RoadStats says what was read.
type RoadStats struct {
	Nodes, Ways, Roads int
	Skipped            int // highways for no vehicle, or no road at all
	Broken             int // roads with missing nodes or without length
}

type scanner interface {
	Scan() bool
	Object() osm.Object
	Err() error
	Close() error
}

// Roads reads the roads of an OpenStreetMap file: PBF, or XML, also gzipped.
// Each way is one feature, its points in WGS84 as OpenStreetMap has them.
func Roads(ctx context.Context, r io.Reader) ([]data.BaseFeature, RoadStats, error) {
	var stats RoadStats
	s, err := openOSM(ctx, r)
	if err != nil {
		return nil, stats, err
	}
	defer s.Close()
	nodes, ways := map[osm.NodeID]orb.Point{}, []*osm.Way(nil)
	for s.Scan() {
		switch o := s.Object().(type) {
		case *osm.Node:
			if stats.Nodes++; stats.Nodes > maxNodes {
				return nil, stats, ErrTooLarge.With("more than %d nodes", maxNodes)
			}
			nodes[o.ID] = orb.Point{o.Lon, o.Lat}
		case *osm.Way:
			stats.Ways++
			if o.Tags.Find("highway") != "" && o.Tags.Find("area") != "yes" {
				ways = append(ways, o)
			}
		}
	}
	if err := s.Err(); err != nil && !errors.Is(err, io.EOF) {
		return nil, stats, &dispatch.Error{Kind: dispatch.Malformed, Code: "bad_osm", Text: fmt.Sprintf("read OpenStreetMap data: %v", err)}
	}
	var roads []data.BaseFeature
	for _, w := range ways {
		class, ok := roadClasses[w.Tags.Find("highway")]
		if !ok {
			stats.Skipped++
			continue
		}
		line := lineOf(w, nodes)
		if geo.CheckGeometry(line, maxVertices) != nil {
			stats.Broken++
			continue
		}
		roads = append(roads, road(w.Tags, class, line))
	}
	stats.Roads = len(roads)
	return roads, stats, nil
}

// openOSM tells the three forms apart by how they begin.
func openOSM(ctx context.Context, r io.Reader) (scanner, error) {
	in := bufio.NewReaderSize(r, 64<<10)
	begin, err := in.Peek(3)
	switch {
	case err != nil:
		return nil, &dispatch.Error{Kind: dispatch.Malformed, Code: "bad_osm", Text: "an empty file"}
	case begin[0] == 0x1f && begin[1] == 0x8b:
		plain, err := gzip.NewReader(in)
		if err != nil {
			return nil, &dispatch.Error{Kind: dispatch.Malformed, Code: "bad_osm", Text: fmt.Sprintf("gzip: %v", err)}
		}
		return osmxml.New(ctx, plain), nil
	case begin[0] == '<' || string(begin) == "\xEF\xBB\xBF":
		return osmxml.New(ctx, in), nil
	}
	s := osmpbf.New(ctx, in, runtime.GOMAXPROCS(0))
	s.SkipRelations = true
	return s, nil
}

// lineOf is empty when a node is missing: a road with a hole is no road.
func lineOf(w *osm.Way, nodes map[osm.NodeID]orb.Point) orb.LineString {
	line := make(orb.LineString, 0, len(w.Nodes))
	for _, n := range w.Nodes {
		p, ok := nodes[n.ID]
		if !ok {
			return nil
		}
		line = append(line, p)
	}
	snapped, _ := geo.Snap(line).(orb.LineString)
	return snapped
}

func road(tags osm.Tags, class roadClass, line orb.LineString) data.BaseFeature {
	shown := map[string]any{"class": class.name}
	if class.name == "link" {
		shown["link"] = strings.TrimSuffix(tags.Find("highway"), "_link")
	}
	if ref := tags.Find("ref"); ref != "" {
		shown["ref"] = ref
	}
	for _, name := range []string{"bridge", "tunnel"} {
		if v := tags.Find(name); v != "" && v != "no" {
			shown[name] = true
		}
	}
	switch oneway(tags) {
	case -1:
		line.Reverse()
		shown["oneway"] = true
	case 1:
		shown["oneway"] = true
	}
	return data.BaseFeature{
		Layer: "road", Name: tags.Find("name"), NameEN: tags.Find("name:en"), Rank: class.rank, MinZoom: class.minZoom,
		Tile: shown, Geometry: line,
	}
}

// oneway is 1 along the way, -1 against it, 0 for both.
func oneway(tags osm.Tags) int {
	switch tags.Find("oneway") {
	case "yes", "true", "1":
		return 1
	case "-1", "reverse":
		return -1
	case "no", "false", "0":
		return 0
	}
	if tags.Find("highway") == "motorway" || tags.Find("junction") == "roundabout" {
		return 1
	}
	return 0
}
