package osm

import (
	"encoding/binary"
	"errors"
	"slices"
)

// errProto says that bytes are no protocol buffer message.
var errProto = errors.New("not a protocol buffer message")

// message reads a protocol buffer field by field and never past its end. An
// error stays until the caller asks for it.
type message struct {
	data []byte
	bad  bool

	field int
	wire  byte
	value uint64 // of a number
	bytes []byte // of a string, a message or a packed list
}

// next moves to the next field; false at the end and after an error.
func (m *message) next() bool {
	if m.bad || len(m.data) == 0 {
		return false
	}
	key := m.varint()
	m.field, m.wire = int(key>>3), byte(key&7)
	m.value, m.bytes = 0, nil
	switch m.wire {
	case 0:
		m.value = m.varint()
	case 1:
		if raw := m.take(8); raw != nil {
			m.value = binary.LittleEndian.Uint64(raw)
		}
	case 2:
		m.bytes = m.take(m.varint())
	case 5:
		if raw := m.take(4); raw != nil {
			m.value = uint64(binary.LittleEndian.Uint32(raw))
		}
	default:
		m.bad = true
	}
	return !m.bad
}

func (m *message) varint() uint64 {
	v, n := binary.Uvarint(m.data)
	if n <= 0 {
		m.bad = true
		return 0
	}
	m.data = m.data[n:]
	return v
}

func (m *message) take(n uint64) []byte {
	if m.bad || n > uint64(len(m.data)) {
		m.bad = true
		return nil
	}
	out := m.data[:n:n]
	m.data = m.data[n:]
	return out
}

// err is the error that stopped next, if any.
func (m *message) err() error {
	if m.bad {
		return errProto
	}
	return nil
}

// numbers reads a field that is a packed list or one item of a loose one.
func (m *message) numbers(list []uint64) []uint64 {
	if m.wire != 2 {
		return append(list, m.value)
	}
	packed := message{data: m.bytes}
	ends := 0
	for _, b := range m.bytes {
		if b < 0x80 {
			ends++
		}
	}
	list = slices.Grow(list, ends) // exactly, so that a block cannot ask for twice what it holds
	for len(packed.data) > 0 && !packed.bad {
		list = append(list, packed.varint())
	}
	if packed.bad {
		m.bad = true
	}
	return list
}

// signed undoes the zigzag of a sint.
func signed(v uint64) int64 { return int64(v>>1) ^ -int64(v&1) }
