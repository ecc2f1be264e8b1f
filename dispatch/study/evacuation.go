package study

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"onemap/dispatch"
	"onemap/geo"
	"onemap/geo/road"
	"onemap/geo/site"
)

// Evacuation sends the people of a zone to shelters outside it that have room
// (疏散与转移安置): as many as possible, and of these ways the one with the least
// travel in all.

// standOff is how near to a hazard nobody is sheltered, in metres. A kilometre
// below a dam is what makes it one above houses (头顶库); 30 m is what GB 51143
// keeps from ordinary sources of fire. Neither was checked against the printed
// text.
var standOff = map[string]geo.Metres{"tailings_pond": 1000, "mine": 30, "hazmat": 30, "geohazard": 30}

// unsafeZones are the kinds of risk zones in which nobody is sheltered.
var unsafeZones = []string{"flood", "geohazard", "surge"}

// exodus is one evacuation.
type exodus struct {
	in       *Input
	out      *Result
	zone     *footprint
	land     *ground // the cells of the zone, with the people inside it
	shelters []place
	mode     string
	limit    int32
	t        *trips
	plan     site.Allocation
}

func evacuate(ctx context.Context, in *Input, out *Result) error {
	x := &exodus{in: in, out: out, mode: cmp.Or(in.Params.Mode, "foot")}
	out.Method = "最小费用运输问题（网络单纯形）：先使安置人数最多，再使总路程最小；结果为最优"
	out.MethodEN = "Transportation problem by network simplex: most people placed, then least travel in all; the answer is the best there is"
	var err error
	if x.zone, err = in.footprint(); err != nil {
		return err
	}
	byRoad := true
	if x.limit, byRoad, err = x.limits(); err != nil {
		return err
	}
	x.assume(byRoad)
	x.settle()
	x.find()
	if !in.Watch(0.1, nan, nan) {
		return fmt.Errorf("evacuate: %w", context.Canceled)
	}
	w := way{cmp.Or(in.Params.Profile, x.mode), road.Toward}
	if x.t, err = in.trips(ctx, x.land, x.shelters, w, byRoad, x.limit, out); err != nil {
		return err
	}
	if err := x.pin(); err != nil {
		return err
	}
	if !in.Watch(0.4, nan, nan) {
		return fmt.Errorf("evacuate: %w", context.Canceled)
	}
	if err := x.allocate(); err != nil {
		return err
	}
	if !in.Watch(0.8, nan, nan) || ctx.Err() != nil {
		return fmt.Errorf("evacuate: %w", context.Canceled)
	}
	return x.say(w)
}

func (x *exodus) assume(byRoad bool) {
	x.out.Assumptions = append(x.out.Assumptions, x.sayWay(byRoad))
	x.out.Assumptions = append(x.out.Assumptions, x.zone.said)
	for _, s := range []Saying{
		{"疏散区边缘的格网按区内面积占比计人，四舍五入到整人", "Cells cut by the edge of the zone count by the share of their ground inside, in whole people"},
		{"人口按常住人口格网计，不分昼夜，只计辖区内的格网", "People are those of the population grid in your area, day and night alike"},
		{"路线从区内出发，允许再次经过疏散区；阻断道路不通行", "Ways begin in the zone and may pass through it again; closed roads are not used"},
		{"避难场所须在疏散区外，不在洪水、地质灾害、风暴潮风险区内，距尾矿库 1 公里、其他危险源 30 米以上（未核对标准原文）",
			"Shelters lie outside the zone, in no risk zone of flood, geohazard or surge, and 1 km from tailings ponds and 30 m from other hazards (not checked against the standard's text)"},
	} {
		x.out.Assumptions = append(x.out.Assumptions, s)
	}
}

// limits is the longest way asked for; 0 is any way.
func (x *exodus) limits() (int32, bool, error) {
	q := x.in.Params
	if len(q.LimitsS)+len(q.DistancesM) > 0 || q.Basis == dispatch.CrowFlies {
		return x.in.limit(0)
	}
	if x.in.Picture.Roads == nil {
		return 0, true, dispatch.ErrNoRoads
	}
	return 0, true, nil
}

// settle counts the people inside the zone, by cell. It looks at every cell,
// also for a coarse answer, and puts them together only then.
func (x *exodus) settle() {
	fine := *x.in
	fine.Coarse = false
	x.land = fine.ground(x.in.Params.Division)
	inside := []cell{}
	for _, c := range x.land.cells {
		part := x.zone.share(c.entry.Geometry.Bound())
		c.people, c.areaM2 = int64(math.Round(part*float64(c.people))), int64(math.Round(part*float64(c.areaM2)))
		if c.people > 0 {
			inside = append(inside, c)
		}
	}
	x.land.cells, x.land.people = inside, 0
	for _, c := range inside {
		x.land.people += c.people
	}
	if x.in.Coarse {
		x.land.merge()
	}
	if x.land.people == 0 {
		x.out.leave("疏散区内（您的辖区范围内）没有人口", "Nobody lives in the zone, as far as your area goes")
	}
}

// find lists the shelters that may take people, and says which may not.
func (x *exodus) find() {
	inZone, full, risky := 0, 0, 0
	for _, p := range x.in.openShelters(x.out) {
		switch {
		case x.zone.in.Contains(p.at):
			inZone++
		case p.room == 0:
			full++
		case x.risky(p):
			risky++
		default:
			x.shelters = append(x.shelters, p)
		}
	}
	for _, left := range []struct {
		n      int
		zh, en string
	}{
		{inZone, "%d 处避难场所在疏散区内，不用", "%d shelters lie in the zone and are not used"},
		{full, "%d 处避难场所没有空余床位", "%d shelters have no place free"},
		{risky, "%d 处避难场所在风险区内或离危险源太近，不用", "%d shelters lie in a risk zone or too near to a hazard and are not used"},
	} {
		if left.n > 0 {
			x.out.leave(fmt.Sprintf(left.zh, left.n), fmt.Sprintf(left.en, left.n))
		}
	}
	if len(x.shelters) == 0 {
		x.out.leave("没有可用的避难场所：无人可安置", "There is no shelter that can be used: nobody is placed")
	}
}

func (x *exodus) risky(p place) bool {
	in := x.in
	for _, e := range in.Picture.Shelf(dispatch.RiskZones).ByCode() {
		kind := e.Detail.(*dispatch.RiskZone).Kind
		if slices.Contains(unsafeZones, kind) && in.Actor.Sees(e.Division, e.Sensitivity) && holds(e.Geometry, p.at) {
			return true
		}
	}
	for _, e := range in.Picture.Shelf(dispatch.Hazards).ByCode() {
		h := e.Detail.(*dispatch.Hazard)
		danger := h.State == "operating" || h.State == "suspended"
		if danger && in.Actor.Sees(e.Division, e.Sensitivity) && geo.Distance(e.Point(), p.at) < standOff[h.Kind] {
			return true
		}
	}
	return false
}

func (x *exodus) pin() error {
	p, err := x.in.pins("evacuation")
	if err != nil {
		return err
	}
	p.ground(x.land)
	p.places(x.shelters)
	p.note(x.zone.area)
	if x.t.byRoad {
		p.roads(x.in, x.t.closures)
	}
	x.out.Inputs = p.hex()
	return nil
}

// allocate finds who goes where. Without shelters or people nobody goes.
func (x *exodus) allocate() error {
	people, room := make([]int64, len(x.land.cells)), make([]int64, len(x.shelters))
	for i, c := range x.land.cells {
		people[i] = c.people
	}
	for j, p := range x.shelters {
		room[j] = p.room
	}
	if len(people) == 0 || len(room) == 0 {
		x.plan = site.Allocation{Unplaced: people, Cut: slices.Repeat([]bool{true}, len(people)), Relief: room, Used: make([]int64, len(room))}
		return nil
	}
	var err error
	x.plan, err = site.Allocate(people, room, x.t.by)
	if errors.Is(err, site.ErrTooLarge) {
		return dispatch.ErrTooMuch.With("people and travel are too many to be counted exactly")
	}
	if err != nil {
		return fmt.Errorf("send people to shelters: %w", err)
	}
	return nil
}
