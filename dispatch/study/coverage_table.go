package study

import (
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"onemap/dispatch"
)

func text(code, zh, en string) Column         { return Column{code, zh, en, "text"} }
func number(code, zh, en, unit string) Column { return Column{code, zh, en, unit} }

// tables are the answer by division, by limit, by overlap, and gap by gap.
func (c *coverRun) tables() {
	c.out.Tables = append(c.out.Tables, c.divisions("counties", "各县区", "Counties", func(r dispatch.CoverageResult) []dispatch.CoverageRow { return r.Counties }),
		c.divisions("townships", "各乡镇街道", "Townships", func(r dispatch.CoverageResult) []dispatch.CoverageRow { return r.Townships }),
		c.thresholds(), c.overlap(), c.gapTable())
}

// divisions has a row a division and, for every limit, who is within.
func (c *coverRun) divisions(code, zh, en string, rows func(dispatch.CoverageResult) []dispatch.CoverageRow) Table {
	t := Table{code, zh, en, []Column{
		text("division", "区划代码", "Division"), text("name", "名称", "Name"), text("county", "县区", "County"), number("people", "人口", "People", "people"), number("area_m2", "面积", "Area", "m2"),
	}, [][]any{}}
	for i, r := range c.answer.Results {
		lzh, len, _ := c.named(r)
		n := fmt.Sprintf("_%d", i+1)
		t.Columns = append(t.Columns,
			number("covered"+n, lzh+"覆盖人口", "People within "+len, "people"), number("share"+n, lzh+"人口占比", "Share within "+len, "share"),
			number("gap"+n, lzh+"以外人口", "People beyond "+len, "people"), number("backup"+n, lzh+"两处及以上", "Two or more within "+len, "people"),
			number("area"+n, lzh+"覆盖面积", "Area within "+len, "m2"))
	}
	for k, head := range rows(c.answer.Results[0]) {
		row := []any{head.Division, head.Name, c.land.names[head.County], head.People, head.AreaM2}
		for _, r := range c.answer.Results {
			s := rows(r)[k]
			row = append(row, s.PeopleCovered, orNil(share(s.PeopleCovered, s.People)), s.People-s.PeopleCovered, s.Overlap[2]+s.Overlap[3], s.AreaCoveredM2)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// thresholds has a row a limit: the whole ground.
func (c *coverRun) thresholds() Table {
	_, _, unit := c.named(c.answer.Results[0])
	t := Table{"thresholds", "各阈值合计", "All, by threshold", []Column{
		number("limit", "阈值", "Limit", unit), number("people", "人口", "People", "people"), number("covered", "覆盖人口", "People covered", "people"), number("share", "人口占比", "Share of people", "share"),
		number("gap", "盲区人口", "People in gaps", "people"), number("area_m2", "面积", "Area", "m2"), number("area_covered_m2", "覆盖面积", "Area covered", "m2"), number("area_share", "面积占比", "Share of area", "share"),
		number("gaps", "盲区数", "Gaps", "count"),
	}, [][]any{}}
	for _, r := range c.answer.Results {
		s, gaps := r.Total, any(len(r.Gaps))
		if c.in.Coarse {
			gaps = nil
		}
		t.Rows = append(t.Rows, []any{max(r.Limit.Seconds(), float64(r.Distance)), s.People, s.PeopleCovered, orNil(share(s.PeopleCovered, s.People)),
			s.People - s.PeopleCovered, s.AreaM2, s.AreaCoveredM2, orNil(share(s.AreaCoveredM2, s.AreaM2)), gaps})
	}
	return t
}

// overlap has a row a limit: people by how many places are within it.
func (c *coverRun) overlap() Table {
	_, _, unit := c.named(c.answer.Results[0])
	t := Table{"overlap", "重叠覆盖（备份）", "Overlap (backup)", []Column{
		number("limit", "阈值", "Limit", unit), number("none", "0 处", "No place", "people"), number("one", "1 处", "One", "people"), number("two", "2 处", "Two", "people"), number("more", "3 处及以上", "Three or more", "people"),
	}, [][]any{}}
	for _, r := range c.answer.Results {
		o := r.Total.Overlap
		t.Rows = append(t.Rows, []any{max(r.Limit.Seconds(), float64(r.Distance)), o[0], o[1], o[2], o[3]})
	}
	return t
}

// gapTable lists the gaps of the first limit by people.
func (c *coverRun) gapTable() Table {
	_, _, unit := c.named(c.answer.Results[0])
	t := Table{"gaps", "盲区", "Gaps", []Column{
		number("rank", "序号", "Rank", "count"), text("county", "县区代码", "County"), text("name", "县区", "County name"), number("people", "人口", "People", "people"),
		number("area_m2", "面积", "Area", "m2"), number("nearest", "距最近场所", "To the nearest place", unit),
	}, [][]any{}}
	for i, g := range c.gaps[:min(gapsListed, len(c.gaps))] {
		t.Rows = append(t.Rows, []any{i + 1, g.County, c.land.names[g.County], g.People, g.AreaM2, orNil(g.nearest)})
	}
	if more := len(c.gaps) - gapsListed; more > 0 {
		rest := int64(0)
		for _, g := range c.gaps[gapsListed:] {
			rest += g.People
		}
		c.out.leave(fmt.Sprintf("盲区表只列前 %d 处，其余 %s 处共 %s 人见图层", gapsListed, grouped(more), grouped(rest)), fmt.Sprintf("the table lists %d gaps; the other %s with %s people are on the map", gapsListed, grouped(more), grouped(rest)))
	}
	return t
}

// cellsDrawn is about how many cells a layer has at most; more are put together.
const cellsDrawn = 6000

// layers are the gaps of the first limit, the places, and the cells.
func (c *coverRun) layers() error {
	_, _, unit := c.named(c.answer.Results[0])
	var gaps, places []feature
	for i, g := range c.gaps {
		gaps = append(gaps, newFeature(g.Geometry, map[string]any{"rank": i + 1, "county": g.County, "name": c.land.names[g.County], "people": g.People, "area_m2": g.AreaM2, "nearest_" + unit: orNil(g.nearest)}))
	}
	for _, s := range c.places {
		kind := "candidate"
		if s.entry != nil {
			kind = string(s.entry.Ledger)
		}
		places = append(places, newFeature(s.at, map[string]any{"kind": kind, "code": s.code, "name": s.name}))
	}
	if err := c.out.layer("gaps", "盲区", "Gaps", gaps); err != nil {
		return err
	}
	if err := c.out.layer("sites", "服务场所", "Places that serve", places); err != nil {
		return err
	}
	return c.out.layer("cells", "人口格网", "Cells", c.cells(unit))
}

// cells draws who lives where and how far help is: cell by cell, or, where
// there are too many, squares of them with the sums of their people.
func (c *coverRun) cells(unit string) []feature {
	type square struct {
		at              orb.Point
		most            int64
		people, covered int64
		least           *float64
	}
	first := c.answer.Results[0]
	limit := max(first.Limit.Seconds(), float64(first.Distance))
	step := 0.0
	if n := len(c.land.cells); n > cellsDrawn {
		step = 0.005 * math.Sqrt(math.Ceil(float64(n)/cellsDrawn)) * 2
	}
	at, squares := map[orb.Point]int{}, []square{}
	for i, cell := range c.land.cells {
		key := cell.at
		if step > 0 {
			key = orb.Point{math.Floor(key[0] / step), math.Floor(key[1] / step)}
		}
		n, ok := at[key]
		if !ok {
			n = len(squares)
			at[key], squares = n, append(squares, square{at: cell.at, most: -1})
		}
		s := &squares[n]
		s.people += cell.people
		if c.least[i] != nil && *c.least[i] <= limit {
			s.covered += cell.people
		}
		if cell.people > s.most {
			s.at, s.most, s.least = cell.at, cell.people, c.least[i]
		}
	}
	all := make([]feature, len(squares))
	for i, s := range squares {
		all[i] = newFeature(s.at, map[string]any{"people": s.people, "covered": s.covered, "nearest_" + unit: orNil(s.least)})
	}
	return slices.Clip(all)
}
