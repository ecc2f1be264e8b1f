package study

import (
	"cmp"
	"slices"
)

// line is the sums of one division.
type line struct {
	code, county string // county: that a township belongs to
	sum          []int64
}

// tally is whole numbers added up over townships, counties and all, so that the
// parts agree with the whole to the last digit.
type tally struct {
	land      *ground
	total     []int64
	townships []line // in order of county and township
	counties  []line
}

// tally adds up so many numbers of each cell, which of puts into row.
func (g *ground) tally(width int, of func(i int, row []int64)) *tally {
	t := &tally{land: g, total: make([]int64, width)}
	type division struct{ county, township string }
	at := map[division]int{}
	row := make([]int64, width)
	for i, c := range g.cells {
		clear(row)
		of(i, row)
		key := division{c.county, c.township}
		n, ok := at[key]
		if !ok {
			n = len(t.townships)
			at[key] = n
			t.townships = append(t.townships, line{c.township, c.county, make([]int64, width)})
		}
		for k, v := range row {
			t.townships[n].sum[k] += v
		}
	}
	slices.SortFunc(t.townships, func(a, b line) int { return cmp.Or(cmp.Compare(a.county, b.county), cmp.Compare(a.code, b.code)) })
	for _, town := range t.townships {
		if n := len(t.counties); n == 0 || t.counties[n-1].code != town.county {
			t.counties = append(t.counties, line{town.county, "", make([]int64, width)})
		}
		for k, v := range town.sum {
			t.counties[len(t.counties)-1].sum[k] += v
			t.total[k] += v
		}
	}
	return t
}

// sumColumn is a column made of the sums of a line.
type sumColumn struct {
	Column
	of func(sum []int64) any
}

// sumOf is the n-th sum itself.
func sumOf(code, zh, en, unit string, n int) sumColumn {
	return sumColumn{Column{code, zh, en, unit}, func(sum []int64) any { return sum[n] }}
}

// shareOf is one sum as a share of another.
func shareOf(code, zh, en string, part, whole int) sumColumn {
	return sumColumn{Column{code, zh, en, "share"}, func(sum []int64) any { return orNil(share(sum[part], sum[whole])) }}
}

// tables writes a tally as three tables: all in one row, counties, townships.
func (r *Result) tables(t *tally, columns ...sumColumn) {
	heads := make([]Column, len(columns))
	for i, c := range columns {
		heads[i] = c.Column
	}
	values := func(row []any, sum []int64) []any {
		for _, c := range columns {
			row = append(row, c.of(sum))
		}
		return row
	}
	code, name := Column{"division", "区划代码", "Division", "text"}, Column{"name", "名称", "Name", "text"}
	counties := Table{"counties", "各县区", "Counties", slices.Concat([]Column{code, name}, heads), [][]any{}}
	for _, l := range t.counties {
		counties.Rows = append(counties.Rows, values([]any{l.code, t.land.names[l.code]}, l.sum))
	}
	county := Column{"county", "县区", "County", "text"}
	townships := Table{"townships", "各乡镇街道", "Townships", slices.Concat([]Column{code, name, county}, heads), [][]any{}}
	for _, l := range t.townships {
		townships.Rows = append(townships.Rows, values([]any{l.code, t.land.names[l.code], t.land.names[l.county]}, l.sum))
	}
	r.Tables = append(r.Tables, Table{"total", "合计", "Total", heads, [][]any{values(nil, t.total)}}, counties, townships)
}
