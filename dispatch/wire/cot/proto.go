package cot

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"onemap/dispatch"
	"onemap/dispatch/wire/markup"
)

// ErrProto says that a message is not the protobuf of the TAK protocol.
var ErrProto = &dispatch.Error{Kind: dispatch.Malformed, Code: "tak_malformed", Text: "not a message of the TAK protocol"}

// Fields of TakMessage, CotEvent and Detail, by the public description of the
// TAK protocol, version 1.
const (
	messageControl = 1
	messageEvent   = 2

	eventType   = 1
	eventAccess = 2
	eventQoS    = 3
	eventOpex   = 4
	eventUID    = 5
	eventSend   = 6 // milliseconds since 1970, as the two that follow
	eventStart  = 7
	eventStale  = 8
	eventHow    = 9
	eventLat    = 10
	eventLon    = 11
	eventHAE    = 12
	eventCE     = 13
	eventLE     = 14
	eventDetail = 15

	detailXML = 1
)

// typed are the elements of a detail that have a message of their own: its
// field number, and the attribute behind each of the message's numbers.
var typed = []struct {
	element    string
	number     protowire.Number
	attributes []string
	kind       protowire.Type
	spare      string // an attribute that may be absent
}{
	{"contact", 2, []string{"endpoint", "callsign"}, protowire.BytesType, "endpoint"},
	{"__group", 3, []string{"name", "role"}, protowire.BytesType, ""},
	{"precisionlocation", 4, []string{"geopointsrc", "altsrc"}, protowire.BytesType, ""},
	{"status", 5, []string{"battery"}, protowire.VarintType, ""},
	{"takv", 6, []string{"device", "platform", "os", "version"}, protowire.BytesType, ""},
	{"track", 7, []string{"speed", "course"}, protowire.Fixed64Type, ""},
}

// fields walks one protobuf message and hands over each field that is whole.
func fields(raw []byte, take func(n protowire.Number, v value) error) error {
	for len(raw) > 0 {
		n, kind, size := protowire.ConsumeTag(raw)
		if size < 0 {
			return ErrProto.With("a tag: %v", protowire.ParseError(size))
		}
		raw = raw[size:]
		v := value{kind: kind}
		switch kind {
		case protowire.VarintType:
			v.number, size = protowire.ConsumeVarint(raw)
		case protowire.Fixed64Type:
			v.number, size = protowire.ConsumeFixed64(raw)
		case protowire.BytesType:
			v.bytes, size = protowire.ConsumeBytes(raw)
		default:
			size = protowire.ConsumeFieldValue(n, kind, raw) // none of ours: skipped
		}
		if size < 0 {
			return ErrProto.With("field %d: %v", n, protowire.ParseError(size))
		}
		raw = raw[size:]
		if err := take(n, v); err != nil {
			return err
		}
	}
	return nil
}

type value struct {
	kind   protowire.Type
	number uint64
	bytes  []byte
}

// DecodeMessage reads one TakMessage without its frame: the event, nil when the
// message only controls the protocol.
func DecodeMessage(raw []byte) (*Event, error) {
	if len(raw) > maxEvent {
		return nil, markup.ErrTooLarge.With("%d bytes, more than %d", len(raw), maxEvent)
	}
	var e *Event
	err := fields(raw, func(n protowire.Number, v value) error {
		if n != messageEvent || v.kind != protowire.BytesType {
			return nil
		}
		if e != nil {
			return ErrProto.With("two events in one message")
		}
		e = &Event{Version: "2.0"}
		return e.take(v.bytes)
	})
	if err != nil || e == nil {
		return nil, err
	}
	return e, e.sound()
}

func (e *Event) take(raw []byte) error {
	words := map[protowire.Number]*string{eventType: &e.Type, eventAccess: &e.Access, eventQoS: &e.QoS, eventOpex: &e.Opex, eventUID: &e.UID, eventHow: &e.How}
	times := map[protowire.Number]*time.Time{eventSend: &e.Time, eventStart: &e.Start, eventStale: &e.Stale}
	numbers := map[protowire.Number]*float64{eventLat: &e.Point[1], eventLon: &e.Point[0], eventHAE: &e.HAE, eventCE: &e.CE, eventLE: &e.LE}
	err := fields(raw, func(n protowire.Number, v value) error {
		switch {
		case words[n] != nil && v.kind == protowire.BytesType:
			*words[n] = string(v.bytes)
		case times[n] != nil && v.kind == protowire.VarintType:
			if v.number >= 1<<43 { // the year 2248
				return ErrTime.With("field %d counts %d milliseconds", n, v.number)
			}
			*times[n] = time.UnixMilli(int64(v.number)).UTC()
		case numbers[n] != nil && v.kind == protowire.Fixed64Type:
			*numbers[n] = math.Float64frombits(v.number)
		case n == eventDetail && v.kind == protowire.BytesType:
			return e.takeDetail(v.bytes)
		}
		return nil
	})
	for name, at := range map[string]*time.Time{"time": &e.Time, "start": &e.Start, "stale": &e.Stale} {
		if err == nil && at.IsZero() {
			err = ErrTime.With("%s is missing", name)
		}
	}
	return err
}

// takeDetail joins the XML of a detail with its typed messages. What stands in
// both is taken from the XML, as the description says.
func (e *Event) takeDetail(raw []byte) error {
	detail := &markup.Element{}
	var own []*markup.Element
	err := fields(raw, func(n protowire.Number, v value) error {
		if v.kind != protowire.BytesType {
			return nil
		}
		if n == detailXML {
			wrapped := slices.Concat([]byte("<detail>"), v.bytes, []byte("</detail>"))
			read, err := markup.Read(wrapped, eventLimits)
			if err == nil {
				detail = read
			}
			return err
		}
		for _, t := range typed {
			if t.number == n {
				child := named(t.element)
				own = append(own, child)
				return takeTyped(child, t.attributes, t.kind, v.bytes)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	detail.Name.Local = "detail"
	for _, c := range own {
		if detail.Child(c.Name.Local) == nil {
			detail.Children = append(detail.Children, c)
		}
	}
	e.Detail = detail
	return nil
}

func takeTyped(child *markup.Element, attributes []string, kind protowire.Type, raw []byte) error {
	said := make([]string, len(attributes))
	err := fields(raw, func(n protowire.Number, v value) error {
		if i := int(n) - 1; i < len(attributes) && v.kind == kind {
			switch kind {
			case protowire.VarintType:
				said[i] = strconv.FormatUint(v.number, 10)
			case protowire.Fixed64Type:
				said[i] = strconv.FormatFloat(math.Float64frombits(v.number), 'f', -1, 64)
			default:
				said[i] = strings.ToValidUTF8(string(v.bytes), "\uFFFD")
			}
		}
		return nil
	})
	for i, name := range attributes {
		if said[i] == "" && kind != protowire.BytesType {
			said[i] = "0" // what is zero is not sent
		}
		if said[i] != "" {
			set(child, name, said[i])
		}
	}
	return err
}
