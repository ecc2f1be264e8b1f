package study

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"onemap/dispatch"
	"onemap/geo"
	"onemap/geo/site"
)

// arriving is a unit on its way to a hazard.
type arriving struct {
	unit   *dispatch.Entry
	tenths int32
}

// threatened is one hazard with who comes to it.
type threatened struct {
	place
	hazard         *dispatch.Hazard
	come           []arriving // soonest first, three at most
	near           int64      // people within affectedM
	shelter, depot arrivalAt
}

// arrivalAt is the nearest of some places; place −1 where no way leads.
type arrivalAt struct {
	place  int
	tenths int32
}

// response is hazards and how soon help is there.
type response struct {
	in              *Input
	hazards         []threatened
	units           []*dispatch.Entry
	shelters, depot []place
	limits          []float64 // seconds
	settled         bool      // it is known who lives where
	closures        []string
}

// hazardResponse answers when the first and the third unit are at each hazard.
func hazardResponse(ctx context.Context, in *Input, out *Result) error {
	out.Method = "对每处危险源，按路网计算各适用力量自驻地出发的到达时间（动员加行车，直升机按直线飞行），取第一和第三到达；并列出周边 1 公里人口、最近避难场所和储备库，最慢者在前。"
	out.MethodEN = "For each hazard, when the units of the kinds wanted arrive from their bases by road (mobilisation and drive; helicopters as they fly), the first and the third of them; people within 1 km, nearest shelter and depot; the slowest first."
	if in.Picture.Roads == nil {
		return dispatch.ErrNoRoads
	}
	r := &response{in: in, limits: []float64{900, 1800}}
	if len(in.Params.LimitsS) > 0 {
		r.limits = in.Params.LimitsS
	}
	out.Basis, out.Network = dispatch.ByRoad, in.network()
	r.gather(out)
	if err := r.race(ctx, out); err != nil {
		return err
	}
	if !in.Watch(0.5, nan, nan) {
		return context.Canceled
	}
	if err := r.surroundings(ctx, out); err != nil {
		return err
	}
	slices.Sort(r.closures)
	r.closures = slices.Compact(r.closures)
	out.closed(in, r.closures)
	if err := r.pin(out); err != nil {
		return err
	}
	r.sort()
	r.say(out)
	r.figures(out)
	r.tables(out)
	return r.draw(out)
}

// gather finds hazards of the division, and units, shelters and depots in scope.
func (r *response) gather(out *Result) {
	in, closed := r.in, 0
	for _, e := range in.Picture.Shelf(dispatch.Hazards).ByCode() {
		h := e.Detail.(*dispatch.Hazard)
		switch {
		case !in.Actor.Sees(e.Division, e.Sensitivity), !dispatch.Within(e.Division, in.Params.Division):
		case len(in.Params.IDs) > 0 && !slices.Contains(in.Params.IDs, e.ID):
		case len(in.Params.HazardKinds) > 0 && !slices.Contains(in.Params.HazardKinds, h.Kind):
		case h.State == "treated": // closed ponds stay dangerous, treated slopes do not
			closed++
			in.named[e.ID] = true
		default:
			in.named[e.ID] = true
			r.hazards = append(r.hazards, threatened{place: place{entry: e, code: e.Code, name: e.Name, at: e.Point()}, hazard: h})
		}
	}
	all := *in
	all.Params.IDs, all.Params.Class = nil, "" // ids name hazards here
	idle := 0
	for _, p := range all.places(dispatch.Units, nil) {
		if in.openOnly() && !in.usable(p.entry) {
			idle++
			continue
		}
		r.units = append(r.units, p.entry)
	}
	r.shelters = all.shelters(out)
	r.depot = all.places(dispatch.Depots, nil)
	if idle > 0 {
		out.leave(fmt.Sprintf("%d 个力量当前不可用，未计入", idle), fmt.Sprintf("%d units are not available now: not counted", idle))
	}
	if closed > 0 {
		out.leave(fmt.Sprintf("%d 处已治理的危险源未计入", closed), fmt.Sprintf("%d hazards have been treated: not counted", closed))
	}
}

// wanted reports whether a kind of unit counts at a hazard.
func (r *response) wanted(kind string, h *dispatch.Hazard) bool {
	if len(r.in.Params.UnitKinds) > 0 {
		return slices.Contains(r.in.Params.UnitKinds, kind)
	}
	return slices.Contains(unitsFor[h.Kind], kind)
}

// surroundings counts people near each hazard, and finds its nearest shelter
// and depot by car.
func (r *response) surroundings(ctx context.Context, out *Result) error {
	land := r.in.ground("")
	r.settled = len(land.cells) > 0
	out.desert(len(land.cells), land.people)
	for n := range r.hazards {
		h := &r.hazards[n]
		for _, c := range land.cells {
			if math.Abs(c.at[1]-h.at[1]) < 0.02 && math.Abs(c.at[0]-h.at[0]) < 0.05 && geo.Distance(h.at, c.at) <= affectedM {
				h.near += c.people
			}
		}
		h.shelter, h.depot = arrivalAt{-1, site.None}, arrivalAt{-1, site.None}
	}
	for _, way := range []struct {
		places  []place
		profile string
		to      bool // from the hazard to the place
		of      func(*threatened) *arrivalAt
	}{
		{r.shelters, "bus", true, func(h *threatened) *arrivalAt { return &h.shelter }},
		{r.depot, "truck", false, func(h *threatened) *arrivalAt { return &h.depot }},
	} {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := r.nearest(way.places, way.profile, way.to, way.of, out); err != nil {
			return err
		}
	}
	return nil
}

func (r *response) pin(out *Result) error {
	sum, err := r.in.pins("hazard_response")
	if err != nil {
		return err
	}
	sum.ground(r.in.ground(""))
	for _, h := range r.hazards {
		sum.entry(h.entry)
	}
	for _, e := range r.units {
		sum.entry(e)
		sum.note(r.in.Picture.Status(e))
	}
	sum.places(r.shelters)
	sum.places(r.depot)
	sum.roads(r.in, r.closures)
	out.Inputs = sum.hex()
	return nil
}

// nth is when the n-th unit is there, in tenths; none arrives as site.None.
func (h *threatened) nth(n int) int32 {
	if len(h.come) < n {
		return site.None
	}
	return h.come[n-1].tenths
}

// sort puts the slowest first: by the third unit, then the first; nobody at all
// is slowest.
func (r *response) sort() {
	slices.SortStableFunc(r.hazards, func(a, b threatened) int {
		return cmp.Or(cmp.Compare(uint32(b.nth(3)), uint32(a.nth(3))), cmp.Compare(uint32(b.nth(1)), uint32(a.nth(1))), cmp.Compare(a.code, b.code))
	})
}
