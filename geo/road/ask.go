package road

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"onemap/geo"
)

// Ask says for whom a question is asked.
type Ask struct {
	Profile string // "" is a car
	Load    *Load  // the vehicle's own size, where it is not the profile's

	// Plain leaves out the delays of ordinary turns: what the hierarchy and
	// so Matrix answers. Forbidden turns stay forbidden.
	Plain bool
}

// Direction says which way the trips run.
type Direction uint8

const (
	Toward Direction = iota // from the many to the one: units to an incident
	Away                    // from the one to the many
)

var (
	// ErrUnreachable says that no way leads there; errors.As finds an
	// Unreachable with the reason.
	ErrUnreachable = errors.New("cannot be reached by road")
	// ErrNothingAsked says that a question has no stops, or asks for none.
	ErrNothingAsked = errors.New("nothing was asked for")
	// ErrTooMuch says that an answer would be larger than this server gives.
	ErrTooMuch = errors.New("too much was asked for")
)

// Unreachable says why no way leads from one stop to another.
type Unreachable struct {
	Closures []string // in force, and without them there would be a way
	Island   *Island  // one of the two lies on it
	OneWay   bool     // one of them lies on a road that leads in or out only
}

func (u *Unreachable) Error() string {
	switch {
	case len(u.Closures) > 0:
		return fmt.Sprintf("%s: closed by %s", ErrUnreachable, strings.Join(u.Closures, ", "))
	case u.Island != nil && u.Island.Name != "":
		return fmt.Sprintf("%s: island %d (%s, %.0f m of road)", ErrUnreachable, u.Island.ID, u.Island.Name, u.Island.Length)
	case u.Island != nil:
		return fmt.Sprintf("%s: island %d (%.0f m of road)", ErrUnreachable, u.Island.ID, u.Island.Length)
	case u.OneWay:
		return ErrUnreachable.Error() + ": a road leads in or out only"
	}
	return ErrUnreachable.Error()
}

// Is makes an Unreachable an ErrUnreachable.
func (u *Unreachable) Is(target error) bool { return target == ErrUnreachable }

// why finds the reason why there is no way between two stops. closures are
// those without which there would be one.
func (l *lane) why(a, b Stop, closures []string) *Unreachable {
	u := &Unreachable{Closures: closures}
	if len(closures) > 0 {
		return u
	}
	islands := l.snapshot.g.islands[modeOf(l.metric.profile.Kind)]
	for _, s := range [2]Stop{a, b} {
		if len(s.Candidates) == 0 {
			continue
		}
		switch i := s.Candidates[0].Island; {
		case i > 0 && i <= len(islands) && u.Island == nil:
			u.Island = &islands[i-1]
		case i == trapped:
			u.OneWay = true
		}
	}
	return u
}

// duration turns tenths of a second into a duration.
func duration(tenths uint32) time.Duration { return time.Duration(tenths) * 100 * time.Millisecond }

// limitOf turns a limit into tenths; zero is none.
func limitOf(d time.Duration) uint32 {
	if d <= 0 || d >= time.Duration(never)*100*time.Millisecond {
		return never
	}
	return uint32(d / (100 * time.Millisecond))
}

// Leg is what is known of the way between one stop and the place asked about.
type Leg struct {
	Known    bool
	Time     time.Duration // access at both ends included
	Length   geo.Metres    // on the road
	Access   geo.Metres    // off it, both ends together
	Without  time.Duration // had nothing been closed
	Closures []string      // on the way, or driven round
	Why      error         // Unreachable, where not known for lack of a road
}
