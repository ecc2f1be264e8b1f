package web

import (
	"time"

	"onemap/dispatch"
	"onemap/dispatch/live"
)

// shownFor is how long an ended incident stays in the picture.
const shownFor = 24 * time.Hour

type pictureFrame struct {
	Type      string            `json:"type"`
	Seq       int64             `json:"seq"`
	Epoch     string            `json:"epoch"`
	Now       time.Time         `json:"now"`
	Units     []unitFrame       `json:"units"`
	Incidents []IncidentFeature `json:"incidents"`
	Counts    map[string]int    `json:"counts"`
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
	Type     string           `json:"type"`
	Seq      int64            `json:"seq"`
	Prev     int64            `json:"prev"`
	Event    Event            `json:"event"`
	Unit     *unitFrame       `json:"unit,omitempty"`
	Incident *IncidentFeature `json:"incident,omitempty"`
	Handle   uint32           `json:"handle,omitempty"`
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

func (w *writer) unit(e *dispatch.Entry, positions dispatch.Positions) *unitFrame {
	u, at := e.Detail.(*dispatch.Unit), e.Point()
	frame := &unitFrame{
		Handle: w.Live.Board().Handle(e.ID), ID: e.ID, Version: e.Version, Code: e.Code, Name: e.Name, CallSign: u.CallSign, Kind: u.Kind,
		Division: e.Division, Team: u.Team, Status: u.Status(), Class: dispatch.StatusClass(u.Status()), Lon: at[0], Lat: at[1],
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
	if a.Role.May("ledger.read") != dispatch.Denied {
		positions := w.positionsFor(a)
		for _, l := range dispatch.Ledgers {
			for _, e := range p.Shelf(l).ByCode() {
				if !a.Sees(e.Division, e.Sensitivity) {
					continue
				}
				frame.Counts[string(l)]++
				if l == dispatch.Units {
					frame.Units = append(frame.Units, *w.unit(e, positions))
				}
			}
		}
	}
	for _, in := range p.Incidents {
		if !a.SeesIncident(in) || !in.State.Open() && (in.ClosedAt == nil || now.Sub(*in.ClosedAt) > shownFor) {
			continue
		}
		f, err := incidentFeature(a, in, p.Seq)
		if err != nil {
			return frame, err
		}
		frame.Incidents = append(frame.Incidents, f)
	}
	return frame, nil
}

// event sends one event as far as the client may see it, the state after it
// beside it. What leaves the client's scope is said to be removed, and no more.
func (w *writer) event(n live.Notice) error {
	a := w.who.actor
	sight := live.See(a, n)
	if sight == live.Unseen {
		return nil
	}
	ref := n.Event.Fact.Subject()
	event, err := eventOf(n.Event, w.masked(n, ref))
	if err != nil {
		return err
	}
	frame := eventFrame{Type: "event", Seq: int64(n.Event.Seq), Prev: int64(w.sent), Event: event}
	if sight == live.Gone {
		frame.Event.Type, frame.Event.Payload = ref.Kind+".removed", []byte("{}")
	} else if err := w.after(&frame, n, ref); err != nil {
		return err
	}
	w.sent = n.Event.Seq
	return w.json(frame)
}

func (w *writer) masked(n live.Notice, ref dispatch.Ref) bool {
	if ref.Kind != dispatch.KindIncident {
		return w.who.actor.Role.May("ledger.read") == dispatch.Redacted
	}
	in := n.After.Incidents[ref.ID]
	return in == nil || masksIncident(w.who.actor, in)
}

// after puts the state after an event beside it.
func (w *writer) after(frame *eventFrame, n live.Notice, ref dispatch.Ref) error {
	switch ref.Kind {
	case dispatch.KindIncident:
		f, err := incidentFeature(w.who.actor, n.After.Incidents[ref.ID], n.After.Seq)
		frame.Incident = &f
		return err
	case string(dispatch.Units):
		if e := n.After.Entry(dispatch.Units, ref.ID); e != nil {
			frame.Unit = w.unit(e, w.positionsFor(w.who.actor))
			frame.Handle = frame.Unit.Handle
		}
	}
	return nil
}
