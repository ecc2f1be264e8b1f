package road

import "github.com/paulmach/orb"

// SegmentsOf lists the segments of a source way, ascending.
func (g *Graph) SegmentsOf(way int64) []uint32 {
	var out []uint32
	for s := range uint32(g.Segments()) {
		if a := g.way(s); a.ID == way && a.Class != Gate {
			out = append(out, s)
		}
	}
	return out
}

// Segment is what is known of one piece of road.
type Segment struct {
	Way        int64
	Class      Class
	Name, Ref  string
	NameEn     string
	Line       orb.LineString
	Metres     float64
	Bridge     bool
	Tunnel     bool
	Roundabout bool
}

// Segment describes a segment; false when the graph has none of that number.
func (g *Graph) Segment(s uint32) (Segment, bool) {
	if int(s) >= g.Segments() {
		return Segment{}, false
	}
	a := g.way(s)
	out := Segment{
		Way: a.ID, Class: a.Class, Name: g.names[a.Name], NameEn: g.names[a.NameEn], Ref: g.names[a.Ref],
		Metres: g.metresOf(s), Bridge: a.has(flagBridge), Tunnel: a.has(flagTunnel), Roundabout: a.has(flagRoundabout),
	}
	for _, p := range g.shapeOf(s) {
		out.Line = append(out.Line, p.point())
	}
	return out, true
}

// ClosedSegments lists the segments that a closure in force covers, ascending:
// what a map paints red. None when no such closure is in force.
func (s *Snapshot) ClosedSegments(id string) []uint32 {
	for _, c := range s.closures {
		if c.ID != id {
			continue
		}
		out := make([]uint32, len(c.blocked))
		for i, b := range c.blocked {
			out[i] = b.segment
		}
		return out
	}
	return nil
}
