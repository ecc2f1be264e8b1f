package jt808

import "time"

// Bounds of a message that comes in parts: one at a time, this long, and whole
// within this time.
const (
	mostParts  = 64
	mostWhole  = 32 << 10
	partsLimit = time.Minute
)

// parts puts a message together (分包). Its zero value holds none.
type parts struct {
	head  Header
	first uint16 // serial of the first part
	got   [][]byte
	left  int
	bytes int
	since time.Time
}

// add takes a part. whole is the message once every part is there; err says
// that a message was given up, by this part or for it.
func (p *parts) add(m Message, now time.Time) (whole *Message, err error) {
	first := m.Serial - (m.Part - 1)
	if p.got != nil && (p.head.ID != m.ID || p.first != first || len(p.got) != int(m.Parts) || now.Sub(p.since) > partsLimit) {
		err = errParts.With("%d parts of message %04x never came", p.left, p.head.ID)
		*p = parts{}
	}
	if m.Parts > mostParts {
		return nil, errParts.With("%d parts, at most %d", m.Parts, mostParts)
	}
	if p.got == nil {
		*p = parts{head: m.Header, first: first, got: make([][]byte, m.Parts), left: int(m.Parts), since: now}
	}
	if p.got[m.Part-1] != nil {
		return nil, err // sent again
	}
	if p.bytes += len(m.Body); p.bytes > mostWhole {
		*p = parts{}
		return nil, errParts.With("more than %d bytes in parts", mostWhole)
	}
	p.got[m.Part-1] = append([]byte{}, m.Body...)
	if p.left--; p.left > 0 {
		return nil, err
	}
	whole = &Message{Header: m.Header}
	for _, body := range p.got {
		whole.Body = append(whole.Body, body...)
	}
	whole.Parts, whole.Part = 0, 0
	*p = parts{}
	return whole, err
}
