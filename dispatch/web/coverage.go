package web

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"time"

	"onemap/dispatch"
	"onemap/geo"
	"onemap/geo/road"
)

// coverageQuery reads the request; what it means is checked by the core.
func coverageQuery(b *CoverageQuery) (q dispatch.CoverageQuery, err error) {
	if q.Kinds, err = kindsOf("kinds", or(b.Kinds, nil)); err != nil {
		return q, err
	}
	q.IDs, q.Division, q.Gaps = or(b.Ids, nil), or(b.Division, ""), or(b.Gaps, true)
	if len(q.IDs) > 2000 {
		return q, outOfRange("ids", "at most 2,000")
	}
	if n := len(or(b.Candidates, nil)); n > 200 {
		return q, outOfRange("candidates", "at most 200")
	}
	for i, raw := range or(b.Candidates, nil) {
		at, err := pointOf(fmt.Sprintf("candidates[%d]", i), raw)
		if err != nil {
			return q, err
		}
		q.Candidates = append(q.Candidates, at)
	}
	for _, d := range or(b.DistancesM, nil) {
		q.Distances = append(q.Distances, geo.Metres(d))
	}
	for _, s := range or(b.LimitsS, nil) {
		q.Limits = append(q.Limits, time.Duration(math.Round(min(s, 1e6)*1000))*time.Millisecond)
	}
	q.Profile, q.Arrivals = string(or(b.Profile, "")), or(b.Arrivals, false)
	if b.Direction != nil {
		var p dispatch.Problems
		p.OneOf("direction", string(*b.Direction), []string{string(Toward), string(Away)})
		q.Direction = ptr(road.Toward)
		if *b.Direction == Away {
			q.Direction = ptr(road.Away)
		}
		return q, p.Err()
	}
	return q, nil
}

// MeasureCoverage answers who is covered and who is not.
func (s api) MeasureCoverage(ctx context.Context, r MeasureCoverageRequestObject) (MeasureCoverageResponseObject, error) {
	q, err := coverageQuery(r.Body)
	if err != nil {
		return nil, err
	}
	// All at once they would only slow each other past the deadline, and every
	// one of them would be refused.
	select {
	case s.measuring <- struct{}{}:
		defer func() { <-s.measuring }()
	case <-ctx.Done():
		return nil, &refused{status: 503, code: "busy", detail: "too many coverage queries at once", retry: 5}
	}
	p := s.Live.Picture()
	found, err := p.Coverage(ctx, callOf(ctx).who.actor, q, s.now())
	if err != nil {
		return nil, err
	}
	answer := MeasureCoverage200JSONResponse{
		Seq: int64(found.Seq), AsOf: found.AsOf.UTC(), Basis: Basis(found.Basis), Inputs: found.Inputs,
		Sites: found.Sites, Cells: found.Cells, LeftOut: append([]string{}, found.LeftOut...),
	}
	if found.Basis == dispatch.ByRoad {
		answer.Roads, answer.Closures, answer.Assumptions = ptr(roadState(p.Roads)), ptr(closureRefs(found.Closures)), &found.Assumptions
	}
	if q.Arrivals {
		answer.Arrivals = coverageArrivals(found.Arrivals)
	}
	for _, f := range found.Results {
		result, err := coverageResult(f, q.Gaps)
		if err != nil {
			return nil, err
		}
		answer.Results = append(answer.Results, result)
	}
	return answer, nil
}

func coverageResult(f dispatch.CoverageResult, withGaps bool) (CoverageResult, error) {
	result := CoverageResult{Total: coverageShare(f.Total), Counties: coverageRows(f.Counties), Townships: coverageRows(f.Townships)}
	if f.Limit > 0 {
		result.LimitS = ptr(f.Limit.Seconds())
	} else {
		result.DistanceM = ptr(float64(f.Distance))
	}
	if !withGaps {
		return result, nil
	}
	gaps, err := gapFeatures(f.Gaps)
	result.Gaps = &gaps
	return result, err
}

func coverageArrivals(all []dispatch.CellArrival) *CoverageArrivals {
	n := len(all)
	out := CoverageArrivals{Cells: make([]string, n), Lon: make([]float64, n), Lat: make([]float64, n), TravelS: make([]*float64, n)}
	for i, a := range all {
		out.Cells[i], out.Lon[i], out.Lat[i] = a.Code, micro(a.Centre[0]), micro(a.Centre[1])
		if a.Time != nil {
			out.TravelS[i] = ptr(a.Time.Seconds())
		}
	}
	return &out
}

// micro rounds degrees to a decimetre: a third of the answer's length.
func micro(deg float64) float64 { return math.Round(deg*1e6) / 1e6 }

// part is a share; nil where there is nothing to have a share of.
func part(of, all int64) *float64 {
	if all == 0 {
		return nil
	}
	return ptr(float64(of) / float64(all))
}

func coverageShare(v dispatch.Share) CoverageShare {
	return CoverageShare{
		People: v.People, PeopleCovered: v.PeopleCovered, PeopleShare: part(v.PeopleCovered, v.People),
		AreaM2: v.AreaM2, AreaCoveredM2: v.AreaCoveredM2, AreaShare: part(v.AreaCoveredM2, v.AreaM2), Overlap: v.Overlap[:],
	}
}

func coverageRows(rows []dispatch.CoverageRow) []CoverageRow {
	all := make([]CoverageRow, len(rows))
	for i, r := range rows {
		v := coverageShare(r.Share)
		all[i] = CoverageRow{
			Division: r.Division, Name: r.Name, County: some(r.County), People: v.People, PeopleCovered: v.PeopleCovered, PeopleShare: v.PeopleShare,
			AreaM2: v.AreaM2, AreaCoveredM2: v.AreaCoveredM2, AreaShare: v.AreaShare, Overlap: v.Overlap,
		}
	}
	return all
}

// gapFeature is one gap as GeoJSON.
type gapFeature struct {
	Type       string          `json:"type"`
	Geometry   json.RawMessage `json:"geometry"`
	Properties struct {
		County string `json:"county"`
		People int64  `json:"people"`
		AreaM2 int64  `json:"area_m2"`
	} `json:"properties"`
}

func gapFeatures(gaps []dispatch.Gap) (json.RawMessage, error) {
	features := make([]gapFeature, len(gaps))
	for i, g := range gaps {
		shape, err := geo.MarshalGeoJSON(g.Geometry)
		if err != nil {
			return nil, fmt.Errorf("write gap %d: %w", i, err)
		}
		features[i] = gapFeature{Type: "Feature", Geometry: shape}
		features[i].Properties.County, features[i].Properties.People, features[i].Properties.AreaM2 = g.County, g.People, g.AreaM2
	}
	return json.Marshal(map[string]any{"type": "FeatureCollection", "features": features})
}
