package dispatch

import (
	"fmt"
	"slices"
	"strings"
)

// misfits lists every reason why an entry does not fit a query. A filter about
// something a ledger does not have leaves that ledger alone.
func (q *NearestQuery) misfits(p *Picture, e *Entry) []Field {
	var why Problems
	switch d := e.Detail.(type) {
	case *Unit:
		q.unit(p, &why, e, d)
	case *Team:
		if q.Capability != nil && !has(d.Capabilities, *q.Capability) {
			why.Add("capability", "no_capability", "%s", lacks(d.Capabilities, *q.Capability))
		}
		if len(q.Status) > 0 && d.Readiness == "not_ready" {
			why.Add("readiness", "not_ready", "the team is not ready")
		}
	case *Depot:
		if q.Stock != nil && d.Have(q.Stock.Item) < q.Stock.Quantity {
			why.Add("stock", "stock_out", "has %d of %d %s", d.Have(q.Stock.Item), q.Stock.Quantity, q.Stock.Item)
		}
	case *Shelter:
		if q.FreePlaces > 0 && d.Free() < q.FreePlaces {
			why.Add("free_places", "no_places", "%d free places of %d, state %s", d.Free(), q.FreePlaces, d.State)
		}
	}
	return why
}

func (q *NearestQuery) unit(p *Picture, why *Problems, e *Entry, u *Unit) {
	status := p.Status(e)
	if len(q.Status) > 0 && !slices.Contains(q.Status, status) && !slices.Contains(q.Status, StatusClass(status)) {
		why.Add("status", "status", "is %s (%s)", status, StatusClass(status))
	}
	if q.Capability != nil && !has(u.Capabilities, *q.Capability) {
		why.Add("capability", "no_capability", "%s", lacks(u.Capabilities, *q.Capability))
	}
	if len(q.Status) > 0 && u.Crew < u.CrewMinimum {
		why.Add("crew", "unstaffed", "%d of at least %d crew", u.Crew, u.CrewMinimum)
	}
}

// has reports a capability of that discipline at least as strong: level 1 is
// the strongest.
func has(all []Capability, want Capability) bool {
	return slices.ContainsFunc(all, func(c Capability) bool { return c.Discipline == want.Discipline && c.Level <= want.Level })
}

func lacks(all []Capability, want Capability) string {
	var own []string
	for _, c := range all {
		own = append(own, fmt.Sprintf("%s %d", c.Discipline, c.Level))
	}
	return fmt.Sprintf("needs %s %d or stronger, has %s", want.Discipline, want.Level, strings.Join(own, ", "))
}

// Have is the quantity of one item a depot holds.
func (d *Depot) Have(item string) (n int) {
	for _, s := range d.Stock {
		if s.Item == item {
			n += s.Quantity
		}
	}
	return n
}
