package cap

import (
	"fmt"
	"strings"
	"time"

	"onemap/dispatch"
)

// Reference names an earlier message that an update, cancel, ack or error is about.
type Reference struct {
	Sender     string
	Identifier string
	Sent       time.Time
}

// maxReferences bounds one alert's.
const maxReferences = 200

// Key is what others refer to the alert by.
func (a *Alert) Key() Reference { return Reference{a.Sender, a.Identifier, a.Sent.Time} }

// String is the form of the standard, sender,identifier,sent.
func (r Reference) String() string {
	return r.Sender + "," + r.Identifier + "," + Time{r.Sent}.String()
}

// Refers reads the references of the alert.
func (a *Alert) Refers() (all []Reference, err error) {
	words := strings.Fields(a.References)
	if len(words) > maxReferences {
		return nil, fmt.Errorf("%d references, more than %d", len(words), maxReferences)
	}
	for _, w := range words {
		parts := strings.Split(w, ",")
		if len(parts) != 3 || parts[0] == "" || parts[1] == "" {
			return nil, fmt.Errorf("%.80q is not sender,identifier,sent", w)
		}
		at, err := parseTime(parts[2], a.Version)
		if err != nil {
			return nil, err
		}
		all = append(all, Reference{parts[0], parts[1], at})
	}
	return all, nil
}

// Check holds an alert against what the standard says in words and its schema
// cannot: nil when there is nothing to say. An alert from outside that fails is
// kept and shown with what is wrong; one of ours is not sent.
func (a *Alert) Check() dispatch.Problems {
	var p dispatch.Problems
	for path, text := range map[string]string{"alert.identifier": a.Identifier, "alert.sender": a.Sender} {
		if text == "" {
			p.Add(path, "required", "says nothing")
		} else if strings.ContainsAny(text, " ,<&\t\n") {
			p.Add(path, "bad_text", "holds a space, comma, < or &")
		}
	}
	if a.Scope == Restricted && a.Restriction == "" {
		p.Add("alert.restriction", "required", "a restricted alert says to whom")
	}
	if a.Scope == Private && a.Addresses == "" {
		p.Add("alert.addresses", "required", "a private alert names its addresses")
	}
	if a.Status == Exercise && a.Note == "" {
		p.Add("alert.note", "required", "an exercise names itself")
	}
	a.checkReferences(&p)
	for n := range a.Infos {
		checkInfo(&p, fmt.Sprintf("alert.info[%d]", n), &a.Infos[n])
	}
	if (a.MsgType == MsgAlert || a.MsgType == MsgUpdate) && len(a.Infos) == 0 {
		p.Add("alert.info", "required", "warns of nothing")
	}
	return p
}

func (a *Alert) checkReferences(p *dispatch.Problems) {
	all, err := a.Refers()
	switch {
	case err != nil:
		p.Add("alert.references", "bad_reference", "%v", err)
	case len(all) == 0 && a.MsgType != MsgAlert:
		p.Add("alert.references", "required", "%s of which message?", a.MsgType)
	}
	for _, r := range all {
		if r.Sender == a.Sender && r.Identifier == a.Identifier {
			p.Add("alert.references", "cycle", "refers to itself")
		}
	}
}

func checkInfo(p *dispatch.Problems, path string, i *Info) {
	if begins := i.Effective; !i.Expires.IsZero() && !begins.IsZero() && !i.Expires.After(begins.Time) {
		p.Add(path+".expires", "bad_time", "not after it takes effect")
	}
	if said, ok := i.Colour(); ok && i.Severity != said.Severity() && i.Severity != "Unknown" {
		p.Add(path+".severity", "cap_colour", "%s by its colour, %s by its severity", said, i.Severity)
	}
	for n, a := range i.Areas {
		at := fmt.Sprintf("%s.area[%d]", path, n)
		for k, text := range a.Polygons {
			if _, err := ParsePolygon(text); err != nil {
				p.Add(fmt.Sprintf("%s.polygon[%d]", at, k), "bad_geometry", "%v", err)
			}
		}
		for k, text := range a.Circles {
			if _, err := ParseCircle(text); err != nil {
				p.Add(fmt.Sprintf("%s.circle[%d]", at, k), "bad_geometry", "%v", err)
			}
		}
		if a.Ceiling != "" && a.Altitude == "" {
			p.Add(at+".ceiling", "required", "a ceiling stands on an altitude")
		}
	}
}
