package cot

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/paulmach/orb"

	"onemap/dispatch"
)

// session is one connection of one client.
type session struct {
	server *Server
	conn   net.Conn
	cancel context.CancelFunc
	own    string // uid the client calls itself
	tokens float64
	filled time.Time
	began  time.Time
	errors int
	gone   func()

	mu   sync.Mutex // of from, which the rounds read
	from dispatch.Source

	writing sync.Mutex // one writer at a time, and of proto
	proto   bool
}

// errShut ends a session whose terminal is not, or no longer, on the list.
var errShut = errors.New("no such terminal, or shut out")

// be makes the session that of a terminal; false when there is none.
func (c *session) be(identity string) bool {
	t, ok := c.server.Intake.Terminal(dispatch.CoT, identity)
	c.mu.Lock()
	c.from.Identity = identity
	if ok {
		c.from = t.From(c.from.Remote)
	}
	c.mu.Unlock()
	if !ok {
		c.server.Intake.Refused(c.from, "unknown_terminal", "not on the list of terminals")
		return false
	}
	c.gone = c.server.Intake.Connected(c.from)
	c.server.enter(c)
	return true
}

func (c *session) leave() {
	if c.gone != nil {
		c.gone()
		c.server.exit(c)
	}
}

// terminal asks again who the client is: he may have been shut out since.
func (c *session) terminal() (*dispatch.Terminal, dispatch.Source, bool) {
	c.mu.Lock()
	from := c.from
	c.mu.Unlock()
	if from.Identity == "" {
		return nil, from, false
	}
	t, ok := c.server.Intake.Terminal(dispatch.CoT, from.Identity)
	return t, from, ok
}

func (c *session) refuse(err error) {
	var named *dispatch.Error
	if errors.As(err, &named) {
		c.server.Intake.Refused(c.from, named.Code, named.Text)
		return
	}
	c.server.Intake.Refused(c.from, "cot_connection", err.Error())
}

// listen reads events until the connection ends, offers the TAK protocol first,
// and closes at too many that cannot be read.
func (c *session) listen(ctx context.Context) error {
	offer, offered := dispatch.NewID().String(), c.server.Now()
	if err := c.write(Offer(offer, offered)); err != nil {
		return err
	}
	stream := NewStream(c.conn)
	for {
		if err := c.conn.SetReadDeadline(time.Now().Add(idleLimit)); err != nil {
			return fmt.Errorf("set read deadline: %w", err)
		}
		e, err := stream.Next()
		switch {
		case err != nil && ctx.Err() != nil:
			return nil
		case Broken(err):
			var named *dispatch.Error
			if errors.As(err, &named) {
				c.refuse(err)
			}
			return err
		case err != nil:
			c.refuse(err)
			if c.errors++; c.errors >= maxErrors {
				return fmt.Errorf("%d messages could not be read, the last: %w", c.errors, err)
			}
			continue
		case e == nil:
			continue
		}
		if version, ok := e.Requested(); ok {
			if err := c.answer(stream, e.UID, version == protoVersion && e.UID == offer && c.server.Now().Sub(offered) <= offerFor); err != nil {
				return err
			}
			continue
		}
		if err := c.take(ctx, e); err != nil {
			return err
		}
	}
}

// answer grants the protocol or not; after a grant both directions change at once.
func (c *session) answer(stream *Stream, uid string, granted bool) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	if c.proto {
		return nil // asked for already
	}
	if err := c.conn.SetWriteDeadline(time.Now().Add(writeLimit)); err != nil {
		return fmt.Errorf("set write deadline: %w", err)
	}
	if _, err := c.conn.Write(Answer(uid, granted, c.server.Now()).Encode()); err != nil {
		return fmt.Errorf("answer the request: %w", err)
	}
	if granted {
		c.proto = true
		stream.Switch()
	}
	return nil
}

// take does with one event what it means. An error ends the session.
func (c *session) take(ctx context.Context, e *Event) error {
	means := e.Means()
	if !c.spend() && means != Distress {
		c.server.Intake.Refused(c.from, "cot_rate", "more events than a client may send")
		return nil
	}
	if e.Type == typePing {
		return c.write(Pong(c.server.Now()))
	}
	if c.from.Identity == "" {
		switch {
		case means == Position || means == Distress:
			if !c.be(e.Sender()) {
				return errShut
			}
		case c.server.Now().Sub(c.began) > idleLimit:
			return errShut
		default:
			return nil // says nothing that needs a name yet
		}
	}
	t, from, ok := c.terminal()
	if !ok {
		c.server.Intake.Refused(from, "unknown_terminal", "not on the list of terminals")
		return errShut
	}
	c.server.Intake.Heard(from, 1)
	if means == Position || means == Distress {
		return c.report(ctx, from, t, e)
	}
	return nil
}

// report hands a position or a cry over. CoT has no answer to one event: what
// could not be kept is asked for again by closing, because clients repeat
// themselves when they come back. A cry is the terminal's, whoever it names.
func (c *session) report(ctx context.Context, from dispatch.Source, t *dispatch.Terminal, e *Event) error {
	fix, err := e.Fix()
	if c.own == "" && err == nil {
		c.own = e.Sender()
	}
	switch {
	case err != nil:
		c.server.Intake.Refused(from, ErrNoPosition.Code, ErrNoPosition.Text)
		return nil
	case fix.SOS && e.Point == (orb.Point{}):
		err = c.server.Intake.Distress(ctx, from, t, fix)
	case !fix.SOS && e.UID != c.own:
		c.server.Intake.Refused(from, "cot_relayed", "a position of another client")
		return nil
	case !fix.SOS && !e.Of(c.server.Exercise):
		c.server.Intake.Refused(from, "cot_exercise", "an exercise and what is real are kept apart")
		return nil
	default:
		_, err = c.server.Intake.Take(ctx, from, t, []dispatch.Fix{fix})
	}
	if err != nil {
		return fmt.Errorf("hand over a position: %w", err)
	}
	return nil
}

// spend takes one token of the client's rate.
func (c *session) spend() bool {
	now := c.server.Now()
	c.tokens = min(burst, c.tokens+perSecond*max(0, now.Sub(c.filled).Seconds()))
	c.filled = now
	if c.tokens < 1 {
		return false
	}
	c.tokens--
	return true
}

// show sends what the client's crew may see, again and again: the first of a
// thing is sometimes not drawn, and what is not repeated goes stale.
func (c *session) show(ctx context.Context) {
	if c.server.Show == nil {
		return
	}
	round := time.NewTicker(c.server.every())
	defer round.Stop()
	for {
		if t, from, ok := c.terminal(); ok {
			events := c.server.Show(t, View{Now: c.server.Now(), Interval: c.server.every(), Exercise: c.server.Exercise})
			if err := c.write(events[:min(len(events), maxShown)]...); err != nil {
				c.cancel()
				return
			}
		} else if from.Identity != "" {
			c.cancel() // shut out since
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-round.C:
		}
	}
}

// piece is how much is written at once.
const piece = 64 << 10

// write sends events in the tongue of the moment, all within writeLimit.
func (c *session) write(events ...*Event) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	if err := c.conn.SetWriteDeadline(time.Now().Add(writeLimit)); err != nil {
		return fmt.Errorf("set write deadline: %w", err)
	}
	b := make([]byte, 0, 1024)
	for n, e := range events {
		if c.proto {
			b = append(b, Frame(e.EncodeMessage())...)
		} else {
			b = append(b, e.Encode()...)
		}
		if len(b) < piece && n < len(events)-1 {
			continue
		}
		if _, err := c.conn.Write(b); err != nil {
			return fmt.Errorf("send events: %w", err)
		}
		b = b[:0]
	}
	return nil
}
