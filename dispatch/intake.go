package dispatch

import "context"

// Source names who speaks, for the counts of the ingest page. An empty
// Identity is a listener or a feed as a whole.
type Source struct {
	Protocol Protocol
	Identity string
	Remote   string // address; may be empty
}

// Counted says what became of a message's fixes. Every fix is exactly one of
// Shown, Late, Repeated, Doubtful, Backfilled and Refused.
type Counted struct {
	Shown      int // moved the unit in the picture
	Late       int // older than what is shown: track only
	Repeated   int // the very fix again
	Doubtful   int // kept and marked, moved nothing
	Backfilled int // track only
	Refused    int
	Code       string // of the last refusal
}

// Intake is the one way in for what terminals say. A wire room decodes and
// hands over; the datum, the clock policy and every count are applied here and
// nowhere else. All methods may be called at once from many sessions.
type Intake interface {
	// Terminal returns the terminal that names itself so; false when there is
	// none, or it is disabled. Ask again for each message: it costs a map look-up,
	// and an administrator may have shut the terminal out since.
	Terminal(protocol Protocol, identity string) (*Terminal, bool)
	// Proves reports whether a secret is the terminal's. One without a secret is
	// proven by nothing.
	Proves(ctx context.Context, t *Terminal, secret string) (bool, error)
	// Enrol gives a terminal without a secret one, and the same again to the same
	// host until it has been used. It refuses with ErrEnrolled.
	Enrol(ctx context.Context, t *Terminal, remote string) (secret string, err error)

	// Take takes positions as they happen: Point in the terminal's datum, DeviceAt
	// by its clock, Unit empty. One that says SOS raises the alarm whatever else is
	// wrong with it. An error means that a cry could not be kept yet: answer so
	// that it is sent again.
	Take(ctx context.Context, from Source, t *Terminal, fixes []Fix) (Counted, error)
	// Backfill takes positions that were stored on the way: they go to the track
	// and never move the symbol.
	Backfill(ctx context.Context, from Source, t *Terminal, fixes []Fix) (Counted, error)
	// Distress raises the alarm of one that cries for help, wherever it is; the
	// fix's Point may be the null island when it is not known. It passes no filter.
	Distress(ctx context.Context, from Source, t *Terminal, f Fix) error

	// Connected notes a session until leave is called. Two of one terminal are
	// flagged.
	Connected(from Source) (leave func())
	// Heard counts messages that could be read.
	Heard(from Source, messages int)
	// Refused counts one that was not taken, and keeps why as the source's last
	// error. A source that is no terminal goes to the list of those that knocked.
	Refused(from Source, code, text string)
}
