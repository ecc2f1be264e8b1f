package cot

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"onemap/dispatch"
)

// magic begins every frame of the TAK protocol.
const magic = 0xbf

// ErrFrame says that a stream has lost its frames: nothing after it can be read.
var ErrFrame = &dispatch.Error{Kind: dispatch.Malformed, Code: "tak_frame", Text: "no frame of the TAK protocol begins here"}

var eventEnd = []byte("</event>")

// Stream reads the events of one connection, whatever pieces they come in: XML
// events one after another, or, after Switch, frames of protobuf.
type Stream struct {
	from   *bufio.Reader
	buffer []byte // the event being gathered
	proto  bool
}

// NewStream reads from r, in XML.
func NewStream(r io.Reader) *Stream { return &Stream{from: bufio.NewReaderSize(r, 16<<10)} }

// Switch goes on in protobuf, from the next byte.
func (s *Stream) Switch() { s.proto = true }

// Next returns the next event; nil when a message of the protocol carried none.
// A refusal of package markup or of Decode concerns that one event, and the next
// can be asked for; Broken tells them from what ends the stream.
func (s *Stream) Next() (*Event, error) {
	if s.proto {
		raw, err := s.frame()
		if err != nil {
			return nil, err
		}
		return DecodeMessage(raw)
	}
	raw, err := s.event()
	if err != nil {
		return nil, err
	}
	return Decode(raw)
}

// Broken reports whether nothing can be read after that error: the connection
// failed, frames were lost, or an event had no end within the limit.
func Broken(err error) bool {
	var one *dispatch.Error
	return err != nil && (!errors.As(err, &one) || ErrFrame.Is(err))
}

// event gathers bytes up to and with the next </event>. An event with no end
// within the limit cannot be skipped: where the next begins is not known.
func (s *Stream) event() ([]byte, error) {
	s.buffer = s.buffer[:0]
	for {
		piece, err := s.from.ReadSlice('>')
		s.buffer = append(s.buffer, piece...)
		if len(bytes.TrimLeft(s.buffer, " \t\r\n\x00")) == 0 {
			s.buffer = s.buffer[:0] // keep-alives between events
		}
		switch {
		case len(s.buffer) > maxEvent:
			return nil, ErrFrame.With("an event of more than %d bytes", maxEvent)
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF) && len(s.buffer) > 0:
			return nil, fmt.Errorf("read event: %w", io.ErrUnexpectedEOF)
		case err != nil:
			return nil, fmt.Errorf("read event: %w", err)
		case bytes.HasSuffix(s.buffer, eventEnd), bytes.HasSuffix(s.buffer, []byte("/>")) && whole(s.buffer):
			return bytes.TrimLeft(s.buffer, " \t\r\n\x00"), nil
		}
	}
}

// whole reports whether a buffer that ends in "/>" is an event without content:
// its last tag is the event's own.
func whole(buffer []byte) bool {
	tag := buffer[max(0, bytes.LastIndexByte(buffer, '<')):]
	return bytes.HasPrefix(tag, []byte("<event")) && bytes.IndexByte([]byte(" \t\r\n/"), tag[len("<event")]) >= 0
}

func (s *Stream) frame() ([]byte, error) {
	first, err := s.from.ReadByte()
	if err != nil {
		return nil, fmt.Errorf("read frame: %w", err)
	}
	if first != magic {
		return nil, ErrFrame.With("%#x stands where a frame begins", first)
	}
	size, err := binary.ReadUvarint(s.from)
	if err != nil {
		return nil, fmt.Errorf("read frame: %w", err)
	}
	if size > maxEvent {
		return nil, ErrFrame.With("a message of %d bytes, more than %d", size, maxEvent)
	}
	if uint64(cap(s.buffer)) < size {
		s.buffer = make([]byte, size)
	}
	s.buffer = s.buffer[:size]
	if _, err := io.ReadFull(s.from, s.buffer); err != nil {
		return nil, fmt.Errorf("read message: %w", err)
	}
	return s.buffer, nil
}

// Frame puts a message of the stream into its frame.
func Frame(message []byte) []byte {
	b := append(make([]byte, 0, len(message)+6), magic)
	return append(binary.AppendUvarint(b, uint64(len(message))), message...)
}

// DecodeDatagram reads one message of the mesh, XML or protobuf: its first
// bytes say which.
func DecodeDatagram(raw []byte) (*Event, error) {
	if len(raw) == 0 || raw[0] != magic {
		return Decode(raw)
	}
	version, n := binary.Uvarint(raw[1:])
	if n <= 0 || len(raw) < n+2 || raw[n+1] != magic {
		return nil, ErrFrame
	}
	switch version {
	case 0:
		return Decode(raw[n+2:])
	case 1:
		return DecodeMessage(raw[n+2:])
	}
	return nil, ErrFrame.With("version %d of the TAK protocol", version)
}
