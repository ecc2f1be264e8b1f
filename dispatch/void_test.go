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

// guarded is the street of 2 km with people at "A100": a hundred at A, units
// where their codes begin, and rules for boxes: "ab" is from A to B.
func guarded(t *testing.T, rules map[string]*CoverageRule, people []string, rows ...Entity) *Picture {
	t.Helper()
	town := roadtest.Draw(t, 50, street)
	at := func(name string) orb.Point { return town.At(strings.ToUpper(name)) }
	for code, r := range rules {
		box := orb.Bound{Min: at(code[:1]), Max: at(code[:1])}.Extend(at(code[1:2])).Pad(0.001)
		rows = append(rows, entry(CoverageRules, code, box.ToPolygon(), r))
	}
	for _, cell := range people {
		n := 0
		if _, err := fmt.Sscan(cell[1:], &n); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, entry(Cells, "C-"+cell, orb.Bound{Min: at(cell[:1]), Max: at(cell[:1])}.Pad(0.0002).ToPolygon(), &Cell{People: n, AreaM2: 1000}))
	}
	for _, row := range rows {
		if e, ok := row.(*Entry); ok && (e.Ledger == Units || e.Ledger == Teams) {
			e.Geometry = at(e.Code[:1])
		}
	}
	p, err := NewPicture(1, "e", rows).OnRoads(NewRoads(town.Now().Graph()), noon)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// rule wants so many engines within minutes.
func rule(minimum, within int, share float64) *CoverageRule {
	return &CoverageRule{Kinds: []string{"engine"}, Minimum: minimum, WithinMin: within, Share: share}
}

func voids(t *testing.T, p *Picture) []Void {
	t.Helper()
	got, err := p.Voids(anybody, &fleet{}, noon)
	if err != nil {
		t.Fatal(err)
	}
	return got.Voids
}

func TestARuleHoldsWhileEnoughPeopleAreReached(t *testing.T) {
	busy := standingAt("A2", "engine", "available_base")
	order := &Assignment{ID: NewID(), Incident: NewID(), Unit: busy.ID, State: Enroute, Division: "130302001"}
	thin := standingAt("A3", "engine", "available_base")
	thin.Detail.(*Unit).Crew = 1
	slow := standingAt("A4", "engine", "available_base")
	slow.Detail.(*Unit).MobiliseMin = 30
	for _, c := range []struct {
		name    string
		rule    *CoverageRule
		people  []string
		rows    []Entity
		holds   bool
		covered int64
	}{
		{"near enough", rule(1, 3, 0), []string{"A90", "B10"}, []Entity{standingAt("A", "engine", "available_base")}, true, 100},
		{"another kind", rule(1, 3, 0), []string{"A90", "B10"}, []Entity{standingAt("A", "ladder", "available_base")}, false, 0},
		{"two are wanted", rule(2, 3, 0), []string{"A90", "B10"}, []Entity{standingAt("A", "engine", "available_base")}, false, 0},
		{"sent elsewhere", rule(1, 3, 0), []string{"A90"}, []Entity{busy, order}, false, 0},
		{"too few crew", rule(1, 3, 0), []string{"A90"}, []Entity{thin}, false, 0},
		{"resting", rule(1, 3, 0), []string{"A90"}, []Entity{standingAt("A", "engine", "resting")}, false, 0},
		{"too slow to leave", rule(1, 3, 0), []string{"A90"}, []Entity{slow}, false, 0},
		{"a share is enough", rule(1, 1, 0.8), []string{"A90", "F10"}, []Entity{standingAt("A", "engine", "available_base")}, true, 90},
		{"and a larger one is not", rule(1, 1, 0.95), []string{"A90", "F10"}, []Entity{standingAt("A", "engine", "available_base")}, false, 90},
	} {
		zone := "a" + strings.ToLower(c.people[len(c.people)-1][:1])
		got := voids(t, guarded(t, map[string]*CoverageRule{zone: c.rule}, c.people, c.rows...))[0]
		if got.Holds != c.holds || got.Covered != c.covered {
			t.Errorf("%s: %+v", c.name, got)
		}
		if !got.Holds && len(got.Proposals) == 0 && (got.Note == "" || got.NoteEN == "") {
			t.Errorf("%s: nobody moves up and nothing says why", c.name)
		}
	}
}

func TestWhoMovesUp(t *testing.T) {
	at := func(code string) *Entry { return standingAt(code, "engine", "available_base") }
	station := entry(Teams, "E-station", orb.Point{}, &Team{OwnerSystem: "fire_rescue"})
	ef := map[string]*CoverageRule{"ef": rule(1, 1, 0)}
	both := map[string]*CoverageRule{"ab": rule(1, 1, 0), "ef": rule(1, 1, 0)}
	social := entry(Teams, "A-social", orb.Point{}, &Team{OwnerSystem: "social"})
	asked := at("A")
	asked.Detail.(*Unit).Team = social.ID
	for _, c := range []struct {
		name  string
		rules map[string]*CoverageRule
		rows  []Entity
		want  []string
		note  string
	}{
		{"the nearer of two", ef, []Entity{station, at("A"), at("C")}, []string{"C to E-station"}, ""},
		{"without a station, to where most people are", ef, []Entity{at("A")}, []string{"A to 未覆盖人口最多处"}, ""},
		{"nobody whom another rule needs", both, []Entity{station, at("A")}, nil, "ab 即失守"},
		{"the one it can spare", both, []Entity{station, at("A"), at("A2")}, []string{"A to E-station"}, ""},
		{"nobody there", ef, []Entity{station}, nil, "无可用力量"},
		{"nobody whose owner must agree", ef, []Entity{station, social, asked}, nil, "需对方同意"},
	} {
		p := guarded(t, c.rules, []string{"A50", "B50", "E90", "F10"}, c.rows...)
		all := voids(t, p)
		got := all[len(all)-1]
		var moves []string
		for _, m := range got.Proposals {
			moves = append(moves, m.Unit.Code[:1]+" to "+m.ToName)
			if m.People <= 0 || m.Travel <= 0 || !strings.Contains(m.Reason, "抽调") || !strings.Contains(m.ReasonEN, "move") {
				t.Errorf("%s: %+v", c.name, m)
			}
		}
		if !slices.Equal(moves, c.want) || !strings.Contains(got.Note, c.note) {
			t.Errorf("%s: %v, %q", c.name, moves, got.Note)
		}
	}
}

func TestAZoneWithoutPeopleIsMeasuredByItsGround(t *testing.T) {
	for _, people := range [][]string{nil, {"A0", "B0"}} {
		p := guarded(t, map[string]*CoverageRule{"ab": rule(1, 5, 0)}, people, standingAt("A", "engine", "available_base"))
		if got := voids(t, p)[0]; !got.Holds || got.People != 0 || !strings.Contains(got.Note, "按面积计") {
			t.Errorf("%v: %+v", people, got)
		}
	}
}

// TestAPostCountsAsTheBase: a unit moved up covers from its post, and an edit of
// the ledger leaves it there.
func TestAPostCountsAsTheBase(t *testing.T) {
	unit := standingAt("A", "engine", "available_base")
	p := guarded(t, map[string]*CoverageRule{"ef": rule(1, 1, 0)}, []string{"E90", "F10"}, unit)
	if got := voids(t, p)[0]; got.Holds {
		t.Fatalf("from A: %+v", got)
	}
	post := p.Shelf(Cells).ByCode()[0].Point()
	out, err := unit.Repost(Posting{Point: &post, Name: "E", Reason: "补位"}, noon)
	if err != nil {
		t.Fatal(err)
	}
	moved := p.Next([]Event{{Seq: 2, Fact: out.Facts[0], Version: unit.Version + 1}})
	if got := voids(t, moved)[0]; !got.Holds || moved.Entry(Units, unit.ID).Point() != post {
		t.Errorf("from the post: %+v", got)
	}
	edit := *moved.Entry(Units, unit.ID)
	edit.Detail = &Unit{Kind: "engine", Post: &Post{Name: "elsewhere"}}
	if edit.keepPost(moved.Entry(Units, unit.ID)); edit.Detail.(*Unit).Post.Name != "E" {
		t.Errorf("the edit moved it to %+v", edit.Detail.(*Unit).Post)
	}
	back, err := moved.Entry(Units, unit.ID).Repost(Posting{Reason: "解除"}, noon)
	if err != nil || back.Facts[0].(*EntryRecorded).Detail.(*Unit).Post != nil || back.Facts[0].(*EntryRecorded).Reason != "解除" {
		t.Errorf("back: %+v, %v", back, err)
	}
	for want, v := range map[string]Posting{"required": {Point: &post}, "out_of_range": {Point: &orb.Point{181, 0}, Reason: "x"}, "too_long": {Reason: strings.Repeat("长", 401)}} {
		if _, err := unit.Repost(v, noon); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	if _, err := standingAt("A", "engine", "resting").Repost(Posting{Reason: "x"}, noon); !ErrNotDispatchable.Is(err) {
		t.Errorf("resting: %v", err)
	}
}

// TestWhatIsKeptSaysWhatIsMeasuredAnew: a look that uses what was kept is that
// of a network seen for the first time; every figure is within its bounds, no
// more than three move, each once, and none whom a rule that holds needs.
func TestWhatIsKeptSaysWhatIsMeasuredAnew(t *testing.T) {
	empty, _ := onHarbour(t)
	g := empty.Roads.Now.Graph()
	kept := NewRoads(g)
	rapid.Check(t, func(t *rapid.T) {
		at := &fleet{fixes: map[ID]Fix{}}
		var rows []Entity
		for range rapid.IntRange(0, 20).Draw(t, "candidates") {
			e := anyEntry(t, g, at)
			if u, ok := e.Detail.(*Unit); ok {
				u.Kind = rapid.SampledFrom([]string{"engine", "ambulance", "helicopter"}).Draw(t, "kind")
			}
			rows = append(rows, e)
		}
		for i := range rapid.IntRange(1, 3).Draw(t, "rules") {
			box := orb.MultiPoint{about(t, g), about(t, g)}.Bound().Pad(0.002)
			rows = append(rows, entry(CoverageRules, fmt.Sprint("R", i), box.ToPolygon(), &CoverageRule{
				Kinds: []string{"engine", "helicopter"}[:rapid.IntRange(1, 2).Draw(t, "kinds")], Minimum: rapid.IntRange(1, 2).Draw(t, "minimum"), WithinMin: rapid.IntRange(1, 10).Draw(t, "within"),
			}))
		}
		for i := range rapid.IntRange(0, 12).Draw(t, "cells") {
			c := about(t, g)
			rows = append(rows, entry(Cells, fmt.Sprint("C", i), orb.Bound{Min: c, Max: c}.Pad(0.001).ToPolygon(), &Cell{People: rapid.IntRange(0, 500).Draw(t, "people"), AreaM2: 100}))
		}
		look := func(roads *Roads) VoidAnswer {
			p, err := NewPicture(1, "e", rows).OnRoads(roads, noon)
			if err != nil {
				t.Fatal(err)
			}
			if rapid.IntRange(0, 9).Draw(t, "no roads") == 0 {
				p, _ = p.OnRoads(nil, noon)
			}
			if _, err := p.Voids(anybody, at, noon); err != nil {
				t.Fatal(err)
			}
			got, err := p.Voids(anybody, at, noon)
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		one, two := look(kept), look(NewRoads(g))
		if one.Basis == two.Basis && fmt.Sprint(said(one)) != fmt.Sprint(said(two)) {
			t.Fatalf("kept: %v\nanew: %v", said(one), said(two))
		}
		moved := map[ID]bool{}
		for _, v := range one.Voids {
			if v.Share < 0 || v.Share > 1 || v.Covered > v.People || len(v.Proposals) > mostMoves || v.Holds && len(v.Proposals) > 0 {
				t.Fatalf("%+v", v)
			}
			for _, m := range v.Proposals {
				if moved[m.Unit.ID] || StatusClass(m.Unit.Detail.(*Unit).Duty) != "available" {
					t.Fatalf("%s moves up twice, or is %s", m.Unit.Code, m.Unit.Detail.(*Unit).Duty)
				}
				moved[m.Unit.ID] = true
			}
		}
	})
}

func said(a VoidAnswer) (list []string) {
	for _, v := range a.Voids {
		list = append(list, fmt.Sprintf("%s %t %.6f %d", v.Rule.Code, v.Holds, v.Share, len(v.Units)))
		for _, m := range v.Proposals {
			list = append(list, m.Reason)
		}
	}
	return list
}
