package dispatch

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

func anyRequirement(t *rapid.T) Requirement {
	r := Requirement{Type: rapid.SampledFrom(RequirementTypes).Draw(t, "type"), Quantity: rapid.IntRange(1, 4).Draw(t, "quantity")}
	r.WithinMin = rapid.SampledFrom([]int{0, 0, 1, 3, 10}).Draw(t, "within")
	r.Optional = rapid.IntRange(0, 4).Draw(t, "optional") == 0
	switch r.Type {
	case "unit_kind":
		r.Kinds = rapid.SliceOfNDistinct(rapid.SampledFrom(UnitKinds[:5]), 1, 3, rapid.ID).Draw(t, "kinds")
	case "capability":
		r.Discipline, r.Level = rapid.SampledFrom(Disciplines[:2]).Draw(t, "discipline"), rapid.IntRange(1, 4).Draw(t, "level")
	case "equipment":
		r.Item, r.Quantity = "2010101", rapid.IntRange(1, 30).Draw(t, "items")
	case "stock":
		r.Item, r.Quantity = "1010101", rapid.IntRange(1, 300).Draw(t, "items")
	case "shelter_places":
		r.Quantity = rapid.IntRange(1, 300).Draw(t, "places")
	}
	return r
}

func anyCard(t *rapid.T) *Entry {
	c := &RunCard{Kinds: []string{"hazmat"}, Mode: "prefill"}
	for range rapid.IntRange(1, 3).Draw(t, "levels") {
		var l RunCardLevel
		for range rapid.IntRange(0, 3).Draw(t, "requirements") {
			l.Requirements = append(l.Requirements, anyRequirement(t))
		}
		c.Levels = append(c.Levels, l)
	}
	return entry(RunCards, "P", orb.Bound{Min: orb.Point{-180, -80}, Max: orb.Point{180, 80}}.ToPolygon(), c)
}

// scene is one recommendation's inputs.
type scene struct {
	p     *Picture
	at    *fleet
	q     RecommendQuery
	units int
}

// anyScene is a card, units of all sorts, some of them ordered, and closures.
func anyScene(t *rapid.T, roads *Roads) scene {
	g := roads.Now.Graph()
	s := scene{at: &fleet{fixes: map[ID]Fix{}}}
	plan := anyCard(t)
	in := &Incident{ID: NewID(), Version: 1, Number: "QHD-2026-000001", State: Confirmed, Geometry: about(t, g), Known: Known{Kind: "hazmat", Priority: 1, Division: "130302001"}}
	teams := []*Entry{
		entry(Teams, "T1", about(t, g), &Team{OwnerSystem: "fire_rescue"}), entry(Teams, "T2", about(t, g), &Team{OwnerSystem: "social"}),
	}
	rows := []Entity{plan, in, teams[0], teams[1]}
	for range rapid.IntRange(0, 30).Draw(t, "candidates") {
		e := anyEntry(t, g, s.at)
		switch d := e.Detail.(type) {
		case *Unit:
			s.units++
			d.Kind, d.Team = rapid.SampledFrom(append([]string{"helicopter"}, UnitKinds[:5]...)).Draw(t, "kind"), rapid.SampledFrom(teams).Draw(t, "team").ID
			d.Crew = rapid.IntRange(3, 6).Draw(t, "crew")
			d.Capabilities = []Capability{{rapid.SampledFrom(Disciplines[:2]).Draw(t, "discipline"), rapid.IntRange(1, 4).Draw(t, "level")}}
			d.Equipment = []Equipment{{Item: "2010101", Name: "水带", Quantity: rapid.IntRange(0, 20).Draw(t, "items")}}
			if to := rapid.IntRange(0, 5).Draw(t, "bound"); to < 2 {
				rows = append(rows, &Assignment{ID: NewID(), Incident: []ID{in.ID, NewID()}[to], Unit: e.ID, State: Ordered, Division: "130302001", OrderedAt: noon})
			}
			if rapid.IntRange(0, 5).Draw(t, "excluded") == 0 {
				s.q.Exclude = append(s.q.Exclude, e.ID)
			}
		case *Depot:
			d.Stock = []Stock{{Item: "1010101", Quantity: rapid.IntRange(0, 200).Draw(t, "stock")}}
		}
		rows = append(rows, e)
	}
	for range rapid.IntRange(0, 6).Draw(t, "closures") {
		rows = append(rows, anyClosure(t, g))
	}
	p, err := NewPicture(1, "e", rows).OnRoads(NewRoads(g), noon)
	if err != nil {
		t.Fatal(err)
	}
	s.p, s.q.Incident, s.q.Level = p, in.ID, rapid.IntRange(1, len(plan.Detail.(*RunCard).Levels)).Draw(t, "level")
	if rapid.IntRange(0, 9).Draw(t, "no roads") == 0 {
		s.p, _ = p.OnRoads(nil, noon)
	}
	return s
}

// TestARecommendationKeepsItsPromises: nobody twice, nobody who does not fit,
// everybody accounted for, sums that are right, and the same bytes again.
func TestARecommendationKeepsItsPromises(t *testing.T) {
	empty, _ := onHarbour(t)
	rapid.Check(t, func(t *rapid.T) {
		s := anyScene(t, empty.Roads)
		got, err := s.p.Recommend(anybody, s.q, s.at, noon)
		if err != nil {
			t.Fatal(err)
		}
		everybodyOnce(t, s, &got)
		for _, one := range got.Picks {
			fitsWhatItMeets(t, s, &got, one)
		}
		missing := make([]int, len(got.Requirements))
		for _, f := range got.Shortfalls {
			if missing[f.Requirement] += f.Missing; f.Missing <= 0 || Labels["why_not"][f.Code][0] == "" {
				t.Fatalf("shortfall %+v", f)
			}
		}
		for i, n := range got.Requirements {
			if n.Have+n.Picked+missing[i] != n.Wanted {
				t.Fatalf("requirement %d: %d there, %d picked, %d missing of %d", i, n.Have, n.Picked, missing[i], n.Wanted)
			}
		}
		again, err := s.p.Recommend(anybody, s.q, s.at, noon)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(written(t, &got), written(t, &again)) {
			t.Fatal("the same inputs gave another answer")
		}
		later, err := s.p.Recommend(anybody, s.q, s.at, noon.Add(time.Second))
		if err != nil || later.Inputs == got.Inputs {
			t.Fatalf("another moment has the same inputs, %v", err)
		}
	})
}

func written(t *rapid.T, r *Recommendation) []byte {
	plain := *r
	plain.Roads = nil
	raw, err := json.Marshal(plain)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func everybodyOnce(t *rapid.T, s scene, got *Recommendation) {
	seen := map[ID]int{}
	for _, one := range slices.Concat(got.Picks, got.Alternates) {
		seen[one.Entry.ID]++
	}
	for _, no := range got.Rejected {
		seen[no.Entry.ID]++
		if len(no.Why) == 0 {
			t.Fatalf("no reason why not %s", no.Entry.ID)
		}
		for _, f := range no.Why {
			if Labels["why_not"][f.Code][0] == "" {
				t.Fatalf("no words for %q", f.Code)
			}
		}
	}
	for id, n := range seen {
		if n > 1 {
			t.Fatalf("%s stands %d times", id, n)
		}
	}
	if len(seen) != s.units {
		t.Fatalf("%d of %d units accounted for", len(seen), s.units)
	}
}

func fitsWhatItMeets(t *rapid.T, s scene, got *Recommendation, one Pick) {
	u := one.Entry.Detail.(*Unit)
	if StatusClass(u.Duty) == "unavailable" || u.Crew < u.CrewMinimum || s.p.OpenAssignment(one.Entry.ID) != nil || slices.Contains(s.q.Exclude, one.Entry.ID) {
		t.Fatalf("%s is not to be sent: %+v", one.Entry.ID, u)
	}
	if len(one.Requirements) == 0 || one.Reason == "" || one.ReasonEN == "" {
		t.Fatalf("%s is picked for nothing: %+v", one.Entry.ID, one)
	}
	late := false
	for _, i := range one.Requirements {
		n := got.Requirements[i]
		if _, worth := n.tier(u); worth == 0 {
			t.Fatalf("%s %s does not meet %+v", u.Kind, one.Entry.ID, n)
		}
		late = late || n.WithinMin > 0 && one.Trip.Arrival() > time.Duration(n.WithinMin)*time.Minute
	}
	if late != one.Late {
		t.Fatalf("%s is late: %v, said %v", one.Entry.ID, late, one.Late)
	}
}

// TestSearchingNoFartherThanNeededChoosesTheSame as pricing everybody first.
func TestSearchingNoFartherThanNeededChoosesTheSame(t *testing.T) {
	empty, _ := onHarbour(t)
	rapid.Check(t, func(t *rapid.T) {
		s := anyScene(t, empty.Roads)
		make := func() *choice {
			card, err := s.p.cardOf(anybody, s.p.Incidents[s.q.Incident], &s.q)
			if err != nil {
				t.Fatal(err)
			}
			c := s.p.newChoice(anybody, s.p.Incidents[s.q.Incident], s.q, card, s.at, noon)
			if err := c.line(); err != nil {
				t.Fatal(err)
			}
			return c
		}
		thrifty, thorough := make(), make()
		for _, g := range thorough.groups {
			if err := thorough.widen(g, forever); err != nil {
				t.Fatal(err)
			}
		}
		thorough.choose()
		if len(thorough.doubt) > 0 {
			t.Fatal("in doubt with everybody priced")
		}
		if err := thrifty.settleAll(); err != nil {
			t.Fatal(err)
		}
		names := func(c *choice) (list []string) {
			for _, one := range c.chosen {
				list = append(list, fmt.Sprint(one.entry.ID, one.arrival(), one.meets))
			}
			for _, m := range c.alternates {
				list = append(list, m.entry.ID.String())
			}
			return list
		}
		if a, b := names(thrifty), names(thorough); !slices.Equal(a, b) {
			t.Fatalf("%v\n%v", a, b)
		}
	})
}

func TestWhatIsNotRecommended(t *testing.T) {
	p, town := onHarbour(t)
	ended := &Incident{ID: NewID(), State: Closed, Geometry: town.At("A"), Known: Known{Division: "130302001"}}
	open := &Incident{ID: NewID(), State: Confirmed, Geometry: town.At("A"), Known: Known{Kind: "hazmat", Division: "130302001"}}
	plan := card("P", 0.1, RunCard{})
	p = p.With([]Entity{ended, open})
	p, _ = NewPicture(1, "e", []Entity{ended, open, plan}).OnRoads(p.Roads, noon)
	nowhere := NewID()
	for _, c := range []struct {
		q    RecommendQuery
		a    Actor
		code string
	}{
		{RecommendQuery{Incident: ended.ID}, anybody, "incident_closed"}, {RecommendQuery{Incident: NewID()}, anybody, "not_found"},
		{RecommendQuery{Incident: open.ID}, Actor{Role: Dispatcher, Area: "130321"}, "not_found"},
		{RecommendQuery{Incident: open.ID, RunCard: &nowhere}, anybody, "not_found"},
		{RecommendQuery{Incident: open.ID, RunCard: &plan.ID, Level: 2}, anybody, "out_of_range"},
		{RecommendQuery{Incident: open.ID, Level: 6}, anybody, "out_of_range"},
		{RecommendQuery{Incident: open.ID, Exclude: make([]ID, 201)}, anybody, "out_of_range"},
	} {
		if _, err := p.Recommend(c.a, c.q, &fleet{}, noon); !errors.Is(err, &Error{Code: c.code}) {
			t.Errorf("%+v: %v, want %s", c.q, err, c.code)
		}
	}
}
