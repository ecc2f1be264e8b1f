package study

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"onemap/dispatch"
	"onemap/geo"
)

// mostThinned is how many of the grid a coarse answer weighs.
const mostThinned = 150

// offer is a place where a site may be (候选点), and what it costs.
type offer struct {
	place
	cost float64
}

// offers lists the candidates: those drawn, those of a ledger, and centres of
// cells where people live. Nothing out of the asker's sight is among them, and
// nothing that stands already.
func (in *Input) offers(land *ground, old []place, out *Result) ([]offer, error) {
	drawn, err := in.candidates()
	if err != nil {
		return nil, err
	}
	var all []offer
	for i, c := range drawn {
		all = append(all, offer{c, in.Params.Candidates[i].Cost})
	}
	if in.Params.CandidateLedger != "" {
		all = append(all, in.listed(dispatch.Ledger(in.Params.CandidateLedger), old, out)...)
	}
	if grid := in.Params.CandidateGridM; grid > 0 {
		all = append(all, in.thinned(land, grid, out)...)
	}
	if n := len(all) - mostCandidates; n > 0 {
		all = all[:mostCandidates]
		out.leave(fmt.Sprintf("候选点最多 %d 个，另有 %s 个未计算", mostCandidates, grouped(n)), fmt.Sprintf("At most %d candidates are weighed; %s more were not looked at", mostCandidates, grouped(n)))
	}
	return all, nil
}

// listed are the entries of a ledger that are no sites yet.
func (in *Input) listed(l dispatch.Ledger, old []place, out *Result) (all []offer) {
	stands := map[dispatch.ID]bool{}
	for _, p := range old {
		if p.entry != nil {
			stands[p.entry.ID] = true
		}
	}
	already := 0
	for _, e := range in.Picture.Shelf(l).ByCode() {
		switch {
		case !in.Actor.Sees(e.Division, e.Sensitivity) || !dispatch.Within(e.Division, in.Params.Division):
		case stands[e.ID]:
			already++
		default:
			p := place{entry: e, code: e.Code, name: e.Name, at: e.Point(), room: in.Params.Capacity}
			if s, ok := e.Detail.(*dispatch.Shelter); ok && s.Capacity > 0 {
				p.room = int64(s.Capacity)
			}
			all = append(all, offer{place: p})
		}
	}
	if already > 0 {
		out.leave(fmt.Sprintf("%d 个候选点已是现有场所", already), fmt.Sprintf("%d candidates are existing sites already", already))
	}
	return all
}

// thinned takes from each square of the ground the cell where most people live,
// if a road is near it; of too many squares those with most people.
func (in *Input) thinned(land *ground, grid float64, out *Result) (all []offer) {
	type square struct {
		best   int
		people int64
	}
	if len(land.cells) == 0 {
		return nil
	}
	plane, at := geo.NewLocalPlane(land.cells[0].at), map[[2]int32]int{}
	var squares []square
	for i, c := range land.cells {
		p := plane.To(c.at)
		key := [2]int32{int32(math.Floor(p[0] / grid)), int32(math.Floor(p[1] / grid))}
		n, ok := at[key]
		if !ok {
			n, at[key] = len(squares), len(squares)
			squares = append(squares, square{best: i})
		}
		s := &squares[n]
		if s.people += c.people; c.people > land.cells[s.best].people {
			s.best = i
		}
	}
	most := mostCandidates
	if in.Coarse && in.Params.Model != "lscp" && in.Params.Model != "lscp_backup" { // which would need fewer sites for want of candidates
		most = mostThinned
	}
	slices.SortStableFunc(squares, func(a, b square) int { return cmp.Compare(b.people, a.people) })
	out.assume(fmt.Sprintf("候选点为有人口、附近有路的格网中心，间隔约 %s 米", grouped(int64(grid))), fmt.Sprintf("Candidates are centres of inhabited cells near a road, about %s m apart", grouped(int64(grid))))
	if n := len(squares) - most; n > 0 {
		squares = squares[:most]
		out.leave(fmt.Sprintf("候选点只取周围人口最多的 %d 处，另有 %s 处未计算", most, grouped(n)), fmt.Sprintf("Candidates are the %d squares with most people; %s more were not looked at", most, grouped(n)))
	}
	slices.SortFunc(squares, func(a, b square) int { return cmp.Compare(a.best, b.best) })
	for _, s := range squares {
		c := land.cells[s.best]
		name := land.names[c.township] + " " + c.entry.Code
		all = append(all, offer{place: place{code: c.entry.Code, name: name, at: c.at, room: in.Params.Capacity}})
	}
	return all
}

// onRoad keeps the candidates that a road is near, and counts the others. They
// are drawn where somebody wanted them, so their names are said.
func (in *Input) onRoad(all []offer, w way, out *Result) ([]offer, error) {
	places := make([]place, len(all))
	for i, o := range all {
		places[i] = o.place
	}
	stops, _, err := in.stops(places, w.profile)
	if err != nil {
		return nil, err
	}
	var kept []offer
	for i, o := range all {
		if len(stops[i].Candidates) > 0 {
			kept = append(kept, o)
		}
	}
	if n := len(all) - len(kept); n > 0 {
		out.leave(fmt.Sprintf("%d 个候选点附近没有道路，不作选择", n), fmt.Sprintf("%d candidates have no road near and cannot be chosen", n))
	}
	return kept, nil
}

// conflicts notes what no model here answers.
func (q *Params) conflicts(p *dispatch.Problems) {
	chooses := q.Model == "mclp" || q.Model == "p_median"
	switch {
	case q.limitedRoom() && !chooses:
		p.Add("params.capacity", "not_counted", "room counts for mclp and p_median")
	case q.Budget > 0 && !chooses:
		p.Add("params.budget", "not_counted", "a budget counts for mclp and p_median")
	case q.limitedRoom() && len(q.Kinds) > 0 && !slices.Equal(q.Kinds, []string{string(dispatch.Shelters)}):
		p.Add("params.kinds", "not_counted", "only of shelters is it known for how many there is room")
	}
	if q.Prove && (!chooses && q.Model != "lscp" || q.limitedRoom()) {
		p.Add("params.prove", "not_counted", "a solver is asked for lscp, mclp and p_median, where room is not limited")
	}
}
