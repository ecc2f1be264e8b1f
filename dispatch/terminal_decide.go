package dispatch

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"onemap/geo/crs"
)

// DefaultSkew is the skew limit of a terminal that names none: an older fix is
// stale and moves nothing.
const DefaultSkew = int(FixLimit / time.Second)

// mostSkew is the widest skew limit; older fixes are refused anyway.
const mostSkew = 7 * 24 * 3600

// Refusals about terminals.
var (
	ErrIdentityTaken = &Error{Kind: Conflict, Code: "identity_taken", Text: "another terminal names itself so"}
	ErrEnrolled      = &Error{Kind: Conflict, Code: "already_enrolled", Text: "the terminal has a secret: an administrator must take it back first"}
	ErrDisabled      = &Error{Kind: Conflict, Code: "terminal_disabled", Text: "the terminal is disabled"}
)

// phone is what a JT/T 808 header can carry: twenty digits in the 2019 edition,
// hexadecimal where the maker puts a device's id there.
var phone = regexp.MustCompile(`^[0-9a-f]{1,20}$`)

// CalledAs brings an identity to the one form it is known by: a JT/T 808 number
// comes filled up with zeros on its left.
func CalledAs(protocol Protocol, identity string) string {
	if protocol == JT808 {
		return strings.ToLower(strings.TrimLeft(identity, "0"))
	}
	return identity
}

// Secret says what becomes of a terminal's secret when it is put.
type Secret string

// The wishes.
const (
	SecretKept  Secret = "keep"
	SecretMade  Secret = "new"
	SecretTaken Secret = "none" // a JT/T 808 terminal may then register anew
)

// Put decides on a new or changed terminal. old is the one there is, nil when
// there is none; hash is that of the new secret, where one is made.
func (t Terminal) Put(old *Terminal, wish Secret, hash []byte, now time.Time) (Outcome, error) {
	var p Problems
	protocols := make([]string, len(Protocols))
	for i, known := range Protocols {
		protocols[i] = string(known)
	}
	p.OneOf("protocol", string(t.Protocol), protocols)
	t.Identity, t.Note = CalledAs(t.Protocol, norm.NFC.String(t.Identity)), norm.NFC.String(t.Note)
	p.text("identity", t.Identity, 1, 128)
	if t.Protocol == JT808 && t.Identity != "" && !phone.MatchString(t.Identity) {
		p.Add("identity", "bad_phone", "a JT/T 808 number has 1 to 20 digits")
	}
	p.OneOf("datum", string(t.Datum), []string{string(crs.WGS84), string(crs.CGCS2000), string(crs.GCJ02), string(crs.BD09)})
	p.OneOf("clock", string(t.Clock), []string{string(DeviceClock), string(ServerClock)})
	p.OneOf("secret", string(wish), []string{string(SecretKept), string(SecretMade), string(SecretTaken)})
	p.between("skew_s", t.SkewS, 1, mostSkew)
	p.free("note", t.Note, 400)
	t.Removed, t.Version, t.SecretAt = false, 0, nil
	if wish == SecretKept && old != nil {
		t.SecretAt = old.SecretAt
	}
	f := &TerminalPut{Terminal: t}
	if wish == SecretMade {
		f.SecretAt, f.Hash = &now, slices.Clone(hash)
	}
	return Outcome{[]Fact{f}}, p.Err()
}

// Enrol decides that a terminal that has no secret is given one.
func (t Terminal) Enrol(hash []byte, now time.Time) (Outcome, error) {
	switch {
	case t.Removed:
		return Outcome{}, ErrNotFound
	case !t.Enabled:
		return Outcome{}, ErrDisabled
	case t.SecretAt != nil:
		return Outcome{}, ErrEnrolled
	}
	return Outcome{[]Fact{&TerminalEnrolled{t.ID, now, slices.Clone(hash)}}}, nil
}

// Remove decides that a terminal is listened to no more.
func (t Terminal) Remove() (Outcome, error) {
	if t.Removed {
		return Outcome{}, ErrNotFound
	}
	return Outcome{[]Fact{&TerminalRemoved{t.ID}}}, nil
}
