// Package site says where the next sites go, and who goes to which: set
// covering, maximal covering, median and centre on any travel times, each with
// a bound beside its value, and the allocation of people to places.
//
// Everything is in whole numbers and in the order of the input, and nothing
// looks at a clock: the same problem has the same answer, to the last site.
package site

import (
	"errors"
	"fmt"
	"math"
)

// None is the travel between a candidate and a point that it cannot serve.
const None = int32(-1)

// Problem is points with the people at them, and candidates where a site may
// be. Travel is by candidate, then point, in any unit; None where no way leads.
type Problem struct {
	Weight []int64
	Travel [][]int32
	Fixed  []int // candidates that are sites already
}

// Refusals.
var (
	ErrShape     = errors.New("travel and weights do not fit together")
	ErrNoPoint   = errors.New("there is no point with people")
	ErrNoSite    = errors.New("there is no candidate")
	ErrSites     = errors.New("the number of sites cannot be")
	ErrTooLarge  = errors.New("the sums cannot be counted exactly")
	ErrNegative  = errors.New("a weight or travel is negative")
	ErrThreshold = errors.New("the threshold cannot be")
	ErrBudget    = errors.New("the budget pays for no site")
)

// most is the greatest sum that stays exact in JSON, and in the float64 of the
// bounds.
const most = int64(1) << 53

func (p *Problem) check() error {
	if len(p.Travel) == 0 {
		return ErrNoSite
	}
	var people int64
	for i, w := range p.Weight {
		if w < 0 {
			return fmt.Errorf("point %d: %w", i, ErrNegative)
		}
		if people += w; people > most {
			return ErrTooLarge
		}
	}
	if people == 0 {
		return ErrNoPoint
	}
	longest := int64(0)
	for j, row := range p.Travel {
		if len(row) != len(p.Weight) {
			return fmt.Errorf("candidate %d has %d travels for %d points: %w", j, len(row), len(p.Weight), ErrShape)
		}
		for i, t := range row {
			if t < None {
				return fmt.Errorf("from candidate %d to point %d: %w", j, i, ErrNegative)
			}
			longest = max(longest, int64(t))
		}
	}
	if longest >= math.MaxInt32/2 || longest > 0 && people > most/(2*longest+2) {
		return ErrTooLarge
	}
	seen := make([]bool, len(p.Travel))
	for _, j := range p.Fixed {
		if j < 0 || j >= len(p.Travel) || seen[j] {
			return fmt.Errorf("fixed site %d: %w", j, ErrSites)
		}
		seen[j] = true
	}
	return nil
}

// Answer is which candidates are sites, fixed ones included, by their places.
// Value is what the model counts, Bound what no choice can better; they meet
// when Proved. Out are the points that no candidate serves.
type Answer struct {
	Sites   []int
	Value   int64
	Bound   int64
	Proved  bool
	Out     []int
	Method  string
	Stopped bool // by the caller, before it was done
}

// Gap is how far the value may be from the best, as a share of it.
func (a *Answer) Gap() float64 {
	if a.Value == a.Bound {
		return 0
	}
	return math.Abs(float64(a.Value-a.Bound)) / math.Max(1, math.Abs(float64(a.Value)))
}

// Effort bounds the work, by counts and never by the clock. Zero is what ends
// within some seconds at any size. Watch hears of every better value or bound,
// and ends the search by returning false. Stop, nil for never, is asked many times
// a second whether nobody wants an answer any more; what is returned then is
// Stopped and of no use.
type Effort struct {
	Shakes int // of the best choice, to find a better one
	Steps  int // of the bound
	Nodes  int // of the proof
	Seed   uint64
	Watch  func(value, bound int64) bool
	Stop   func() bool
}

// stopped asks whether nobody wants an answer any more.
func (e Effort) stopped() bool { return e.Stop != nil && e.Stop() }

// How many ways the bound and the search look at unless told otherwise: about
// two seconds and one on one core.
const (
	boundLooks  = 800_000_000
	searchLooks = 40_000_000
)

// orElse fills in what is not said, by the size of the problem.
func (e Effort) orElse(in *instance) Effort {
	ways := in.ways + 4*in.n + 40*in.m // a step looks at points and sites too
	if e.Shakes == 0 {
		e.Shakes = min(600, max(20, searchLooks/ways))
	}
	steps := boundLooks / ways
	if e.Steps == 0 {
		e.Steps = min(800, max(100, steps*2/3))
	}
	if e.Nodes == 0 {
		e.Nodes = min(2000, max(1, (steps-e.Steps*3/2)/nodeSteps))
	}
	return e
}

// orElseCover is orElse for set covering, whose nodes are light.
func (e Effort) orElseCover() Effort {
	if e.Steps == 0 {
		e.Steps = 800
	}
	if e.Nodes == 0 {
		e.Nodes = 400
	}
	return e
}
