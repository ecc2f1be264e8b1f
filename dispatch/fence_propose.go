package dispatch

import (
	"context"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/paulmach/orb"

	"onemap/geo"
)

// Fences whose crossing is proposed to whoever runs the assignment. A person
// confirms by taking the step that follows, or does nothing.
const (
	LeftScene  = "left_scene"  // 离开现场
	AtBase     = "at_base"     // 回到驻地
	LeftCounty = "left_county" // 驶出县区
)

// Fences are all of them.
var Fences = []string{LeftScene, AtBase, LeftCounty}

// How far and for how long, see crossing.
const (
	baseWithin   = geo.Metres(150)
	baseMargin   = geo.Metres(75)
	countyMargin = geo.Metres(200) // a road along the border, and a border drawn for a map
	fenceAgain   = time.Minute     // the soonest second proposal of one fence
)

var (
	settled     = evidence{fixes: 3, stay: 20 * time.Second}
	sceneFence  = terms{enter: settled, leave: evidence{fixes: 3, stay: 30 * time.Second}}
	baseFence   = terms{enter: evidence{3, 20 * time.Second, arriveSpeed}, leave: settled}
	countyFence = terms{enter: settled, leave: settled}
)

// AssignmentFenceProposed says that by its positions the unit of an assignment
// has crossed a fence. When is that of the first fix beyond, by the device's
// clock.
type AssignmentFenceProposed struct {
	ID        ID        `json:"id"`
	Fence     string    `json:"fence"`
	When      time.Time `json:"when"`
	DistanceM float64   `json:"distance_m"`
}

// Type and Subject make it a fact.
func (f *AssignmentFenceProposed) Type() string { return "assignment.fence_proposed" }
func (f *AssignmentFenceProposed) Subject() Ref { return Ref{KindAssignment, f.ID} }

// crossedAt is where an assignment keeps when a fence was crossed.
func (as *Assignment) crossedAt(fence string) **time.Time {
	switch fence {
	case LeftScene:
		return &as.LeftSceneAt
	case AtBase:
		return &as.AtBaseAt
	case LeftCounty:
		return &as.LeftCountyAt
	}
	return new(*time.Time) // of a later version: it is kept in the journal only
}

// fenced reports whether a crossing of that fence would mean anything now.
func (as *Assignment) fenced(fence string) bool {
	switch fence {
	case LeftScene:
		return as.State == OnScene
	case AtBase:
		return as.State == Returning
	case LeftCounty:
		return as.committed()
	}
	return false
}

// ProposeFence decides that positions say that the unit has crossed a fence.
func (as Assignment) ProposeFence(fence string, when time.Time, distance geo.Metres) (Outcome, error) {
	if when.Before(as.OrderedAt) {
		when = as.OrderedAt
	}
	if last := *as.crossedAt(fence); !as.fenced(fence) || last != nil && when.Sub(*last) < fenceAgain {
		return Outcome{}, errNotDue
	}
	return Outcome{[]Fact{&AssignmentFenceProposed{as.ID, fence, when, math.Round(float64(distance))}}}, nil
}

// fenceKey names one fence of one assignment.
type fenceKey struct {
	as    ID
	fence string
}

// fenceWatch follows the units that work through the fences of their orders.
type fenceWatch struct{ seen map[fenceKey]crossing }

func newFenceWatch() *fenceWatch { return &fenceWatch{map[fenceKey]crossing{}} }

// Look implements Watchman.
func (k *fenceWatch) Look(w Watch) (all []Duty) {
	next := make(map[fenceKey]crossing, len(k.seen))
	for _, as := range w.Picture.bound {
		fix, heard := w.Board.At(as.Unit)
		heard = heard && telling(fix, w.Now)
		for _, fence := range Fences {
			key := fenceKey{as.ID, fence}
			if !as.fenced(fence) {
				continue
			}
			c := k.seen[key]
			last := *as.crossedAt(fence)
			if heard && fix.DeviceAt.After(c.last) {
				if t, s, ok := w.Picture.against(as, fence, fix); ok {
					c, _ = c.look(t, fix, s)
				}
			}
			next[key] = c
			if turned, ok := c.proposes(fence); ok && heard && (last == nil || turned.Sub(*last) >= fenceAgain) {
				all = append(all, fenceProposal(as.ID, fence, turned, w.Picture.beyond(as, fence, fix.Point)))
			}
		}
	}
	k.seen = next
	return all
}

// proposes is since when a unit is on the side of a fence that is worth saying.
func (c crossing) proposes(fence string) (time.Time, bool) {
	return c.turned, c.within == (fence == AtBase) && !c.turned.IsZero()
}

// against holds a fix against a fence of an assignment; false when the fence is
// not known.
func (p *Picture) against(as *Assignment, fence string, f Fix) (terms, side, bool) {
	switch fence {
	case LeftScene:
		in := p.Incidents[as.Incident]
		if in == nil {
			return sceneFence, sideEdge, false
		}
		_, rel := wayOut(in, f.Point)
		off := 0.0
		if f.AccuracyM != nil {
			off = *f.AccuracyM / arriveBeside
		}
		return sceneFence, sideAt(rel, arriveLeft+off), true
	case AtBase:
		unit := p.Entry(Units, as.Unit)
		if unit == nil {
			return baseFence, sideEdge, false
		}
		return baseFence, sideOf(geo.GreatCircle(unit.Point(), f.Point)-baseWithin, baseMargin, f), true
	}
	ground := p.county(as.Division)
	if ground == nil {
		return countyFence, sideEdge, false
	}
	return countyFence, sideOf(metresTo(ground, f.Point), countyMargin, f), true
}

// beyond is how far a place is from what a fence stands round.
func (p *Picture) beyond(as *Assignment, fence string, at orb.Point) geo.Metres {
	switch fence {
	case LeftScene:
		if in := p.Incidents[as.Incident]; in != nil {
			d, _ := wayOut(in, at)
			return d
		}
	case AtBase:
		if unit := p.Entry(Units, as.Unit); unit != nil {
			return geo.GreatCircle(unit.Point(), at)
		}
	case LeftCounty:
		if ground := p.county(as.Division); ground != nil {
			return metresTo(ground, at)
		}
	}
	return 0
}

// county is the ground of the county a division lies in, nil when it is not drawn.
func (p *Picture) county(division string) orb.Geometry {
	if len(division) < 6 {
		return nil
	}
	all := p.shelves[Divisions].ByCode()
	i, ok := slices.BinarySearchFunc(all, division[:6], func(e *Entry, code string) int {
		switch {
		case e.Code < code:
			return -1
		case e.Code > code:
			return 1
		}
		return 0
	})
	if !ok || all[i].Detail.(*Division).Level != "county" {
		return nil
	}
	return all[i].Geometry
}

func fenceProposal(id ID, fence string, when time.Time, distance geo.Metres) Duty {
	return Duty{Kind: "fence." + fence, Subject: id, Step: strconv.FormatInt(when.UnixMilli(), 10), Do: func(ctx context.Context, d *Desk, c Command) (Receipt, error) {
		return d.Journal.Change(ctx, c, func(tx Tx) (Outcome, error) {
			as, err := locked[*Assignment](ctx, tx, Ref{KindAssignment, id})
			if err != nil {
				return Outcome{}, err
			}
			return as.ProposeFence(fence, when, distance)
		})
	}}
}
