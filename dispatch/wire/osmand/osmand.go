// Package osmand reads positions that phone apps send over HTTP: the OsmAnd
// protocol in a query or form (OsmAnd, Traccar Client for years), and the JSON
// of newer Traccar Client (the background geolocation library's shape).
package osmand

import (
	"bytes"
	"encoding/json"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/geo"
)

// MostBytes bounds one message.
const MostBytes = 64 << 10

// mostLocations bounds the locations of one JSON message.
const mostLocations = 500

// The refusals.
var (
	ErrNoIdentity = &dispatch.Error{Kind: dispatch.Invalid, Code: "no_identity", Text: "the message does not say who sends it"}
	ErrNoPlace    = &dispatch.Error{Kind: dispatch.Invalid, Code: "bad_geometry", Text: "lat and lon are missing or no place on earth"}
	ErrTime       = &dispatch.Error{Kind: dispatch.Invalid, Code: "bad_time", Text: "the time cannot be read"}
	ErrJSON       = &dispatch.Error{Kind: dispatch.Malformed, Code: "bad_json", Text: "the body is no JSON of a location"}
	ErrTooMany    = &dispatch.Error{Kind: dispatch.TooLarge, Code: "too_many_points", Text: "too many locations in one message"}
)

// Message is what one request says. Fixes have no Unit, and a zero DeviceAt
// where the sender gave no time.
type Message struct {
	Identity string
	Fixes    []dispatch.Fix
}

const knot = 1852.0 / 3600 // m/s

// Query reads the OsmAnd protocol: id or deviceid, lat, lon or location=lat,lon,
// timestamp (Unix seconds or milliseconds, RFC 3339, or local form), speed in
// knots, bearing or heading in degrees, accuracy in metres, alarm=sos.
func Query(q url.Values) (Message, error) {
	m := Message{Identity: first(q, "id", "deviceid", "device_id")}
	if m.Identity == "" {
		return m, ErrNoIdentity
	}
	lat, lon := q.Get("lat"), q.Get("lon")
	if both := q.Get("location"); both != "" {
		lat, lon, _ = strings.Cut(both, ",")
	}
	x, okX := number(lon)
	y, okY := number(lat)
	f := dispatch.Fix{Point: orb.Point{x, y}, SOS: strings.EqualFold(q.Get("alarm"), "sos") || strings.EqualFold(q.Get("event"), "sos")}
	if !okX || !okY || geo.Check(f.Point) != nil {
		if f.SOS { // who cries is heard, wherever it is
			f.Point = orb.Point{}
			m.Fixes = []dispatch.Fix{f}
		}
		return m, ErrNoPlace
	}
	if text := first(q, "timestamp", "time"); text != "" {
		at, ok := moment(text)
		if !ok && !f.SOS {
			return m, ErrTime.With("%.40q is no time", text)
		}
		f.DeviceAt = at
	}
	if v, ok := number(q.Get("speed")); ok {
		v *= knot
		f.SpeedMPS = &v
	}
	if v, ok := number(first(q, "bearing", "heading")); ok {
		f.Heading = (*geo.Bearing)(&v)
	}
	if v, ok := number(q.Get("accuracy")); ok {
		f.AccuracyM = &v
	}
	if q.Get("valid") == "false" {
		f.Doubtful = true
	}
	m.Fixes = []dispatch.Fix{f}
	return m, nil
}

func first(q url.Values, names ...string) string {
	for _, name := range names {
		if v := strings.TrimSpace(q.Get(name)); v != "" {
			return v
		}
	}
	return ""
}

// place is one location as the JSON says it; speeds there are m/s, and -1 is not
// known.
type place struct {
	Timestamp json.RawMessage `json:"timestamp"`
	Event     string          `json:"event"`
	Coords    struct {
		Latitude  *float64 `json:"latitude"`
		Longitude *float64 `json:"longitude"`
		Accuracy  *float64 `json:"accuracy"`
		Speed     *float64 `json:"speed"`
		Heading   *float64 `json:"heading"`
	} `json:"coords"`
	Extras struct {
		Alarm string `json:"alarm"`
	} `json:"extras"`
}

// JSON reads the message of newer Traccar Client: device_id beside one location
// or a list of them.
func JSON(raw []byte) (Message, error) {
	var body struct {
		DeviceID json.RawMessage `json:"device_id"`
		ID       json.RawMessage `json:"id"`
		Location json.RawMessage `json:"location"`
	}
	if err := json.Unmarshal(raw, &body); err != nil {
		return Message{}, ErrJSON.With("not JSON: %v", err)
	}
	m := Message{Identity: word(body.DeviceID)}
	if m.Identity == "" {
		m.Identity = word(body.ID)
	}
	if m.Identity == "" {
		return m, ErrNoIdentity
	}
	var places []place
	if list := bytes.TrimSpace(body.Location); len(list) > 0 && list[0] == '[' {
		if err := json.Unmarshal(list, &places); err != nil {
			return m, ErrJSON.With("location: %v", err)
		}
	} else {
		places = make([]place, 1)
		if err := json.Unmarshal(body.Location, &places[0]); err != nil {
			return m, ErrJSON.With("location: %v", err)
		}
	}
	if len(places) > mostLocations {
		return m, ErrTooMany.With("%d locations, at most %d", len(places), mostLocations)
	}
	var failed error
	for _, p := range places {
		f, err := p.fix()
		if err != nil && failed == nil {
			failed = err
		}
		if err == nil || f.SOS {
			m.Fixes = append(m.Fixes, f)
		}
	}
	return m, failed
}

func (p place) fix() (dispatch.Fix, error) {
	f := dispatch.Fix{SOS: strings.EqualFold(p.Extras.Alarm, "sos") || strings.EqualFold(p.Event, "sos")}
	if p.Coords.Latitude == nil || p.Coords.Longitude == nil {
		return f, ErrNoPlace
	}
	at := orb.Point{*p.Coords.Longitude, *p.Coords.Latitude}
	if geo.Check(at) != nil {
		return f, ErrNoPlace
	}
	f.Point = at
	if text := word(p.Timestamp); text != "" {
		when, ok := moment(text)
		if !ok && !f.SOS {
			return f, ErrTime.With("%.40q is no time", text)
		}
		f.DeviceAt = when
	}
	f.SpeedMPS, f.AccuracyM, f.Heading = known(p.Coords.Speed), known(p.Coords.Accuracy), (*geo.Bearing)(known(p.Coords.Heading))
	return f, nil
}

// known drops the negative numbers that stand for what a phone does not know.
func known(v *float64) *float64 {
	if v == nil || *v < 0 {
		return nil
	}
	return v
}

// word is a JSON string or number as text.
func word(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return strings.TrimSpace(text)
	}
	if t := strings.TrimSpace(string(raw)); t != "null" && len(t) > 0 && (t[0] == '-' || t[0] >= '0' && t[0] <= '9') {
		return t
	}
	return ""
}

func number(text string) (float64, bool) {
	text = strings.TrimSpace(text)
	if text == "" || len(text) > 32 {
		return 0, false
	}
	v, err := strconv.ParseFloat(text, 64)
	return v, err == nil && !math.IsNaN(v) && !math.IsInf(v, 0)
}

// moment reads Unix seconds, Unix milliseconds or a written time; one without a
// zone is UTC.
func moment(text string) (time.Time, bool) {
	if len(text) > 40 {
		return time.Time{}, false
	}
	if v, ok := number(text); ok {
		if v < 1e8 || v > 1e13 {
			return time.Time{}, false
		}
		if v < 1e11 {
			v *= 1000
		}
		return time.UnixMilli(int64(v)).UTC(), true
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999Z0700", "2006-01-02 15:04:05", "2006-01-02T15:04:05"} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC(), true
		}
	}
	return time.Time{}, false
}
