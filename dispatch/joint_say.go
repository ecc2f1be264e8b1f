package dispatch

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"
)

// say puts the plan into words.
func (j *joint) say() JointRecommendation {
	out := JointRecommendation{Seq: j.p.Seq, AsOf: j.now, Inputs: j.inputs(), Basis: ByRoad, Roads: j.p.Roads, LeftOut: j.leftOut}
	if j.p.network() == nil {
		out.Basis = CrowFlies
	}
	place := map[*contest]int{}
	for k, c := range j.contests {
		place[c] = k
		one := JointIncident{Incident: c.in, Card: c.card}
		for _, n := range c.needs {
			one.Requirements = append(one.Requirements, *n.RequirementState)
		}
		out.Incidents = append(out.Incidents, one)
	}
	for i, s := range j.slots {
		n := &out.Incidents[place[s.contest]].Requirements[s.need]
		u := j.plan[i]
		stays := u >= 0 && j.bound(j.units[u], s.in)
		if s.held && !stays {
			n.Have--
		}
		if u >= 0 && !stays {
			_, worth := n.tier(j.units[u].Detail.(*Unit))
			n.Picked = min(n.Wanted-n.Have, n.Picked+worth)
			out.Slots = append(out.Slots, j.slot(s, j.units[u]))
		}
	}
	slices.SortStableFunc(out.Slots, func(a, b JointSlot) int {
		return cmp.Or(urgentFirst(a.Incident, b.Incident), cmp.Compare(a.Requirement, b.Requirement), nearerFirst(a.Arrival, b.Arrival, a.Unit, b.Unit))
	})
	for k, c := range j.contests {
		for i, n := range out.Incidents[k].Requirements {
			if left := n.Wanted - n.Have - n.Picked; left > 0 && !n.Optional && n.byUnits() {
				out.Shortfalls = append(out.Shortfalls, JointShortfall{k, i, left, c.lacks(i, left)})
			}
		}
	}
	return out
}

// bound reports whether a unit is already sent to an incident.
func (j *joint) bound(unit *Entry, in *Incident) bool {
	as := j.p.OpenAssignment(unit.ID)
	return as != nil && as.Incident == in.ID
}

// slot says who fills a place, and why.
func (j *joint) slot(s slot, unit *Entry) JointSlot {
	m, n := s.of[unit.ID], s.needs[s.need]
	cost, _ := j.price(s, unit)
	out := JointSlot{
		Incident: s.in, Requirement: s.need, Unit: unit, Arrival: m.arrival(), Late: n.WithinMin > 0 && m.arrival() > n.within(),
		Substitute: m.tier[s.need] > 0, DivertFrom: j.p.OpenAssignment(unit.ID), Cost: seconds(cost),
	}
	zh, en := n.words(m.unit)
	out.add(zh+"，"+clock(m.arrival())+" 到达", en+", there in "+clock(m.arrival()))
	out.add(fmt.Sprintf("优先级 %d", s.in.Priority), fmt.Sprintf("priority %d", s.in.Priority))
	if out.Substitute {
		out.add("替代力量", "a substitute")
	}
	if out.Late {
		out.add(fmt.Sprintf("超出 %d 分钟时限", n.WithinMin), fmt.Sprintf("later than %d min", n.WithinMin))
	}
	if from := out.DivertFrom; from != nil {
		out.add("由 "+from.Number+" 改派", "diverted from "+from.Number)
	}
	if s.held {
		out.add("接替被改派的力量", "in place of one diverted")
	}
	if m.class == resting {
		out.add("休整中", "resting")
	}
	if m.stale() {
		out.add("定位陈旧，按驻地计算", "fix stale, taken to be at its base")
	}
	return out
}

func (s *JointSlot) add(zh, en string) {
	if s.Reason == "" {
		s.Reason, s.ReasonEN = zh, en
		return
	}
	s.Reason, s.ReasonEN = s.Reason+"，"+zh, s.ReasonEN+", "+en
}

// lacks says why a requirement stays unmet.
func (c *contest) lacks(i, left int) string {
	fit, open := 0, 0
	for _, m := range c.all {
		if m.worth[i] > 0 {
			fit++
			if m.known {
				open++
			}
		}
	}
	why := "可用力量已派往其他事件"
	switch words := Labels["why_not"]; {
	case fit == 0 && c.consent > 0:
		why = words["consent_pending"][0]
	case fit == 0:
		why = words["no_candidate"][0]
	case open == 0:
		why = words["unreachable"][0]
	}
	return fmt.Sprintf("缺 %d：%s", left, why)
}

// inputs names all that decides: who asks what, when, every incident with its
// card, every unit with its assignment and position, and the roads.
func (j *joint) inputs() string {
	sum := sha256.New()
	fmt.Fprintf(sum, "joint %s %d %s %s %t\n", j.a.Area, j.a.Clearance, j.a.Role, j.now.UTC().Format(time.RFC3339Nano), j.q.AllowDivert)
	for k, c := range j.contests {
		fmt.Fprintf(sum, "%s %d", c.in.ID, c.in.Version)
		if c.card != nil {
			fmt.Fprintf(sum, " %s %d", c.card.ID, c.card.Version)
		}
		for _, n := range c.needs {
			fmt.Fprintf(sum, " %d", n.Have)
		}
		if fmt.Fprintln(sum); k == 0 {
			c.exclusions(sum)
			c.network(sum)
		}
	}
	for _, e := range j.p.Shelf(Units).ByCode() {
		if !j.a.Sees(e.Division, e.Sensitivity) {
			continue
		}
		fmt.Fprintf(sum, "%s %d", e.ID, e.Version)
		if f, heard := j.pos.At(e.ID); heard {
			fmt.Fprintf(sum, " %v %d", f.Point, f.DeviceAt.UnixNano())
		}
		if as := j.p.OpenAssignment(e.ID); as != nil {
			fmt.Fprintf(sum, " %s %d", as.ID, as.Version)
		}
		fmt.Fprintln(sum)
	}
	for _, e := range j.p.Shelf(Teams).ByCode() {
		sum.Write(e.ID[:])
		sum.Write([]byte{byte(e.Version >> 16), byte(e.Version >> 8), byte(e.Version)})
	}
	return hex.EncodeToString(sum.Sum(nil))
}
