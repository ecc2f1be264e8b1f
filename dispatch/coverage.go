package dispatch

import (
	"time"

	"github.com/paulmach/orb"

	"onemap/geo"
	"onemap/geo/road"
)

// CoverageQuery asks which share of people and land lies within distances of
// sites, or within travel times: the entries of some kinds, or only those
// listed, and further points.
type CoverageQuery struct {
	Kinds      []Ledger
	IDs        []ID
	Candidates []orb.Point
	Distances  []geo.Metres
	Limits     []time.Duration // by road, in place of Distances
	Profile    string          // of every trip; empty: as fits the site
	Direction  *road.Direction // of every trip; nil: as fits the site
	Division   string          // only cells in it; empty is the actor's whole area
	Gaps       bool
	Arrivals   bool // by road: also the time of every cell
	AnyState   bool // shelters that do not stand count too
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

// CoverageResult is the answer for one distance, or for one travel time.
type CoverageResult struct {
	Distance  geo.Metres
	Limit     time.Duration
	Total     Share
	Counties  []CoverageRow
	Townships []CoverageRow
	Gaps      []Gap
}

// CellArrival is how soon the nearest site is reached, or reaches, a cell; nil
// where no road leads.
type CellArrival struct {
	Code   string
	Centre orb.Point
	Time   *time.Duration
}

// CoverageAnswer is true at Seq. Inputs is the SHA-256 of all that went in:
// the same inputs give the same figures. LeftOut says what could not be
// computed, Assumptions on what travel times rest, Closures what was in force
// for the vehicles asked about.
type CoverageAnswer struct {
	Seq          Seq
	AsOf         time.Time
	Basis        string
	Inputs       string
	Sites, Cells int
	Results      []CoverageResult
	LeftOut      []string
	Assumptions  []string
	Closures     []ClosureRef
	Arrivals     []CellArrival
}
