package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"time"

	"onemap/dispatch/wire/mqtt"
)

// mqttSettings say which broker is heard.
type mqttSettings struct {
	Broker   string   `help:"MQTT broker to hear vehicles from: mqtt://host:port or mqtts://host:port; empty: none. One node only." env:"ONEMAP_MQTT_BROKER"`
	Topics   []string `help:"Patterns of topics; {id} is the level that names the terminal, + any other." default:"onemap/{id}/position" env:"ONEMAP_MQTT_TOPICS"`
	Fields   []string `help:"Where values stand in the JSON: value=path or value=path:unit, of lat, lon, time (local), speed (mps, kmh, knot), heading, accuracy, sos." env:"ONEMAP_MQTT_FIELDS"`
	Client   string   `help:"Name towards the broker, which keeps messages for it." default:"onemap" env:"ONEMAP_MQTT_CLIENT"`
	User     string   `help:"User name at the broker." env:"ONEMAP_MQTT_USER"`
	Password string   `help:"Its password; better by ONEMAP_MQTT_PASSWORD, which others do not see." env:"ONEMAP_MQTT_PASSWORD"`
	CA       string   `help:"Certificates (PEM) that sign the broker's, where the system does not know them." env:"ONEMAP_MQTT_CA" type:"path"`
}

// client reads the settings; nil when no broker is heard.
func (c *mqttSettings) client() (*mqtt.Client, error) {
	if c.Broker == "" {
		return nil, nil
	}
	address, err := mqtt.Broker(c.Broker)
	if err != nil {
		return nil, err
	}
	client := &mqtt.Client{Broker: address, ID: c.Client, User: c.User, Password: c.Password, Now: time.Now}
	if client.Fields, err = mqtt.ParseFields(c.Fields); err != nil {
		return nil, err
	}
	for _, text := range c.Topics {
		topic, err := mqtt.ParseTopic(text)
		if err != nil {
			return nil, err
		}
		client.Topics = append(client.Topics, topic)
	}
	if c.Client == "" || len(client.Topics) == 0 {
		return nil, errors.New("a broker is heard under a name, by a topic at least")
	}
	if c.CA == "" {
		return client, nil
	}
	raw, err := os.ReadFile(c.CA)
	if err != nil {
		return nil, fmt.Errorf("read the broker's authority: %w", err)
	}
	client.TLS = &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: x509.NewCertPool()}
	if !client.TLS.RootCAs.AppendCertsFromPEM(raw) {
		return nil, fmt.Errorf("read the broker's authority %s: no certificate in it", c.CA)
	}
	return client, nil
}
