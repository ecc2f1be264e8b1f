package dispatch

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// RecommendQuery asks whom to send to an incident. A nil RunCard is the one
// that fits best. All alarm levels up to Level add up.
type RecommendQuery struct {
	Incident ID
	RunCard  *ID
	Level    int
	Exclude  []ID // units that the dispatcher does not want
}

// RequirementState is what was asked for and how far it is met: Wanted is Have,
// Picked and what the shortfalls say is missing.
type RequirementState struct {
	Requirement
	Level  int
	Wanted int
	Have   int // met by units already assigned
	Picked int // met by the picks that need nobody's consent
}

// Pick is a unit to send, or an alternate. Requirements are the places in the
// list of what it meets.
type Pick struct {
	Hit
	Requirements []int
	Rank         int // by arrival, among all that may be sent
	Substitute   bool
	Late         bool // there after the time that was set
	Consent      bool // its owner must agree first; it does not count as picked
	Team         string
	Loss         *CoverageLoss
	Reason       string // zh-CN
	ReasonEN     string
}

// CoverageLoss counts the people that no other available unit of the kind
// reaches within a time once a pick is gone.
type CoverageLoss struct {
	People int64
	Within time.Duration
}

// Shortfall is what a requirement still lacks, and what stood in the way of most.
type Shortfall struct {
	Requirement, Missing int
	Code, Text           string
}

// RecommendedPlace is a depot to draw from or a shelter to fill.
type RecommendedPlace struct {
	Entry       *Entry
	Quantity    int
	Item        string // of a depot
	Arrival     time.Duration
	Requirement int
}

// Recommendation says whom to send (出动建议), true at Seq. Inputs is the
// SHA-256 of all it rests on: the same inputs give the same answer. Every unit
// in the asker's scope is a pick, an alternate or rejected, and only one of these.
type Recommendation struct {
	Incident     ID
	Seq          Seq
	AsOf         time.Time
	Inputs       string
	Basis        string // ByRoad, or CrowFlies without a network
	Roads        *Roads
	Card         *Entry // nil: none fits, and nothing is required
	Mode         string
	Level        int
	Requirements []RequirementState
	Picks        []Pick
	Alternates   []Pick
	Rejected     []WhyNot
	Shortfalls   []Shortfall
	Places       []RecommendedPlace
	Closures     []ClosureRef // that shaped a pick, an alternate or a why-not
}

const (
	mostAlternates = 10
	mostExcluded   = 200
)

// Recommend says whom to send to an incident. It reads nothing but its
// arguments: no clock, no database. It refuses with ErrNotFound what the actor
// does not see, and with ErrIncidentClosed an incident that has ended.
func (p *Picture) Recommend(a Actor, q RecommendQuery, pos Positions, now time.Time) (Recommendation, error) {
	in := p.Incidents[q.Incident]
	if in == nil || !a.SeesIncident(in) {
		return Recommendation{}, ErrNotFound.With("no incident of that id")
	}
	if !in.State.Open() {
		return Recommendation{}, ErrIncidentClosed.With("%s is %s", in.Number, in.State)
	}
	card, err := p.cardOf(a, in, &q)
	if err != nil {
		return Recommendation{}, err
	}
	c := p.newChoice(a, in, q, card, pos, now)
	if err := c.line(); err != nil {
		return Recommendation{}, err
	}
	if err := c.settleAll(); err != nil {
		return Recommendation{}, err
	}
	return c.recommendation()
}

// cardOf checks a query and finds its run card; nil when none fits.
func (p *Picture) cardOf(a Actor, in *Incident, q *RecommendQuery) (*Entry, error) {
	var bad Problems
	q.Level = cmp.Or(q.Level, 1)
	bad.between("level", q.Level, 1, 5)
	if len(q.Exclude) > mostExcluded {
		bad.Add("exclude", "out_of_range", "at most %d units", mostExcluded)
	}
	card := p.RunCardFor(a, in)
	if q.RunCard != nil {
		if card = p.Entry(RunCards, *q.RunCard); card == nil || card.Sensitivity > a.Clearance {
			return nil, ErrNotFound.With("no run card of that id")
		}
	}
	if card != nil && len(bad) == 0 {
		if n := len(card.Detail.(*RunCard).Levels); q.Level > n {
			bad.Add("level", "out_of_range", "run card %s has %d levels", card.Code, n)
		}
	}
	return card, bad.Err()
}

// recommendation puts what was chosen into words.
func (c *choice) recommendation() (Recommendation, error) {
	out := Recommendation{
		Incident: c.in.ID, Seq: c.p.Seq, AsOf: c.now, Basis: ByRoad, Roads: c.p.Roads, Card: c.card, Mode: "inform", Level: c.query.Level,
	}
	if c.roads == nil {
		out.Basis = CrowFlies
	}
	if c.card != nil {
		out.Mode = c.card.Detail.(*RunCard).Mode
	}
	c.rankByArrival()
	for i := range c.chosen {
		out.Picks = append(out.Picks, c.pick(c.chosen[i]))
	}
	for _, m := range c.alternates {
		out.Alternates = append(out.Alternates, c.alternate(m))
	}
	out.Rejected = c.rejected()
	if err := c.losses(out.Picks); err != nil {
		return out, err
	}
	for i := range c.needs {
		if err := c.close(i, &out); err != nil {
			return out, err
		}
	}
	for _, n := range c.needs {
		out.Requirements = append(out.Requirements, *n.RequirementState)
	}
	out.Closures, out.Inputs = closuresOf(&out), c.inputs()
	return out, nil
}

// close sums one requirement up: what the picks meet, what is missing and why.
func (c *choice) close(i int, out *Recommendation) error {
	n := c.needs[i]
	if !n.byUnits() {
		return c.places(i, out)
	}
	pending := 0
	for _, one := range c.chosen {
		switch worth := one.meets[i]; one.class {
		case byConsent:
			pending += worth
		default:
			n.Picked += worth
		}
	}
	left := n.Wanted - n.Have
	n.Picked = min(n.Picked, left)
	left -= n.Picked
	if pending = min(pending, left); pending > 0 {
		out.Shortfalls = append(out.Shortfalls, shortfall(i, pending, "consent_pending"))
	}
	if left -= pending; left > 0 {
		out.Shortfalls = append(out.Shortfalls, shortfall(i, left, c.hindrance(i)))
	}
	return nil
}

func shortfall(requirement, missing int, code string) Shortfall {
	return Shortfall{requirement, missing, code, fmt.Sprintf("缺 %d：%s", missing, Labels["why_not"][code][0])}
}

// hindrance is what stood in the way of most units that would have met a
// requirement; of equally many reasons the first by code.
func (c *choice) hindrance(i int) string {
	count := map[string]int{}
	for _, m := range c.all {
		if m.worth[i] == 0 || m.picked != nil {
			continue
		}
		for _, why := range c.whyNot(m.runner).Why {
			count[why.Code]++
		}
	}
	best := "no_candidate"
	for code, n := range count {
		if n > count[best] || n == count[best] && code < best {
			best = code
		}
	}
	return best
}

// closuresOf lists the closures an answer names, each once, by code.
func closuresOf(out *Recommendation) (refs []ClosureRef) {
	for _, list := range [][]Pick{out.Picks, out.Alternates} {
		for _, one := range list {
			refs = append(refs, one.Trip.Closures...)
		}
	}
	for _, no := range out.Rejected {
		refs = append(refs, no.Closures...)
	}
	slices.SortFunc(refs, func(a, b ClosureRef) int {
		return cmp.Or(cmp.Compare(a.Code, b.Code), slices.Compare(a.ID[:], b.ID[:]))
	})
	return slices.CompactFunc(refs, func(a, b ClosureRef) bool { return a.ID == b.ID })
}
