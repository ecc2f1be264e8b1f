package dispatch

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// Duty is one thing the server owes unasked (值守): to call a crew again, to
// raise an alarm, to end one. Kind, Subject and Step name it; whoever does it
// under that name, on whatever node and however often, it happens once.
type Duty struct {
	Kind    string
	Subject ID
	Step    string // tells one time from the next of the same subject; may be empty
	Do      func(ctx context.Context, d *Desk, c Command) (Receipt, error)
}

// Watch is what a watchman looks at.
type Watch struct {
	Picture *Picture
	Board   Sightings
	Now     time.Time
	Since   time.Time // when this server began to watch
}

// Sightings is what is known of the units' positions.
type Sightings interface {
	Positions
	// Hearing says when a unit was heard last, by our clock and whatever it
	// sent, and how long it usually is silent; false when it was never heard.
	Hearing(id ID) (last time.Time, usual time.Duration, ok bool)
	// Cries are the presses of SOS buttons that nobody has answered yet.
	Cries() []Fix
	// Answered lets go of a unit's presses up to a moment by the device's clock.
	Answered(unit ID, upTo time.Time)
}

// Watchman finds the duties of one kind. It is asked twice a second, always by
// the same goroutine, and may remember what it saw.
type Watchman interface {
	Look(w Watch) []Duty
}

// Watchmen are all there are. ackDue is how long a crew has to acknowledge an
// order; 0 is AckDue.
func Watchmen(ackDue time.Duration) []Watchman {
	if ackDue <= 0 {
		ackDue = AckDue
	}
	return []Watchman{
		DistressWatch{},
		ackWatch{ackDue},
		lostWatch{},
		newArrivalWatch(),
		newFenceWatch(),
		newRingWatch(),
		newVoidWatch(),
		newAutoWatch(),
		warningWatch{},
	}
}

// errNotDue says that somebody has seen to it, or that the cause has gone.
var errNotDue = &Error{Kind: Conflict, Code: "not_due", Text: "nothing to do any more"}

// space holds the ids that duties derive.
var space = uuid.MustParse("9b0e2f3c-5a77-4c53-9d0e-6f1f6d1e7a51")

// derived is the id of what a duty makes: the same on every node and in every
// attempt.
func derived(kind string, subject ID, step string) ID {
	return uuid.NewSHA1(space, []byte(kind+"\x00"+subject.String()+"\x00"+step))
}

// Command is the one command that does the duty.
func (y Duty) Command(now time.Time) Command {
	return Command{
		ID: derived(y.Kind, y.Subject, y.Step), Actor: System, OccurredAt: now,
		Digest: sha256.Sum256([]byte(y.Kind + "\x00" + y.Subject.String() + "\x00" + y.Step)),
	}
}

// Perform does a duty. It returns the journal's number behind it, 0 when there
// was nothing to do any more.
func (d *Desk) Perform(ctx context.Context, y Duty) (Seq, error) {
	receipt, err := y.Do(ctx, d, y.Command(d.Now()))
	switch {
	case errNotDue.Is(err) || ErrAlreadyRaised.Is(err):
		return 0, nil
	case err != nil:
		return 0, fmt.Errorf("do duty %s of %s: %w", y.Kind, y.Subject, err)
	}
	return receipt.Seq, nil
}

// raising is the duty to raise an alarm under an id of its own. still looks
// under lock whether it must be, and may fill in more.
func raising(al Alarm, subject ID, step string, still func(ctx context.Context, tx Tx, al *Alarm) error) Duty {
	kind := "raise." + al.Kind
	al.ID = derived("alarm."+al.Kind, subject, step)
	return Duty{Kind: kind, Subject: subject, Step: step, Do: func(ctx context.Context, d *Desk, c Command) (Receipt, error) {
		return d.Journal.Change(ctx, c, func(tx Tx) (Outcome, error) {
			if err := still(ctx, tx, &al); err != nil {
				return Outcome{}, err
			}
			switch err := fresh(ctx, tx, al.Ref()); {
			case ErrExists.Is(err):
				return Outcome{}, errNotDue
			case err != nil:
				return Outcome{}, err
			}
			return al.Raise(time.Time{}, d.Now())
		})
	}}
}

// clearing is the duty to end an alarm whose cause has gone. gone looks under
// lock whether it has; nil: nothing can bring it back.
func clearing(al *Alarm, gone func(ctx context.Context, tx Tx) error) Duty {
	return Duty{Kind: "clear." + al.Kind, Subject: al.ID, Do: func(ctx context.Context, d *Desk, c Command) (Receipt, error) {
		return d.Journal.Change(ctx, c, func(tx Tx) (Outcome, error) {
			if gone != nil {
				if err := gone(ctx, tx); err != nil {
					return Outcome{}, err
				}
			}
			now, err := locked[*Alarm](ctx, tx, al.Ref())
			if err != nil {
				return Outcome{}, err
			}
			if now.State == AlarmOver {
				return Outcome{}, errNotDue
			}
			return now.Advance(System, AlarmStep{To: AlarmOver, Outcome: "cleared"}, d.Now())
		})
	}}
}
