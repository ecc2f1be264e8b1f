package web

import (
	"math"
	"sync"
	"time"
)

// Attempts to sign in are counted by address and account; one that succeeds is
// forgotten. Nobody is ever locked out for longer than the window.
const (
	attempts      = 5
	attemptWindow = time.Minute
	maxPairs      = 10_000
)

type pair struct{ ip, account string }

type throttle struct {
	mu    sync.Mutex
	tries map[pair][]time.Time
}

func newThrottle() *throttle { return &throttle{tries: map[pair][]time.Time{}} }

// try takes an attempt, or says after how many seconds one is free again.
func (t *throttle) try(now time.Time, ip, account string) (retry int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := pair{ip, account}
	recent := fresh(t.tries[p], now)
	if len(recent) >= attempts {
		t.tries[p] = recent
		return max(1, int(math.Ceil(recent[0].Add(attemptWindow).Sub(now).Seconds())))
	}
	if len(t.tries) >= maxPairs {
		t.sweep(now)
	}
	t.tries[p] = append(recent, now)
	return 0
}

// succeeded gives the attempt back.
func (t *throttle) succeeded(ip, account string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := pair{ip, account}
	if tries := t.tries[p]; len(tries) > 1 {
		t.tries[p] = tries[:len(tries)-1]
	} else {
		delete(t.tries, p)
	}
}

// sweep drops pairs whose window has passed, and all of them when that is not
// enough: a flood from ten thousand addresses must not fill the memory.
func (t *throttle) sweep(now time.Time) {
	for p, tries := range t.tries {
		if len(fresh(tries, now)) == 0 {
			delete(t.tries, p)
		}
	}
	if len(t.tries) >= maxPairs {
		clear(t.tries)
	}
}

func fresh(tries []time.Time, now time.Time) []time.Time {
	for len(tries) > 0 && now.Sub(tries[0]) >= attemptWindow {
		tries = tries[1:]
	}
	return tries
}
