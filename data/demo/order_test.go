package demo

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"
)

// one sends a single unit to a point as the crow flies.
type one struct {
	unit uuid.UUID
	to   orb.Point
	told string
}

func (o *one) Sent(unit uuid.UUID) string {
	if unit == o.unit {
		return o.told
	}
	return ""
}

func (o *one) Way(uuid.UUID, orb.Point) (orb.LineString, time.Duration, bool) {
	return orb.LineString{o.to}, 2 * time.Minute, true
}

func TestACrewGoesWhereItIsSentAndStaysUntilItIsReleased(t *testing.T) {
	t.Parallel()
	moving := newTraffic(theCity(t))
	crew := moving.cars[0]
	crew.patrols = false
	radio := &one{crew.id, offset(crew.base, 2000, 500), ""}
	moving.orders = radio
	now := noon
	run := func(seconds int) {
		for range seconds {
			now = now.Add(time.Second)
			moving.step(now)
		}
	}
	run(30)
	if crew.at != crew.base {
		t.Fatal("it left before it was sent")
	}
	radio.told = "order 1"
	run(60)
	if d := distance(crew.at, crew.base); d < 300 {
		t.Fatalf("%.0f m from its base after a minute", d)
	}
	run(240)
	if d := distance(crew.at, radio.to); d > 1 {
		t.Fatalf("%.0f m short of where it was sent", d)
	}
	radio.told = ""
	run(3600)
	if d := distance(crew.at, crew.base); d > 1 {
		t.Fatalf("%.0f m from its base an hour after its release", d)
	}
}
