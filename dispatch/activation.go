package dispatch

import (
	"encoding/json"
	"time"
)

// IncidentActivated says that units were ordered together (启动出动方案). Recommendation
// is what the order rests on, word for word; it names units that whoever
// ordered could see, so Area and Clearance say who else may read it.
type IncidentActivated struct {
	ID             ID              `json:"id"`
	Units          []ID            `json:"units"`
	Recommendation json.RawMessage `json:"recommendation,omitempty"`
	Note           string          `json:"note,omitempty"`
	By             ID              `json:"by"`
	Area           string          `json:"area"`
	Clearance      int             `json:"clearance"`
	When           time.Time       `json:"when"`
}

// Type and Subject make it a fact.
func (f *IncidentActivated) Type() string { return "incident.activated" }
func (f *IncidentActivated) Subject() Ref { return Ref{KindIncident, f.ID} }

// Plain is the fact without the recommendation, for whoever sees the incident.
func (f *IncidentActivated) Plain() *IncidentActivated {
	next := *f
	next.Recommendation = nil
	return &next
}

// ReadBy reports whether an actor sees no less than whoever ordered did, and so
// may read the recommendation.
func (f *IncidentActivated) ReadBy(a Actor) bool {
	return a.any(func(hat Actor) bool { return hat.Clearance >= f.Clearance && Within(f.Area, hat.Area) })
}
