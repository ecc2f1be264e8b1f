package live

import (
	"encoding/binary"
	"math"
	"time"

	"onemap/dispatch"
)

// scope is what two watchers must share to be sent the same frame.
type scope struct {
	area      string
	clearance int
	own       dispatch.ID // OwnOnly: the one unit they may see
	none      bool
}

func scopeOf(a dispatch.Actor) scope {
	a = a.Widest("position.read")
	switch a.Role.May("position.read") {
	case dispatch.InArea, dispatch.Assigned:
		return scope{area: a.Area, clearance: a.Clearance}
	case dispatch.OwnOnly:
		if a.Unit != nil {
			return scope{own: *a.Unit}
		}
		if len(a.Area) == 9 { // a grid worker's own township
			return scope{area: a.Area, clearance: a.Clearance}
		}
	default:
	}
	return scope{none: true}
}

func (s scope) sees(m *mover) bool {
	switch {
	case s.none:
		return false
	case s.own != dispatch.ID{}:
		return m.id == s.own
	}
	return m.sensitivity <= s.clearance && dispatch.Within(m.division, s.area)
}

// tick encodes what moved since the last tick, once for each scope somebody
// watches, and puts it into the mailboxes.
func (l *Live) tick() {
	now := l.now()
	l.board.sweep(now)
	watchers := l.watchers()
	frames := map[scope][]byte{}
	for _, s := range watchers {
		frames[scopeOf(s.Actor)] = nil
	}
	if l.board.deltas(now, frames) {
		l.stirred.Store(true)
	}
	sent, bytes := 0, 0
	for _, s := range watchers {
		frame := frames[scopeOf(s.Actor)]
		if frame == nil && !s.waiting() {
			continue
		}
		s.post(frame)
		sent++
		bytes += len(frame)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stats.Ticks++
	l.stats.Frames += uint64(sent)
	l.stats.FrameBytes += uint64(bytes)
}

// waiting reports whether a watcher is owed a full frame.
func (s *Subscription) waiting() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.missed && s.pending == nil
}

// deltas fills in the frame of each scope, nil where nothing moved, and reports
// whether anything did.
func (b *Board) deltas(now time.Time, frames map[scope][]byte) (moved bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	moved = len(b.dirty) > 0
	for s := range frames {
		var frame []byte
		for _, m := range b.dirty {
			if s.sees(m) {
				frame = m.put(header(frame, now), now)
			}
		}
		frames[s] = frame
	}
	for _, m := range b.dirty {
		m.dirty = false
	}
	b.dirty = b.dirty[:0]
	return moved
}

// full encodes every known position in a scope.
func (b *Board) full(s scope, now time.Time) []byte {
	b.mu.RLock()
	defer b.mu.RUnlock()
	frame := header(nil, now)
	for _, m := range b.byHandle {
		if m != nil && m.heard && s.sees(m) {
			frame = m.put(frame, now)
		}
	}
	return frame
}

func header(frame []byte, now time.Time) []byte {
	if frame != nil {
		return frame
	}
	return binary.LittleEndian.AppendUint64(make([]byte, 0, 4096), uint64(now.UnixMilli()))
}

// Flags of a position in a frame, see docs/live.md.
const (
	flagHeading = 1 << iota
	flagSpeed
	flagDoubtful
	flagSOS
)

// put appends the 16 bytes of one position.
func (m *mover) put(frame []byte, now time.Time) []byte {
	var heading, speed, flags byte
	if h := m.fix.Heading; h != nil {
		heading = byte(int(math.Round(float64(*h)*256/360)) & 255)
		flags |= flagHeading
	}
	if v := m.fix.SpeedMPS; v != nil {
		speed = byte(min(255, math.Round(*v*2)))
		flags |= flagSpeed
	}
	if m.fix.Doubtful {
		flags |= flagDoubtful
	}
	if m.fix.SOS {
		flags |= flagSOS
	}
	age := byte(max(0, min(255, now.Sub(m.fix.DeviceAt)/time.Second)))
	frame = binary.LittleEndian.AppendUint32(frame, m.handle)
	frame = binary.LittleEndian.AppendUint32(frame, uint32(int32(math.Round(m.fix.Point[0]*1e7))))
	frame = binary.LittleEndian.AppendUint32(frame, uint32(int32(math.Round(m.fix.Point[1]*1e7))))
	return append(frame, heading, speed, age, flags)
}
