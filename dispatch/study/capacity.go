package study

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"onemap/dispatch"
	"onemap/geo/site"
)

const (
	usualWalk = 15 * time.Minute
	moreRoom  = 100 // places more that a full shelter is thought of with
)

// seats is who finds a place where, under the room of each (容量约束覆盖).
type seats struct {
	land   *ground
	places []place
	trips  *trips
	people []int64
	room   []int64
	site.Allocation
}

// capacity answers who finds a free place within the limit when everybody at
// home sets out: as many as possible, and of these ways the one with the least
// travel in all.
func capacity(ctx context.Context, in *Input, out *Result) error {
	out.Method = "以人口格网为需求、以避难场所剩余容量为供给，在时限内求运输问题最优解：先使安置人数最多，再使总出行时间最少（整数网络单纯形，精确解）。"
	out.MethodEN = "Transportation problem between population cells and the free room of shelters within the limit: first as many people as possible, then the least travel in all (integer network simplex, exact)."
	if k := in.Params.Kinds; len(k) > 0 && !slices.Equal(k, []string{string(dispatch.Shelters)}) {
		return dispatch.ErrInvalid.With("only shelters have room for people, not %v", k)
	}
	in.single(out)
	limit, byRoad, err := in.limit(usualWalk)
	if err != nil {
		return err
	}
	all := in.ground(in.Params.Division)
	s := &seats{land: all.inhabited(), places: in.openShelters(out)}
	drawn, err := in.candidates()
	if err != nil {
		return err
	}
	for _, d := range drawn {
		if d.room == 0 {
			out.leave("候选点 "+d.name+" 未给定容量，按 0 计", "candidate "+d.name+" has no capacity given: it takes nobody")
		}
	}
	s.places = append(s.places, drawn...)
	if s.trips, err = in.trips(ctx, s.land, s.places, wayTo(dispatch.Shelters, in.asked()), byRoad, limit, out); err != nil {
		return err
	}
	sum, err := in.pins("capacity")
	if err != nil {
		return err
	}
	sum.ground(all)
	sum.places(s.places)
	sum.roads(in, s.trips.closures)
	out.Inputs = sum.hex()
	if !in.Watch(0.3, nan, nan) {
		return context.Canceled
	}
	if err := s.seat(); err != nil {
		return err
	}
	s.assume(in, limit, out)
	s.tell(out)
	return s.draw(out)
}

// seat solves the problem; without people or places nobody is seated.
func (s *seats) seat() (err error) {
	s.people, s.room = make([]int64, len(s.land.cells)), make([]int64, len(s.places))
	for i, c := range s.land.cells {
		s.people[i] = c.people
	}
	for j, p := range s.places {
		s.room[j] = p.room
	}
	s.Allocation, err = allocate(s.people, s.room, s.trips.by)
	return err
}

// allocate is site.Allocate that also answers where nobody is or nothing is there.
func allocate(people, room []int64, travel [][]int32) (site.Allocation, error) {
	a, err := site.Allocate(people, room, travel)
	if errors.Is(err, site.ErrNoPoint) || errors.Is(err, site.ErrNoSite) {
		a = site.Allocation{Unplaced: slices.Clone(people), Cut: make([]bool, len(people)), Relief: make([]int64, len(room)), Used: make([]int64, len(room))}
		for i := range a.Cut {
			a.Cut[i] = !slices.ContainsFunc(travel, func(row []int32) bool { return row[i] != site.None })
		}
		return a, nil
	}
	if err != nil {
		return a, fmt.Errorf("allocate people: %w", err)
	}
	return a, nil
}

// relief is what more room at a full place would do: each place more there
// places one person more, or else saves at most so much travel.
type relief struct {
	place  int
	places bool
	saves  int64 // tenths
}

// relieved reads what more room is worth from the prices of the optimum, dearest
// first. Unplaced people weigh more there than any detour (site.Allocate).
func (s *seats) relieved() (all []relief) {
	longest := int64(0)
	for _, row := range s.trips.by {
		for _, v := range row {
			longest = max(longest, int64(v))
		}
	}
	unplaced := (int64(len(s.places)) + 2) * (longest + 1)
	for j, worth := range s.Relief {
		if worth > 0 && s.Used[j] == s.room[j] {
			all = append(all, relief{j, worth > unplaced/2, worth})
		}
	}
	slices.SortStableFunc(all, func(a, b relief) int { return cmp.Compare(b.saves, a.saves) })
	return all
}

func total(all []int64) (sum int64) {
	for _, v := range all {
		sum += v
	}
	return sum
}
