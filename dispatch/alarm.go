package dispatch

import (
	"encoding/json"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
)

// Kinds of alarms.
const (
	AlarmSOS            = "sos"            // 紧急求救
	AlarmUnacknowledged = "unacknowledged" // 超时未接令
	AlarmLost           = "lost"           // 失联
	AlarmVoid           = "void"           // 覆盖盲区
	AlarmAutoOrdered    = "auto_ordered"   // 自动派单
	AlarmHazard         = "hazard"         // 进入警戒圈
)

// States of an alarm. An ended one says its outcome.
const (
	AlarmNew  = "raised"       // 待确认
	AlarmSeen = "acknowledged" // 已确认
	AlarmOver = "ended"        // 已解除
)

// AlarmOutcomes say how an alarm ended: handled by somebody, nothing was there,
// an incident was made of it, its cause has gone, what was done was undone.
var AlarmOutcomes = []string{"handled", "false_alarm", "incident", "cleared", "undone"}

// Alarm is something that somebody must look at now (报警). What it is about is
// named where it is known.
type Alarm struct {
	ID             ID         `json:"-"`
	Version        int        `json:"-"`
	Kind           string     `json:"kind"`
	State          string     `json:"state"`
	Division       string     `json:"division"`
	Sensitivity    int        `json:"sensitivity,omitempty"` // the unit's
	Unit           *ID        `json:"unit,omitempty"`
	Incident       *ID        `json:"incident,omitempty"`
	Assignment     *ID        `json:"assignment,omitempty"`
	Rule           *ID        `json:"rule,omitempty"`   // the coverage rule that does not hold
	Hazard         *ID        `json:"hazard,omitempty"` // whose ring the unit is in
	Point          *orb.Point `json:"-"`
	Note           string     `json:"note,omitempty"`
	By             *ID        `json:"by,omitempty"` // nil: the server
	ByName         string     `json:"by_name,omitempty"`
	RaisedAt       time.Time  `json:"raised_at"`
	AcknowledgedBy *ID        `json:"acknowledged_by,omitempty"`
	AcknowledgedAs string     `json:"acknowledged_as,omitempty"` // the name
	AcknowledgedAt *time.Time `json:"acknowledged_at,omitempty"`
	Outcome        string     `json:"outcome,omitempty"`
	Reason         string     `json:"reason,omitempty"`
	EndedBy        *ID        `json:"ended_by,omitempty"` // nil: the server
	EndedAs        string     `json:"ended_as,omitempty"` // the name
	EndedAt        *time.Time `json:"ended_at,omitempty"`
}

// AlarmRaised says that somebody, or the server, calls for a look.
type AlarmRaised struct{ Alarm }

// AlarmAdvanced says that it was acknowledged, or has ended.
type AlarmAdvanced struct {
	ID       ID        `json:"id"`
	To       string    `json:"to"`
	By       *ID       `json:"by,omitempty"` // nil: the server
	ByName   string    `json:"by_name,omitempty"`
	Outcome  string    `json:"outcome,omitempty"`
	Incident *ID       `json:"incident,omitempty"`
	Reason   string    `json:"reason,omitempty"`
	When     time.Time `json:"when"`
}

// Type and Subject make them facts.
func (f *AlarmRaised) Type() string   { return "alarm.raised" }
func (f *AlarmRaised) Subject() Ref   { return Ref{KindAlarm, f.ID} }
func (f *AlarmAdvanced) Type() string { return "alarm.advanced" }
func (f *AlarmAdvanced) Subject() Ref { return Ref{KindAlarm, f.ID} }

// plainAlarm is an alarm without its methods; shapedAlarm adds what JSON does
// not write by itself.
type plainAlarm Alarm

type shapedAlarm struct {
	ID    *ID               `json:"id,omitempty"`
	Point *geojson.Geometry `json:"point,omitempty"`
	*plainAlarm
}

// MarshalJSON writes the alarm with its point.
func (al *Alarm) MarshalJSON() ([]byte, error) {
	return json.Marshal(al.shaped(nil))
}

func (al *Alarm) shaped(id *ID) shapedAlarm {
	out := shapedAlarm{ID: id, plainAlarm: (*plainAlarm)(al)}
	if al.Point != nil {
		out.Point = geojson.NewGeometry(*al.Point)
	}
	return out
}

// UnmarshalJSON reads it back.
func (al *Alarm) UnmarshalJSON(raw []byte) error {
	in := shapedAlarm{plainAlarm: (*plainAlarm)(al)}
	if err := json.Unmarshal(raw, &in); err != nil {
		return err
	}
	if in.ID != nil {
		al.ID = *in.ID
	}
	if in.Point != nil {
		if p, ok := in.Point.Geometry().(orb.Point); ok {
			al.Point = &p
		}
	}
	return nil
}

// MarshalJSON writes the fact: the alarm with its id.
func (f *AlarmRaised) MarshalJSON() ([]byte, error) {
	return json.Marshal(f.shaped(&f.ID))
}

// Ref names the alarm.
func (al *Alarm) Ref() Ref { return Ref{KindAlarm, al.ID} }

// At is the alarm's version.
func (al *Alarm) At() int { return al.Version }

// Apply folds one fact in.
func (al *Alarm) Apply(f Fact, _ time.Time) {
	version := al.Version + 1
	switch f := f.(type) {
	case *AlarmRaised:
		*al = f.Alarm
		al.State = AlarmNew
	case *AlarmAdvanced:
		al.State = f.To
		when := f.When
		if f.To == AlarmSeen {
			al.AcknowledgedBy, al.AcknowledgedAs, al.AcknowledgedAt = f.By, f.ByName, &when
			break
		}
		al.Outcome, al.Reason, al.EndedBy, al.EndedAs, al.EndedAt = f.Outcome, f.Reason, f.By, f.ByName, &when
		if f.Incident != nil {
			al.Incident = f.Incident
		}
	}
	al.Version = version
}

// SeesAlarm reports whether an alarm is in the actor's scope: where it was
// raised, its unit or its incident is. A cry for help is hidden by no clearance.
func (p *Picture) SeesAlarm(a Actor, al *Alarm) bool {
	var unit *Entry
	var in *Incident
	secrecy := al.Sensitivity
	if al.Unit != nil {
		if unit = p.Entry(Units, *al.Unit); unit != nil { // it may have become more secret since
			secrecy = max(secrecy, unit.Sensitivity)
		}
	}
	if al.Incident != nil {
		in = p.Incidents[*al.Incident]
	}
	return a.any(func(hat Actor) bool {
		switch reach := hat.Role.May("alarm.read"); {
		case reach == OwnOnly:
			return hat.Unit != nil && al.Unit != nil && *hat.Unit == *al.Unit
		case secrecy > hat.Clearance && al.Kind != AlarmSOS:
			return false
		case reach == InArea:
			return Within(al.Division, hat.Area) || unit != nil && Within(unit.Division, hat.Area) || in != nil && hat.SeesIncident(in)
		case reach == Assigned:
			return in != nil && hat.SeesIncident(in)
		}
		return false
	})
}
