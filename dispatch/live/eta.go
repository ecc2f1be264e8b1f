package live

import (
	"time"

	"onemap/dispatch"
)

// Outlook is when every ordered unit will be there (预计到达), at one moment.
type Outlook struct {
	Picture *dispatch.Picture // it was made from
	At      time.Time
	seen    []dispatch.ETA // from where the units are
	bases   []dispatch.ETA // from their bases; made while somebody watches who may not see more
}

const (
	foresight = time.Second     // how often arrivals are looked at
	ahead     = 5 * time.Second // and at the latest: a unit that stands is late already
	leisure   = 9               // times what a round took is waited after it: a tenth of a core at most
)

// ETAs cuts the outlook to an actor's scope. Who may not see positions is
// answered from the bases.
func (o *Outlook) ETAs(a dispatch.Actor) []dispatch.ETA {
	all := o.seen
	if fromBases(a) {
		all = o.bases
	}
	var cut []dispatch.ETA
	for _, e := range all {
		if o.Picture.SeesAssignment(a, e.Assignment) && (len(a.Lent) == 0 || o.seesUnit(a, e.Assignment.Unit)) {
			cut = append(cut, e)
		}
	}
	return cut
}

// seesUnit reports whether somebody with lent rights may know where a unit is.
func (o *Outlook) seesUnit(a dispatch.Actor, id dispatch.ID) bool {
	e := o.Picture.Entry(dispatch.Units, id)
	return fromBases(a) || e != nil && a.SeesPosition(e)
}

// Answers reports whether the outlook has anything to say to an actor: nobody
// who may see no more than bases watched when it was made, and it has none.
func (o *Outlook) Answers(a dispatch.Actor) bool { return o.bases != nil || !fromBases(a) }

func fromBases(a dispatch.Actor) bool {
	return a.May("position.read") == dispatch.Denied && a.May("assignment.read") != dispatch.Denied
}

// unheard is where units are for whoever may not know.
type unheard struct{}

// At knows nothing.
func (unheard) At(dispatch.ID) (dispatch.Fix, bool) { return dispatch.Fix{}, false }

// Outlook returns the latest outlook, nil before the first.
func (l *Live) Outlook() *Outlook { return l.outlook.Load() }

// foretell makes the next outlook when anything has changed, and rings every
// watcher. It runs beside the tick and the feed, and neither waits for it.
func (l *Live) foretell() {
	p, last, now := l.Picture(), l.outlook.Load(), l.now()
	if now.Before(l.rested) {
		return
	}
	moved := l.stirred.Swap(false)
	if last != nil && last.Picture == p && !moved && now.Sub(last.At) < ahead {
		return
	}
	next, err := l.look(p, now)
	l.rested = l.now().Add(leisure * l.now().Sub(now))
	if err != nil {
		l.log.Warn("look ahead", "seq", p.Seq, "error", err)
		return
	}
	l.outlook.Store(next)
	for _, s := range l.watchers() {
		select {
		case s.soon <- struct{}{}:
		default: // rings already: the newest outlook is taken
		}
	}
}

func (l *Live) look(p *dispatch.Picture, now time.Time) (*Outlook, error) {
	all := func(*dispatch.Assignment) bool { return true }
	seen, err := p.ETAs(l.board, now, all)
	if err != nil {
		return nil, err
	}
	o := &Outlook{Picture: p, At: now, seen: seen}
	for _, s := range l.watchers() {
		if o.bases == nil && fromBases(s.Actor) {
			if o.bases, err = p.ETAs(unheard{}, now, all); err != nil {
				return nil, err
			}
		}
	}
	return o, nil
}

// watchers lists who watches now.
func (l *Live) watchers() []*Subscription {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := make([]*Subscription, 0, len(l.watch))
	for s := range l.watch {
		all = append(all, s)
	}
	return all
}
