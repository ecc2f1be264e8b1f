package mqtt

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/geo"
)

// mostBytes bounds one payload.
const mostBytes = 64 << 10

// The refusals.
var (
	ErrJSON  = &dispatch.Error{Kind: dispatch.Malformed, Code: "bad_json", Text: "the payload is no JSON object of a position"}
	ErrSize  = &dispatch.Error{Kind: dispatch.TooLarge, Code: "too_large", Text: "the payload is too large"}
	ErrPlace = &dispatch.Error{Kind: dispatch.Invalid, Code: "bad_geometry", Text: "latitude and longitude are missing or no place on earth"}
	ErrTime  = &dispatch.Error{Kind: dispatch.Invalid, Code: "bad_time", Text: "the time cannot be read"}
)

// field is where a value stands in the payload, and in what it is measured.
type field struct {
	path []string // names of members, or numbers of elements; empty: never said
	unit string
}

// Fields says where each value stands, by its name here.
type Fields map[string]field

// units are what a value may be measured in, the first when nothing is said.
// Local is a time of China without its zone.
var units = map[string][]string{
	"lat": {""}, "lon": {""}, "heading": {""}, "accuracy": {""}, "sos": {""},
	"time": {"", "local"}, "speed": {"mps", "kmh", "knot"},
}

// ParseFields reads mappings of the form value=path or value=path:unit, such as
// lat=gps.latitude, speed=v:kmh or time=ts:local. Values that none names stand
// under their own name at the top; an empty path says that a value is never sent.
func ParseFields(mappings []string) (Fields, error) {
	fields := Fields{}
	for value, known := range units {
		fields[value] = field{[]string{value}, known[0]}
	}
	for _, text := range mappings {
		value, where, said := strings.Cut(strings.TrimSpace(text), "=")
		known := units[value]
		if known == nil || !said {
			return nil, fmt.Errorf("field %q: want lat, lon, time, speed, heading, accuracy or sos, then = and its path", text)
		}
		path, unit, measured := strings.Cut(where, ":")
		if !measured {
			unit = known[0]
		} else if !slices.Contains(known, unit) {
			return nil, fmt.Errorf("field %q: %s is measured in %s", text, value, strings.Join(known, " or "))
		}
		f := field{unit: unit}
		if path != "" {
			f.path = strings.Split(path, ".")
		}
		fields[value] = f
	}
	return fields, nil
}

// Decode reads one payload. DeviceAt is zero where no time is said. A cry for
// help is returned beside the error that says what else is wrong with it.
func (fs Fields) Decode(raw []byte) (dispatch.Fix, error) {
	if len(raw) > mostBytes {
		return dispatch.Fix{}, ErrSize.With("%d bytes, at most %d", len(raw), mostBytes)
	}
	var top map[string]any
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if err := decoder.Decode(&top); err != nil || top == nil {
		return dispatch.Fix{}, ErrJSON
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return dispatch.Fix{}, ErrJSON.With("something stands after the object")
	}
	f := dispatch.Fix{SOS: truth(fs.find(top, "sos"))}
	at, err := fs.moment(top)
	if err != nil {
		return f, err
	}
	f.DeviceAt = at
	lat, okY := number(fs.find(top, "lat"))
	lon, okX := number(fs.find(top, "lon"))
	if !okX || !okY || geo.Check(orb.Point{lon, lat}) != nil {
		return f, ErrPlace
	}
	f.Point = orb.Point{lon, lat}
	if v, ok := number(fs.find(top, "speed")); ok && v >= 0 {
		v *= metresPerSecond[fs["speed"].unit]
		f.SpeedMPS = &v
	}
	if v, ok := number(fs.find(top, "heading")); ok {
		f.Heading = (*geo.Bearing)(&v)
	}
	if v, ok := number(fs.find(top, "accuracy")); ok {
		f.AccuracyM = &v
	}
	return f, nil
}

var metresPerSecond = map[string]float64{"mps": 1, "kmh": 1 / 3.6, "knot": 1852.0 / 3600}

// find walks to a value; nil when it is not there.
func (fs Fields) find(top map[string]any, value string) any {
	path := fs[value].path
	if len(path) == 0 {
		return nil
	}
	var at any = top
	for _, step := range path {
		switch inside := at.(type) {
		case map[string]any:
			at = inside[step]
		case []any:
			n, err := strconv.Atoi(step)
			if err != nil || n < 0 || n >= len(inside) {
				return nil
			}
			at = inside[n]
		default:
			return nil
		}
	}
	return at
}

// number reads a number, or text that is one.
func number(v any) (float64, bool) {
	text, ok := "", false
	switch v := v.(type) {
	case json.Number:
		text, ok = v.String(), true
	case string:
		text, ok = strings.TrimSpace(v), v != ""
	}
	n, err := strconv.ParseFloat(text, 64)
	return n, ok && err == nil && !math.IsNaN(n) && !math.IsInf(n, 0)
}

// truth reads what devices send for a button that is pressed.
func truth(v any) bool {
	if b, ok := v.(bool); ok {
		return b
	}
	if n, ok := number(v); ok {
		return n != 0
	}
	text, _ := v.(string)
	return strings.EqualFold(text, "true") || strings.EqualFold(text, "sos")
}

// china is the zone of times that say none, where the mapping says so.
var china = time.FixedZone("UTC+8", 8*3600)

const localForm = "2006-01-02 15:04:05"

// seconds is the largest number taken for Unix seconds (the year 5138); above,
// it counts milliseconds.
const seconds = 1e11

// moment reads the time: RFC 3339 with its zone, Unix seconds or milliseconds,
// or, where the mapping says local, a time of China. None said is zero.
func (fs Fields) moment(top map[string]any) (time.Time, error) {
	v := fs.find(top, "time")
	if v == nil {
		return time.Time{}, nil
	}
	if n, ok := number(v); ok && fs["time"].unit == "" {
		if n > seconds {
			n /= 1000
		}
		if n <= 0 || n > seconds {
			return time.Time{}, ErrTime.With("%.40v is no time", v)
		}
		whole, part := math.Modf(n)
		return time.Unix(int64(whole), int64(math.Round(part*1e3))*1e6).UTC(), nil
	}
	text, _ := v.(string)
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil && fs["time"].unit == "local" {
		at, err = time.ParseInLocation(localForm, strings.Replace(text, "T", " ", 1), china)
	}
	if err != nil || at.Year() < 1970 || at.Year() > 9000 {
		return time.Time{}, ErrTime.With("%.40q is no time with a zone", text)
	}
	return at.UTC(), nil
}
