package dispatch

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// rankByArrival numbers all that may be sent and whose arrival is known.
func (c *choice) rankByArrival() {
	var known []*candidate
	for _, m := range c.all {
		if m.known && len(m.misfits) == 0 {
			known = append(known, m)
		}
	}
	slices.SortFunc(known, sooner)
	for i, m := range known {
		m.rank = i + 1
	}
}

// base is a pick without what it is wanted for.
func (c *choice) base(m *candidate) Pick {
	out := Pick{Hit: c.result(m.runner), Rank: m.rank}
	if c.roads == nil {
		out.Trip.Basis = CrowFlies
	}
	if m.team != nil && c.a.Sees(m.team.Division, m.team.Sensitivity) {
		out.Team = m.team.Name
	}
	return out
}

// pick says what a chosen unit meets, and why it was chosen.
func (c *choice) pick(one *chosen) Pick {
	out := c.base(one.candidate)
	out.Requirements = slices.Sorted(maps.Keys(one.meets))
	out.Substitute, out.Late = one.substitute, one.late
	nth := 1
	for _, other := range c.chosen {
		if other.first == one.first && other != one && sooner(other.candidate, one.candidate) < 0 {
			nth++
		}
	}
	n := c.needs[one.first]
	zh, en := n.words(one.unit)
	out.Reason, out.ReasonEN = "第 "+fmt.Sprint(nth)+" 支"+zh, fmt.Sprintf("%s no. %d", en, nth)
	if nth == 1 {
		out.Reason, out.ReasonEN = "首支"+zh, "first: "+en
	}
	c.explain(&out, one.candidate)
	if one.substitute {
		out.add("替代力量", "a substitute")
	}
	if one.late {
		out.add(fmt.Sprintf("超出 %d 分钟时限", n.WithinMin), fmt.Sprintf("later than %d min", n.WithinMin))
	}
	return out
}

// alternate says what a unit that was not chosen would meet.
func (c *choice) alternate(m *candidate) Pick {
	out := c.base(m)
	out.Requirements = []int{}
	for i := range c.needs {
		if m.worth[i] > 0 {
			out.Requirements = append(out.Requirements, i)
		}
	}
	label := Labels["unit_kind"][m.unit.Kind]
	out.Reason, out.ReasonEN = "备选"+label[0], "alternate: "+label[1]
	c.explain(&out, m)
	return out
}

func (p *Pick) add(zh, en string) {
	p.Reason, p.ReasonEN = p.Reason+"，"+zh, p.ReasonEN+", "+en
}

// explain adds what a dispatcher weighs: arrival, the straight line, readiness,
// consent, and how old the position is.
func (c *choice) explain(p *Pick, m *candidate) {
	p.add(clock(m.arrival())+" 到达", "there in "+clock(m.arrival()))
	p.add(fmt.Sprintf("直线第 %d", m.airRank), fmt.Sprintf("no. %d by the straight line", m.airRank))
	if status := c.p.Status(m.entry); StatusClass(status) == "delayed" {
		label := Labels["unit_status"][status]
		p.add(label[0], strings.ToLower(label[1]))
	}
	if p.Consent = m.class == byConsent; p.Consent {
		p.add("需同意", "its owner must agree")
	}
	if m.stale() {
		p.add("定位陈旧，按驻地计算", "fix stale, taken to be at its base")
	}
}

// words names what a requirement wants of a unit, zh-CN and English.
func (n *need) words(u *Unit) (zh, en string) {
	kind := Labels["unit_kind"][u.Kind]
	switch n.Type {
	case "capability":
		label := Labels["discipline"][n.Discipline]
		return label[0] + "力量（" + kind[0] + "）", label[1] + " (" + kind[1] + ")"
	case "equipment":
		return "携" + n.Item + "的" + kind[0], kind[1] + " with " + n.Item
	}
	return kind[0], kind[1]
}

// clock writes a time as minutes and seconds: 4′12″.
func clock(d time.Duration) string {
	s := int(d.Round(time.Second) / time.Second)
	return fmt.Sprintf("%d′%02d″", s/60, s%60)
}

// rejected says of everybody who is neither a pick nor an alternate why not,
// nearest by air first.
func (c *choice) rejected() (out []WhyNot) {
	taken := map[*candidate]bool{}
	for _, m := range c.alternates {
		taken[m] = true
	}
	for _, m := range c.all {
		if m.picked != nil || taken[m] {
			continue
		}
		no := c.whyNot(m.runner)
		if len(m.misfits) == 0 && m.known {
			no.Why = []Field{{"requirements", "not_needed", fmt.Sprintf("%.1f min to arrive; others are there sooner", m.arrival().Minutes())}}
		}
		if len(no.Why) == 0 {
			no.Why = append(no.Why, Field{"road", "farther_by_road", fmt.Sprintf("not there within %.0f min", c.least(m).Minutes())})
		}
		if m.stale() {
			no.Why = append(slices.Clip(no.Why), Field{"fix", "stale_fix", fmt.Sprintf("last heard %.0f min ago, taken to be at its base", m.age.Minutes())})
		}
		out = append(out, no)
	}
	slices.SortStableFunc(out, func(a, b WhyNot) int { return cmp.Compare(a.Distance, b.Distance) })
	return out
}
