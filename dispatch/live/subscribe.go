package live

import (
	"sync"

	"onemap/dispatch"
)

// Notice is one event with the pictures before and after the batch it came in.
type Notice struct {
	Event         dispatch.Event
	Before, After *dispatch.Picture
	Shared        *sync.Map // what watchers made of it that serves others too; nil: nobody else has this notice
}

// queue is how many events a watcher may be behind; one that is further
// behind is closed and comes back with the number it has.
const queue = 256

// Subscription is one watcher's view: every event in order, and the newest
// frame of positions.
type Subscription struct {
	Actor   dispatch.Actor
	Picture *dispatch.Picture // at the moment of subscribing; Events follow it without a gap
	Events  chan Notice       // closed when the watcher fell behind

	live *Live
	bell chan struct{}
	soon chan struct{}
	told chan struct{}

	mu      sync.Mutex
	pending []byte
	missed  bool // a frame was overwritten unsent: the next must be full
}

// Subscribe starts watching; Close ends it.
func (l *Live) Subscribe(a dispatch.Actor) *Subscription {
	s := &Subscription{Actor: a, Events: make(chan Notice, queue), live: l, bell: make(chan struct{}, 1), soon: make(chan struct{}, 1), told: make(chan struct{}, 1), missed: true}
	l.mu.Lock()
	defer l.mu.Unlock()
	s.Picture = l.Picture()
	l.watch[s] = struct{}{}
	if fromBases(a) { // the next outlook may be the first for such a watcher
		l.stirred.Store(true)
	}
	return s
}

// Close ends the watch.
func (s *Subscription) Close() {
	s.live.mu.Lock()
	defer s.live.mu.Unlock()
	delete(s.live.watch, s)
}

// offer queues an event; called under the room's lock.
func (s *Subscription) offer(n Notice) {
	select {
	case s.Events <- n:
	default: // full: the watcher is slow, and events are never dropped in silence
		delete(s.live.watch, s)
		s.live.stats.SlowClosed++
		close(s.Events)
	}
}

// Outlooks rings when there is a newer outlook than the last one taken.
func (s *Subscription) Outlooks() <-chan struct{} { return s.soon }

// Progress rings when a study has got further.
func (s *Subscription) Progress() <-chan struct{} { return s.told }

// Frames rings when there is a frame to take.
func (s *Subscription) Frames() <-chan struct{} { return s.bell }

// Take returns the newest frame, nil when there is none. A watcher that just
// came or missed a frame gets a full one.
func (s *Subscription) Take() []byte {
	s.mu.Lock()
	full, frame := s.missed, s.pending
	s.missed, s.pending = false, nil
	s.mu.Unlock()
	if full {
		return s.live.board.full(scopeOf(s.Actor), s.live.now())
	}
	return frame
}

func (s *Subscription) post(frame []byte) {
	s.mu.Lock()
	if s.pending != nil {
		s.missed = true
	}
	s.pending = frame
	s.mu.Unlock()
	select {
	case s.bell <- struct{}{}:
	default:
	}
}

// Sight says what an event is to an actor.
type Sight int

// An event can be out of sight, seen, or the last one sees of its subject.
const (
	Unseen Sight = iota
	Seen
	Gone
)

// See cuts one notice to an actor's scope: what the API would not show is not
// streamed either.
func See(a dispatch.Actor, n Notice) Sight {
	ref := n.Event.Fact.Subject()
	switch ref.Kind {
	case dispatch.KindGrant:
		g := n.After.Grants[ref.ID]
		return sight(false, g != nil && n.After.SeesGrant(a, g))
	case dispatch.KindTerminal:
		return sight(terminalSeen(a, n.Before, ref.ID), terminalSeen(a, n.After, ref.ID))
	case dispatch.KindAccount, dispatch.KindToken:
		if a.May("audit.read") == dispatch.InArea {
			return Seen
		}
		return Unseen
	case dispatch.KindIncident:
		return sight(incidentSeen(a, n.Before, ref.ID), incidentSeen(a, n.After, ref.ID))
	case dispatch.KindAssignment:
		return sight(assignmentSeen(a, n.Before, ref.ID), assignmentSeen(a, n.After, ref.ID))
	case dispatch.KindAlarm:
		return sight(alarmSeen(a, n.Before, ref.ID), alarmSeen(a, n.After, ref.ID))
	case dispatch.KindStudy:
		return sight(studySeen(a, n.Before, ref.ID), studySeen(a, n.After, ref.ID))
	case dispatch.KindWarning:
		return warningSight(a, n, ref.ID)
	case dispatch.KindNote:
		f, ok := n.Event.Fact.(*dispatch.NoteAdded)
		return sight(false, ok && noteSeen(a, n.After, f.Incident))
	}
	if a.May("ledger.read") == dispatch.Denied {
		return Unseen
	}
	if f, ok := n.Event.Fact.(*dispatch.EntryRemoved); ok {
		return sight(a.Sees(f.Division, f.Sensitivity), false)
	}
	l := dispatch.Ledger(ref.Kind)
	return sight(entrySeen(a, n.Before, l, ref.ID), entrySeen(a, n.After, l, ref.ID))
}

func sight(before, after bool) Sight {
	switch {
	case after:
		return Seen
	case before:
		return Gone
	}
	return Unseen
}

func incidentSeen(a dispatch.Actor, p *dispatch.Picture, id dispatch.ID) bool {
	in := p.Incidents[id]
	return in != nil && p.SeesIncident(a, in)
}

func assignmentSeen(a dispatch.Actor, p *dispatch.Picture, id dispatch.ID) bool {
	as := p.Assignments[id]
	return as != nil && p.SeesAssignment(a, as)
}

func noteSeen(a dispatch.Actor, p *dispatch.Picture, incident dispatch.ID) bool {
	in := p.Incidents[incident]
	return in != nil && p.SeesIncident(a, in) && p.ReadsNotes(a, in)
}

func alarmSeen(a dispatch.Actor, p *dispatch.Picture, id dispatch.ID) bool {
	al := p.Alarms[id]
	return al != nil && p.SeesAlarm(a, al)
}

func studySeen(a dispatch.Actor, p *dispatch.Picture, id dispatch.ID) bool {
	st := p.Studies[id]
	return st != nil && a.SeesStudy(st)
}

func entrySeen(a dispatch.Actor, p *dispatch.Picture, l dispatch.Ledger, id dispatch.ID) bool {
	e := p.Entry(l, id)
	return e != nil && a.Sees(e.Division, e.Sensitivity)
}

func terminalSeen(a dispatch.Actor, p *dispatch.Picture, id dispatch.ID) bool {
	t := p.Terminals[id]
	return t != nil && p.SeesTerminal(a, t)
}

// warningSight is who hears of a warning. What is being prepared, also of one
// that is in force, is for those who prepare it.
func warningSight(a dispatch.Actor, n Notice, id dispatch.ID) Sight {
	was, is := n.Before.Warnings[id], n.After.Warnings[id]
	switch n.Event.Fact.(type) {
	case *dispatch.WarningDrafted, *dispatch.WarningStepped:
		return sight(false, is != nil && n.After.PreparesWarning(a, is))
	}
	return sight(was != nil && n.Before.SeesWarning(a, was), is != nil && n.After.SeesWarning(a, is))
}
