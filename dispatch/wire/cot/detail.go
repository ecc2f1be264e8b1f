package cot

import (
	"encoding/xml"
	"fmt"
	"strings"
	"time"

	"onemap/dispatch/wire/markup"
)

// named makes an element of attributes that come as name and value in turn.
func named(name string, attributes ...string) *markup.Element {
	e := &markup.Element{Name: xml.Name{Local: name}}
	for i := 0; i+1 < len(attributes); i += 2 {
		set(e, attributes[i], attributes[i+1])
	}
	return e
}

func set(e *markup.Element, name, value string) {
	e.Attr = append(e.Attr, xml.Attr{Name: xml.Name{Local: name}, Value: value})
}

func within(name string, children ...*markup.Element) *markup.Element {
	return &markup.Element{Name: xml.Name{Local: name}, Children: children}
}

func text(name, said string) *markup.Element {
	return &markup.Element{Name: xml.Name{Local: name}, Text: said}
}

// said returns an attribute of a child of the detail, "" when there is none.
func (e *Event) said(child, name string) string {
	v, _ := e.Detail.Child(child).Value(name)
	return v
}

// CallSign is the name the sender goes by; not everybody sends one.
func (e *Event) CallSign() string { return e.said("contact", "callsign") }

// Parent is the uid of who made the thing the event is about, "" when the event
// is about its sender.
func (e *Event) Parent() string {
	if e.Detail == nil {
		return ""
	}
	for _, c := range e.Detail.Children {
		relation, _ := c.Value("relation")
		if uid, _ := c.Value("uid"); c.Name.Local == "link" && relation == "p-p" {
			return uid
		}
	}
	return ""
}

const timeForm = "2006-01-02T15:04:05.000Z"

func formatTime(at time.Time) string { return at.UTC().Format(timeForm) }

// parseTime reads an xs:dateTime with its zone. What is seen in the wild and is
// none is refused by what is wrong with it; guessing would move a position in
// time.
func parseTime(name, text string) (time.Time, error) {
	text = strings.TrimSpace(text)
	if at, err := time.Parse(time.RFC3339Nano, text); err == nil && !strings.Contains(text, ",") && at.Year() >= 1970 && at.Year() < 2200 {
		return at.UTC(), nil
	}
	why := "is not a time as 2026-11-23T00:00:00.000Z"
	switch {
	case text == "":
		why = "is missing"
	case strings.Trim(text, "0123456789") == "":
		why = "counts from an epoch"
	case strings.Contains(text, ","):
		why = "has a comma for its point"
	case strings.ContainsRune(text, ' '):
		why = "has a space for its T"
	case strings.Count(strings.TrimSuffix(text, "Z"), ":") > 2 && strings.HasSuffix(text, "Z"):
		why = "has a fourth part after the seconds" // seen as 08:13:25:00Z
	case !strings.HasSuffix(text, "Z") && strings.LastIndexAny(text, "+-") < strings.IndexByte(text, 'T'):
		why = "has no zone"
	}
	return time.Time{}, ErrTime.With("%s %s", name, fmt.Sprintf("%.40q %s", text, why))
}
