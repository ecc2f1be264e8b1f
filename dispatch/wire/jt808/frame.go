// Package jt808 speaks JT/T 808 of 2011, 2013 and 2019: the tongue of vehicle
// terminals (道路运输车辆卫星定位系统终端通讯协议). It decodes what they say,
// hands it to the intake, and answers.
package jt808

import (
	"encoding/binary"

	"onemap/dispatch"
)

const (
	mark      = 0x7e // begins and ends a frame
	escape    = 0x7d // 7d 01 is 7d, 7d 02 is 7e
	mostBody  = 1023 // ten bits of length
	mostFrame = 21 + mostBody + 1
	mostRaw   = 2 * mostFrame // every byte escaped
	floodEach = 64            // marks in a row that count as one error
)

// Refusals of a frame. The codes are what the ingest page shows.
var (
	errEscape    = &dispatch.Error{Kind: dispatch.Malformed, Code: "bad_escape", Text: "7d is followed by neither 01 nor 02"}
	errChecksum  = &dispatch.Error{Kind: dispatch.Malformed, Code: "bad_checksum", Text: "the bytes do not add up to the checksum"}
	errShort     = &dispatch.Error{Kind: dispatch.Malformed, Code: "short_message", Text: "the message ends too early"}
	errLength    = &dispatch.Error{Kind: dispatch.Malformed, Code: "bad_length", Text: "the header says another length"}
	errEncrypted = &dispatch.Error{Kind: dispatch.Malformed, Code: "encrypted", Text: "encrypted bodies are not read"}
	errTooLong   = &dispatch.Error{Kind: dispatch.Malformed, Code: "frame_too_long", Text: "no end mark within what a frame may be"}
	errFlood     = &dispatch.Error{Kind: dispatch.Malformed, Code: "mark_flood", Text: "nothing but frame marks"}
	errParts     = &dispatch.Error{Kind: dispatch.Malformed, Code: "bad_parts", Text: "the part belongs to no message"}
)

// Splitter cuts a stream of bytes into frames, however they arrive. Its zero
// value is ready; it holds at most one frame.
type Splitter struct {
	buf   []byte
	in    bool // a mark was seen
	over  bool // the frame is too long: wait for its end
	marks int  // in a row
}

// Feed takes one byte. A frame that ends with it is returned without its marks
// and still escaped; it is good until the next call.
func (s *Splitter) Feed(b byte) (frame []byte, err error) {
	if b != mark {
		s.marks = 0
		switch {
		case s.over:
		case len(s.buf) >= mostRaw:
			s.over, s.buf = true, s.buf[:0]
			return nil, errTooLong
		default:
			s.buf = append(s.buf, b)
		}
		return nil, nil
	}
	if s.marks++; s.marks%floodEach == 0 {
		err = errFlood
	}
	frame, s.buf = s.buf, s.buf[:0]
	if whole := s.in && !s.over && len(frame) > 0; !whole {
		frame = nil // what came before the first mark is no frame
	}
	s.in, s.over = true, false
	return frame, err
}

// Header stands before every message.
type Header struct {
	ID        uint16
	Version   byte   // of the protocol, 2019 on; 0 before
	New       bool   // the header of 2019
	Phone     string // all digits, hexadecimal ones too, with the zeros that fill it up
	Serial    uint16
	Encrypted byte
	Parts     uint16 // how many, when the message comes in parts; else 0
	Part      uint16 // from 1
}

// Message is one frame decoded. Its body lies in the frame's memory.
type Message struct {
	Header
	Body []byte
}

// Decode reads a frame as Feed returned it, and unescapes it in place.
func Decode(frame []byte) (Message, error) {
	raw, err := unescape(frame)
	if err != nil {
		return Message{}, err
	}
	if len(raw) < 13 {
		return Message{}, errShort
	}
	sum := byte(0)
	for _, b := range raw {
		sum ^= b
	}
	if sum != 0 {
		return Message{}, errChecksum
	}
	return decode(raw[:len(raw)-1])
}

// decode reads header and body without the checksum.
func decode(raw []byte) (m Message, err error) {
	r := reader{raw, nil}
	m.ID = r.word()
	attributes := r.word()
	digits := 6
	if m.New = attributes&(1<<14) != 0; m.New {
		m.Version, digits = r.byte(), 10
	}
	m.Phone = r.number(digits)
	m.Serial = r.word()
	m.Encrypted = byte(attributes >> 10 & 7)
	if attributes&(1<<13) != 0 {
		m.Parts, m.Part = r.word(), r.word()
	}
	switch {
	case r.err != nil:
		return m, r.err
	case len(r.rest) != int(attributes&mostBody):
		return m, errLength.With("the header says %d bytes of body, there are %d", attributes&mostBody, len(r.rest))
	case m.Encrypted != 0:
		return m, errEncrypted
	case attributes&(1<<13) != 0 && (m.Parts == 0 || m.Part == 0 || m.Part > m.Parts):
		return m, errParts.With("part %d of %d", m.Part, m.Parts)
	}
	m.Body = r.rest
	return m, nil
}

func unescape(frame []byte) ([]byte, error) {
	n := 0
	for i := 0; i < len(frame); i++ {
		b := frame[i]
		if b == escape {
			if i++; i == len(frame) || frame[i] != 1 && frame[i] != 2 {
				return nil, errEscape
			}
			b = escape + frame[i] - 1
		}
		frame[n] = b
		n++
	}
	return frame[:n], nil
}

// Append writes a message as a frame, marks and all. The body must not be
// longer than 1,023 bytes.
func Append(dst []byte, h Header, body []byte) []byte {
	raw := make([]byte, 0, 24+len(body))
	attributes := uint16(len(body)&mostBody) | uint16(h.Encrypted&7)<<10
	if h.New {
		attributes |= 1 << 14
	}
	if h.Parts > 0 {
		attributes |= 1 << 13
	}
	raw = binary.BigEndian.AppendUint16(raw, h.ID)
	raw = binary.BigEndian.AppendUint16(raw, attributes)
	digits := 6
	if h.New {
		raw, digits = append(raw, h.Version), 10
	}
	raw = appendBCD(raw, h.Phone, digits)
	raw = binary.BigEndian.AppendUint16(raw, h.Serial)
	if h.Parts > 0 {
		raw = binary.BigEndian.AppendUint16(raw, h.Parts)
		raw = binary.BigEndian.AppendUint16(raw, h.Part)
	}
	raw = append(raw, body...)
	sum := byte(0)
	for _, b := range raw {
		sum ^= b
	}
	dst = append(dst, mark)
	for _, b := range append(raw, sum) {
		switch b {
		case mark:
			dst = append(dst, escape, 2)
		case escape:
			dst = append(dst, escape, 1)
		default:
			dst = append(dst, b)
		}
	}
	return append(dst, mark)
}
