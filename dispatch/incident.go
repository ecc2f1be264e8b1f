package dispatch

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
)

// State is where an incident stands in its life (domain model §1).
type State string

// The states.
const (
	Reported    State = "reported"   // 接报
	Verifying   State = "verifying"  // 核实
	Confirmed   State = "confirmed"  // 确认
	Responding  State = "responding" // 处置中
	Contained   State = "contained"  // 受控
	Recovering  State = "recovering" // 善后
	Closed      State = "closed"     // 结案
	Duplicate   State = "duplicate"
	FalseAlarm  State = "false_alarm"
	Transferred State = "transferred"
	Cancelled   State = "cancelled"
)

// Open reports whether work may still be done on an incident in that state.
func (s State) Open() bool {
	return slices.Contains([]State{Reported, Verifying, Confirmed, Responding, Contained, Recovering}, s)
}

// steps are the moves a person may make while the incident is open.
var steps = map[State][]State{
	Reported:   {Verifying, Confirmed},
	Verifying:  {Confirmed},
	Confirmed:  {Responding},
	Responding: {Contained, Recovering},
	Contained:  {Recovering, Responding},
	Recovering: {},
	Closed:     {Responding}, FalseAlarm: {Responding}, Cancelled: {Responding},
	Duplicate: {Verifying}, // within a day, see Take
}

// IncidentKinds are what an incident can be.
var IncidentKinds = []string{"forest_fire", "building_fire", "hazmat", "tailings", "mine", "flood", "geohazard", "earthquake", "marine", "traffic", "storm_surge", "medical", "public_health", "social", "other"}

// Dispositions say how an incident ended, and in which state that leaves it.
var Dispositions = map[string]State{"resolved": Closed, "duplicate": Duplicate, "false_alarm": FalseAlarm, "transferred": Transferred, "cancelled": Cancelled}

// Known is what is known of an incident and may be corrected.
type Known struct {
	Kind        string   `json:"kind"`
	Title       string   `json:"title"`
	Priority    int      `json:"priority"`        // 1 most urgent … 5
	Grade       *int     `json:"grade,omitempty"` // 1 特别重大 … 4 一般; nil: not graded
	Division    string   `json:"division"`        // derived from the point when not said
	Place       string   `json:"place,omitempty"`
	Description string   `json:"description,omitempty"`
	AccuracyM   *float64 `json:"accuracy_m,omitempty"`
	CallerName  string   `json:"caller_name,omitempty"`
	CallerPhone string   `json:"caller_phone,omitempty"`
	Dead        *int     `json:"dead,omitempty"` // nil: not known, which is not zero
	Missing     *int     `json:"missing,omitempty"`
	Injured     *int     `json:"injured,omitempty"`
	Trapped     *int     `json:"trapped,omitempty"`
	Parent      *ID      `json:"parent,omitempty"` // the incident this one is part of (次生、衍生)
}

// Incident is an incident (突发事件).
type Incident struct {
	ID      ID     `json:"-"`
	Version int    `json:"-"`
	Number  string `json:"number"`
	State   State  `json:"state"`
	Known
	Geometry     orb.Geometry `json:"-"`
	Source       string       `json:"source"`
	Reporter     ID           `json:"reporter"`
	Disposition  string       `json:"disposition,omitempty"`
	Reason       string       `json:"reason,omitempty"`
	MergedInto   *ID          `json:"merged_into,omitempty"`
	Receiver     string       `json:"receiver,omitempty"`
	OccurredAt   *time.Time   `json:"occurred_at,omitempty"`
	ReceivedAt   time.Time    `json:"received_at"`          // T0
	LocatedAt    *time.Time   `json:"located_at,omitempty"` // T2
	VerifiedAt   *time.Time   `json:"verified_at,omitempty"`
	VerifiedBy   *ID          `json:"verified_by,omitempty"`
	RespondingAt *time.Time   `json:"responding_at,omitempty"`
	ContainedAt  *time.Time   `json:"contained_at,omitempty"` // T8
	RecoveringAt *time.Time   `json:"recovering_at,omitempty"`
	ClosedAt     *time.Time   `json:"closed_at,omitempty"` // T10
}

// IncidentReported says that somebody said that something happened.
type IncidentReported struct{ Incident }

// IncidentAmended says that what is known has changed; it carries all that is known now.
type IncidentAmended struct {
	ID       ID                `json:"id"`
	Known    Known             `json:"known"`
	Geometry *geojson.Geometry `json:"geometry"`
	Reason   string            `json:"reason,omitempty"`
}

// IncidentAdvanced says that it stands in another open state.
type IncidentAdvanced struct {
	ID     ID        `json:"id"`
	From   State     `json:"from"`
	To     State     `json:"to"`
	Reason string    `json:"reason,omitempty"`
	When   time.Time `json:"when"`
	By     *ID       `json:"by,omitempty"` // who verified it, of a confirmation
}

// IncidentClosed says that it has ended.
type IncidentClosed struct {
	ID          ID        `json:"id"`
	Disposition string    `json:"disposition"`
	Reason      string    `json:"reason"`
	MergedInto  *ID       `json:"merged_into,omitempty"`
	Receiver    string    `json:"receiver,omitempty"`
	When        time.Time `json:"when"`
}

// Type and Subject make them facts.
func (f *IncidentReported) Type() string { return "incident.reported" }
func (f *IncidentReported) Subject() Ref { return Ref{KindIncident, f.ID} }
func (f *IncidentAmended) Type() string  { return "incident.amended" }
func (f *IncidentAmended) Subject() Ref  { return Ref{KindIncident, f.ID} }
func (f *IncidentAdvanced) Type() string { return "incident.advanced" }
func (f *IncidentAdvanced) Subject() Ref { return Ref{KindIncident, f.ID} }
func (f *IncidentClosed) Type() string   { return "incident.closed" }
func (f *IncidentClosed) Subject() Ref   { return Ref{KindIncident, f.ID} }

type reportedPayload struct {
	ID       ID                `json:"id"`
	Geometry *geojson.Geometry `json:"geometry"`
	Incident *plainIncident    `json:"incident"`
}

type plainIncident Incident

// MarshalJSON writes the incident with its geometry beside it.
func (f *IncidentReported) MarshalJSON() ([]byte, error) {
	return json.Marshal(reportedPayload{f.ID, geojson.NewGeometry(f.Geometry), (*plainIncident)(&f.Incident)})
}

// UnmarshalJSON reads it back.
func (f *IncidentReported) UnmarshalJSON(raw []byte) error {
	p := reportedPayload{Incident: (*plainIncident)(&f.Incident)}
	if err := json.Unmarshal(raw, &p); err != nil {
		return err
	}
	f.ID, f.Geometry = p.ID, p.Geometry.Geometry()
	return nil
}

// Ref names the incident.
func (in *Incident) Ref() Ref { return Ref{KindIncident, in.ID} }

// At is the incident's version.
func (in *Incident) At() int { return in.Version }

// Point is where the incident is, for distances.
func (in *Incident) Point() orb.Point {
	if p, ok := in.Geometry.(orb.Point); ok {
		return p
	}
	return in.Geometry.Bound().Center()
}

// Apply folds one fact in.
func (in *Incident) Apply(f Fact, at time.Time) {
	version := in.Version + 1
	switch f := f.(type) {
	case *IncidentReported:
		*in = f.Incident
		in.State, in.ReceivedAt, in.LocatedAt = Reported, at, &at
	case *IncidentAmended:
		in.Known, in.Geometry = f.Known, f.Geometry.Geometry()
	case *IncidentAdvanced:
		in.advance(f)
	case *IncidentClosed:
		in.State, in.Disposition, in.Reason = Dispositions[f.Disposition], f.Disposition, f.Reason
		in.MergedInto, in.Receiver, in.ClosedAt = f.MergedInto, f.Receiver, &f.When
	}
	in.Version = version
}

// advance stamps the first time a state is reached; milestones are write-once.
func (in *Incident) advance(f *IncidentAdvanced) {
	in.State = f.To
	stamp := map[State]**time.Time{Confirmed: &in.VerifiedAt, Responding: &in.RespondingAt, Contained: &in.ContainedAt, Recovering: &in.RecoveringAt}[f.To]
	if stamp != nil && *stamp == nil {
		*stamp = &f.When
	}
	if f.To == Confirmed && in.VerifiedBy == nil {
		in.VerifiedBy = f.By
	}
	if !f.From.Open() { // reopened: the ending is undone, the journal keeps it
		in.Disposition, in.Reason, in.MergedInto, in.Receiver, in.ClosedAt = "", "", nil, "", nil
	}
}
