package dispatch

import (
	"cmp"
	"fmt"
	"time"

	"github.com/paulmach/orb"
)

// CoverageRule says what must always be at hand (覆盖规则): of the people in its
// geometry a share must be reached within minutes by so many available units of
// its kinds. A zero Share is nine in ten.
type CoverageRule struct {
	Kinds     []string `json:"kinds"`
	Minimum   int      `json:"minimum"`
	WithinMin int      `json:"within_min"`
	Share     float64  `json:"share,omitempty"`
}

const usualShare = 0.9

func (*CoverageRule) ledger() Ledger                      { return CoverageRules }
func (*CoverageRule) shape(g orb.Geometry) (string, bool) { return isArea(g) }
func (r *CoverageRule) check(p *Problems) {
	p.between("kinds", len(r.Kinds), 1, len(UnitKinds))
	seen := map[string]bool{}
	for i, kind := range r.Kinds {
		path := fmt.Sprintf("kinds[%d]", i)
		if p.OneOf(path, kind, UnitKinds); seen[kind] {
			p.Add(path, "duplicate", "%s stands twice", kind)
		}
		seen[kind] = true
	}
	p.between("minimum", r.Minimum, 1, 20)
	p.between("within_min", r.WithinMin, 1, 180)
	if r.Share != 0 && !(r.Share >= 0.5 && r.Share <= 1) {
		p.Add("share", "out_of_range", "%v is not within 0.5 and 1", r.Share)
	}
}

// Within is the time a rule sets.
func (r *CoverageRule) Within() time.Duration { return time.Duration(r.WithinMin) * time.Minute }

// Wanted is the share a rule asks for.
func (r *CoverageRule) Wanted() float64 { return cmp.Or(r.Share, usualShare) }
