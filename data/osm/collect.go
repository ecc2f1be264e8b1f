package osm

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/paulmach/orb"

	"onemap/geo/road"
)

// roadCollector keeps what the roads need. Positions of all nodes are kept
// until the ways have said which of them count.
type roadCollector struct {
	ids    []int64
	places []place
	tagged map[int64]road.Node
	out    road.Source

	watch func(Found)
	found Found
	held  int64
}

type place struct{ lon, lat float64 }

// What is kept of a file, counted in bytes: a province is half of it, and no
// file of a few kilobytes may ask for more. Slices take up to as much again
// while they grow.
const (
	mostHeld = 2 << 30

	nodeBytes   = 32 // id, place, order and whether a way uses it
	taggedBytes = 128
	wayBytes    = 256
	refBytes    = 80 // the reference and the node it leads to
	ruleBytes   = 128
)

const watchEach = 1 << 20

func (c *roadCollector) hold(bytes int) error {
	if c.held += int64(bytes); c.held > mostHeld {
		return fmt.Errorf("its roads take more than %d GiB to keep; load a smaller area: %w", mostHeld>>30, ErrTooLarge)
	}
	return nil
}

// saw counts one element of the file.
func (c *roadCollector) saw(count *int) {
	*count++
	if f := &c.found; (f.Nodes+f.Ways+f.Relations)%watchEach == 0 {
		c.watch(*f)
	}
}

func (c *roadCollector) node(id int64, lon, lat float64, t tags) error {
	c.saw(&c.found.Nodes)
	c.ids = append(c.ids, id)
	c.places = append(c.places, place{lon, lat})
	if n, ok := nodeOf(t); ok {
		if c.tagged == nil {
			c.tagged = map[int64]road.Node{}
		}
		c.tagged[id] = n
		return c.hold(nodeBytes + taggedBytes)
	}
	return c.hold(nodeBytes)
}

func (c *roadCollector) way(id int64, nodes []int64, t tags) error {
	c.saw(&c.found.Ways)
	w, ok := wayOf(t)
	if !ok {
		return nil
	}
	w.ID, w.Nodes = id, nodes
	c.out.Ways = append(c.out.Ways, w)
	return c.hold(wayBytes + refBytes*len(nodes) + len(w.Name) + len(w.NameEn) + len(w.Ref))
}

func (c *roadCollector) relation(id int64, members []member, t tags) error {
	c.saw(&c.found.Relations)
	if t["type"] != "restriction" {
		return nil
	}
	c.found.Rules++
	rules := restrictionsOf(id, members, t)
	if len(rules) == 0 {
		c.found.Unread++
		return nil
	}
	c.out.Restrictions = append(c.out.Restrictions, rules...)
	return c.hold(ruleBytes*len(rules) + 8*len(rules[0].Via))
}

// source keeps the nodes on the ways, in order of id.
func (c *roadCollector) source() road.Source {
	order := make([]int32, len(c.ids))
	for i := range order {
		order[i] = int32(i)
	}
	if !slices.IsSorted(c.ids) {
		slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(c.ids[a], c.ids[b]) })
	}
	used := make([]bool, len(c.ids))
	for _, w := range c.out.Ways {
		for _, id := range w.Nodes {
			at, ok := slices.BinarySearchFunc(order, id, func(i int32, id int64) int { return cmp.Compare(c.ids[i], id) })
			if ok {
				used[order[at]] = true
			}
		}
	}
	for _, i := range order {
		if !used[i] {
			continue
		}
		n := c.tagged[c.ids[i]]
		n.ID, n.At = c.ids[i], orb.Point{c.places[i].lon, c.places[i].lat}
		c.out.Nodes = append(c.out.Nodes, n)
	}
	return c.out
}
