package dispatch

import (
	"time"

	"onemap/geo/crs"
)

// Protocol is the tongue a terminal speaks.
type Protocol string

// The protocols, each a room under dispatch/wire.
const (
	JT808  Protocol = "jt808"  // vehicles, over TCP
	OsmAnd Protocol = "osmand" // phone apps, over HTTP
	CoT    Protocol = "cot"    // TAK clients
	NMEA   Protocol = "nmea"   // receivers and files
	MQTT   Protocol = "mqtt"   // sensors and vehicles behind a broker
)

// Protocols lists them all.
var Protocols = []Protocol{JT808, OsmAnd, CoT, NMEA, MQTT}

// Clock says whose time a terminal's fixes are taken at.
type Clock string

// The clock policies.
const (
	DeviceClock Clock = "device" // its own, within SkewS
	ServerClock Clock = "server" // ours, for a device whose clock cannot be set
)

// Terminal is a device that reports positions (终端): nobody else is listened to.
type Terminal struct {
	ID       ID         `json:"id"`
	Version  int        `json:"-"`
	Protocol Protocol   `json:"protocol"`
	Identity string     `json:"identity"` // as it names itself: phone, device id, certificate name
	Unit     ID         `json:"unit"`
	Datum    crs.Datum  `json:"datum"`
	Clock    Clock      `json:"clock"`
	SkewS    int        `json:"skew_s"` // an older fix of the live lane is backfill, a newer one is refused
	Enabled  bool       `json:"enabled"`
	Note     string     `json:"note,omitempty"`
	SecretAt *time.Time `json:"secret_at,omitempty"` // since when it has a secret; nil: none
	Removed  bool       `json:"removed,omitempty"`
}

// called is how a terminal names itself.
type called struct {
	protocol Protocol
	identity string
}

func (t *Terminal) called() called { return called{t.Protocol, t.Identity} }

// From names the terminal as a source, heard from a remote address.
func (t *Terminal) From(remote string) Source { return Source{t.Protocol, t.Identity, remote} }

// TerminalPut says that a terminal was entered or changed. The secret's hash is
// kept apart; nil keeps the one there is while SecretAt stands.
type TerminalPut struct {
	Terminal
	Hash []byte `json:"-"`
}

// TerminalEnrolled says that a terminal without a secret was given one.
type TerminalEnrolled struct {
	ID   ID        `json:"id"`
	When time.Time `json:"when"`
	Hash []byte    `json:"-"`
}

// TerminalRemoved says that it is listened to no more.
type TerminalRemoved struct {
	ID ID `json:"id"`
}

// Type and Subject make them facts.
func (f *TerminalPut) Type() string      { return "terminal.put" }
func (f *TerminalPut) Subject() Ref      { return Ref{KindTerminal, f.ID} }
func (f *TerminalEnrolled) Type() string { return "terminal.enrolled" }
func (f *TerminalEnrolled) Subject() Ref { return Ref{KindTerminal, f.ID} }
func (f *TerminalRemoved) Type() string  { return "terminal.removed" }
func (f *TerminalRemoved) Subject() Ref  { return Ref{KindTerminal, f.ID} }

// Ref names the terminal.
func (t *Terminal) Ref() Ref { return Ref{KindTerminal, t.ID} }

// At is the terminal's version.
func (t *Terminal) At() int { return t.Version }

// Apply folds one fact in.
func (t *Terminal) Apply(f Fact, _ time.Time) {
	version := t.Version + 1
	switch f := f.(type) {
	case *TerminalPut:
		*t = f.Terminal
	case *TerminalEnrolled:
		when := f.When
		t.SecretAt = &when
	case *TerminalRemoved:
		t.Removed, t.Enabled, t.SecretAt = true, false, nil
	}
	t.Version = version
}

// TerminalCalled returns the terminal that names itself so, or nil.
func (p *Picture) TerminalCalled(protocol Protocol, identity string) *Terminal {
	return p.Terminals[p.called[called{protocol, identity}]]
}

// putTerminal takes a terminal over, and how it is called.
func (p *Picture) putTerminal(t *Terminal) {
	p.forgetTerminal(t.ID)
	if !t.Removed {
		p.Terminals[t.ID] = t
		p.called[t.called()] = t.ID
	}
}

func (p *Picture) forgetTerminal(id ID) {
	if old := p.Terminals[id]; old != nil {
		if p.called[old.called()] == id {
			delete(p.called, old.called())
		}
		delete(p.Terminals, id)
	}
}

// SeesTerminal reports whether a reader may know of a terminal: as he may of
// its unit. One whose unit is gone is shown to all who read terminals.
func (p *Picture) SeesTerminal(a Actor, t *Terminal) bool {
	unit := p.Entry(Units, t.Unit)
	return a.May("terminal.read") != Denied && (unit == nil || a.Sees(unit.Division, unit.Sensitivity))
}
