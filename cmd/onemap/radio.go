package main

import (
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/dispatch/live"
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
	entry := p.Entry(dispatch.Units, unit)
	ask, _, byRoad := dispatch.Driving(entry)
	to := p.Incidents[as.Incident].Point()
	if !byRoad {
		return orb.LineString{to}, dispatch.Flight(from, to), true
	}
	found, err := p.Route(dispatch.System, dispatch.RouteQuery{
		From: dispatch.RoutePlace{Point: &from}, To: dispatch.RoutePlace{Kind: dispatch.KindIncident, ID: as.Incident},
		Profile: ask.Profile, Size: entry.Detail.(*dispatch.Unit).Profile,
	}, r.live.Board(), time.Now())
	if err != nil || found.Why != nil {
		return nil, 0, false
	}
	return append(found.Route.Line, to), found.Route.Time, true
}
