// Package nmea reads what satellite receivers write (NMEA 0183): position,
// speed, course and time out of RMC, GGA, VTG and ZDA, whatever the
// constellation (talkers GP, GL, GA, GN, and BD or GB for BeiDou).
package nmea

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/geo"
)

// maxLine bounds one sentence: the standard says 82, receivers write more.
const maxLine = 256

// The refusals.
var (
	ErrSentence = &dispatch.Error{Kind: dispatch.Invalid, Code: "bad_sentence", Text: "no NMEA sentence"}
	ErrChecksum = &dispatch.Error{Kind: dispatch.Invalid, Code: "bad_checksum", Text: "the checksum is missing or wrong"}
	ErrField    = &dispatch.Error{Kind: dispatch.Invalid, Code: "bad_field", Text: "a field cannot be read"}
)

// Sentence is what one sentence says of where and when; what it does not say is
// nil. Kind is its last three letters. One that says nothing of these has a kind
// and no more.
type Sentence struct {
	Talker, Kind string
	At           *time.Duration // since midnight, UTC
	Date         *time.Time
	Point        *orb.Point
	Void         bool // the receiver says that it has no fix
	SpeedMPS     *float64
	Heading      *geo.Bearing // over ground, true
	Satellites   *int
	HDOP         *float64
}

// Parse reads one sentence from its $ to its checksum.
func Parse(line string) (Sentence, error) {
	var s Sentence
	if len(line) > maxLine || len(line) < 7 || line[0] != '$' {
		return s, ErrSentence
	}
	body, sum, found := strings.Cut(line[1:], "*")
	want := byte(0)
	for _, c := range []byte(body) {
		if c < ' ' || c > '~' {
			return s, ErrSentence.With("byte %#02x", c)
		}
		want ^= c
	}
	got, err := strconv.ParseUint(strings.TrimSpace(sum), 16, 8)
	if !found || err != nil || byte(got) != want || len(strings.TrimSpace(sum)) != 2 {
		return s, ErrChecksum.With("%q, want %02X", sum, want)
	}
	f := fields(strings.Split(body, ","))
	if name := f[0]; len(name) == 5 && name[0] != 'P' {
		s.Talker, s.Kind = name[:2], name[2:]
	} else {
		s.Kind = name // of a maker's own
		return s, nil
	}
	switch s.Kind {
	case "RMC":
		err = s.rmc(f)
	case "GGA":
		err = s.gga(f)
	case "VTG":
		err = s.vtg(f)
	case "ZDA":
		err = s.zda(f)
	}
	return s, err
}

type fields []string

// at is a field, empty when the sentence ends before it.
func (f fields) at(i int) string {
	if i >= len(f) {
		return ""
	}
	return strings.TrimSpace(f[i])
}

func (s *Sentence) rmc(f fields) (err error) {
	switch f.at(2) {
	case "A":
	case "V":
		s.Void = true
	default:
		return ErrField.With("status %.8q", f.at(2))
	}
	if s.At, err = clock(f.at(1)); err != nil {
		return err
	}
	if s.Point, err = point(f.at(3), f.at(4), f.at(5), f.at(6)); err != nil {
		return err
	}
	if s.Date, err = date(f.at(9)); err != nil {
		return err
	}
	return s.motion(f.at(7), f.at(8))
}

func (s *Sentence) gga(f fields) (err error) {
	switch q := f.at(6); {
	case q == "0" || q == "":
		s.Void = true
	case len(q) != 1 || q < "1" || q > "9":
		return ErrField.With("fix quality %.8q", q)
	}
	if s.At, err = clock(f.at(1)); err != nil {
		return err
	}
	if s.Point, err = point(f.at(2), f.at(3), f.at(4), f.at(5)); err != nil {
		return err
	}
	if text := f.at(7); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n > 99 {
			return ErrField.With("satellites %.8q", text)
		}
		s.Satellites = &n
	}
	s.HDOP, err = number(f.at(8))
	return err
}

func (s *Sentence) vtg(f fields) error { return s.motion(f.at(5), f.at(1)) }

func (s *Sentence) zda(f fields) (err error) {
	if s.At, err = clock(f.at(1)); err != nil || f.at(4) == "" {
		return err
	}
	at, err := time.Parse("02/01/2006", f.at(2)+"/"+f.at(3)+"/"+f.at(4))
	if err != nil {
		return ErrField.With("date %.16q", f.at(2)+f.at(3)+f.at(4))
	}
	s.Date = &at
	return nil
}

const knot = 1852.0 / 3600 // m/s

func (s *Sentence) motion(knots, course string) error {
	speed, err := number(knots)
	if err != nil {
		return err
	}
	if speed != nil && *speed >= 0 {
		*speed *= knot
		s.SpeedMPS = speed
	}
	heading, err := number(course)
	if err != nil {
		return err
	}
	if heading != nil && *heading >= 0 && *heading <= 360 {
		s.Heading = (*geo.Bearing)(heading)
	}
	return nil
}

// number reads a decimal number, nil where there is none.
func number(text string) (*float64, error) {
	if text == "" {
		return nil, nil
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || len(text) > 20 || math.IsNaN(v) || math.IsInf(v, 0) {
		return nil, ErrField.With("number %.20q", text)
	}
	return &v, nil
}

// clock reads hhmmss.sss.
func clock(text string) (*time.Duration, error) {
	if text == "" {
		return nil, nil
	}
	v, err := number(text)
	if err != nil || len(text) < 6 || *v < 0 || *v >= 240000 {
		return nil, ErrField.With("time %.16q", text)
	}
	h, m, sec := math.Floor(*v/10000), math.Mod(math.Floor(*v/100), 100), math.Mod(*v, 100)
	if m >= 60 || sec >= 61 {
		return nil, ErrField.With("time %.16q", text)
	}
	at := time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(math.Round(sec*1000))*time.Millisecond
	return &at, nil
}

// date reads ddmmyy; 80 and later are of the last century.
func date(text string) (*time.Time, error) {
	if text == "" {
		return nil, nil
	}
	at, err := time.Parse("020106", text)
	if err != nil {
		return nil, ErrField.With("date %.16q", text)
	}
	year := at.Year()
	if two := year % 100; two >= 80 {
		year = 1900 + two
	} else {
		year = 2000 + two
	}
	at = time.Date(year, at.Month(), at.Day(), 0, 0, 0, 0, time.UTC)
	return &at, nil
}

// point reads ddmm.mmmm,N,dddmm.mmmm,E; nil where there is none.
func point(lat, ns, lon, ew string) (*orb.Point, error) {
	if lat == "" && lon == "" {
		return nil, nil
	}
	y, okY := angle(lat, ns, "N", "S")
	x, okX := angle(lon, ew, "E", "W")
	p := orb.Point{x, y}
	if !okX || !okY || geo.Check(p) != nil {
		return nil, ErrField.With("position %.16q %.2q %.16q %.2q", lat, ns, lon, ew)
	}
	return &p, nil
}

func angle(text, side, plus, minus string) (float64, bool) {
	v, err := number(text)
	if err != nil || v == nil || *v < 0 || side != plus && side != minus {
		return 0, false
	}
	degrees, minutes := math.Floor(*v/100), math.Mod(*v, 100)
	if minutes >= 60 {
		return 0, false
	}
	a := degrees + minutes/60
	if side == minus {
		a = -a
	}
	return a, true
}
