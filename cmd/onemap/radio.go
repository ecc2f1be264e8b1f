package main

import (
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/dispatch/live"
	"onemap/geo/road"
)

// radio tells the demo's crews their orders: they set out when the order is
// acknowledged, and drive by road, round what is closed.
type radio struct{ live *live.Live }

func (r radio) order(unit uuid.UUID) (*dispatch.Picture, *dispatch.Assignment) {
	p := r.live.Picture()
	as := p.OpenAssignment(unit)
	if as == nil || as.State == dispatch.Ordered || p.Roads == nil || p.Incidents[as.Incident] == nil {
		return p, nil
	}
	return p, as
}

// Sent implements demo.Orders. Whoever is on the way back was sent nowhere.
func (r radio) Sent(unit uuid.UUID) string {
	p, as := r.order(unit)
	if as == nil || as.State == dispatch.Returning {
		return ""
	}
	return fmt.Sprint(as.ID, p.Roads.Now.Version())
}

// Way implements demo.Orders.
func (r radio) Way(unit uuid.UUID, from orb.Point) (orb.LineString, time.Duration, bool) {
	p, as := r.order(unit)
	if as == nil {
		return nil, 0, false
	}
	to := p.Incidents[as.Incident].Point()
	ask, _, byRoad := dispatch.Driving(p.Entry(dispatch.Units, unit))
	if !byRoad {
		return orb.LineString{to}, dispatch.Flight(from, to), true
	}
	g := p.Roads.Now.Graph()
	start, err := g.Snap(from, road.Snap{Profile: ask.Profile})
	if err != nil {
		return nil, 0, false
	}
	end, err := p.Roads.Place(to, ask.Profile)
	if err != nil {
		return nil, 0, false
	}
	way, err := p.Roads.Now.Route(start, end, ask)
	if err != nil {
		return nil, 0, false
	}
	return append(way.Line, to), way.Time, true
}
