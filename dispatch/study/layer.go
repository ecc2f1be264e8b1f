package study

import (
	"encoding/json"
	"fmt"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
)

// feature is one thing of a layer.
type feature struct {
	Type       string            `json:"type"`
	Geometry   *geojson.Geometry `json:"geometry"`
	Properties map[string]any    `json:"properties"`
}

// newFeature draws a geometry to a tenth of a metre.
func newFeature(g orb.Geometry, properties map[string]any) feature {
	return feature{"Feature", geojson.NewGeometry(orb.Round(orb.Clone(g))), properties}
}

// layer adds things to the map. The keys of properties come out sorted, so the
// same things give the same bytes.
func (r *Result) layer(code, zh, en string, all []feature) error {
	if all == nil {
		all = []feature{}
	}
	raw, err := json.Marshal(struct {
		Type     string    `json:"type"`
		Features []feature `json:"features"`
	}{"FeatureCollection", all})
	if err != nil {
		return fmt.Errorf("write layer %s: %w", code, err)
	}
	r.Layers = append(r.Layers, Layer{code, zh, en, raw})
	return nil
}
