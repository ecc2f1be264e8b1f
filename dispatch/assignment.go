package dispatch

import "time"

// AssignmentState is where an assignment stands in its life (domain model §2).
type AssignmentState string

// The states. A unit shows the state of its open assignment.
const (
	Proposed     AssignmentState = "proposed"     // 待同意
	Ordered      AssignmentState = "ordered"      // 已下达
	Acknowledged AssignmentState = "acknowledged" // 已接令
	Enroute      AssignmentState = "enroute"      // 途中
	Staged       AssignmentState = "staged"       // 集结
	OnScene      AssignmentState = "on_scene"     // 到场
	ToFacility   AssignmentState = "to_facility"  // 转运中
	AtFacility   AssignmentState = "at_facility"  // 到达转运点
	Returning    AssignmentState = "returning"    // 返程
	Released     AssignmentState = "released"     // 已解除
	Declined     AssignmentState = "declined"     // 已拒绝
	CalledOff    AssignmentState = "cancelled"    // 已取消
	Diverted     AssignmentState = "diverted"     // 已改派
)

// Open reports whether the unit is still bound by an assignment in that state.
func (s AssignmentState) Open() bool { return len(courses[s]) > 0 }

// Assignment is a unit ordered to an incident (力量出动单). A milestone that is
// nil was not reported: it was skipped, or has not come yet.
type Assignment struct {
	ID             ID              `json:"-"`
	Version        int             `json:"-"`
	Incident       ID              `json:"incident"`
	Number         string          `json:"number"` // of the incident, which never changes
	Unit           ID              `json:"unit"`
	Division       string          `json:"division"` // the incident's when ordered
	State          AssignmentState `json:"state"`
	Note           string          `json:"note,omitempty"`
	Reason         string          `json:"reason,omitempty"` // of the last step that gave one
	OrderedBy      ID              `json:"ordered_by"`
	OrderedAt      time.Time       `json:"ordered_at"`                // T3; while proposed, and when nobody ever consented, the proposal's
	AcknowledgedAt *time.Time      `json:"acknowledged_at,omitempty"` // T4
	EnrouteAt      *time.Time      `json:"enroute_at,omitempty"`      // T5
	StagedAt       *time.Time      `json:"staged_at,omitempty"`
	OnSceneAt      *time.Time      `json:"on_scene_at,omitempty"`    // T6
	ToFacilityAt   *time.Time      `json:"to_facility_at,omitempty"` // F1
	AtFacilityAt   *time.Time      `json:"at_facility_at,omitempty"` // F2
	ReturningAt    *time.Time      `json:"returning_at,omitempty"`
	EndedAt        *time.Time      `json:"ended_at,omitempty"` // T9
	ToldAt         *time.Time      `json:"told_at,omitempty"`  // when the order was given, by our clock
	Stepped        int             `json:"stepped,omitempty"`  // version of the last step
	PagedAt        *time.Time      `json:"paged_at,omitempty"` // the crew was called again
	ArrivedAt      *time.Time      `json:"arrival_proposed_at,omitempty"`
	LeftSceneAt    *time.Time      `json:"left_scene_proposed_at,omitempty"`
	AtBaseAt       *time.Time      `json:"at_base_proposed_at,omitempty"`
	LeftCountyAt   *time.Time      `json:"left_county_proposed_at,omitempty"`
	ProposedAt     *time.Time      `json:"proposed_at,omitempty"` // its owner was asked
	ConsentBy      *ID             `json:"consent_by,omitempty"`  // who recorded that the owner agrees
	DivertedTo     *ID             `json:"diverted_to,omitempty"` // the assignment that took its place
	DivertedFrom   *ID             `json:"diverted_from,omitempty"`
}

// AssignmentOrdered says that a unit was told to go.
type AssignmentOrdered struct {
	ID       ID        `json:"id"`
	Incident ID        `json:"incident"`
	Number   string    `json:"number"`
	Unit     ID        `json:"unit"`
	Division string    `json:"division"`
	Note     string    `json:"note,omitempty"`
	By       ID        `json:"by"`
	When     time.Time `json:"when"`
	Proposed bool      `json:"proposed,omitempty"` // its owner must agree first
	From     *ID       `json:"diverted_from,omitempty"`
}

// AssignmentAdvanced says that it stands in another state, or has ended.
type AssignmentAdvanced struct {
	ID     ID              `json:"id"`
	From   AssignmentState `json:"from"`
	To     AssignmentState `json:"to"`
	Reason string          `json:"reason,omitempty"`
	When   time.Time       `json:"when"`
	By     *ID             `json:"by,omitempty"`          // of a consent: who recorded it
	Next   *ID             `json:"diverted_to,omitempty"` // the assignment it was sent away to
}

// Type and Subject make them facts.
func (f *AssignmentOrdered) Type() string  { return "assignment.ordered" }
func (f *AssignmentOrdered) Subject() Ref  { return Ref{KindAssignment, f.ID} }
func (f *AssignmentAdvanced) Type() string { return "assignment.advanced" }
func (f *AssignmentAdvanced) Subject() Ref { return Ref{KindAssignment, f.ID} }

// Ref names the assignment.
func (as *Assignment) Ref() Ref { return Ref{KindAssignment, as.ID} }

// At is the assignment's version.
func (as *Assignment) At() int { return as.Version }

// Apply folds one fact in.
func (as *Assignment) Apply(f Fact, at time.Time) {
	as.Version++
	switch f := f.(type) {
	case *AssignmentOrdered:
		*as = Assignment{
			ID: f.ID, Version: as.Version, Incident: f.Incident, Number: f.Number, Unit: f.Unit, Division: f.Division,
			State: Ordered, Note: f.Note, OrderedBy: f.By, OrderedAt: f.When, DivertedFrom: f.From, Stepped: as.Version,
		}
		if f.Proposed {
			as.State, as.ProposedAt = Proposed, &f.When
		} else {
			as.ToldAt = &at
		}
	case *AssignmentAdvanced:
		as.advance(f, at)
	default:
		as.remark(f)
	}
}

// advance stamps the first time a state is reached; milestones are write-once.
func (as *Assignment) advance(f *AssignmentAdvanced, at time.Time) {
	as.State, as.Stepped = f.To, as.Version
	if f.Reason != "" {
		as.Reason = f.Reason
	}
	if f.To == Ordered { // its owner agrees: only now is it ordered
		as.OrderedAt, as.ConsentBy, as.ToldAt = f.When, f.By, &at
		return
	}
	if f.Next != nil {
		as.DivertedTo = f.Next
	}
	if stamp := as.stamp(f.To); *stamp == nil {
		when := f.When
		*stamp = &when
	}
}

// Sent reports whether the unit was told to go: what its owner never agreed to
// was proposed and no more.
func (as *Assignment) Sent() bool { return as.ProposedAt == nil || as.ConsentBy != nil }

// stamp is the milestone of a state; all endings share one.
func (as *Assignment) stamp(s AssignmentState) **time.Time {
	switch s {
	case Acknowledged:
		return &as.AcknowledgedAt
	case Enroute:
		return &as.EnrouteAt
	case Staged:
		return &as.StagedAt
	case OnScene:
		return &as.OnSceneAt
	case ToFacility:
		return &as.ToFacilityAt
	case AtFacility:
		return &as.AtFacilityAt
	case Returning:
		return &as.ReturningAt
	default:
		return &as.EndedAt
	}
}

// OpenAssignment is what a unit is bound by, nil when it is free.
func (p *Picture) OpenAssignment(unit ID) *Assignment { return p.bound[unit] }

// Status derives the state a unit shows: that of its open assignment, else its
// duty (domain model §3).
func (p *Picture) Status(unit *Entry) string {
	if as := p.bound[unit.ID]; as != nil {
		return string(as.State)
	}
	return unit.Detail.(*Unit).Duty
}

// SeesAssignment reports whether an assignment is in the actor's scope: the
// incident is, or the unit, and the unit is not above the actor's clearance.
// A crew sees its own, whatever it is sent to.
func (p *Picture) SeesAssignment(a Actor, as *Assignment) bool {
	unit, in := p.Entry(Units, as.Unit), p.Incidents[as.Incident]
	return a.any(func(hat Actor) bool {
		reach := hat.Role.May("assignment.read")
		switch {
		case reach == OwnOnly:
			return hat.Unit != nil && *hat.Unit == as.Unit
		case unit != nil && unit.Sensitivity > hat.Clearance:
			return false
		case reach == InArea && (Within(as.Division, hat.Area) || unit != nil && Within(unit.Division, hat.Area)):
			return true
		}
		return (reach == InArea || reach == Assigned) && in != nil && hat.SeesIncident(in)
	})
}
