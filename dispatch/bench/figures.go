package bench

import (
	"slices"
	"sync"
	"time"
)

// sample gathers durations from many goroutines.
type sample struct {
	mu   sync.Mutex
	took []time.Duration
}

func (s *sample) add(d time.Duration) {
	s.mu.Lock()
	s.took = append(s.took, d)
	s.mu.Unlock()
}

func (s *sample) figures() Figures {
	s.mu.Lock()
	defer s.mu.Unlock()
	return figuresOf(s.took)
}

// Figures are percentiles by nearest rank; all zero when N is.
type Figures struct {
	N                   int
	P50, P90, P99, P999 time.Duration
	Most                time.Duration
}

func figuresOf(took []time.Duration) Figures {
	if len(took) == 0 {
		return Figures{}
	}
	sorted := slices.Sorted(slices.Values(took))
	rank := func(permille int) time.Duration { return sorted[(len(sorted)*permille+999)/1000-1] }
	return Figures{len(sorted), rank(500), rank(900), rank(990), rank(999), sorted[len(sorted)-1]}
}
