package study

import (
	"cmp"
	"fmt"
	"slices"
)

func (s *stores) say(in *Input, hours float64, out *Result) {
	out.assume(fmt.Sprintf("时限 %g 小时，含装车 %d 分钟", hours, loadingS/60), fmt.Sprintf("%g hours from the order, %d minutes of loading included", hours, loadingS/60))
	out.assume("车辆数量与载重不限，库存按台账现有数量", "Trucks and loads are not limited; stock is what the ledger has now")
	if s.need != nil {
		out.assume(fmt.Sprintf("需求为每千人 %g，全部常住人口", in.Params.PerThousand), fmt.Sprintf("Need is %g for a thousand of all people who live there", in.Params.PerThousand))
	} else {
		out.leave("未给定物资或每千人定额：只计算可达性，不计算保障率", "no item or no need per thousand given: only who is reached, not how far the stock goes")
	}
	if in.Params.Division != "" {
		out.assume("只计所选区划的需求；邻近区划对同一库存的需求未扣除", "Only the need of the division counts; what neighbours would take is not deducted")
	}
	if len(s.depots) == 0 {
		out.leave("没有可用的储备库", "no depot: nobody is supplied")
	}
	out.desert(len(s.land.cells), s.land.people)
}

func (s *stores) figures(in *Input, out *Result) {
	var people, reached, towns int64
	for n, l := range s.tally.townships {
		people += l.sum[0]
		if j := s.first(n); j >= 0 && s.inTime(j, n) {
			reached, towns = reached+l.sum[0], towns+1
		}
	}
	count := int64(len(s.tally.townships))
	out.figure("townships_share", "时限内可达乡镇比例", "Townships reached in time", "share", share(towns, count))
	out.figure("people_share", "时限内可达乡镇人口比例", "People of townships reached in time", "share", share(reached, people))
	out.figure("townships", "乡镇", "Townships", "count", known(count))
	out.figure("depots", "储备库", "Depots", "count", known(int64(len(s.depots))))
	var stock int64
	for _, d := range s.depots {
		stock += d.room
	}
	if in.Params.Item != "" {
		out.figure("stock", "可用库存", "Stock", "count", known(stock))
	}
	if s.need == nil {
		return
	}
	need, given := total(s.need), total(s.Used)
	out.figure("covered_share", "需求保障率", "Need covered", "share", share(given, need))
	out.figure("need", "需求", "Need", "count", known(need))
	out.figure("given", "时限内可保障", "Covered in time", "count", known(given))
	out.figure("missing", "缺口", "Missing", "count", known(need-given))
}

// townships lists counties and townships: need, what comes, from where, and
// where most is missing.
func (s *stores) townships(in *Input, out *Result) {
	at := map[string]int{}
	for n, l := range s.tally.townships {
		at[l.county+l.code] = n
	}
	seen := map[string]bool{}
	t := s.land.tally(5, func(i int, row []int64) {
		c := s.land.cells[i]
		row[0] = c.people
		n := at[c.county+c.township]
		if j := s.first(n); j >= 0 && s.inTime(j, n) {
			row[1] = c.people
		}
		if s.need != nil && !seen[c.county+c.township] {
			seen[c.county+c.township] = true
			row[2], row[3], row[4] = s.need[n], s.need[n]-s.Unplaced[n], s.Unplaced[n]
		}
	})
	columns := []sumColumn{sumOf("people", "人口", "People", "people", 0), sumOf("reached", "时限内可达人口", "People reached in time", "people", 1)}
	if s.need != nil {
		columns = append(columns, sumOf("need", "需求", "Need", "count", 2), sumOf("given", "可保障", "Covered", "count", 3), sumOf("missing", "缺口", "Missing", "count", 4), shareOf("covered", "保障率", "Share covered", 3, 2))
	}
	out.tables(t, columns...)
	sources := Table{"sources", "各乡镇来源", "Where it comes from", []Column{{"division", "区划代码", "Division", "text"}, {"name", "乡镇", "Township", "text"}, {"first", "最先到达的储备库", "First depot", "text"}, {"arrival", "最先到达", "First arrival", "s"},
		{"in_time", "时限内可达储备库", "Depots in time", "count"}, {"stock", "时限内可达库存", "Stock within the hours", "count"}, {"missing", "缺口", "Missing", "count"}, {"from", "调拨来源", "From", "text"}}, [][]any{}}
	for n, l := range s.tally.townships {
		sources.Rows = append(sources.Rows, s.source(in, n, l))
	}
	out.Tables = append(out.Tables, s.short(), sources, s.listed())
}

// source is the row of one township.
func (s *stores) source(in *Input, n int, l line) []any {
	row := []any{l.code, s.land.names[l.code], nil, nil, nil, nil, nil, nil}
	if j := s.first(n); j >= 0 {
		row[2], row[3] = s.depots[j].name, float64(s.times[j][n])/10
	}
	count, stock := int64(0), int64(0)
	for j, d := range s.depots {
		if s.inTime(j, n) {
			count, stock = count+1, stock+d.room
		}
	}
	if row[4] = count; in.Params.Item != "" {
		row[5] = stock
	}
	if s.need != nil {
		text := ""
		for _, m := range s.Moves {
			if m.Point == n {
				if text != "" {
					text += "；"
				}
				text += fmt.Sprintf("%s %s", s.depots[m.Place].name, grouped(m.People))
			}
		}
		row[6], row[7] = s.Unplaced[n], text
	}
	return row
}

// short lists the townships that lack most, for want of stock or of a way.
func (s *stores) short() Table {
	table := Table{"shortfalls", "缺口最大的乡镇", "Largest shortfalls", append([]Column{{"division", "区划代码", "Division", "text"}, {"name", "乡镇", "Township", "text"}, {"need", "需求", "Need", "count"}, {"missing", "缺口", "Missing", "count"}}, twoWords("reason", "原因", "Why")...), [][]any{}}
	if s.need == nil {
		return table
	}
	var order []int
	for n := range s.need {
		if s.Unplaced[n] > 0 {
			order = append(order, n)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(s.Unplaced[b], s.Unplaced[a]) })
	for _, n := range order[:min(len(order), 20)] {
		l, reason := s.tally.townships[n], "stock_out"
		if s.Cut[n] {
			reason = "too_far"
		}
		if s.first(n) < 0 {
			reason = "unreachable"
		}
		table.Rows = append(table.Rows, append([]any{l.code, s.land.names[l.code], s.need[n], s.Unplaced[n]}, inWords("study_short", reason)...))
	}
	return table
}

// listed lists the depots: whom each reaches, and what it gives.
func (s *stores) listed() Table {
	table := Table{"depots", "各储备库", "Depots", []Column{{"code", "编码", "Code", "text"}, {"name", "名称", "Name", "text"}, {"townships", "时限内可达乡镇", "Townships in time", "count"}, {"people", "其人口", "Their people", "people"}, {"stock", "可用库存", "Stock", "count"}, {"given", "调出", "Given", "count"}}, [][]any{}}
	for j, d := range s.depots {
		count, people, given := int64(0), int64(0), any(nil)
		for n, l := range s.tally.townships {
			if s.inTime(j, n) {
				count, people = count+1, people+l.sum[0]
			}
		}
		if s.need != nil {
			given = s.Used[j]
		}
		table.Rows = append(table.Rows, []any{d.code, d.name, count, people, d.room, given})
	}
	return table
}

func (s *stores) draw(out *Result) error {
	var at []feature
	for _, d := range s.depots {
		at = append(at, newFeature(d.at, map[string]any{"code": d.code, "name": d.name, "stock": d.room}))
	}
	return out.layer("depots", "储备库", "Depots", at)
}
