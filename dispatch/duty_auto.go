package dispatch

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// undoWithin is how long an automatic order may be taken back.
const undoWithin = time.Minute

// ErrUndoLate refuses to take back what was ordered too long ago.
var ErrUndoLate = &Error{Kind: Conflict, Code: "undo_late", Text: "an automatic order is taken back within 60 s; call the units off one by one"}

// autoWatch sends what a card in mode auto asks for (自动派单): the picks of its
// first level that need nobody's consent, to an incident that is confirmed and
// that nobody was ever sent to; and raises an alarm to say so.
type autoWatch struct {
	tried map[ID]time.Time // when a recommendation was last asked for, by incident
}

// autoAgain is how soon an incident that nobody could be sent to is looked at
// again: a recommendation takes some 20 ms of a processor, and an incident may
// wait for hours.
const autoAgain = 10 * time.Second

func newAutoWatch() *autoWatch { return &autoWatch{map[ID]time.Time{}} }

// Look implements Watchman.
func (k *autoWatch) Look(w Watch) (all []Duty) {
	sent := map[ID][]*Assignment{}
	for _, as := range w.Picture.Assignments {
		sent[as.Incident] = append(sent[as.Incident], as)
	}
	told := map[ID]bool{}
	for _, al := range w.Picture.Alarms {
		if al.Kind != AlarmAutoOrdered || al.Incident == nil {
			continue
		}
		told[al.ID] = true
		if in := w.Picture.Incidents[*al.Incident]; al.State != AlarmOver && (in == nil || !in.State.Open()) {
			all = append(all, clearing(al, nil))
		}
	}
	tried := map[ID]time.Time{}
	for _, in := range w.Picture.Incidents {
		if !in.State.Open() {
			continue
		}
		switch auto := byServer(w.Picture, in, sent[in.ID]); {
		case len(auto) > 0:
			all = append(all, k.tell(in, "ordered", "自动派单："+strings.Join(auto, "、")+"，60 秒内可撤销", told)...)
		case in.State == Confirmed && len(sent[in.ID]) == 0 && w.Now.Sub(in.ReceivedAt) < Remembered:
			if last, was := k.tried[in.ID]; was && w.Now.Sub(last).Abs() < autoAgain {
				tried[in.ID] = last
				continue
			}
			tried[in.ID] = w.Now
			all = append(all, k.order(w, in, told)...)
		}
	}
	k.tried = tried
	return all
}

// byServer lists the codes of the units that the server sent to an incident.
func byServer(p *Picture, in *Incident, sent []*Assignment) (codes []string) {
	for _, as := range sent {
		if as.ID == autoAssignment(in.ID, as.Unit) {
			codes = append(codes, p.unitCode(as.Unit))
		}
	}
	slices.Sort(codes)
	return codes
}

func autoAssignment(incident, unit ID) ID {
	return derived("auto.assignment", incident, unit.String())
}

// order is the duty to send the picks, or to say that there are none.
func (k *autoWatch) order(w Watch, in *Incident, told map[ID]bool) []Duty {
	card := w.Picture.RunCardFor(System, in)
	if card == nil || card.Detail.(*RunCard).Mode != "auto" {
		return nil
	}
	rec, err := w.Picture.Recommend(System, RecommendQuery{Incident: in.ID}, w.Board, w.Now)
	if err != nil {
		return nil // no longer open, or off the network: a dispatcher who asks is told
	}
	v := Activation{Incident: in.ID, Note: "自动派单 " + card.Code}
	for _, one := range rec.Picks {
		if !one.Consent {
			v.Orders = append(v.Orders, Order{autoAssignment(in.ID, one.Entry.ID), one.Entry.ID})
		}
	}
	if len(v.Orders) == 0 {
		return k.tell(in, "none", "自动派单未能派出：无可派力量（"+card.Code+"）", told)
	}
	return []Duty{{Kind: "auto.order", Subject: in.ID, Do: func(ctx context.Context, d *Desk, c Command) (Receipt, error) {
		raw, err := d.written(&rec)
		if err != nil {
			return Receipt{}, fmt.Errorf("write recommendation for %s: %w", in.Number, err)
		}
		v.Recommendation = raw
		return d.orderUnits(ctx, c, v, neverSent)
	}}}
}

// neverSent refuses an incident that is not confirmed any more, or that
// somebody was sent to meanwhile.
func neverSent(ctx context.Context, tx Tx, in *Incident) error {
	if in.State != Confirmed {
		return errNotDue
	}
	return free(ctx, tx, in.ID, errNotDue)
}

// written is a recommendation as it is kept with the order: as the API shows
// it, without its why-nots where it would be too long.
func (d *Desk) written(rec *Recommendation) (json.RawMessage, error) {
	if d.Written == nil {
		return nil, nil
	}
	raw, err := d.Written(rec)
	if err != nil || len(raw) <= mostRecommendation {
		return raw, err
	}
	short := *rec
	short.Rejected = nil
	return d.Written(&short)
}

// tell is the duty to raise the alarm about an incident, once for each step.
func (k *autoWatch) tell(in *Incident, step, note string, told map[ID]bool) []Duty {
	if told[derived("alarm."+AlarmAutoOrdered, in.ID, step)] || !in.State.Open() {
		return nil
	}
	id, at := in.ID, in.Point()
	al := Alarm{Kind: AlarmAutoOrdered, Division: in.Division, Incident: &id, Point: &at, Note: note}
	return []Duty{raising(al, id, step, func(ctx context.Context, tx Tx, _ *Alarm) error {
		now, err := locked[*Incident](ctx, tx, in.Ref())
		if err == nil && !now.State.Open() {
			return errNotDue
		}
		return err
	})}
}

// undoAuto takes back what the server sent to the incident of an alarm, as far
// as the crews have not left. It refuses with ErrUndoLate after a minute.
func (d *Desk) undoAuto(ctx context.Context, tx Tx, al *Alarm) (facts []Fact, err error) {
	if al.Kind != AlarmAutoOrdered || al.Incident == nil {
		return nil, nil
	}
	if _, err := tx.Entity(ctx, Ref{KindIncident, *al.Incident}); err != nil {
		return nil, fmt.Errorf("lock the incident of alarm %s: %w", al.ID, err)
	}
	open, err := tx.OpenAssignments(ctx, *al.Incident)
	if err != nil {
		return nil, fmt.Errorf("read what was sent to %s: %w", *al.Incident, err)
	}
	slices.SortFunc(open, func(a, b *Assignment) int { return slices.Compare(a.ID[:], b.ID[:]) })
	for _, as := range open {
		if as.ID != autoAssignment(as.Incident, as.Unit) {
			continue
		}
		now, err := locked[*Assignment](ctx, tx, as.Ref())
		if err != nil {
			return nil, err
		}
		if d.Now().Sub(now.toldAt()) > undoWithin {
			return nil, ErrUndoLate
		}
		if now.State != Ordered && now.State != Acknowledged {
			continue
		}
		out, err := now.Advance(CalledOff, "自动派单被撤销", time.Time{}, d.Now())
		if err != nil {
			return nil, err
		}
		facts = append(facts, out.Facts...)
	}
	return facts, nil
}
