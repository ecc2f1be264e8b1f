package study

import (
	"context"
	"errors"
	"io"
)

// Prover is a solver outside this program that looks for the best choice of
// sites, and for what none can better (外部求解器). It may not find either.
type Prover interface {
	// Prove ends early with ctx. ErrNoSolver: none is there; ErrProgramTooLarge.
	Prove(ctx context.Context, q Program) (Verdict, error)
}

// Program is a mixed-integer program in the LP format of CPLEX. Its candidates
// are x0, x1 and so on.
type Program struct {
	Write func(w io.Writer) error
	Start []int // the candidates of a choice to begin with
}

// Verdict is what a solver says of a program. How far it comes in its time rests
// on the machine.
type Verdict struct {
	Solver string   // name and version
	Sites  []int    // its choice; nil: none
	Bound  *float64 // no choice is better; nil: not known
}

// Why a solver gives no verdict.
var (
	ErrNoSolver        = errors.New("no solver is installed")
	ErrProgramTooLarge = errors.New("the program is too large for a solver")
)

// Outcomes of asking for a proof.
const (
	proofNeedless  = "needless"      // our own bound proves it
	proofDone      = "proved"        // nothing is better
	proofNarrowed  = "narrowed"      // the gap is smaller than by our own bound
	proofUnchanged = "unchanged"     // as before
	proofBetter    = "better"        // other sites are, by our own count, and are taken
	proofNoSolver  = "not_installed" // 未安装
	proofTooLarge  = "too_large"
	proofFailed    = "failed"
)

// Proof is what came of asking a solver outside. It is part of what a result
// rests on: who computes the study again takes it as it stands, with Recorded.
type Proof struct {
	Outcome string   `json:"outcome"`
	Solver  string   `json:"solver,omitempty"`
	Bound   *float64 `json:"bound,omitempty"` // of the program as it was written, in its own units
	Sites   []int    `json:"sites,omitempty"` // its choice, by place in the program
}

// Recorded is a solver that says what one said before; nil where nothing was
// asked.
func Recorded(was *Proof) Prover {
	if was == nil {
		return nil
	}
	return recorded{*was}
}

type recorded struct{ Proof }

func (r recorded) Prove(context.Context, Program) (Verdict, error) {
	switch {
	case r.Outcome == proofNoSolver:
		return Verdict{}, ErrNoSolver
	case r.Outcome == proofTooLarge:
		return Verdict{}, ErrProgramTooLarge
	case r.Solver == "":
		return Verdict{}, errors.New("the solver had failed")
	}
	return Verdict{r.Solver, r.Sites, r.Bound}, nil
}
