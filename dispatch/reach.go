package dispatch

import (
	"fmt"
	"slices"
	"time"

	"github.com/paulmach/orb"
	"golang.org/x/sync/errgroup"

	"onemap/geo"
	"onemap/geo/road"
)

// ReachQuery asks what is reached from some points, or from where they are
// reached. OffRoad is how far people walk from the road.
type ReachQuery struct {
	Points    []orb.Point
	Limits    []time.Duration // one to five, rising
	Direction road.Direction
	Profile   string
	Size      *Profile
	OffRoad   geo.Metres
	Lines     bool
}

// ReachBand is all that is reached within one limit. People and cells are nil
// where the actor sees no population grid.
type ReachBand struct {
	road.Band
	People *int64
	Cells  *int
}

// ReachAnswer is true at Seq. OffRoad lists the points that no road is near.
type ReachAnswer struct {
	Seq      Seq
	AsOf     time.Time
	Profile  string
	Cell     geo.Metres // the areas are right to so much
	Bands    []ReachBand
	OffRoad  []int
	Closures []ClosureRef
}

// Bounds of a reach question.
const (
	mostReachPoints = 50
	mostReach       = 6 * time.Hour
	mostWalk        = 2000 // metres
)

// Reach draws what is reached, and counts people by cell: each cell has its
// own arrival, the area is only the picture.
func (p *Picture) Reach(a Actor, q ReachQuery, now time.Time) (ReachAnswer, error) {
	answer := ReachAnswer{Seq: p.Seq, AsOf: now}
	if p.Roads == nil {
		return answer, ErrNoRoads
	}
	if err := q.check(); err != nil {
		return answer, err
	}
	ask := askFor(q.Profile, q.Size)
	answer.Profile = ask.Profile
	stops, off, err := p.Roads.putAll(q.Points, ask)
	if err != nil {
		return answer, err
	}
	if answer.OffRoad = off; len(off) == len(q.Points) {
		var problems Problems
		for i, at := range q.Points {
			problems.offRoad(fmt.Sprintf("points[%d]", i), at, ask.Profile)
		}
		return answer, problems.Err()
	}
	stops = slices.DeleteFunc(stops, func(s road.Stop) bool { return len(s.Candidates) == 0 })
	var reach road.Reach
	var counts []ReachBand
	var both errgroup.Group // the picture and the count take about as long as each other
	both.Go(func() (err error) {
		// The core takes nothing for its own usual distance, and asks of the road only.
		reach, err = p.Roads.Now.Reach(stops, road.ReachOptions{
			Limits: q.Limits, Direction: q.Direction, OffRoad: max(q.OffRoad, 0.001), Lines: q.Lines, Water: p.Roads.Water,
		}, ask)
		return err
	})
	both.Go(func() (err error) {
		counts, err = p.countReached(a, q, stops, ask)
		return err
	})
	if err := both.Wait(); err != nil {
		return answer, roadRefusal(err)
	}
	answer.Cell = reach.Cell
	for i, band := range reach.Bands {
		counts[i].Band = band
	}
	answer.Bands = counts
	answer.Closures = p.ClosureRefs(a, reach.Closures)
	return answer, nil
}

func (q *ReachQuery) check() error {
	var p Problems
	p.places("points", q.Points, mostReachPoints)
	p.between("limits_s", len(q.Limits), 1, 5)
	last := time.Duration(0)
	for i, limit := range q.Limits {
		if limit <= last || limit > mostReach {
			p.Add(fmt.Sprintf("limits_s[%d]", i), "out_of_range", "limits rise, and end at 6 hours")
		}
		last = limit
	}
	if !(q.OffRoad >= 0 && q.OffRoad <= mostWalk) {
		p.Add("off_road_m", "out_of_range", "people walk 0 to 2,000 m from the road")
	}
	return p.Err()
}

// countReached counts the cells in the actor's scope that are reached within
// each limit; no counts where there are no cells.
func (p *Picture) countReached(a Actor, q ReachQuery, sources []road.Stop, ask road.Ask) ([]ReachBand, error) {
	bands := make([]ReachBand, len(q.Limits))
	all := p.shelves[Cells].ByCode()
	seen := make([]int, 0, len(all))
	for i, e := range all {
		if a.Sees(e.Division, e.Sensitivity) {
			seen = append(seen, i)
		}
	}
	if len(seen) == 0 {
		return bands, nil
	}
	cells, err := p.Roads.Cells(p, ask.Profile)
	if err != nil {
		return nil, err
	}
	fastest, err := p.Roads.fastest(ask.Profile)
	if err != nil {
		return nil, err
	}
	last := q.Limits[len(q.Limits)-1]
	area := around(sources, fastest*last.Seconds())
	own, at := make([]road.Stop, 0, len(seen)), seen[:0]
	for _, i := range seen {
		if reached(cells[i], area) {
			own, at = append(own, cells[i]), append(at, i)
		}
	}
	seen = at
	var arrivals road.Arrivals
	if len(own) > 0 {
		if arrivals, err = p.Roads.Now.Arrivals(sources, own, road.Bounds{Direction: q.Direction, Limit: last}, ask); err != nil {
			return nil, err
		}
	}
	for b := range bands {
		var people int64
		var n int
		for k, at := range arrivals.Cells {
			if at.Known && at.Time <= q.Limits[b] {
				people += int64(all[seen[k]].Detail.(*Cell).People)
				n++
			}
		}
		bands[b].People, bands[b].Cells = &people, &n
	}
	return bands, nil
}

// around is a box that nobody leaves who drives so many metres from one of
// some stops.
func around(stops []road.Stop, metres float64) (box orb.Bound) {
	for i, s := range stops {
		if i == 0 {
			box = s.At.Bound()
		}
		box = box.Extend(s.At)
	}
	const metresADegree = 50_000 // less than a degree of longitude has wherever people live close
	return box.Pad((metres + mostWalk) / metresADegree)
}

// reached reports whether a stop may stand on a road inside a box.
func reached(s road.Stop, area orb.Bound) bool {
	return slices.ContainsFunc(s.Candidates, func(c road.Candidate) bool { return area.Contains(c.At) })
}

// askFor says who travels; without a profile, a car.
func askFor(profile string, size *Profile) road.Ask {
	if profile == "" {
		profile = road.Profiles()[0].Name
	}
	return road.Ask{Profile: profile, Load: size.load(profile)}
}

// putAll puts points on the road; those off it have an empty stop and are listed.
func (r *Roads) putAll(points []orb.Point, ask road.Ask) (stops []road.Stop, off []int, err error) {
	stops, err = r.Places(points, ask.Profile)
	if err != nil {
		return nil, nil, roadRefusal(err)
	}
	for i, s := range stops {
		if len(s.Candidates) == 0 {
			off = append(off, i)
		}
	}
	return stops, off, nil
}

// places checks a list of points: how many, and that each is on this earth.
func (p *Problems) places(path string, points []orb.Point, most int) {
	p.between(path, len(points), 1, most)
	for i, at := range points {
		if err := geo.Check(at); err != nil && len(*p) < 100 {
			p.Add(fmt.Sprintf("%s[%d]", path, i), "out_of_range", "%v", err)
		}
	}
}
