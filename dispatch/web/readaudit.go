package web

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"onemap/dispatch"
)

// Reads keeps who read restricted fields, and lists it, the newest first from
// behind a number.
type Reads interface {
	KeepReads(ctx context.Context, reads []dispatch.Read) error
	Reads(ctx context.Context, before int64, limit int) ([]dispatch.Read, error)
}

const (
	readsWait    = 4096 // how many reads wait to be kept; full: the next are lost, counted and said
	readsEvery   = time.Second
	readsAtOnce  = 500
	mostReads    = 500
	flushTimeout = 3 * time.Second
)

// readLog gathers reads outside the way of the answer that shows them: one a
// reader, thing and minute.
type readLog struct {
	mu      sync.Mutex
	waiting map[readKey]dispatch.Read
	lost    int64
}

type readKey struct {
	actor, subject dispatch.ID
	kind           string
	minute         int64
}

// noted remembers that somebody was shown restricted fields.
func (s *Server) noted(k *call, kind string, subject dispatch.ID, fields []string) {
	if len(fields) == 0 || s.Reads == nil {
		return
	}
	a, now := k.who.actor, s.now()
	key := readKey{a.ID, subject, kind, now.Unix() / 60}
	l := &s.reads
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, known := l.waiting[key]; known {
		return
	}
	if len(l.waiting) >= readsWait {
		l.lost++
		return
	}
	if l.waiting == nil {
		l.waiting = map[readKey]dispatch.Read{}
	}
	l.waiting[key] = dispatch.Read{At: now, Actor: a.ID, ActorName: a.Name, Operation: k.op.ID, Kind: kind, Subject: subject, Fields: fields}
}

// flushReads keeps what waits. What could not be kept goes on waiting.
func (s *Server) flushReads(ctx context.Context) error {
	l := &s.reads
	l.mu.Lock()
	taken, lost := l.waiting, l.lost
	l.waiting, l.lost = nil, 0
	l.mu.Unlock()
	if lost > 0 {
		s.Log.Error("reads of restricted fields were not recorded", "reads", lost)
		s.metrics.readsLost.Add(float64(lost))
	}
	all := make([]dispatch.Read, 0, len(taken))
	for _, r := range taken {
		all = append(all, r)
	}
	slices.SortFunc(all, func(x, y dispatch.Read) int { return x.At.Compare(y.At) })
	for part := range slices.Chunk(all, readsAtOnce) {
		if err := s.Reads.KeepReads(ctx, part); err != nil {
			l.mu.Lock()
			defer l.mu.Unlock()
			for key, r := range taken {
				if l.waiting == nil {
					l.waiting = map[readKey]dispatch.Read{}
				}
				l.waiting[key] = r
			}
			return fmt.Errorf("keep %d reads: %w", len(all), err)
		}
	}
	return nil
}

// keepReads keeps what waits each second, and once more at the end.
func (s *Server) keepReads(ctx context.Context) error {
	if s.Reads == nil {
		return nil
	}
	tick := time.NewTicker(readsEvery)
	defer tick.Stop()
	for {
		done := false
		select {
		case <-ctx.Done():
			done = true
		case <-tick.C:
		}
		flush, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushTimeout)
		if err := s.flushReads(flush); err != nil {
			s.Log.Warn("reads wait to be recorded", "error", err)
		}
		cancel()
		if done {
			return nil
		}
	}
}

// ListReads lists who read restricted fields.
func (s api) ListReads(ctx context.Context, r ListReadsRequestObject) (ListReadsResponseObject, error) {
	answer := ListReads200JSONResponse{Reads: []ReadRecord{}}
	if s.Reads == nil {
		return answer, nil
	}
	if err := s.flushReads(ctx); err != nil {
		return nil, err
	}
	found, err := s.Reads.Reads(ctx, or(r.Params.Before, math.MaxInt64), mostReads)
	if err != nil {
		return nil, fmt.Errorf("list reads: %w", err)
	}
	for _, one := range found {
		answer.Reads = append(answer.Reads, ReadRecord{
			Id: one.ID, At: one.At.UTC(), Actor: one.Actor, ActorName: one.ActorName, Operation: some(one.Operation), Kind: one.Kind, Subject: one.Subject, Fields: one.Fields,
		})
	}
	return answer, nil
}
