package study

import (
	"fmt"
	"slices"

	"github.com/paulmach/orb"

	"onemap/geo/site"
)

func (r *response) say(out *Result) {
	zh, en := "随车种", "each as its kind does"
	if p := r.in.Params.Profile; p != "" {
		zh, en = words("road_profile", p)
	}
	out.assume("力量自驻地（或前置备勤点）出发，不用当前位置，以便复算；出行方式："+zh+"，含动员时间", "Units start from their bases or posts, not from where they are, so that it can be computed again; on the road: "+en+"; mobilisation included")
	out.assume("自由流速度，未计交通拥堵和普通转弯延误", "Free-flow speeds, without traffic or ordinary turn delays")
	out.assume("周边人口按 1 公里圆内格网中心计；下游方向未知，不区分上下游", "People are those of cells with their centre within 1 km; which way is downstream is not known")
	if len(r.in.Params.UnitKinds) == 0 {
		out.assume("各类危险源适用的力量类型为本地默认值", "Which kinds of units are wanted at a kind of hazard is a local default")
	}
	out.assume("到最近避难场所按大客车、自最近储备库按货车计算", "To the nearest shelter by bus, from the nearest depot by truck")
	if len(r.hazards) == 0 {
		out.leave("范围内没有所选危险源", "no hazard of these kinds in the area")
	}
	if len(r.units) == 0 {
		out.leave("没有可用的力量", "no unit is available")
	}
}

func (r *response) figures(out *Result) {
	all := int64(len(r.hazards))
	count := func(nth int, s float64) (n int64) {
		for i := range r.hazards {
			if v := r.hazards[i].nth(nth); v != site.None && float64(v) <= 10*s {
				n++
			}
		}
		return n
	}
	for _, s := range r.limits {
		code := fmt.Sprintf("%g", s)
		out.figure("first_"+code, fmt.Sprintf("首支力量 %g 分钟内到达的比例", s/60), fmt.Sprintf("First unit within %g minutes", s/60), "share", share(count(1, s), all))
		out.figure("third_"+code, fmt.Sprintf("第三支力量 %g 分钟内到达的比例", s/60), fmt.Sprintf("Third unit within %g minutes", s/60), "share", share(count(3, s), all))
	}
	never, people := int64(0), int64(0)
	var worst *float64
	for i := range r.hazards {
		h := &r.hazards[i]
		if h.nth(1) == site.None {
			never++
		} else if worst == nil || float64(h.nth(1))/10 > *worst {
			worst = known(float64(h.nth(1)) / 10)
		}
		people += h.near
	}
	out.figure("hazards", "危险源", "Hazards", "count", known(all))
	out.figure("never", "无力量可达的危险源", "Hazards that no unit reaches", "count", known(never))
	out.figure("worst_first", "首支力量最慢到达（可达者中）", "Slowest first arrival, of those reached", "s", worst)
	out.noted(Figure{Code: "people_near", Title: "周边 1 公里人口（按危险源累计）", TitleEN: "People within 1 km, summed over hazards", Unit: "people",
		Note: "同一居民可能在多处危险源周边", NoteEN: "One person may live near several"}, r.countedPeople(people))
}

// nearby is how many live near a hazard; nil without a grid of people.
func (r *response) nearby(h *threatened) any {
	if !r.settled {
		return nil
	}
	return h.near
}

func (r *response) countedPeople(n int64) *float64 {
	if !r.settled {
		return nil
	}
	return known(n)
}

// tables lists the hazards, the slowest first, and counts them by county.
func (r *response) tables(out *Result) {
	list := Table{"hazards", "各危险源", "Hazards", slices.Concat([]Column{{"code", "编码", "Code", "text"}, {"name", "名称", "Name", "text"}}, twoWords("kind", "类型", "Kind"), []Column{{"level", "等级", "Level", "count"}, {"division", "区划代码", "Division", "text"},
		{"first", "首支到达", "First unit", "s"}, {"first_unit", "首支力量", "Which", "text"}, {"third", "第三支到达", "Third unit", "s"}, {"third_unit", "第三支力量", "Which", "text"},
		{"near", "周边 1 公里人口", "People within 1 km", "people"}, {"at_risk", "台账受威胁人口", "People at risk in the ledger", "people"},
		{"shelter", "最近避难场所", "Nearest shelter", "text"}, {"shelter_s", "前往避难场所", "To the shelter", "s"}, {"depot", "最近储备库", "Nearest depot", "text"}, {"depot_s", "储备库到场", "From the depot", "s"}}), [][]any{}}
	for i := range r.hazards {
		h := &r.hazards[i]
		row := slices.Concat([]any{h.code, h.name}, inWords("hazard_kind", h.hazard.Kind), []any{int64(h.hazard.Level), h.entry.Division})
		for _, n := range []int{1, 3} {
			if h.nth(n) == site.None {
				row = append(row, nil, nil)
			} else {
				row = append(row, float64(h.nth(n))/10, h.come[n-1].unit.Name)
			}
		}
		row = append(row, r.nearby(h))
		if h.hazard.PeopleAtRisk != nil {
			row = append(row, int64(*h.hazard.PeopleAtRisk))
		} else {
			row = append(row, nil)
		}
		row = append(row, named(h.shelter, r.shelters)...)
		list.Rows = append(list.Rows, append(row, named(h.depot, r.depot)...))
	}
	out.Tables = append(out.Tables, list)
	land := &ground{names: map[string]string{}, county: map[string]string{}}
	whole := r.in.ground("")
	land.names, land.county = whole.names, whole.county
	for i := range r.hazards {
		d := r.hazards[i].entry.Division
		land.cells = append(land.cells, cell{township: d, county: land.home(d)})
	}
	columns := []sumColumn{sumOf("hazards", "危险源", "Hazards", "count", 0)}
	for k, s := range r.limits {
		n := fmt.Sprintf("%g", s)
		columns = append(columns, sumOf("first_"+n, fmt.Sprintf("首支 %g 分钟内", s/60), fmt.Sprintf("First within %g min", s/60), "count", 1+2*k),
			sumOf("third_"+n, fmt.Sprintf("第三支 %g 分钟内", s/60), fmt.Sprintf("Third within %g min", s/60), "count", 2+2*k))
	}
	out.tables(land.tally(1+2*len(r.limits), func(i int, row []int64) {
		row[0] = 1
		for k, s := range r.limits {
			for m, nth := range []int{1, 3} {
				if v := r.hazards[i].nth(nth); v != site.None && float64(v) <= 10*s {
					row[1+2*k+m] = 1
				}
			}
		}
	}), columns...)
}

func named(a arrivalAt, places []place) []any {
	if a.place < 0 {
		return []any{nil, nil}
	}
	return []any{places[a.place].name, float64(a.tenths) / 10}
}

func (r *response) draw(out *Result) error {
	var at []feature
	for i := range r.hazards {
		h := &r.hazards[i]
		seconds := func(n int) any {
			if h.nth(n) == site.None {
				return nil
			}
			return float64(h.nth(n)) / 10
		}
		at = append(at, newFeature(orb.Geometry(h.at), map[string]any{"code": h.code, "name": h.name, "kind": h.hazard.Kind, "first_s": seconds(1), "third_s": seconds(3), "people": r.nearby(h), "rank": i + 1}))
	}
	return out.layer("hazards", "危险源", "Hazards", at)
}
