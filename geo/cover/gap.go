package cover

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"onemap/geo"
	"onemap/geo/index"
	"onemap/geo/overlay"
)

// Zone is the ground of one county, or of another part of the study area.
type Zone struct {
	County string
	Area   orb.MultiPolygon
}

// Gap is one piece of ground that nothing reaches, with the gap cells whose
// centres lie in it. AreaM2 is that of the polygon, Sum.AreaM2 that of the cells.
type Gap struct {
	County  string
	Polygon orb.Polygon
	AreaM2  int64
	Sum     Sum
}

// GapMap is all gaps of a study. Stray holds the gap cells whose centres lie in
// no gap, because their centre is outside every zone: the sums of Gaps and Stray
// are those of the report's Overlap[0].
type GapMap struct {
	Gaps   []Gap
	AreaM2 int64
	Stray  Sum
}

// Area is the polygons of all gaps.
func (m GapMap) Area() orb.MultiPolygon {
	out := make(orb.MultiPolygon, len(m.Gaps))
	for i, g := range m.Gaps {
		out[i] = g.Polygon
	}
	return out
}

// discSides a quarter: the picture gives away 0.16 % of a disc, and no ground
// is painted as reached that is not.
const discSides = 16

// GapPolygons draws the gaps of a report made by distance: each zone less the
// discs around the sites, in the order of the zones. Who lives there is counted
// by cell, from the report, and never from the picture. Pieces below half a
// square metre are dropped. It refuses as overlay does.
func (f *Field) GapPolygons(zones []Zone, sites []Site, r Report) (GapMap, error) {
	if len(r.Reached) != len(f.cells) {
		return GapMap{}, fmt.Errorf("draw gaps: the report is about %d cells, not %d", len(r.Reached), len(f.cells))
	}
	discs, err := discs(sites, geo.Metres(r.Limit))
	if err != nil {
		return GapMap{}, fmt.Errorf("draw gaps: %w", err)
	}
	var m GapMap
	for _, z := range zones {
		left, err := overlay.Difference(z.Area, discs)
		if err != nil {
			return GapMap{}, fmt.Errorf("draw gaps of %s: %w", z.County, err)
		}
		for _, p := range left {
			area := int64(math.Round(overlay.Area(p)))
			if area == 0 {
				continue
			}
			m.Gaps = append(m.Gaps, Gap{County: z.County, Polygon: p, AreaM2: area})
			m.AreaM2 += area
		}
	}
	f.settle(&m, Gaps(r))
	return m, nil
}

func discs(sites []Site, limit geo.Metres) (orb.MultiPolygon, error) {
	if limit < 0.5 { // too small to be seen
		return orb.MultiPolygon{}, nil
	}
	points := make([]orb.Point, len(sites))
	for i, s := range sites {
		points[i] = s.Point
	}
	return overlay.DiscUnion(points, limit, discSides)
}

// settle counts each of some cells into the first gap that holds its centre.
func (f *Field) settle(m *GapMap, cells []int) {
	ground := index.NewAreas(m.Area())
	for _, i := range cells {
		c := f.cells[i]
		if home, ok := ground.First(c.Centre); ok {
			m.Gaps[home].Sum.add(c)
			continue
		}
		m.Stray.add(c)
	}
}
