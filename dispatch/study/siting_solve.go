package study

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"onemap/dispatch"
	"onemap/geo/site"
)

// solve runs the model that was asked for. Candidates come after the sites that
// stand.
func (s *siting) solve(ctx context.Context) error {
	p, stand := s.problem()
	if !slices.ContainsFunc(p.Weight, func(w int64) bool { return w > 0 }) {
		s.out.leave("现有场所已覆盖所有人口，无需新增", "The sites there are reach everybody: none is needed")
		s.best = &site.Answer{Proved: true}
		return nil
	}
	answer, err := s.run(p, stand)
	switch {
	case errors.Is(err, site.ErrBudget):
		s.out.leave("预算不够建任何一处", "The budget pays for no site")
		return nil
	case errors.Is(err, site.ErrTooLarge):
		return dispatch.ErrTooMuch.With("people and travel are too many to be counted exactly")
	case err != nil:
		return fmt.Errorf("solve %s: %w", s.in.Params.Model, err)
	case s.stop() || answer.Stopped:
		return s.calledOff(ctx)
	}
	s.best = &answer
	if err := s.prove(ctx, p, stand); err != nil {
		return err
	}
	for _, j := range s.best.Sites {
		if j >= stand {
			s.chosen = append(s.chosen, j-stand)
		}
	}
	return nil
}

// calledOff is why there is no answer once nobody wants one.
func (s *siting) calledOff(ctx context.Context) error {
	return fmt.Errorf("site %s: %w", s.in.Params.Model, cmp.Or(ctx.Err(), context.Canceled))
}

// problem is what is left to choose beside the sites that stand, which are its
// first candidates and fixed. Whoever they serve as well as can be weighs
// nothing and is counted in held; ways longer than to what stands are none.
func (s *siting) problem() (p site.Problem, stand int) {
	p.Weight = make([]int64, len(s.land.cells))
	for i, c := range s.land.cells {
		p.Weight[i] = c.people
	}
	fixed := s.fixedRows()
	stand = len(fixed)
	for j := range stand {
		p.Fixed = append(p.Fixed, j)
	}
	p.Travel = append(fixed, s.by...)
	switch {
	case s.capacity:
	case s.covers():
		s.hold(p.Weight)
		if s.in.Params.Model != "mclp_backup" {
			s.merge(p.Weight)
		}
	default:
		for j, row := range p.Travel[stand:] {
			p.Travel[stand+j] = s.shorter(row)
		}
	}
	return p, stand
}

func (s *siting) covers() bool {
	return s.in.Params.Model != "p_median" && s.in.Params.Model != "p_centre"
}

// fixedRows stands for the sites there are: each by itself where room is
// limited, else the nearest to each cell and, for a backup, the second nearest.
func (s *siting) fixedRows() [][]int32 {
	switch {
	case len(s.old) == 0:
		return nil
	case s.capacity:
		return slices.Clone(s.stand.by)
	case s.backup():
		return [][]int32{s.near, s.next}
	case s.covers():
		return nil // hold leaves nothing to them
	}
	return [][]int32{s.near}
}

// hold takes out whom the sites that stand reach as often as the model counts.
func (s *siting) hold(weight []int64) {
	enough := s.near
	if s.backup() {
		enough = s.next
	}
	for i, v := range enough {
		if v != site.None && v <= s.limit {
			s.held, weight[i] = s.held+weight[i], 0
		}
	}
}

// merge puts the weight of cells that the same candidates reach on one of them.
func (s *siting) merge(weight []int64) {
	first, key := map[string]int{}, make([]byte, (len(s.by)+2+7)/8)
	for i, w := range weight {
		if w == 0 {
			continue
		}
		clear(key)
		mark := func(n int, v int32) {
			if v != site.None && v <= s.limit {
				key[n/8] |= 1 << (n % 8)
			}
		}
		mark(0, s.near[i])
		mark(1, s.next[i])
		for j, row := range s.by {
			mark(2+j, row[i])
		}
		if k, met := first[string(key)]; met {
			weight[k], weight[i] = weight[k]+w, 0
			continue
		}
		first[string(key)] = i
	}
}

// shorter is a row without the ways that are no shorter than to what stands.
func (s *siting) shorter(row []int32) []int32 {
	if len(s.old) == 0 {
		return row
	}
	out := slices.Clone(row)
	for i, v := range out {
		if s.near[i] != site.None && v >= s.near[i] {
			out[i] = site.None
		}
	}
	return out
}

func (s *siting) backup() bool {
	return s.in.Params.Model == "mclp_backup" || s.in.Params.Model == "lscp_backup"
}
