package jt808

import (
	"context"
	"errors"

	"onemap/dispatch"
	"onemap/geo/crs"
)

// Results of a registration.
const (
	registered        = 0
	alreadyRegistered = 3
	noSuchTerminal    = 4
)

// stranger handles a message of one that has not proved itself yet: it may
// register and show its secret. Whoever reports a position is shown out.
func (n *session) stranger(ctx context.Context, m Message) bool {
	t, ok := n.srv.Intake.Terminal(dispatch.JT808, m.Phone)
	switch {
	case m.Parts > 0:
		n.srv.Intake.Refused(n.from, "not_authenticated", "parts of a message before the secret")
		return false
	case m.ID == Register:
		return n.register(ctx, m, t, ok)
	case !ok:
		n.srv.Intake.Refused(n.from, "unknown_terminal", "not in the ledger, or disabled")
		n.answer(m, Failed)
		return false
	case m.ID == Authenticate:
		return n.authenticate(ctx, m, t)
	case m.ID == Heartbeat:
		n.answer(m, Failed)
		return true
	}
	n.srv.Intake.Refused(n.from, "not_authenticated", "a message before the secret")
	return false
}

// register gives a terminal of the ledger that has no secret its first.
func (n *session) register(ctx context.Context, m Message, t *dispatch.Terminal, known bool) bool {
	if _, err := DecodeRegistration(m); err != nil {
		n.mistake(err)
		n.answer(m, Wrong)
		return true
	}
	if !known {
		n.srv.Intake.Refused(n.from, "unknown_terminal", "not in the ledger, or disabled")
		n.post(RegisterAnswer, appendRegisterAnswer(nil, m.Serial, noSuchTerminal, ""))
		return false
	}
	secret, err := n.srv.Intake.Enrol(ctx, t, n.remote)
	switch {
	case err == nil:
		n.post(RegisterAnswer, appendRegisterAnswer(nil, m.Serial, registered, secret))
	case errors.Is(err, dispatch.ErrEnrolled):
		n.mistake(dispatch.ErrEnrolled)
		n.post(RegisterAnswer, appendRegisterAnswer(nil, m.Serial, alreadyRegistered, ""))
	default: // not now: it asks again
		n.mistake(err)
	}
	return true
}

// authenticate checks the secret (鉴权).
func (n *session) authenticate(ctx context.Context, m Message, t *dispatch.Terminal) bool {
	secret, err := DecodeSecret(m)
	if err != nil {
		n.mistake(err)
		n.answer(m, Wrong)
		return true
	}
	proven, err := n.srv.Intake.Proves(ctx, t, secret)
	switch {
	case err != nil:
		n.mistake(err)
		n.answer(m, Failed)
		return true
	case !proven:
		n.tries++
		n.srv.Intake.Refused(n.from, "bad_secret", "the secret is not this terminal's")
		n.answer(m, Failed)
		return n.tries < mostTries
	}
	n.was, n.from = t, t.From(n.remote)
	n.leave = n.srv.Intake.Connected(n.from)
	n.srv.Intake.Heard(n.from, 1)
	if n.second = !n.srv.claim(n, t.ID, n.srv.Now()); n.second {
		if old := n.srv.sessionOf(t.ID); old != nil {
			old.post(AskReport, nil)
			_ = old.flush() // a connection that cannot be written to ends by itself
		}
	}
	n.answer(m, Done)
	return true
}

// terminal handles a message of one that has proved itself.
func (n *session) terminal(ctx context.Context, t *dispatch.Terminal, m Message) bool {
	switch m.ID {
	case Heartbeat, Authenticate:
		n.answer(m, Done)
	case SignOff:
		n.answer(m, Done)
		return false
	case TerminalAnswer:
		if a, err := DecodeAnswer(m.Body); err != nil {
			n.mistake(err)
		} else {
			n.answered(a)
		}
	case Report:
		n.answer(m, n.report(ctx, t, m.Body))
	case ReportAsked:
		if len(m.Body) < 2 {
			n.mistake(errShort)
			n.answer(m, Wrong)
			break
		}
		n.answer(m, n.report(ctx, t, m.Body[2:]))
	case Batch:
		n.answer(m, n.batch(ctx, t, m.Body))
	default:
		n.answer(m, Unsupported)
	}
	return true
}

// report takes one position in. Of a terminal's second session only a cry for
// help is heard.
func (n *session) report(ctx context.Context, t *dispatch.Terminal, body []byte) byte {
	l, err := DecodeLocation(body)
	if err != nil {
		n.mistake(err)
		return Wrong
	}
	t = inDatum(t, l)
	switch {
	case l.At.IsZero() && !l.SOS():
		n.mistake(errTime)
		return Wrong
	case l.At.IsZero():
		n.mistake(errTime)
		return resultOf(dispatch.Counted{}, n.srv.Intake.Distress(ctx, n.from, t, l.Fix()))
	case n.second && !l.SOS():
		n.srv.Intake.Refused(n.from, "second_session", "another session of this terminal is live")
		return Failed
	}
	return resultOf(n.srv.Intake.Take(ctx, n.from, t, []dispatch.Fix{l.Fix()}))
}

var errTime = &dispatch.Error{Kind: dispatch.Malformed, Code: "bad_time", Text: "the clock's reading is no time"}

// batch takes stored positions in: they go to the track, and a cry among them
// is one still. Those of another datum than the rest go by themselves.
func (n *session) batch(ctx context.Context, t *dispatch.Terminal, body []byte) byte {
	all, bad := DecodeBatch(body)
	if bad != nil {
		n.mistake(bad)
	}
	if n.second {
		n.srv.Intake.Refused(n.from, "second_session", "another session of this terminal is live")
		return Failed
	}
	var plain, shifted []dispatch.Fix
	for _, l := range all {
		switch {
		case l.At.IsZero():
			bad = errTime
			n.srv.Intake.Refused(n.from, errTime.Code, errTime.Text)
		case l.Shifted():
			shifted = append(shifted, l.Fix())
		default:
			plain = append(plain, l.Fix())
		}
	}
	result := byte(Done)
	if bad != nil {
		result = Wrong
	}
	for _, lot := range []struct {
		t     *dispatch.Terminal
		fixes []dispatch.Fix
	}{{t, plain}, {inDatum(t, Location{Status: statusShifted}), shifted}} {
		if len(lot.fixes) == 0 {
			continue
		}
		if r := resultOf(n.srv.Intake.Backfill(ctx, n.from, lot.t, lot.fixes)); r != Done {
			result = r
		}
	}
	return result
}

// inDatum is the terminal as far as this position goes.
func inDatum(t *dispatch.Terminal, l Location) *dispatch.Terminal {
	if !l.Shifted() {
		return t
	}
	shifted := *t
	shifted.Datum = crs.GCJ02
	return &shifted
}

// resultOf says to the terminal what became of its positions: what could not be
// kept now is to be sent again.
func resultOf(c dispatch.Counted, err error) byte {
	switch {
	case err != nil, c.Code == "busy":
		return Failed
	case c.Refused > 0 && c.Shown+c.Late+c.Repeated+c.Doubtful+c.Backfilled == 0:
		return Wrong
	}
	return Done
}
