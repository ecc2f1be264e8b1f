package study

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/geo"
	"onemap/geo/index"
)

// What one lane into a shelter takes. These are values to plan with, at the
// cautious end of 600 to 900 walkers a minute and 1,500 vehicles an hour; the
// people in a car are a guess. None was calibrated here.
const (
	walkersAMinute = 600.0
	vehiclesAnHour = 1500.0
	peopleABus     = 45
	peopleACar     = 3
)

// through is how long so many people take through one lane, in seconds.
func through(mode string, people int64) float64 {
	switch mode {
	case "bus":
		return math.Ceil(float64(people)/peopleABus) * 3600 / vehiclesAnHour
	case "car":
		return math.Ceil(float64(people)/peopleACar) * 3600 / vehiclesAnHour
	}
	return float64(people) * 60 / walkersAMinute
}

// holds reports whether an area holds a point.
func holds(g orb.Geometry, p orb.Point) bool {
	switch g := g.(type) {
	case orb.Polygon:
		return index.NewAreas([]orb.Polygon{g}).Contains(p)
	case orb.MultiPolygon:
		return index.NewAreas(g).Contains(p)
	}
	return false
}

// spread is how far some people have to go.
type spread struct{ ways []part }

// part is some people who go equally far, in tenths of seconds or metres.
type part struct {
	way    int32
	people int64
}

func (s *spread) add(way int32, people int64) { s.ways = append(s.ways, part{way, people}) }

// read gives mean, the way within which half and nine tenths of the people go,
// and the longest; nil when nobody goes. The ways are left in order.
func (s *spread) read() (mean, half, most, longest *float64) {
	slices.SortFunc(s.ways, func(a, b part) int { return cmp.Compare(a.way, b.way) })
	sum, all := int64(0), int64(0)
	for _, w := range s.ways {
		sum, all = sum+int64(w.way)*w.people, all+w.people
	}
	if all == 0 {
		return nil, nil, nil, nil
	}
	at := func(tenths int64) *float64 {
		seen := int64(0)
		for _, w := range s.ways {
			if seen += w.people; 10*seen >= tenths*all {
				return known(float64(w.way) / 10)
			}
		}
		return nil
	}
	return known(float64(sum) / float64(all) / 10), at(5), at(9), at(10)
}

// sayWay tells how people go, and how far at most.
func (x *exodus) sayWay(byRoad bool) Saying {
	zh, en := words("road_profile", cmp.Or(x.in.Params.Profile, x.mode))
	switch {
	case !byRoad:
		n := grouped(int64(x.limit) / 10)
		return Saying{"前往场所的直线距离不超过 " + n + " 米", "Nobody goes farther than " + n + " m, in a straight line"}
	case x.limit == 0:
		return Saying{"出行方式：" + zh + "；路程长短不限", "How people go: " + en + "; the way may be any length"}
	}
	n := strconv.FormatFloat(float64(x.limit)/600, 'f', -1, 64)
	return Saying{"出行方式：" + zh + "；每人路程不超过 " + n + " 分钟", "How people go: " + en + "; nobody is on the way longer than " + n + " min"}
}

func (x *exodus) unit() string {
	if x.t.byRoad {
		return "s"
	}
	return "m"
}

// say writes the answer down.
func (x *exodus) say(w way) error {
	cost := float64(x.plan.Cost) / 10
	x.out.Value, x.out.Bound, x.out.Gap = &cost, &cost, known(0)
	all := x.sayTally()
	x.saySpread(all)
	x.sayShelters(w.profile)
	orders := x.orders()
	x.sayOrders(orders)
	return x.draw(orders, w)
}

// sayTally sums who is placed and who is not, and why, by division.
func (x *exodus) sayTally() *tally {
	t := x.land.tally(5, func(i int, row []int64) {
		left := x.plan.Unplaced[i]
		row[0], row[1] = x.land.cells[i].people, x.land.cells[i].people-left
		switch {
		case x.t.stranded[i]:
			row[2] = left
		case x.plan.Cut[i]:
			row[3] = left
		default:
			row[4] = left
		}
	})
	o := x.out
	o.figure("people", "疏散区人口", "People in the zone", "people", known(t.total[0]))
	o.figure("placed", "可安置人口", "People placed", "people", known(t.total[1]))
	o.figure("unplaced", "无法安置人口", "People not placed", "people", known(t.total[0]-t.total[1]))
	o.figure("no_road", "其中附近无路", "Of them with no road near", "people", known(t.total[2]))
	o.figure("cut_off", "其中到不了任何场所（或超出限值）", "Of them with no shelter within reach", "people", known(t.total[3]))
	o.figure("no_room", "其中可达场所已满", "Of them where those within reach are full", "people", known(t.total[4]))
	o.tables(t, sumOf("people", "疏散人口", "People", "people", 0), sumOf("placed", "已安置", "Placed", "people", 1), shareOf("share", "安置率", "Share placed", 1, 0),
		sumOf("no_road", "附近无路", "No road near", "people", 2), sumOf("cut_off", "到不了场所", "No shelter within reach", "people", 3), sumOf("no_room", "场所已满", "No room", "people", 4))
	return t
}

// saySpread tells how far people go, by township and all together.
func (x *exodus) saySpread(t *tally) {
	all, by, straight := &spread{}, map[string]*spread{}, map[string]*spread{}
	for _, m := range x.plan.Moves {
		c := x.land.cells[m.Point]
		key := c.county + " " + c.township
		if by[key] == nil {
			by[key], straight[key] = &spread{}, &spread{}
		}
		by[key].add(x.t.by[m.Place][m.Point], m.People)
		all.add(x.t.by[m.Place][m.Point], m.People)
		straight[key].add(int32(10*geo.Distance(c.at, x.shelters[m.Place].at)), m.People)
	}
	table := Table{"distances", "各乡镇路程分布", "How far people go, by township", []Column{
		{"division", "区划代码", "Division", "text"}, {"name", "名称", "Name", "text"}, {"people", "安置人口", "People placed", "people"},
		{"mean", "平均", "Mean", x.unit()}, {"p50", "半数以内", "Half within", x.unit()}, {"p90", "九成以内", "Nine tenths within", x.unit()}, {"max", "最远", "Longest", x.unit()},
		{"straight_p50", "直线距离半数以内", "Straight line, half within", "m"}, {"straight_max", "直线距离最远", "Straight line, longest", "m"},
	}, [][]any{}}
	for _, town := range t.townships {
		key := town.county + " " + town.code
		row := []any{town.code, x.land.names[town.code], town.sum[1]}
		if by[key] == nil {
			table.Rows = append(table.Rows, append(row, nil, nil, nil, nil, nil, nil))
			continue
		}
		mean, half, most, longest := by[key].read()
		_, near, _, far := straight[key].read()
		table.Rows = append(table.Rows, append(row, orNil(mean), orNil(half), orNil(most), orNil(longest), orNil(near), orNil(far)))
	}
	x.out.Tables = append(x.out.Tables, table)
	mean, _, most, longest := all.read()
	x.out.figure("mean", "平均路程", "Mean way", x.unit(), mean)
	x.out.figure("p90", "九成人的路程", "Nine tenths go no farther than", x.unit(), most)
	x.out.figure("longest", "最远路程", "Longest way", x.unit(), longest)
}

// sayShelters lists who goes to each shelter, what is left, what more room would
// save, and the two times: as if everybody were alone on the road, and through
// the one lane that leads in.
func (x *exodus) sayShelters(profile string) {
	longest, far := make([]int32, len(x.shelters)), int32(0)
	for _, m := range x.plan.Moves {
		v := x.t.by[m.Place][m.Point]
		longest[m.Place], far = max(longest[m.Place], v), max(far, v)
	}
	for _, row := range x.t.by {
		for _, v := range row {
			far = max(far, v)
		}
	}
	t := Table{"shelters", "避难场所使用情况", "Shelters", slices.Concat([]Column{{"code", "编号", "Code", "text"}, {"name", "名称", "Name", "text"}}, twoWords("class", "类别", "Class"), []Column{{"room", "可用床位", "Room", "people"},
		{"used", "安置人数", "Used", "people"}, {"free", "剩余", "Free", "people"}}, twoWords("binding", "瓶颈", "Binding"), []Column{
		{"relief", "每增 100 床位可减少", "100 more places would save", "person-min"},
		{"last_free", "自由流下最后到达", "Last arrival, free flow", x.unit()}, {"through", "单车道进场所需时间", "Through one lane", "s"},
	}), [][]any{}}
	used, worst := 0, 0.0
	for j, p := range x.shelters {
		n := x.plan.Used[j]
		row := slices.Concat([]any{p.code, p.name}, inWords("shelter_class", p.entry.Detail.(*dispatch.Shelter).Class), []any{p.room, n, p.room - n})
		switch r := x.plan.Relief[j]; {
		case n == 0 || n < p.room:
			row = append(row, nil, nil, nil)
		case r > int64(far):
			row = append(append(row, inWords("study_binding", "places")...), nil)
		case x.t.byRoad:
			row = append(append(row, inWords("study_binding", "travel")...), float64(r)/6)
		default:
			row = append(append(row, inWords("study_binding", "travel")...), nil)
		}
		if n == 0 {
			t.Rows = append(t.Rows, append(row, nil, nil))
			continue
		}
		used++
		worst = max(worst, through(x.mode, n))
		t.Rows = append(t.Rows, append(row, float64(longest[j])/10, through(x.mode, n)))
	}
	x.out.Tables = append(x.out.Tables, t)
	x.out.figure("used", "启用避难场所", "Shelters used", "count", known(used))
	if used > 0 {
		x.out.noted(Figure{Code: "through", Title: "进场瓶颈时间", TitleEN: "Bottleneck into the fullest shelter", Unit: "s",
			Note: "与自由流路程同时给出，实际不短于两者之大", NoteEN: "Beside the free-flow way: in truth no less than the greater of the two"}, known(worst))
	}
	x.out.assume(fmt.Sprintf("进场能力按每处一条车道估计：步行每分钟 %.0f 人，车辆每小时 %s 辆，客车 %d 人、小车 %d 人（规划取值，未经本地标定）", walkersAMinute, grouped(int64(vehiclesAnHour)), peopleABus, peopleACar),
		fmt.Sprintf("One lane leads into each shelter: %.0f walkers a minute or %s vehicles an hour, %d people a bus, %d a car (values to plan with, not calibrated here)", walkersAMinute, grouped(int64(vehiclesAnHour)), peopleABus, peopleACar))
}
