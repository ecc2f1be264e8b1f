package road

import (
	"math"
	"sync"

	"github.com/paulmach/orb"

	"onemap/geo"
)

// A segment is a piece of road between two junctions. It has two arcs, one for
// each direction, whether or not anyone may drive it: who may is a matter of
// weights. Arc 2s+d of segment s in direction d is called its side; arcs
// themselves are numbered by the node they leave.

// Graph is the road network (路网). It is immutable.
type Graph struct {
	nodes []spot
	flags []uint8 // of a node: see nodeSignal, nodeJunction, nodePrefix

	segFrom, segTo []uint32
	segWay         []uint32
	segLength      []uint32 // centimetres, rounded up
	segShape       []uint32 // len+1 offsets into shape
	segLights      []uint8  // traffic lights between the ends
	shape          []spot
	ways           []attributes
	names          []string

	first  []uint32 // len(nodes)+1 offsets into the arcs
	head   []uint32
	side   []uint32 // arc → segment<<1 | direction
	arcOf  []uint32 // segment<<1 | direction → arc
	turned []uint32 // arc → the arc the other way

	leave, arrive []uint8 // bearing at the arc's start and end, 256 to a circle
	incoming      []incoming

	forbidden []sequence // of arcs, by turn restrictions
	turns     turns
	part      [2][]uint32 // weakly connected part of a node, by mode; 0 is the largest
	core      []Vehicles  // kinds for which the node lies in the main strong component
	islands   [2][]Island // by mode and part, without the main part
	grid      grid
	bound     orb.Bound
	version   uint64
	report    Report

	pool     sync.Pool
	ordering [2]sync.Once
	framing  [2]sync.Once
	frame    [2]*hierarchy
	ranking  [2][]uint32 // nodes and prefix states in order of elimination
}

const (
	nodeSignal   = 1 << iota // traffic lights
	nodeJunction             // three roads or more
	nodePrefix               // a turn restriction waits here
)

// incoming is the arc the other way of one that leaves a node, with what a
// reverse search asks of it at once.
type incoming struct {
	arc    uint32
	arrive uint8
	begins bool // a turn restriction begins with it
}

// The two modes of travel that have a network of their own.
const (
	driving = 0
	walking = 1
)

func modeOf(v Vehicles) int {
	if v == Feet {
		return walking
	}
	return driving
}

// attributes is what the segments of one way share.
type attributes struct {
	ID                int64
	Class             Class
	Forward, Backward Vehicles
	Flags             uint8
	Layer             int8
	Speed, SpeedBack  uint16 // tenths of km/h
	Wait              uint16 // seconds
	MaxHeight         uint16 // centimetres
	MaxWidth          uint16
	MaxWeight         uint16 // hundredths of a tonne
	Name, NameEn, Ref uint32 // into names; 0 is none
}

const (
	flagOneway = 1 << iota
	flagDestination
	flagBridge
	flagTunnel
	flagUnpaved
	flagRoundabout
)

func (a *attributes) has(flag uint8) bool { return a.Flags&flag != 0 }

// spot is a position in 1e-7 degrees.
type spot struct{ Lon, Lat int32 }

func spotAt(p orb.Point) spot {
	return spot{int32(math.Round(p[0] * 1e7)), int32(math.Round(p[1] * 1e7))}
}

func (s spot) point() orb.Point { return orb.Point{float64(s.Lon) / 1e7, float64(s.Lat) / 1e7} }

// metres is the ground distance of two spots.
func (s spot) metres(t spot) float64 {
	if s == t {
		return 0
	}
	a, b := s.point(), t.point()
	plane := geo.NewLocalPlane(orb.Point{a[0], (a[1] + b[1]) / 2})
	p, q := plane.To(a), plane.To(b)
	d := math.Hypot(q[0]-p[0], q[1]-p[1])
	if d > 5000 {
		return float64(geo.Distance(a, b))
	}
	return d
}

// Nodes counts the junctions.
func (g *Graph) Nodes() int { return len(g.nodes) }

// Segments counts the pieces of road between junctions.
func (g *Graph) Segments() int { return len(g.segFrom) }

// Arcs counts the directions of the segments, driven or not.
func (g *Graph) Arcs() int { return len(g.head) }

// Bound is the box about all roads; empty when there are none.
func (g *Graph) Bound() orb.Bound { return g.bound }

// Report is what Build said of this graph.
func (g *Graph) Report() Report { return g.report }

// Version names the network: the same roads have the same version everywhere.
// Segment numbers mean something within one version only.
func (g *Graph) Version() uint64 { return g.version }

func (g *Graph) segment(arc uint32) uint32 { return g.side[arc] >> 1 }

func (g *Graph) reversed(arc uint32) uint32 { return g.turned[arc] }

func (g *Graph) tail(arc uint32) uint32 { return g.head[g.turned[arc]] }

func (g *Graph) way(segment uint32) *attributes { return &g.ways[g.segWay[segment]] }

func (g *Graph) shapeOf(segment uint32) []spot {
	return g.shape[g.segShape[segment]:g.segShape[segment+1]]
}

func (g *Graph) metresOf(segment uint32) float64 { return float64(g.segLength[segment]) / 100 }

// mayUse tells who may drive an arc by its signs.
func (g *Graph) mayUse(arc uint32) Vehicles {
	a := g.way(g.segment(arc))
	if g.side[arc]&1 == 0 {
		return a.Forward
	}
	return a.Backward
}
