package study

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/paulmach/orb"

	"onemap/geo/cover"
	"onemap/geo/index"
	"onemap/geo/site"
)

// mostGapRows is how many gaps the table lists.
const mostGapRows = 50

// sayTables writes the chosen sites in the order of what they add, and the
// shares before and after.
func (s *siting) sayTables(before, after *reached, chosen []gain) error {
	t := Table{"chosen", "建议新增场所（按增益排序）", "New sites, by what they add", []Column{
		{"rank", "次序", "Rank", "count"}, {"name", "名称", "Name", "text"}, {"township", "新覆盖人口主要所在乡镇", "Where most newly covered live", "text"},
		{"people", "新增覆盖人口", "People newly covered", "people"}, {"backed", "新增备份覆盖人口", "People newly within reach of two", "people"},
		{"reach", "限值内人口", "People within the limit", "people"}, {"overlap", "其中与其他场所重叠", "Of them within that of others", "people"},
		{"saved", "平均缩短路程", "Mean way saved", s.unit()}, {"other", "原最近场所平均路程", "Mean way to the nearest other", s.unit()},
		{"cost", "造价", "Cost", ""}, {"room", "容量", "Room", "people"}, {"reason", "理由", "Why", "text"}, {"reason_en", "理由（英文）", "Why (English)", "text"},
		{"lon", "经度", "Longitude", ""}, {"lat", "纬度", "Latitude", ""},
	}, [][]any{}}
	for n, g := range chosen {
		o := s.offers[g.offer]
		home, part := s.home(before, g.offer)
		whole := max(1, s.gain(before, g.offer).people)
		zh, en := s.reason(g, cmp.Or(s.land.names[home], home), float64(part)/float64(whole))
		t.Rows = append(t.Rows, []any{n + 1, o.name, cmp.Or(s.land.names[home], home), g.people, g.backed, g.reach, g.overlap,
			s.ratio(g.saved, g.nearer), s.ratio(g.before, g.had), blank(o.cost), blank(o.room), zh, en, o.at[0], o.at[1]})
	}
	s.out.Tables = append(s.out.Tables, t)
	return s.sayShares(before, after, chosen)
}

// blank is a value of a table that is not known when it is zero.
func blank[N int64 | float64](v N) any {
	if v == 0 {
		return nil
	}
	return v
}

// ratio is tenths a person; of nobody it is not known.
func (s *siting) ratio(tenths, people int64) any {
	if people == 0 {
		return nil
	}
	return float64(tenths) / float64(people) / 10
}

func (s *siting) sayShares(before, after *reached, chosen []gain) error {
	columns := []sumColumn{
		sumOf("people", "人口", "People", "people", 0),
		sumOf("before", "现状覆盖人口", "Covered now", "people", 1), shareOf("share_before", "现状覆盖率", "Share now", 1, 0),
		sumOf("after", "新增后覆盖人口", "Covered with them", "people", 2), shareOf("share_after", "新增后覆盖率", "Share with them", 2, 0),
		sumOf("twice", "新增后有备份人口", "Within reach of two with them", "people", 3),
	}
	var placed [2][]int64
	if s.capacity && s.land.people > 0 {
		for k, open := range [][]gain{nil, chosen} {
			var err error
			if placed[k], err = s.placed(open); err != nil {
				return err
			}
		}
		columns = append(columns, sumOf("placed_before", "现状可安置人口", "With a place now", "people", 4), sumOf("placed_after", "新增后可安置人口", "With a place with them", "people", 5))
	}
	t := s.land.tally(6, func(i int, row []int64) {
		w := s.land.cells[i].people
		row[0] = w
		if before.count[i] > 0 {
			row[1] = w
		}
		if after.count[i] > 0 {
			row[2] = w
		}
		if after.count[i] > 1 {
			row[3] = w
		}
		for k := range placed {
			if placed[k] != nil {
				row[4+k] = placed[k][i]
			}
		}
	})
	if placed[1] != nil {
		s.out.figure("placed_before", "现状可安置人口", "People with a place now", "people", known(t.total[4]))
		s.out.figure("placed_after", "新增后可安置人口", "People with a place with them", "people", known(t.total[5]))
	}
	s.out.tables(t, columns...)
	return nil
}

// placed is how many people of each cell find room within the limit.
func (s *siting) placed(open []gain) ([]int64, error) {
	var rows [][]int32
	var room []int64
	for j, p := range s.old {
		rows, room = append(rows, s.within(s.stand.by[j])), append(room, p.room)
	}
	for _, g := range open {
		rows, room = append(rows, s.within(s.by[g.offer])), append(room, s.offers[g.offer].room)
	}
	some, people := make([]int64, len(s.land.cells)), make([]int64, len(s.land.cells))
	if len(rows) == 0 {
		return some, nil
	}
	for i, c := range s.land.cells {
		people[i] = c.people
	}
	a, err := site.Allocate(people, room, rows)
	if err != nil {
		return nil, fmt.Errorf("find room: %w", err)
	}
	for i, left := range a.Unplaced {
		some[i] = people[i] - left
	}
	return some, nil
}

func (s *siting) within(row []int32) []int32 {
	near := slices.Clone(row)
	for i, v := range near {
		if v > s.limit {
			near[i] = site.None
		}
	}
	return near
}

// draw makes the layers: the chosen, the candidates with what each would add by
// itself, what stands, and the gaps that are left.
func (s *siting) draw(before, after *reached, chosen []gain) error {
	var all, weighed, stand []feature
	rank := map[int]int{}
	for n, g := range chosen {
		rank[g.offer] = n + 1
		o := s.offers[g.offer]
		all = append(all, newFeature(o.at, map[string]any{"rank": n + 1, "name": o.name, "people": g.people, "reach": g.reach, "overlap": g.overlap}))
	}
	for j, o := range s.offers {
		g := s.gain(before, j)
		weighed = append(weighed, newFeature(o.at, map[string]any{"name": o.name, "gain": g.people, "reach": g.reach, "chosen": rank[j] > 0}))
	}
	for _, p := range s.old {
		stand = append(stand, newFeature(p.at, map[string]any{"code": p.code, "name": p.name}))
	}
	if err := s.out.layer("chosen", "建议新增场所", "New sites", all); err != nil {
		return err
	}
	if err := s.out.layer("candidates", "候选点及单独增益", "Candidates and what each adds", weighed); err != nil {
		return err
	}
	if err := s.out.layer("existing", "现有场所", "Sites there are", stand); err != nil {
		return err
	}
	return s.drawGaps(after)
}

// drawGaps dissolves the cells still out of reach, largest gap first. A coarse
// answer shows them as points, each with the people of the cells it stands for.
func (s *siting) drawGaps(after *reached) error {
	var features []feature
	t := Table{"gaps", "新增后仍有的盲区", "Gaps that are left", []Column{
		{"rank", "次序", "Rank", "count"}, {"county", "县区", "County", "text"}, {"people", "人口", "People", "people"}, {"area", "面积", "Area", "m2"},
		{"nearest", "最近场所", "Nearest site", s.unit()}, {"lon", "经度", "Longitude", ""}, {"lat", "纬度", "Latitude", ""},
	}, [][]any{}}
	if s.land.merged {
		for i, c := range s.land.cells {
			if after.count[i] == 0 {
				features = append(features, newFeature(c.at, map[string]any{"people": c.people}))
			}
		}
		s.out.assume("格网合并计算时，盲区以点表示", "Where cells are put together, gaps are shown as points")
		return s.out.layer("gaps", "仍有的盲区", "Gaps that are left", features)
	}
	gaps, err := s.gaps(after)
	if err != nil {
		return err
	}
	nearest := s.nearestIn(gaps.Gaps, after)
	order := make([]int, len(gaps.Gaps))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(gaps.Gaps[b].Sum.People, gaps.Gaps[a].Sum.People) })
	for n, k := range order {
		g := gaps.Gaps[k]
		name, at := cmp.Or(s.land.names[g.County], g.County), g.Polygon.Bound().Center()
		features = append(features, newFeature(g.Polygon, map[string]any{"rank": n + 1, "county": name, "people": g.Sum.People, "area_m2": g.AreaM2}))
		if n < mostGapRows {
			t.Rows = append(t.Rows, []any{n + 1, name, g.Sum.People, g.AreaM2, nearest[k], at[0], at[1]})
		}
	}
	if p := gaps.Stray.People; p > 0 {
		s.out.leave(fmt.Sprintf("盲区中有 %s 人所在格网无法绘制", grouped(p)), fmt.Sprintf("%s people of the gaps live in cells that cannot be drawn", grouped(p)))
	}
	s.out.Tables = append(s.out.Tables, t)
	return s.out.layer("gaps", "仍有的盲区", "Gaps that are left", features)
}

// nearestIn is the shortest way out of each gap to a site; nil where none leads.
func (s *siting) nearestIn(gaps []cover.Gap, after *reached) []any {
	ground := make([]orb.Polygon, len(gaps))
	for k, g := range gaps {
		ground[k] = g.Polygon
	}
	areas, least := index.NewAreas(ground), make([]any, len(gaps))
	for i, c := range s.land.cells {
		if after.count[i] > 0 || after.near[i] == site.None {
			continue
		}
		if k, ok := areas.First(c.at); ok {
			if v := float64(after.near[i]) / 10; least[k] == nil || v < least[k].(float64) {
				least[k] = v
			}
		}
	}
	return least
}

func (s *siting) gaps(after *reached) (cover.GapMap, error) {
	cells, shapes := make([]cover.Cell, len(s.land.cells)), make([]orb.Geometry, len(s.land.cells))
	for i, c := range s.land.cells {
		cells[i] = cover.Cell{Index: i, Centre: c.at, People: c.people, AreaM2: c.areaM2, Township: c.township, County: c.county}
		switch g := c.entry.Geometry.(type) {
		case orb.Polygon:
			shapes[i] = orb.MultiPolygon{g}
		case orb.MultiPolygon:
			shapes[i] = g
		}
	}
	field, err := cover.NewField(cells)
	if err != nil {
		return cover.GapMap{}, fmt.Errorf("draw gaps: %w", err)
	}
	report, err := field.Counted(float64(s.limit)/10, after.count)
	if err != nil {
		return cover.GapMap{}, fmt.Errorf("draw gaps: %w", err)
	}
	gaps, err := field.GapShapes(shapes, report)
	if err != nil {
		return cover.GapMap{}, fmt.Errorf("draw gaps: %w", err)
	}
	return gaps, nil
}
