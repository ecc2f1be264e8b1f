package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/gorilla/websocket"

	"onemap/dispatch"
	"onemap/dispatch/live"
)

// maxResume is how many events a client is caught up with; one that is further
// behind takes a whole picture.
const maxResume = 5000

// writer is the one goroutine that writes data to a socket.
type writer struct {
	*Server
	*socket
	sub  *live.Subscription
	sent dispatch.Seq // number of the last event or picture the client has
	seq  dispatch.Seq // everything up to here was looked at
	etas []ETA        // the client was sent last; nil: none yet
	told *live.Outlook
	owed bool // an outlook waits for the events before it
	turn *time.Timer
	runs map[dispatch.ID]live.Progress // studies the client was told of last
}

// run brings the client up to date and keeps it there until the channel ends.
func (w *writer) run(first hello) {
	w.sub = w.Live.Subscribe(w.who.actor)
	defer func() { w.sub.Close() }() // whichever it is by then
	if err := w.begin(first); err != nil {
		w.fault("begin", err)
		return
	}
	if err := w.arrivals(); err != nil {
		w.fault("begin", err)
		return
	}
	marks, pings := time.NewTicker(markEvery), time.NewTicker(pingEvery)
	defer marks.Stop()
	defer pings.Stop()
	expiry := time.NewTimer(w.who.expires.Sub(w.now()))
	defer expiry.Stop()
	w.turn = time.NewTimer(0)
	defer w.turn.Stop()
	for {
		var err error
		select {
		case <-w.ended:
			return
		case <-expiry.C:
			w.end(closeSignedOut, "session ended")
			return
		case n, open := <-w.sub.Events:
			if !open {
				w.end(closeSlow, "slow")
				return
			}
			err = w.notice(n)
		case <-w.sub.Frames():
			err = w.positions()
		case <-w.sub.Outlooks():
			err = w.arrivals()
		case <-w.sub.Progress():
			err = w.progress()
		case <-w.turn.C:
			err = w.rights(w.Live.Picture())
		case raw := <-w.out:
			err = w.write(websocket.TextMessage, raw)
		case <-marks.C:
			err = w.mark()
		case <-pings.C:
			err = w.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeTimeout))
		}
		if err != nil {
			w.fault("write", err)
			return
		}
	}
}

// fault ends the channel; a write that fails is the other end's silence.
func (w *writer) fault(doing string, err error) {
	w.Log.Debug("socket", "doing", doing, "actor", w.who.actor.Name, "error", err)
	w.end(websocket.CloseAbnormalClosure, "")
}

func (w *writer) write(kind int, raw []byte) error {
	if err := w.conn.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return err
	}
	return w.conn.WriteMessage(kind, raw)
}

func (w *writer) json(frame any) error {
	raw, err := json.Marshal(frame)
	if err != nil {
		return fmt.Errorf("write frame: %w", err)
	}
	return w.write(websocket.TextMessage, raw)
}

func (w *writer) positions() error {
	frame := w.sub.Take()
	if frame == nil {
		return nil
	}
	return w.write(websocket.BinaryMessage, frame)
}

// begin resumes where the client was when it can, and sends a picture when not.
func (w *writer) begin(h hello) error {
	p := w.sub.Picture
	w.seq = p.Seq
	if h.Epoch != "" && h.Epoch != p.Epoch {
		w.end(closeEpoch, "epoch")
		return nil
	}
	if events, ok := w.missed(h, p); ok {
		return w.resume(h, p, events)
	}
	w.sent = p.Seq
	frame, err := w.picture(p)
	if err != nil {
		return err
	}
	return w.json(frame)
}

// missed returns the events behind a client's number; false when they cannot
// bring it up to date.
func (w *writer) missed(h hello, p *dispatch.Picture) ([]dispatch.Event, bool) {
	if h.Epoch == "" || h.Since <= 0 || h.Since > p.Seq || p.Seq-h.Since > maxResume {
		return nil, false
	}
	ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
	defer cancel()
	var events []dispatch.Event
	for after := h.Since; after < p.Seq; {
		page, err := w.Feed.Events(ctx, after, int(p.Seq-after))
		if err != nil || len(page) == 0 {
			return nil, false
		}
		for _, e := range page {
			if e.Seq <= p.Seq {
				events = append(events, e)
			}
		}
		after = page[len(page)-1].Seq
	}
	if w.Live.Picture().LentSince(w.who.actor.ID, w.now().Add(-lentMemory)) {
		return nil, false // what it was shown by a lent right it may have no more
	}
	for _, e := range events {
		if left(w.who.actor, p, e) {
			return nil, false
		}
	}
	return events, true
}

// left reports an event that may have taken its subject out of the actor's
// scope. Only a whole picture says so without naming what is out of scope.
func left(a dispatch.Actor, p *dispatch.Picture, e dispatch.Event) bool {
	if live.See(a, live.Notice{Event: e, Before: p, After: p}) != live.Unseen {
		return false
	}
	switch f := e.Fact.(type) {
	case *dispatch.EntryRecorded:
		return e.Version > 1
	case *dispatch.IncidentAmended, *dispatch.IncidentAdvanced, *dispatch.IncidentClosed:
		return a.May("incident.read") != dispatch.Denied
	case *dispatch.AssignmentAdvanced:
		return a.May("assignment.read") != dispatch.Denied
	case *dispatch.EntryRemoved:
		return a.Sees(f.Division, f.Sensitivity)
	case *dispatch.StudyEnded:
		return a.SeesStudy(&dispatch.Study{Area: f.Area, Clearance: f.Clearance})
	}
	return false
}

func (w *writer) resume(h hello, p *dispatch.Picture, events []dispatch.Event) error {
	w.sent = h.Since
	if err := w.json(resumeFrame{"resume", int64(p.Seq), p.Epoch, w.now().UTC()}); err != nil {
		return err
	}
	for _, e := range events {
		if err := w.event(live.Notice{Event: e, Before: p, After: p}); err != nil {
			return err
		}
	}
	return nil
}

// notice passes one event on.
func (w *writer) notice(n live.Notice) error {
	if n.After.Epoch != w.sub.Picture.Epoch {
		w.end(closeEpoch, "epoch")
		return nil
	}
	if code := w.standing(n); code != 0 {
		w.end(code, "account changed")
		return nil
	}
	if n.Event.Seq <= w.seq {
		return nil // the picture that came with other rights has it
	}
	if turns(n) {
		if err := w.rights(n.After); err != nil || n.Event.Seq <= w.seq {
			return err
		}
	}
	w.seq = n.Event.Seq
	if err := w.event(n); err != nil || !w.owed {
		return err
	}
	return w.arrivals()
}

// standing says with which code the channel ends when an event changed who
// its client is; 0 when it did not.
func (w *writer) standing(n live.Notice) int {
	ref := n.Event.Fact.Subject()
	if ref.ID != w.who.actor.ID {
		return 0
	}
	switch ref.Kind {
	case dispatch.KindToken:
		if t := n.After.Tokens[ref.ID]; t == nil || t.Revoked {
			return closeSignedOut
		}
	case dispatch.KindAccount:
		account := n.After.Accounts[ref.ID]
		if account == nil || account.Closed {
			return closeSignedOut
		}
		was := n.Before.Accounts[ref.ID]
		if was == nil || account.Role != was.Role || account.Area != was.Area || account.Clearance != was.Clearance || or(account.Unit, dispatch.ID{}) != or(was.Unit, dispatch.ID{}) {
			return closeNotAllowed
		}
	}
	return 0
}

// mark says that everything in scope so far has been sent, and asks whether
// the session still holds, for it may have ended on another node.
func (w *writer) mark() error {
	if !w.who.machine {
		ctx, cancel := context.WithTimeout(context.Background(), awaitTimeout)
		defer cancel()
		if _, err := w.identifyPerson(ctx, w.who.session); errors.Is(err, errSignIn) {
			w.end(closeSignedOut, "session ended")
			return nil
		}
	}
	return w.json(markFrame{"mark", int64(w.seq), w.now().UTC()})
}
