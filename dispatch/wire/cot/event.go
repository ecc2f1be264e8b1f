// Package cot speaks Cursor on Target 2.0 (战术态势事件), as ATAK, iTAK and WinTAK
// do: events in XML, the TAK protocol version 1 in protobuf, and the change from
// one to the other within a connection. It decodes, translates and encodes; who
// may speak and what becomes of it is for dispatch.Intake to say.
package cot

import (
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/dispatch/wire/markup"
	"onemap/geo"
)

// Unknown is what a height or an error says that is not known. TAK 4 and older
// write 999999.
const Unknown = 9999999.0

const unknownBefore = 999999.0

// The refusals, beside those of package markup.
var (
	ErrNotEvent = &dispatch.Error{Kind: dispatch.Invalid, Code: "cot_not_event", Text: "not an event of Cursor on Target"}
	ErrField    = &dispatch.Error{Kind: dispatch.Invalid, Code: "cot_field", Text: "a field of the event cannot be"}
	ErrTime     = &dispatch.Error{Kind: dispatch.Invalid, Code: "cot_time", Text: "a time of the event cannot be read"}
	ErrPlace    = &dispatch.Error{Kind: dispatch.Invalid, Code: "cot_place", Text: "the point of the event is no place on earth"}
)

// Event is one event: what, where, from when until when. Detail is what its
// sender adds, element by element; nil when it adds nothing.
type Event struct {
	Version string
	UID     string
	Type    string // a-f-G-U-C: an atom, friendly, on the ground …
	How     string // h-e: entered by a human; m-g: by a machine, GPS
	Access  string
	QoS     string
	Opex    string // o, e or s, and a name: operation, exercise, simulation
	Time    time.Time
	Start   time.Time
	Stale   time.Time // what is past this vanishes from the map
	Point   orb.Point // WGS84
	HAE     float64   // height above the ellipsoid, metres; Unknown
	CE      float64   // circular error, metres; Unknown
	LE      float64   // linear error, metres; Unknown
	Detail  *markup.Element
}

// Limits of one event.
var eventLimits = markup.Limits{Bytes: maxEvent, Depth: 24, Elements: 4000}

const (
	maxEvent = 128 << 10
	maxUID   = 256
	maxType  = 128
	maxShort = 256
)

// Decode reads one event of XML.
func Decode(raw []byte) (*Event, error) {
	root, err := markup.Read(raw, eventLimits)
	if err != nil {
		return nil, err
	}
	if root.Name.Local != "event" {
		return nil, ErrNotEvent.With("%.40q is not an event", root.Name.Local)
	}
	word := func(name string) string { v, _ := root.Value(name); return v }
	e := &Event{
		Version: word("version"), UID: word("uid"), Type: word("type"), How: word("how"),
		Access: word("access"), QoS: word("qos"), Opex: word("opex"), Detail: root.Child("detail"),
	}
	for name, at := range map[string]*time.Time{"time": &e.Time, "start": &e.Start, "stale": &e.Stale} {
		if *at, err = parseTime(name, word(name)); err != nil {
			return nil, err
		}
	}
	if err := e.place(root.Child("point")); err != nil {
		return nil, err
	}
	return e, e.sound()
}

func (e *Event) place(point *markup.Element) error {
	if point == nil {
		return ErrPlace.With("no point")
	}
	for name, to := range map[string]*float64{"lat": &e.Point[1], "lon": &e.Point[0], "hae": &e.HAE, "ce": &e.CE, "le": &e.LE} {
		text, said := point.Value(name)
		if text == "" && to != &e.Point[0] && to != &e.Point[1] {
			*to = Unknown // some leave out what they do not know
			continue
		}
		v, err := strconv.ParseFloat(text, 64)
		if err != nil || !said {
			return ErrPlace.With("%s %.40q is not a number", name, text)
		}
		*to = v
	}
	return nil
}

// sound refuses what no event may say, whichever way it came.
func (e *Event) sound() error {
	if v, err := strconv.ParseFloat(e.Version, 64); err != nil || v < 2 || v >= 3 {
		return ErrNotEvent.With("version %.20q is none we read", e.Version)
	}
	for _, f := range []struct {
		name, text string
		min, max   int
	}{{"uid", e.UID, 1, maxUID}, {"type", e.Type, 1, maxType}, {"how", e.How, 0, maxShort}, {"access", e.Access, 0, maxShort}, {"qos", e.QoS, 0, maxShort}, {"opex", e.Opex, 0, maxShort}} {
		if len(f.text) < f.min || len(f.text) > f.max {
			return ErrField.With("%s of %d bytes, wants %d to %d", f.name, len(f.text), f.min, f.max)
		}
	}
	if strings.ContainsFunc(e.Type, func(r rune) bool {
		return r > '~' || !strings.ContainsRune("-._;", r) && !('0' <= r && r <= '9' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z')
	}) {
		return ErrField.With("type %.40q", e.Type)
	}
	if err := geo.Check(e.Point); err != nil {
		return ErrPlace.With("%v", err)
	}
	for name, v := range map[string]*float64{"hae": &e.HAE, "ce": &e.CE, "le": &e.LE} {
		if *v == unknownBefore || *v >= Unknown {
			*v = Unknown
		}
		if !(*v >= -1e5 && *v <= Unknown) {
			return ErrField.With("%s %g metres", name, *v)
		}
	}
	if e.Stale.Before(e.Start) {
		return ErrTime.With("stale before it starts")
	}
	return nil
}

// Encode writes an event as XML, with a declaration and no line end after it,
// as TAK servers want a stream to be.
func (e *Event) Encode() []byte {
	b := append(make([]byte, 0, 1024), "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"...)
	return e.element().Append(b)
}

func (e *Event) element() *markup.Element {
	root := named("event", "version", "2.0", "uid", e.UID, "type", e.Type, "time", formatTime(e.Time), "start", formatTime(e.Start), "stale", formatTime(e.Stale), "how", e.How)
	for _, a := range [][2]string{{"access", e.Access}, {"qos", e.QoS}, {"opex", e.Opex}} {
		if a[1] != "" {
			set(root, a[0], a[1])
		}
	}
	number := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
	length := func(v float64) string {
		if v == Unknown {
			return "9999999.0"
		}
		return number(v)
	}
	point := named("point", "lat", number(e.Point[1]), "lon", number(e.Point[0]), "hae", length(e.HAE), "ce", length(e.CE), "le", length(e.LE))
	root.Children = append(root.Children, point)
	detail := e.Detail
	if detail == nil {
		detail = named("detail")
	}
	root.Children = append(root.Children, detail)
	return root
}
