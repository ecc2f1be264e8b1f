package dispatch

import (
	"context"
	"time"
)

// Command is a wish to change, with all that makes it repeatable: the same ID
// with the same digest gets the first answer again.
type Command struct {
	ID         ID
	Actor      Actor
	Expected   *int      // version the actor saw; nil when making something new
	OccurredAt time.Time // when it happened out there
	Digest     [32]byte  // SHA-256 of what was asked
}

// Outcome is what a decision says happened.
type Outcome struct{ Facts []Fact }

// Receipt answers a command; a repeated command gets the same one.
type Receipt struct {
	ID      ID     `json:"id"`
	Version int    `json:"version"`
	Seq     Seq    `json:"seq"`
	Number  string `json:"number,omitempty"`
}

// Tx is what a decision may read. Each call locks what it returns until the
// command ends, but for OpenAssignments.
type Tx interface {
	// Entity returns the entity as it stands; ErrNotFound when there is none.
	Entity(ctx context.Context, ref Ref) (Entity, error)
	// Ledger returns all entries of a ledger by code.
	Ledger(ctx context.Context, l Ledger) (map[string]*Entry, error)
	// OpenAssignments returns the open assignments of a unit or an incident. It
	// locks none: whoever asks holds the unit's or the incident's row, without
	// which none is added.
	OpenAssignments(ctx context.Context, of ID) ([]*Assignment, error)
	// CountNotes returns how many notes an incident has, and how many of them
	// are photos. It locks none: whoever asks holds the incident's row.
	CountNotes(ctx context.Context, incident ID) (notes, photos int, err error)
	// OpenAlarms returns the open alarms of a unit. It locks none: whoever asks
	// holds the row without which none is added.
	OpenAlarms(ctx context.Context, unit ID) ([]*Alarm, error)
	// CountStudies returns how many studies of somebody wait or run, and how many
	// are kept in all. Nobody adds one until the decision is done.
	CountStudies(ctx context.Context, by ID) (asked, kept int, err error)
	// NextNumber draws the next human number of a year: QHD-2026-000123.
	NextNumber(ctx context.Context, year int) (string, error)
}

// Journal keeps facts and folds them into rows, both in one transaction or
// neither. It returns only after the commit.
type Journal interface {
	Change(ctx context.Context, c Command, decide func(Tx) (Outcome, error)) (Receipt, error)
}
