package study

import (
	"math"
	"slices"

	"onemap/dispatch"
	"onemap/geo/site"
)

func (s *sheltering) say(out *Result) {
	out.assume("人均有效避难面积、步行距离限值为行业通行值，尚未与标准原文核对（未验证）", "Area per person and walking distances are common knowledge, not checked against the standard (unverified)")
	out.assume("场所台账面积按有效避难面积计，规划人口以常住人口格网代替", "The area in the ledger is taken as effective; planned population as those who live there now")
	out.assume("中心避难场所服务人口按所在县区内以其为最近中心场所的人口计，中心避难场所计入固定避难场所", "A central shelter serves the people of its county to whom it is the nearest such; it counts as a fixed one")
	out.leave("台账未登记建设用地、双路水电、加油站等次生火灾源：相应指标记为未知", "the ledger knows no built land, no water and power two ways, and of fire sources only chemical plants: those rules stay unknown")
	out.leave("GB/T 44013-2024 的分级只列示台账值，未载入其量化指标", "GB/T 44013-2024: the grade is shown as in the ledger, its figures are not held against it")
	if s.in.Params.Division != "" {
		out.assume("责任区按查看范围内全部格网计算；只列所选区划内的场所与人口", "Duty areas are of all the ground in scope; only shelters and people of the division are listed")
	}
	if len(s.places) == 0 {
		out.leave("没有可核对的避难场所", "no shelter to hold a rule against")
	}
}

// tell writes the figures and tables.
func (s *sheltering) tell(all []judged, out *Result) {
	count, failed := map[string]int64{}, map[int]bool{}
	for _, v := range all {
		count[v.verdict]++
		failed[v.place] = failed[v.place] || v.verdict == fails
	}
	bad := int64(0)
	for _, f := range failed {
		if f {
			bad++
		}
	}
	t := s.sums()
	out.desert(len(s.land.cells), t.total[0])
	overload := int64(0)
	for j, p := range s.places {
		if dispatch.Within(p.entry.Division, s.in.Params.Division) {
			overload += max(0, s.duties[j].within-int64(s.shelter(j).Capacity))
		}
	}
	fixed, room := s.fixed(t)
	out.figure("within_walk_share", "最近场所步行限值内人口比例", "People within the walk of their nearest shelter", "share", share(t.total[1], t.total[0]))
	out.figure("fixed_share", "固定避难场所容量占人口比例（标准不低于 15%）", "Room of fixed shelters by people (at least 15 %)", "share", share(room, t.total[0]))
	out.figure("overload", "步行范围内人口超出容量合计", "People within the walk above the room, in all", "people", known(overload))
	out.figure("shelters", "避难场所", "Shelters", "count", known(int64(len(failed))))
	out.figure("failing", "至少一项不合格的场所", "Shelters that fail a rule", "count", known(bad))
	out.figure("passed", "合格项", "Rules passed", "count", known(count[passes]))
	out.figure("failed", "不合格项", "Rules failed", "count", known(count[fails]))
	out.figure("unknown", "未知项", "Rules not known", "count", known(count[unknown]))
	out.figure("people", "人口", "People", "people", known(t.total[0]))
	out.tables(t, sumOf("people", "人口", "People", "people", 0), sumOf("within_walk", "步行限值内", "Within the walk", "people", 1), shareOf("within_walk_share", "比例", "Share", 1, 0), sumOf("no_way", "无路可达", "No way", "people", 2))
	out.Tables = append(out.Tables, fixed, s.rules(all), s.listed())
}

// sums counts people of the division, those near enough, and those with no way.
func (s *sheltering) sums() *tally {
	part := *s.land
	part.cells = nil
	var at []int
	for i, c := range s.land.cells {
		if dispatch.Within(c.township, s.in.Params.Division) {
			part.cells, at = append(part.cells, c), append(at, i)
		}
	}
	return part.tally(3, func(n int, row []int64) {
		i := at[n]
		row[0] = part.cells[n].people
		switch j := s.by[i]; {
		case j < 0:
			row[2] = row[0]
		case s.least[i] <= s.walk(j):
			row[1] = row[0]
		}
	})
}

// fixed holds the room of fixed shelters against the people, by county.
func (s *sheltering) fixed(t *tally) (Table, int64) {
	table := Table{"fixed", "固定避难场所容量（标准不低于人口的 15%）", "Room of fixed shelters (at least 15 % of the people)", append([]Column{{"division", "区划代码", "Division", "text"}, {"name", "县区", "County", "text"},
		{"people", "人口", "People", "people"}, {"fixed", "固定场所容量", "Room of fixed shelters", "people"}, {"share", "比例", "Share", "share"}, {"missing", "尚缺", "Missing", "people"}}, twoWords("verdict", "判定", "Verdict")...), [][]any{}}
	room, all := map[string]int64{}, int64(0)
	for j, p := range s.places {
		sh := s.shelter(j)
		if slices.Contains(fixedClasses, sh.Class) && dispatch.Within(p.entry.Division, s.in.Params.Division) {
			room[s.land.home(p.entry.Division)] += int64(sh.Capacity)
			all += int64(sh.Capacity)
		}
	}
	for _, l := range t.counties {
		missing := max(0, int64(math.Ceil(fixedShare*float64(l.sum[0])))-room[l.code])
		verdict := passes
		if missing > 0 {
			verdict = fails
		}
		table.Rows = append(table.Rows, append([]any{l.code, s.land.names[l.code], l.sum[0], room[l.code], orNil(share(room[l.code], l.sum[0])), missing}, inWords("study_verdict", verdict)...))
	}
	return table, all
}

// rules lists every rule of every shelter.
func (s *sheltering) rules(all []judged) Table {
	table := Table{"rules", "逐项核对", "Rules", slices.Concat([]Column{{"code", "编码", "Code", "text"}, {"name", "名称", "Name", "text"}}, twoWords("class", "类别", "Class"), []Column{{"rule", "指标代码", "Rule code", "text"}},
		twoWords("title", "指标", "Rule"), []Column{{"have", "现状", "Have", ""}, {"want", "要求", "Want", ""}}, twoWords("sense", "方向", "Sense"), twoWords("unit", "单位", "Unit"), twoWords("verdict", "判定", "Verdict"),
		[]Column{{"source", "依据", "Source", "text"}}, twoWords("unverified", "限值未核对", "Unverified")), [][]any{}}
	for _, v := range all {
		p, sense, unverified := s.places[v.place], "least", "no"
		if v.rule.most {
			sense = "most"
		}
		if v.rule.unverified {
			unverified = "yes"
		}
		table.Rows = append(table.Rows, slices.Concat([]any{p.code, p.name}, inWords("shelter_class", s.shelter(v.place).Class), []any{v.rule.code, v.rule.title, v.rule.titleEN, orNil(v.have), orNil(v.want)},
			inWords("study_sense", sense), inWords("study_unit", v.rule.unit), inWords("study_verdict", v.verdict), []any{v.rule.source}, inWords("yes_no", unverified)))
	}
	return table
}

// listed lists the shelters with what falls to them.
func (s *sheltering) listed() Table {
	table := Table{"duties", "各场所责任区", "Duty of each shelter", slices.Concat([]Column{{"code", "编码", "Code", "text"}, {"name", "名称", "Name", "text"}}, twoWords("class", "类别", "Class"), twoWords("grade", "分级", "Grade"), []Column{{"capacity", "容量", "Room", "people"},
		{"duty_people", "责任区人口", "People of its duty area", "people"}, {"within", "其中步行限值内", "Of them within the walk", "people"}, {"overload", "超出容量", "Above the room", "people"}, {"farthest", "最远步行", "Farthest walk", "m"}}), [][]any{}}
	for j, p := range s.places {
		if !dispatch.Within(p.entry.Division, s.in.Params.Division) {
			continue
		}
		sh, d := s.shelter(j), s.duties[j]
		farthest := any(nil)
		if d.farthest != site.None {
			farthest = float64(d.farthest) / 10
		}
		table.Rows = append(table.Rows, slices.Concat([]any{p.code, p.name}, inWords("shelter_class", sh.Class), inWords("shelter_grade", sh.Grade), []any{int64(sh.Capacity), d.people, d.within, max(0, d.within-int64(sh.Capacity)), farthest}))
	}
	return table
}

// draw maps the shelters, and the people beyond the walk of any.
func (s *sheltering) draw(all []judged, out *Result) error {
	failed := map[int]int{}
	for _, v := range all {
		if v.verdict == fails {
			failed[v.place]++
		}
	}
	var at, beyond []feature
	for j, p := range s.places {
		if dispatch.Within(p.entry.Division, s.in.Params.Division) {
			at = append(at, newFeature(p.at, map[string]any{"code": p.code, "name": p.name, "class": s.shelter(j).Class, "failed": failed[j], "duty_people": s.duties[j].people}))
		}
	}
	for i, c := range s.land.cells {
		if c.people == 0 || !dispatch.Within(c.township, s.in.Params.Division) {
			continue
		}
		if j := s.by[i]; j < 0 || s.least[i] > s.walk(j) {
			far := any(nil)
			if j >= 0 {
				far = float64(s.least[i]) / 10
			}
			beyond = append(beyond, newFeature(c.entry.Geometry, map[string]any{"people": c.people, "walk_m": far}))
		}
	}
	if err := out.layer("shelters", "避难场所", "Shelters", at); err != nil {
		return err
	}
	return out.layer("beyond", "步行限值外人口", "People beyond the walk", beyond)
}
