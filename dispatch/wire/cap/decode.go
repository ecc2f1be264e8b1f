package cap

import (
	"encoding/xml"
	"strings"

	"onemap/dispatch"
	"onemap/dispatch/wire/markup"
)

// Limits of one alert. The elements of a signature count.
var alertLimits = markup.Limits{Bytes: 2 << 20, Depth: 16, Elements: 20_000}

// maxProblems is how many faults of one alert are named.
const maxProblems = 50

// The refusals, beside those of package markup.
var (
	ErrNotCAP  = &dispatch.Error{Kind: dispatch.Invalid, Code: "cap_unknown", Text: "not an alert of CAP 1.1 or 1.2"}
	ErrInvalid = &dispatch.Error{Kind: dispatch.Invalid, Code: "cap_invalid", Text: "not valid by the schema of CAP"}
)

var xmlnsName = xml.Name{Local: "xmlns"}

// Decode reads one alert and holds it against the schema of its version. What
// is valid by the schema and yet against the words of the standard is for
// Check to say.
func Decode(raw []byte) (*Alert, error) {
	root, err := markup.Read(raw, alertLimits)
	if err != nil {
		return nil, err
	}
	return alertOf(root)
}

func alertOf(root *markup.Element) (*Alert, error) {
	version := map[string]string{Namespace: "1.2", namespace11: "1.1"}[root.Name.Space]
	if root.Name.Local != "alert" || version == "" {
		return nil, ErrNotCAP.With("%.40s in %.80q is not an alert of CAP 1.1 or 1.2", root.Name.Local, root.Name.Space)
	}
	// signatures stand at the end, and say nothing the schema speaks of
	bare, signed := *root, false
	for n := len(bare.Children); n > 0 && bare.Children[n-1].Name.Space == signatures; n-- {
		bare.Children, signed = bare.Children[:n-1], true
	}
	var p dispatch.Problems
	if judge(&p, "alert", &bare, root.Name.Space, version, schema); len(p) > 0 {
		refusal := *ErrInvalid
		refusal.Fields = p
		return nil, &refusal
	}
	a := fill(&bare, version)
	a.Version, a.Signed = version, signed
	return a, nil
}

// form reads the parts of an element that passed the schema.
type form struct {
	*markup.Element
	version string
}

func (f form) one(name string) string { return f.Child(name).Word() }

func (f form) time(name string) Time {
	at, err := parseTime(f.one(name), f.version)
	if err != nil {
		return Time{} // absent
	}
	return Time{at}
}

func (f form) all(name string) (found []form) {
	for _, c := range f.Children {
		if c.Name.Local == name {
			found = append(found, form{c, f.version})
		}
	}
	return found
}

func (f form) words(name string) (words []string) {
	for _, c := range f.all(name) {
		words = append(words, c.Word())
	}
	return words
}

func (f form) pairs(name string) (pairs []Pair) {
	for _, c := range f.all(name) {
		pairs = append(pairs, Pair{c.one("valueName"), c.one("value")})
	}
	return pairs
}

func fill(root *markup.Element, version string) *Alert {
	f := form{root, version}
	a := &Alert{
		Identifier: f.one("identifier"), Sender: f.one("sender"), Sent: f.time("sent"), Status: f.one("status"), MsgType: f.one("msgType"),
		Source: f.one("source"), Scope: f.one("scope"), Restriction: f.one("restriction"), Addresses: f.one("addresses"), Codes: f.words("code"),
		Note: f.one("note"), References: strings.Join(strings.Fields(f.one("references")), " "), Incidents: f.one("incidents"),
	}
	for _, i := range f.all("info") {
		a.Infos = append(a.Infos, infoOf(i))
	}
	return a
}

func infoOf(f form) Info {
	i := Info{
		Language: f.one("language"), Categories: f.words("category"), Event: f.one("event"), ResponseTypes: f.words("responseType"),
		Urgency: f.one("urgency"), Severity: f.one("severity"), Certainty: f.one("certainty"), Audience: f.one("audience"), EventCodes: f.pairs("eventCode"),
		Effective: f.time("effective"), Onset: f.time("onset"), Expires: f.time("expires"), SenderName: f.one("senderName"), Headline: f.one("headline"),
		Description: f.one("description"), Instruction: f.one("instruction"), Web: f.one("web"), Contact: f.one("contact"), Parameters: f.pairs("parameter"),
	}
	for _, r := range f.all("resource") {
		i.Resources = append(i.Resources, Resource{r.one("resourceDesc"), r.one("mimeType"), r.one("size"), r.one("uri"), r.one("derefUri"), r.one("digest")})
	}
	for _, a := range f.all("area") {
		i.Areas = append(i.Areas, Area{a.one("areaDesc"), a.words("polygon"), a.words("circle"), a.pairs("geocode"), a.one("altitude"), a.one("ceiling")})
	}
	return i
}
