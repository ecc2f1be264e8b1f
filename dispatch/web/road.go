package web

import (
	"context"
	"fmt"

	"onemap/dispatch"
	"onemap/geo/road"
)

// ReadRoads describes the road network in use.
func (s api) ReadRoads(context.Context, ReadRoadsRequestObject) (ReadRoadsResponseObject, error) {
	answer := ReadRoads200JSONResponse{}
	for _, p := range road.Profiles() {
		answer.Profiles = append(answer.Profiles, RoadProfileInfo{
			Code: RoadProfile(p.Name), Name: p.ZH, NameEn: p.EN,
			HeightM: p.Load.Height, WidthM: p.Load.Width, WeightT: p.Load.Weight, TopKmh: p.Top,
		})
	}
	r := s.Live.Picture().Roads
	if r == nil {
		return answer, nil
	}
	g := r.Now.Graph()
	report := g.Report()
	core := map[string]float64{}
	for kind, share := range report.Core {
		core[string(kind)] = share
	}
	rejected := map[string]int{}
	for _, reason := range report.Reasons() {
		rejected[reason] = report.RejectedBy[reason]
	}
	answer.Loaded, answer.State = true, ptr(roadState(r))
	answer.Junctions, answer.Segments, answer.LengthM = ptr(g.Nodes()), ptr(g.Segments()), ptr(tenth(float64(report.Length)))
	answer.Restrictions, answer.Islands = &report.Restrictions, &report.IslandCount
	answer.CoreShare, answer.Rejected = &core, &rejected
	return answer, nil
}

// measure waits for its turn at the questions that take a core for a while,
// and returns what ends the turn. All at once they would only slow each other
// past the deadline, and every one of them would be refused.
func (s *Server) measure(ctx context.Context) (done func(), err error) {
	select {
	case s.measuring <- struct{}{}:
		return func() { <-s.measuring }, nil
	case <-ctx.Done():
		return nil, &refused{status: 503, code: "busy", detail: "too many large questions at once", retry: 5}
	}
}

// profileOf reads who travels; the names are the road core's.
func profileOf(p *RoadProfile) (string, error) {
	if p == nil || p.Valid() {
		return string(or(p, "")), nil
	}
	var names []string
	for _, known := range road.Profiles() {
		names = append(names, known.Name)
	}
	var problems dispatch.Problems
	problems.OneOf("profile", string(*p), names)
	return "", problems.Err()
}

// sizeOf reads a vehicle's own size; nil when none is given.
func sizeOf(v *Vehicle) (*dispatch.Profile, error) {
	if v == nil {
		return nil, nil
	}
	var p dispatch.Problems
	for _, side := range []struct {
		path  string
		size  *float64
		limit float64
	}{{"height_m", v.HeightM, 10}, {"width_m", v.WidthM, 10}, {"weight_t", v.WeightT, 200}} {
		if side.size != nil && !(*side.size > 0 && *side.size <= side.limit) {
			p.Add("vehicle."+side.path, "out_of_range", "more than 0, at most %g", side.limit)
		}
	}
	return &dispatch.Profile{HeightM: or(v.HeightM, 0), WidthM: or(v.WidthM, 0), WeightT: or(v.WeightT, 0)}, p.Err()
}

// travellerOf reads a profile and a size.
func travellerOf(p *RoadProfile, v *Vehicle) (profile string, size *dispatch.Profile, err error) {
	if profile, err = profileOf(p); err != nil {
		return "", nil, err
	}
	size, err = sizeOf(v)
	return profile, size, err
}

// whyOf words a way that is not there.
func whyOf(no *dispatch.NoWay) *Why {
	title := titles[no.Code]
	why := &Why{Code: no.Code, Title: some(title[0]), TitleEn: some(title[1]), Text: no.Text}
	if len(no.Closures) > 0 {
		why.Closures = ptr(closureRefs(no.Closures))
	}
	return why
}

// lengthened checks how many things a list holds, before any is looked at.
func lengthened(path string, n, most int) error {
	if n < 1 || n > most {
		return outOfRange(path, fmt.Sprintf("1 to %d", most))
	}
	return nil
}
