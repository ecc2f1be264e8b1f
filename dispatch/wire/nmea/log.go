package nmea

import (
	"bytes"
	"errors"
	"time"

	"onemap/dispatch"
)

// MostBytes and MostFixes bound one log.
const (
	MostBytes = 16 << 20
	MostFixes = 20_000
)

// metresOfDOP is what a receiver errs by at a horizontal dilution of one: an
// estimate, for receivers that give no accuracy.
const metresOfDOP = 5

// The refusals of a whole log.
var (
	ErrTooLarge = &dispatch.Error{Kind: dispatch.TooLarge, Code: "too_large", Text: "the log is too large"}
	ErrNoNMEA   = &dispatch.Error{Kind: dispatch.Invalid, Code: "not_nmea", Text: "no NMEA sentence was found"}
	ErrNoFix    = &dispatch.Error{Kind: dispatch.Invalid, Code: "no_track", Text: "the log has no position"}
	ErrNoDate   = &dispatch.Error{Kind: dispatch.Invalid, Code: "no_times", Text: "the log has positions, but no sentence says the date"}
	ErrTooMany  = &dispatch.Error{Kind: dispatch.TooLarge, Code: "too_many_points", Text: "the log has too many positions"}
)

// Log is what a log holds: one position for each moment, without a Unit. Bad
// counts sentences that were refused, by code; Undated positions before the
// first date.
type Log struct {
	Fixes     []dispatch.Fix
	Sentences int
	Bad       map[string]int
	Undated   int
}

// Decode reads a log; other lines and other sentences are passed over.
func Decode(raw []byte) (Log, error) {
	l := Log{Bad: map[string]int{}}
	if len(raw) > MostBytes {
		return l, ErrTooLarge.With("%d bytes, at most %d", len(raw), MostBytes)
	}
	var m moment
	for len(raw) > 0 {
		var line []byte
		line, raw, _ = bytes.Cut(raw, []byte("\n"))
		_, line, found := bytes.Cut(line, []byte("$"))
		if !found {
			continue
		}
		if i := bytes.IndexByte(line, '*'); i >= 0 {
			line = line[:min(len(line), i+3)]
		}
		s, err := Parse("$" + string(bytes.TrimRight(line, "\r ")))
		if err != nil {
			l.Bad[code(err)]++
			continue
		}
		l.Sentences++
		if s.At != nil && (m.at == nil || *s.At != *m.at) {
			l.end(&m)
			m.next(*s.At)
		}
		m.take(s)
		if len(l.Fixes) > MostFixes {
			return l, ErrTooMany.With("more than %d positions", MostFixes)
		}
	}
	l.end(&m)
	switch {
	case len(l.Fixes) > 0:
		return l, nil
	case l.Undated > 0:
		return l, ErrNoDate
	case l.Sentences > 0:
		return l, ErrNoFix
	}
	return l, ErrNoNMEA
}

func code(err error) string {
	var own *dispatch.Error
	if errors.As(err, &own) {
		return own.Code
	}
	return ErrSentence.Code
}

// moment is what the sentences of one instant say together.
type moment struct {
	at   *time.Duration
	date *time.Time // the last one said, stepped over midnight
	void bool
	told Sentence
}

// next begins another instant. A clock that has gone back by half a day and more
// has passed midnight.
func (m *moment) next(at time.Duration) {
	if m.at != nil && m.date != nil && *m.at-at > 12*time.Hour {
		tomorrow := m.date.AddDate(0, 0, 1)
		m.date = &tomorrow
	}
	m.at, m.void, m.told = &at, false, Sentence{}
}

func (m *moment) take(s Sentence) {
	if s.Date != nil {
		m.date = s.Date
	}
	m.void = m.void || s.Void
	if s.Point != nil {
		m.told.Point = s.Point
	}
	if s.SpeedMPS != nil {
		m.told.SpeedMPS = s.SpeedMPS
	}
	if s.Heading != nil {
		m.told.Heading = s.Heading
	}
	if s.Satellites != nil {
		m.told.Satellites = s.Satellites
	}
	if s.HDOP != nil {
		m.told.HDOP = s.HDOP
	}
}

// end keeps the instant's position, if it has one.
func (l *Log) end(m *moment) {
	if m.at == nil || m.void || m.told.Point == nil {
		return
	}
	if m.date == nil {
		l.Undated++
		return
	}
	f := dispatch.Fix{
		Point: *m.told.Point, DeviceAt: m.date.Add(*m.at), SpeedMPS: m.told.SpeedMPS, Heading: m.told.Heading, Satellites: m.told.Satellites,
	}
	if m.told.HDOP != nil && *m.told.HDOP > 0 {
		metres := *m.told.HDOP * metresOfDOP
		f.AccuracyM = &metres
	}
	l.Fixes = append(l.Fixes, f)
}
