package web

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/dispatch/wire/cap"
)

// beijing is the zone warnings say their times in.
var beijing = time.FixedZone("CST", 8*3600)

// capCategory is what CAP calls what is warned of.
var capCategory = map[string]string{
	"geohazard": "Geo", "earthquake": "Geo", "tailings": "Safety", "mine": "Safety", "forest_fire": "Fire", "hazmat": "CBRNE",
	"public_health": "Health", "social": "Security", "other": "Other",
}

// capOf is a message of ours as CAP has it: a function of the message alone, so
// that the same one gives the same bytes for ever.
func capOf(m dispatch.WarningSent) (*cap.Alert, error) {
	t := m.WarningText
	said := func(at *time.Time) cap.Time {
		if at == nil {
			return cap.Time{}
		}
		return cap.Time{Time: at.In(beijing)}
	}
	area := cap.Area{Description: t.AreaText}
	if t.Polygon != nil {
		var err error
		if area.Polygons, err = cap.Polygons(t.Polygon.MultiPolygon); err != nil {
			return nil, err
		}
	}
	for _, code := range t.Divisions {
		area.Geocodes = append(area.Geocodes, cap.Pair{Name: cap.GeocodeName, Value: code + "000000000000"[len(code):]})
	}
	category := capCategory[t.Kind]
	if category == "" {
		category = "Met"
	}
	info := cap.Info{
		Language: "zh-CN", Categories: []string{category}, Event: dispatch.Words("warning_kind", t.Kind)[0], ResponseTypes: []string{responseTo(m)},
		Urgency: t.Urgency, Certainty: t.Certainty, Effective: said(&m.Sent), Onset: said(t.Onset), Expires: said(&t.Expires), SenderName: m.SenderName,
		Headline: t.Headline, Description: t.Description, Instruction: t.Instruction, Areas: []cap.Area{area},
	}
	if t.Effective != nil {
		info.Effective = said(t.Effective)
	}
	info.Paint(cap.Colour(t.Colour))
	a := &cap.Alert{
		Identifier: m.Identifier, Sender: m.Sender, Sent: said(&m.Sent), Status: cap.Actual, MsgType: m.Message, Scope: cap.Public,
		Note: m.Note, References: strings.Join(m.References, " "), Infos: []cap.Info{info},
	}
	if t.Exercise != "" {
		a.Drill(t.Exercise)
	}
	return a, nil
}

func responseTo(m dispatch.WarningSent) string {
	switch {
	case m.Message == dispatch.MessageCancel:
		return "AllClear"
	case m.Colour == "red" || m.Colour == "orange":
		return "Execute"
	}
	return "Prepare"
}

// EncodeWarning writes a message of ours, or says why it cannot be sent.
func EncodeWarning(m dispatch.WarningSent) ([]byte, error) {
	a, err := capOf(m)
	if err != nil {
		return nil, err
	}
	return a.Encode()
}

// Bounds of what is kept of another house's message.
const (
	mostForeign = 64 << 10 // bytes, as JSON
	mostCorners = 10_000
)

// errNoWarning refuses what answers a message and warns of nothing.
var errNoWarning = &dispatch.Error{Kind: dispatch.Invalid, Code: "cap_no_warning", Text: "an acknowledgement or error, not a warning"}

// foreignOf is another house's message as the desk keeps it. What it says
// against the standard is noted, and it is kept all the same.
func foreignOf(a *cap.Alert, source string) (dispatch.Warning, error) {
	if a.MsgType != cap.MsgAlert && a.MsgType != cap.MsgUpdate && a.MsgType != cap.MsgCancel {
		return dispatch.Warning{}, errNoWarning.With("a message of type %s", a.MsgType)
	}
	whole := *a
	whole.Infos = slices.Clone(a.Infos)
	for i := range whole.Infos {
		whole.Infos[i].Resources = slices.Clone(whole.Infos[i].Resources)
		for k := range whole.Infos[i].Resources {
			whole.Infos[i].Resources[k].DerefURI = ""
		}
	}
	raw, err := json.Marshal(whole)
	if err != nil {
		return dispatch.Warning{}, fmt.Errorf("keep message %s: %w", a.Identifier, err)
	}
	if len(raw) > mostForeign {
		return dispatch.Warning{}, &dispatch.Error{Kind: dispatch.TooLarge, Code: "too_large", Text: fmt.Sprintf("%d bytes, more than %d are kept of one message", len(raw), mostForeign)}
	}
	f := &dispatch.WarningForeign{
		Sender: a.Sender, Identifier: a.Identifier, Sent: a.Sent.UTC(), Message: a.MsgType, Status: a.Status, Scope: a.Scope, Signed: a.Signed,
		Problems: a.Check(), Source: source, Alert: raw,
	}
	if refers, err := a.Refers(); err == nil { // else Check has said so
		for _, r := range refers {
			f.References = append(f.References, dispatch.MessageKey(r.Sender, r.Identifier, r.Sent))
		}
	}
	return dispatch.Warning{Foreign: f, Text: textOf(a, f)}, nil
}

// textOf reads what a message says from its part in Chinese, or else its first.
func textOf(a *cap.Alert, f *dispatch.WarningForeign) *dispatch.WarningText {
	t := &dispatch.WarningText{Kind: "other", Urgency: "Unknown", Certainty: "Unknown", Headline: a.Note}
	if len(a.Infos) == 0 {
		return t
	}
	at := max(0, slices.IndexFunc(a.Infos, func(i cap.Info) bool { return strings.HasPrefix(strings.ToLower(i.Language), "zh") }))
	i := a.Infos[at]
	f.SenderName = i.SenderName
	t.Event, t.Headline, t.Description, t.Instruction, t.Urgency, t.Certainty = i.Event, i.Headline, i.Description, i.Instruction, i.Urgency, i.Certainty
	if t.Headline == "" {
		t.Headline = i.Event
	}
	for code, words := range dispatch.Labels["warning_kind"] {
		if code != "other" && strings.Contains(i.Event+i.Headline, words[0]) {
			t.Kind = code
		}
	}
	colour, said := i.Colour()
	if !said {
		colour, _ = cap.ColourOf(i.Severity)
	}
	t.Colour, t.Effective, t.Onset, t.Expires = string(colour), moment(i.Effective), moment(i.Onset), i.Expires.UTC()
	if i.Expires.IsZero() {
		t.Expires = time.Time{}
	}
	var drawn orb.MultiPolygon
	for n, area := range i.Areas {
		if n > 0 {
			t.AreaText += "；"
		}
		t.AreaText += area.Description
		t.Divisions = append(t.Divisions, area.Divisions()...)
		ground, _, err := area.Ground(func(string) (orb.Geometry, bool) { return nil, false })
		if err != nil {
			f.Problems = append(f.Problems, dispatch.Field{Path: fmt.Sprintf("alert.info[%d].area[%d]", at, n), Code: "bad_geometry", Text: err.Error()})
		}
		drawn = append(drawn, ground...)
	}
	t.Polygon = bounded(drawn, f)
	return t
}

func bounded(drawn orb.MultiPolygon, f *dispatch.WarningForeign) *dispatch.WarnedArea {
	corners := 0
	for _, part := range drawn {
		for _, ring := range part {
			corners += len(ring)
		}
	}
	switch {
	case corners == 0:
		return nil
	case corners > mostCorners:
		f.Problems = append(f.Problems, dispatch.Field{Path: "alert.info.area", Code: "too_many_vertices", Text: "its ground is not drawn"})
		return nil
	}
	return &dispatch.WarnedArea{MultiPolygon: drawn}
}

func moment(at cap.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	return ptr(at.UTC())
}

// foreignAgain writes another house's message as it came, but for its
// signature, which would not fit what we write.
func foreignAgain(f *dispatch.WarningForeign) ([]byte, error) {
	var a cap.Alert
	if err := json.Unmarshal(f.Alert, &a); err != nil {
		return nil, fmt.Errorf("read message %s: %w", f.Identifier, err)
	}
	a.XMLName = xml.Name{Space: cap.Namespace, Local: "alert"}
	raw, err := xml.MarshalIndent(&a, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write message %s: %w", f.Identifier, err)
	}
	return append([]byte(xml.Header), raw...), nil
}
