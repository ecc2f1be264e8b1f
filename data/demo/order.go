package demo

import (
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"
)

// Orders tells the demo's crews where they were sent, as a radio would.
type Orders interface {
	// Sent is what a unit was told to do; empty when it is free. It changes
	// when the way has to be thought over again: another order, another road
	// closed.
	Sent(unit uuid.UUID) string
	// Way leads from where the unit is to where it was sent, and says how long
	// it takes; false when there is no way.
	Way(unit uuid.UUID, from orb.Point) (orb.LineString, time.Duration, bool)
}

// obey sets a car on the way it was sent, and home again when it is released.
func (t *traffic) obey(c *car, now time.Time) {
	if t.orders == nil {
		return
	}
	sent := t.orders.Sent(c.id)
	if sent == c.sent {
		return
	}
	c.sent, c.done = sent, 0
	switch {
	case sent != "":
	case c.kind == "helicopter":
		c.way = driveAlong(c.at, orb.LineString{c.base}, time.Duration(distance(c.at, c.base)/55)*time.Second)
		return
	default:
		c.way, c.rests = t.plan(c), now
		return
	}
	line, took, ok := t.orders.Way(c.id, c.at)
	if !ok {
		c.way = nil // waits for a road to open
		return
	}
	c.way = driveAlong(c.at, line, took)
}

// driveAlong is a way driven at its average speed.
func driveAlong(from orb.Point, line orb.LineString, took time.Duration) []leg {
	total := 0.0
	for at, points := from, line; len(points) > 0; points = points[1:] {
		total += distance(at, points[0])
		at = points[0]
	}
	mps := max(1, total/max(1, took.Seconds()))
	var way []leg
	for _, p := range line {
		if d := distance(from, p); d > 0.1 {
			way = append(way, leg{from, p, d, mps, mps})
			from = p
		}
	}
	if len(way) > 0 {
		way[len(way)-1].atEnd = 0
	}
	return way
}
