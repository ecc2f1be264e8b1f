package live

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"onemap/dispatch"
)

const (
	lookEvery  = time.Second / 2
	dutyLimit  = 5 * time.Second // of one duty; what takes longer is tried again
	hands      = 4               // duties of a kind done at once
	restAfter  = 30 * time.Second
	firstRetry = time.Second
	lastRetry  = 10 * time.Second // a database that is back finds its timers no later than this
)

// Attendant does the duties one watchman finds (值守). The state of every timer
// is the entity's own, so an attendant may die and another go on, and two may
// work side by side: each duty is one command with an id of its own.
type Attendant struct {
	live  *Live
	desk  *dispatch.Desk
	watch dispatch.Watchman
	since time.Time

	mu    sync.Mutex
	rests map[dispatch.ID]rest // by the duty's command
}

// rest is until when a duty is left alone: it is done, or failed.
type rest struct {
	until time.Time
	pause time.Duration // the last one, of failures
}

// NewAttendant makes one that goes by the desk's clock.
func (l *Live) NewAttendant(d *dispatch.Desk, w dispatch.Watchman) *Attendant {
	return &Attendant{live: l, desk: d, watch: w, since: d.Now(), rests: map[dispatch.ID]rest{}}
}

// Attend does what the watchmen find until ctx ends, each kind in a loop of its
// own, so that a slow one holds up no other.
func (l *Live) Attend(ctx context.Context, d *dispatch.Desk, watchmen ...dispatch.Watchman) error {
	g, ctx := errgroup.WithContext(ctx)
	for _, w := range watchmen {
		a := l.NewAttendant(d, w)
		g.Go(func() error { return every(ctx, lookEvery, func() { a.Round(ctx) }) })
	}
	return g.Wait()
}

// Round looks once, does what is due, and returns when that is done or has
// failed, and the picture shows it.
func (a *Attendant) Round(ctx context.Context) {
	now := a.desk.Now()
	a.forget(now)
	var work errgroup.Group
	work.SetLimit(hands)
	for _, y := range a.watch.Look(dispatch.Watch{Picture: a.live.Picture(), Board: a.live.board, Now: now, Since: a.since}) {
		if id := y.Command(now).ID; !a.resting(id, now) {
			work.Go(func() error {
				a.do(ctx, id, y)
				return nil
			})
		}
	}
	_ = work.Wait() // what fails is logged, and tried again
}

// do does one duty, and lets it rest: when it is done until the picture shows
// so for sure, when it failed ever longer.
func (a *Attendant) do(ctx context.Context, id dispatch.ID, y dispatch.Duty) {
	ctx, cancel := context.WithTimeout(ctx, dutyLimit)
	defer cancel()
	seq, err := a.desk.Perform(ctx, y)
	if err == nil && seq > 0 {
		err = a.live.Await(ctx, seq)
	}
	if err != nil && ctx.Err() != context.Canceled {
		a.live.log.Warn("duty not done", "duty", y.Kind, "subject", y.Subject, "error", err)
	} else if seq > 0 {
		a.live.log.Info("duty done", "duty", y.Kind, "subject", y.Subject, "seq", int64(seq))
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if err == nil {
		a.rests[id] = rest{until: a.desk.Now().Add(restAfter)}
		return
	}
	pause := min(lastRetry, max(firstRetry, 2*a.rests[id].pause))
	a.rests[id] = rest{a.desk.Now().Add(pause), pause}
}

// resting reports whether a duty is to be left alone for now.
func (a *Attendant) resting(id dispatch.ID, now time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return now.Before(a.rests[id].until)
}

// forget drops the rests that ended long ago.
func (a *Attendant) forget(now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for id, r := range a.rests {
		if now.Sub(r.until) > 2*lastRetry {
			delete(a.rests, id)
		}
	}
}

// Distress does the duties of those who cry for help at once, for the caller
// not to wait for the next round. What cannot be done now is done then.
func (l *Live) Distress(ctx context.Context, d *dispatch.Desk) {
	if len(l.board.Cries()) == 0 {
		return
	}
	a := l.NewAttendant(d, dispatch.DistressWatch{})
	a.Round(ctx)
}
