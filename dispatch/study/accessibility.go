package study

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"onemap/dispatch"
	"onemap/geo/site"
)

// usualDrive is how near help on wheels is wanted.
const usualDrive = 30 * time.Minute

// access is what each cell finds within reach, for a thousand people (可达性).
type access struct {
	land  *ground
	value []float64 // for a thousand people, by cell
	order []int     // cells, the poorest first
	mean  float64   // by people
	known bool      // there are people
	half  []bool    // below half the mean
}

// accessibility answers how much of what helps each cell shares within reach
// (E2SFCA, Luo and Qi 2009).
func accessibility(ctx context.Context, in *Input, out *Result) error {
	out.Method = "增强型两步移动搜索法（E2SFCA）：先求各场所在时限内按高斯衰减（到达时限处权重 0.01）加权的需求，再对每个格网累加所及场所的人均供给；结果按每千人表示，并以人口加权求分位数与基尼系数。"
	out.MethodEN = "Enhanced two-step floating catchment area: demand of each place weighted by a Gaussian that falls to 0.01 at the limit, then supply per head summed over the places each cell reaches; per thousand people, with quantiles and Gini weighted by people."
	ledger, usual := dispatch.Shelters, usualWalk
	if len(in.Params.Kinds) > 0 {
		ledger = dispatch.Ledger(in.Params.Kinds[0])
	}
	if len(in.Params.Kinds) > 1 || !slices.Contains([]dispatch.Ledger{dispatch.Shelters, dispatch.Teams, dispatch.Units, dispatch.Depots}, ledger) {
		return dispatch.ErrInvalid.With("accessibility is of one kind of supply: shelter, team, unit or depot")
	}
	if ledger != dispatch.Shelters {
		usual = usualDrive
	}
	in.single(out)
	limit, byRoad, err := in.limit(usual)
	if err != nil {
		return err
	}
	places := in.supply(ledger, byRoad, out)
	land := in.ground(in.Params.Division)
	t, err := in.trips(ctx, land, places, wayTo(ledger, in.asked()), byRoad, limit, out)
	if err != nil {
		return err
	}
	sum, err := in.pins("accessibility")
	if err != nil {
		return err
	}
	sum.ground(land)
	sum.places(places)
	sum.roads(in, t.closures)
	out.Inputs = sum.hex()
	if !in.Watch(0.6, nan, nan) {
		return context.Canceled
	}
	a, err := newAccess(land, places, t.by, limit)
	if err != nil {
		return err
	}
	a.say(in, places, limit, byRoad, out)
	a.tell(out)
	return a.draw(places, out)
}

// supply are the places of a ledger with what each offers: the room of a shelter,
// one for each team or unit or depot.
func (in *Input) supply(l dispatch.Ledger, byRoad bool, out *Result) []place {
	all := in.serving(l, byRoad, out)
	if l == dispatch.Shelters {
		out.assume("供给为避难场所启用后可容纳的人数", "Supply is the room of shelters once they are open, in people")
		return all
	}
	for i := range all {
		all[i].room = 1
	}
	zh, en := words("ledger", string(l))
	out.assume("供给按个数计，每个"+zh+"计 1", "Supply is counted: 1 for each of "+en)
	return all
}

func newAccess(land *ground, places []place, travel [][]int32, limit int32) (*access, error) {
	people, room := make([]int64, len(land.cells)), make([]int64, len(places))
	for i, c := range land.cells {
		people[i] = c.people
	}
	for j, p := range places {
		room[j] = p.room
	}
	a := &access{land: land, value: make([]float64, len(people)), half: make([]bool, len(people))}
	got, err := site.Access(people, room, travel, limit)
	if err != nil && !errors.Is(err, site.ErrNoPoint) && !errors.Is(err, site.ErrNoSite) {
		return nil, fmt.Errorf("measure access: %w", err)
	}
	sum, all := 0.0, int64(0)
	for i, v := range got {
		if !math.IsNaN(v) {
			a.value[i] = 1000 * v
		}
		sum, all = sum+float64(people[i])*a.value[i], all+people[i]
	}
	for i, p := range people {
		if p > 0 {
			a.order = append(a.order, i)
		}
	}
	if a.known = len(got) > 0 && all > 0; a.known {
		a.mean = sum / float64(all)
	}
	slices.SortStableFunc(a.order, func(x, y int) int { return cmp.Compare(a.value[x], a.value[y]) })
	for i, v := range a.value {
		a.half[i] = people[i] > 0 && v < a.mean/2
	}
	return a, nil
}

func (a *access) say(in *Input, places []place, limit int32, byRoad bool, out *Result) {
	if byRoad {
		out.assume(fmt.Sprintf("时限 %g 分钟", float64(limit)/600), fmt.Sprintf("limit %g minutes", float64(limit)/600))
	} else {
		out.assume(fmt.Sprintf("距离上限 %g 米", float64(limit)/10), fmt.Sprintf("limit %g metres", float64(limit)/10))
	}
	if in.Params.Division != "" {
		out.assume("只计所选区划的居民；邻近区划居民对同一场所的需求未计", "Only people of the division count; what neighbours ask of the same places does not")
	}
	if len(places) == 0 {
		out.leave("没有可用的供给，可达性无从计算", "nothing to reach: access is not known")
	}
	if len(a.order) == 0 {
		out.leave("范围内没有有人居住的格网", "nobody lives in the area")
	}
	if a.land.merged {
		out.assume("粗算：相邻格网合并计算", "Coarse: neighbouring cells are put together")
	}
}

// quantile is what a share of the people of some cells, the poorest first, do
// not have more than; nil of nobody.
func (a *access) quantile(cells []int, q float64) *float64 {
	all, sum := int64(0), int64(0)
	for _, i := range cells {
		all += a.land.cells[i].people
	}
	for _, i := range cells {
		if sum += a.land.cells[i].people; float64(sum) >= q*float64(all) {
			return known(a.value[i])
		}
	}
	return nil
}

// gini says how unequal access is: 0 is alike for all, near 1 all for a few.
func (a *access) gini() *float64 {
	all, had, area := 0.0, 0.0, 0.0
	for _, i := range a.order {
		w := float64(a.land.cells[i].people)
		area += w * (2*had + w*a.value[i])
		had, all = had+w*a.value[i], all+w
	}
	if had == 0 {
		return nil
	}
	return known(1 - area/(all*had))
}

func (a *access) tell(out *Result) {
	t := a.land.tally(3, func(i int, row []int64) {
		row[0] = a.land.cells[i].people
		if a.known && a.value[i] == 0 {
			row[1] = row[0]
		}
		if a.known && a.half[i] {
			row[2] = row[0]
		}
	})
	none, poor, mean, order, gini := share(t.total[1], t.total[0]), share(t.total[2], t.total[0]), known(a.mean), a.order, a.gini()
	if !a.known {
		none, poor, mean, order, gini = nil, nil, nil, nil, nil
	}
	out.figure("mean", "每千人可及供给（人口加权平均）", "Supply within reach per thousand people (mean)", "", mean)
	out.figure("median", "每千人可及供给（中位）", "Supply within reach per thousand people (median)", "", a.quantile(order, 0.5))
	out.figure("none_share", "可及供给为零的人口比例", "People with nothing within reach", "share", none)
	out.figure("below_half_share", "低于全域均值一半的人口比例", "People below half the mean", "share", poor)
	out.figure("gini", "基尼系数", "Gini coefficient", "", gini)
	out.figure("people", "人口", "People", "people", known(t.total[0]))
	if a.known {
		out.tables(t, sumOf("people", "人口", "People", "people", 0), sumOf("none", "可及供给为零", "Nothing within reach", "people", 1),
			sumOf("below_half", "低于均值一半", "Below half the mean", "people", 2), shareOf("below_half_share", "低于均值一半的比例", "Share below half the mean", 2, 0))
	} else {
		out.tables(t, sumOf("people", "人口", "People", "people", 0))
	}
	out.Tables = append(out.Tables, a.quantiles(t))
}

// quantiles lists the spread of access in each township.
func (a *access) quantiles(t *tally) Table {
	table := Table{"quantiles", "每千人可及供给分位数（人口加权）", "Quantiles of supply per thousand people", []Column{{"division", "区划代码", "Division", "text"}, {"name", "名称", "Name", "text"}}, [][]any{}}
	qs := []float64{0.1, 0.25, 0.5, 0.75, 0.9}
	for _, q := range qs {
		n := fmt.Sprintf("%.0f", 100*q)
		table.Columns = append(table.Columns, Column{"p" + n, "P" + n, "P" + n, ""})
	}
	in := map[string][]int{}
	for _, i := range a.order {
		in[a.land.cells[i].township] = append(in[a.land.cells[i].township], i)
	}
	for _, l := range t.townships {
		row := []any{l.code, a.land.names[l.code]}
		for _, q := range qs {
			v := any(nil)
			if a.known {
				v = orNil(a.quantile(in[l.code], q))
			}
			row = append(row, v)
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

func (a *access) draw(places []place, out *Result) error {
	var cells, at []feature
	for i, c := range a.land.cells {
		if c.people > 0 && a.known {
			cells = append(cells, newFeature(c.entry.Geometry, map[string]any{"people": c.people, "value": math.Round(1000*a.value[i]) / 1000, "below_half": a.half[i]}))
		}
	}
	for _, p := range places {
		at = append(at, newFeature(p.at, map[string]any{"code": p.code, "name": p.name, "room": p.room}))
	}
	if err := out.layer("cells", "每千人可及供给", "Supply per thousand people", cells); err != nil {
		return err
	}
	return out.layer("places", "供给点", "Supply", at)
}
