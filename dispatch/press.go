package dispatch

import "time"

// Press follows the SOS button of one terminal, which says SOS with every
// position for as long as it is pressed, and whose positions come in any order.
// Its zero value was never heard.
type Press struct {
	last  time.Time // newest position that said SOS, of the presses counted
	after time.Time // oldest position after it that did not; zero: none
	calm  time.Time // newest position that did not say SOS
}

// Take notes one position by its time, and reports whether it says that the
// button was pressed anew. In order of time each run of SOS counts once; out of
// order a run may count again when that cannot be told, but never not at all.
func (p Press) Take(at time.Time, sos bool) (Press, bool) {
	switch {
	case !sos:
		if at.After(p.calm) {
			p.calm = at
		}
		if !p.last.IsZero() && at.After(p.last) && (p.after.IsZero() || at.Before(p.after)) {
			p.after = at
		}
		return p, false
	case p.last.IsZero(), !p.after.IsZero() && at.After(p.after):
		p.last, p.after = at, time.Time{}
		if p.calm.After(at) {
			p.after = p.calm
		}
		return p, true
	case at.After(p.last):
		p.last = at
	}
	return p, false
}
