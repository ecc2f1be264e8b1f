package cap

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"onemap/dispatch"
	"onemap/dispatch/wire/markup"
)

// rule is one element of a sequence of the schema: how often it may stand, and
// what it holds, which is text, a value that reads says is none, or a sequence.
type rule struct {
	name  string
	min   int
	many  bool
	bad   func(text, version string) (code, why string)
	of    []rule
	since string // the version that tightened it: before, any text, or none
}

const namespace11 = "urn:oasis:names:tc:emergency:cap:1.1"
const signatures = "http://www.w3.org/2000/09/xmldsig#"
const instances = "http://www.w3.org/2001/XMLSchema-instance"

var pair = []rule{{name: "valueName", min: 1}, {name: "value", min: 1}}

// schema is the alert of CAP 1.2, element by element.
var schema = []rule{
	{name: "identifier", min: 1}, {name: "sender", min: 1}, {name: "sent", min: 1, bad: badTime},
	{name: "status", min: 1, bad: noneOf("Actual", "Exercise", "System", "Test", "Draft")},
	{name: "msgType", min: 1, bad: noneOf("Alert", "Update", "Cancel", "Ack", "Error")},
	{name: "source"}, {name: "scope", min: 1, bad: noneOf("Public", "Restricted", "Private")},
	{name: "restriction"}, {name: "addresses"}, {name: "code", many: true},
	{name: "note"}, {name: "references"}, {name: "incidents"},
	{name: "info", many: true, of: []rule{
		{name: "language", bad: unlike(language, "a language tag")},
		{name: "category", min: 1, many: true, bad: noneOf("Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra", "CBRNE", "Other")},
		{name: "event", min: 1},
		{name: "responseType", many: true, bad: noneOf("Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None")},
		{name: "urgency", min: 1, bad: noneOf("Immediate", "Expected", "Future", "Past", "Unknown")},
		{name: "severity", min: 1, bad: noneOf("Extreme", "Severe", "Moderate", "Minor", "Unknown")},
		{name: "certainty", min: 1, bad: noneOf("Observed", "Likely", "Possible", "Unlikely", "Unknown")},
		{name: "audience"}, {name: "eventCode", many: true, of: pair},
		{name: "effective", bad: badTime}, {name: "onset", bad: badTime}, {name: "expires", bad: badTime},
		{name: "senderName"}, {name: "headline"}, {name: "description"}, {name: "instruction"},
		{name: "web", bad: badURI}, {name: "contact"}, {name: "parameter", many: true, of: pair},
		{name: "resource", many: true, of: []rule{
			{name: "resourceDesc", min: 1}, {name: "mimeType", min: 1, since: "1.2"}, {name: "size", bad: unlike(integer, "a whole number")},
			{name: "uri", bad: badURI}, {name: "derefUri"}, {name: "digest"},
		}},
		{name: "area", many: true, of: []rule{
			{name: "areaDesc", min: 1}, {name: "polygon", many: true}, {name: "circle", many: true}, {name: "geocode", many: true, of: pair},
			{name: "altitude", bad: unlike(decimal, "a decimal number"), since: "1.2"}, {name: "ceiling", bad: unlike(decimal, "a decimal number"), since: "1.2"},
		}},
	}},
}

var (
	language = regexp.MustCompile(`^([a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*)?$`) // empty: the default
	integer  = regexp.MustCompile(`^[+-]?[0-9]+$`)
	decimal  = regexp.MustCompile(`^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$`)
	moment   = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+](\d\d:[0-5]\d)$`)
)

// noneOf takes the text as it stands: the schema does not trim its codes.
func noneOf(set ...string) func(text, version string) (code, why string) {
	return func(text, _ string) (string, string) {
		if slices.Contains(set, text) {
			return "", ""
		}
		return "bad_enum", fmt.Sprintf("%.40q is none of %s", text, strings.Join(set, ", "))
	}
}

func unlike(form *regexp.Regexp, wants string) func(text, version string) (code, why string) {
	return func(text, _ string) (string, string) {
		if form.MatchString(strings.TrimSpace(text)) {
			return "", ""
		}
		return "bad_text", fmt.Sprintf("%.40q is not %s", text, wants)
	}
}

// badURI takes spaces, which the schema takes to be escaped later.
func badURI(text, _ string) (code, why string) {
	if _, err := url.Parse(strings.ReplaceAll(strings.TrimSpace(text), " ", "+")); err != nil {
		return "bad_text", fmt.Sprintf("%.40q is not a URI", text)
	}
	return "", ""
}

func badTime(text, version string) (code, why string) {
	if _, err := parseTime(strings.TrimSpace(text), version); err != nil {
		return "bad_time", err.Error()
	}
	return "", ""
}

// parseTime reads 2026-11-23T08:00:00+08:00 and nothing else; of version 1.1
// also Z and parts of a second. A time without a zone is no time.
func parseTime(text, version string) (time.Time, error) {
	if version == "1.1" {
		if at, err := time.Parse(time.RFC3339Nano, text); err == nil {
			return at, nil
		}
	}
	if m := moment.FindStringSubmatch(text); m != nil && m[1] <= "14:00" {
		if at, err := time.Parse("2006-01-02T15:04:05-07:00", text); err == nil {
			return at, nil
		}
	}
	return time.Time{}, fmt.Errorf("%.40q is not a time as 2026-11-23T08:00:00+08:00", text)
}

// judge holds one element against the sequence of the schema and notes every
// part that is missing, out of its place, or none of what may stand there.
func judge(p *dispatch.Problems, path string, e *markup.Element, space, version string, rules []rule) {
	judgeAttributes(p, path, e)
	if strings.TrimSpace(e.Text) != "" {
		p.Add(path, "cap_element", "text between elements")
	}
	left := e.Children
	for _, r := range rules {
		n := 0
		for ; len(left) > 0 && left[0].Name.Space == space && left[0].Name.Local == r.name && (n == 0 || r.many) && len(*p) < maxProblems; n++ {
			judgeOne(p, place(path, r, n), left[0], space, version, r)
			left = left[1:]
		}
		if len(*p) >= maxProblems {
			return
		}
		if n < r.min && (r.since == "" || version >= r.since) {
			p.Add(place(path, r, 0), "required", "missing, or not where the schema wants it")
		}
	}
	if len(left) > 0 {
		p.Add(path+"."+left[0].Name.Local, "cap_element", "not expected here by the schema")
	}
}

// judgeAttributes: the schema has none, but for those of XML itself.
func judgeAttributes(p *dispatch.Problems, path string, e *markup.Element) {
	for _, a := range e.Attr {
		if a.Name.Space != "xmlns" && a.Name != xmlnsName && (a.Name.Space != instances || !strings.HasSuffix(strings.ToLower(a.Name.Local), "schemalocation")) {
			p.Add(path+"@"+a.Name.Local, "cap_element", "no such attribute in the schema")
		}
	}
}

func judgeOne(p *dispatch.Problems, path string, e *markup.Element, space, version string, r rule) {
	if r.of != nil {
		judge(p, path, e, space, version, r.of)
		return
	}
	judgeAttributes(p, path, e)
	switch {
	case len(e.Children) > 0:
		p.Add(path, "cap_element", "holds text only")
		return
	case r.bad == nil || r.since > version:
		return
	}
	if code, why := r.bad(e.Text, version); code != "" {
		p.Add(path, code, "%s", why)
	}
}

func place(path string, r rule, n int) string {
	if r.many {
		return fmt.Sprintf("%s.%s[%d]", path, r.name, n)
	}
	return path + "." + r.name
}
