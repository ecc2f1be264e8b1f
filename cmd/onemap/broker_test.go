package main

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	broker "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/listeners"
	"github.com/mochi-mqtt/server/v2/packets"
	"github.com/paulmach/orb"

	"onemap/data/pgtest"
	"onemap/geo"
)

// guarded lets in who has the password, and us.
type guarded struct{ broker.HookBase }

func (guarded) ID() string { return "guarded" }
func (guarded) Provides(b byte) bool {
	return b == broker.OnConnectAuthenticate || b == broker.OnACLCheck
}
func (guarded) OnConnectAuthenticate(_ *broker.Client, p packets.Packet) bool {
	return string(p.Connect.Username) == "onemap" && string(p.Connect.Password) == "secret"
}
func (guarded) OnACLCheck(*broker.Client, string, bool) bool { return true }

// TestABrokerMovesTheWall: what vehicles say through a broker, in fields of
// their own, moves them; what the broker had kept lands in the track only.
func TestABrokerMovesTheWall(t *testing.T) {
	b := broker.New(&broker.Options{InlineClient: true, Logger: slog.New(slog.DiscardHandler)})
	l := listeners.NewTCP(listeners.Config{ID: "t", Address: "127.0.0.1:0"})
	for _, err := range []error{b.AddHook(new(guarded), nil), b.AddListener(l), b.Serve()} {
		if err != nil {
			t.Fatal(err)
		}
	}
	defer b.Close()
	const topic = "bus/car-7/gps"
	put := func(at orb.Point, ago time.Duration, retain bool) {
		t.Helper()
		said := fmt.Sprintf(`{"gps":{"y":%g,"x":%g},"ts":%d,"v":36}`, at[1], at[0], time.Now().Add(-ago).UnixMilli())
		if err := b.Publish(topic, []byte(said), retain, 1); err != nil {
			t.Fatal(err)
		}
	}
	dsn := pgtest.New(t)
	r := serve(t, publicDir(t), "ONEMAP_DATABASE_URL="+dsn, "ONEMAP_DEMO=1", "ONEMAP_MQTT_BROKER=mqtt://"+l.Address(), "ONEMAP_MQTT_USER=onemap", "ONEMAP_MQTT_PASSWORD=secret",
		"ONEMAP_MQTT_TOPICS=bus/{id}/gps", "ONEMAP_MQTT_FIELDS=lat=gps.y,lon=gps.x,time=ts,speed=v:kmh")
	admin, officer := r.person("admin"), r.person("duty_officer")
	unit, base, _ := officer.newUnit("BROKER-1")
	terminal := admin.enter("mqtt", "car-7", unit)
	here := orb.Point{base[0] + 0.002, base[1]}
	put(base, 20*time.Minute, true)
	for end := time.Now().Add(20 * time.Second); ; { // until it has subscribed
		put(here, 0, false)
		if at, ok := officer.place(unit, here); ok && geo.GreatCircle(at, here) < 1 {
			break
		}
		if time.Now().After(end) {
			t.Fatal("the unit does not move")
		}
	}
	if _, fixes, _ := admin.heard(terminal); fixes < 2 {
		t.Errorf("%d fixes: the one the broker had kept is not in the track", fixes)
	}
}

func TestBrokerSettingsThatCannotBeAreNamed(t *testing.T) {
	good := mqttSettings{Broker: "mqtt://b", Topics: []string{"x/{id}"}, Client: "onemap"}
	if c, err := good.client(); err != nil || c.Broker.Host != "b:1883" {
		t.Errorf("%+v, %v", c, err)
	}
	if c, err := (&mqttSettings{}).client(); c != nil || err != nil {
		t.Errorf("%+v, %v", c, err)
	}
	for name, spoil := range map[string]func(*mqttSettings){
		"broker": func(s *mqttSettings) { s.Broker = "http://b" }, "topic": func(s *mqttSettings) { s.Topics = []string{"x/#"} }, "no topic": func(s *mqttSettings) { s.Topics = nil },
		"field": func(s *mqttSettings) { s.Fields = []string{"height=z"} }, "name": func(s *mqttSettings) { s.Client = "" }, "authority": func(s *mqttSettings) { s.CA = filepath.Join(t.TempDir(), "absent") },
	} {
		bad := good
		spoil(&bad)
		if _, err := bad.client(); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
