package live

import (
	"onemap/dispatch"
)

// Drive puts the picture on a road network, or on another one; nil: on none.
func (l *Live) Drive(r *dispatch.Roads) {
	l.turn.Lock()
	defer l.turn.Unlock()
	l.put(l.onRoads(l.Picture(), r))
}

// onRoads puts the closures of a picture in force. One that cannot be applied
// is no reason to go on without the others.
func (l *Live) onRoads(p *dispatch.Picture, r *dispatch.Roads) *dispatch.Picture {
	next, err := p.OnRoads(r, l.now())
	if err != nil {
		l.log.Warn("closures left out", "seq", p.Seq, "error", err)
	}
	return next
}

// passTime lets closures begin and end when their time has come.
func (l *Live) passTime() {
	l.turn.Lock()
	defer l.turn.Unlock()
	p := l.Picture()
	if p.Roads == nil {
		return
	}
	if until := p.Roads.Now.Until(); until.IsZero() || l.now().Before(until) {
		return
	}
	l.put(l.onRoads(p, p.Roads))
}

// put stores a picture of the same number.
func (l *Live) put(p *dispatch.Picture) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.picture.Store(p)
}
