package tiles

import (
	"encoding/json"
	"fmt"
)

// Base is the layer of the base map: the same for everybody.
const Base = "base"

// Part is one source layer within a tile.
type Part struct {
	ID          string            `json:"id"`
	Description string            `json:"description"`
	MinZoom     int               `json:"minzoom"`
	MaxZoom     int               `json:"maxzoom"`
	Fields      map[string]string `json:"fields"`
}

// Layer is one set of tiles.
type Layer struct {
	Name    string
	ZH, EN  string
	MinZoom int
	MaxZoom int
	Parts   []Part
}

const (
	text    = "String"
	numeric = "Number"
	boolean = "Boolean"
)

// Layers is the catalogue: the base map, and one a ledger. Units are not in
// it: they move, and come over the live channel.
var Layers = []Layer{
	{Name: Base, ZH: "底图", EN: "base map", MaxZoom: 14, Parts: []Part{
		{ID: "land", Description: "陆地 · land", Fields: named(nil)},
		{ID: "sea", Description: "海域 · sea", Fields: named(nil)},
		{ID: "county", Description: "县区界（示意） · counties, not the legal boundary", Fields: named(nil)},
		{ID: "water", Description: "水面 · reservoirs and lagoons", Fields: named(nil)},
		{ID: "river", Description: "河流 · rivers", Fields: named(nil)},
		{ID: "coast", Description: "海岸线 · coast", Fields: named(nil)},
		{ID: "rail", Description: "铁路 · railways", Fields: named(nil)},
		{ID: "road", Description: "道路 · roads", Fields: named(map[string]string{
			"class": text, "link": boolean, "ref": text, "bridge": boolean, "tunnel": boolean, "oneway": boolean})},
		{ID: "place", Description: "地名 · settlements", Fields: named(nil)},
		{ID: "poi", Description: "兴趣点 · points of interest", Fields: named(nil)},
	}},
	ledger("division", "行政区划", "divisions", 0, map[string]string{"code": text, "name": text, "level": text, "people": numeric}),
	ledger("team", "救援队伍", "rescue teams", 0, map[string]string{"code": text, "name": text, "readiness": text, "system": text, "joint": boolean}),
	ledger("depot", "物资储备库", "depots", 0, map[string]string{"name": text, "level": text, "fill": numeric}),
	ledger("shelter", "避难场所", "shelters", 0, map[string]string{"name": text, "class": text, "state": text,
		"capacity": numeric, "occupancy": numeric, "free": numeric}),
	ledger("hazard", "危险源", "hazards", 0, map[string]string{"name": text, "kind": text, "level": numeric, "state": text}),
	ledger("risk_zone", "风险区", "risk zones", 0, map[string]string{"name": text, "kind": text, "class": numeric}),
	ledger("camera", "监控点", "cameras", 0, map[string]string{"name": text, "state": text, "heading_deg": numeric}),
	ledger("closure", "道路阻断", "road closures", 0, map[string]string{"name": text, "cause": text, "confidence": text, "factor": numeric}),
	ledger("cell", "人口格网", "population grid", 9, map[string]string{"people": numeric}),
}

// named adds what every part of the base map has.
func named(fields map[string]string) map[string]string {
	all := map[string]string{"kind": text, "name": text, "name_en": text, "rank": numeric}
	for name, kind := range fields {
		all[name] = kind
	}
	return all
}

func ledger(name, zh, en string, minZoom int, fields map[string]string) Layer {
	fields["id"] = text
	return Layer{Name: name, ZH: zh, EN: en, MinZoom: minZoom, MaxZoom: 14,
		Parts: []Part{{ID: name, Description: zh + " · " + en, Fields: fields}}}
}

// Find returns a layer by its name.
func Find(name string) (Layer, bool) {
	for _, l := range Layers {
		if l.Name == name {
			return l, true
		}
	}
	return Layer{}, false
}

// TileJSON describes the layer to a client (TileJSON 3.0.0). url is the
// template of its tiles with {z}, {x} and {y}.
func (l Layer) TileJSON(url string) ([]byte, error) {
	parts := make([]Part, len(l.Parts))
	for i, p := range l.Parts {
		p.MinZoom, p.MaxZoom = l.MinZoom, l.MaxZoom
		parts[i] = p
	}
	body, err := json.Marshal(map[string]any{
		"tilejson": "3.0.0", "name": l.Name, "description": l.ZH + " · " + l.EN, "scheme": "xyz",
		"tiles": []string{url}, "minzoom": l.MinZoom, "maxzoom": l.MaxZoom,
		"bounds": []float64{-180, -85.051128779806604, 180, 85.051128779806604}, "vector_layers": parts,
	})
	if err != nil {
		return nil, fmt.Errorf("write TileJSON of %s: %w", l.Name, err)
	}
	return body, nil
}
