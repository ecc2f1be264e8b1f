package dispatch

import (
	"fmt"
	"time"

	"onemap/geo/road"
)

// Coverage loss is measured for the time in which a first unit is usually
// wanted, and only where it costs little: each pick and each kind is a search,
// which takes about so long for each arc of the network and for each cell. The
// sizes decide and not a clock, so that the same question has the same answer.
const (
	mostLosses = 6
	lossWithin = 15 * time.Minute
	lossCost   = 20 * time.Millisecond
	arcCost    = 10 * time.Nanosecond
	cellCost   = 1300 * time.Nanosecond
)

// lossCells are the places among the cells of those in the actor's scope; none
// where the loss is not measured.
func (c *choice) lossCells() (seen []int) {
	if c.roads == nil || len(c.chosen) == 0 || len(c.chosen) > mostLosses {
		return nil
	}
	searches, kinds := len(c.chosen), map[string]bool{}
	for _, one := range c.chosen {
		if !kinds[one.unit.Kind] {
			kinds[one.unit.Kind] = true
			searches++
		}
	}
	for i, e := range c.p.Shelf(Cells).ByCode() {
		if !c.sees(e) {
			continue
		}
		seen = append(seen, i)
		if one := time.Duration(c.roads.Now.Graph().Arcs())*arcCost + time.Duration(len(seen))*cellCost; time.Duration(searches)*one > lossCost {
			return nil
		}
	}
	return seen
}

// losses counts, for each pick that drives, the people in the actor's scope
// whom it reaches from where it is within a quarter of an hour, and whom nobody
// else of its kind does who is available and stays.
func (c *choice) losses(picks []Pick) error {
	cells := c.lossCells()
	if len(cells) == 0 {
		return nil
	}
	entries := c.p.Shelf(Cells).ByCode()
	stay := map[string][]bool{} // by kind: the cells that those who stay reach
	for k := range picks {
		m := c.chosen[k].candidate
		if m.group == nil {
			continue
		}
		kind := m.unit.Kind
		if stay[kind] == nil {
			var err error
			if stay[kind], err = c.reached(m.group, c.staying(kind), cells); err != nil {
				return fmt.Errorf("measure who stays of kind %s: %w", kind, err)
			}
		}
		own, err := c.reached(m.group, []*candidate{m}, cells)
		if err != nil {
			return fmt.Errorf("measure coverage of %s: %w", m.entry.Code, err)
		}
		picks[k].Loss = &CoverageLoss{Within: lossWithin}
		for n, i := range cells {
			if own[n] && !stay[kind][n] {
				picks[k].Loss.People += int64(entries[i].Detail.(*Cell).People)
			}
		}
	}
	return nil
}

// staying lists the available units of a kind that were not picked.
func (c *choice) staying(kind string) (left []*candidate) {
	for _, m := range c.all {
		if m.unit.Kind == kind && m.picked == nil && StatusClass(c.p.Status(m.entry)) == "available" && m.unit.Crew >= m.unit.CrewMinimum {
			left = append(left, m)
		}
	}
	return left
}

// reached says which of some cells, given by their places, some units reach in
// time from where they are, as a group drives and without the delays of
// ordinary turns.
func (c *choice) reached(g *group, from []*candidate, cells []int) ([]bool, error) {
	all, err := c.roads.Cells(c.p, g.ask.Profile)
	if err != nil {
		return nil, err
	}
	out, who := make([]bool, len(cells)), make([]*runner, len(from))
	for i, m := range from {
		who[i] = m.runner
	}
	if who, err = c.onRoad(g, who); err != nil || len(who) == 0 {
		return out, err
	}
	starts, ends := make([]road.Stop, len(who)), make([]road.Stop, len(cells))
	for i, m := range who {
		starts[i] = m.stop
	}
	for n, i := range cells {
		ends[n] = all[i]
	}
	found, err := c.roads.Now.Arrivals(starts, ends, road.Bounds{Direction: road.Away, Limit: lossWithin}, road.Ask{Profile: g.ask.Profile, Plain: true})
	if err != nil {
		return nil, fmt.Errorf("reach %d cells: %w", len(cells), err)
	}
	for i, a := range found.Cells {
		out[i] = a.Known
	}
	return out, nil
}
