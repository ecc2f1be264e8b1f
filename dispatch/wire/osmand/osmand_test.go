package osmand

import (
	"errors"
	"fmt"
	"math"
	"net/url"
	"strings"
	"testing"
	"time"
)

var at = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

func query(t *testing.T, text string) url.Values {
	t.Helper()
	q, err := url.ParseQuery(text)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func TestQueryAsAppsSendIt(t *testing.T) {
	for _, text := range []string{
		fmt.Sprintf("id=123&lat=39.93&lon=119.6&timestamp=%d&speed=10&bearing=271&accuracy=5&batt=80", at.Unix()),
		fmt.Sprintf("deviceid=123&location=39.93,119.6&timestamp=%d&speed=10&heading=271&accuracy=5.0", at.UnixMilli()),
		"id=123&lat=39.93&lon=119.6&timestamp=2026-11-23T16:00:00%2B08:00&speed=10&bearing=271&accuracy=5",
	} {
		m, err := Query(query(t, text))
		if err != nil || m.Identity != "123" || len(m.Fixes) != 1 {
			t.Fatalf("%s: %+v, %v", text, m, err)
		}
		if f := m.Fixes[0]; !f.DeviceAt.Equal(at) || f.Point != [2]float64{119.6, 39.93} || math.Abs(*f.SpeedMPS-5.1444) > 1e-4 || *f.Heading != 271 || *f.AccuracyM != 5 || f.SOS {
			t.Errorf("%s: %+v", text, f)
		}
	}
	m, err := Query(query(t, "id=1&lat=39.9&lon=119.6&alarm=sos"))
	if err != nil || !m.Fixes[0].SOS || !m.Fixes[0].DeviceAt.IsZero() {
		t.Errorf("%+v, %v", m, err)
	}
	m, err = Query(query(t, "id=1&alarm=sos"))
	if !errors.Is(err, ErrNoPlace) || len(m.Fixes) != 1 || !m.Fixes[0].SOS {
		t.Errorf("a cry without a place: %+v, %v", m, err)
	}
	for text, want := range map[string]error{
		"lat=1&lon=1": ErrNoIdentity, "id=1": ErrNoPlace, "id=1&lat=91&lon=1": ErrNoPlace, "id=1&lat=NaN&lon=1": ErrNoPlace, "id=1&lat=1e999&lon=1": ErrNoPlace,
		"id=1&lat=1&lon=1&timestamp=x": ErrTime, "id=1&lat=1&lon=1&timestamp=99999999999999999999": ErrTime,
	} {
		if m, err := Query(query(t, text)); !errors.Is(err, want) || len(m.Fixes) > 0 {
			t.Errorf("%s: %v, want %v", text, err, want)
		}
	}
}

func TestJSONAsAppsSendIt(t *testing.T) {
	one := `{"timestamp": "2026-11-23T08:00:00.000Z", "coords": {"latitude": 39.93, "longitude": 119.6, "accuracy": 4.8, "speed": 5, "heading": -1, "altitude": 3}, "is_moving": true, "odometer": 1, "battery": {"level": 1}}`
	for _, text := range []string{`{"location": ` + one + `, "device_id": "123"}`, `{"location": [` + one + `, ` + one + `], "device_id": 123}`} {
		m, err := JSON([]byte(text))
		if err != nil || m.Identity != "123" || len(m.Fixes) == 0 {
			t.Fatalf("%+v, %v", m, err)
		}
		if f := m.Fixes[len(m.Fixes)-1]; !f.DeviceAt.Equal(at) || f.Point != [2]float64{119.6, 39.93} || *f.SpeedMPS != 5 || f.Heading != nil || *f.AccuracyM != 4.8 {
			t.Errorf("%+v", f)
		}
	}
	for text, want := range map[string]error{
		"": ErrJSON, "[]": ErrJSON, `{"location": {}}`: ErrNoIdentity, `{"device_id": "1"}`: ErrJSON, `{"device_id": "1", "location": {}}`: ErrNoPlace,
		`{"device_id": "1", "location": {"timestamp": "no", "coords": {"latitude": 1, "longitude": 1}}}`:                           ErrTime,
		`{"device_id": "1", "location": [` + strings.TrimSuffix(strings.Repeat(`{},`, mostLocations+1), ",") + `]}`:                ErrTooMany,
		`{"device_id": "1", "location": {"coords": {"latitude": 91, "longitude": 1}, "extras": {"alarm": "sos"}, "event": "sos"}}`: ErrNoPlace,
	} {
		if _, err := JSON([]byte(text)); !errors.Is(err, want) {
			t.Errorf("%.80s: %v, want %v", text, err, want)
		}
	}
}

func FuzzJSON(f *testing.F) {
	f.Add([]byte(`{"location": {"timestamp": 1795420800000, "coords": {"latitude": 39.93, "longitude": 119.6}}, "device_id": "1"}`))
	f.Add([]byte(`{"location": [null, {"coords": null}], "id": 7}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := JSON(raw)
		if err == nil && m.Identity == "" {
			t.Fatal("nobody sent it, and it is taken")
		}
		for _, fix := range m.Fixes {
			if math.Abs(fix.Point[0]) > 180 || math.IsNaN(fix.Point[1]) {
				t.Fatalf("%+v", fix)
			}
		}
	})
}

func FuzzQuery(f *testing.F) {
	f.Add("id=1&lat=39.93&lon=119.6&timestamp=1795420800&speed=1&bearing=2&accuracy=3&alarm=sos")
	f.Add("id=1&location=,&timestamp=-1e300&speed=Inf")
	f.Fuzz(func(t *testing.T, text string) {
		q, err := url.ParseQuery(text)
		if err != nil {
			return
		}
		m, err := Query(q)
		if err == nil && (m.Identity == "" || len(m.Fixes) != 1) {
			t.Fatalf("%+v", m)
		}
	})
}
