package dispatch

import (
	"fmt"
	"slices"

	"onemap/geo/cover"
	"onemap/geo/road"
)

// measure finds the time of every candidate to every contest, by one matrix for
// all that travel alike.
func (j *joint) measure() error {
	type row struct {
		from []road.Stop
		of   map[ID]int
	}
	var keys []groupKey
	to, who := map[groupKey][]*group{}, map[groupKey]*row{}
	for _, c := range j.contests {
		for _, g := range c.groups {
			if g.off != nil {
				continue
			}
			key := keyOf(g.ask, g.way)
			on, err := c.onRoad(g, slices.Clone(g.members))
			if err != nil {
				return err
			}
			if who[key] == nil {
				keys, who[key] = append(keys, key), &row{of: map[ID]int{}}
			}
			to[key] = append(to[key], g)
			for _, m := range on {
				r := who[key]
				if _, ok := r.of[m.entry.ID]; !ok {
					r.of[m.entry.ID], r.from = len(r.from), append(r.from, m.stop)
				}
			}
		}
	}
	for _, key := range keys {
		r, places := who[key], make([]road.Stop, len(to[key]))
		if len(r.from) == 0 {
			continue
		}
		for k, g := range to[key] {
			places[k] = g.place
		}
		m, err := j.p.Roads.Now.Matrix(r.from, places, to[key][0].ask)
		if err != nil {
			return fmt.Errorf("times of %d by %s to %d incidents: %w", len(r.from), key.profile, len(places), err)
		}
		for k, g := range to[key] {
			for _, one := range g.members {
				if i, ok := r.of[one.entry.ID]; ok {
					one.travel, one.known = m.At(i, k)
				}
			}
		}
	}
	return nil
}

// solve finds the plan that costs least, and what serving the incidents in turn
// would cost.
func (j *joint) solve() (greedy, total int64, err error) {
	prices := j.prices()
	if j.plan, total, err = j.optimum(prices); err != nil {
		return 0, 0, err
	}
	return j.inTurn(prices), total, nil
}

// offer is the price of one unit in one place.
type offer struct {
	cost int64
	ok   bool
}

func (j *joint) prices() [][]offer {
	all := make([][]offer, len(j.slots))
	for i, s := range j.slots {
		all[i] = make([]offer, len(j.units))
		for u, unit := range j.units {
			o := &all[i][u]
			o.cost, o.ok = j.price(s, unit)
		}
	}
	return all
}

// optimum gives every place a unit, or none, at the least cost together.
func (j *joint) optimum(prices [][]offer) (plan []int, cost int64, err error) {
	wants, room := make([]cover.Want, len(j.slots)), make([]int, len(j.units))
	for i, s := range j.slots {
		wants[i] = s.want()
	}
	for u := range room {
		room[u] = 1
	}
	found, err := cover.Allot(wants, room, func(i, u int) (int64, bool) { return prices[i][u].cost, prices[i][u].ok })
	if err != nil {
		return nil, 0, fmt.Errorf("share %d units out to %d places: %w", len(room), len(wants), err)
	}
	plan = make([]int, len(j.slots))
	for i, parts := range found.Given {
		if plan[i] = -1; len(parts) > 0 {
			plan[i] = parts[0].From
		}
	}
	return plan, found.Cost, nil
}

// inTurn lets those under way go on, each place take its cheapest free unit, and
// says what that costs.
func (j *joint) inTurn(prices [][]offer) (cost int64) {
	bound, taken := make([]bool, len(j.units)), make([]bool, len(j.units))
	for u, unit := range j.units {
		bound[u] = j.p.OpenAssignment(unit.ID) != nil
	}
	for i, s := range j.slots {
		best := -1
		for u, o := range prices[i] {
			if o.ok && !taken[u] && bound[u] == s.held && (!s.held || j.bound(j.units[u], s.in)) && (best < 0 || o.cost < prices[i][best].cost) {
				best = u
			}
		}
		if best < 0 {
			cost += s.want().Unmet
			continue
		}
		taken[best] = true
		cost += prices[i][best].cost
	}
	return cost
}
