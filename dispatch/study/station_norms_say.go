package study

import (
	"fmt"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/geo/cover"
)

func (s *stations) say(in *Input, out *Result) {
	out.assume("消防站为国家综合性消防救援队伍和政府专职消防队中具备火灾扑救能力的队伍；出动准备取台账昼间值", "Stations are the state and full-time fire teams that fight fires; turnout is the ledger's by day")
	out.assume("面积按人口格网统计，不含格网以外的土地", "Areas are those of the population grid; ground outside it does not count")
	out.assume("建标 152-2017 适用于城市和镇的规划建成区，农村地区结果仅供参考", "建标 152-2017 is for towns; in the country the result is only a hint")
	out.leave("台账未登记消防站等级：只有面积不超过最小上限或超过最大上限时才判定，其余记为未知", "the ledger does not know the class of a station: a verdict is given only below the least limit and above the greatest")
	if in.Params.Division != "" {
		out.assume("责任区按查看范围内全部格网计算；人口与面积指标只计所选区划", "Duty areas are of all the ground in scope; shares are of the division only")
	}
	if len(s.places) == 0 {
		out.leave("没有消防站，无处可及", "no fire station: nobody is reached")
	}
	people := int64(0)
	for _, i := range s.cells {
		people += s.land.cells[i].people
	}
	out.desert(len(s.cells), people)
}

func (s *stations) figures(out *Result) {
	var people, reached, area, areaReached, cells, cellsReached, night int64
	for _, i := range s.cells {
		c := s.land.cells[i]
		people, area, cells = people+c.people, area+c.areaM2, cells+1
		if s.inTime(i) {
			reached, areaReached, cellsReached = reached+c.people, areaReached+c.areaM2, cellsReached+1
		}
		if s.nightInTime(i) {
			night += c.people
		}
	}
	n := fmt.Sprintf("%g 分钟", s.reachS/60)
	out.figure("people_share", n+"内可达人口比例", "People reached in time", "share", share(reached, people))
	out.figure("area_share", n+"内可达面积比例", "Ground reached in time", "share", share(areaReached, area))
	out.figure("cell_share", n+"内可达格网比例", "Cells reached in time", "share", share(cellsReached, cells))
	out.figure("night_share", n+"内夜间可达人口比例", "People reached in time by night", "share", share(night, people))
	out.figure("people", "人口", "People", "people", known(people))
	out.figure("gap_people", "未及时覆盖人口", "People not reached in time", "people", known(people-reached))
	out.figure("stations", "消防站", "Fire stations", "count", known(int64(len(s.places))))
}

// tables lists the divisions and the stations.
func (s *stations) tables(in *Input, out *Result) {
	part := *s.land
	part.cells = make([]cell, len(s.cells))
	for n, i := range s.cells {
		part.cells[n] = s.land.cells[i]
	}
	t := part.tally(4, func(n int, row []int64) {
		c := part.cells[n]
		row[0], row[2] = c.people, c.areaM2
		if s.inTime(s.cells[n]) {
			row[1], row[3] = c.people, c.areaM2
		}
	})
	out.tables(t, sumOf("people", "人口", "People", "people", 0), sumOf("reached", "及时可达人口", "Reached in time", "people", 1), shareOf("people_share", "人口比例", "Share of people", 1, 0),
		sumOf("area", "面积", "Ground", "m2", 2), sumOf("area_reached", "及时可达面积", "Ground reached in time", "m2", 3), shareOf("area_share", "面积比例", "Share of ground", 3, 2))
	table := Table{"stations", "各消防站", "Fire stations", slices.Concat([]Column{{"code", "编码", "Code", "text"}, {"name", "名称", "Name", "text"}, {"turnout", "出动准备", "Turnout", "s"},
		{"duty_people", "责任区人口", "People of its duty area", "people"}, {"duty_area", "责任区面积", "Duty area", "m2"}, {"reached_people", "其中及时可达人口", "Of them reached in time", "people"},
		{"reached_area", "其中及时可达面积", "Of it reached in time", "m2"}, {"farthest", "责任区最远到达", "Farthest arrival", "s"}}, twoWords("fits", "面积符合的站级", "Classes it fits"), twoWords("verdict", "判定", "Verdict")), [][]any{}}
	for j, p := range s.places {
		if !dispatch.Within(p.entry.Division, in.Params.Division) {
			continue
		}
		var sum [4]int64
		farthest := any(nil)
		far := int32(-1)
		for i, c := range s.land.cells {
			if s.by[i] != j {
				continue
			}
			sum[0], sum[1], far = sum[0]+c.people, sum[1]+c.areaM2, max(far, s.least[i])
			if s.inTime(i) {
				sum[2], sum[3] = sum[2]+c.people, sum[3]+c.areaM2
			}
		}
		if far >= 0 {
			farthest = float64(far) / 10
		}
		fits, verdict := dutyVerdict(sum[1], far)
		zh, en := fitting(fits)
		table.Rows = append(table.Rows, append([]any{p.code, p.name, float64(s.turnout[j]) / 10, sum[0], sum[1], sum[2], sum[3], farthest, zh, en}, inWords("study_verdict", verdict)...))
	}
	out.Tables = append(out.Tables, table)
}

// dutyVerdict says which classes may have an area of duty so large, and whether
// that settles it. A station that no cell belongs to has none.
func dutyVerdict(area int64, farthest int32) (fits []stationArea, verdict string) {
	if farthest < 0 {
		return nil, unknown
	}
	for _, c := range stationAreas {
		if area <= c.mostM2 {
			fits = append(fits, c)
		}
	}
	switch {
	case fits == nil:
		return nil, fails
	case area <= stationAreas[0].mostM2:
		return fits, passes
	}
	return fits, unknown
}

// fitting names classes in both languages; nil where there are none.
func fitting(fits []stationArea) (zh, en any) {
	var names, namesEN []string
	for _, c := range fits {
		names, namesEN = append(names, c.title), append(namesEN, c.titleEN)
	}
	if fits == nil {
		return nil, nil
	}
	return strings.Join(names, "、"), strings.Join(namesEN, ", ")
}

// draw maps the stations, the gaps with their people, and when help is where.
func (s *stations) draw(in *Input, out *Result) error {
	var at, arrivals []feature
	for j, p := range s.places {
		at = append(at, newFeature(p.at, map[string]any{"code": p.code, "name": p.name, "turnout_s": float64(s.turnout[j]) / 10}))
	}
	if err := out.layer("stations", "消防站", "Fire stations", at); err != nil {
		return err
	}
	for _, i := range s.cells {
		if c := s.land.cells[i]; c.people > 0 {
			v, by := any(nil), ""
			if s.by[i] >= 0 {
				v, by = float64(s.least[i])/10, s.places[s.by[i]].code
			}
			arrivals = append(arrivals, newFeature(c.entry.Geometry, map[string]any{"people": c.people, "arrival_s": v, "station": by}))
		}
	}
	if err := out.layer("arrivals", "最早到达时间", "First arrival", arrivals); err != nil {
		return err
	}
	reached := make([]bool, len(s.cells))
	for n, i := range s.cells {
		reached[n] = s.inTime(i)
	}
	part := make([]cell, len(s.cells))
	for n, i := range s.cells {
		part[n] = s.land.cells[i]
	}
	return out.gaps(part, reached)
}

// gaps draws the ground that is not reached, with its people.
func (r *Result) gaps(cells []cell, reached []bool) error {
	if len(cells) == 0 {
		return r.layer("gaps", "盲区", "Gaps", nil)
	}
	all, shapes, times := make([]cover.Cell, len(cells)), make([]orb.Geometry, len(cells)), make([]int32, len(cells))
	for i, c := range cells {
		all[i] = cover.Cell{Index: i, Centre: c.at, People: c.people, AreaM2: c.areaM2, Township: c.township, County: c.county}
		shapes[i] = c.entry.Geometry
		if reached[i] {
			times[i] = 1
		}
	}
	field, err := cover.NewField(all)
	if err != nil {
		return fmt.Errorf("draw gaps: %w", err)
	}
	report, err := field.Counted(0, times)
	if err != nil {
		return fmt.Errorf("draw gaps: %w", err)
	}
	gaps, err := field.GapShapes(shapes, report)
	if err != nil {
		return err
	}
	var features []feature
	for _, g := range gaps.Gaps {
		features = append(features, newFeature(g.Polygon, map[string]any{"county": g.County, "people": g.Sum.People, "area_m2": g.AreaM2}))
	}
	if gaps.Stray.Cells > 0 {
		r.leave(fmt.Sprintf("盲区图中 %s 个格网（%s 人）无法成图", grouped(gaps.Stray.Cells), grouped(gaps.Stray.People)), fmt.Sprintf("gaps: %s people in %s cells that cannot be drawn", grouped(gaps.Stray.People), grouped(gaps.Stray.Cells)))
	}
	return r.layer("gaps", "盲区", "Gaps", features)
}
