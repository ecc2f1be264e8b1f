package web

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/geo"
)

const (
	feature    = "Feature"
	collection = "FeatureCollection"
)

// maxVertices is the most an interactive shape may have.
const maxVertices = 10_000

// geometryOf reads a shape somebody drew: snapped to a centimetre, then whole.
// A refusal names the path, and the place on the ground where there is one.
func geometryOf(path string, raw json.RawMessage) (orb.Geometry, error) {
	g, err := geo.ParseGeoJSON(raw, maxVertices)
	if err == nil {
		g = geo.Snap(g)
		err = geo.CheckGeometry(g, maxVertices)
	}
	if err == nil {
		return g, nil
	}
	var shape *geo.Invalid
	if errors.As(err, &shape) {
		return nil, geometryRefusal(path, shape)
	}
	r := refuse(422, "bad_geometry", err.Error())
	r.fields = []FieldProblem{{Path: path, Code: r.code, Text: r.detail}}
	return nil, r
}

func geometryRefusal(path string, e *geo.Invalid) *refused {
	r := refuse(422, "invalid_geometry", e.Error())
	switch {
	case errors.Is(e, geo.ErrTooManyVertices):
		r.status, r.code = 413, "too_many_vertices"
	case errors.Is(e, geo.ErrOutOfRange):
		r.code = "out_of_range"
	case errors.Is(e, geo.ErrNotFinite):
		r.code = "bad_geometry"
	}
	field := FieldProblem{Path: path + "." + e.Path, Code: r.code, Text: e.Reason}
	if e.At != (orb.Point{}) {
		field.At = &[]float64{e.At[0], e.At[1]}
	}
	r.fields = []FieldProblem{field}
	return r
}

// pointOf reads a point somebody asked about.
func pointOf(path string, raw json.RawMessage) (orb.Point, error) {
	g, err := geometryOf(path, raw)
	if err != nil {
		return orb.Point{}, err
	}
	p, ok := g.(orb.Point)
	if !ok {
		return p, &refused{status: 422, code: "bad_geometry", detail: "a Point is wanted", fields: []FieldProblem{{Path: path, Code: "bad_geometry", Text: "a Point is wanted, not a " + g.GeoJSONType()}}}
	}
	return p, nil
}

func geoJSON(g orb.Geometry) (json.RawMessage, error) {
	raw, err := geo.MarshalGeoJSON(g)
	if err != nil {
		return nil, fmt.Errorf("write geometry: %w", err)
	}
	return raw, nil
}

// entryFeature writes an entry as its reader may see it; not whole means its
// point instead of its area.
func entryFeature(a dispatch.Actor, e *dispatch.Entry, seq dispatch.Seq, whole bool) (EntryFeature, error) {
	properties, err := e.Properties()
	if err != nil {
		return EntryFeature{}, fmt.Errorf("write %s %s: %w", e.Ledger, e.ID, err)
	}
	if a.MasksEntry(e.Division, e.Sensitivity) {
		properties = redact(properties)
	}
	shape := e.Geometry
	if !whole {
		shape = e.Point()
	}
	geometry, err := geoJSON(shape)
	if err != nil {
		return EntryFeature{}, err
	}
	return EntryFeature{
		Type: feature, Id: e.ID, Ledger: LedgerCode(e.Ledger), Version: e.Version, Seq: int64(seq),
		RecordedAt: e.RecordedAt.UTC(), Geometry: geometry, Properties: properties,
	}, nil
}

// incidentFeature writes an incident as its reader may see it.
func incidentFeature(a dispatch.Actor, in *dispatch.Incident, seq dispatch.Seq) (IncidentFeature, error) {
	raw, err := json.Marshal(in)
	if err != nil {
		return IncidentFeature{}, fmt.Errorf("write incident %s: %w", in.ID, err)
	}
	if a.MasksIncident(in) {
		raw = redact(raw)
	}
	var properties Incident
	if err := json.Unmarshal(raw, &properties); err != nil {
		return IncidentFeature{}, fmt.Errorf("write incident %s: %w", in.ID, err)
	}
	geometry, err := geoJSON(in.Geometry)
	return IncidentFeature{Type: feature, Id: in.ID, Version: in.Version, Seq: int64(seq), Geometry: geometry, Properties: properties}, err
}
