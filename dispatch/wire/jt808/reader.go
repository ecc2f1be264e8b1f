package jt808

import (
	"encoding/binary"
	"encoding/hex"
	"strings"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// china is the zone of every clock reading of the protocol.
var china = time.FixedZone("GMT+8", 8*3600)

// reader takes fields off a body; after the first that is not there all are
// zero, and err says why.
type reader struct {
	rest []byte
	err  error
}

func (r *reader) take(n int) []byte {
	if r.err != nil || n > len(r.rest) {
		if r.err == nil {
			r.err = errShort
		}
		r.rest = nil
		return nil
	}
	field := r.rest[:n]
	r.rest = r.rest[n:]
	return field
}

func (r *reader) byte() byte {
	if b := r.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (r *reader) word() uint16 {
	if b := r.take(2); b != nil {
		return binary.BigEndian.Uint16(b)
	}
	return 0
}

func (r *reader) dword() uint32 {
	if b := r.take(4); b != nil {
		return binary.BigEndian.Uint32(b)
	}
	return 0
}

// number reads a terminal's number, two digits a byte. Some makers put hexadecimal
// device ids there, so letters are digits too.
func (r *reader) number(n int) string { return hex.EncodeToString(r.take(n)) }

func digits(b []byte) (string, bool) {
	var text [20]byte
	for i, pair := range b {
		high, low := pair>>4, pair&15
		if high > 9 || low > 9 {
			return "", false
		}
		text[2*i], text[2*i+1] = '0'+high, '0'+low
	}
	return string(text[:2*len(b)]), true
}

// text reads n bytes of a name filled up with zeros or blanks.
func (r *reader) text(n int) string { return gbk(r.take(n)) }

// gbk reads text, which the protocol has in GBK; what is none becomes U+FFFD.
func gbk(b []byte) string {
	text, err := simplifiedchinese.GBK.NewDecoder().Bytes(b)
	if err != nil {
		text = b
	}
	return strings.ToValidUTF8(strings.Trim(string(text), "\x00 "), "\uFFFD")
}

// moment reads YYMMDDhhmmss of China's clock; zero when it is no time at all.
func moment(b []byte) time.Time {
	text, ok := digits(b)
	if !ok {
		return time.Time{}
	}
	at, err := time.ParseInLocation("060102150405", text, china)
	if err != nil || at.Year() >= 2069 { // two digits: 69 is 1969 to the standard library
		return time.Time{}
	}
	return at.UTC()
}

// appendBCD writes hexadecimal digits into n bytes, filled up with zeros on the
// left; of more digits the last count.
func appendBCD(dst []byte, text string, n int) []byte {
	if len(text) > 2*n {
		text = text[len(text)-2*n:]
	}
	text = strings.Repeat("0", 2*n-len(text)) + text
	field, err := hex.DecodeString(text)
	if err != nil {
		field = make([]byte, n) // no number at all
	}
	return append(dst, field...)
}

func appendMoment(dst []byte, at time.Time) []byte {
	return appendBCD(dst, at.In(china).Format("060102150405"), 6)
}

// appendText writes a name into n bytes, filled up with zeros.
func appendText(dst []byte, text string, n int) []byte {
	field := make([]byte, n)
	copy(field, text)
	return append(dst, field...)
}
