package mqtt

import (
	"context"
	"errors"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"
	"github.com/paulmach/orb"

	"onemap/dispatch"
)

// message is one that was read and waits to be handed over.
type message struct {
	identity string
	fix      dispatch.Fix
	maybeOld bool   // retained, or queued while we were away
	done     func() // acknowledges it
}

// hear reads one message and lets it wait for its turn. It never blocks: the
// connection is kept alive by whoever calls it.
func (c *Client) hear(m paho.Message, settled time.Time) {
	identity, ok := c.named(m.Topic())
	if !ok {
		c.Intake.Refused(c.source(""), "mqtt_topic", "a topic that names no terminal")
		m.Ack()
		return
	}
	if _, known := c.Intake.Terminal(dispatch.MQTT, identity); !known {
		c.Intake.Refused(c.source(identity), "unknown_terminal", "not on the list of terminals")
		m.Ack()
		return
	}
	if len(m.Payload()) == 0 { // that is how a retained value is taken back
		m.Ack()
		return
	}
	fix, err := c.Fields.Decode(m.Payload())
	if err != nil {
		var named *dispatch.Error
		if errors.As(err, &named) {
			c.Intake.Refused(c.source(identity), named.Code, named.Text)
		}
		if !fix.SOS {
			m.Ack()
			return
		}
	}
	c.await(message{identity, fix, m.Retained() || c.Now().Before(settled), m.Ack})
}

func (c *Client) named(topic string) (string, bool) {
	for _, t := range c.Topics {
		if identity, ok := t.Match(topic); ok {
			return identity, true
		}
	}
	return "", false
}

// await puts a message where it waits.
func (c *Client) await(m message) {
	if m.fix.SOS {
		select {
		case c.cries <- m:
		default:
			c.Intake.Refused(c.source(m.identity), "busy", "as many cries as there is room for")
		}
		return
	}
	for {
		select {
		case c.waiting <- m:
			return
		default:
		}
		select {
		case old := <-c.waiting:
			c.Intake.Refused(c.source(old.identity), "busy", "as many positions as there is room for: the oldest went")
			old.done()
		default:
		}
	}
}

// handOver gives positions to the intake, one after another.
func (c *Client) handOver(ctx context.Context) error {
	seen := map[dispatch.ID]time.Time{} // the last time each terminal said
	for {
		select {
		case <-ctx.Done():
			return nil
		case m := <-c.waiting:
			c.take(ctx, m, seen)
			m.done()
		}
	}
}

// take gives one position to the intake.
func (c *Client) take(ctx context.Context, m message, seen map[dispatch.ID]time.Time) {
	t, ok := c.Intake.Terminal(dispatch.MQTT, m.identity)
	if !ok {
		return // shut out since it was heard
	}
	from, said, ours := t.From(c.Broker.Host), m.fix.DeviceAt, t.Clock == dispatch.ServerClock
	c.Intake.Heard(from, 1)
	switch {
	case said.IsZero() && (!ours || m.maybeOld):
		c.Intake.Refused(from, ErrTime.Code, "a position without a time, of which nobody knows how old it is")
		return
	case said.IsZero():
		m.fix.DeviceAt = c.Now()
	case ours && seen[t.ID].Equal(said):
		return // the very message again, which our clock would make a new one
	default:
		seen[t.ID] = said
	}
	if _, err := c.lane(t, m)(ctx, from, t, []dispatch.Fix{m.fix}); err != nil && ctx.Err() == nil {
		c.Log.Warn("hand over a position", "terminal", m.identity, "error", err)
	}
}

// liveFor is how old a position may be that was retained or queued, by the
// clock of its device, and still be shown as live.
const liveFor = time.Minute

// lane tells what is live from what is for the track only: what may be old
// never goes as live by our clock.
func (c *Client) lane(t *dispatch.Terminal, m message) func(context.Context, dispatch.Source, *dispatch.Terminal, []dispatch.Fix) (dispatch.Counted, error) {
	if m.maybeOld && (t.Clock == dispatch.ServerClock || m.fix.DeviceAt.Before(c.Now().Add(-liveFor))) {
		return c.Intake.Backfill
	}
	return c.Intake.Take
}

// cryAgain is how long to wait before a cry that could not be kept is brought
// again.
const cryAgain = 2 * time.Second

// handOverCries gives cries to the intake, each until it is kept.
func (c *Client) handOverCries(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case m := <-c.cries:
			if !c.cry(ctx, m) {
				return nil // not acknowledged: the broker brings it to the next process
			}
			m.done()
		}
	}
}

// cry brings one cry until it is kept, or ctx ends.
func (c *Client) cry(ctx context.Context, m message) bool {
	for first := true; ; first = false {
		t, ok := c.Intake.Terminal(dispatch.MQTT, m.identity)
		if !ok {
			return true
		}
		from := t.From(c.Broker.Host)
		if first {
			c.Intake.Heard(from, 1)
		}
		err := c.bring(ctx, from, t, m)
		if err == nil {
			return true
		}
		c.Log.Warn("a cry for help is not kept yet", "terminal", m.identity, "error", err)
		select {
		case <-ctx.Done():
			return false
		case <-time.After(cryAgain):
		}
	}
}

// bring hands a cry over once. Where it came from is not known when it may be
// old and says no time: then it is a cry from nowhere.
func (c *Client) bring(ctx context.Context, from dispatch.Source, t *dispatch.Terminal, m message) error {
	if m.fix.DeviceAt.IsZero() && m.maybeOld {
		m.fix.Point = orb.Point{}
	}
	if m.fix.DeviceAt.IsZero() || m.fix.Point == (orb.Point{}) {
		return c.Intake.Distress(ctx, from, t, m.fix)
	}
	_, err := c.lane(t, m)(ctx, from, t, []dispatch.Fix{m.fix})
	return err
}
