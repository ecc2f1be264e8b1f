package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"sync"
	"time"

	"onemap/dispatch"
	"onemap/dispatch/live"
	planning "onemap/dispatch/study"
)

const (
	studyLimit  = 10 * time.Minute
	studyMemory = 2 << 30                // bytes of heap that a study may add
	studyLook   = 200 * time.Millisecond // how often somebody is asked whether it still matters
	studyTell   = 500 * time.Millisecond // how often its progress is told
	studyIdle   = 2 * time.Second        // after which studies of other nodes are looked at again
	studyRest   = 5 * time.Second        // after which one is tried again that could not be written down
)

// Why a study ends without an answer; what is no failure leaves it as it is.
var (
	errDropped  = errors.New("the study was called off")
	errTooLong  = &dispatch.Error{Kind: dispatch.Unavailable, Code: "study_too_long", Text: "not done within 10 minutes"}
	errTooLarge = &dispatch.Error{Kind: dispatch.Invalid, Code: "study_too_large", Text: "needs too much memory"}
	errPanicked = &dispatch.Error{Kind: dispatch.Unavailable, Code: "study_broke", Text: "the computation broke, see the log"}
)

// studyRunner runs what planners ask (覆盖分析), one study at a time, the one asked
// first before the others. A study is pure: one that a node could not finish,
// because it died or lost the database, is run again by whichever node takes
// the turn next, and ends once, for its end is decided under lock.
type studyRunner struct {
	live  *live.Live
	desk  *dispatch.Desk
	turn  func(ctx context.Context, name string, do func(context.Context) error) (bool, error)
	log   *slog.Logger
	rests map[dispatch.ID]time.Time
	limit time.Duration
	// prover is asked by studies that want a proof.
	prover planning.Prover
	// answer computes a study; it ends early when watch returns false.
	answer func(scene planning.Scene, ctx context.Context, st *dispatch.Study, watch func(progress, value, bound float64) bool) (planning.Answer, error)
}

func newStudyRunner(l *live.Live, d *dispatch.Desk, turn func(context.Context, string, func(context.Context) error) (bool, error), log *slog.Logger) *studyRunner {
	return &studyRunner{live: l, desk: d, turn: turn, log: log, rests: map[dispatch.ID]time.Time{}, limit: studyLimit, prover: newCBC(), answer: planning.Scene.Answer}
}

// Run runs studies until ctx ends.
func (s *studyRunner) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		p := s.live.Picture()
		st := s.next(p, time.Now())
		if st == nil {
			s.idle(ctx, p.Seq)
			continue
		}
		had, err := s.turn(ctx, "study "+st.ID.String(), func(ctx context.Context) error { return s.do(ctx, st.ID) })
		switch {
		case err != nil && ctx.Err() == nil:
			s.log.Warn("study not done", "study", st.ID, "error", err)
			s.rests[st.ID] = time.Now().Add(studyRest)
		case !had:
			s.rests[st.ID] = time.Now().Add(studyIdle)
		}
	}
	return nil
}

// idle waits for the next event, or for another node to have died.
func (s *studyRunner) idle(ctx context.Context, seq dispatch.Seq) {
	ctx, cancel := context.WithTimeout(ctx, studyIdle)
	defer cancel()
	_ = s.live.Await(ctx, seq+1) // either way it is time to look
}

// next is the study that was asked first of those that wait.
func (s *studyRunner) next(p *dispatch.Picture, now time.Time) *dispatch.Study {
	var waiting []*dispatch.Study
	for _, st := range p.Studies {
		if st.State == dispatch.StudyAsked && !now.Before(s.rests[st.ID]) {
			waiting = append(waiting, st)
		}
	}
	if len(waiting) == 0 {
		return nil
	}
	return slices.MinFunc(waiting, func(a, b *dispatch.Study) int {
		return cmp.Or(a.AskedAt.Compare(b.AskedAt), bytes.Compare(a.ID[:], b.ID[:]))
	})
}

// do computes a study on the picture of now, and records how it ended.
func (s *studyRunner) do(ctx context.Context, id dispatch.ID) error {
	defer s.live.Rest(id)
	delete(s.rests, id)
	p := s.live.Picture()
	st := p.Studies[id]
	if st == nil || st.State != dispatch.StudyAsked {
		return nil // ended while the turn was waited for
	}
	begun := time.Now()
	answer, err := s.compute(ctx, p, st)
	if ctx.Err() != nil && !errors.Is(err, errDropped) {
		return fmt.Errorf("leave study %s: %w", id, context.Cause(ctx))
	}
	end, err := s.end(st, answer, err)
	if err != nil || end.To == "" {
		return err
	}
	receipt, err := s.desk.EndStudy(ctx, newCommand(dispatch.System), end)
	if errors.Is(err, dispatch.ErrStudyEnded) || errors.Is(err, dispatch.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("record the end of study %s: %w", id, err)
	}
	s.log.Info("study ended", "study", id, "kind", st.Kind, "to", end.To, "reason", end.Reason, "bytes", len(end.Body), "seq", int64(receipt.Seq), "took", time.Since(begun))
	return s.live.Await(ctx, receipt.Seq)
}

// end is the fact that a study ended so; none when it was called off.
func (s *studyRunner) end(st *dispatch.Study, answer planning.Answer, err error) (dispatch.StudyEnded, error) {
	if err == nil && len(answer.Bytes) > dispatch.MostResult {
		err = errTooLarge.With("the result has %d bytes, at most %d", len(answer.Bytes), dispatch.MostResult)
	}
	if err == nil {
		return answer.Ended(st.ID, s.desk.Now())
	}
	f := dispatch.StudyEnded{ID: st.ID, To: dispatch.StudyFailed, When: s.desk.Now()}
	var refusal *dispatch.Error
	switch {
	case errors.Is(err, errDropped):
		return dispatch.StudyEnded{}, nil
	case errors.As(err, &refusal):
		f.Fail(refusal)
	default:
		s.log.Error("study failed", "study", st.ID, "kind", st.Kind, "error", err)
		f.Fail(errPanicked)
	}
	return f, nil
}

// compute runs a study under its limits. A panic in it is its failure and not
// the server's.
func (s *studyRunner) compute(ctx context.Context, p *dispatch.Picture, st *dispatch.Study) (answer planning.Answer, err error) {
	ctx, stop := context.WithCancelCause(ctx)
	guarded := make(chan struct{})
	go func() {
		defer close(guarded)
		stop(s.guard(ctx, st.ID))
	}()
	defer func() {
		if cause := recover(); cause != nil {
			s.log.Error("study panicked", "study", st.ID, "kind", st.Kind, "cause", cause, "stack", string(debug.Stack()))
			err = errPanicked
		}
		if why := context.Cause(ctx); err != nil && why != nil {
			err = why
		}
		stop(nil)
		<-guarded
	}()
	return s.answer(planning.On(p, p.Roads, s.desk.Now()).With(s.prover), ctx, st, s.teller(ctx, st.ID))
}

// guard says why a study must not go on: it was called off, it takes too long,
// or too much.
func (s *studyRunner) guard(ctx context.Context, id dispatch.ID) error {
	look, late := time.NewTicker(studyLook), time.NewTimer(s.limit)
	defer look.Stop()
	defer late.Stop()
	first := heapNow()
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-late.C:
			return errTooLong
		case <-look.C:
			if st := s.live.Picture().Studies[id]; st == nil || st.State != dispatch.StudyAsked {
				return errDropped
			}
			if now := heapNow(); now > first && now-first > studyMemory {
				return errTooLarge
			}
		}
	}
}

// heapNow is how many bytes the process has in objects.
func heapNow() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// teller passes progress on, and ends the study when its context has.
func (s *studyRunner) teller(ctx context.Context, id dispatch.ID) func(progress, value, bound float64) bool {
	var mu sync.Mutex // a kind may tell from several goroutines
	var told time.Time
	s.live.Advance(live.Progress{Study: id, Value: math.NaN(), Bound: math.NaN()})
	return func(progress, value, bound float64) bool {
		mu.Lock()
		defer mu.Unlock()
		if now := time.Now(); now.Sub(told) >= studyTell {
			told = now
			s.live.Advance(live.Progress{Study: id, Done: min(1, max(0, progress)), Value: value, Bound: bound})
		}
		return ctx.Err() == nil
	}
}
