package dispatch

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"onemap/geo/road/roadtest"
)

// everywhere is a card for one kind of incident, wherever it is.
func everywhere(kind string, needs ...Requirement) *Entry {
	return entry(RunCards, "P-"+kind, orb.Bound{Min: orb.Point{-180, -80}, Max: orb.Point{180, 80}}.ToPolygon(),
		&RunCard{Kinds: []string{kind}, Mode: "prefill", Levels: []RunCardLevel{{Requirements: needs}}})
}

// severalAt is a picture of incidents on the street: "A1" is one at A of priority 1.
func severalAt(t *testing.T, needs []Requirement, places []string, rows ...Entity) (*Picture, []*Incident) {
	t.Helper()
	town := roadtest.Draw(t, 50, street)
	var ins []*Incident
	for i, at := range places {
		in := &Incident{ID: ID{15: byte(i + 1)}, Version: 1, Number: fmt.Sprintf("N-%d", i+1), State: Confirmed, Geometry: town.At(at[:1]),
			Known: Known{Kind: "hazmat", Priority: int(at[1] - '0'), Division: "130302001"}}
		ins, rows = append(ins, in), append(rows, in)
	}
	for _, row := range rows {
		if e, ok := row.(*Entry); ok && e.Ledger == Units {
			e.Geometry = town.At(e.Code[:1])
		}
	}
	p, err := NewPicture(1, "e", append(rows, everywhere("hazmat", needs...))).OnRoads(NewRoads(town.Now().Graph()), noon)
	if err != nil {
		t.Fatal(err)
	}
	return p, ins
}

// served lists who is sent where.
func served(got *JointRecommendation) (list []string) {
	for _, s := range got.Slots {
		text := s.Incident.Number + " " + s.Unit.Code
		if s.DivertFrom != nil {
			text += " from " + s.DivertFrom.Number
		}
		list = append(list, text)
	}
	return list
}

var oneOfEngines = []Requirement{{Type: "unit_kind", Quantity: 1, Kinds: []string{"engine"}}}

func TestWhatIsBestForAllIsNotTheNearestInTurn(t *testing.T) {
	// A's nearest is B's only near one: together it is cheaper that A waits a little.
	rows := func() []Entity {
		return []Entity{standingAt("B", "engine", "available_base"), standingAt("E", "engine", "available_base")}
	}
	for _, c := range []struct {
		name   string
		places []string
		want   []string
	}{
		{"the one between goes to whom nobody else is near", []string{"C3", "A3"}, []string{"N-1 E", "N-2 B"}},
		{"urgency buys the nearer one", []string{"A1", "B5"}, []string{"N-1 B", "N-2 E"}},
		{"of three the least urgent goes without", []string{"A2", "F2", "B5"}, []string{"N-1 B", "N-2 E"}},
	} {
		p, _ := severalAt(t, oneOfEngines, c.places, rows()...)
		got, err := p.RecommendJointly(anybody, JointQuery{}, &fleet{}, noon)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, served(&got)); diff != "" || got.TotalCost > got.GreedyCost {
			t.Errorf("%s: %s; %v, in turn %v", c.name, diff, got.TotalCost, got.GreedyCost)
		}
		if short := len(c.places) - 2; len(got.Shortfalls) != short || short > 0 && got.Shortfalls[0].Incident != 2 {
			t.Errorf("%s: %+v", c.name, got.Shortfalls)
		}
	}
}

func TestAUnitIsDivertedOnlyWhenAskedAndIsReplaced(t *testing.T) {
	near, far := standingAt("B", "engine", "available_base"), standingAt("F", "engine", "available_base")
	build := func(state AssignmentState, places ...string) (*Picture, []*Incident) {
		as := &Assignment{ID: ID{14: 1}, Unit: near.ID, State: state, Division: "130302001", OrderedAt: noon}
		p, ins := severalAt(t, oneOfEngines, places, near, far)
		as.Incident, as.Number = ins[1].ID, ins[1].Number
		return p.With(nil).bind(as), ins
	}
	for _, c := range []struct {
		name   string
		divert bool
		state  AssignmentState
		places []string
		want   []string
	}{
		{"not asked", false, Enroute, []string{"A1", "C5"}, []string{"N-1 F"}},
		{"taken, and replaced", true, Enroute, []string{"A1", "C5"}, []string{"N-1 B from N-2", "N-2 F"}},
		{"nobody is taken who has arrived", true, OnScene, []string{"A1", "C5"}, []string{"N-1 F"}},
		{"nor from one as urgent", true, Enroute, []string{"A1", "C1"}, []string{"N-1 F"}},
	} {
		p, _ := build(c.state, c.places...)
		got, err := p.RecommendJointly(anybody, JointQuery{AllowDivert: c.divert}, &fleet{}, noon)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, served(&got)); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

// bind is the picture with one more assignment, for tests.
func (p *Picture) bind(as *Assignment) *Picture {
	next := *p
	next.own(KindAssignment, noon)
	next.put(as)
	return &next
}

func TestJointQuestionsRefuseWhatIsNotThere(t *testing.T) {
	p, ins := severalAt(t, oneOfEngines, []string{"A1"})
	for code, q := range map[string]JointQuery{
		"not_found": {Incidents: []ID{NewID()}}, "out_of_range": {Incidents: make([]ID, 41)}, "out_of_range: at most 200 units": {Exclude: make([]ID, 201)},
	} {
		if _, err := p.RecommendJointly(anybody, q, &fleet{}, noon); err == nil || !strings.HasPrefix(err.Error(), code) {
			t.Errorf("%s: %v", code, err)
		}
	}
	ins[0].State = Closed
	if _, err := p.RecommendJointly(anybody, JointQuery{Incidents: []ID{ins[0].ID}}, &fleet{}, noon); !ErrIncidentClosed.Is(err) {
		t.Errorf("closed: %v", err)
	}
}

// anyContests are a few incidents with a card each kind, units of all sorts on
// the harbour's roads, some on their way.
func anyContests(t *rapid.T, roads *Roads, most int) (*Picture, *fleet, JointQuery) {
	g, at := roads.Now.Graph(), &fleet{fixes: map[ID]Fix{}}
	q := JointQuery{AllowDivert: rapid.Bool().Draw(t, "divert")}
	var rows []Entity
	var ins []*Incident
	for k, kind := range []string{"hazmat", "flood"} {
		var needs []Requirement
		for range rapid.IntRange(1, 2).Draw(t, "requirements") {
			n := anyRequirement(t)
			n.Quantity = min(n.Quantity, 2)
			needs = append(needs, n)
		}
		rows = append(rows, everywhere(kind, needs...))
		for i := range rapid.IntRange(1, 2).Draw(t, "incidents") {
			in := &Incident{ID: NewID(), Version: 1, Number: fmt.Sprint("N-", k, i), State: Confirmed, Geometry: about(t, g), Known: Known{Kind: kind, Priority: rapid.IntRange(1, 5).Draw(t, "priority"), Division: "130302001"}}
			ins, rows = append(ins, in), append(rows, in)
		}
	}
	for range rapid.IntRange(0, most).Draw(t, "candidates") {
		e := anyEntry(t, g, at)
		d, ok := e.Detail.(*Unit)
		if !ok {
			continue
		}
		d.Kind, d.Crew = rapid.SampledFrom(append([]string{"helicopter"}, UnitKinds[:4]...)).Draw(t, "kind"), rapid.IntRange(3, 6).Draw(t, "crew")
		d.Capabilities = []Capability{{rapid.SampledFrom(Disciplines[:2]).Draw(t, "discipline"), rapid.IntRange(1, 4).Draw(t, "level")}}
		d.Equipment = []Equipment{{Item: "2010101", Name: "水带", Quantity: rapid.IntRange(0, 2).Draw(t, "items")}}
		if rapid.IntRange(0, 3).Draw(t, "bound") == 0 {
			in := rapid.SampledFrom(ins).Draw(t, "to")
			rows = append(rows, &Assignment{ID: NewID(), Incident: in.ID, Number: in.Number, Unit: e.ID, State: rapid.SampledFrom([]AssignmentState{Ordered, Enroute, OnScene}).Draw(t, "state"), Division: "130302001", OrderedAt: noon})
		}
		if rapid.IntRange(0, 5).Draw(t, "excluded") == 0 {
			q.Exclude = append(q.Exclude, e.ID)
		}
		rows = append(rows, e)
	}
	for range rapid.IntRange(0, 3).Draw(t, "closures") {
		rows = append(rows, anyClosure(t, g))
	}
	p, err := NewPicture(1, "e", rows).OnRoads(NewRoads(g), noon)
	if err != nil {
		t.Fatal(err)
	}
	if rapid.IntRange(0, 9).Draw(t, "no roads") == 0 {
		p, _ = p.OnRoads(nil, noon)
	}
	return p, at, q
}

// TestAJointRecommendationKeepsItsPromises: no unit twice, none that does not
// fit or was left out, sums that are right, never dearer than in turn, and the
// same answer again.
func TestAJointRecommendationKeepsItsPromises(t *testing.T) {
	empty, _ := onHarbour(t)
	rapid.Check(t, func(t *rapid.T) {
		p, at, q := anyContests(t, empty.Roads, 25)
		got, err := p.RecommendJointly(anybody, q, at, noon)
		if err != nil {
			t.Fatal(err)
		}
		if got.TotalCost > got.GreedyCost {
			t.Fatalf("%v is dearer than %v in turn", got.TotalCost, got.GreedyCost)
		}
		sent, needs := map[ID]bool{}, map[ID][]RequirementState{}
		for _, one := range got.Incidents {
			needs[one.Incident.ID] = one.Requirements
		}
		for _, s := range got.Slots {
			as := p.OpenAssignment(s.Unit.ID)
			_, worth := needs[s.Incident.ID][s.Requirement].tier(s.Unit.Detail.(*Unit))
			switch u := s.Unit.Detail.(*Unit); {
			case sent[s.Unit.ID], worth == 0, slices.Contains(q.Exclude, s.Unit.ID), u.Crew < u.CrewMinimum, StatusClass(u.Duty) == "unavailable":
				t.Fatalf("%s must not go to %s", s.Unit.Code, s.Incident.Number)
			case (as == nil) != (s.DivertFrom == nil):
				t.Fatalf("%s is bound by %v, diverted from %v", s.Unit.Code, as, s.DivertFrom)
			case as != nil && (!q.AllowDivert || !underWay(as) || p.Incidents[as.Incident].Priority <= s.Incident.Priority):
				t.Fatalf("%s is %s for %s and taken", s.Unit.Code, as.State, as.Number)
			}
			sent[s.Unit.ID] = true
		}
		missing := map[[2]int]int{}
		for _, f := range got.Shortfalls {
			missing[[2]int{f.Incident, f.Requirement}] = f.Missing
		}
		for k, one := range got.Incidents {
			for i, n := range one.Requirements {
				if !n.Optional && n.byUnits() && (n.Have < 0 || n.Have+n.Picked+missing[[2]int{k, i}] != n.Wanted) {
					t.Fatalf("requirement %d of %s: %+v, missing %d", i, one.Incident.Number, n, missing[[2]int{k, i}])
				}
			}
		}
		again, err := p.RecommendJointly(anybody, q, at, noon)
		if err != nil || !slices.Equal(served(&got), served(&again)) || again.Inputs != got.Inputs || again.TotalCost != got.TotalCost {
			t.Fatalf("%v, then %v, %v", served(&got), served(&again), err)
		}
	})
}

// TestNoPlanOfAllIsCheaper tries every plan.
func TestNoPlanOfAllIsCheaper(t *testing.T) {
	empty, _ := onHarbour(t)
	rapid.Check(t, func(t *rapid.T) {
		p, at, q := anyContests(t, empty.Roads, 8)
		got, err := p.RecommendJointly(anybody, q, at, noon)
		if err != nil {
			t.Fatal(err)
		}
		j := &joint{p: p, a: anybody, q: q, pos: at, now: noon, byID: map[ID]*contest{}}
		j.enter(nil)
		for _, c := range j.contests {
			if err := c.line(j); err != nil {
				t.Fatal(err)
			}
		}
		if err := j.measure(); err != nil {
			t.Fatal(err)
		}
		j.open()
		type rest struct{ slot, taken int } // taken holds a bit for each unit
		prices, known := j.prices(), map[rest]int64{}
		var least func(r rest) int64
		least = func(r rest) int64 {
			if r.slot == len(j.slots) {
				return 0
			}
			if best, ok := known[r]; ok {
				return best
			}
			best := j.slots[r.slot].want().Unmet + least(rest{r.slot + 1, r.taken})
			for u, o := range prices[r.slot] {
				if o.ok && r.taken>>u&1 == 0 {
					best = min(best, o.cost+least(rest{r.slot + 1, r.taken | 1<<u}))
				}
			}
			known[r] = best
			return best
		}
		if want := seconds(least(rest{})); got.TotalCost != want {
			t.Fatalf("costs %v, %v is possible", got.TotalCost, want)
		}
	})
}
