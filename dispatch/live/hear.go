package live

import (
	"slices"
	"time"

	"onemap/dispatch"
)

// hearing is what is remembered of a unit's reports, whatever became of them.
type hearing struct {
	last  time.Time     // when it was heard last, by our clock
	usual time.Duration // between reports: a running mean
	press dispatch.Press
}

const (
	longest   = 10 * time.Minute // silence that says anything of what is usual
	settling  = 4                // reports the mean looks back on
	oldestCry = dispatch.FixLimit

	mostWaiting = 2 // presses of one unit that wait for their alarm
)

// hear notes that a unit reported, before anything filters the report. A cry
// whose clock cannot be is of now.
func (b *Board) hear(m *mover, f dispatch.Fix, now time.Time) {
	if gap := now.Sub(m.last); !m.last.IsZero() && gap > 0 && gap <= longest {
		if m.usual == 0 {
			m.usual = gap
		}
		m.usual += (gap - m.usual) / settling
	}
	if now.After(m.last) {
		m.last = now
	}
	if f.DeviceAt.Before(now.Add(-earliest)) || f.DeviceAt.After(now) {
		f.DeviceAt = now
	}
	var anew bool
	if m.press, anew = m.press.Take(f.DeviceAt, f.SOS); anew {
		f.Doubtful = f.Doubtful || f.Nowhere()
		b.cry(f)
	}
}

// cry queues a press. A unit has two that wait at most, its first and its
// newest: each is a transaction, and a terminal gone mad must not make thousands.
func (b *Board) cry(f dispatch.Fix) {
	waiting := 0
	for i, other := range b.cries {
		if other.Unit != f.Unit {
			continue
		}
		if waiting++; waiting == mostWaiting {
			if f.DeviceAt.After(other.DeviceAt) {
				b.cries[i] = f
			}
			return
		}
	}
	b.cries = append(b.cries, f)
}

// Unheard reports whether one of these units has pressed and no alarm is kept yet.
func (b *Board) Unheard(units map[dispatch.ID]bool) bool {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return slices.ContainsFunc(b.cries, func(f dispatch.Fix) bool { return units[f.Unit] })
}

// Cry notes the cry of a unit whose position could not be read.
func (b *Board) Cry(now time.Time, unit dispatch.ID, at time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if m := b.movers[unit]; m != nil {
		b.hear(m, dispatch.Fix{Unit: unit, DeviceAt: at, SOS: true}, now)
	}
}

// recall takes over what an earlier run knew; settle drops the cries of it that
// are none any more.
func (b *Board) recall(m *mover, f dispatch.Fix) {
	m.last = f.RecordedAt
	m.press, _ = m.press.Take(f.DeviceAt, f.SOS)
	if f.SOS {
		b.cries = append(b.cries, f)
	}
}

// Restore puts the last positions of an earlier run back, as old as they are. A
// cry among them that nobody answered is one still.
func (l *Live) Restore(fixes []dispatch.Fix) {
	l.board.Restore(fixes)
	l.board.settle(l.Picture(), l.now())
}

// Hearing implements dispatch.Sightings.
func (b *Board) Hearing(id dispatch.ID) (last time.Time, usual time.Duration, ok bool) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if m := b.movers[id]; m != nil && !m.last.IsZero() {
		return m.last, m.usual, true
	}
	return time.Time{}, 0, false
}

// Cries implements dispatch.Sightings.
func (b *Board) Cries() []dispatch.Fix {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return slices.Clone(b.cries)
}

// Answered implements dispatch.Sightings.
func (b *Board) Answered(unit dispatch.ID, upTo time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.cries = slices.DeleteFunc(b.cries, func(f dispatch.Fix) bool { return f.Unit == unit && !f.DeviceAt.After(upTo) })
}

// settle drops the cries found at the start that were answered by the run
// before, or are too old to be cries still.
func (b *Board) settle(p *dispatch.Picture, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.cries = slices.DeleteFunc(b.cries, func(f dispatch.Fix) bool {
		return now.Sub(f.DeviceAt) > oldestCry || p.Answers(f.Unit, f.DeviceAt)
	})
}
