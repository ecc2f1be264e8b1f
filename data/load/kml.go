package load

import (
	"encoding/xml"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"onemap/geo/crs"
)

// kml reads placemarks (OGC 12-007r2). What would fetch something is left out.
func (s *sink) kml(d *document, root *xml.StartElement) error {
	s.shape.Format, s.shape.Shapes, s.shape.Datum, s.shape.Encoding = "kml", true, crs.WGS84, "XML"
	var folders []folder
	n, links := 0, 0
	for t := xml.Token(*root); t != nil; {
		switch e := t.(type) {
		case xml.EndElement:
			if len(folders) > 0 && d.depth < folders[len(folders)-1].depth {
				folders = folders[:len(folders)-1]
			}
		case xml.StartElement:
			switch e.Name.Local {
			case "Folder", "Document":
				folders = append(folders, folder{depth: d.depth, whole: e.Name.Local == "Document"})
			case "Placemark":
				n++
				mark, err := d.tree(e)
				if err != nil {
					return err
				}
				if err := s.placemark(n, mark, within(folders)); err != nil {
					return err
				}
			case "NetworkLink":
				links++
				if _, err := d.tree(e); err != nil {
					return err
				}
			case "Style", "StyleMap", "Schema", "GroundOverlay", "ScreenOverlay", "PhotoOverlay", "ExtendedData", "LookAt", "Camera", "Region":
				if _, err := d.tree(e); err != nil {
					return err
				}
			case "name":
				name, err := d.tree(e)
				if err != nil {
					return err
				}
				if len(folders) > 0 && folders[len(folders)-1].name == "" {
					folders[len(folders)-1].name = name.said()
				}
			}
		}
		next, err := d.token()
		if err != nil {
			return err
		}
		t = next
	}
	if links > 0 {
		if n == 0 {
			return errLinkOnly
		}
		s.note("%d links to other files were not followed", links)
	}
	return nil
}

type folder struct {
	name  string
	depth int
	whole bool // the document itself
}

// within names the folders a placemark lies in.
func within(folders []folder) string {
	var names []string
	for _, f := range folders {
		if f.name != "" && !f.whole {
			names = append(names, f.name)
		}
	}
	return strings.Join(names, "/")
}

func (s *sink) placemark(n int, mark *node, in string) error {
	cells := add(nil, "id", mark.value("id"))
	for _, name := range []string{"name", "description", "address", "phoneNumber"} {
		cells = add(cells, name, mark.child(name).said())
	}
	cells = add(cells, "folder", in)
	cells = add(cells, "when", mark.child("TimeStamp").child("when").said())
	for _, extended := range mark.all("ExtendedData") {
		for _, data := range extended.all("Data") {
			cells = add(cells, data.value("name"), data.child("value").said())
		}
		for _, schema := range extended.all("SchemaData") {
			for _, data := range schema.all("SimpleData") {
				cells = add(cells, data.value("name"), data.said())
			}
		}
	}
	var found []orb.Geometry
	if err := shapesOf(mark, &found); err != nil {
		return s.wrong(n, "geometry", "bad_geometry", "%v", err)
	}
	return s.row(n, cells, together(found))
}

// shapesOf gathers the shapes in an element, those of MultiGeometry too.
func shapesOf(n *node, found *[]orb.Geometry) error {
	for _, c := range n.nodes {
		var g orb.Geometry
		var err error
		switch c.name {
		case "Point":
			var points []orb.Point
			if points, err = tuples(c.child("coordinates").said(), 1); err == nil {
				g = points[0]
			}
		case "LineString":
			var points []orb.Point
			points, err = tuples(c.child("coordinates").said(), 2)
			g = orb.LineString(points)
		case "LinearRing":
			var ring orb.Ring
			ring, err = ringOf(c)
			g = orb.Polygon{ring}
		case "Polygon":
			g, err = polygonOf(c)
		case "Track":
			var points []orb.Point
			points, err = trackOf(c)
			g = orb.LineString(points)
			if len(points) == 1 {
				g = points[0]
			}
		case "MultiGeometry", "MultiTrack":
			err = shapesOf(c, found)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		if g != nil {
			*found = append(*found, g)
		}
	}
	return nil
}

func ringOf(n *node) (orb.Ring, error) {
	points, err := tuples(n.child("coordinates").said(), 3)
	if err != nil {
		return nil, err
	}
	if points[0] != points[len(points)-1] { // left open by many writers
		points = append(points, points[0])
	}
	return points, nil
}

func polygonOf(n *node) (orb.Geometry, error) {
	outer, err := ringOf(n.child("outerBoundaryIs").child("LinearRing"))
	if err != nil {
		return nil, err
	}
	p := orb.Polygon{outer}
	for _, boundary := range n.all("innerBoundaryIs") {
		for _, ring := range boundary.all("LinearRing") {
			inner, err := ringOf(ring)
			if err != nil {
				return nil, err
			}
			p = append(p, inner)
		}
	}
	return p, nil
}

func trackOf(n *node) (points []orb.Point, err error) {
	for _, c := range n.all("coord") {
		p, err := position(strings.Fields(c.said()))
		if err != nil {
			return nil, err
		}
		points = append(points, p)
	}
	if len(points) == 0 {
		return nil, fmt.Errorf("no coord")
	}
	return points, nil
}

var spacedComma = regexp.MustCompile(`,[ \t]+`)

// tuples reads "lon,lat[,height] …"; heights are dropped.
func tuples(text string, least int) ([]orb.Point, error) {
	text = spacedComma.ReplaceAllString(text, ",") // some write a space behind the comma
	var points []orb.Point
	for word := range strings.FieldsSeq(text) {
		if len(points) >= maxVertices {
			return nil, fmt.Errorf("more than %d vertices", maxVertices)
		}
		p, err := position(strings.Split(word, ","))
		if err != nil {
			return nil, err
		}
		points = append(points, p)
	}
	if len(points) < least {
		return nil, fmt.Errorf("%d positions, at least %d wanted", len(points), least)
	}
	return points, nil
}

func position(parts []string) (p orb.Point, err error) {
	if len(parts) < 2 {
		return p, fmt.Errorf("%.40q is no position", strings.Join(parts, ","))
	}
	for i := range p {
		if p[i], err = strconv.ParseFloat(parts[i], 64); err != nil || math.IsNaN(p[i]) || math.IsInf(p[i], 0) {
			return p, fmt.Errorf("%.40q is no position", strings.Join(parts, ","))
		}
	}
	return p, nil
}

// together makes one shape of several: of one kind a Multi-, else a collection.
func together(all []orb.Geometry) orb.Geometry {
	if len(all) <= 1 {
		if len(all) == 0 {
			return nil
		}
		return all[0]
	}
	var points orb.MultiPoint
	var lines orb.MultiLineString
	var areas orb.MultiPolygon
	for _, g := range all {
		switch g := g.(type) {
		case orb.Point:
			points = append(points, g)
		case orb.LineString:
			lines = append(lines, g)
		case orb.Polygon:
			areas = append(areas, g)
		}
	}
	switch len(all) {
	case len(points):
		return points
	case len(lines):
		return lines
	case len(areas):
		return areas
	}
	return orb.Collection(all)
}
