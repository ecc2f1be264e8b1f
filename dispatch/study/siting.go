package study

import (
	"context"
	"slices"
	"time"

	"onemap/dispatch"
	"onemap/geo/site"
)

// Siting says where the next sites go (选址): set covering, maximal covering,
// both with a backup, median and centre, beside the sites that stand.
//
// Sites that stand are put together before the search: of all of them only the
// nearest to each cell, and for a backup the second nearest, can matter, and no
// candidate that is farther.

// usualLimit is what counts as near when a median or a centre names no limit.
const usualLimit = 15 * time.Minute

// halfBackup is what the first site in reach counts, in thousandths, when a
// second counts too.
const halfBackup = 500

// siting is one search for sites.
type siting struct {
	in       *Input
	out      *Result
	land     *ground // where people live
	old      []place
	stand    *trips // of old; nil when none stand
	near     []int32
	next     []int32 // by the second nearest
	offers   []offer
	by       [][]int32 // of the offers
	limit    int32
	byRoad   bool
	capacity bool
	closures []string
	held     int64        // people whom the sites that stand serve as well as can be
	best     *site.Answer // nil: nothing was to be solved
	stop     func() bool  // nobody wants the answer any more
	chosen   []int        // among the offers
}

func siteStudy(ctx context.Context, in *Input, out *Result) error {
	s := &siting{in: in, out: out, capacity: in.Params.limitedRoom()}
	quit, watch := false, in.Watch
	in.Watch = func(progress, value, bound float64) bool {
		quit = !watch(progress, value, bound) || quit
		return !quit
	}
	s.stop = func() bool { return quit || ctx.Err() != nil }
	var conflicts dispatch.Problems
	if in.Params.conflicts(&conflicts); len(conflicts) > 0 {
		return conflicts.Err()
	}
	if err := s.lay(ctx); err != nil {
		return err
	}
	s.out.Method, s.out.MethodEN = s.method()
	switch {
	case s.land.people == 0:
		out.leave("范围内没有人口，无从选址", "Nobody lives in the area: there is nobody to site for")
	case len(s.offers) == 0:
		out.leave("没有可用的候选点：只给出现状", "There is no candidate that can be used: only what stands is shown")
	default:
		if err := s.solve(ctx); err != nil {
			return err
		}
	}
	return s.say(ctx)
}

// limitedRoom reports whether new sites take only so many people.
func (q *Params) limitedRoom() bool {
	return q.Capacity > 0 || slices.ContainsFunc(q.Candidates, func(c Candidate) bool { return c.Capacity > 0 })
}

// mostWithRoom is how many cells are looked at one by one where room is
// limited: each choice is then a transportation problem.
const mostWithRoom = 3_000

// mostCoarse is how many cells a coarse answer looks at.
const mostCoarse = 10_000

// lay gathers people, sites and candidates, and measures between them.
func (s *siting) lay(ctx context.Context) (err error) {
	in := s.in
	if s.limit, s.byRoad, err = in.limit(usualLimit); err != nil {
		return err
	}
	if s.land = s.remembered(); s.capacity && s.land.merged && !in.Coarse {
		s.out.assume("计容量时，格网按 2×2 合并", "Where room is limited, cells are put together two by two")
	}
	kinds := in.Params.Kinds
	if len(kinds) == 0 {
		kinds = []string{string(dispatch.Shelters)}
	}
	in.Watch(0.02, nan, nan)
	if in.Params.KeepExisting == nil || *in.Params.KeepExisting {
		if err := s.layOld(ctx, kinds); err != nil {
			return err
		}
	}
	s.near, s.next = s.nearTwo()
	in.Watch(0.15, nan, nan)
	w := wayTo(dispatch.Ledger(kinds[0]), in.asked())
	if s.offers, err = in.offers(s.land, s.old, s.out); err != nil {
		return err
	}
	if s.byRoad {
		if s.offers, err = in.onRoad(s.offers, w, s.out); err != nil {
			return err
		}
	}
	places := make([]place, len(s.offers))
	for j, o := range s.offers {
		places[j] = o.place
	}
	t, err := s.trips(ctx, places, w)
	if err != nil {
		return err
	}
	s.sayOnce()
	s.by, s.closures = t.by, append(s.closures, t.closures...)
	in.Watch(0.3, nan, nan)
	return s.pin()
}

// gather puts the cells together where there are too many to look at one by one,
// and leaves out where nobody lives.
func (s *siting) gather() *ground {
	whole := s.in.ground(s.in.Params.Division)
	if s.capacity && !whole.merged && len(whole.cells) > mostWithRoom {
		whole.merge()
	}
	for had := 0; s.in.Coarse && len(whole.cells) > mostCoarse && len(whole.cells) != had; {
		had = len(whole.cells)
		whole.merge()
	}
	return whole.inhabited()
}

// reach is how far travel is measured: as far as roads lead; along a straight
// line, where nothing ends it, to three times what is near.
func (s *siting) reach() int32 {
	if !s.byRoad && s.covers() {
		return 3 * s.limit
	}
	return 0
}

// layOld measures from the sites that stand, each kind by its own way.
func (s *siting) layOld(ctx context.Context, kinds []string) error {
	for _, kind := range kinds {
		all := s.in.serving(dispatch.Ledger(kind), s.byRoad, s.out)
		if len(all) == 0 {
			continue
		}
		t, err := s.trips(ctx, all, wayTo(dispatch.Ledger(kind), s.in.asked()))
		if err != nil {
			return err
		}
		s.sayOnce()
		if s.stand == nil {
			s.stand = &trips{byRoad: s.byRoad}
		}
		s.old = append(s.old, all...)
		s.stand.by, s.closures = append(s.stand.by, t.by...), append(s.closures, t.closures...)
	}
	if len(s.old) == 0 {
		s.out.leave("没有现有场所", "No site stands yet")
	}
	return nil
}

// sayOnce drops what had been said before.
func (s *siting) sayOnce() {
	for _, all := range []*[]Saying{&s.out.Assumptions, &s.out.LeftOut} {
		var once []Saying
		for _, x := range *all {
			if !slices.Contains(once, x) {
				once = append(once, x)
			}
		}
		*all = once
	}
}

// nearTwo is the travel of every cell to the nearest and the second nearest
// site that stands.
func (s *siting) nearTwo() (near, next []int32) {
	near, next = make([]int32, len(s.land.cells)), make([]int32, len(s.land.cells))
	for i := range near {
		near[i], next[i] = site.None, site.None
	}
	if s.stand == nil {
		return near, next
	}
	for _, row := range s.stand.by {
		for i, v := range row {
			switch {
			case v == site.None:
			case near[i] == site.None || v < near[i]:
				near[i], next[i] = v, near[i]
			case next[i] == site.None || v < next[i]:
				next[i] = v
			}
		}
	}
	return near, next
}

func (s *siting) pin() error {
	p, err := s.in.pins("siting")
	if err != nil {
		return err
	}
	p.ground(s.land)
	p.places(s.old)
	for _, o := range s.offers {
		p.places([]place{o.place})
		p.note(o.cost)
	}
	if s.byRoad {
		slices.Sort(s.closures)
		s.closures = slices.Compact(s.closures)
		p.roads(s.in, s.closures)
	}
	s.out.Inputs = p.hex()
	return nil
}
