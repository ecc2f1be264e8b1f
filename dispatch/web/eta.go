package web

import (
	"context"
	"fmt"
	"slices"
	"time"

	"onemap/dispatch"
)

// ListETAs says when each ordered unit will be there.
func (s api) ListETAs(ctx context.Context, _ ListETAsRequestObject) (ListETAsResponseObject, error) {
	a, p, now := callOf(ctx).who.actor, s.Live.Picture(), s.now()
	found, err := p.ETAs(s.positionsFor(a), now, func(as *dispatch.Assignment) bool { return p.SeesAssignment(a, as) })
	if err != nil {
		return nil, fmt.Errorf("find arrivals: %w", err)
	}
	answer := ListETAs200JSONResponse{Seq: int64(p.Seq), AsOf: now.UTC(), Etas: etasOf(p, a, found)}
	if p.Roads != nil {
		answer.Roads = ptr(roadState(p.Roads))
	}
	return answer, nil
}

func etasOf(p *dispatch.Picture, a dispatch.Actor, found []dispatch.ETA) []ETA {
	list := make([]ETA, len(found))
	for i := range found {
		list[i] = etaOf(p, a, &found[i])
	}
	return list
}

func etaOf(p *dispatch.Picture, a dispatch.Actor, e *dispatch.ETA) ETA {
	as := e.Assignment
	out := ETA{
		Assignment: as.ID, Unit: as.Unit, Incident: as.Incident, State: AssignmentState(as.State),
		Position: HitPosition{Source: e.Source, Health: string(e.Health), AgeS: seconds(e.Age)},
	}
	if no := p.WhyNot(a, e); no != nil {
		out.Why = whyOf(no)
		return out
	}
	arrival := e.Arrival()
	out.Basis, out.ArriveAt = ptr(Basis(e.Basis)), ptr(e.ArriveAt.UTC())
	out.ArrivalS, out.MobiliseS, out.TravelS, out.WithoutS = seconds(&arrival), seconds(&e.Mobilise), seconds(&e.Travel), seconds(&e.Without)
	if e.Basis == dispatch.ByRoad {
		out.RoadM = ptr(tenth(float64(e.Road)))
	}
	if refs := p.ClosureRefs(a, e.Closures); len(refs) > 0 {
		out.Closures = ptr(closureRefs(refs))
	}
	return out
}

// etaFrame is every arrival in the client's scope.
type etaFrame struct {
	Type string    `json:"type"`
	Seq  int64     `json:"seq"`
	Now  time.Time `json:"now"`
	ETAs []ETA     `json:"etas"`
}

// arrivals sends the newest outlook, when it tells the client something new. An
// outlook that is ahead of the client's events waits for them.
func (w *writer) arrivals() error {
	o := w.Live.Outlook()
	if w.owed = o == nil || o.Picture.Seq > w.seq; w.owed || o == w.told {
		return nil
	}
	if o.Picture.Seq < w.sub.Picture.Seq || !o.Answers(w.who.actor) {
		return nil // made before the client came; the next is not
	}
	w.told = o
	list := etasOf(o.Picture, w.who.actor, o.ETAs(w.who.actor))
	if w.etas != nil && slices.EqualFunc(w.etas, list, sameETA) {
		return nil
	}
	w.etas = list
	return w.json(etaFrame{"eta", int64(o.Picture.Seq), o.At.UTC(), list})
}

// drift is how far an arrival moves before the client is told.
const drift = 5 * time.Second

// sameETA reports whether what a client was told still holds.
func sameETA(told, now ETA) bool {
	if told.Assignment != now.Assignment || told.State != now.State || told.Position.Source != now.Position.Source ||
		told.Position.Health != now.Position.Health || or(told.Basis, "") != or(now.Basis, "") {
		return false
	}
	if !slices.Equal(or(told.Closures, nil), or(now.Closures, nil)) {
		return false
	}
	if told.Why != nil && now.Why != nil {
		return told.Why.Code == now.Why.Code && slices.Equal(or(told.Why.Closures, nil), or(now.Why.Closures, nil))
	}
	return told.ArriveAt != nil && now.ArriveAt != nil && now.ArriveAt.Sub(*told.ArriveAt).Abs() <= drift
}
