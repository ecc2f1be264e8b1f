package site

import "math"

// ledger keeps the best choice of sites met so far, what it costs, and what none
// can cost less than.
type ledger struct {
	best    []int
	value   int64
	bound   int64
	stopped bool // by the caller
	watch   func(value, bound int64) bool
	stop    func() bool
}

func newLedger(e Effort) ledger { return ledger{value: math.MaxInt64, watch: e.Watch, stop: e.stopped} }

func (l *ledger) book() *ledger { return l }

func (l *ledger) done() bool { return l.stopped || l.bound >= l.value }

// halted asks whether nobody wants an answer any more.
func (l *ledger) halted() bool {
	l.stopped = l.stopped || l.stop()
	return l.stopped
}

// note remembers a choice when it is the best so far.
func (l *ledger) note(sites []int, cost int64) {
	if cost < l.value {
		l.value, l.best = cost, append(l.best[:0], sites...)
		l.tell()
	}
}

func (l *ledger) raise(bound int64) {
	if bound = min(bound, l.value); bound > l.bound {
		l.bound = bound
		l.tell()
	}
}

func (l *ledger) tell() {
	if l.watch != nil && !l.watch(l.value, l.bound) {
		l.stopped = true
	}
}

// finder looks for a good choice: by exchanging one site for another, by
// nearness (search), by two sites a point (twice), by room (crowd).
type finder interface {
	book() *ledger
	choose(sites []int) // makes these the choice; they keep to the budget
	improve()
	keep()
	shake()
}
