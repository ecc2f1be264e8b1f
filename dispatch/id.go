// Package dispatch is the core: ids, facts, the journal's contract, actors and
// refusals; the ledgers of what stands ready, and the incidents it stands
// ready for. It decides and folds; it does no I/O.
package dispatch

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// ID identifies one thing of kind T: a UUIDv7 made by whoever creates the
// thing, so that a command can be repeated without making a second one.
type ID = uuid.UUID

// NewID returns a fresh UUIDv7.
func NewID() ID { return uuid.Must(uuid.NewV7()) }

// Seq is the journal's number: gap-free, ascending in commit order.
type Seq int64

// Ref names one entity: the ledger or noun it belongs to, and its id.
type Ref struct {
	Kind string `json:"kind"`
	ID   ID     `json:"id"`
}

// Date is a calendar day without a zone, "2026-11-23" in JSON.
type Date struct{ time.Time }

const dateForm = "2006-01-02"

// MarshalJSON writes the day.
func (d Date) MarshalJSON() ([]byte, error) { return json.Marshal(d.Format(dateForm)) }

// UnmarshalJSON reads a day and refuses anything else.
func (d *Date) UnmarshalJSON(raw []byte) error {
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		return err
	}
	day, err := time.Parse(dateForm, text)
	if err != nil {
		return fmt.Errorf("read date %q: want YYYY-MM-DD", text)
	}
	d.Time = day
	return nil
}
