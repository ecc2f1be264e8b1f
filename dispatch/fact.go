package dispatch

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Fact is what happened. It names the one entity it changes.
type Fact interface {
	Type() string
	Subject() Ref
}

// Entity is what facts fold into. Apply is the only place its state changes;
// it counts the version up by one.
type Entity interface {
	Ref() Ref
	At() int // version
	Apply(f Fact, at time.Time)
}

// Event is a fact with its number in the journal.
type Event struct {
	Seq        Seq
	Fact       Fact
	Version    int // of the subject after the fact
	Actor      ID
	ActorName  string
	Command    ID
	OccurredAt time.Time
	RecordedAt time.Time
	Hash       []byte // SHA-256 over the event and the hash before it
}

// Kinds of entities beside the ledgers.
const (
	KindIncident   = "incident"
	KindAssignment = "assignment"
	KindAccount    = "account"
	KindToken      = "token"
	KindAlarm      = "alarm"
	KindNote       = "note"
	KindGrant      = "grant"
	KindStudy      = "study"
	KindTerminal   = "terminal"
	KindWarning    = "warning"
)

// NewEntity returns the empty entity a first fact is folded into.
func NewEntity(ref Ref) (Entity, error) {
	switch ref.Kind {
	case KindIncident:
		return &Incident{ID: ref.ID}, nil
	case KindAssignment:
		return &Assignment{ID: ref.ID}, nil
	case KindAccount:
		return &Account{ID: ref.ID}, nil
	case KindToken:
		return &Token{ID: ref.ID}, nil
	case KindAlarm:
		return &Alarm{ID: ref.ID}, nil
	case KindNote:
		return &Note{ID: ref.ID}, nil
	case KindGrant:
		return &Grant{ID: ref.ID}, nil
	case KindStudy:
		return &Study{ID: ref.ID}, nil
	case KindTerminal:
		return &Terminal{ID: ref.ID}, nil
	case KindWarning:
		return &Warning{ID: ref.ID}, nil
	}
	detail, err := NewDetail(Ledger(ref.Kind))
	if err != nil {
		return nil, err
	}
	return &Entry{Ledger: Ledger(ref.Kind), ID: ref.ID, Detail: detail}, nil
}

// DecodeFact reads a fact back from the journal.
func DecodeFact(kind string, payload []byte) (Fact, error) {
	subject, verb, _ := strings.Cut(kind, ".")
	var f Fact
	switch kind {
	case "incident.reported":
		f = &IncidentReported{}
	case "incident.amended":
		f = &IncidentAmended{}
	case "incident.advanced":
		f = &IncidentAdvanced{}
	case "incident.closed":
		f = &IncidentClosed{}
	case "incident.activated":
		f = &IncidentActivated{}
	case "assignment.ordered":
		f = &AssignmentOrdered{}
	case "assignment.advanced":
		f = &AssignmentAdvanced{}
	case "assignment.paged":
		f = &AssignmentPaged{}
	case "assignment.arrival_proposed":
		f = &AssignmentArrivalProposed{}
	case "assignment.fence_proposed":
		f = &AssignmentFenceProposed{}
	case "alarm.raised":
		f = &AlarmRaised{}
	case "alarm.advanced":
		f = &AlarmAdvanced{}
	case "note.added":
		f = &NoteAdded{}
	case "grant.given":
		f = &GrantGiven{}
	case "grant.revoked":
		f = &GrantRevoked{}
	case "study.asked":
		f = &StudyRequested{}
	case "study.ended":
		f = &StudyEnded{}
	case "terminal.put":
		f = &TerminalPut{}
	case "terminal.enrolled":
		f = &TerminalEnrolled{}
	case "terminal.removed":
		f = &TerminalRemoved{}
	case "warning.drafted":
		f = &WarningDrafted{}
	case "warning.stepped":
		f = &WarningStepped{}
	case "warning.issued":
		f = &WarningOut{}
	case "warning.withdrawn":
		f = &WarningWithdrawn{}
	case "warning.ended":
		f = &WarningEnded{}
	case "warning.received":
		f = &WarningReceived{}
	case "account.recorded":
		f = &AccountRecorded{}
	case "account.password_set":
		f = &PasswordSet{}
	case "token.minted":
		f = &TokenMinted{}
	case "token.revoked":
		f = &TokenRevoked{}
	default:
		switch verb {
		case "recorded":
			f = &EntryRecorded{Entry: Entry{Ledger: Ledger(subject)}}
		case "removed":
			f = &EntryRemoved{Ledger: Ledger(subject)}
		default:
			return nil, fmt.Errorf("no fact of type %q", kind)
		}
	}
	if err := json.Unmarshal(payload, f); err != nil {
		return nil, fmt.Errorf("read fact %s: %w", kind, err)
	}
	return f, nil
}
