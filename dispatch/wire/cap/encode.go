package cap

import (
	"encoding/xml"
	"fmt"
	"strings"
	"time"

	"onemap/dispatch"
)

// Encode writes an alert of version 1.2. It refuses what Check finds fault with
// and what the schema does not take, so that nothing invalid leaves the house.
func (a *Alert) Encode() ([]byte, error) {
	if p := a.Check(); len(p) > 0 {
		refusal := *ErrInvalid
		refusal.Fields = p
		return nil, &refusal
	}
	raw, err := xml.MarshalIndent(a, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write alert %s: %w", a.Identifier, err)
	}
	raw = append([]byte(xml.Header), raw...)
	if _, err := Decode(raw); err != nil {
		return nil, err
	}
	return raw, nil
}

// Identifier is the domestic number of a warning, 31 characters:
// ZZZZZZDDDUUUXX_YYYYMMDDhhmmss_N, of division, agency, unit, extension, Beijing
// time and serial.
func Identifier(division, agency, unit, extension string, at time.Time, serial int) (string, error) {
	var p dispatch.Problems
	for _, part := range []struct {
		path, text string
		digits     int
	}{{"division", division, 6}, {"agency", agency, 3}, {"unit", unit, 3}, {"extension", extension, 2}} {
		if len(part.text) != part.digits || strings.Trim(part.text, "0123456789") != "" {
			p.Add(part.path, "bad_text", "%q is not %d digits", part.text, part.digits)
		}
	}
	if serial < 0 || serial > 9 {
		p.Add("serial", "out_of_range", "%d is none of 0 to 9", serial)
	}
	if err := p.Err(); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s%s%s%s_%s_%d", division, agency, unit, extension, at.In(beijing).Format("20060102150405"), serial), nil
}

var beijing = time.FixedZone("CST", 8*60*60)

const drillMark = "【演练】"

// Drill marks the alert as part of an exercise: its status, its note, and the
// head of every headline, for those who read nothing else. Twice is once.
func (a *Alert) Drill(name string) {
	a.Status, a.Note = Exercise, name
	for n := range a.Infos {
		if h := &a.Infos[n].Headline; !strings.HasPrefix(*h, drillMark) {
			*h = drillMark + *h
		}
	}
}
