package web

import (
	"slices"
	"time"

	"onemap/dispatch"
	"onemap/dispatch/live"
)

// lentMemory is how long a client may have been away that still shows what a
// lent right, since ended, had shown it. It is sent a whole picture instead.
const lentMemory = 30 * 24 * time.Hour

// turns reports an event that may give somebody other rights: a grant, the
// account of who gave one, the end of the incident one is bound to.
func turns(n live.Notice) bool {
	switch n.Event.Fact.(type) {
	case *dispatch.GrantGiven, *dispatch.GrantRevoked, *dispatch.AccountRecorded, *dispatch.IncidentClosed, *dispatch.IncidentAdvanced:
		return len(n.After.Grants) > 0
	}
	return false
}

// rights asks anew what the client may see, and waits for the moment at which
// that changes by itself. When it has changed, the client takes a whole picture
// as its rights are now; nothing is sent by the old ones any more.
func (w *writer) rights(p *dispatch.Picture) error {
	now := w.now()
	account := p.Accounts[w.who.actor.ID]
	if account == nil {
		return nil // a machine; or standing ends the channel
	}
	w.turn.Stop()
	if next, ok := p.GrantTurn(account.ID, now); ok {
		w.turn.Reset(next.Sub(now))
	}
	fresh := p.ActorOf(account, now).For("live.read")
	switch {
	case sameRights(fresh, w.who.actor):
		return nil
	case fresh.May("live.read") == dispatch.Denied:
		w.end(closeNotAllowed, "right ended")
		return nil
	}
	return w.rescope(fresh)
}

// rescope starts the channel over with other rights.
func (w *writer) rescope(a dispatch.Actor) error {
	w.sub.Close()
	w.sockets.become(w.socket, a)
	w.sub = w.Live.Subscribe(a)
	p := w.sub.Picture
	w.seq, w.sent, w.etas, w.told, w.owed = p.Seq, p.Seq, nil, nil, false
	frame, err := w.picture(p)
	if err != nil {
		return err
	}
	if err := w.json(frame); err != nil {
		return err
	}
	return w.arrivals()
}

// sameRights compares two actors of one person, in whatever order rights were lent.
func sameRights(x, y dispatch.Actor) bool {
	same := func(a, b dispatch.Actor) bool {
		return a.Role == b.Role && a.Area == b.Area && a.Clearance == b.Clearance && or(a.Incident, dispatch.ID{}) == or(b.Incident, dispatch.ID{}) && or(a.Unit, dispatch.ID{}) == or(b.Unit, dispatch.ID{})
	}
	if len(x.Lent) != len(y.Lent) || !same(x, y) {
		return false
	}
	for _, lent := range x.Lent {
		if !slices.ContainsFunc(y.Lent, func(other dispatch.Actor) bool { return same(lent, other) }) {
			return false
		}
	}
	return true
}

// reads records that the channel showed an incident's caller.
func (w *writer) reads(in *dispatch.Incident) {
	w.noted(&call{who: w.who, op: operation{ID: "live"}}, dispatch.KindIncident, in.ID, in.Restricted(w.who.actor))
}
