package web

import (
	"context"
	"errors"
	"time"

	"onemap/dispatch"
)

// awaitTimeout is how long an answer waits for the picture to show its change.
const awaitTimeout = 2 * time.Second

func ptr[T any](v T) *T { return &v }

// some returns a pointer to v, nil for the zero value: absent, not empty.
func some[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

// or returns what p points to, or the default.
func or[T any](p *T, otherwise T) T {
	if p == nil {
		return otherwise
	}
	return *p
}

// await returns when the picture shows a change, so that the caller reads what
// it wrote. The change is made in any case; a slow picture does not undo it.
func (s *Server) await(ctx context.Context, seq dispatch.Seq) {
	ctx, cancel := context.WithTimeout(ctx, awaitTimeout)
	defer cancel()
	if err := s.Live.Await(ctx, seq); err != nil {
		s.Log.Warn("picture behind", "seq", int64(seq), "error", err)
	}
}

// done answers a command.
func (s *Server) done(ctx context.Context, receipt dispatch.Receipt, err error) (Receipt, error) {
	k := callOf(ctx)
	if err != nil {
		return Receipt{}, s.withCurrent(k, err)
	}
	k.receipt = receipt
	s.await(ctx, receipt.Seq)
	return Receipt{Id: receipt.ID, Version: receipt.Version, Seq: int64(receipt.Seq), Number: some(receipt.Number)}, nil
}

// withCurrent replaces a conflict's entity by what the API shows of it.
func (s *Server) withCurrent(k *call, err error) error {
	var refusal *dispatch.Error
	if !errors.As(err, &refusal) || refusal.Current == nil {
		return err
	}
	r := deskRefusal(refusal)
	seq := s.Live.Picture().Seq
	var failed error
	switch e := refusal.Current.(type) {
	case *dispatch.Entry:
		r.current, failed = entryFeature(k.who.actor, e, seq, true)
	case *dispatch.Incident:
		r.current, failed = incidentFeature(k.who.actor, e, seq)
	case *dispatch.Assignment:
		r.current = assignmentOf(e, seq)
	case *dispatch.Alarm:
		r.current = alarmOf(e, seq)
	case *dispatch.Account:
		r.current = accountOf(e)
	case *dispatch.Grant:
		r.current = s.grantOf(s.Live.Picture(), e)
	case *dispatch.Terminal:
		r.current = terminalOf(e)
	case *dispatch.Warning:
		r.current, failed = s.warningOf(k.who.actor, s.Live.Picture(), e)
	case *dispatch.Study:
		r.current, failed = s.studyOf(e, seq)
	default:
		r.current = nil
	}
	return errors.Join(failed, r)
}
