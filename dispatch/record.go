package dispatch

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/paulmach/orb/geojson"
)

// EntryRecorded says that an entry was made or changed; it carries the whole new
// state, and why where somebody said so.
type EntryRecorded struct {
	Entry
	Reason string
}

// EntryRemoved says that an entry was taken off its ledger, and where it
// stood, so that those who saw it hear that it has gone.
type EntryRemoved struct {
	Ledger      Ledger `json:"-"`
	ID          ID     `json:"id"`
	Division    string `json:"division"`
	Sensitivity int    `json:"sensitivity"`
}

// Type and Subject make them facts.
func (f *EntryRecorded) Type() string { return string(f.Ledger) + ".recorded" }
func (f *EntryRecorded) Subject() Ref { return Ref{string(f.Ledger), f.ID} }
func (f *EntryRemoved) Type() string  { return string(f.Ledger) + ".removed" }
func (f *EntryRemoved) Subject() Ref  { return Ref{string(f.Ledger), f.ID} }

type entryPayload struct {
	ID         ID                `json:"id"`
	Geometry   *geojson.Geometry `json:"geometry"`
	Properties json.RawMessage   `json:"properties"`
	Reason     string            `json:"reason,omitempty"`
}

// MarshalJSON writes the entry as a feature without its envelope.
func (f *EntryRecorded) MarshalJSON() ([]byte, error) {
	properties, err := f.Properties()
	if err != nil {
		return nil, err
	}
	return json.Marshal(entryPayload{f.ID, geojson.NewGeometry(f.Geometry), properties, f.Reason})
}

// UnmarshalJSON reads it back; the ledger must be set before.
func (f *EntryRecorded) UnmarshalJSON(raw []byte) error {
	var p entryPayload
	if err := json.Unmarshal(raw, &p); err != nil {
		return err
	}
	detail, err := NewDetail(f.Ledger)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(p.Properties, detail); err != nil {
		return fmt.Errorf("read detail: %w", err)
	}
	if err := json.Unmarshal(p.Properties, &f.Head); err != nil {
		return fmt.Errorf("read head: %w", err)
	}
	f.ID, f.Detail, f.Reason = p.ID, detail, p.Reason
	if p.Geometry != nil {
		f.Geometry = p.Geometry.Geometry()
	}
	return nil
}

// Ref names the entry.
func (e *Entry) Ref() Ref { return Ref{string(e.Ledger), e.ID} }

// At is the entry's version.
func (e *Entry) At() int { return e.Version }

// Apply folds one fact in.
func (e *Entry) Apply(f Fact, at time.Time) {
	version := e.Version + 1
	switch f := f.(type) {
	case *EntryRecorded:
		*e = f.Entry
		e.Removed = false
	case *EntryRemoved:
		e.Removed = true
	}
	e.Version, e.RecordedAt = version, at
}

// Record decides on a new or changed entry.
func (e Entry) Record() (Outcome, error) {
	if err := e.Check(maxVertices); err != nil {
		return Outcome{}, err
	}
	return Outcome{[]Fact{&EntryRecorded{Entry: e}}}, nil
}

// Remove decides to take an entry off its ledger.
func (e Entry) Remove() (Outcome, error) {
	if e.Removed {
		return Outcome{}, ErrNotFound
	}
	return Outcome{[]Fact{&EntryRemoved{e.Ledger, e.ID, e.Division, e.Sensitivity}}}, nil
}
