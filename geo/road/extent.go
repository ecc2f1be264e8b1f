package road

import (
	"math"

	"github.com/paulmach/orb"

	"onemap/geo"
)

// Extent is what a closure takes of one segment: from Low to High, shares of
// its length, in one direction or both. Closed road cannot be driven between
// the two; slowed or limited road is so from end to end.
type Extent struct {
	Segment           uint32
	Low, High         float64
	Forward, Backward bool
	Closed            bool
}

// Cover finds what a closure would take, ascending by segment; nothing when
// it lies beside the roads. It refuses what Apply would leave out.
func (n *Network) Cover(c Closure) ([]Extent, error) {
	done, err := n.free.g.compile(c)
	if err != nil {
		return nil, err
	}
	return done.extents(), nil
}

// Extents lists what a closure in force takes, ascending by segment. None when
// no such closure is in force.
func (s *Snapshot) Extents(id string) []Extent {
	for _, c := range s.closures {
		if c.ID == id {
			return c.extents()
		}
	}
	return nil
}

func (c *compiled) extents() []Extent {
	out := make([]Extent, len(c.blocked))
	for i, b := range c.blocked {
		out[i] = Extent{b.segment, float64(b.low), float64(b.high), b.forward, b.backward, c.Factor == 0}
		if c.Factor > 0 {
			out[i].Low, out[i].High = 0, 1
		}
	}
	return out
}

// Open is the same network with nothing closed.
func (s *Snapshot) Open() *Snapshot {
	if s.free == nil {
		return s
	}
	return s.free
}

// Draw is the line of an extent and its length. The line is empty where the
// extent has none: a gate, or a number the graph does not have.
func (g *Graph) Draw(e Extent) (orb.LineString, geo.Metres) {
	if int(e.Segment) >= g.Segments() || !(e.Low <= e.High) {
		return nil, 0
	}
	low, high := math.Max(e.Low, 0), math.Min(e.High, 1)
	line := g.line(g.arcOf[e.Segment<<1], low, high)
	if len(line) < 2 {
		return nil, 0
	}
	return line, geo.Metres((high - low) * g.metresOf(e.Segment))
}
