package cover

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"onemap/geo/overlay"
)

// GapShapes draws the gaps of a report whose limit is no distance: in each
// county the ground of its gap cells, dissolved, one polygon a piece. AreaM2 is
// that of the cells. A piece is only the picture; its people are those of the
// cells whose centres lie in it. shapes are the grounds of the cells in their
// order; a cell without one is not drawn, and counted as Stray. It refuses as
// overlay does.
func (f *Field) GapShapes(shapes []orb.Geometry, r Report) (GapMap, error) {
	if len(r.Reached) != len(f.cells) || len(shapes) != len(f.cells) {
		return GapMap{}, fmt.Errorf("draw gaps: a report about %d cells and %d shapes, not %d", len(r.Reached), len(shapes), len(f.cells))
	}
	var m GapMap
	counties := map[string][]int{}
	for _, i := range Gaps(r) {
		if shapes[i] == nil {
			m.Stray.add(f.cells[i])
			continue
		}
		counties[f.cells[i].County] = append(counties[f.cells[i].County], i)
	}
	for _, county := range r.Counties {
		gaps, stray, err := f.dissolve(county.County, counties[county.County], shapes)
		if err != nil {
			return GapMap{}, fmt.Errorf("draw gaps of %s: %w", county.County, err)
		}
		m.Gaps = append(m.Gaps, gaps...)
		m.Stray.plus(stray)
	}
	for _, g := range m.Gaps {
		m.AreaM2 += g.AreaM2
	}
	return m, nil
}

// dissolve joins the grounds of some cells of a county, and counts each cell
// into the piece it became part of.
func (f *Field) dissolve(county string, cells []int, shapes []orb.Geometry) ([]Gap, Sum, error) {
	grounds := make([]orb.Geometry, len(cells))
	for k, i := range cells {
		grounds[k] = shapes[i]
	}
	whole, err := overlay.Union(strips(grounds))
	if err != nil {
		return nil, Sum{}, err
	}
	m := GapMap{Gaps: make([]Gap, len(whole))}
	for k, p := range whole {
		m.Gaps[k] = Gap{County: county, Polygon: p}
	}
	f.settle(&m, cells)
	for k := range m.Gaps {
		m.Gaps[k].AreaM2 = m.Gaps[k].Sum.AreaM2
	}
	inhabited := slices.DeleteFunc(m.Gaps, func(g Gap) bool { return g.Sum.Cells == 0 })
	return inhabited, m.Stray, nil
}

// seam is how far apart two sides of one grid may lie, in degrees: 2 cm.
const seam = 2e-7

// strips joins boxes that stand side by side in a row, so that ten times fewer
// are left to unite; other shapes stay as they are.
func strips(shapes []orb.Geometry) []orb.Geometry {
	var boxes []orb.Bound
	var rest []orb.Geometry
	for _, g := range shapes {
		if box, ok := boxOf(g); ok {
			boxes = append(boxes, box)
			continue
		}
		rest = append(rest, g)
	}
	slices.SortFunc(boxes, func(a, b orb.Bound) int {
		return cmp.Or(cmp.Compare(a.Min[1], b.Min[1]), cmp.Compare(a.Max[1], b.Max[1]), cmp.Compare(a.Min[0], b.Min[0]))
	})
	for i := 0; i < len(boxes); {
		row := boxes[i]
		for i++; i < len(boxes) && beside(row, boxes[i]); i++ {
			row.Max[0] = max(row.Max[0], boxes[i].Max[0])
		}
		rest = append(rest, row.ToPolygon())
	}
	return rest
}

// beside reports whether b begins where a ends, in the same row.
func beside(a, b orb.Bound) bool {
	return a.Min[1] == b.Min[1] && a.Max[1] == b.Max[1] && math.Abs(b.Min[0]-a.Max[0]) <= seam
}

// boxOf is the extent of a shape that is a box along the meridians.
func boxOf(g orb.Geometry) (orb.Bound, bool) {
	p, _ := g.(orb.Polygon)
	if m, _ := g.(orb.MultiPolygon); len(m) == 1 {
		p = m[0]
	}
	if len(p) != 1 || len(p[0]) != 5 {
		return orb.Bound{}, false
	}
	ring, box := p[0], p.Bound()
	for i, p := range ring[:4] {
		q := ring[i+1]
		corner := (p[0] == box.Min[0] || p[0] == box.Max[0]) && (p[1] == box.Min[1] || p[1] == box.Max[1])
		if !corner || (p[0] == q[0]) == (p[1] == q[1]) {
			return orb.Bound{}, false
		}
	}
	return box, true
}
