package road

import (
	"slices"

	"github.com/paulmach/orb"

	"onemap/geo"
)

// Report says what Build made of a Source, and what it left out.
type Report struct {
	Nodes, Segments, Arcs int
	Length                geo.Metres

	Rejected     []Rejected     // the first 1,000 ways, pieces or restrictions not used
	RejectedBy   map[string]int // how many for each reason, all of them
	Restrictions int            // turn restrictions in force
	Gates        int            // barriers that stand on a road
	Signals      int
	Islands      []Island         // largest first, the first 200
	IslandCount  int              // all of them
	Core         map[Kind]float64 // share of each kind's junctions that all reach each other
}

// Kind names one kind of vehicle in a report.
type Kind string

var kindNames = [kinds]Kind{"car", "emergency", "bus", "truck", "foot"}

// Rejected is a way or a restriction that was left out, with the reason.
type Rejected struct {
	What   string // way, node, restriction
	ID     int64
	Reason string
}

// Island is a part of the network that no road joins to the main part (孤立路网).
type Island struct {
	ID     int
	At     orb.Point // one of its junctions
	Name   string    // a street on it, where one has a name
	Nodes  int
	Length geo.Metres
}

const (
	mostRejected = 1000
	mostIslands  = 200
)

func (r *Report) reject(what string, id int64, reason string) {
	if r.RejectedBy == nil {
		r.RejectedBy = map[string]int{}
	}
	r.RejectedBy[what+": "+reason]++
	if len(r.Rejected) < mostRejected {
		r.Rejected = append(r.Rejected, Rejected{What: what, ID: id, Reason: reason})
	}
}

// Reasons lists the reasons for rejection in alphabetical order.
func (r *Report) Reasons() []string {
	reasons := make([]string, 0, len(r.RejectedBy))
	for reason := range r.RejectedBy {
		reasons = append(reasons, reason)
	}
	slices.Sort(reasons)
	return reasons
}
