package load

import (
	"encoding/xml"

	"github.com/paulmach/orb"

	"onemap/geo/crs"
)

// gpx reads waypoints, routes and tracks (GPX 1.0 and 1.1); the column kind
// tells them apart. Extensions are left aside.
func (s *sink) gpx(d *document) error {
	s.shape.Format, s.shape.Shapes, s.shape.Datum, s.shape.Encoding = "gpx", true, crs.WGS84, "XML"
	n := 0
	for {
		t, err := d.token()
		if t == nil || err != nil {
			return err
		}
		e, begins := t.(xml.StartElement)
		if !begins {
			continue
		}
		thing, err := d.tree(e)
		if err != nil {
			return err
		}
		switch thing.name {
		case "wpt", "rte", "trk":
			n++
			if err := s.gpxThing(n, thing); err != nil {
				return err
			}
		}
	}
}

var gpxKinds = map[string]string{"wpt": "waypoint", "rte": "route", "trk": "track"}

func (s *sink) gpxThing(n int, thing *node) error {
	cells := []cell{{"kind", gpxKinds[thing.name]}}
	for _, name := range []string{"name", "desc", "cmt", "src", "type", "sym", "number", "time", "ele"} {
		cells = add(cells, name, thing.child(name).said())
	}
	var g orb.Geometry
	var err error
	switch thing.name {
	case "wpt":
		g, err = gpxPoint(thing)
	case "rte":
		g, err = s.gpxLines([][]*node{thing.all("rtept")})
	case "trk":
		var segments [][]*node
		for _, segment := range thing.all("trkseg") {
			segments = append(segments, segment.all("trkpt"))
		}
		g, err = s.gpxLines(segments)
	}
	if err != nil {
		return s.wrong(n, "geometry", "bad_geometry", "%v", err)
	}
	return s.row(n, cells, g)
}

func gpxPoint(n *node) (orb.Point, error) {
	return position([]string{n.value("lon"), n.value("lat")})
}

// gpxLines makes one line a segment; a segment of one point is no line.
func (s *sink) gpxLines(segments [][]*node) (orb.Geometry, error) {
	var lines []orb.Geometry
	for _, segment := range segments {
		line := make(orb.LineString, 0, len(segment))
		for _, n := range segment {
			p, err := gpxPoint(n)
			if err != nil {
				return nil, err
			}
			line = append(line, p)
		}
		if len(line) < 2 {
			s.note("%d pieces of a track with fewer than two points were left out", 1)
			continue
		}
		lines = append(lines, line)
	}
	return together(lines), nil
}
