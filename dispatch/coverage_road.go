package dispatch

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"onemap/geo/cover"
	"onemap/geo/road"
)

const (
	longestLimit = 6 * time.Hour
	// Three seconds of a loaded server of two cores; a question has five.
	mostCoverPairs = 65_000_000
)

// ErrTooMuch refuses a question that would take too long to answer.
var ErrTooMuch = &Error{Kind: Invalid, Code: "too_much", Text: "too much was asked for"}

// checkBasis refuses what does not say clearly by what to measure.
func (q *CoverageQuery) checkBasis(p *Problems) {
	switch byDistance, byRoad := len(q.Distances) > 0, len(q.Limits) > 0; {
	case byDistance && byRoad:
		p.Add("limits_s", "either_or", "either distances_m or limits_s")
	case byRoad:
		p.between("limits_s", len(q.Limits), 1, 5)
	case byDistance:
		p.between("distances_m", len(q.Distances), 1, 5)
	default:
		p.Add("distances_m", "required", "either distances_m or limits_s")
	}
	for i, d := range q.Limits {
		if !(d > 0 && d <= longestLimit) {
			p.Add(fmt.Sprintf("limits_s[%d]", i), "out_of_range", "a travel time lies between 0 and 6 hours")
		}
	}
	if q.Profile != "" {
		p.OneOf("profile", q.Profile, profileNames())
	}
	if len(q.Limits) == 0 && (q.Profile != "" || q.Direction != nil || q.Arrivals) {
		p.Add("limits_s", "required", "profile, direction and arrivals ask about travel times")
	}
}

// travel is how the trips between a site and the cells are made.
type travel struct {
	profile   string
	direction road.Direction
}

func (t travel) String() string {
	if t.direction == road.Toward {
		return t.profile + ", toward the site"
	}
	return t.profile + ", away from the site"
}

// travelOf says how one gets to a site of a ledger, or from it: people walk to
// a shelter, from everywhere else help drives out. A candidate travels as the
// kinds do beside which it is asked about.
func (q *CoverageQuery) travelOf(l Ledger) travel {
	t := travel{"fire_engine", road.Away}
	if l == Shelters || l == "" && slices.Equal(q.Kinds, []Ledger{Shelters}) {
		t = travel{"foot", road.Toward}
	}
	if q.Profile != "" {
		t.profile = q.Profile
	}
	if q.Direction != nil {
		t.direction = *q.Direction
	}
	return t
}

// coverByRoad fills in an answer by travel time.
func (p *Picture) coverByRoad(ctx context.Context, a Actor, q CoverageQuery, land *ground, sites []placed, answer *CoverageAnswer) error {
	answer.Basis = ByRoad
	sites = earthbound(sites, &answer.LeftOut)
	answer.Sites = len(sites)
	fleets, ways, err := p.fleets(q, land, sites, answer)
	if err != nil {
		return fmt.Errorf("put sites on the road: %w", err)
	}
	if pairs := len(sites) * len(land.cells); pairs > mostCoverPairs {
		return ErrTooMuch.With("%d sites and %d cells are %d pairs, at most %d", len(sites), len(land.cells), pairs, mostCoverPairs)
	}
	now := p.Roads.Now
	trips, err := cover.Travels(ctx, now, fleets, len(land.cells), q.Limits)
	if err != nil {
		return fmt.Errorf("measure coverage by road: %w", err)
	}
	answer.Closures = p.ClosureRefs(a, trips.Closures)
	answer.Inputs = p.roadInputs(land, sites, ways, q, trips.Closures)
	for i, limit := range q.Limits {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("measure coverage: %w", err)
		}
		result, err := p.inTime(q, land, limit, trips.Reached[i], &answer.LeftOut)
		if err != nil {
			return fmt.Errorf("measure coverage within %s: %w", limit, err)
		}
		answer.Results = append(answer.Results, result)
	}
	if q.Arrivals {
		answer.Arrivals = p.arrivals(land, trips.Least)
	}
	return nil
}

// earthbound leaves out the units that do not go by road.
func earthbound(sites []placed, leftOut *[]string) []placed {
	kept := slices.DeleteFunc(slices.Clone(sites), func(s placed) bool {
		if s.entry == nil || s.entry.Ledger != Units {
			return false
		}
		_, _, byRoad := Driving(s.entry)
		return !byRoad
	})
	if n := len(sites) - len(kept); n > 0 {
		*leftOut = append(*leftOut, fmt.Sprintf("unit: %d do not go by road", n))
	}
	return kept
}

// fleets puts sites and cells on the road, by the way one travels, and says
// what is off it. ways tells of each site how it is travelled to or from.
func (p *Picture) fleets(q CoverageQuery, land *ground, sites []placed, answer *CoverageAnswer) (fleets []cover.Fleet, ways []travel, err error) {
	at := map[travel]int{}
	on := make([]bool, len(land.cells))
	said := map[string]bool{}
	off := 0
	for _, s := range sites {
		var kind Ledger
		if s.entry != nil {
			kind = s.entry.Ledger
		}
		way := q.travelOf(kind)
		n, ok := at[way]
		if !ok {
			n, at[way] = len(fleets), len(fleets)
			f, err := p.fleet(land, way, on)
			if err != nil {
				return nil, nil, err
			}
			fleets = append(fleets, f)
		}
		stop, err := p.siteStop(s, way.profile)
		if err != nil && !errors.Is(err, road.ErrOffRoad) {
			return nil, nil, fmt.Errorf("site %s: %w", s.ID, err)
		}
		if err != nil {
			off++
		}
		fleets[n].Sites, ways = append(fleets[n].Sites, stop), append(ways, way)
		if name := cmp.Or(string(kind), "candidate"); !said[name] {
			said[name] = true
			answer.Assumptions = append(answer.Assumptions, name+": "+way.String())
		}
	}
	answer.Assumptions = append(answer.Assumptions, "free-flow speeds, without traffic", "ordinary turn delays are left out")
	if off > 0 {
		answer.LeftOut = append(answer.LeftOut, fmt.Sprintf("%d sites have no road near: they reach nobody", off))
	}
	if len(fleets) > 0 {
		sayStranded(land, on, answer)
	}
	return fleets, ways, nil
}

// fleet is a way to travel with the cells put on its roads, still without
// sites; on notes the cells that have any.
func (p *Picture) fleet(land *ground, way travel, on []bool) (cover.Fleet, error) {
	all, err := p.Roads.Cells(p, way.profile)
	if err != nil {
		return cover.Fleet{}, err
	}
	f := cover.Fleet{Cells: make([]road.Stop, len(land.cells)), Direction: way.direction, Ask: road.Ask{Profile: way.profile}}
	for i, c := range land.cells {
		f.Cells[i] = all[c.Index]
		on[i] = on[i] || len(f.Cells[i].Candidates) > 0
	}
	return f, nil
}

func (p *Picture) siteStop(s placed, profile string) (road.Stop, error) {
	if s.entry != nil {
		return p.Roads.Stop(s.entry.ID, profile, s.Point, nil, 0)
	}
	return p.Roads.Place(s.Point, profile)
}

// sayStranded counts the cells that no road is near.
func sayStranded(land *ground, on []bool, answer *CoverageAnswer) {
	cells, people := 0, int64(0)
	for i, c := range land.cells {
		if !on[i] {
			cells, people = cells+1, people+c.People
		}
	}
	if cells > 0 {
		answer.LeftOut = append(answer.LeftOut, fmt.Sprintf("%d cells with %d people have no road near: counted as not covered", cells, people))
	}
}

// inTime answers for one travel time.
func (p *Picture) inTime(q CoverageQuery, land *ground, limit time.Duration, reached []int32, leftOut *[]string) (CoverageResult, error) {
	report, err := land.field.Counted(limit.Seconds(), reached)
	if err != nil {
		return CoverageResult{}, err
	}
	result := p.tabulate(land, report)
	result.Limit = limit
	if !q.Gaps {
		return result, nil
	}
	shapes, entries := make([]orb.Geometry, len(land.cells)), p.shelves[Cells].ByCode()
	for i, c := range land.cells {
		if area := multi(entries[c.Index].Geometry); area != nil {
			shapes[i] = area
		}
	}
	gaps, err := land.field.GapShapes(shapes, report)
	if err != nil {
		return CoverageResult{}, err
	}
	for _, g := range gaps.Gaps {
		result.Gaps = append(result.Gaps, Gap{g.Polygon, g.County, g.Sum.People, g.AreaM2})
	}
	if gaps.Stray.Cells > 0 {
		*leftOut = append(*leftOut, fmt.Sprintf("gaps at %.0f s: %d people in %d cells that cannot be drawn", limit.Seconds(), gaps.Stray.People, gaps.Stray.Cells))
	}
	return result, nil
}

func (p *Picture) arrivals(land *ground, least []time.Duration) []CellArrival {
	entries := p.shelves[Cells].ByCode()
	all := make([]CellArrival, len(land.cells))
	for i, c := range land.cells {
		all[i].Code, all[i].Centre = entries[c.Index].Code, c.Centre
		if least[i] != cover.Never {
			all[i].Time = &least[i]
		}
	}
	return all
}

// roadInputs names all that decides the figures: the grid, the network, the
// closures in force for the vehicles with their versions, and each site with
// how it is travelled to.
func (p *Picture) roadInputs(land *ground, sites []placed, ways []travel, q CoverageQuery, closures []string) string {
	sum := sha256.New()
	sum.Write(land.hash)
	fmt.Fprintf(sum, "%016x\n", p.Roads.Now.Graph().Version())
	for _, id := range closures {
		version := 0
		if parsed, err := uuid.Parse(id); err == nil {
			if e := p.Entry(Closures, parsed); e != nil {
				version = e.Version
			}
		}
		fmt.Fprintf(sum, "%s %d\n", id, version)
	}
	for i, s := range sites {
		fmt.Fprintf(sum, "%v %s\n", s.Point, ways[i])
	}
	fmt.Fprintf(sum, "%v %s %s", q.Limits, q.Division, ByRoad)
	return hex.EncodeToString(sum.Sum(nil))
}
