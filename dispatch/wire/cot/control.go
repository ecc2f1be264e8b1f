package cot

import (
	"strconv"
	"time"

	"onemap/dispatch/wire/markup"
)

// Types of events that are about the connection.
const (
	typeOffer   = "t-x-takp-v"
	typeRequest = "t-x-takp-q"
	typeAnswer  = "t-x-takp-r"
	typePing    = "t-x-c-t"
	typePong    = "t-x-c-t-r"
	typeDelete  = "t-x-d-d"
)

// offerFor is how long an offer stands, and how long a client waits for the
// answer to its request.
const offerFor = time.Minute

// protoVersion is the version of the TAK protocol spoken beside XML.
const protoVersion = 1

func control(kind, uid string, now time.Time, child *markup.Element) *Event {
	e := &Event{Version: "2.0", UID: uid, Type: kind, How: "m-g", Time: now, Start: now, Stale: now.Add(offerFor), HAE: Unknown, CE: Unknown, LE: Unknown, Detail: within("detail")}
	if child != nil {
		e.Detail.Children = append(e.Detail.Children, within("TakControl", child))
	}
	return e
}

// Offer says that the server also speaks the TAK protocol. Its uid names the
// negotiation; a server offers once in a connection.
func Offer(uid string, now time.Time) *Event {
	return control(typeOffer, uid, now, named("TakProtocolSupport", "version", strconv.Itoa(protoVersion)))
}

// Request asks for the TAK protocol, under the uid of the offer. After it a
// client sends nothing until it is answered.
func Request(uid string, now time.Time) *Event {
	return control(typeRequest, uid, now, named("TakRequest", "version", strconv.Itoa(protoVersion)))
}

// Answer grants a request or not. After a grant both ends speak protobuf from
// the next byte on.
func Answer(uid string, granted bool, now time.Time) *Event {
	return control(typeAnswer, uid, now, named("TakResponse", "status", strconv.FormatBool(granted)))
}

// Offered reports whether the event offers a version we speak.
func (e *Event) Offered() bool {
	if e.Type != typeOffer {
		return false
	}
	for _, c := range children(e.Detail.Child("TakControl")) {
		if v, _ := c.Value("version"); c.Name.Local == "TakProtocolSupport" && v == strconv.Itoa(protoVersion) {
			return true
		}
	}
	return false
}

// Requested returns the version the event asks for; false when it asks for none
// that can be read, which gets no answer: the client then stays with XML.
func (e *Event) Requested() (version int, ok bool) {
	if e.Type != typeRequest {
		return 0, false
	}
	v, _ := e.Detail.Child("TakControl").Child("TakRequest").Value("version")
	version, err := strconv.Atoi(v)
	return version, err == nil
}

// Answered returns what the event answers to a request; false when it is none.
func (e *Event) Answered() (granted, ok bool) {
	if e.Type != typeAnswer {
		return false, false
	}
	v, ok := e.Detail.Child("TakControl").Child("TakResponse").Value("status")
	return v == "true", ok
}

func children(e *markup.Element) []*markup.Element {
	if e == nil {
		return nil
	}
	return e.Children
}

// Pong answers a client's ping.
func Pong(now time.Time) *Event { return control(typePong, "onemap", now, nil) }

// Gone takes what was shown under a uid off the maps of others at once.
func Gone(uid string, now time.Time) *Event {
	e := control(typeDelete, uid, now, nil)
	e.Detail.Children = append(e.Detail.Children, named("link", "uid", uid, "relation", "none", "type", "none"), within("__forcedelete"))
	return e
}
