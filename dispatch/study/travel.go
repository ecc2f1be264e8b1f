package study

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/geo"
	"onemap/geo/road"
	"onemap/geo/site"
)

// way is how one travels between a place and the people (出行方式).
type way struct {
	profile   string
	direction road.Direction
}

// wayTo says how one gets to a place of a ledger, or from it: people walk to a
// shelter, goods come by truck, other help drives out. A profile asked for wins.
func wayTo(l dispatch.Ledger, asked string) way {
	switch l {
	case dispatch.Shelters:
		return way{cmp.Or(asked, "foot"), road.Toward}
	case dispatch.Depots:
		return way{cmp.Or(asked, "truck"), road.Away}
	}
	return way{cmp.Or(asked, "fire_engine"), road.Away}
}

// asked is the profile that was asked for, as such or as a mode.
func (in *Input) asked() string { return cmp.Or(in.Params.Profile, in.Params.Mode) }

// trips is the travel between places and cells, by place, then cell: tenths of
// seconds by road, of metres by the straight line; site.None where there is no
// way, or none within the limit.
type trips struct {
	by       [][]int32
	byRoad   bool
	stranded []bool   // cells that no road is near
	closures []string // that the trips came to the edge of, ascending
}

const (
	blockPairs = 8_000_000 // of a matrix at a time: 32 MB
	mostTrips  = 65_000_000
)

// limit is what counts as near, in tenths of seconds or metres, and how it is
// measured: the first time asked for, or the first distance, or a usual time.
func (in *Input) limit(usual time.Duration) (tenths int32, byRoad bool, err error) {
	asked := 0.0
	switch crow := in.Params.Basis == dispatch.CrowFlies || in.Params.Basis == "" && len(in.Params.DistancesM) > 0; {
	case crow && len(in.Params.DistancesM) == 0:
		return 0, false, dispatch.ErrInvalid.With("the straight line is measured in distances_m")
	case crow:
		asked = in.Params.DistancesM[0]
	case in.Picture.Roads == nil:
		return 0, true, dispatch.ErrNoRoads
	case len(in.Params.LimitsS) > 0:
		asked, byRoad = in.Params.LimitsS[0], true
	default:
		asked, byRoad = usual.Seconds(), true
	}
	if !(asked >= leastLimit && asked <= 1e6) {
		return 0, byRoad, dispatch.ErrInvalid.With("%v is no limit", asked)
	}
	return int32(asked * 10), byRoad, nil
}

// single says that of several limits only the first counts.
func (in *Input) single(out *Result) {
	if n := max(len(in.Params.LimitsS), len(in.Params.DistancesM)); n > 1 {
		out.leave(fmt.Sprintf("给出 %d 个限值，只按第一个计算", n), fmt.Sprintf("of %d limits only the first was computed", n))
	}
}

// trips measures between all places and cells; a limit of 0 is none. It says
// how it measured and what is off the road.
func (in *Input) trips(ctx context.Context, land *ground, places []place, w way, byRoad bool, limit int32, out *Result) (*trips, error) {
	if len(places)*len(land.cells) > mostTrips {
		return nil, dispatch.ErrTooMuch.With("%d places and %d cells are too many pairs, at most %d", len(places), len(land.cells), mostTrips)
	}
	t := &trips{by: make([][]int32, len(places)), byRoad: byRoad, stranded: make([]bool, len(land.cells))}
	if !byRoad {
		out.Basis = dispatch.CrowFlies
		out.assume("按大地线直线距离计算，不考虑道路、河流与山体", "Straight distances on the ground: roads, rivers and hills do not count")
		for j, s := range places {
			t.by[j] = straight(s.at, land, limit)
		}
		return t, ctx.Err()
	}
	if in.Picture.Roads == nil {
		return nil, dispatch.ErrNoRoads
	}
	out.Basis, out.Network = dispatch.ByRoad, in.network()
	zh, en := words("road_profile", w.profile)
	out.assume("按路网时间计算，出行方式："+zh+"；自由流速度，未计交通拥堵和普通转弯延误", "Travel times by road: "+en+"; free-flow speeds, without traffic or ordinary turn delays")
	if err := in.byRoad(ctx, t, land, places, w, limit, out); err != nil {
		return nil, err
	}
	out.closed(in, t.closures)
	return t, nil
}

// closed names closures that shaped the answer.
func (r *Result) closed(in *Input, closures []string) {
	r.Closures = append(r.Closures, in.Picture.ClosureRefs(in.Actor, closures)...)
	slices.SortFunc(r.Closures, func(x, y dispatch.ClosureRef) int { return slices.Compare(x.ID[:], y.ID[:]) })
	r.Closures = slices.CompactFunc(r.Closures, func(x, y dispatch.ClosureRef) bool { return x.ID == y.ID })
}

// straight is the distance of every cell from a point within a limit.
func straight(from orb.Point, land *ground, limit int32) []int32 {
	row := make([]int32, len(land.cells))
	for i, c := range land.cells {
		row[i] = site.None
		if limit > 0 && 10*geo.GreatCircle(from, c.at) > geo.Metres(limit)*1.01 { // the sphere errs by half a per cent
			continue
		}
		if d := math.Ceil(10 * float64(geo.Distance(from, c.at))); limit == 0 || d <= float64(limit) {
			row[i] = int32(d)
		}
	}
	return row
}

func (in *Input) byRoad(ctx context.Context, t *trips, land *ground, places []place, w way, limit int32, out *Result) error {
	grid, err := in.Picture.Roads.Cells(in.Picture, w.profile)
	if err != nil {
		return fmt.Errorf("put cells on the road: %w", err)
	}
	cells := make([]road.Stop, len(land.cells))
	lost, people := 0, int64(0)
	for i, c := range land.cells {
		cells[i] = grid[c.index]
		if t.stranded[i] = len(cells[i].Candidates) == 0; t.stranded[i] {
			lost, people = lost+1, people+c.people
		}
	}
	if lost > 0 {
		out.leave(fmt.Sprintf("%s 个格网（%s 人）附近没有道路，按不可达计", grouped(lost), grouped(people)), fmt.Sprintf("%s cells with %s people have no road near: counted as out of reach", grouped(lost), grouped(people)))
	}
	stops, off, err := in.stops(places, w.profile)
	if err != nil {
		return err
	}
	out.offRoad(off, "附近没有道路，到不了任何人", "no road near, so they reach nobody")
	ask := road.Ask{Profile: w.profile}
	for first := 0; first < len(stops) && len(cells) > 0; {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("measure travel times: %w", err)
		}
		last := min(len(stops), first+max(1, blockPairs/len(cells)))
		if err := t.measure(in.Picture.Roads.Now, stops[first:last], cells, first, w.direction, ask, limit); err != nil {
			return fmt.Errorf("measure travel times: %w", err)
		}
		first = last
	}
	t.closures, err = met(in.Picture.Roads.Now, stops, cells, road.Bounds{Direction: w.direction, Limit: tenths(limit)}, ask)
	return err
}

func tenths(n int32) time.Duration { return time.Duration(n) * 100 * time.Millisecond }

// stops puts places on the road; off names those that are not on any.
func (in *Input) stops(places []place, profile string) (stops []road.Stop, off []string, err error) {
	stops = make([]road.Stop, len(places))
	for j, s := range places {
		if s.entry != nil {
			stops[j], err = in.Picture.Roads.Stop(s.entry.ID, profile, s.at, nil, 0)
		} else {
			stops[j], err = in.Picture.Roads.Place(s.at, profile)
		}
		if err != nil && !errors.Is(err, road.ErrOffRoad) {
			return nil, nil, fmt.Errorf("put %s on the road: %w", s.code, err)
		}
		if err != nil {
			off = append(off, s.name)
		}
	}
	return stops, off, nil
}

// measure fills in the rows of some places.
func (t *trips) measure(now *road.Snapshot, places, cells []road.Stop, first int, way road.Direction, ask road.Ask, limit int32) error {
	from, to := places, cells
	if way == road.Toward {
		from, to = to, from
	}
	m, err := now.Matrix(from, to, ask)
	if err != nil {
		return err
	}
	for j := range places {
		row := make([]int32, len(cells))
		for i := range row {
			a, b := j, i
			if way == road.Toward {
				a, b = i, j
			}
			row[i] = site.None
			if d, ok := m.At(a, b); ok {
				if v := int32(d / (100 * time.Millisecond)); limit == 0 || v <= limit {
					row[i] = v
				}
			}
		}
		t.by[first+j] = row
	}
	return nil
}

// met names the closures at the edge of what is reached within the bounds.
func met(now *road.Snapshot, places, cells []road.Stop, how road.Bounds, ask road.Ask) ([]string, error) {
	if len(now.Closures()) == 0 || len(places) == 0 || len(cells) == 0 {
		return nil, nil
	}
	ask.Plain = true
	reach, err := now.Arrivals(places, cells, how, ask)
	if errors.Is(err, road.ErrNothingAsked) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("name the closures met: %w", err)
	}
	all := slices.Sorted(slices.Values(reach.Closures))
	return slices.Compact(all), nil
}

// nearest finds the nearest place of every cell, the first of equals, and the
// travel there; −1 and site.None where there is none.
func (t *trips) nearest(cells int) (by []int, least []int32) {
	by, least = make([]int, cells), make([]int32, cells)
	for i := range by {
		by[i], least[i] = -1, site.None
		for j, row := range t.by {
			if v := row[i]; v != site.None && (by[i] < 0 || v < least[i]) {
				by[i], least[i] = j, v
			}
		}
	}
	return by, least
}
