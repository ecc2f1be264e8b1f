package live

import (
	"time"

	"onemap/dispatch"
)

// Verdict says what became of one fix.
type Verdict struct {
	Refused  string // code; empty when it was kept
	Late     bool   // older than what is shown: track only
	Repeated bool   // the very fix again: nothing to do
	Doubtful bool   // kept and marked
}

// A fix is taken when the device's clock is no farther off than this.
const (
	latest   = 2 * time.Minute
	earliest = 7 * 24 * time.Hour
	sampling = time.Second // one fix a second goes to the track, whatever is sent
)

func (b *Board) report(now time.Time, fixes []dispatch.Fix) []Verdict {
	b.mu.Lock()
	defer b.mu.Unlock()
	verdicts := make([]Verdict, len(fixes))
	for i := range fixes {
		verdicts[i] = b.take(now, fixes[i])
	}
	return verdicts
}

// take judges one fix: refuse, keep for the track, or show.
func (b *Board) take(now time.Time, f dispatch.Fix) Verdict {
	m := b.movers[f.Unit]
	if m != nil {
		b.hear(m, f, now) // before anything filters it
	}
	switch {
	case m == nil:
		return Verdict{Refused: "unknown_unit"}
	case f.DeviceAt.Before(now.Add(-earliest)) || f.DeviceAt.After(now.Add(latest)):
		return Verdict{Refused: "bad_time"}
	case m.heard && f.DeviceAt.Equal(m.fix.DeviceAt):
		return Verdict{Repeated: true}
	}
	f.RecordedAt = now
	if f.DeviceAt.After(now) {
		f.DeviceAt = now // a clock ahead of ours does not make a fix newer
	}
	f.Doubtful = f.Doubtful || f.Nowhere()
	verdict := Verdict{Doubtful: f.Doubtful}
	switch {
	case m.heard && f.DeviceAt.Before(m.fix.DeviceAt):
		verdict.Late = true
	case f.Doubtful: // no position at all: the last good one stays
	case m.heard && m.fix.Jumps(f) && !m.believed(f):
		f.Jumped, f.Doubtful, verdict.Doubtful = true, true, true
	default:
		b.show(m, f)
	}
	b.keep(m, f)
	return verdict
}

// backfill keeps fixes that were stored on the way: they are heard of, and go to
// the track, but move nothing. A backlog half full takes none: what happens now
// goes first.
func (b *Board) backfill(now time.Time, fixes []dispatch.Fix) []Verdict {
	b.mu.Lock()
	defer b.mu.Unlock()
	verdicts := make([]Verdict, len(fixes))
	for i, f := range fixes {
		m := b.movers[f.Unit]
		if m != nil {
			b.hear(m, f, now)
		}
		switch {
		case m == nil:
			verdicts[i].Refused = "unknown_unit"
		case f.DeviceAt.Before(now.Add(-earliest)) || f.DeviceAt.After(now.Add(latest)):
			verdicts[i].Refused = "bad_time"
		case len(b.track) >= maxBacklog/2:
			verdicts[i].Refused = "busy"
		default:
			f.RecordedAt, f.Doubtful = now, f.Doubtful || f.Nowhere()
			verdicts[i] = Verdict{Late: true, Doubtful: f.Doubtful}
			b.track = append(b.track, f)
		}
	}
	return verdicts
}

// believed notes a far fix, and reports whether enough agree with it.
func (m *mover) believed(f dispatch.Fix) bool {
	if n := len(m.suspects); n > 0 && m.suspects[n-1].Jumps(f) {
		m.suspects = m.suspects[:0]
	}
	m.suspects = append(m.suspects, f)
	return len(m.suspects) >= dispatch.Company
}

// keep queues a fix for the track, at most one a second of the device's time.
func (b *Board) keep(m *mover, f dispatch.Fix) {
	if !f.SOS && f.DeviceAt.Sub(m.keptAt).Abs() < sampling {
		return
	}
	m.keptAt = f.DeviceAt
	if len(b.track) >= maxBacklog {
		b.dropped++
		return
	}
	b.track = append(b.track, f)
}
