package cot

import (
	"math"
	"strconv"

	"google.golang.org/protobuf/encoding/protowire"

	"onemap/dispatch/wire/markup"
)

// EncodeMessage writes an event as a TakMessage without its frame.
func (e *Event) EncodeMessage() []byte {
	var b []byte
	word := func(n protowire.Number, text string) {
		if text != "" {
			b = protowire.AppendString(protowire.AppendTag(b, n, protowire.BytesType), text)
		}
	}
	count := func(n protowire.Number, v int64) {
		b = protowire.AppendVarint(protowire.AppendTag(b, n, protowire.VarintType), uint64(max(v, 0)))
	}
	number := func(n protowire.Number, v float64) {
		b = protowire.AppendFixed64(protowire.AppendTag(b, n, protowire.Fixed64Type), math.Float64bits(v))
	}
	word(eventType, e.Type)
	word(eventAccess, e.Access)
	word(eventQoS, e.QoS)
	word(eventOpex, e.Opex)
	word(eventUID, e.UID)
	count(eventSend, e.Time.UnixMilli())
	count(eventStart, e.Start.UnixMilli())
	count(eventStale, e.Stale.UnixMilli())
	word(eventHow, e.How)
	number(eventLat, e.Point[1])
	number(eventLon, e.Point[0])
	number(eventHAE, e.HAE)
	number(eventCE, e.CE)
	number(eventLE, e.LE)
	if e.Detail != nil {
		b = protowire.AppendBytes(protowire.AppendTag(b, eventDetail, protowire.BytesType), appendDetail(nil, e.Detail))
	}
	return protowire.AppendBytes(protowire.AppendTag(nil, messageEvent, protowire.BytesType), b)
}

// appendDetail writes what fits a typed message exactly as one, and the rest as
// XML: a reader takes the XML for what stands in both.
func appendDetail(b []byte, detail *markup.Element) []byte {
	var rest, own []byte
	seen := map[string]int{}
	for _, c := range detail.Children {
		seen[c.Name.Local]++
	}
	for _, c := range detail.Children {
		n, message, fits := typedOf(c)
		if fits && seen[c.Name.Local] == 1 {
			own = protowire.AppendBytes(protowire.AppendTag(own, n, protowire.BytesType), message)
		} else {
			rest = c.Append(rest)
		}
	}
	if len(rest) > 0 {
		b = protowire.AppendBytes(protowire.AppendTag(b, detailXML, protowire.BytesType), rest)
	}
	return append(b, own...)
}

// typedOf returns the typed message of an element, and whether it says all that
// the element does and no more.
func typedOf(c *markup.Element) (number protowire.Number, message []byte, fits bool) {
	for _, t := range typed {
		if t.element != c.Name.Local {
			continue
		}
		if c.Word() != "" || len(c.Children) > 0 {
			return 0, nil, false
		}
		found := 0
		for i, name := range t.attributes {
			text, said := c.Value(name)
			if !said && name == t.spare {
				continue
			}
			if !said || text == "" {
				return 0, nil, false // proto3 cannot tell empty from absent
			}
			var ok bool
			if message, ok = appendTyped(message, protowire.Number(i+1), t.kind, text); !ok {
				return 0, nil, false
			}
			found++
		}
		return t.number, message, found == len(c.Attr)
	}
	return 0, nil, false
}

func appendTyped(b []byte, n protowire.Number, kind protowire.Type, text string) ([]byte, bool) {
	b = protowire.AppendTag(b, n, kind)
	switch kind {
	case protowire.VarintType:
		v, err := strconv.ParseUint(text, 10, 32)
		return protowire.AppendVarint(b, v), err == nil
	case protowire.Fixed64Type:
		v, err := strconv.ParseFloat(text, 64)
		return protowire.AppendFixed64(b, math.Float64bits(v)), err == nil && !math.IsNaN(v) && !math.IsInf(v, 0)
	}
	return protowire.AppendString(b, text), true
}
