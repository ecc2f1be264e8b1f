package dispatch

import (
	"time"

	"github.com/paulmach/orb"

	"onemap/geo"
)

// CoverageQuery asks which share of people and land lies within distances of
// sites: the entries of some kinds, or only those listed, and further points.
type CoverageQuery struct {
	Kinds      []Ledger
	IDs        []ID
	Candidates []orb.Point
	Distances  []geo.Metres
	Division   string // only cells in it; empty is the actor's whole area
	Gaps       bool
}

// Share counts people and land, whole, so that sums agree exactly. Overlap is
// people with 0, 1, 2, and 3 or more sites in reach.
type Share struct {
	People, PeopleCovered int64
	AreaM2, AreaCoveredM2 int64
	Overlap               [4]int64
}

// CoverageRow is the share of one division. County is the county a township
// belongs to.
type CoverageRow struct {
	Share
	Division, Name, County string
}

// Gap is one piece of land out of reach.
type Gap struct {
	Geometry orb.Geometry
	County   string
	People   int64
	AreaM2   int64
}

// CoverageResult is the answer for one distance.
type CoverageResult struct {
	Distance  geo.Metres
	Total     Share
	Counties  []CoverageRow
	Townships []CoverageRow
	Gaps      []Gap
}

// CoverageAnswer is true at Seq. Inputs is the SHA-256 of all that went in:
// the same inputs give the same figures. LeftOut says what could not be computed.
type CoverageAnswer struct {
	Seq          Seq
	AsOf         time.Time
	Basis        string
	Inputs       string
	Sites, Cells int
	Results      []CoverageResult
	LeftOut      []string
}
