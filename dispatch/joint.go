package dispatch

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// JointQuery asks whom to send where when several incidents need units at once
// (联合调度). No incidents are all open ones in the actor's scope whose card
// lacks something. AllowDivert also takes units on their way to a less urgent one.
type JointQuery struct {
	Incidents   []ID
	AllowDivert bool
	Exclude     []ID
}

// JointSlot is one unit in one place of a card. Cost is in seconds, weighted by
// the incident's priority. DivertFrom is the assignment it is taken from.
type JointSlot struct {
	Incident         *Incident
	Requirement      int // its place in the list of the incident
	Unit             *Entry
	Arrival          time.Duration
	Late, Substitute bool
	DivertFrom       *Assignment
	Cost             float64
	Reason, ReasonEN string
}

// JointIncident is one incident with what its card asks for. Of a unit that is
// diverted Have no longer tells, so that Wanted is Have, Picked and what is missing.
type JointIncident struct {
	Incident     *Incident
	Card         *Entry // nil: none fits
	Requirements []RequirementState
}

// JointShortfall is what a requirement of an incident still lacks.
type JointShortfall struct {
	Incident, Requirement, Missing int // Incident is a place in the list
	Text                           string
}

// JointRecommendation is true at Seq; the same Inputs give the same answer. A
// unit fills one place only, though it could fill several. GreedyCost is what
// it would cost had each incident taken its best in turn, the most urgent first.
// LeftOut counts the incidents beyond the most that are looked at together.
type JointRecommendation struct {
	Seq                   Seq
	AsOf                  time.Time
	Inputs, Basis         string
	Roads                 *Roads
	Incidents             []JointIncident
	Slots                 []JointSlot
	Shortfalls            []JointShortfall
	TotalCost, GreedyCost float64
	LeftOut               int
}

const mostJoint = 40 // incidents

// joint is a joint recommendation being made.
type joint struct {
	p        *Picture
	a        Actor
	q        JointQuery
	pos      Positions
	now      time.Time
	contests []*contest // most urgent first
	byID     map[ID]*contest
	slots    []slot // by contest and requirement
	units    []*Entry
	plan     []int // of each slot the place of its unit; -1: empty
	leftOut  int
}

// RecommendJointly weighs all incidents against each other: it fills as many
// places as can be, the most urgent first, at the least arrival weighted by
// priority. Times by road leave the delays of ordinary turns out, so that all
// ways are known at once; they are a little shorter than those of Recommend.
// It reads nothing but its arguments. It refuses with ErrNotFound an
// incident the actor does not see, and with ErrIncidentClosed one that has ended.
func (p *Picture) RecommendJointly(a Actor, q JointQuery, pos Positions, now time.Time) (JointRecommendation, error) {
	j := &joint{p: p, a: a, q: q, pos: pos, now: now, byID: map[ID]*contest{}}
	named, err := j.named()
	if err != nil {
		return JointRecommendation{}, err
	}
	j.enter(named)
	for _, c := range j.contests {
		if err := c.line(j); err != nil {
			return JointRecommendation{}, fmt.Errorf("line up units for %s: %w", c.in.Number, err)
		}
	}
	if err := j.measure(); err != nil {
		return JointRecommendation{}, err
	}
	j.open()
	greedy, total, err := j.solve()
	if err != nil {
		return JointRecommendation{}, err
	}
	out := j.say()
	out.TotalCost, out.GreedyCost = seconds(total), seconds(greedy)
	return out, nil
}

func seconds(ms int64) float64 { return float64(ms) / 1000 }

// named checks which incidents are asked about; nil is all.
func (j *joint) named() ([]*Incident, error) {
	var bad Problems
	if len(j.q.Incidents) > mostJoint {
		bad.Add("incidents", "out_of_range", "at most %d", mostJoint)
	}
	if len(j.q.Exclude) > mostExcluded {
		bad.Add("exclude", "out_of_range", "at most %d units", mostExcluded)
	}
	if err := bad.Err(); err != nil {
		return nil, err
	}
	var list []*Incident
	for i, id := range j.q.Incidents {
		in := j.p.Incidents[id]
		switch {
		case in == nil || !j.p.SeesIncident(j.a, in):
			return nil, ErrNotFound.With("no incident %d of that id", i+1)
		case !in.State.Open():
			return nil, ErrIncidentClosed.With("%s is %s", in.Number, in.State)
		case !slices.Contains(list, in):
			list = append(list, in)
		}
	}
	return list, nil
}

// urgentFirst puts incidents in the order in which they are served.
func urgentFirst(a, b *Incident) int {
	return cmp.Or(cmp.Compare(a.Priority, b.Priority), cmp.Compare(a.Number, b.Number), slices.Compare(a.ID[:], b.ID[:]))
}

// enter makes the contests: those named, or all open ones that still wait for
// units, whose card lacks something; and those that units may be taken from.
func (j *joint) enter(named []*Incident) {
	asked := len(named) > 0
	list := named
	if !asked {
		for _, in := range j.p.Incidents {
			if j.p.SeesIncident(j.a, in) && slices.Contains([]State{Reported, Verifying, Confirmed, Responding}, in.State) {
				list = append(list, in)
			}
		}
	}
	slices.SortFunc(list, urgentFirst)
	for _, in := range list {
		c := j.contest(in)
		if !asked && c.missing() == 0 {
			continue
		}
		if len(j.contests) == mostJoint {
			j.leftOut++
			continue
		}
		j.contests, j.byID[in.ID] = append(j.contests, c), c
	}
	if j.q.AllowDivert {
		j.enterDonors()
	}
}

// enterDonors adds the incidents that a unit may be taken from, and that must
// be given another instead.
func (j *joint) enterDonors() {
	urgent := 6
	for _, c := range j.contests {
		if c.missing() > 0 {
			urgent = min(urgent, c.in.Priority)
		}
	}
	var donors []*Incident
	for _, as := range j.p.Assignments {
		in := j.p.Incidents[as.Incident]
		if in != nil && j.byID[in.ID] == nil && in.State.Open() && in.Priority > urgent && j.p.SeesIncident(j.a, in) && underWay(as) && !slices.Contains(donors, in) {
			donors = append(donors, in)
		}
	}
	slices.SortFunc(donors, urgentFirst)
	for _, in := range donors[:min(len(donors), mostJoint)] {
		c := j.contest(in)
		j.contests, j.byID[in.ID] = append(j.contests, c), c
	}
	slices.SortStableFunc(j.contests, func(a, b *contest) int { return urgentFirst(a.in, b.in) })
}

// underWay reports whether a unit has not arrived yet, so that it may be diverted.
func underWay(as *Assignment) bool {
	return as.State == Ordered || as.State == Acknowledged || as.State == Enroute
}

func (j *joint) contest(in *Incident) *contest {
	card := j.p.RunCardFor(j.a, in)
	query := RecommendQuery{Incident: in.ID, Level: 1, Exclude: j.q.Exclude}
	return &contest{choice: j.p.newChoice(j.a, in, query, card, j.pos, j.now), of: map[ID]*candidate{}}
}
