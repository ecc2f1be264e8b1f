package road

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"onemap/geo"
)

var (
	// ErrOffRoad says that no road the vehicle may use is near enough.
	ErrOffRoad = errors.New("off the road network")
	// ErrNoRoads says that the network is empty.
	ErrNoRoads = errors.New("the road network is empty")
	// ErrNoProfile says that no vehicle profile has that name.
	ErrNoProfile = errors.New("no such vehicle profile")
)

// Snap says how a point is put on the road (路网吸附).
type Snap struct {
	Profile  string       // "" is a car
	Heading  *geo.Bearing // of a moving vehicle, where known
	Accuracy geo.Metres   // of the position; 0 is 15 m, and 40 m of a Place
	Limit    geo.Metres   // 0 is 300 m in town and 2 km outside
	Place    bool         // a building or a person: never on an expressway, its ramps, in a tunnel or on a ferry
}

// Stop is a point put on the road: the two to five places where it may be.
type Stop struct {
	At         orb.Point
	Place      bool
	Candidates []Candidate // nearest first
}

// Candidate is one place on the road, in lon/lat.
type Candidate struct {
	Segment           uint32
	Along             float64 // 0 at the segment's start, 1 at its end
	At                orb.Point
	Distance          geo.Metres
	Forward, Backward bool // the ways a vehicle may drive off
	Heads             int8 // 1 along the segment, -1 against it, 0 not known: the other way costs a turn
	Island            int  // 0 on the main network, else the island's ID
}

const (
	townLimit    = 300  // metres; roads-coverage: beyond it "no road"
	countryLimit = 2000 // metres
	usualError   = 15   // metres of a Beidou fix in the open
	spreadPlace  = 40   // metres beyond the nearest road within which others count
	mostPlaces   = 5
	islandBonus  = 100  // metres by which an island must be nearer than the mainland
	realIsland   = 1000 // metres of road; less is a drawing mistake
	trapBonus    = 300  // metres by which any road at all must be nearer
)

// Snap puts a point on the roads that a profile may use. It refuses points
// that are no place on earth, and with ErrOffRoad those too far from any road.
func (g *Graph) Snap(p orb.Point, how Snap) (Stop, error) {
	if err := geo.Check(p); err != nil {
		return Stop{}, fmt.Errorf("snap to the road: %w", err)
	}
	if len(g.head) == 0 {
		return Stop{}, ErrNoRoads
	}
	profile, err := profileNamed(how.Profile)
	if err != nil {
		return Stop{}, err
	}
	limit := float64(how.Limit)
	if !(limit > 0) {
		limit = countryLimit
	}
	near := g.near(p, profile.Kind, how.Place, math.Min(limit, 50_000), float64(how.spread()))
	if how.Limit <= 0 && len(near) > 0 && near[0].Distance > townLimit && g.grid.inTown(near[0].At) {
		near = nil
	}
	if len(near) == 0 {
		return Stop{}, fmt.Errorf("%.5f, %.5f: %w", p[0], p[1], ErrOffRoad)
	}
	if how.Heading != nil {
		near = g.align(near, *how.Heading)
	}
	return Stop{At: p, Place: how.Place, Candidates: near}, nil
}

func (how Snap) spread() geo.Metres {
	switch {
	case how.Accuracy > 0:
		return min(how.Accuracy, 200)
	case how.Place:
		return spreadPlace
	}
	return usualError
}

// near lists the roads about p, nearest first: those within spread of the
// nearest, and no farther than limit.
func (g *Graph) near(p orb.Point, kind Vehicles, place bool, limit, spread float64) []Candidate {
	at := g.grid.cellAt(p)
	plane := flatAt(p)
	var found []Candidate
	worth := geo.Metres(limit)
	rim := g.grid.rim(p)
	for r := int32(0); ; r++ {
		g.ring(at, r, func(s uint32) {
			if c, ok := g.candidate(s, plane, kind, place); ok && c.Distance <= worth {
				found = append(found, c)
				if c.Island == 0 {
					worth = min(worth, c.Distance+geo.Metres(spread))
				}
			}
		})
		sure := float64(r)*cellSize*0.98 + rim // nothing nearer than this was missed
		if sure >= float64(worth) {
			break
		}
	}
	best := bestOf(g, found, kind)
	if best < 0 {
		return nil
	}
	nearest, island := float64(found[best].Distance), found[best].Island
	found = slices.DeleteFunc(found, func(c Candidate) bool {
		return c.Island != island || float64(c.Distance) > nearest+spread
	})
	slices.SortFunc(found, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(a.Distance, b.Distance), cmp.Compare(a.Segment, b.Segment))
	})
	found = slices.CompactFunc(found, func(a, b Candidate) bool { return a.Segment == b.Segment })
	found = found[:min(len(found), mostPlaces)]
	for i := range found {
		found[i].At = g.pointAlong(found[i].Segment, found[i].Along)
	}
	return found
}

// ring visits the segments of the cells r away from a cell.
func (g *Graph) ring(at cell, r int32, visit func(s uint32)) {
	each := func(low, high cell) {
		g.grid.cells(low, high, func(i int, _ cell) {
			for _, s := range g.grid.in(i) {
				visit(s)
			}
		})
	}
	each(cell{at.x - r, at.y - r}, cell{at.x + r, at.y - r})
	if r == 0 {
		return
	}
	each(cell{at.x - r, at.y + r}, cell{at.x + r, at.y + r})
	each(cell{at.x - r, at.y - r + 1}, cell{at.x - r, at.y + r - 1})
	each(cell{at.x + r, at.y - r + 1}, cell{at.x + r, at.y + r - 1})
}

// bestOf is the nearest road of the main network, or one of a real island that
// is much nearer, or the nearest of any.
func bestOf(g *Graph, found []Candidate, kind Vehicles) int {
	main, island, nearest := -1, -1, -1
	nearer := func(i, j int) bool { return j < 0 || found[i].Distance < found[j].Distance }
	islands := g.islands[modeOf(kind)]
	for i, c := range found {
		if nearer(i, nearest) {
			nearest = i
		}
		if c.Island == 0 && nearer(i, main) {
			main = i
		}
		if c.Island > 0 && c.Island <= len(islands) && islands[c.Island-1].Length >= realIsland && nearer(i, island) {
			island = i
		}
	}
	switch {
	case main < 0 || found[nearest].Distance+trapBonus < found[main].Distance:
		return nearest
	case island >= 0 && found[island].Distance+islandBonus < found[main].Distance:
		return island
	}
	return main
}

// trapped is the island number of a road that is joined to the main network,
// but not in both directions: a driveway that only leads in.
const trapped = -1

func (g *Graph) candidate(s uint32, plane flat, kind Vehicles, place bool) (Candidate, bool) {
	a := g.way(s)
	if a.Class == Gate || a.Class == Ferry || place && g.walledOff(s) {
		return Candidate{}, false
	}
	forward, backward := g.arcOf[s<<1], g.arcOf[s<<1|1]
	c := Candidate{
		Segment: s,
		Forward: g.mayDrive(forward)&kind != 0, Backward: g.mayDrive(backward)&kind != 0,
	}
	if !c.Forward && !c.Backward {
		return c, false
	}
	c.Along, c.Distance = project(g.shapeOf(s), plane)
	from, to := g.segFrom[s], g.segTo[s]
	c.Island = int(g.part[modeOf(kind)][from])
	if c.Island == 0 && g.core[from]&g.core[to]&kind == 0 {
		c.Island = trapped
	}
	return c, true
}

// walledOff reports a road that nobody lives beside: a motorway, a trunk road
// barred to walkers, a ramp of either, or a tunnel. Along other trunk roads
// (国道) stand villages.
func (g *Graph) walledOff(s uint32) bool {
	a := g.way(s)
	barred := (g.mayDrive(g.arcOf[s<<1])|g.mayDrive(g.arcOf[s<<1|1]))&Feet == 0
	return a.Class <= MotorwayLink || a.Class == TrunkLink || a.Class == Trunk && barred || a.has(flagTunnel)
}

// project is the place on a shape nearest to the plane's centre, as a share of
// its length, and how far it is.
func project(shape []spot, plane flat) (along float64, d geo.Metres) {
	best := math.Inf(1)
	var at, total float64
	x0, y0 := plane.to(shape[0])
	for k := 1; k < len(shape); k++ {
		x1, y1 := plane.to(shape[k])
		dx, dy := x1-x0, y1-y0
		square := dx*dx + dy*dy
		length := math.Sqrt(square)
		f := 0.0
		if dot := -(x0*dx + y0*dy); dot >= square {
			f = 1
		} else if dot > 0 {
			f = dot / square
		}
		px, py := x0+f*dx, y0+f*dy
		if dd := px*px + py*py; dd < best {
			best, at = dd, total+f*length
		}
		total += length
		x0, y0 = x1, y1
	}
	best = math.Sqrt(best)
	if total == 0 {
		return 0, geo.Metres(best)
	}
	return math.Min(at/total, 1), geo.Metres(best)
}

// align keeps the directions that agree with a heading within 60°. A road that
// is driven the other way stays, after a turn. When no road agrees, the heading
// is taken for wrong.
func (g *Graph) align(near []Candidate, heading geo.Bearing) []Candidate {
	var kept []Candidate
	for _, c := range near {
		along := g.bearingAt(c.Segment, c.Along)
		forward := c.Forward && apart(along, float64(heading)) < 60
		backward := c.Backward && apart(along+180, float64(heading)) < 60
		if !forward && !backward {
			continue
		}
		if g.way(c.Segment).Class.fast() {
			c.Forward, c.Backward = forward, backward
		}
		c.Heads = -1
		if forward {
			c.Heads = 1
		}
		kept = append(kept, c)
	}
	if len(kept) == 0 {
		return near
	}
	return kept
}

// apart is the angle between two bearings, 0 to 180.
func apart(a, b float64) float64 { return math.Abs(math.Remainder(a-b, 360)) }
