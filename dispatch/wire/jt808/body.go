package jt808

import (
	"encoding/binary"
	"time"

	"github.com/paulmach/orb"
	"golang.org/x/text/encoding/simplifiedchinese"

	"onemap/dispatch"
	"onemap/geo"
)

// The messages this room knows.
const (
	TerminalAnswer = 0x0001
	Heartbeat      = 0x0002
	SignOff        = 0x0003
	Register       = 0x0100
	Authenticate   = 0x0102
	Report         = 0x0200
	ReportAsked    = 0x0201
	Batch          = 0x0704

	Answer         = 0x8001
	RegisterAnswer = 0x8100
	AskReport      = 0x8201
	SendText       = 0x8300
)

// Results of a general answer.
const (
	Done        = 0
	Failed      = 1 // send it again
	Wrong       = 2
	Unsupported = 3
)

// Bits of a location.
const (
	alarmSOS      = 1 << 0
	statusFixed   = 1 << 1
	statusSouth   = 1 << 2
	statusWest    = 1 << 3
	statusShifted = 1 << 5 // taken through the secrecy plug-in: GCJ-02
)

// Registration is what a terminal says of itself (注册).
type Registration struct {
	Province, City       uint16
	Maker, Model, Device string
	PlateColour          byte
	Plate                string
}

// DecodeRegistration reads a body of 0x0100. Which edition it is follows from
// the header and from the length: the model had 8 bytes in 2011, 20 in 2013.
func DecodeRegistration(m Message) (Registration, error) {
	maker, model, device := 5, 20, 7
	switch {
	case m.New:
		maker, model, device = 11, 30, 30
	case len(m.Body) < 37:
		model = 8
	}
	r := reader{m.Body, nil}
	g := Registration{Province: r.word(), City: r.word(), Maker: r.text(maker), Model: r.text(model), Device: r.text(device), PlateColour: r.byte()}
	g.Plate = gbk(r.rest)
	return g, r.err
}

// DecodeSecret reads the code of 0x0102 (鉴权码).
func DecodeSecret(m Message) (string, error) {
	if !m.New {
		return gbk(m.Body), nil
	}
	r := reader{m.Body, nil}
	code := r.text(int(r.byte()))
	return code, r.err
}

// Location is a position as 0x0200 has it. What was not sent is nil.
type Location struct {
	Alarm, Status uint32
	Lon, Lat      float64 // degrees, in the terminal's datum
	AltitudeM     int
	SpeedKMH      float64
	Course        int       // degrees clockwise from north
	At            time.Time // UTC; zero when the clock's reading is no time
	MileageKM     *float64
	FuelL         *float64
	RecorderKMH   *float64
	Signal        *int // of the network
	Satellites    *int
	Extras        int  // items, known or not
	Cut           bool // the items end in the middle of one
}

// DecodeLocation reads a body of 0x0200.
func DecodeLocation(body []byte) (Location, error) {
	r := reader{body, nil}
	l := Location{Alarm: r.dword(), Status: r.dword()}
	lat, lon := r.dword(), r.dword()
	l.AltitudeM, l.SpeedKMH, l.Course = int(int16(r.word())), float64(r.word())/10, int(r.word())
	if at := r.take(6); at != nil {
		l.At = moment(at)
	}
	if r.err != nil {
		return l, r.err
	}
	l.Lat, l.Lon = degrees(lat, l.Status&statusSouth != 0), degrees(lon, l.Status&statusWest != 0)
	l.extras(r.rest)
	return l, nil
}

// degrees reads a coordinate of a hemisphere. The protocol says unsigned; some
// send a negative number, with or without the bit.
func degrees(v uint32, other bool) float64 {
	d := float64(v) / 1e6
	if n := int32(v); n < 0 {
		d, other = -float64(n)/1e6, true
	}
	if other && d != 0 {
		return -d
	}
	return d
}

// extras reads the items behind a location. One that says more bytes than
// there are ends them.
func (l *Location) extras(rest []byte) {
	for len(rest) >= 2 {
		id, n := rest[0], int(rest[1])
		if n > len(rest)-2 {
			l.Cut = true
			return
		}
		l.extra(id, rest[2:2+n])
		l.Extras++
		rest = rest[2+n:]
	}
	l.Cut = len(rest) > 0
}

func (l *Location) extra(id byte, v []byte) {
	tenth := func(n uint32) *float64 {
		f := float64(n) / 10
		return &f
	}
	switch {
	case id == 0x01 && len(v) == 4:
		l.MileageKM = tenth(binary.BigEndian.Uint32(v))
	case id == 0x02 && len(v) == 2:
		l.FuelL = tenth(uint32(binary.BigEndian.Uint16(v)))
	case id == 0x03 && len(v) == 2:
		l.RecorderKMH = tenth(uint32(binary.BigEndian.Uint16(v)))
	case id == 0x30 && len(v) == 1:
		n := int(v[0])
		l.Signal = &n
	case id == 0x31 && len(v) == 1:
		n := int(v[0])
		l.Satellites = &n
	}
}

// SOS reports whether the emergency button is pressed (紧急报警).
func (l Location) SOS() bool { return l.Alarm&alarmSOS != 0 }

// Shifted reports a place in GCJ-02 whatever the ledger says of the terminal.
func (l Location) Shifted() bool { return l.Status&statusShifted != 0 }

// Fix says a location in our words. One without a satellite fix is doubtful.
func (l Location) Fix() dispatch.Fix {
	heading, speed := geo.Bearing(l.Course), l.SpeedKMH/3.6
	return dispatch.Fix{
		Point: orb.Point{l.Lon, l.Lat}, DeviceAt: l.At, Heading: &heading, SpeedMPS: &speed, Satellites: l.Satellites,
		SOS: l.SOS(), Doubtful: l.Status&statusFixed == 0,
	}
}

// DecodeBatch reads a body of 0x0704: positions that were stored on the way.
// With an error come those before it.
func DecodeBatch(body []byte) (all []Location, err error) {
	r := reader{body, nil}
	count := int(r.word())
	r.byte() // why it comes in a batch: backfill either way
	for range count {
		item := r.take(int(r.word()))
		if r.err != nil {
			return all, r.err
		}
		l, err := DecodeLocation(item)
		if err != nil {
			return all, err
		}
		all = append(all, l)
	}
	if len(r.rest) > 0 || r.err != nil {
		return all, errLength.With("%d positions announced, and more bytes than those have", count)
	}
	return all, nil
}

// Answered reads a body of 0x0001 or 0x8001: what was answered, and how.
type Answered struct {
	Serial, ID uint16
	Result     byte
}

// DecodeAnswer reads a general answer.
func DecodeAnswer(body []byte) (Answered, error) {
	r := reader{body, nil}
	a := Answered{Serial: r.word(), ID: r.word(), Result: r.byte()}
	return a, r.err
}

// DecodeRegisterAnswer reads 0x8100: how it went, and the secret where it went
// well.
func DecodeRegisterAnswer(body []byte) (serial uint16, result byte, secret string, err error) {
	r := reader{body, nil}
	serial, result = r.word(), r.byte()
	return serial, result, gbk(r.rest), r.err
}

// DecodeText reads 0x8300.
func DecodeText(m Message) (flag byte, text string, err error) {
	r := reader{m.Body, nil}
	flag = r.byte()
	if m.New {
		r.byte() // its type
	}
	return flag, gbk(r.rest), r.err
}

// appendAnswer writes a general answer's body, of either side.
func appendAnswer(dst []byte, a Answered) []byte {
	dst = binary.BigEndian.AppendUint16(dst, a.Serial)
	dst = binary.BigEndian.AppendUint16(dst, a.ID)
	return append(dst, a.Result)
}

// appendRegisterAnswer writes a body of 0x8100.
func appendRegisterAnswer(dst []byte, serial uint16, result byte, secret string) []byte {
	return append(append(binary.BigEndian.AppendUint16(dst, serial), result), secret...)
}

// How a text is shown: urgent, on the screen, and read aloud.
const textUrgent, textShown, textSpoken = 1, 1 << 2, 1 << 3

var errText = &dispatch.Error{Kind: dispatch.Invalid, Code: "bad_text", Text: "a text has 1 to 1,000 bytes of GBK"}

// appendSentText writes a body of 0x8300.
func appendSentText(dst []byte, edition Header, text string) ([]byte, error) {
	said, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte(text))
	if err != nil || len(said) == 0 || len(said) > 1000 {
		return nil, errText
	}
	dst = append(dst, textUrgent|textShown|textSpoken)
	if edition.New {
		dst = append(dst, 1) // a notice
	}
	return append(dst, said...), nil
}
