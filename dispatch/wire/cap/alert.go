// Package cap speaks the Common Alerting Protocol 1.2 (公共预警协议; OASIS, ITU-T
// X.1303): alerts in and out, and feeds of them. Alerts of version 1.1 are read
// too. It decodes, checks, encodes, and asks feeds it is given for what is new; it
// issues nothing.
package cap

import (
	"encoding/xml"
	"time"
)

// Namespace is that of what is written.
const Namespace = "urn:oasis:names:tc:emergency:cap:1.2"

// Statuses, kinds and scopes the rules below speak of.
const (
	Actual   = "Actual"
	Exercise = "Exercise" // 演练
	Draft    = "Draft"

	MsgAlert  = "Alert"
	MsgUpdate = "Update"
	MsgCancel = "Cancel"
	MsgAck    = "Ack"
	MsgError  = "Error"

	Public     = "Public"
	Restricted = "Restricted"
	Private    = "Private"
)

// Alert is one message. Its parts stand in the order of the schema.
type Alert struct {
	XMLName     xml.Name `xml:"urn:oasis:names:tc:emergency:cap:1.2 alert"`
	Identifier  string   `xml:"identifier"`
	Sender      string   `xml:"sender"`
	Sent        Time     `xml:"sent"`
	Status      string   `xml:"status"`
	MsgType     string   `xml:"msgType"`
	Source      string   `xml:"source,omitempty"`
	Scope       string   `xml:"scope"`
	Restriction string   `xml:"restriction,omitempty"`
	Addresses   string   `xml:"addresses,omitempty"`
	Codes       []string `xml:"code"`
	Note        string   `xml:"note,omitempty"`
	References  string   `xml:"references,omitempty"`
	Incidents   string   `xml:"incidents,omitempty"`
	Infos       []Info   `xml:"info"`
	Version     string   `xml:"-"` // 1.2, or 1.1 of an older one
	Signed      bool     `xml:"-"` // carries an XML signature, which is not verified here
}

// Info says what is the matter, in one language.
type Info struct {
	Language      string     `xml:"language,omitempty"` // absent: en-US, by the schema
	Categories    []string   `xml:"category"`
	Event         string     `xml:"event"`
	ResponseTypes []string   `xml:"responseType"`
	Urgency       string     `xml:"urgency"`
	Severity      string     `xml:"severity"`
	Certainty     string     `xml:"certainty"`
	Audience      string     `xml:"audience,omitempty"`
	EventCodes    []Pair     `xml:"eventCode"`
	Effective     Time       `xml:"effective"`
	Onset         Time       `xml:"onset"`
	Expires       Time       `xml:"expires"`
	SenderName    string     `xml:"senderName,omitempty"`
	Headline      string     `xml:"headline,omitempty"`
	Description   string     `xml:"description,omitempty"`
	Instruction   string     `xml:"instruction,omitempty"`
	Web           string     `xml:"web,omitempty"`
	Contact       string     `xml:"contact,omitempty"`
	Parameters    []Pair     `xml:"parameter"`
	Resources     []Resource `xml:"resource"`
	Areas         []Area     `xml:"area"`
}

// Pair is a named value of a code list or system that both ends know.
type Pair struct {
	Name  string `xml:"valueName"`
	Value string `xml:"value"`
}

// Resource is a file beside the alert. It is named, never fetched.
type Resource struct {
	Description string `xml:"resourceDesc"`
	MimeType    string `xml:"mimeType"`
	Size        string `xml:"size,omitempty"` // bytes
	URI         string `xml:"uri,omitempty"`
	DerefURI    string `xml:"derefUri,omitempty"` // base64
	Digest      string `xml:"digest,omitempty"`   // SHA-1
}

// Area is who is to be warned, which is not where the event is: the union of
// its polygons, circles and geocodes. Altitudes are feet above mean sea level.
type Area struct {
	Description string   `xml:"areaDesc"`
	Polygons    []string `xml:"polygon"`
	Circles     []string `xml:"circle"`
	Geocodes    []Pair   `xml:"geocode"`
	Altitude    string   `xml:"altitude,omitempty"`
	Ceiling     string   `xml:"ceiling,omitempty"`
}

// Time is a moment with the zone it was said in; the zero one is not written.
type Time struct{ time.Time }

// MarshalXML writes the one form the schema takes: whole seconds, and an
// offset, which for UTC is -00:00.
func (t Time) MarshalXML(e *xml.Encoder, start xml.StartElement) error {
	if t.IsZero() {
		return nil
	}
	return e.EncodeElement(t.String(), start)
}

// String is the form of the schema.
func (t Time) String() string {
	if _, offset := t.Zone(); offset == 0 {
		return t.Format("2006-01-02T15:04:05") + "-00:00"
	}
	return t.Format("2006-01-02T15:04:05-07:00")
}

// ExpiredAt reports whether every part of the alert has run out. One that
// names no end does not.
func (a *Alert) ExpiredAt(now time.Time) bool {
	for _, info := range a.Infos {
		if info.Expires.IsZero() || now.Before(info.Expires.Time) {
			return false
		}
	}
	return len(a.Infos) > 0
}

// Sounds reports whether the alert warns of something real now: tests,
// exercises, cancels and the expired are kept, and never alarm.
func (a *Alert) Sounds(now time.Time) bool {
	return a.Status == Actual && (a.MsgType == MsgAlert || a.MsgType == MsgUpdate) && len(a.Infos) > 0 && !a.ExpiredAt(now)
}
