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

// When positions say that a unit has arrived (电子围栏判断到场). A person confirms.
const (
	arriveWithin = 150.0            // m of the incident, or its accuracy when that is worse
	arriveBeside = 50.0             // m of its area, where it has one
	arriveLeft   = 1.5              // times as far away is gone again
	arriveFixes  = 3                // in a row within,
	arriveStay   = 20 * time.Second // or as long
	arriveSpeed  = 5.0              // m/s; who passes by is faster
	arriveVague  = 100.0            // m; a fix no better than that says nothing
	arriveAgain  = time.Minute      // the soonest second proposal of one order
)

// arrivals: who stands within has arrived, and one fix far away ends the visit.
var arrivals = terms{enter: evidence{arriveFixes, arriveStay, arriveSpeed}, leave: evidence{fixes: 1}}

// AssignmentArrivalProposed says that by its positions the unit is there. When
// is that of the first of them, by the device's clock.
type AssignmentArrivalProposed struct {
	ID        ID        `json:"id"`
	When      time.Time `json:"when"`
	DistanceM float64   `json:"distance_m"`
}

// Type and Subject make it a fact.
func (f *AssignmentArrivalProposed) Type() string { return "assignment.arrival_proposed" }
func (f *AssignmentArrivalProposed) Subject() Ref { return Ref{KindAssignment, f.ID} }

// approaches are the states in which a unit may arrive.
var approaches = []AssignmentState{Acknowledged, Enroute, Staged}

// Propose decides that positions say that the unit has arrived: not before it
// was sent.
func (as Assignment) Propose(when time.Time, distance geo.Metres) (Outcome, error) {
	if when.Before(as.OrderedAt) {
		when = as.OrderedAt
	}
	if !slices.Contains(approaches, as.State) || as.ArrivedAt != nil && when.Sub(*as.ArrivedAt) < arriveAgain {
		return Outcome{}, errNotDue
	}
	return Outcome{[]Fact{&AssignmentArrivalProposed{as.ID, when, math.Round(float64(distance))}}}, nil
}

// telling reports whether a fix is good enough to tell where a unit is now.
func telling(f Fix, now time.Time) bool {
	return !f.Doubtful && now.Sub(f.DeviceAt) <= liveFor && (f.AccuracyM == nil || *f.AccuracyM <= arriveVague)
}

// wayOut says how far from an incident a place is, and in how many times the
// distance up to which a unit counts as there.
func wayOut(in *Incident, at orb.Point) (distance geo.Metres, rel float64) {
	radius := arriveWithin
	if in.AccuracyM != nil {
		radius = max(radius, *in.AccuracyM)
	}
	distance = geo.GreatCircle(in.Point(), at)
	rel = float64(distance) / radius
	if _, point := in.Geometry.(orb.Point); !point {
		beside := metresTo(in.Geometry, at)
		distance, rel = min(distance, beside), min(rel, float64(beside)/arriveBeside)
	}
	return distance, rel
}

// metresTo is how far a place is from a shape, 0 within it. Exact to about a
// percent within some kilometres, which is what a fence asks.
func metresTo(g orb.Geometry, at orb.Point) geo.Metres {
	if contains(g, at) {
		return 0
	}
	best := math.Inf(1)
	scale := orb.Point{math.Cos(at[1]*math.Pi/180) * degree, degree}
	for _, line := range linesOf(g) {
		for i := range line {
			best = min(best, beside(line[max(0, i-1)], line[i], at, scale))
		}
	}
	return geo.Metres(best)
}

const degree = 111_195.0 // m of a degree of latitude on the sphere

// beside is the distance from at to the line a–b on a plane round at.
func beside(a, b, at, scale orb.Point) float64 {
	ax, ay := (a[0]-at[0])*scale[0], (a[1]-at[1])*scale[1]
	dx, dy := (b[0]-a[0])*scale[0], (b[1]-a[1])*scale[1]
	along := 0.0
	if length := dx*dx + dy*dy; length > 0 {
		along = min(1, max(0, -(ax*dx+ay*dy)/length))
	}
	return math.Hypot(ax+along*dx, ay+along*dy)
}

// linesOf are the lines a shape is drawn with.
func linesOf(g orb.Geometry) (lines []orb.LineString) {
	switch g := g.(type) {
	case orb.Point:
		return []orb.LineString{{g}}
	case orb.MultiPoint:
		for _, p := range g {
			lines = append(lines, orb.LineString{p})
		}
	case orb.LineString:
		return []orb.LineString{g}
	case orb.MultiLineString:
		return g
	case orb.Polygon:
		for _, ring := range g {
			lines = append(lines, orb.LineString(ring))
		}
	case orb.MultiPolygon:
		for _, p := range g {
			lines = append(lines, linesOf(p)...)
		}
	}
	return lines
}

// arrivalWatch follows the units that are on their way.
type arrivalWatch struct{ seen map[ID]crossing }

func newArrivalWatch() *arrivalWatch { return &arrivalWatch{map[ID]crossing{}} }

// Look implements Watchman.
func (k *arrivalWatch) Look(w Watch) (all []Duty) {
	next := make(map[ID]crossing, len(k.seen))
	for _, as := range w.Picture.bound {
		in := w.Picture.Incidents[as.Incident]
		if in == nil || !slices.Contains(approaches, as.State) {
			continue
		}
		a, known := k.seen[as.ID]
		if !known {
			a.within = as.ArrivedAt != nil // proposed before this server began
		}
		if fix, ok := w.Board.At(as.Unit); ok && telling(fix, w.Now) {
			distance, rel := wayOut(in, fix.Point)
			a, _ = a.look(arrivals, fix, sideAt(rel, arriveLeft))
			if there := a.there(); !there.IsZero() && (as.ArrivedAt == nil || as.ArrivedAt.Before(there)) {
				all = append(all, proposal(as.ID, there, distance))
			}
		}
		next[as.ID] = a
	}
	k.seen = next
	return all
}

func proposal(id ID, when time.Time, distance geo.Metres) Duty {
	return Duty{Kind: "arrival", Subject: id, Step: strconv.FormatInt(when.UnixMilli(), 10), Do: func(ctx context.Context, d *Desk, c Command) (Receipt, error) {
		return d.Journal.Change(ctx, c, func(tx Tx) (Outcome, error) {
			as, err := locked[*Assignment](ctx, tx, Ref{KindAssignment, id})
			if err != nil {
				return Outcome{}, err
			}
			return as.Propose(when, distance)
		})
	}}
}
