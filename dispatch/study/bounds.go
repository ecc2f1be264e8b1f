package study

import (
	"fmt"

	"onemap/dispatch"
)

// Known refuses by path what the parameters name and the actor cannot see: a
// division outside his area, an incident or a hazard that is not there. It can
// be asked before the study runs; Run asks it again.
func (q Params) Known(p *dispatch.Picture, a dispatch.Actor) error {
	var bad dispatch.Problems
	if d := q.Division; d != "" && !dispatch.Within(d, a.Area) && !dispatch.Within(a.Area, d) {
		bad.Add("params.division", "outside_jurisdiction", "%s lies outside your area, %s", d, a.Area)
	}
	if id := q.ZoneIncident; id != nil {
		if i := p.Incidents[*id]; i == nil || !p.SeesIncident(a, i) {
			bad.Add("params.zone_incident", "not_found", "no incident of that id in your area")
		}
	}
	if id := q.ZoneHazard; id != nil {
		seen := false
		for _, l := range []dispatch.Ledger{dispatch.Hazards, dispatch.RiskZones} {
			e := p.Entry(l, *id)
			seen = seen || e != nil && a.Sees(e.Division, e.Sensitivity)
		}
		if !seen {
			bad.Add("params.zone_hazard", "not_found", "no hazard or risk zone of that id in your area")
		}
	}
	return bad.Err()
}

// bounds says what of the question lies beyond what the asker may see.
func (in *Input) bounds(out *Result) {
	if d := in.Params.Division; d != "" && !dispatch.Within(d, in.Actor.Area) {
		out.leave(fmt.Sprintf("所选区划 %s 大于查看范围 %s，只计范围内部分", d, in.Actor.Area), fmt.Sprintf("division %s is larger than your area %s: only what lies in it counts", d, in.Actor.Area))
	}
	missing := 0
	for _, id := range in.Params.IDs {
		if !in.named[id] {
			missing++
		}
	}
	if missing > 0 {
		out.leave(fmt.Sprintf("指定的 %d 处不属于此类对象或不在查看范围内，未计入", missing), fmt.Sprintf("%d of those named are of no kind that counts here, or not in your area: not counted", missing))
	}
}
