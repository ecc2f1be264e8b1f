package dispatch

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"slices"
	"time"
)

// inputs names all that decides a recommendation: who asks what of which
// incident and card, when, every unit with its team, status and position, the
// roads with the closures in force, and the ledgers of places and people.
func (c *choice) inputs() string {
	sum := sha256.New()
	fmt.Fprintf(sum, "%s %d %s %d %d\n", c.in.ID, c.in.Version, c.a.Area, c.a.Clearance, c.query.Level)
	fmt.Fprintf(sum, "%s %s\n", c.a.Role, c.now.UTC().Format(time.RFC3339Nano))
	c.exclusions(sum)
	if c.card != nil {
		fmt.Fprintf(sum, "%s %d\n", c.card.ID, c.card.Version)
	}
	for _, n := range c.needs {
		fmt.Fprintln(sum, n.Have)
	}
	for _, m := range c.all {
		fmt.Fprintf(sum, "%s %d %s %v %s", m.entry.ID, m.entry.Version, c.p.Status(m.entry), m.point, m.source)
		if m.age != nil {
			fmt.Fprintf(sum, " %d %t %v", *m.age, m.moving, m.accuracy)
		}
		if m.heading != nil {
			fmt.Fprintf(sum, " %v", *m.heading)
		}
		if m.team != nil {
			fmt.Fprintf(sum, " %s %d", m.team.ID, m.team.Version)
		}
		fmt.Fprintln(sum)
	}
	c.network(sum)
	c.ledgers(sum)
	return hex.EncodeToString(sum.Sum(nil))
}

// exclusions adds the units nobody wants, each once.
func (c *choice) exclusions(sum hash.Hash) {
	exclude := slices.Clone(c.query.Exclude)
	slices.SortFunc(exclude, func(a, b ID) int { return slices.Compare(a[:], b[:]) })
	fmt.Fprintln(sum, slices.Compact(exclude))
}

// network adds the roads and the closures in force.
func (c *choice) network(sum hash.Hash) {
	if c.roads == nil {
		return
	}
	fmt.Fprintf(sum, "%016x\n", c.roads.Now.Graph().Version())
	at := c.roads.Now.At()
	for _, e := range c.p.Shelf(Closures).ByCode() {
		if e.Detail.(*Closure).holds(at) {
			fmt.Fprintf(sum, "%s %d\n", e.ID, e.Version)
		}
	}
}

// ledgers adds the ledgers that places and coverage are taken from.
func (c *choice) ledgers(sum hash.Hash) {
	var all []Ledger
	if len(c.lossCells()) > 0 {
		all = append(all, Cells)
	}
	for _, n := range c.needs {
		if !n.byUnits() {
			all = append(all, Depots, Shelters)
			break
		}
	}
	for _, l := range all {
		for _, e := range c.p.Shelf(l).ByCode() {
			sum.Write(e.ID[:])
			sum.Write([]byte{byte(e.Version >> 16), byte(e.Version >> 8), byte(e.Version)})
		}
	}
}
