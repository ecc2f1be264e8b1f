package study

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"onemap/geo/site"
)

// prove asks a solver outside for what our own bound leaves open, where the asker
// wants it. Sites that it finds are counted by ourselves before they are taken.
func (s *siting) prove(ctx context.Context, p site.Problem, stand int) error {
	if !s.in.Params.Prove || s.in.Coarse {
		return nil
	}
	proof := &Proof{Outcome: proofNeedless}
	s.out.Proof = proof
	if s.best.Proved {
		s.out.assume("自身的界已证明最优，未调用外部求解器", "Our own bound proves it to be the best: no solver outside was asked")
		return nil
	}
	model, err := s.program(p, stand)
	if err != nil {
		return err
	}
	verdict, err := Verdict{}, ErrNoSolver
	if s.in.Prover != nil {
		verdict, err = s.in.Prover.Prove(ctx, Program{model.write, s.best.Sites})
	}
	switch {
	case s.stop():
		return s.calledOff(ctx)
	case errors.Is(err, ErrNoSolver):
		proof.Outcome = proofNoSolver
		s.out.leave("未安装外部求解器（coinor-cbc），未作外部证明", "No solver (coinor-cbc) is installed: not proved from outside")
	case errors.Is(err, ErrProgramTooLarge):
		proof.Outcome = proofTooLarge
		s.out.leave("问题过大，外部求解器无法求解，未作外部证明", "The problem is too large for the solver: not proved from outside")
	case err != nil:
		proof.Outcome = proofFailed
		s.out.leave("外部求解器未能给出结论，未作外部证明", "The solver came to no verdict: not proved from outside")
	default:
		*proof = Proof{proofUnchanged, verdict.Solver, verdict.Bound, verdict.Sites}
		s.weigh(model, proof)
	}
	return s.pinProof(proof)
}

// program is how a model is told to a solver, and judged.
type program struct {
	write func(w io.Writer) error
	count func(sites []int) (value int64, allowed bool, err error)
	most  bool // the greatest value is the best
}

func (s *siting) program(p site.Problem, stand int) (program, error) {
	q := s.in.Params
	sites := s.sites(stand)
	costs, budget := s.costs(stand)
	affordable := func(chosen []int) bool {
		if q.Budget == 0 {
			return len(chosen) <= sites
		}
		spent := int64(0)
		for _, j := range chosen {
			spent += costs[j]
		}
		return spent <= budget
	}
	switch q.Model {
	case "lscp":
		return program{
			write: func(w io.Writer) error { return site.WriteCover(w, p, s.limit) },
			count: func(chosen []int) (int64, bool, error) { return site.CoverOf(p, chosen, s.limit) },
		}, nil
	case "mclp":
		return program{
			write: func(w io.Writer) error {
				if q.Budget > 0 {
					return site.WriteMaxCoverBudget(w, p, costs, budget, s.limit)
				}
				return site.WriteMaxCover(w, p, sites, s.limit)
			},
			count: func(chosen []int) (int64, bool, error) {
				v, err := site.MaxCoverOf(p, chosen, s.limit)
				return v, err == nil && affordable(chosen), err
			},
			most: true,
		}, nil
	case "p_median":
		return program{
			write: func(w io.Writer) error {
				if q.Budget > 0 {
					return site.WriteMedianBudget(w, p, costs, budget)
				}
				return site.WriteMedian(w, p, sites)
			},
			count: func(chosen []int) (int64, bool, error) {
				v, err := site.MedianOf(p, chosen)
				return v, err == nil && affordable(chosen), err
			},
		}, nil
	}
	return program{}, fmt.Errorf("no program is written for %s", q.Model)
}

// weigh takes from a verdict what holds: sites that are better by our own count,
// and a bound that does not contradict it.
func (s *siting) weigh(model program, proof *Proof) {
	gap, had := s.best.Gap(), s.best.Value
	sign := int64(1)
	if model.most {
		sign = -1
	}
	value, allowed, err := model.count(proof.Sites)
	better := err == nil && allowed && sign*value < sign*had
	if !better {
		value = had
	}
	bound := s.best.Bound
	if proof.Bound != nil {
		bound = wholeBound(*proof.Bound, model.most)
	}
	if sign*bound > sign*value { // it excludes what was counted here
		proof.Outcome = proofFailed
		s.out.leave("外部求解器的结论与复核值矛盾，未采用", "The solver's verdict contradicts what was counted here: not taken")
		return
	}
	if better {
		s.best.Value, s.best.Sites, proof.Outcome = value, slices.Sorted(slices.Values(proof.Sites)), proofBetter
	}
	if sign*bound > sign*s.best.Bound {
		s.best.Bound = bound
	}
	s.best.Proved = s.best.Value == s.best.Bound
	switch {
	case proof.Outcome == proofBetter:
	case s.best.Proved:
		proof.Outcome = proofDone
	case s.best.Gap() < gap:
		proof.Outcome = proofNarrowed
	}
	s.sayProof(proof, gap, had)
}

// wholeBound makes a solver's bound a whole number on the safe side: it counts in
// floating point.
func wholeBound(v float64, most bool) int64 {
	slack := 1e-6 + 1e-9*math.Abs(v)
	if most {
		return int64(math.Floor(v + slack))
	}
	return int64(math.Ceil(v - slack))
}

func (s *siting) sayProof(proof *Proof, gap float64, had int64) {
	by, now := proof.Solver, s.best.Gap()
	switch proof.Outcome {
	case proofDone:
		s.out.assume(by+" 以浮点运算证明已是最优", by+" proves, in floating point, that nothing is better")
	case proofNarrowed:
		s.out.assume(fmt.Sprintf("%s 把差距从 %.3g %% 缩小到 %.3g %%", by, 100*gap, 100*now), fmt.Sprintf("%s narrows the gap from %.3g %% to %.3g %%", by, 100*gap, 100*now))
	case proofBetter:
		less := math.Abs(float64(had-s.best.Value)) / math.Max(1, math.Abs(float64(had)))
		proved := Saying{"，差距未证明为零", "; that nothing is better still is not proved"}
		if s.best.Proved {
			proved = Saying{"，并证明已是最优", ", and proves that nothing is better still"}
		}
		s.out.assume(fmt.Sprintf("%s 找到更好的方案（改进 %.3g %%），经本系统复核后采用%s", by, 100*less, proved.Text),
			fmt.Sprintf("%s found better sites (by %.3g %%); they were counted here and taken%s", by, 100*less, proved.TextEN))
	default:
		s.out.assume(by+" 在限时内未能缩小差距", by+" did not narrow the gap in its time")
	}
	s.out.assume("外部求解器限时，其结论因机器而异；复算时采用记录的结论", "How far a solver comes in its time rests on the machine: who computes the study again takes the verdict recorded")
}

// pinProof puts what the solver said among what the result rests on.
func (s *siting) pinProof(proof *Proof) error {
	raw, err := json.Marshal(proof)
	if err != nil {
		return fmt.Errorf("write proof: %w", err)
	}
	sum := sha256.Sum256(append([]byte(s.out.Inputs+"\n"), raw...))
	s.out.Inputs = hex.EncodeToString(sum[:])
	return nil
}
