package mqtt

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"onemap/dispatch"
)

func fields(t testing.TB, mappings ...string) Fields {
	t.Helper()
	fs, err := ParseFields(mappings)
	if err != nil {
		t.Fatal(err)
	}
	return fs
}

func TestPayloadsAreReadByTheirMapping(t *testing.T) {
	noon := time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)
	nested := []string{"lat=gps.pos.1", "lon=gps.pos.0", "time=ts:local", "speed=v:kmh", "heading=", "sos=alarm"}
	for name, c := range map[string]struct {
		mappings []string
		payload  string
		at       time.Time
		speed    float64 // NaN: none
		sos      bool
	}{
		"as it is by itself": {nil, `{"lat":39.9,"lon":119.6,"time":"2026-11-23T12:00:00+08:00","speed":5}`, noon, 5, false},
		"numbers as text":    {nil, `{"lat":"39.9","lon":" 119.6 ","time":"1795406400","speed":"x"}`, noon, math.NaN(), false},
		"milliseconds":       {nil, `{"lat":39.9,"lon":119.6,"time":1795406400000}`, noon, math.NaN(), false},
		"no time":            {nil, `{"lat":39.9,"lon":119.6}`, time.Time{}, math.NaN(), false},
		"nested, local":      {nested, `{"gps":{"pos":[119.6,39.9]},"ts":"2026-11-23 12:00:00","v":36,"heading":12,"alarm":"SOS"}`, noon, 10, true},
		"local with a zone":  {nested, `{"gps":{"pos":[119.6,39.9]},"ts":"2026-11-23T04:00:00Z","alarm":0}`, noon, math.NaN(), false},
		"knots":              {[]string{"speed=kn:knot"}, `{"lat":39.9,"lon":119.6,"time":1795406400,"kn":3600,"sos":true}`, noon, 1852, true},
		"speed below zero":   {nil, `{"lat":39.9,"lon":119.6,"time":1795406400,"speed":-1}`, noon, math.NaN(), false},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := fields(t, c.mappings...).Decode([]byte(c.payload))
			if err != nil || f.Point != (orb.Point{119.6, 39.9}) || !f.DeviceAt.Equal(c.at) || f.SOS != c.sos || f.Heading != nil {
				t.Errorf("%+v, %v", f, err)
			}
			if math.IsNaN(c.speed) != (f.SpeedMPS == nil) || f.SpeedMPS != nil && math.Abs(*f.SpeedMPS-c.speed) > 1e-9 {
				t.Errorf("speed %v, want %g", f.SpeedMPS, c.speed)
			}
		})
	}
}

func TestPayloadsThatAreNoneAreRefusedByName(t *testing.T) {
	fs := fields(t)
	for payload, want := range map[string]*dispatch.Error{
		``: ErrJSON, `null`: ErrJSON, `[]`: ErrJSON, `{`: ErrJSON, `{} {}`: ErrJSON, `"x"`: ErrJSON, "\xff": ErrJSON,
		`{}`: ErrPlace, `{"lat":39.9}`: ErrPlace, `{"lat":91,"lon":0}`: ErrPlace, `{"lat":"NaN","lon":0}`: ErrPlace, `{"lat":1e999,"lon":0}`: ErrPlace, `{"lat":{"lat":1},"lon":[1]}`: ErrPlace,
		`{"time":"2026-11-23 12:00:00"}`: ErrTime, `{"time":-5}`: ErrTime, `{"time":1e300}`: ErrTime, `{"time":{}}`: ErrTime, `{"time":""}`: ErrTime,
		`{"x":"` + strings.Repeat("y", mostBytes) + `"}`: ErrSize, strings.Repeat(`{"a":`, 12000): ErrJSON,
	} {
		if _, err := fs.Decode([]byte(payload)); !errors.Is(err, want) {
			t.Errorf("%.60q: %v, want %s", payload, err, want.Code)
		}
	}
	for _, payload := range []string{`{"sos":true}`, `{"sos":1,"lat":91,"lon":0}`, `{"sos":"true","lat":39.9,"lon":119.6,"time":"yesterday"}`} {
		if f, err := fs.Decode([]byte(payload)); err == nil || !f.SOS || f.Point != (orb.Point{}) {
			t.Errorf("who cries is heard whatever else is wrong: %s is %+v, %v", payload, f, err)
		}
	}
}

func TestMappingsThatCannotBeAreNamed(t *testing.T) {
	for _, m := range []string{"", "lat", "altitude=h", "speed=v:mph", "lat=y:deg", "time=t:utc"} {
		if _, err := ParseFields([]string{m}); err == nil {
			t.Errorf("%q is taken", m)
		}
	}
}

func TestTopicsNameTerminals(t *testing.T) {
	for topic, want := range map[string]string{
		"fleet/car-7/x/pos": "car-7", "fleet/车 7//pos": "车 7", "fleet//x/pos": "", "fleet/7/x/pos/": "", "fleet/7/x": "", "fleet/7": "", "": "", "other/7/x/pos": "", "fleet/7/x/other": "",
		"fleet/" + strings.Repeat("7", mostIdentity+1) + "/x/pos": "",
	} {
		p, err := ParseTopic("fleet/{id}/+/pos")
		if err != nil || p.Filter() != "fleet/+/+/pos" {
			t.Fatal(p, err)
		}
		if got, ok := p.Match(topic); ok != (want != "") || ok && got != want {
			t.Errorf("%q names %q (%t), want %q", topic, got, ok, want)
		}
	}
	for _, bad := range []string{"", "fleet/+/pos", "{id}/{id}", "fleet/{id}/#", "fleet/x{id}", "$share/g/{id}"} {
		if _, err := ParseTopic(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

func TestAddressesOfBrokers(t *testing.T) {
	for text, want := range map[string]string{
		"mqtt://b": "tcp://b:1883", "mqtts://b/": "ssl://b:8883", "tcp://10.0.0.1:1884": "tcp://10.0.0.1:1884", "ssl://[::1]:1": "ssl://[::1]:1",
		"": "", "b:1883": "", "http://b": "", "mqtt://": "", "mqtt://u:p@b": "", "mqtt://b/path": "", "mqtt://b?x": "",
	} {
		u, err := Broker(text)
		if (err == nil) != (want != "") || err == nil && u.String() != want {
			t.Errorf("%q is %v, %v; want %q", text, u, err, want)
		}
	}
}

func FuzzPayload(f *testing.F) {
	f.Add(`{"lat":39.9,"lon":119.6,"time":"2026-11-23T12:00:00+08:00","speed":5,"sos":1}`)
	f.Add(`{"gps":{"pos":[119.6,39.9]},"ts":"2026-11-23 12:00:00","v":36,"alarm":"SOS"}`)
	f.Add(`{"time":1e18,"lat":"90","lon":-180}`)
	plain, nested := fields(f), fields(f, "lat=gps.pos.1", "lon=gps.pos.0", "time=ts:local", "speed=v:kmh", "sos=alarm")
	f.Fuzz(func(t *testing.T, payload string) {
		for _, fs := range []Fields{plain, nested} {
			fix, err := fs.Decode([]byte(payload))
			var named *dispatch.Error
			if err != nil && (!errors.As(err, &named) || fix.Point != (orb.Point{})) {
				t.Errorf("refused with %v and %v", err, fix.Point)
			}
			if err == nil && (math.Abs(fix.Point[0]) > 180 || math.Abs(fix.Point[1]) > 90 || fix.DeviceAt.Year() > 9000) {
				t.Errorf("taken: %+v", fix)
			}
		}
	})
}
