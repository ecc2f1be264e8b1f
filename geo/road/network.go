package road

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Network is a graph and the closures on it (实时路网).
type Network struct {
	now atomic.Pointer[Snapshot]

	mu       sync.Mutex // one change at a time
	free     *Snapshot
	counter  uint64
	compiled map[string]*compiled // by closure id, as last applied
}

// NewNetwork starts with nothing closed.
func NewNetwork(g *Graph) *Network {
	n := &Network{compiled: map[string]*compiled{}, counter: 1}
	n.free = &Snapshot{g: g, version: 1, lanes: map[laneKey]*lane{}}
	n.now.Store(n.free)
	return n
}

// Now is the present snapshot. Ask it all questions of one request, so that
// their answers agree.
func (n *Network) Now() *Snapshot { return n.now.Load() }

// Apply puts exactly these closures in force as of an instant and returns the
// new snapshot, which is in place when it returns. A closure that cannot be
// applied is left out and reported in the error, joined with the others; the
// rest are in force all the same.
func (n *Network) Apply(closures []Closure, at time.Time) (*Snapshot, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	s, err := n.make(closures, at, true)
	n.now.Store(s)
	return s, err
}

// WhatIf is the snapshot that Apply would put in place, without doing so.
func (n *Network) WhatIf(closures []Closure, at time.Time) (*Snapshot, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.make(closures, at, false)
}

func (n *Network) make(closures []Closure, at time.Time, keep bool) (*Snapshot, error) {
	n.counter++
	s := &Snapshot{g: n.free.g, version: n.counter, at: at, lanes: map[laneKey]*lane{}, free: n.free}
	kept := map[string]*compiled{}
	var errs []error
	for _, c := range closures {
		if kept[c.ID] != nil {
			errs = append(errs, fmt.Errorf("closure %q given twice: %w", c.ID, ErrBadClosure))
			continue
		}
		done := n.compiled[c.ID]
		if done == nil || !reflect.DeepEqual(done.Closure, c) {
			fresh, err := n.free.g.compile(c)
			if err != nil {
				errs = append(errs, err)
				continue
			}
			done = fresh
		}
		kept[c.ID] = done
		for _, edge := range [2]time.Time{c.From, c.Until} {
			if edge.After(at) && (s.until.IsZero() || edge.Before(s.until)) {
				s.until = edge
			}
		}
		if c.holds(at) {
			s.closures = append(s.closures, done)
		}
	}
	slices.SortFunc(s.closures, func(a, b *compiled) int { return cmp.Compare(a.ID, b.ID) })
	if keep {
		n.compiled = kept
	}
	s.index()
	return s, errors.Join(errs...)
}

// Check says whether a closure could be applied, and how many segments it
// would touch. It refuses with ErrNothingClosed one that touches none.
func (n *Network) Check(c Closure) (segments int, err error) {
	done, err := n.free.g.compile(c)
	if err != nil {
		return 0, err
	}
	if len(done.blocked) == 0 {
		return 0, fmt.Errorf("closure %q: %w", c.ID, ErrNothingClosed)
	}
	return len(done.blocked), nil
}
