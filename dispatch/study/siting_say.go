package study

import (
	"context"
	"fmt"
	"math"
	"slices"

	"onemap/geo/site"
)

// methods say in words what each model does.
var methods = map[string]Saying{
	"lscp":        {"集合覆盖（LSCP）：以最少的新增场所覆盖所有可覆盖的人口", "Set covering (LSCP): the fewest new sites that reach everybody whom any site can reach"},
	"lscp_backup": {"备份集合覆盖（LSCP-B）：场所最少，其中使有两处可达的人口最多", "Set covering with backup (LSCP-B): the fewest new sites, and of those choices most people within reach of two"},
	"mclp":        {"最大覆盖（MCLP）：给定数量或预算，使限值内可达的人口最多", "Maximal covering (MCLP): for a number of sites or a budget, most people within the limit"},
	"mclp_backup": {"备份最大覆盖：一处可达计半数，两处可达计全数，使总和最大", "Maximal covering with backup: people count half for one site within the limit and whole for two"},
	"p_median":    {"p-中位：使全体人口的总路程最小", "p-median: the least travel of all people together"},
	"p_centre":    {"p-中心：使最远的人路程最短", "p-centre: the shortest way for whoever is farthest"},
}

func (s *siting) method() (zh, en string) {
	m := methods[s.in.Params.Model]
	zh, en = m.Text, m.TextEN
	if s.capacity {
		zh, en = zh+"，场所容量有限", en+", where sites have room for so many"
	}
	return zh + "。解法：贪心、交换改进与拉格朗日界，差距为与界之差占解值的比例", en + ". Solved by greedy choice, interchange and a Lagrange bound; the gap is how far the value may be from the best, as a share of it"
}

// say writes the answer down.
func (s *siting) say(ctx context.Context) error {
	before := s.standingReach()
	after := s.standingReach()
	chosen := s.inOrder(after)
	if s.stop() {
		return s.calledOff(ctx)
	}
	if !s.capacity {
		some := len(chosen)
		chosen = slices.DeleteFunc(chosen, func(g gain) bool { return !s.adds(g) })
		if n := some - len(chosen); n > 0 {
			s.out.leave(fmt.Sprintf("另可设 %d 处，但不再带来增益", n), fmt.Sprintf("%d more may be opened, but add nothing", n))
		}
	}
	s.sayAssumed()
	s.sayValue()
	s.sayFigures(before, after, len(chosen))
	if err := s.sayTables(before, after, chosen); err != nil {
		return err
	}
	if !s.in.Watch(0.92, nan, nan) {
		return s.calledOff(ctx)
	}
	return s.draw(before, after, chosen)
}

func (s *siting) sayAssumed() {
	s.out.assume(fmt.Sprintf("限值：%s；第一个限值用于选址", s.travelZH(s.limit)), fmt.Sprintf("Limit: %s; of several the first counts", s.travelEN(s.limit)))
	switch q := s.in.Params; {
	case len(s.old) > 0:
		s.out.assume(fmt.Sprintf("现有 %d 处场所保留，不占新增数量和预算", len(s.old)), fmt.Sprintf("The %d sites there are stay, and cost neither number nor budget", len(s.old)))
	case q.KeepExisting != nil && !*q.KeepExisting:
		s.out.assume("不考虑现有场所，从零选址", "Sites there are do not count: all are chosen anew")
	}
	if s.in.Params.Model == "p_median" {
		s.out.assume("无路可达者按最长路程的两倍计入总和", "Whoever no site can serve counts as twice the longest way")
	}
	if s.capacity {
		s.out.assume("容量：现有场所按启用后的空位计，新增场所按候选点的容量计，未填者按参数所给容量计（未给则不接收）；同一格网的人口可分往多处，以总体最优分配，而非各自就近",
			"Room: a site there is takes as many as it has places free once it is open, a new one as many as its candidate, or else the parameters, say (none said: nobody); people of one cell may be parted, and are sent so that all together do best, not each to the nearest")
	}
	if s.in.Params.Budget > 0 {
		s.out.assume("未填造价的候选点按 1 计", "A candidate without a cost costs one")
	}
}

// sayValue gives value, bound and gap in what the model counts.
func (s *siting) sayValue() {
	if s.best == nil {
		return
	}
	value, bound := float64(s.best.Value), float64(s.best.Bound)
	switch s.in.Params.Model {
	case "lscp", "lscp_backup":
		held := float64(len(s.best.Sites) - len(s.chosen))
		value, bound = value-held, bound-held
	case "mclp":
		value, bound = value+float64(s.held), bound+float64(s.held)
	case "mclp_backup":
		value, bound = value/1000+float64(s.held), bound/1000+float64(s.held)
	case "p_median", "p_centre":
		value, bound = value/10, bound/10
	}
	s.out.Value, s.out.Bound, s.out.Gap = &value, &bound, known(math.Abs(value-bound)/math.Max(1, math.Abs(value)))
	proved := Saying{"已证明最优", "Proved to be the best"}
	if !s.best.Proved {
		proved = Saying{"未证明最优，差距如上", "Not proved to be the best; it is no farther from it than the gap"}
	}
	if !s.in.Coarse {
		s.out.noted(Figure{Code: "gap", Title: "与最优的差距", TitleEN: "Gap to the best", Unit: "share", Note: proved.Text, NoteEN: proved.TextEN}, s.out.Gap)
	}
	s.sayOut()
}

// sayOut counts whom no site and no candidate serves.
func (s *siting) sayOut() {
	serves := func(v int32) bool { return v != site.None && (v <= s.limit || !s.covers()) }
	cells, people := 0, int64(0)
	for i, c := range s.land.cells {
		if !serves(s.near[i]) && !slices.ContainsFunc(s.by, func(row []int32) bool { return serves(row[i]) }) {
			cells, people = cells+1, people+c.people
		}
	}
	if cells > 0 {
		s.out.leave(fmt.Sprintf("%s 个格网（%s 人）现有场所和任何候选点都覆盖不到", grouped(cells), grouped(people)), fmt.Sprintf("%s cells with %s people are out of reach of every site and candidate", grouped(cells), grouped(people)))
	}
}

// means is the mean travel of those who have a way, and how many have none.
func (s *siting) means(near []int32) (mean *float64, longest int32, none int64) {
	sum, some := int64(0), int64(0)
	longest = site.None
	for i, v := range near {
		w := s.land.cells[i].people
		if v == site.None {
			none += w
			continue
		}
		sum, some, longest = sum+w*int64(v), some+w, max(longest, v)
	}
	if some > 0 {
		mean = known(float64(sum) / float64(some) / 10)
	}
	return mean, longest, none
}

func (s *siting) unit() string {
	if s.byRoad {
		return "s"
	}
	return "m"
}

func (s *siting) covered(r *reached) (people int64) {
	for i, n := range r.count {
		if n > 0 {
			people += s.land.cells[i].people
		}
	}
	return people
}

func (s *siting) sayFigures(before, after *reached, chosen int) {
	o, all := s.out, s.land.people
	had, has := s.covered(before), s.covered(after)
	o.figure("chosen", "建议新增场所", "New sites", "count", known(chosen))
	o.figure("share_after", "新增后覆盖率", "Share covered with them", "share", share(has, all))
	o.figure("share_before", "现状覆盖率", "Share covered now", "share", share(had, all))
	o.figure("gained", "新增覆盖人口", "People newly covered", "people", known(has-had))
	o.figure("left", "仍未覆盖人口", "People still not covered", "people", known(all-has))
	o.figure("people", "范围内人口", "People in the area", "people", known(all))
	mean, _, _ := s.means(before.near)
	o.figure("mean_before", "现状平均路程", "Mean way now", s.unit(), mean)
	mean, longest, none := s.means(after.near)
	o.figure("mean_after", "新增后平均路程", "Mean way with them", s.unit(), mean)
	var far *float64
	if longest != site.None {
		far = known(float64(longest) / 10)
	}
	o.figure("longest_after", "新增后最远路程", "Longest way with them", s.unit(), far)
	o.figure("no_way", "无路可达人口", "People without a way", "people", known(none))
	o.figure("existing", "现有场所", "Sites there are", "count", known(len(s.old)))
	o.figure("candidates", "候选点", "Candidates", "count", known(len(s.offers)))
}

// travelZH writes tenths of seconds or metres as people say them.
func (s *siting) travelZH(tenths int32) string {
	if s.byRoad {
		return fmt.Sprintf("%.0f 分钟", float64(tenths)/600)
	}
	return grouped(int64(math.Round(float64(tenths)/10))) + " 米"
}

func (s *siting) travelEN(tenths int32) string {
	if s.byRoad {
		return fmt.Sprintf("%.0f min", float64(tenths)/600)
	}
	return grouped(int64(math.Round(float64(tenths)/10))) + " m"
}

// reason says in words why a site is where it is.
func (s *siting) reason(g gain, home string, share float64) (zh, en string) {
	switch {
	case g.people == 0 && g.backed > 0 && s.backup():
		zh, en = fmt.Sprintf("为 %s 人提供第二处可达场所", grouped(g.backed)), fmt.Sprintf("gives %s people a second site within reach", grouped(g.backed))
	case g.people == 0 && g.nearer > 0:
		less := int32(g.saved / g.nearer)
		return fmt.Sprintf("使 %s 人的路程平均缩短 %s", grouped(g.nearer), s.travelZH(less)), fmt.Sprintf("brings %s people nearer by %s on average", grouped(g.nearer), s.travelEN(less))
	case g.people == 0:
		return "不增加覆盖", "adds nobody"
	default:
		zh = fmt.Sprintf("覆盖 %s 人的盲区，%s %.0f %%", grouped(g.people), home, 100*share)
		en = fmt.Sprintf("reaches %s people of a gap, %.0f %% of them in %s", grouped(g.people), 100*share, home)
	}
	switch {
	case len(s.old) == 0 || g.people == 0:
		return zh, en
	case g.had == 0:
		return zh + "；现有场所都到不了", en + "; no other site is to be reached at all"
	}
	usual := int32(g.before / g.had)
	return zh + "；最近场所平均 " + s.travelZH(usual), en + "; the nearest other site is " + s.travelEN(usual) + " away on average"
}
