package web

import (
	"encoding/json"
	"fmt"

	"onemap/tiles"
)

const (
	cityStyle = "city"
	styleType = "application/vnd.mapbox.style+json"
)

// painted is one layer of the style: what part of which tiles, drawn how.
type painted struct {
	id, source, part, kind string
	filter                 []any
	paint                  map[string]any
}

// wider is a width that grows with the zoom.
func wider(at8, at14 float64) []any {
	return []any{"interpolate", []any{"exponential", 1.4}, []any{"zoom"}, 8, at8, 14, at14}
}

// byClass is a width for the class of a road.
func byClass(main, other float64) []any {
	return []any{"match", []any{"get", "class"}, []any{"motorway", "trunk", "primary"}, main, other}
}

// cityLayers draws the base map in pale colours and the ledgers upon it. No
// layer is text: names need glyphs, which no server here keeps; the client
// draws them in the browser.
var cityLayers = []painted{
	{"sea", tiles.Base, "sea", "fill", nil, map[string]any{"fill-color": "#CFDFEA"}},
	{"land", tiles.Base, "land", "fill", nil, map[string]any{"fill-color": "#F6F7F4"}},
	{"water", tiles.Base, "water", "fill", nil, map[string]any{"fill-color": "#BBD5E6"}},
	{"river", tiles.Base, "river", "line", nil, map[string]any{"line-color": "#A6C8DE", "line-width": wider(0.8, 3)}},
	{"coast", tiles.Base, "coast", "line", nil, map[string]any{"line-color": "#7D9AB0", "line-width": 1}},
	{"rail", tiles.Base, "rail", "line", nil, map[string]any{"line-color": "#A9B0B6", "line-width": 1, "line-dasharray": []any{4, 2}}},
	{"road-casing", tiles.Base, "road", "line", nil, map[string]any{"line-color": "#C4CBD1", "line-width": byClass(4, 2)}},
	{"road", tiles.Base, "road", "line", nil, map[string]any{"line-color": "#FFFFFF", "line-width": byClass(2.6, 1.2)}},
	{"county", tiles.Base, "county", "line", nil, map[string]any{"line-color": "#9AA8B5", "line-width": 1.4}},
	{"place", tiles.Base, "place", "circle", nil, map[string]any{"circle-radius": 2, "circle-color": "#4A5763"}},
	{"cell", "cell", "cell", "fill", nil, map[string]any{"fill-opacity": 0.35, "fill-color": []any{"step", []any{"get", "people"}, "#E8EEF2", 50, "#BFD9E5", 200, "#79B4CC", 500, "#2F6690", 2000, "#2A3A6B"}}},
	{"risk_zone", "risk_zone", "risk_zone", "fill", nil, map[string]any{"fill-color": "#F58B6B", "fill-opacity": 0.3, "fill-outline-color": "#C24A2A"}},
	{"division", "division", "division", "line", []any{"==", []any{"get", "level"}, "township"}, map[string]any{"line-color": "#CBD3D9", "line-width": 1}},
	{"closure", "closure", "closure", "line", nil, map[string]any{"line-color": "#D92D3A", "line-width": 3}},
	{"hazard", "hazard", "hazard", "circle", nil, map[string]any{"circle-radius": 4, "circle-color": "#F59A23", "circle-stroke-color": "#10161D", "circle-stroke-width": 1}},
	{"camera", "camera", "camera", "circle", nil, map[string]any{"circle-radius": 2.5, "circle-color": "#4A5763"}},
	{"shelter", "shelter", "shelter", "circle", nil, map[string]any{"circle-radius": 4, "circle-color": "#2F9592", "circle-stroke-color": "#FFFFFF", "circle-stroke-width": 1}},
	{"depot", "depot", "depot", "circle", nil, map[string]any{"circle-radius": 4, "circle-color": "#4A8FE7", "circle-stroke-color": "#FFFFFF", "circle-stroke-width": 1}},
	{"team", "team", "team", "circle", nil, map[string]any{"circle-radius": 5, "circle-color": "#D92D3A", "circle-stroke-color": "#FFFFFF", "circle-stroke-width": 1.5}},
}

// cityCentre is where the map opens, in lon, lat.
var cityCentre = []float64{119.5, 39.95}

// writeStyle writes a MapLibre style, its tiles at a server's address.
func writeStyle(base string) ([]byte, error) {
	sources := map[string]any{}
	for _, l := range tiles.Layers {
		sources[l.Name] = map[string]any{"type": "vector", "tiles": []string{base + "/tiles/" + l.Name + "/{z}/{x}/{y}.mvt"}, "minzoom": l.MinZoom, "maxzoom": l.MaxZoom}
	}
	layers := []any{map[string]any{"id": "background", "type": "background", "paint": map[string]any{"background-color": "#E7EAEA"}}}
	for _, p := range cityLayers {
		layer := map[string]any{"id": p.id, "type": p.kind, "source": p.source, "source-layer": p.part, "paint": p.paint}
		if p.filter != nil {
			layer["filter"] = p.filter
		}
		layers = append(layers, layer)
	}
	raw, err := json.Marshal(map[string]any{"version": 8, "name": "秦皇岛一张图", "center": cityCentre, "zoom": 9, "sources": sources, "layers": layers})
	if err != nil {
		return nil, fmt.Errorf("write style: %w", err)
	}
	return raw, nil
}
