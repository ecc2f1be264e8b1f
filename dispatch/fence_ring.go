package dispatch

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/paulmach/orb"

	"onemap/geo"
)

// The widest ring a hazard may have, and when a unit counts as in it.
const (
	mostRing   = 20_000.0 // m
	ringMargin = geo.Metres(50)
	ringCell   = 0.05 // degrees, of the grid rings are looked up by
)

var ringFence = terms{enter: evidence{fixes: 3, stay: 10 * time.Second}, leave: settled}

// ringWatch raises an alarm for a unit that enters the ring of a hazard
// (警戒圈) it was not sent into, and ends it when the unit has left.
type ringWatch struct {
	hazards *Shelf
	cells   map[[2]int][]*Entry    // the hazards whose ring touches a cell
	seen    map[ID]map[ID]crossing // by unit and hazard
	last    map[ID]time.Time       // the fix of each unit that was looked at last
}

func newRingWatch() *ringWatch {
	return &ringWatch{seen: map[ID]map[ID]crossing{}, last: map[ID]time.Time{}}
}

// Look implements Watchman.
func (k *ringWatch) Look(w Watch) (all []Duty) {
	k.draw(w.Picture.Shelf(Hazards))
	raised := w.Picture.ringAlarms()
	for id, unit := range w.Picture.Shelf(Units).Entries {
		fix, heard := w.Board.At(id)
		if !heard || !telling(fix, w.Now) || !fix.DeviceAt.After(k.last[id]) {
			continue
		}
		k.last[id] = fix.DeviceAt
		for _, hazard := range k.near(id, fix.Point, w.Picture, raised[id]) {
			if y, ok := k.hold(w.Picture, unit, hazard, fix, raised[id][hazard.ID]); ok {
				all = append(all, y)
			}
		}
	}
	return append(all, k.gone(w.Picture, raised)...)
}

// hold puts a fix to one ring. al is the newest alarm of this unit and hazard.
func (k *ringWatch) hold(p *Picture, unit, hazard *Entry, fix Fix, al *Alarm) (Duty, bool) {
	open := al != nil && al.State != AlarmOver
	c, known := k.seen[unit.ID][hazard.ID]
	if !known {
		c.within = open // since before this server began
	}
	c, _ = c.look(ringFence, fix, hazard.ringSide(fix))
	if !c.within && !open && c.run == 0 {
		delete(k.seen[unit.ID], hazard.ID)
		return Duty{}, false
	}
	if k.seen[unit.ID] == nil {
		k.seen[unit.ID] = map[ID]crossing{}
	}
	k.seen[unit.ID][hazard.ID] = c
	switch {
	case open && !c.within && !c.turned.IsZero():
		return clearing(al, nil), true
	case open || c.there().IsZero() || p.sentInto(unit.ID, hazard):
		return Duty{}, false
	case al != nil && !al.RaisedAt.Before(c.turned): // ended by hand, and the unit is in it still
		return Duty{}, false
	}
	return k.raise(unit, hazard, fix, c.turned), true
}

// gone ends the alarms of rings that are no more.
func (k *ringWatch) gone(p *Picture, raised map[ID]map[ID]*Alarm) (all []Duty) {
	for _, of := range raised {
		for hazard, al := range of {
			if al.State != AlarmOver && p.ring(hazard) == nil {
				all = append(all, clearing(al, nil))
			}
		}
	}
	return all
}

// ring is a hazard that has a ring, or nil.
func (p *Picture) ring(id ID) *Entry {
	e := p.Entry(Hazards, id)
	if e == nil || e.Detail.(*Hazard).RingM == 0 {
		return nil
	}
	return e
}

// draw puts the rings into the grid when the ledger has changed.
func (k *ringWatch) draw(hazards *Shelf) {
	if k.hazards == hazards {
		return
	}
	k.hazards, k.cells = hazards, map[[2]int][]*Entry{}
	for _, e := range hazards.ByCode() {
		h := e.Detail.(*Hazard)
		if h.RingM == 0 || h.State == "closed" {
			continue
		}
		at := e.Point()
		up := h.RingM / degree
		along := up / max(0.01, math.Cos(at[1]*math.Pi/180))
		low, high := cellOf(orb.Point{at[0] - along, at[1] - up}), cellOf(orb.Point{at[0] + along, at[1] + up})
		for x := low[0]; x <= high[0]; x++ {
			for y := low[1]; y <= high[1]; y++ {
				k.cells[[2]int{x, y}] = append(k.cells[[2]int{x, y}], e)
			}
		}
	}
}

func cellOf(p orb.Point) [2]int {
	return [2]int{int(math.Floor(p[0] / ringCell)), int(math.Floor(p[1] / ringCell))}
}

// near are the hazards whose ring a place may lie in, and those the unit was in
// last.
func (k *ringWatch) near(unit ID, at orb.Point, p *Picture, raised map[ID]*Alarm) []*Entry {
	found := slices.Clone(k.cells[cellOf(at)])
	add := func(id ID) {
		if slices.ContainsFunc(found, func(e *Entry) bool { return e.ID == id }) {
			return
		}
		if e := p.ring(id); e != nil {
			found = append(found, e)
		} else {
			delete(k.seen[unit], id)
		}
	}
	for id := range k.seen[unit] {
		add(id)
	}
	for id, al := range raised {
		if al.State != AlarmOver {
			add(id)
		}
	}
	return found
}

// ringSide is where a fix lies of a hazard's ring.
func (e *Entry) ringSide(f Fix) side {
	radius := geo.Metres(e.Detail.(*Hazard).RingM)
	return sideOf(geo.GreatCircle(e.Point(), f.Point)-radius, max(ringMargin, radius/10), f)
}

// sentInto reports whether a unit works for an incident within the ring: who was
// sent there need not be told.
func (p *Picture) sentInto(unit ID, hazard *Entry) bool {
	as := p.bound[unit]
	if as == nil {
		return false
	}
	in := p.Incidents[as.Incident]
	return in != nil && float64(geo.GreatCircle(in.Point(), hazard.Point())) <= hazard.Detail.(*Hazard).RingM
}

// ringAlarms are the newest alarm of each unit and hazard.
func (p *Picture) ringAlarms() map[ID]map[ID]*Alarm {
	found := map[ID]map[ID]*Alarm{}
	for _, al := range p.Alarms {
		if al.Kind != AlarmHazard || al.Unit == nil || al.Hazard == nil {
			continue
		}
		if found[*al.Unit] == nil {
			found[*al.Unit] = map[ID]*Alarm{}
		}
		if old := found[*al.Unit][*al.Hazard]; old == nil || old.RaisedAt.Before(al.RaisedAt) {
			found[*al.Unit][*al.Hazard] = al
		}
	}
	return found
}

func (k *ringWatch) raise(unit, hazard *Entry, fix Fix, since time.Time) Duty {
	u, h, at := unit.ID, hazard.ID, fix.Point
	al := Alarm{Kind: AlarmHazard, Division: hazard.Division, Sensitivity: max(unit.Sensitivity, hazard.Sensitivity), Unit: &u, Hazard: &h, Point: &at}
	al.Note = fmt.Sprintf("%s 进入 %s %s 警戒圈（%.0f 米）", unit.Code, hazard.Code, hazard.Name, hazard.Detail.(*Hazard).RingM)
	return raising(al, u, h.String()+" "+strconv.FormatInt(since.UnixMilli(), 10), func(ctx context.Context, tx Tx, _ *Alarm) error {
		now, err := locked[*Entry](ctx, tx, hazard.Ref())
		if err == nil && (now.Removed || now.Detail.(*Hazard).RingM == 0) {
			return errNotDue
		}
		return err
	})
}
