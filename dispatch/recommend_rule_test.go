package dispatch

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"onemap/geo/road/roadtest"
)

// street is a road with an incident at A; a step is 400 m.
const street = `A-------B-------C-------D-------E-------F`

// asked is who is picked on the street, in order, and what is missing.
func asked(t *testing.T, needs []Requirement, rows ...Entity) (picks []string, short []string, got Recommendation) {
	t.Helper()
	town := roadtest.Draw(t, 50, street)
	in := &Incident{ID: NewID(), Number: "N", State: Confirmed, Geometry: town.At("A"), Known: Known{Kind: "hazmat", Priority: 1, Division: "130302001"}}
	plan := entry(RunCards, "P", orb.Bound{Min: orb.Point{-180, -80}, Max: orb.Point{180, 80}}.ToPolygon(), &RunCard{Kinds: []string{"hazmat"}, Mode: "auto", Levels: []RunCardLevel{{Requirements: needs}}})
	for _, row := range rows {
		if e, ok := row.(*Entry); ok && e.Ledger == Units {
			e.Geometry = town.At(e.Code[:1])
		}
	}
	p, err := NewPicture(1, "e", append(rows, in, plan)).OnRoads(NewRoads(town.Now().Graph()), noon)
	if err != nil {
		t.Fatal(err)
	}
	province := Actor{Role: Dispatcher, Clearance: 3} // who sees the neighbours' units too
	if got, err = p.Recommend(province, RecommendQuery{Incident: in.ID}, &fleet{}, noon); err != nil {
		t.Fatal(err)
	}
	for _, one := range got.Picks {
		picks = append(picks, one.Entry.Code)
	}
	for _, f := range got.Shortfalls {
		short = append(short, fmt.Sprint(f.Code, " ", f.Missing))
	}
	return picks, short, got
}

// standingAt is a unit that stands where its code begins.
func standingAt(code, kind, duty string, skills ...Capability) *Entry {
	return entry(Units, code, orb.Point{}, &Unit{Kind: kind, Duty: duty, Crew: 4, CrewMinimum: 4, Capabilities: skills})
}

func TestWhoIsPickedBeforeWhom(t *testing.T) {
	social := entry(Teams, "T", orb.Point{119.6, 39.9}, &Team{OwnerSystem: "social"})
	asks := func(e *Entry) *Entry { e.Detail.(*Unit).Team = social.ID; return e }
	neighbour := standingAt("B", "engine", "available_base")
	neighbour.Division = "130203001"
	thin := standingAt("B", "engine", "available_base")
	thin.Detail.(*Unit).Crew = 3
	slow := standingAt("B2", "engine", "available_base")
	slow.Detail.(*Unit).MobiliseMin = 30
	later := standingAt("C", "rescue", "available_base")
	later.Detail.(*Unit).MobiliseMin = 10
	engines := func(n, within int, kinds string) Requirement {
		return Requirement{Type: "unit_kind", Quantity: n, Kinds: strings.Fields(kinds), WithinMin: within}
	}
	fire := Capability{"fire", 1}
	for _, c := range []struct {
		name  string
		needs []Requirement
		rows  []Entity
		picks string
		short string
	}{
		{"the first to arrive", []Requirement{engines(1, 0, "engine")}, []Entity{standingAt("C", "engine", "available_base"), standingAt("B", "engine", "available_base")}, "B", ""},
		{"the resting only when short", []Requirement{engines(1, 0, "engine")}, []Entity{standingAt("B", "engine", "resting"), standingAt("C", "engine", "available_base")}, "C", ""},
		{"the resting when short", []Requirement{engines(2, 0, "engine")}, []Entity{standingAt("B", "engine", "resting"), standingAt("C", "engine", "available_base")}, "C B", ""},
		{"a substitute when the wanted is late", []Requirement{engines(1, 5, "engine rescue")}, []Entity{slow, standingAt("C", "rescue", "available_base")}, "C", ""},
		{"a late one when there is no other", []Requirement{engines(1, 5, "engine rescue")}, []Entity{slow}, "B2", ""},
		{"of the late ones the first to arrive, whatever its kind", []Requirement{engines(1, 5, "engine rescue")}, []Entity{slow, later}, "C", ""},
		{"the wanted kind before a nearer substitute", []Requirement{engines(1, 0, "engine rescue")}, []Entity{standingAt("B", "rescue", "available_base"), standingAt("C", "engine", "available_base")}, "C", ""},
		{"who needs consent only when short", []Requirement{engines(1, 0, "engine")}, []Entity{social, asks(standingAt("B", "engine", "available_base")), standingAt("C", "engine", "available_base")}, "C", ""},
		{"who needs consent fills nothing yet", []Requirement{engines(2, 0, "engine")}, []Entity{social, asks(standingAt("B", "engine", "available_base")), standingAt("C", "engine", "available_base")}, "C B", "consent_pending 1"},
		{"a neighbour must be asked", []Requirement{engines(1, 0, "engine")}, []Entity{neighbour}, "B", "consent_pending 1"},
		{"one that meets two within a minute", []Requirement{engines(1, 0, "engine"), {Type: "capability", Quantity: 1, Discipline: "fire", Level: 1}}, []Entity{standingAt("B", "engine", "available_base"), standingAt("C", "engine", "available_base", fire)}, "C", ""},
		{"too few crew", []Requirement{engines(1, 0, "engine")}, []Entity{thin}, "", "unstaffed 1"},
		{"nobody of the kind", []Requirement{engines(1, 0, "engine")}, []Entity{standingAt("B", "pump", "available_base")}, "", "no_candidate 1"},
		{"no stock, no places", []Requirement{{Type: "stock", Quantity: 3, Item: "1010101"}, {Type: "shelter_places", Quantity: 2}}, nil, "", "stock_out 3, no_places 2"},
	} {
		picks, short, _ := asked(t, c.needs, c.rows...)
		if got := strings.Join(picks, " "); got != c.picks {
			t.Errorf("%s: picked %q, want %q", c.name, got, c.picks)
		}
		if got := strings.Join(short, ", "); got != c.short {
			t.Errorf("%s: short of %q, want %q", c.name, got, c.short)
		}
	}
}

func TestReasonsNameWhatADispatcherWeighs(t *testing.T) {
	rested := standingAt("B", "engine", "resting")
	rested.Detail.(*Unit).MobiliseMin = 20
	_, _, got := asked(t, []Requirement{{Type: "unit_kind", Quantity: 1, Kinds: []string{"engine"}, WithinMin: 5}}, rested, standingAt("C", "pump", "maintenance"))
	one := got.Picks[0]
	for _, part := range []string{"首支消防车", "′", "直线第 1", "休整", "超出 5 分钟时限"} {
		if !strings.Contains(one.Reason, part) {
			t.Errorf("%q does not say %q", one.Reason, part)
		}
	}
	var why []string
	for _, f := range got.Rejected[0].Why {
		why = append(why, f.Code)
	}
	if !slices.Equal(why, []string{"status", "no_fit"}) || got.Mode != "auto" || !one.Late {
		t.Errorf("rejected for %v, mode %s, late %v", why, got.Mode, one.Late)
	}
}

// TestAHigherLevelAsksForNoLess: whoever is wanted at one level still is at the next.
func TestAHigherLevelAsksForNoLess(t *testing.T) {
	empty, _ := onHarbour(t)
	rapid.Check(t, func(t *rapid.T) {
		s := anyScene(t, empty.Roads)
		wanted := 0
		for level := 1; level <= s.q.Level; level++ {
			q := s.q
			q.Level = level
			got, err := s.p.Recommend(anybody, q, s.at, noon)
			if err != nil {
				t.Fatal(err)
			}
			if len(got.Requirements) < wanted {
				t.Fatalf("level %d asks for %d, the one below for %d", level, len(got.Requirements), wanted)
			}
			wanted = len(got.Requirements)
		}
	})
}
