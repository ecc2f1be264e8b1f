package load

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"

	"onemap/data"
	"onemap/dispatch"
	"onemap/geo"
)

// baseLayers are the parts of the base map that come from GeoJSON, with the
// zoom each rank is drawn from; rank 0 is the first.
var baseLayers = map[string][]int{
	"land": {0}, "sea": {0}, "county": {0}, "coast": {0},
	"water": {5, 5, 7, 9, 10}, "river": {7, 5, 7, 8, 10}, "rail": {7, 7, 8, 9, 10},
	"place": {10, 0, 6, 9, 10}, "poi": {11, 9, 10, 11, 12},
}

// Base reads the base map but for its roads: a GeoJSON FeatureCollection whose
// features say layer, kind, name, name_en and rank. Features of other layers
// are left out: townships, for one, are drawn from their ledger.
func Base(r io.Reader) ([]data.BaseFeature, error) {
	body, err := readFile(r)
	if err != nil {
		return nil, err
	}
	if !utf8.Valid(body) {
		return nil, malformed("not UTF-8")
	}
	var all []data.BaseFeature
	err = features(body, func(n int, feature []member) error {
		f, err := baseFeature(feature)
		if err != nil {
			return malformed("feature %d: %v", n, err)
		}
		if zooms, ok := baseLayers[f.Layer]; ok {
			f.MinZoom = zooms[min(max(f.Rank, 0), len(zooms)-1)]
			all = append(all, f)
		}
		return nil
	})
	return all, err
}

func baseFeature(feature []member) (f data.BaseFeature, err error) {
	var said struct {
		Layer  string `json:"layer"`
		Kind   string `json:"kind"`
		Name   string `json:"name"`
		NameEN string `json:"name_en"`
		Rank   int    `json:"rank"`
	}
	for _, m := range feature {
		switch m.name {
		case "geometry":
			g, err := geo.ParseGeoJSON(m.value, maxVertices)
			if err != nil {
				return f, err
			}
			f.Geometry = geo.Snap(g)
		case "properties":
			if err := json.Unmarshal(m.value, &said); err != nil {
				return f, fmt.Errorf("properties: %w", err)
			}
		}
	}
	if f.Geometry == nil || said.Layer == "" {
		return f, errors.New("no geometry, or no layer")
	}
	f.Layer, f.Kind, f.Name, f.NameEN, f.Rank = said.Layer, said.Kind, said.Name, said.NameEN, said.Rank
	return f, nil
}

// layerNames are the layers that base.geojson replaces.
func layerNames() []string {
	names := make([]string, 0, len(baseLayers))
	for name := range baseLayers {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

var errNothing = &dispatch.Error{Kind: dispatch.Invalid, Code: "empty", Text: "the file holds nothing for the base map"}
