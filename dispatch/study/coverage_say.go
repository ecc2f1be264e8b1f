package study

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"onemap/dispatch"
)

// sayings translates what the core says of a coverage, with its numbers in
// their places.
var sayings = []struct {
	en *regexp.Regexp
	zh string
}{
	{regexp.MustCompile(`^no population cells in the area`), ""}, // said of the ground
	{regexp.MustCompile(`^no sites: nobody is reached`), "没有服务场所，无人被覆盖"},
	{regexp.MustCompile(`^unit: (\d+) do not go by road`), "$1 支力量不走道路，未计入"},
	{regexp.MustCompile(`^unit: counted at its base`), ""}, // said already
	{regexp.MustCompile(`: none of the kinds asked for`), ""},
	{regexp.MustCompile(`^(\d+) sites have no road near.*$`), "$1 处场所附近没有道路，到不了任何人"},
	{regexp.MustCompile(`^(\d+) cells with (\d+) people have no road near.*$`), "$1 个格网（$2 人）附近没有道路，按未覆盖计"},
	{regexp.MustCompile(`^gaps at (\d+) s: (\d+) people in (\d+) cells that cannot be drawn$`), "$1 秒阈值下有 $2 人（$3 个格网）的盲区无法绘出"},
	{regexp.MustCompile(`^gaps at (\d+) m: (\d+) people in cells outside every boundary drawn$`), "$1 米阈值下有 $2 人位于所有边界之外，盲区未绘出"},
	{regexp.MustCompile(`^free-flow speeds, without traffic$`), "按自由流速度，未计交通拥堵"},
	{regexp.MustCompile(`^ordinary turn delays are left out$`), "未计普通转弯延误"},
}

var thousands = regexp.MustCompile(`\d{4,}`)

// inThousands groups the digits of the numbers in a sentence without codes.
func inThousands(text string) string {
	return thousands.ReplaceAllStringFunc(text, func(digits string) string {
		n, err := strconv.ParseInt(digits, 10, 64)
		if err != nil {
			return digits
		}
		return grouped(n)
	})
}

// inBoth is a sentence of the core in both languages; an empty one was said
// elsewhere.
func inBoth(en string) Saying {
	for _, s := range sayings {
		if s.en.MatchString(en) {
			if s.zh == "" {
				return Saying{}
			}
			return Saying{inThousands(s.en.ReplaceAllString(s.en.FindString(en), s.zh)), inThousands(en)}
		}
	}
	if kind, way, ok := strings.Cut(en, ": "); ok {
		profile, where, _ := strings.Cut(way, ", ")
		zh := kind
		if kind == "candidate" {
			zh = "候选点"
		} else {
			zh, _ = words("ledger", kind)
		}
		how, _ := words("road_profile", profile)
		if where == "toward the site" {
			return Saying{fmt.Sprintf("%s：%s，前往场所", zh, how), en}
		}
		return Saying{fmt.Sprintf("%s：%s，由场所出发", zh, how), en}
	}
	return Saying{en, en}
}

// say tells by what method, on what grounds, and what is missing.
func (c *coverRun) say() {
	out := c.out
	if out.Basis == dispatch.ByRoad {
		out.Method = "以每处场所为起点（避难场所为终点）在路网上做一对多最短时间搜索，人口格网按格心就近上路；人数和面积为整数求和，乡镇、县区与全市严格一致。"
		out.MethodEN = "One-to-all shortest times on the road network from every place (towards shelters), cells put on the road at their centres; people and square metres are whole, and townships, counties and the whole agree exactly."
	} else {
		out.Method = "按场所到人口格网格心的大地线距离判定；人数和面积为整数求和，乡镇、县区与全市严格一致。"
		out.MethodEN = "Geodesics between places and the centres of cells; people and square metres are whole, and townships, counties and the whole agree exactly."
		out.assume("按直线距离计算，不考虑道路、河流与山体", "straight distances on the ground: roads, rivers and hills do not count")
	}
	for _, s := range c.answer.Assumptions {
		if both := inBoth(s); both.Text != "" {
			out.Assumptions = append(out.Assumptions, both)
		}
	}
	out.assume("一个格网的人口按格心整体计为覆盖或未覆盖", "the people of a cell count as covered or not by its centre")
	out.desert(len(c.land.cells), c.land.people)
	for _, s := range c.answer.LeftOut {
		if both := inBoth(s); both.Text != "" {
			out.LeftOut = append(out.LeftOut, both)
		}
	}
}
