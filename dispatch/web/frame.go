package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"onemap/dispatch"
	"onemap/dispatch/live"
)

// shownFor is how long an ended incident stays in the picture.
const shownFor = 24 * time.Hour

type pictureFrame struct {
	Type        string            `json:"type"`
	Seq         int64             `json:"seq"`
	Epoch       string            `json:"epoch"`
	Now         time.Time         `json:"now"`
	Units       []unitFrame       `json:"units"`
	Incidents   []IncidentFeature `json:"incidents"`
	Assignments []Assignment      `json:"assignments"`
	Alarms      []Alarm           `json:"alarms"`
	Warnings    []Warning         `json:"warnings"`
	Counts      map[string]int    `json:"counts"`
}

type resumeFrame struct {
	Type  string    `json:"type"`
	Seq   int64     `json:"seq"`
	Epoch string    `json:"epoch"`
	Now   time.Time `json:"now"`
}

type markFrame struct {
	Type string    `json:"type"`
	Seq  int64     `json:"seq"`
	Now  time.Time `json:"now"`
}

type eventFrame struct {
	Type        string           `json:"type"`
	Seq         int64            `json:"seq"`
	Event       Event            `json:"event"`
	Unit        *unitFrame       `json:"unit,omitempty"`
	Incident    *IncidentFeature `json:"incident,omitempty"`
	Assignment  *Assignment      `json:"assignment,omitempty"`
	Assignments []Assignment     `json:"assignments,omitempty"`
	Alarm       *Alarm           `json:"alarm,omitempty"`
	Alarms      []Alarm          `json:"alarms,omitempty"`
	Handle      uint32           `json:"handle,omitempty"`
	Study       *Study           `json:"study,omitempty"`
	Warning     *Warning         `json:"warning,omitempty"`
}

// unitFrame is a unit on the live channel; lon and lat are its base.
type unitFrame struct {
	Handle   uint32      `json:"handle"`
	ID       dispatch.ID `json:"id"`
	Version  int         `json:"version"`
	Code     string      `json:"code"`
	Name     string      `json:"name"`
	CallSign string      `json:"call_sign"`
	Kind     string      `json:"kind"`
	Division string      `json:"division"`
	Team     dispatch.ID `json:"team"`
	Status   string      `json:"status"`
	Class    string      `json:"class"`
	Lon      float64     `json:"lon"`
	Lat      float64     `json:"lat"`
	At       *time.Time  `json:"at,omitempty"`
}

func (w *writer) unit(p *dispatch.Picture, e *dispatch.Entry, positions dispatch.Positions) *unitFrame {
	u, at, status := e.Detail.(*dispatch.Unit), e.Point(), p.Status(e)
	frame := &unitFrame{
		Handle: w.Live.Board().Handle(e.ID), ID: e.ID, Version: e.Version, Code: e.Code, Name: e.Name, CallSign: u.CallSign, Kind: u.Kind,
		Division: e.Division, Team: u.Team, Status: status, Class: dispatch.StatusClass(status), Lon: at[0], Lat: at[1],
	}
	if fix, ok := positions.At(e.ID); ok {
		frame.At = ptr(fix.DeviceAt.UTC())
	}
	return frame
}

// picture is all the client may see, at once.
func (w *writer) picture(p *dispatch.Picture) (pictureFrame, error) {
	a, now := w.who.actor, w.now()
	frame := pictureFrame{Type: "picture", Seq: int64(p.Seq), Epoch: p.Epoch, Now: now.UTC(), Units: []unitFrame{}, Incidents: []IncidentFeature{}, Counts: map[string]int{}}
	if a.May("ledger.read") != dispatch.Denied {
		positions := w.positionsFor(a)
		for _, l := range dispatch.Ledgers {
			for _, e := range p.Shelf(l).ByCode() {
				if !a.Sees(e.Division, e.Sensitivity) {
					continue
				}
				frame.Counts[string(l)]++
				if l == dispatch.Units {
					frame.Units = append(frame.Units, *w.unit(p, e, positions))
				}
			}
		}
	}
	for _, in := range p.Incidents {
		if !p.SeesIncident(a, in) || !in.State.Open() && (in.ClosedAt == nil || now.Sub(*in.ClosedAt) > shownFor) {
			continue
		}
		w.reads(in)
		f, err := incidentFeature(a, in, p.Seq)
		if err != nil {
			return frame, err
		}
		frame.Incidents = append(frame.Incidents, f)
	}
	frame.Assignments = assignmentsIn(p, a, func(as *dispatch.Assignment) bool {
		return as.EndedAt == nil || now.Sub(*as.EndedAt) <= shownFor
	})
	frame.Alarms = alarmsIn(p, a, openAlarm)
	var err error
	frame.Warnings, err = w.warningsIn(a, p, func(g *dispatch.Warning) bool { return !g.Over() })
	return frame, err
}

// event sends one event as far as the client may see it, and what it had before.
func (w *writer) event(n live.Notice) error {
	body, err := w.shared(n)
	if err != nil || body == nil {
		return err
	}
	if in := n.After.Incidents[n.Event.Fact.Subject().ID]; in != nil && n.After.SeesIncident(w.who.actor, in) {
		w.reads(in)
	}
	head, tail, _ := bytes.Cut(body, eventMember)
	raw := append(make([]byte, 0, len(body)+32), head...)
	raw = strconv.AppendInt(append(raw, `,"prev":`...), int64(w.sent), 10)
	raw = append(append(raw, eventMember...), tail...)
	w.sent = n.Event.Seq
	return w.write(websocket.TextMessage, raw)
}

// eventMember stands in an event's frame behind its number, where each client's
// own prev goes in.
var eventMember = []byte(`,"event":`)

// likeness is all that decides how an event looks to those who see nothing as
// themselves: to all of one it looks the same.
type likeness struct {
	role      dispatch.Role
	area      string
	clearance int
}

// likenessOf returns it; false for whoever has a unit, a lent right, or sees an
// incident because he reported it.
func likenessOf(a dispatch.Actor) (likeness, bool) {
	reach := a.Role.May("incident.read")
	alike := a.Unit == nil && a.Incident == nil && len(a.Lent) == 0 && (reach == dispatch.InArea || reach == dispatch.Redacted)
	return likeness{a.Role, a.Area, a.Clearance}, alike
}

// shared is an event as the client may see it, nil when it may not: encoded
// once for all whom it looks the same to. A warning tells each whether it is
// his own work.
func (w *writer) shared(n live.Notice) ([]byte, error) {
	like, ok := likenessOf(w.who.actor)
	if !ok || n.Shared == nil || n.Event.Fact.Subject().Kind == dispatch.KindWarning {
		return w.encode(n)
	}
	once, _ := n.Shared.LoadOrStore(like, sync.OnceValues(func() ([]byte, error) { return w.encode(n) }))
	return once.(func() ([]byte, error))()
}

// encode writes an event with the state after it. What leaves the client's
// scope is said to be removed, and no more.
func (w *writer) encode(n live.Notice) ([]byte, error) {
	sight := live.See(w.who.actor, n)
	if sight == live.Unseen {
		return nil, nil
	}
	ref := n.Event.Fact.Subject()
	event, err := eventOf(n.Event, w.masked(n, ref))
	if err != nil {
		return nil, err
	}
	frame := eventFrame{Type: "event", Seq: int64(n.Event.Seq), Event: event}
	if sight == live.Gone {
		frame.Event.Type, frame.Event.Payload = ref.Kind+".removed", []byte("{}")
	} else if err := w.after(&frame, n, ref); err != nil {
		return nil, err
	}
	raw, err := json.Marshal(frame)
	if err != nil {
		return nil, fmt.Errorf("write event %d: %w", n.Event.Seq, err)
	}
	return raw, nil
}

func (w *writer) masked(n live.Notice, ref dispatch.Ref) bool {
	a := w.who.actor
	if ref.Kind != dispatch.KindIncident {
		if n.After.Shelf(dispatch.Ledger(ref.Kind)) == nil { // no ledger: an assignment, an alarm
			return a.May("ledger.read") == dispatch.Redacted
		}
		e := n.After.Entry(dispatch.Ledger(ref.Kind), ref.ID)
		return a.May("ledger.read") == dispatch.Redacted || e != nil && a.MasksEntry(e.Division, e.Sensitivity)
	}
	in := n.After.Incidents[ref.ID]
	return in == nil || a.MasksIncident(in)
}

// after puts the state after an event beside it. Where an event may bring a
// unit or an incident into the client's sight, what they are bound by comes along.
func (w *writer) after(frame *eventFrame, n live.Notice, ref dispatch.Ref) error {
	a, p := w.who.actor, n.After
	switch ref.Kind {
	case dispatch.KindIncident:
		f, err := incidentFeature(a, p.Incidents[ref.ID], p.Seq)
		frame.Incident = &f
		if _, moved := n.Event.Fact.(*dispatch.IncidentAmended); moved {
			frame.Assignments = assignmentsIn(p, a, func(as *dispatch.Assignment) bool { return as.Incident == ref.ID && as.State.Open() })
			frame.Alarms = alarmsIn(p, a, func(al *dispatch.Alarm) bool { return openAlarm(al) && al.Incident != nil && *al.Incident == ref.ID })
		}
		return err
	case dispatch.KindAssignment:
		as := p.Assignments[ref.ID]
		frame.Assignment = ptr(assignmentOf(as, p.Seq))
		w.unitAfter(frame, p, as.Unit)
		return w.sentTo(frame, n, as)
	case dispatch.KindAlarm:
		frame.Alarm = ptr(alarmOf(p.Alarms[ref.ID], p.Seq))
	case dispatch.KindWarning:
		warning, err := w.warningOf(a, p, p.Warnings[ref.ID])
		frame.Warning = &warning
		return err
	case dispatch.KindStudy:
		st, err := w.studyOf(p.Studies[ref.ID], p.Seq)
		frame.Study = &st
		return err
	case string(dispatch.Units):
		frame.Alarms = alarmsIn(p, a, func(al *dispatch.Alarm) bool { return openAlarm(al) && al.Unit != nil && *al.Unit == ref.ID })
		w.unitAfter(frame, p, ref.ID)
		if as := p.OpenAssignment(ref.ID); as != nil && p.SeesAssignment(a, as) {
			frame.Assignment = ptr(assignmentOf(as, p.Seq))
		}
	}
	return nil
}

// sentTo puts the incident beside a crew's order: it may lie where the crew
// sees nothing else.
func (w *writer) sentTo(frame *eventFrame, n live.Notice, as *dispatch.Assignment) error {
	a, in := w.who.actor, n.After.Incidents[as.Incident]
	_, ordered := n.Event.Fact.(*dispatch.AssignmentOrdered)
	if !ordered || in == nil || a.Unit == nil || *a.Unit != as.Unit || !n.After.SeesIncident(a, in) {
		return nil
	}
	f, err := incidentFeature(a, in, n.After.Seq)
	frame.Incident = &f
	return err
}

// unitAfter puts a unit beside an event, when the client may see it.
func (w *writer) unitAfter(frame *eventFrame, p *dispatch.Picture, id dispatch.ID) {
	a, e := w.who.actor, p.Entry(dispatch.Units, id)
	if e != nil && a.May("ledger.read") != dispatch.Denied && a.Sees(e.Division, e.Sensitivity) {
		frame.Unit = w.unit(p, e, w.positionsFor(a))
		frame.Handle = frame.Unit.Handle
	}
}
