package mqtt

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"
	"golang.org/x/sync/errgroup"

	"onemap/dispatch"
)

// Limits of one client.
const (
	connectLimit = 10 * time.Second
	keepAlive    = 30 * time.Second
	quiesce      = 250 // ms for what is being written when we go
	mostWaiting  = 4096
	mostCries    = 256
	proven       = time.Minute // after which a connection counts as good
)

// Client hears one broker.
type Client struct {
	Broker   *url.URL // tcp or ssl, host:port
	ID       string   // by which the broker keeps what came while we were away; one node only may use it
	User     string
	Password string
	TLS      *tls.Config
	Topics   []Topic
	Fields   Fields
	Intake   dispatch.Intake
	Now      func() time.Time
	Log      *slog.Logger

	Least, Most time.Duration // between two attempts to connect, doubled from one to the other; zero: 1 s, 1 min
	Settle      time.Duration // after a connection, what comes may be old; zero: 10 s

	waiting chan message // positions; full: the oldest goes
	cries   chan message // full: not acknowledged, so that the broker brings it again
}

// Broker reads the address of a broker: mqtt://host or mqtts://host, with a
// port where it is not 1883 or 8883. Names and passwords do not belong in it.
func Broker(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("broker: %w", err)
	}
	scheme, port := "", ""
	switch u.Scheme {
	case "mqtt", "tcp":
		scheme, port = "tcp", "1883"
	case "mqtts", "ssl", "tls":
		scheme, port = "ssl", "8883"
	}
	if scheme == "" || u.Hostname() == "" || u.User != nil || u.Path != "" && u.Path != "/" || u.RawQuery != "" {
		return nil, errors.New("broker: want mqtt://host:port or mqtts://host:port and nothing else")
	}
	if u.Port() == "" {
		u.Host += ":" + port
	}
	return &url.URL{Scheme: scheme, Host: u.Host}, nil
}

// Run hears the broker until ctx ends, and comes back to it when it is lost.
func (c *Client) Run(ctx context.Context) error {
	c.waiting, c.cries = make(chan message, mostWaiting), make(chan message, mostCries)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return c.handOver(ctx) })
	g.Go(func() error { return c.handOverCries(ctx) })
	g.Go(func() error {
		pause := c.least()
		for {
			began := time.Now()
			err := c.session(ctx)
			if ctx.Err() != nil {
				return nil
			}
			c.Intake.Refused(c.source(""), "mqtt_connection", err.Error())
			c.Log.Warn("the broker is not there", "broker", c.Broker.Host, "error", err, "again_in", pause)
			if time.Since(began) > proven {
				pause = c.least()
			}
			select {
			case <-ctx.Done():
				return nil
			case <-time.After(pause):
			}
			pause = min(2*pause, c.most())
		}
	})
	return g.Wait()
}

func (c *Client) source(identity string) dispatch.Source {
	return dispatch.Source{Protocol: dispatch.MQTT, Identity: identity, Remote: c.Broker.Host}
}

func (c *Client) least() time.Duration { return or(c.Least, time.Second) }
func (c *Client) most() time.Duration  { return or(c.Most, time.Minute) }

func or(d, zero time.Duration) time.Duration {
	if d > 0 {
		return d
	}
	return zero
}

// session is one connection, from its making to its end.
func (c *Client) session(ctx context.Context) error {
	lost := make(chan error, 1)
	o := paho.NewClientOptions().AddBroker(c.Broker.String()).SetClientID(c.ID).SetUsername(c.User).SetPassword(c.Password)
	o.SetProtocolVersion(4).SetCleanSession(false).SetAutoReconnect(false).SetAutoAckDisabled(true).SetOrderMatters(true)
	o.SetConnectTimeout(connectLimit).SetWriteTimeout(connectLimit).SetKeepAlive(keepAlive).SetPingTimeout(connectLimit)
	if c.TLS != nil {
		o.SetTLSConfig(c.TLS)
	}
	settled := c.Now().Add(or(c.Settle, 10*time.Second))
	o.SetDefaultPublishHandler(func(_ paho.Client, m paho.Message) { c.hear(m, settled) })
	o.SetConnectionLostHandler(func(_ paho.Client, err error) { lost <- err })
	client := paho.NewClient(o)
	defer client.Disconnect(quiesce)
	if err := wait(client.Connect()); err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	filters := map[string]byte{}
	for _, t := range c.Topics {
		filters[t.Filter()] = 1
	}
	subscribed := client.SubscribeMultiple(filters, nil)
	if err := wait(subscribed); err != nil {
		return fmt.Errorf("subscribe: %w", err)
	}
	if s, ok := subscribed.(*paho.SubscribeToken); ok {
		for filter, granted := range s.Result() {
			if granted > 2 {
				return fmt.Errorf("subscribe: the broker does not let us hear %s", filter)
			}
		}
	}
	leave := c.Intake.Connected(c.source(""))
	defer leave()
	c.Log.Info("hearing the broker", "broker", c.Broker.Host, "topics", len(filters))
	select {
	case <-ctx.Done():
		return ctx.Err()
	case err := <-lost:
		return fmt.Errorf("connection lost: %w", err)
	}
}

func wait(t paho.Token) error {
	if !t.WaitTimeout(2 * connectLimit) {
		return errors.New("no answer")
	}
	return t.Error()
}
