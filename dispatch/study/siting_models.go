package study

import (
	"cmp"
	"fmt"
	"math"

	"onemap/geo/site"
)

// run asks the solver. What it answers counts the rows that stand as sites;
// values are turned into what the model says: sites, people, person-seconds or
// person-metres, and for a centre the longest way.
func (s *siting) run(p site.Problem, stand int) (site.Answer, error) {
	q, sites := s.in.Params, s.sites(stand)
	if n := q.Sites - len(s.offers); n > 0 {
		s.out.leave(fmt.Sprintf("只有 %d 个候选点，少于要求的 %d 处", len(s.offers), q.Sites), fmt.Sprintf("There are only %d candidates, fewer than the %d asked for", len(s.offers), q.Sites))
	}
	tenths := func(v int64) float64 { return float64(v) / 10 }
	switch q.Model {
	case "lscp":
		return site.Cover(p, s.limit, s.effort(func(v int64) float64 { return float64(v - int64(stand)) }))
	case "lscp_backup":
		b, err := site.CoverBacked(p, s.limit, s.effort(func(v int64) float64 { return nan }))
		if err == nil {
			s.out.figure("backed", "有备份覆盖的人口", "People within reach of two", "people", known(s.held+b.Twice))
			s.out.figure("backed_bound", "备份覆盖人口的上界", "At most, with so few sites", "people", known(s.held+b.TwiceBound))
		}
		return b.Answer, err
	case "mclp_backup":
		return site.BackupCover(p, sites, s.limit, halfBackup, s.effort(func(v int64) float64 { return float64(s.held) + float64(v)/1000 }))
	case "p_centre":
		return site.Centre(p, sites, s.effort(tenths))
	case "p_median":
		return s.median(p, sites, s.effort(tenths))
	}
	return s.cover(p, sites, s.effort(func(v int64) float64 { return float64(s.held + v) }))
}

// sites is how many rows are to be sites, those that stand among them.
func (s *siting) sites(stand int) int { return max(1, stand+min(s.in.Params.Sites, len(s.offers))) }

func (s *siting) median(p site.Problem, sites int, e site.Effort) (site.Answer, error) {
	switch {
	case s.capacity && s.in.Params.Budget > 0:
		costs, budget := s.costs(len(p.Fixed))
		return site.MedianRoomBudget(p, s.rooms(), costs, budget, e)
	case s.capacity:
		return site.MedianRoom(p, s.rooms(), sites, e)
	case s.in.Params.Budget > 0:
		costs, budget := s.costs(len(p.Fixed))
		return site.MedianBudget(p, costs, budget, e)
	}
	return site.Median(p, sites, e)
}

func (s *siting) cover(p site.Problem, sites int, e site.Effort) (site.Answer, error) {
	switch {
	case s.capacity && s.in.Params.Budget > 0:
		costs, budget := s.costs(len(p.Fixed))
		return site.MaxCoverRoomBudget(p, s.rooms(), costs, budget, s.limit, e)
	case s.capacity:
		return site.MaxCoverRoom(p, s.rooms(), sites, s.limit, e)
	case s.in.Params.Budget > 0:
		costs, budget := s.costs(len(p.Fixed))
		return site.MaxCoverBudget(p, costs, budget, s.limit, e)
	}
	return site.MaxCover(p, sites, s.limit, e)
}

// rooms is the room of each row: what is free where a site stands.
func (s *siting) rooms() []int64 {
	var all []int64
	for _, p := range s.old {
		all = append(all, p.room)
	}
	for _, o := range s.offers {
		all = append(all, o.room)
	}
	return all
}

// costs is the cost of each row in hundredths, and the budget. A candidate
// without a cost costs one.
func (s *siting) costs(stand int) ([]int64, int64) {
	costs := make([]int64, stand, stand+len(s.offers))
	for _, o := range s.offers {
		costs = append(costs, int64(math.Round(100*cmp.Or(o.cost, 1))))
	}
	return costs, int64(math.Round(100 * s.in.Params.Budget))
}

// effort passes on what the search finds, and is little for a coarse answer.
func (s *siting) effort(worth func(int64) float64) site.Effort {
	e := site.Effort{Stop: s.stop}
	if s.in.Coarse {
		e.Shakes, e.Steps, e.Nodes = 2, 40, 1
		if s.in.Params.Model == "p_median" { // its bound does not rise before some two hundred steps
			e.Steps = 400
		}
	}
	told := 0
	e.Watch = func(value, bound int64) bool {
		told++
		done := 0.3 + 0.6*(1-1/(1+float64(told)/40))
		v, b := worth(value), worth(bound)
		if value == math.MaxInt64 || value == math.MinInt64 {
			v = nan
		}
		return s.in.Watch(done, v, b)
	}
	return e
}
