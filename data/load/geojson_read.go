package load

import (
	"bytes"
	"encoding/json"

	"onemap/geo"
)

// asCollection wraps a lone feature or geometry in a collection.
func asCollection(body []byte) []byte {
	var head struct {
		Type string `json:"type"`
	}
	if shallow(body) != nil || json.Unmarshal(body, &head) != nil {
		return body // said properly by who reads it
	}
	switch head.Type {
	case "Feature":
		return bytes.Join([][]byte{[]byte(`{"type":"FeatureCollection","features":[`), body, []byte(`]}`)}, nil)
	case "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection":
		return bytes.Join([][]byte{[]byte(`{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":`), body, []byte(`}]}`)}, nil)
	}
	return body
}

// propertyCells writes properties as texts; null says nothing.
func propertyCells(value json.RawMessage) (cells []cell, err error) {
	if bytes.Equal(value, []byte("null")) {
		return nil, nil
	}
	all, err := members(value)
	if err != nil {
		return nil, err
	}
	for _, m := range all {
		text := idText(m.value)
		if text == "null" {
			text = ""
		}
		cells = append(cells, cell{m.name, text})
	}
	return cells, nil
}

// taken hands on a feature whose geometry is GeoJSON already.
func (s *sink) taken(n int, cells []cell, geometry []byte) error {
	if len(geometry) == 0 || bytes.Equal(geometry, []byte("null")) {
		return s.row(n, cells, nil)
	}
	g, flat, err := geo.ParseFlatGeoJSON(geometry, maxVertices)
	if err != nil {
		return s.wrong(n, "geometry", "bad_geometry", "%v", err)
	}
	if flat {
		s.note("heights or measures dropped from %d shapes", 1)
	}
	return s.row(n, cells, g)
}
