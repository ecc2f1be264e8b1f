package study

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"onemap/geo/road"
)

// mostRoutes is how many transfer orders, the largest, are drawn along the road:
// each is a search of some ten milliseconds. The others are straight lines.
const mostRoutes = 60

// order is the people of one township who go to one shelter (转移令).
type order struct {
	township, county string
	shelter          int
	people           int64
	cells            int
	from             int // the cell that sends most of them
	most             int64
	ways             spread
}

// orders puts the moves of a township to one shelter together, by township and
// shelter.
func (x *exodus) orders() []*order {
	type key struct {
		county, township string
		shelter          int
	}
	at, all := map[key]*order{}, []*order{}
	for _, m := range x.plan.Moves {
		c := x.land.cells[m.Point]
		k := key{c.county, c.township, m.Place}
		o := at[k]
		if o == nil {
			o = &order{township: c.township, county: c.county, shelter: m.Place}
			at[k], all = o, append(all, o)
		}
		o.people, o.cells = o.people+m.People, o.cells+1
		o.ways.add(x.t.by[m.Place][m.Point], m.People)
		if m.People > o.most {
			o.from, o.most = m.Point, m.People
		}
	}
	slices.SortFunc(all, func(a, b *order) int {
		return cmp.Or(cmp.Compare(a.county, b.county), cmp.Compare(a.township, b.township), cmp.Compare(a.shelter, b.shelter))
	})
	return all
}

// sayOrders lists the transfer orders. Vehicles are those that carry all of an
// order at once.
func (x *exodus) sayOrders(all []*order) {
	t := Table{"orders", "转移令", "Transfer orders", []Column{
		{"number", "序号", "Number", "count"}, {"township", "乡镇街道", "Township", "text"}, {"shelter", "避难场所编号", "Shelter", "text"}, {"shelter_name", "避难场所", "Its name", "text"},
		{"people", "人数", "People", "people"}, {"cells", "格网数", "Cells", "count"}, {"mean", "平均路程", "Mean way", x.unit()}, {"max", "最远路程", "Longest way", x.unit()},
		{"buses", "45 座客车", "Buses of 45", "count"}, {"from_lon", "起点经度", "From, longitude", ""}, {"from_lat", "起点纬度", "From, latitude", ""},
	}, [][]any{}}
	buses := int64(0)
	for n, o := range all {
		need := (o.people + peopleABus - 1) / peopleABus
		buses += need
		mean, _, _, longest := o.ways.read()
		p, from := x.shelters[o.shelter], x.land.cells[o.from].at
		t.Rows = append(t.Rows, []any{n + 1, cmp.Or(x.land.names[o.township], o.township), p.code, p.name, o.people, o.cells, orNil(mean), orNil(longest), need, math.Round(from[0]*1e6) / 1e6, math.Round(from[1]*1e6) / 1e6})
	}
	x.out.Tables = append(x.out.Tables, t)
	x.out.figure("orders", "转移令", "Transfer orders", "count", known(len(all)))
	if x.mode == "bus" {
		x.out.figure("buses", "一次运完需 45 座客车", "Buses of 45 to carry all at once", "count", known(buses))
		x.out.assume("客车数按一次运完计，未计往返和上下车时间；乘客步行至上车点的时间未计", "Buses are counted to carry everybody at once: neither round trips nor boarding nor the walk to the bus is counted")
	}
	split := map[int]int{}
	for _, m := range x.plan.Moves {
		split[m.Point]++
	}
	parted := 0
	for _, n := range split {
		if n > 1 {
			parted++
		}
	}
	x.out.figure("parted", "需分送多处的格网", "Cells whose people are parted", "count", known(parted))
}

// draw makes the layers: the zone, its cells, the shelters and the orders.
func (x *exodus) draw(all []*order, w way) error {
	if err := x.out.layer("zone", "疏散区", "Zone", []feature{newFeature(x.zone.area, map[string]any{})}); err != nil {
		return err
	}
	var cells, shelters []feature
	for i, c := range x.land.cells {
		cells = append(cells, newFeature(c.entry.Geometry, map[string]any{"people": c.people, "unplaced": x.plan.Unplaced[i]}))
	}
	if err := x.out.layer("cells", "区内人口", "People in the zone", cells); err != nil {
		return err
	}
	for j, p := range x.shelters {
		shelters = append(shelters, newFeature(p.at, map[string]any{"code": p.code, "name": p.name, "room": p.room, "used": x.plan.Used[j]}))
	}
	if err := x.out.layer("shelters", "避难场所", "Shelters", shelters); err != nil {
		return err
	}
	lines, err := x.lines(all, w)
	if err != nil {
		return err
	}
	return x.out.layer("orders", "转移路线", "Transfers", lines)
}

// lines draws each order from the cell that sends most of its people.
func (x *exodus) lines(all []*order, w way) ([]feature, error) {
	along := map[*order]bool{}
	if x.t.byRoad && !x.in.Coarse {
		largest := slices.Clone(all)
		slices.SortStableFunc(largest, func(a, b *order) int { return cmp.Compare(b.people, a.people) })
		for _, o := range largest[:min(mostRoutes, len(all))] {
			along[o] = true
		}
		x.out.assume("转移路线自人数最多的格网绘出", "Each transfer is drawn from the cell that sends most of its people")
	}
	if n := len(all) - len(along); n > 0 {
		x.out.assume(fmt.Sprintf("%d 条转移路线以直线示意", n), fmt.Sprintf("%d transfers are drawn as straight lines", n))
	}
	var lines []feature
	for n, o := range all {
		from, p := x.land.cells[o.from], x.shelters[o.shelter]
		line := orb.LineString{from.at, p.at}
		if along[o] {
			drawn, err := x.route(from, p, w)
			if err != nil {
				return nil, err
			}
			if drawn != nil {
				line = drawn
			}
		}
		lines = append(lines, newFeature(line, map[string]any{"number": n + 1, "township": x.land.names[o.township], "shelter": p.name, "people": o.people}))
	}
	return lines, nil
}

// route is the way by road; nil when the turn-by-turn search finds none.
func (x *exodus) route(from cell, to place, w way) (orb.LineString, error) {
	roads := x.in.Picture.Roads
	cells, err := roads.Cells(x.in.Picture, w.profile)
	if err != nil {
		return nil, fmt.Errorf("put cells on the road: %w", err)
	}
	goal, err := roads.Stop(to.entry.ID, w.profile, to.at, nil, 0)
	if err != nil {
		return nil, fmt.Errorf("put %s on the road: %w", to.code, err)
	}
	r, err := roads.Now.Route(cells[from.index], goal, road.Ask{Profile: w.profile})
	if errors.Is(err, road.ErrUnreachable) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("draw the way to %s: %w", to.code, err)
	}
	return r.Line, nil
}
