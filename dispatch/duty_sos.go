package dispatch

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/paulmach/orb"
)

// backfilled is how old a cry must be for its alarm to say so.
const backfilled = 10 * time.Minute

// samePress is how long before a position found at the start an alarm may have
// been raised to be taken for the same press.
const samePress = time.Hour

// DistressWatch raises the alarm when a terminal says SOS.
type DistressWatch struct{}

// Look implements Watchman.
func (DistressWatch) Look(w Watch) (all []Duty) {
	for _, cry := range w.Board.Cries() {
		unit := w.Picture.Entry(Units, cry.Unit)
		if unit == nil {
			w.Board.Answered(cry.Unit, cry.DeviceAt)
			continue
		}
		all = append(all, Duty{Kind: "sos", Subject: cry.Unit, Step: strconv.FormatInt(cry.DeviceAt.UnixMilli(), 10), Do: func(ctx context.Context, d *Desk, c Command) (Receipt, error) {
			receipt, err := d.RaiseAlarm(ctx, c, cryOf(cry, w), w.Board, cry.DeviceAt)
			if err == nil || ErrAlreadyRaised.Is(err) {
				w.Board.Answered(cry.Unit, cry.DeviceAt)
			}
			return receipt, err
		}})
	}
	return all
}

// cryOf is the alarm a terminal raises. Its place is the unit's last one; only
// a unit that was never shown is where the cry says.
func cryOf(cry Fix, w Watch) Alarm {
	unit := cry.Unit
	al := Alarm{ID: derived("alarm."+AlarmSOS, unit, strconv.FormatInt(cry.DeviceAt.UnixMilli(), 10)), Kind: AlarmSOS, Unit: &unit, Note: "终端求救键"}
	if _, heard := w.Board.At(unit); !heard && !cry.Doubtful && cry.Point != (orb.Point{}) {
		at := cry.Point
		al.Point = &at
	}
	if age := w.Now.Sub(cry.DeviceAt); age > backfilled {
		al.Note += fmt.Sprintf("，补传：%s 按下，距今 %d 分钟", cry.DeviceAt.In(china).Format("01-02 15:04:05"), int(age.Minutes()))
	}
	if cry.Doubtful {
		al.Note += "，定位存疑"
	}
	return al
}

// Answers reports whether a press found when the server began was answered
// before: an alarm of the unit was raised within an hour before it, or since.
func (p *Picture) Answers(unit ID, at time.Time) bool {
	for _, al := range p.Alarms {
		if al.Kind == AlarmSOS && al.Unit != nil && *al.Unit == unit && al.RaisedAt.After(at.Add(-samePress)) {
			return true
		}
	}
	return false
}
