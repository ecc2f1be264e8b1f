package dispatch

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// House is as whom warnings go out.
type House struct {
	Sender string // no spaces, commas, < or &
	Name   string
	Code   string // eight digits behind the division: agency, unit, extension
	// Encoded writes a message, or says why it cannot be sent; nil: nothing is
	// checked beyond the desk's own rules.
	Encoded func(WarningSent) ([]byte, error)
}

// ErrWarningsFull says that no more can be held in sight.
var ErrWarningsFull = &Error{Kind: Conflict, Code: "warnings_full", Text: "too many warnings are in force"}

const (
	mostWarnings = 5000 // in the picture, foreign ones too
	mostAnHour   = 3    // of one account, issued alone
)

// drafter is the right an actor writes a text by: a commander writes about an
// incident of his only.
func (d *Desk) drafter(a Actor, t *WarningText) (Actor, error) {
	p := d.Picture()
	hat, err := d.entitled(a, func(hat Actor) bool {
		switch hat.Role.May("warning.draft") {
		case InArea:
			return hat.Incident == nil
		case Assigned:
			return t.Incident != nil && p.Incidents[*t.Incident] != nil && hat.SeesIncident(p.Incidents[*t.Incident])
		}
		return false
	})
	if err != nil && t.Incident == nil && a.At(d.Now()).May("warning.draft") == Assigned {
		var p Problems
		p.Add("incident", "required", "a commander warns of an incident of his")
		return hat, p.Err()
	}
	return hat.Widest("warning.draft"), err
}

// PreviewWarning checks a text as PutWarning does, and says whom it would warn.
func (d *Desk) PreviewWarning(a Actor, t *WarningText) (Warned, error) {
	by, err := d.drafter(a, t)
	if err != nil {
		return Warned{}, err
	}
	p := d.Picture()
	if err := t.check(d.Now()); err != nil {
		return Warned{}, err
	}
	if err := p.jurisdiction(by.Area, t); err != nil {
		return Warned{}, err
	}
	return p.Warned(t)
}

// PutWarning writes the first text of a warning when the command expects no
// version, and changes or revises it when it does.
func (d *Desk) PutWarning(ctx context.Context, c Command, id ID, t WarningText) (Receipt, error) {
	by, err := d.drafter(c.Actor, &t)
	if err != nil {
		return Receipt{}, err
	}
	if t.Incident != nil {
		if in := d.Picture().Incidents[*t.Incident]; in == nil || !d.Picture().SeesIncident(c.Actor, in) {
			var p Problems
			p.Add("incident", "not_found", "no such incident in your scope")
			return Receipt{}, p.Err()
		}
	}
	if err := t.check(d.Now()); err != nil {
		return Receipt{}, err
	}
	if err := d.Picture().jurisdiction(by.Area, &t); err != nil {
		return Receipt{}, err
	}
	return d.Journal.Change(ctx, c, func(tx Tx) (Outcome, error) {
		row, err := find(ctx, tx, Ref{KindWarning, id})
		if err != nil {
			return Outcome{}, err
		}
		w, _ := row.(*Warning)
		switch {
		case w == nil && c.Expected != nil:
			return Outcome{}, ErrNotFound
		case w == nil && len(d.Picture().Warnings) >= mostWarnings:
			return Outcome{}, ErrWarningsFull
		case w == nil:
			w = &Warning{ID: id}
		case !d.Picture().SeesWarning(c.Actor, w):
			return Outcome{}, ErrNotFound
		case w.Foreign != nil:
			return Outcome{}, ErrForeign
		case !d.Picture().PreparesWarning(c.Actor, w):
			return Outcome{}, ErrForbidden
		default:
			if err := expect(c, w); err != nil {
				return Outcome{}, err
			}
		}
		return w.Draft(t, by.Area, c.Actor)
	})
}

// SubmitWarning hands the text to be looked at.
func (d *Desk) SubmitWarning(ctx context.Context, c Command, id ID) (Receipt, error) {
	return d.onWarning(ctx, c, "warning.draft", id, func(w *Warning, _ Actor) (Outcome, error) { return w.Submit() })
}

// ReturnWarning hands it back.
func (d *Desk) ReturnWarning(ctx context.Context, c Command, id ID, reason string) (Receipt, error) {
	return d.onWarning(ctx, c, "warning.draft", id, func(w *Warning, _ Actor) (Outcome, error) { return w.Return(reason) })
}

// ApproveWarning has a second person stand for it.
func (d *Desk) ApproveWarning(ctx context.Context, c Command, id ID) (Receipt, error) {
	return d.onWarning(ctx, c, "warning.publish", id, func(w *Warning, by Actor) (Outcome, error) { return w.Approve(by, d.Now()) })
}

// IssueWarning sends the approved text out. Whoever calls has made sure that
// the actor is still at the keyboard.
func (d *Desk) IssueWarning(ctx context.Context, c Command, id ID) (Receipt, error) {
	return d.onWarning(ctx, c, "warning.publish", id, func(w *Warning, by Actor) (Outcome, error) {
		now := d.Now()
		if w.Work != nil && w.Work.Approved != nil && w.Work.Approved.By == by.ID && d.issuedBy(by.ID, now) >= mostAnHour {
			return Outcome{}, ErrWarningRate
		}
		return w.Issue(d.message(w, now), by, now, d.House.Encoded)
	})
}

// issuedBy counts what somebody issued within an hour.
func (d *Desk) issuedBy(who ID, now time.Time) (n int) {
	for _, w := range d.Picture().Warnings {
		for _, m := range w.Sent {
			if m.Message != MessageCancel && m.Issued.By == who && now.Sub(m.Sent) < time.Hour {
				n++
			}
		}
	}
	return n
}

// CancelWarning ends it before its time.
func (d *Desk) CancelWarning(ctx context.Context, c Command, id ID, reason string) (Receipt, error) {
	return d.onWarning(ctx, c, "warning.cancel", id, func(w *Warning, by Actor) (Outcome, error) {
		now := d.Now()
		return w.Cancel(d.message(w, now), reason, by, now, d.House.Encoded)
	})
}

// message begins a message of ours: its sender, and a number nobody in sight has.
func (d *Desk) message(w *Warning, now time.Time) WarningSent {
	taken := map[string]bool{}
	for _, other := range d.Picture().Warnings {
		for _, m := range other.Sent {
			taken[m.Identifier] = true
		}
	}
	m := WarningSent{Sender: d.House.Sender, SenderName: d.House.Name}
	head := w.Division
	if len(head) < 6 {
		head = "000000"
	}
	for n := range 10 {
		m.Identifier = fmt.Sprintf("%s%s_%s_%d", head[:6], d.House.Code, now.In(china).Format("20060102150405"), n)
		if !taken[m.Identifier] {
			break
		}
	}
	return m
}

// onWarning runs one decision on a warning that the actor sees and may act on.
func (d *Desk) onWarning(ctx context.Context, c Command, x Action, id ID, decide func(*Warning, Actor) (Outcome, error)) (Receipt, error) {
	by, err := d.may(c.Actor, x)
	if err != nil {
		return Receipt{}, err
	}
	return d.Journal.Change(ctx, c, func(tx Tx) (Outcome, error) {
		w, err := locked[*Warning](ctx, tx, Ref{KindWarning, id})
		if err != nil {
			return Outcome{}, err
		}
		switch p := d.Picture(); {
		case !p.SeesWarning(c.Actor, w):
			return Outcome{}, ErrNotFound
		case w.Foreign != nil:
			return Outcome{}, ErrForeign
		case !p.PreparesWarning(by, w):
			return Outcome{}, ErrForbidden
		}
		if err := expect(c, w); err != nil {
			return Outcome{}, err
		}
		return decide(w, c.Actor)
	})
}

// ForeignID is the id of another house's message: the same on every node and
// however often it comes.
func ForeignID(sender, identifier string, sent time.Time) ID {
	return derived("warning.foreign", ID{}, MessageKey(sender, identifier, sent))
}

// ReceiveWarning keeps a message of another house, once, and lets those it
// refers to give way. It refuses with ErrExists what is kept already.
func (d *Desk) ReceiveWarning(ctx context.Context, c Command, w Warning) (Receipt, error) {
	if c.Actor.ID != (ID{}) && c.Actor.At(d.Now()).May("warning.receive") == Denied {
		return Receipt{}, ErrForbidden
	}
	f, p := w.Foreign, d.Picture()
	if f.Sender == d.House.Sender {
		return Receipt{}, ErrForeign.With("that message is our own")
	}
	w.ID = ForeignID(f.Sender, f.Identifier, f.Sent)
	if p.Warnings[w.ID] != nil {
		return Receipt{}, ErrExists
	}
	if warned, err := p.Warned(w.Text); err == nil { // a shape GEOS will not lay: its ground is unknown
		w.Text.Reaches = warned.Townships
	}
	return d.Journal.Change(ctx, c, func(tx Tx) (Outcome, error) {
		if err := fresh(ctx, tx, w.Ref()); err != nil {
			return Outcome{}, err
		}
		if len(p.Warnings) >= mostWarnings {
			return Outcome{}, ErrWarningsFull
		}
		out := w.Receive(p, d.Now())
		for _, id := range w.Foreign.replaces() {
			row, err := find(ctx, tx, Ref{KindWarning, id})
			if err != nil {
				return Outcome{}, err
			}
			if old, _ := row.(*Warning); old != nil {
				out.Facts = append(out.Facts, old.giveWay(&w, d.Now())...)
			}
		}
		return out, nil
	})
}

// key is what others refer to the message by.
func (f *WarningForeign) key() string { return MessageKey(f.Sender, f.Identifier, f.Sent) }

// replaces are the messages that this one takes the place of: the sender's own.
func (f *WarningForeign) replaces() (ids []ID) {
	if f.Message != MessageUpdate && f.Message != MessageCancel {
		return nil
	}
	for _, key := range f.References {
		if key != f.key() && strings.HasPrefix(key, f.Sender+",") {
			ids = append(ids, derived("warning.foreign", ID{}, key))
		}
	}
	return ids
}

// Receive decides how another house's message stands when it comes: in force,
// run out, taking another back, or itself overtaken by one that came before it.
func (w Warning) Receive(p *Picture, now time.Time) Outcome {
	w.State, w.Version, w.Foreign.ReceivedAt = WarningIssued, 0, now
	switch {
	case w.Foreign.Message == MessageCancel:
		w.State, w.EndedAt = WarningCancelled, &now
	case !now.Before(w.Ends()):
		w.State, w.EndedAt = WarningExpired, &now
	}
	out := Outcome{[]Fact{&WarningReceived{w}}}
	for _, other := range p.Warnings {
		if later := other.Foreign; later != nil && w.EndedAt == nil {
			for _, id := range later.replaces() {
				if id == w.ID {
					out.Facts = append(out.Facts, w.giveWay(other, now)...)
					return out
				}
			}
		}
	}
	return out
}

// giveWay is what becomes of a message when another takes its place.
func (w *Warning) giveWay(to *Warning, now time.Time) []Fact {
	if w.Foreign == nil || w.Over() {
		return nil
	}
	f := &WarningEnded{ID: w.ID, To: WarningUpdated, By: to.Foreign.key(), When: now}
	if to.Foreign.Message == MessageCancel {
		f.To = WarningCancelled
	}
	return []Fact{f}
}

// warningWatch ends warnings when they run out.
type warningWatch struct{}

// Look implements Watchman.
func (warningWatch) Look(w Watch) (all []Duty) {
	for _, warning := range w.Picture.Warnings {
		if _, err := warning.Expire(w.Now); err != nil {
			continue
		}
		id, step := warning.ID, warning.Ends().Format(time.RFC3339)
		all = append(all, Duty{Kind: "expire.warning", Subject: id, Step: step, Do: func(ctx context.Context, d *Desk, c Command) (Receipt, error) {
			return d.Journal.Change(ctx, c, func(tx Tx) (Outcome, error) {
				now, err := locked[*Warning](ctx, tx, Ref{KindWarning, id})
				if err != nil {
					return Outcome{}, err
				}
				return now.Expire(d.Now())
			})
		}})
	}
	return all
}
