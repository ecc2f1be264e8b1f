// Package live holds what is now: the picture at the latest journal number and
// the last position of every unit. It follows the journal, ticks, and hands
// both to whoever watches.
package live

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"onemap/dispatch"
)

// Feed is the journal as a follower reads it.
type Feed interface {
	// Events returns up to limit events after a number, without a gap.
	Events(ctx context.Context, after dispatch.Seq, limit int) ([]dispatch.Event, error)
	// Incident returns an incident the picture has let go.
	Incident(ctx context.Context, id dispatch.ID) (*dispatch.Incident, error)
	// Bell rings when there may be more; it may ring in vain.
	Bell(ctx context.Context) <-chan struct{}
}

// TrackSink keeps fixes for good.
type TrackSink interface {
	SaveFixes(ctx context.Context, fixes []dispatch.Fix) error
}

const (
	tick       = 250 * time.Millisecond // knee of cost against delay, see docs/benchmarks.md
	flush      = time.Second
	page       = 1000    // events read at once
	maxBacklog = 300_000 // fixes: fifteen seconds of 20,000 a second, some 50 MB
)

// Live is the picture, the board and their watchers.
type Live struct {
	feed    Feed
	sink    TrackSink
	log     *slog.Logger
	now     func() time.Time
	board   *Board
	picture atomic.Pointer[dispatch.Picture]
	turn    sync.Mutex   // one next picture at a time: the journal's, or that of the clock
	heard   atomic.Int64 // Unix milliseconds at which the journal answered last
	outlook atomic.Pointer[Outlook]
	stirred atomic.Bool // a unit has moved since the outlook
	rested  time.Time   // when the next outlook may be made; its maker's own

	mu    sync.Mutex    // guards what follows, and orders publishing against subscribing
	moved chan struct{} // closed and replaced whenever the picture has moved on
	watch map[*Subscription]struct{}
	stats Stats

	progress sync.Map // of the studies this node runs: dispatch.ID to Progress
}

// Stats are counters since the start.
type Stats struct {
	Events, Ticks, Frames, FrameBytes uint64
	SlowClosed, TracksLost            uint64
	Sockets                           int
}

// New returns a live room that starts from a picture.
func New(p *dispatch.Picture, feed Feed, sink TrackSink, log *slog.Logger) *Live {
	l := &Live{feed: feed, sink: sink, log: log, now: time.Now, board: newBoard(), moved: make(chan struct{}), watch: map[*Subscription]struct{}{}}
	l.picture.Store(p)
	l.heard.Store(l.now().UnixMilli())
	l.board.follow(p)
	return l
}

// Picture returns the latest picture.
func (l *Live) Picture() *dispatch.Picture { return l.picture.Load() }

// Age is how long the journal has not answered: since then the picture may be
// behind, and whoever reads it must be told.
func (l *Live) Age(now time.Time) time.Duration {
	return max(0, now.Sub(time.UnixMilli(l.heard.Load())))
}

// Board returns the last positions.
func (l *Live) Board() *Board { return l.board }

// Await returns when the picture has reached seq, so that a caller reads what
// it wrote.
func (l *Live) Await(ctx context.Context, seq dispatch.Seq) error {
	for {
		l.mu.Lock()
		moved := l.moved
		l.mu.Unlock()
		if l.Picture().Seq >= seq {
			return nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return fmt.Errorf("wait for picture %d: %w", seq, ctx.Err())
		}
	}
}

// Stats returns the counters.
func (l *Live) Stats() Stats {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.stats
	s.Sockets = len(l.watch)
	return s
}

// Run follows the journal, ticks and saves tracks until ctx ends.
func (l *Live) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return l.follow(ctx) })
	g.Go(func() error { return every(ctx, tick, l.tick) })
	g.Go(func() error { return every(ctx, flush, func() { l.save(ctx) }) })
	g.Go(func() error { return every(ctx, tick, l.passTime) })
	g.Go(func() error { return every(ctx, foresight, l.foretell) })
	err := g.Wait()
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
	defer cancel()
	l.save(last)
	return err
}

func every(ctx context.Context, d time.Duration, do func()) error {
	t := time.NewTicker(d)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			do()
		case <-ctx.Done():
			return nil
		}
	}
}

// follow folds events into the picture as they come. A journal that does not
// answer leaves the picture where it is; its age shows.
func (l *Live) follow(ctx context.Context) error {
	bell := l.feed.Bell(ctx)
	for {
		if err := l.catchUp(ctx); err != nil && ctx.Err() == nil {
			l.log.Warn("follow journal", "seq", l.Picture().Seq, "error", err)
		}
		select {
		case _, open := <-bell:
			if !open {
				return nil
			}
		case <-ctx.Done():
			return nil
		}
	}
}

func (l *Live) catchUp(ctx context.Context) error {
	for {
		events, err := l.feed.Events(ctx, l.Picture().Seq, page)
		if err != nil {
			return err
		}
		if len(events) == 0 {
			l.heard.Store(l.now().UnixMilli())
			return nil
		}
		if gap := events[0].Seq - l.Picture().Seq; gap != 1 {
			return fmt.Errorf("journal gap: picture at %d, next event %d", l.Picture().Seq, events[0].Seq)
		}
		old, err := l.forgotten(ctx, events)
		if err != nil {
			return err
		}
		l.publish(events, old)
	}
}

// forgotten returns the incidents that events touch and the picture no longer
// holds: one that ended long ago and is taken up again.
func (l *Live) forgotten(ctx context.Context, events []dispatch.Event) (old []dispatch.Entity, err error) {
	held := l.Picture().Incidents
	for _, e := range events {
		ref := e.Fact.Subject()
		if _, fresh := e.Fact.(*dispatch.IncidentReported); fresh || ref.Kind != dispatch.KindIncident || held[ref.ID] != nil {
			continue
		}
		in, err := l.feed.Incident(ctx, ref.ID)
		if dispatch.ErrNotFound.Is(err) {
			continue // reported within these events
		}
		if err != nil {
			return nil, fmt.Errorf("fetch incident %s: %w", ref.ID, err)
		}
		old = append(old, in)
	}
	return old, nil
}

// publish makes the next picture and tells every watcher.
func (l *Live) publish(events []dispatch.Event, old []dispatch.Entity) {
	l.turn.Lock()
	defer l.turn.Unlock()
	before := l.Picture().With(old)
	after := before.Next(events)
	if after.Shelf(dispatch.Closures) != before.Shelf(dispatch.Closures) {
		after = l.onRoads(after, after.Roads)
	}
	l.board.follow(after)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.picture.Store(after)
	for _, e := range events {
		n := Notice{e, before, after, &sync.Map{}}
		for s := range l.watch {
			s.offer(n)
		}
	}
	l.stats.Events += uint64(len(events))
	close(l.moved)
	l.moved = make(chan struct{})
}

// Report takes fixes in and says what became of each.
func (l *Live) Report(now time.Time, fixes []dispatch.Fix) []Verdict {
	return l.board.report(now, fixes)
}

func (l *Live) save(ctx context.Context) {
	batch, lost := l.board.drain()
	if len(batch) > 0 {
		if err := l.sink.SaveFixes(ctx, batch); err != nil {
			l.log.Warn("save tracks", "fixes", len(batch), "error", err)
			lost += l.board.refill(batch)
		}
	}
	if lost > 0 {
		l.mu.Lock()
		l.stats.TracksLost += uint64(lost)
		l.mu.Unlock()
	}
}
