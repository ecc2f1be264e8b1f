package study

import "fmt"

func (s *seats) assume(in *Input, limit int32, out *Result) {
	zh, en := fmt.Sprintf("时限 %g 分钟", float64(limit)/600), fmt.Sprintf("limit %g minutes", float64(limit)/600)
	if !s.trips.byRoad {
		zh, en = fmt.Sprintf("距离上限 %g 米", float64(limit)/10), fmt.Sprintf("limit %g metres", float64(limit)/10)
	}
	out.assume(zh+"；全部常住人口同时前往", en+"; everybody who lives there sets out at once")
	if in.openOnly() {
		out.assume("容量为可用、开放场所的容量减去现有人数", "Room is what is free now at shelters that are ready or open")
	} else {
		out.assume("容量为全部未停用场所的容量减去现有人数", "Room is capacity less occupancy of all shelters that are not unsafe, in use or not")
	}
	if in.Params.Division != "" {
		out.assume("只计所选区划的居民；邻近区划居民占用的容量未扣除", "Only people of the division count; what neighbours would take of the same shelters is not deducted")
	}
	if len(s.land.cells) == 0 {
		out.leave("范围内没有有人居住的格网，无需求可分配", "nobody lives in the area: there is nothing to place")
	}
	if len(s.places) == 0 {
		out.leave("没有可用的避难场所，无人可安置", "no shelter to take anybody: nobody is placed")
	}
	if s.land.merged {
		out.assume("粗算：相邻格网合并计算", "Coarse: neighbouring cells are put together")
	}
}

// Sums of a cell, in the order of the tables.
const (
	seatPeople = iota
	seatPlaced
	seatFull
	seatFar
	seatOff
	seatWidth
)

// tell writes figures and tables.
func (s *seats) tell(out *Result) {
	t := s.land.tally(seatWidth, func(i int, row []int64) {
		c := s.land.cells[i]
		row[seatPeople], row[seatPlaced] = c.people, c.people-s.Unplaced[i]
		row[s.why(i)] += s.Unplaced[i]
	})
	free, used := total(s.room), total(s.Used)
	out.figure("placed_share", "可安置人口比例", "People placed", "share", share(t.total[seatPlaced], t.total[seatPeople]))
	out.figure("people", "人口", "People", "people", known(t.total[seatPeople]))
	out.figure("placed", "可安置人数", "People placed", "people", known(t.total[seatPlaced]))
	out.figure("no_room", "时限内场所已满而未安置", "Unplaced: what they reach is full", "people", known(t.total[seatFull]))
	out.figure("too_far", "时限内无场所而未安置", "Unplaced: nothing within the limit", "people", known(t.total[seatFar]))
	out.figure("no_road", "附近无道路而未安置", "Unplaced: no road near", "people", known(t.total[seatOff]))
	out.figure("room", "可用容量", "Room", "people", known(free))
	out.figure("room_used_share", "容量利用率", "Room used", "share", share(used, free))
	var mean *float64
	if used > 0 {
		mean = known(float64(s.Cost) / 10 / float64(used))
	}
	unit, zh, en := "s", "平均出行时间", "Mean travel time"
	if !s.trips.byRoad {
		unit, zh, en = "m", "平均出行距离", "Mean distance"
	}
	out.figure("mean_travel", zh, en, unit, mean)
	out.tables(t, sumOf("people", "人口", "People", "people", seatPeople), sumOf("placed", "可安置", "Placed", "people", seatPlaced),
		shareOf("placed_share", "可安置比例", "Share placed", seatPlaced, seatPeople), sumOf("no_room", "场所已满", "Full", "people", seatFull),
		sumOf("too_far", "超出时限", "Too far", "people", seatFar), sumOf("no_road", "无道路", "No road", "people", seatOff))
	s.tabulate(out)
}

// why says why people of a cell are without a place.
func (s *seats) why(i int) int {
	switch {
	case s.trips.stranded[i]:
		return seatOff
	case s.Cut[i]:
		return seatFar
	}
	return seatFull
}

// tabulate lists the places, and what more room at the fullest would do.
func (s *seats) tabulate(out *Result) {
	places := Table{"places", "各场所", "Shelters", append([]Column{{"code", "编码", "Code", "text"}, {"name", "名称", "Name", "text"},
		{"room", "可用容量", "Room", "people"}, {"used", "安置", "Placed there", "people"}, {"used_share", "利用率", "Used", "share"}}, twoWords("full", "已满", "Full")...), [][]any{}}
	for j, p := range s.places {
		full := "no"
		if s.Used[j] == s.room[j] {
			full = "yes"
		}
		places.Rows = append(places.Rows, append([]any{p.code, p.name, s.room[j], s.Used[j], orNil(share(s.Used[j], s.room[j]))}, inWords("yes_no", full)...))
	}
	unit, zh, en, scale := "count", "至多节省人·分钟", "Person-minutes saved, at most", 600.0
	if !s.trips.byRoad {
		zh, en, scale = "至多节省人·米", "Person-metres saved, at most", 10
	}
	binding := Table{"relief", fmt.Sprintf("受限场所：各增 %d 个床位的效果（对偶价）", moreRoom), fmt.Sprintf("Where room binds: what %d places more would do (dual price)", moreRoom),
		[]Column{{"code", "编码", "Code", "text"}, {"name", "名称", "Name", "text"}, {"placed", "至多多安置", "More placed, at most", "people"}, {"saved", zh, en, unit}}, [][]any{}}
	for _, r := range s.relieved() {
		p, row := s.places[r.place], []any{int64(0), float64(moreRoom*r.saves) / scale}
		if r.places {
			row = []any{int64(moreRoom), nil}
		}
		binding.Rows = append(binding.Rows, append([]any{p.code, p.name}, row...))
	}
	out.Tables = append(out.Tables, places, binding)
}

// draw maps places with their use, and cells with people left over.
func (s *seats) draw(out *Result) error {
	var places, left []feature
	for j, p := range s.places {
		places = append(places, newFeature(p.at, map[string]any{"code": p.code, "name": p.name, "room": s.room[j], "used": s.Used[j]}))
	}
	names := map[int]string{seatFull: "no_room", seatFar: "too_far", seatOff: "no_road"}
	for i, c := range s.land.cells {
		if s.Unplaced[i] > 0 {
			left = append(left, newFeature(c.entry.Geometry, map[string]any{"people": c.people, "unplaced": s.Unplaced[i], "why": names[s.why(i)]}))
		}
	}
	if err := out.layer("places", "避难场所", "Shelters", places); err != nil {
		return err
	}
	return out.layer("unplaced", "未安置人口", "People without a place", left)
}
