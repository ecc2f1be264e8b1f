package study

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/geo"
	"onemap/geo/index"
	"onemap/geo/overlay"
)

// footprint is the ground that is to be cleared (疏散区), and where it comes from.
type footprint struct {
	area orb.MultiPolygon
	said Saying
	ring []orb.LineString // all its rings
	in   *index.Areas
}

// footprint refuses with a path what is no zone, and with the place a ring that
// crosses itself.
func (in *Input) footprint() (*footprint, error) {
	core, buffer, said, err := in.zoneCore()
	if err != nil {
		return nil, err
	}
	f := &footprint{said: said}
	switch g := core.(type) {
	case orb.Polygon:
		f.area = orb.MultiPolygon{g}
	case orb.MultiPolygon:
		f.area = g
	}
	if f.area == nil && !(buffer > 0) {
		return nil, zoneRefusal("zone_buffer_m", "required", "a %s has no ground without a distance about it", core.GeoJSONType())
	}
	if buffer > 0 {
		if f.area, err = overlay.Buffer(core, buffer); err != nil {
			return nil, zoneRefusal("zone", "bad_geometry", "%v", err)
		}
	}
	for _, p := range f.area {
		for _, r := range p {
			f.ring = append(f.ring, orb.LineString(r))
		}
	}
	f.in = index.NewAreas(f.area)
	return f, nil
}

func zoneRefusal(path, code, format string, args ...any) error {
	var p dispatch.Problems
	p.Add("params."+path, code, format, args...)
	return p.Err()
}

// zoneCore is what the zone lies about, and how far.
func (in *Input) zoneCore() (orb.Geometry, geo.Metres, Saying, error) {
	q, named := in.Params, 0
	for _, yes := range []bool{q.Zone != nil, q.ZoneIncident != nil, q.ZoneHazard != nil} {
		if yes {
			named++
		}
	}
	if named != 1 {
		return nil, 0, Saying{}, zoneRefusal("zone", "either_or", "one of zone, zone_incident and zone_hazard")
	}
	buffer := geo.Metres(q.ZoneBufferM)
	switch {
	case q.ZoneIncident != nil:
		i := in.Picture.Incidents[*q.ZoneIncident]
		if i == nil || !in.Picture.SeesIncident(in.Actor, i) {
			return nil, 0, Saying{}, zoneRefusal("zone_incident", "not_found", "no incident of that id in your area")
		}
		return i.Point(), buffer, aroundWhat("事件", "incident", i.Number, buffer), nil
	case q.ZoneHazard != nil:
		for _, l := range []dispatch.Ledger{dispatch.Hazards, dispatch.RiskZones} {
			e := in.Picture.Entry(l, *q.ZoneHazard)
			if e == nil || !in.Actor.Sees(e.Division, e.Sensitivity) {
				continue
			}
			if err := overlay.Valid(e.Geometry); err != nil && e.Geometry.Dimensions() == 2 { // imported, and never drawn right
				return nil, 0, Saying{}, zoneRefusal("zone_hazard", "invalid_geometry", "the outline of %s in the ledger is no area: %v", e.Code, err)
			}
			return e.Geometry, buffer, aroundWhat("危险源", "hazard", e.Code, buffer), nil
		}
		return nil, 0, Saying{}, zoneRefusal("zone_hazard", "not_found", "no hazard or risk zone of that id in your area")
	}
	return q.Zone.Geometry(), buffer, Saying{"疏散区：手绘范围" + outward("，外扩 %.0f 米", buffer), "Zone: as drawn" + outward(", and %.0f m about it", buffer)}, nil
}

func outward(format string, buffer geo.Metres) string {
	if buffer == 0 {
		return ""
	}
	return fmt.Sprintf(format, float64(buffer))
}

func aroundWhat(zh, en, code string, buffer geo.Metres) Saying {
	return Saying{
		fmt.Sprintf("疏散区：%s %s 周围 %s 米（直线距离）", zh, code, grouped(int64(buffer))),
		fmt.Sprintf("Zone: %s m about %s %s, in a straight line", grouped(int64(buffer)), en, code),
	}
}

// share is how much of a cell lies in the zone, by ground, 0 to 1. The zone is
// cut with the box about the cell, which is what a cell of the grid is.
func (f *footprint) share(cell orb.Bound) float64 {
	if !f.area.Bound().Intersects(cell) {
		return 0
	}
	if !f.crosses(cell) {
		if f.in.Contains(cell.Center()) {
			return 1
		}
		return 0
	}
	whole := (cell.Max[0] - cell.Min[0]) * (cell.Max[1] - cell.Min[1])
	if !(whole > 0) {
		if f.in.Contains(cell.Center()) {
			return 1
		}
		return 0
	}
	inside := 0.0
	for _, p := range f.area {
		for i, r := range p {
			part := math.Abs(ringIn(r, cell))
			if i > 0 {
				part = -part
			}
			inside += part
		}
	}
	return min(1, max(0, inside/whole))
}

// crosses reports whether a side of the zone may pass through a box.
func (f *footprint) crosses(cell orb.Bound) bool {
	for _, ring := range f.ring {
		for i := 1; i < len(ring); i++ {
			a, b := ring[i-1], ring[i]
			if max(a[0], b[0]) >= cell.Min[0] && min(a[0], b[0]) <= cell.Max[0] && max(a[1], b[1]) >= cell.Min[1] && min(a[1], b[1]) <= cell.Max[1] {
				return true
			}
		}
	}
	return false
}

// ringIn is the area of a ring within a box, in square degrees, by cutting the
// ring at each side of the box in turn (Sutherland and Hodgman 1974): where a
// hollow ring falls apart, the pieces hang together along the box, which adds
// no area.
func ringIn(r orb.Ring, box orb.Bound) float64 {
	points := []orb.Point(r[:len(r)-1])
	for axis := range 2 {
		points = cutAt(points, axis, box.Min[axis], 1)
		points = cutAt(points, axis, box.Max[axis], -1)
	}
	sum := 0.0
	for i, a := range points {
		b := points[(i+1)%len(points)]
		sum += (a[0]-box.Min[0])*(b[1]-box.Min[1]) - (b[0]-box.Min[0])*(a[1]-box.Min[1])
	}
	return sum / 2
}

// cutAt keeps what lies beyond a line along one axis, on the side of sign.
func cutAt(points []orb.Point, axis int, at, sign float64) []orb.Point {
	var out []orb.Point
	for i, b := range points {
		a := points[(i+len(points)-1)%len(points)]
		from, to := sign*(a[axis]-at), sign*(b[axis]-at)
		if (from < 0) != (to < 0) {
			t := from / (from - to)
			p := orb.Point{a[0] + t*(b[0]-a[0]), a[1] + t*(b[1]-a[1])}
			p[axis] = at
			out = append(out, p)
		}
		if to >= 0 {
			out = append(out, b)
		}
	}
	return out
}
