package dispatch

import "time"

// Span is how far back the past goes, and when something happened in it.
type Span struct {
	From       time.Time // of the first event; To when there is none
	To         time.Time
	TracksFrom *time.Time // the day from which positions are kept; nil: none are
	Step       time.Duration
	Counts     []int // events in each step from From; the last may be cut short
}
