package dispatch

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"
)

const (
	lostAfter  = 3 * time.Minute // silence of a committed unit, or three times its usual one
	lostTimes  = 3
	heardFor   = time.Hour       // before the order: whoever was silent for longer is not lost but never was there
	lostWarmUp = 3 * time.Minute // after the start the terminals have yet to come back
)

// lostWatch raises an alarm for a unit under way that falls silent (失联).
type lostWatch struct{}

// Look implements Watchman.
func (k lostWatch) Look(w Watch) (all []Duty) {
	if w.Now.Sub(w.Since) >= lostWarmUp {
		for _, as := range w.Picture.bound {
			if last, lost := silence(w, as); lost && !w.Picture.alarmed(AlarmLost, as.ID, last) {
				all = append(all, k.raise(w, as, last))
			}
		}
	}
	for _, al := range w.Picture.Alarms {
		if al.Kind != AlarmLost || al.State == AlarmOver || al.Assignment == nil || al.Unit == nil {
			continue
		}
		as := w.Picture.Assignments[*al.Assignment]
		last, _, _ := w.Board.Hearing(*al.Unit)
		if back := last.After(al.RaisedAt); back || as == nil || !as.committed() {
			all = append(all, clearing(al, stillGone(*al.Assignment, back)))
		}
	}
	return all
}

// committed reports whether the crew is under way and ought to be heard.
func (as *Assignment) committed() bool {
	return slices.Contains([]AssignmentState{Acknowledged, Enroute, Staged, OnScene, ToFacility, AtFacility, Returning}, as.State)
}

// silence says when the unit of an assignment was heard last, and whether that
// is too long ago.
func silence(w Watch, as *Assignment) (last time.Time, lost bool) {
	last, usual, ok := w.Board.Hearing(as.Unit)
	if !ok || !as.committed() || last.Before(as.toldAt().Add(-heardFor)) {
		return last, false
	}
	return last, w.Now.Sub(last) > max(lostTimes*usual, lostAfter)
}

// alarmed reports whether there is an alarm of that kind about an assignment
// that is open, or was raised after a moment.
func (p *Picture) alarmed(kind string, as ID, after time.Time) bool {
	for _, al := range p.Alarms {
		if al.Kind == kind && al.Assignment != nil && *al.Assignment == as && (al.State != AlarmOver || al.RaisedAt.After(after)) {
			return true
		}
	}
	return false
}

func (k lostWatch) raise(w Watch, as *Assignment, last time.Time) Duty {
	al := w.Picture.alarmOf(AlarmLost, as)
	al.Note = fmt.Sprintf("%s 失联，最后一次报告 %s（%s）", w.Picture.unitCode(as.Unit), last.In(china).Format("15:04:05"), as.Number)
	if fix, ok := w.Board.At(as.Unit); ok {
		at := fix.Point
		al.Point = &at
	}
	return raising(al, as.ID, strconv.FormatInt(last.Unix(), 10), func(ctx context.Context, tx Tx, _ *Alarm) error {
		now, err := locked[*Assignment](ctx, tx, as.Ref())
		if err != nil {
			return err
		}
		if !now.committed() {
			return errNotDue
		}
		open, err := tx.OpenAlarms(ctx, as.Unit)
		if err != nil {
			return fmt.Errorf("look for alarms of unit %s: %w", as.Unit, err)
		}
		if slices.ContainsFunc(open, func(al *Alarm) bool { return al.Kind == AlarmLost }) {
			return errNotDue
		}
		return nil
	})
}

// stillGone refuses to end the alarm of a unit that is silent and under way.
func stillGone(id ID, back bool) func(context.Context, Tx) error {
	return func(ctx context.Context, tx Tx) error {
		as, err := locked[*Assignment](ctx, tx, Ref{KindAssignment, id})
		if err == nil && !back && as.committed() {
			return errNotDue
		}
		return err
	}
}
