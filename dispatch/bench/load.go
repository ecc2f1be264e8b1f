package bench

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// What the desk's load is held against (two cores).
const (
	ackTarget    = 150 * time.Millisecond
	othersTarget = 500 * time.Millisecond
)

// Load is the desk's load: units that report each second, sockets that read
// everything, and commands on a timetable that waits for no answer. Each
// latency counts from the moment its request was due, so that a server that
// stalls is charged for all it kept waiting.
type Load struct {
	Target, User, Password string
	Token                  string // the machine's that reports positions; empty: none are
	Units, Sockets         int
	Rate                   float64 // commands a second
	For                    time.Duration
	Own                    bool // make the units first, by import
	Say                    func(format string, args ...any)
}

// LoadReport is what the load measured.
type LoadReport struct {
	Took             time.Duration
	Ack, Others, Fix Figures
	ByKind           map[string]Figures // command to acknowledgement
	Refused          map[string]int     // by code
	Unseen           int                // events a sampled socket never got
	Lost             int                // sockets that ended before the load did
	Late             time.Duration      // how far the generator itself fell behind its timetable, at most
	Cores            float64            // processor time of the generator, in cores
}

// Missed names the targets that were not held.
func (r *LoadReport) Missed() (missed []string) {
	if r.Ack.N == 0 || r.Ack.P99 >= ackTarget {
		missed = append(missed, fmt.Sprintf("acknowledgement p99 %s, target %s", r.Ack.P99, ackTarget))
	}
	if r.Others.N == 0 || r.Others.P99 >= othersTarget {
		missed = append(missed, fmt.Sprintf("other consoles p99 %s, target %s", r.Others.P99, othersTarget))
	}
	if r.Unseen > 0 || r.Lost > 0 {
		missed = append(missed, fmt.Sprintf("%d events unseen, %d sockets lost", r.Unseen, r.Lost))
	}
	return missed
}

// run is a load under way.
type run struct {
	*Load
	*Client
	units    []*loadUnit
	places   []place
	watchers []*watcher
	start    time.Time   // set before begun is
	begun    atomic.Bool // the sockets open before the load begins
	report   LoadReport

	mu      sync.Mutex
	free    []*loadUnit
	ready   []*story
	dropped []*story // a command of theirs was refused
	acked   []acked
	byKind  map[string]*sample
	refused map[string]int
	fixes   sample
}

// acked is one command that was acknowledged.
type acked struct {
	seq int64
	due time.Time
}

// settleFor is how long the sockets may take to show the last event.
const settleFor = 2 * time.Second

// Run puts the load on the server and says what it took.
func (l *Load) Run(ctx context.Context) (*LoadReport, error) {
	r := &run{Load: l, byKind: map[string]*sample{}, refused: map[string]int{}}
	var err error
	if r.Client, err = NewClient(l.Target); err != nil {
		return nil, err
	}
	if _, err = r.signIn(ctx, l.User, l.Password); err != nil {
		return nil, err
	}
	if err := r.prepare(ctx); err != nil {
		return nil, err
	}
	watching, stop := context.WithCancel(ctx)
	defer stop()
	var readers, writers sync.WaitGroup
	if err := r.watch(watching, &readers); err != nil {
		stop()
		readers.Wait()
		return nil, err
	}
	used := processorTime()
	r.start = time.Now().Add(100 * time.Millisecond)
	r.begun.Store(true)
	r.Say("%d units, %d sockets, %g commands a second for %s", len(r.units), len(r.watchers), r.Rate, r.For)
	r.drive(ctx, &writers)
	r.commands(ctx, &writers)
	writers.Wait()
	r.report.Took = time.Since(r.start)
	r.report.Cores = (processorTime() - used).Seconds() / r.report.Took.Seconds()
	_ = pause(ctx, time.Now().Add(settleFor)) // cut short: what was seen until then counts
	for _, w := range r.watchers {
		if w.ended.Load() {
			r.report.Lost++
		}
	}
	stop()
	readers.Wait()
	r.tidy(ctx)
	return r.finish(), ctx.Err()
}

// commands starts one command each 1/Rate of a second, whatever has become of
// those before.
func (r *run) commands(ctx context.Context, wg *sync.WaitGroup) {
	for i := range int(r.Rate * r.For.Seconds()) {
		due := r.start.Add(time.Duration(float64(i) / r.Rate * float64(time.Second)))
		if pause(ctx, due) != nil {
			return
		}
		r.report.Late = max(r.report.Late, time.Since(due))
		s := r.pick()
		if s == nil {
			r.refuse("no_free_unit")
			continue
		}
		wg.Go(func() { r.step(ctx, s, due) })
	}
}

func (r *run) refuse(code string) {
	r.mu.Lock()
	r.refused[code]++
	r.mu.Unlock()
}

// finish sums up.
func (r *run) finish() *LoadReport {
	out := &r.report
	out.ByKind, out.Refused, out.Fix = map[string]Figures{}, r.refused, r.fixes.figures()
	var all []time.Duration
	for kind, s := range r.byKind {
		out.ByKind[kind] = s.figures()
		all = append(all, s.took...)
	}
	out.Ack = figuresOf(all)
	var seen []time.Duration
	for _, w := range r.watchers {
		if !w.sampled {
			continue
		}
		for _, a := range r.acked {
			if at, ok := w.seen[a.seq]; ok {
				seen = append(seen, at.Sub(a.due))
			} else {
				out.Unseen++
			}
		}
	}
	out.Others = figuresOf(seen)
	return out
}

// pause waits until a moment, or until ctx ends.
func pause(ctx context.Context, until time.Time) error {
	wait := time.Until(until)
	if wait <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// What a city must have before it can be loaded.
var (
	errNoPlaces = errors.New("the server has no townships: there is nowhere to send anybody")
	errNoTeam   = errors.New("the server has no team of the city's own that the units could belong to")
)
