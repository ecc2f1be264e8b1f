package dispatch

import (
	"errors"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"onemap/geo"
)

var heart = orb.Point{119.6, 39.9}

// box is a square about the heart of the city, so many degrees wide.
func box(width float64) orb.Polygon {
	return orb.Bound{Min: heart, Max: heart}.Pad(width / 2).ToPolygon()
}

func card(code string, width float64, c RunCard) *Entry {
	if c.Kinds == nil {
		c.Kinds = []string{"hazmat"}
	}
	c.Mode, c.Levels = "prefill", append(c.Levels, RunCardLevel{})
	return entry(RunCards, code, box(width), &c)
}

func TestTheClosestCardWins(t *testing.T) {
	plant := entry(Hazards, "H", geo.Destination(heart, 0, 250), &Hazard{Kind: "hazmat"})
	distant := entry(Hazards, "G", geo.Destination(heart, 0, 350), &Hazard{Kind: "hazmat"})
	secret := card("S", 0.01, RunCard{})
	secret.Sensitivity = 3
	grade := 2
	for _, c := range []struct {
		name  string
		cards []*Entry
		want  string
	}{
		{"none of the kind", []*Entry{card("A", 1, RunCard{Kinds: []string{"flood"}})}, ""},
		{"none there", []*Entry{entry(RunCards, "A", orb.Bound{Min: orb.Point{118, 39}, Max: orb.Point{118.5, 39.5}}.ToPolygon(), &RunCard{Kinds: []string{"hazmat"}})}, ""},
		{"a smaller area", []*Entry{card("A", 1, RunCard{Order: -5}), card("B", 0.5, RunCard{})}, "B"},
		{"the premise before the smallest area", []*Entry{card("A", 0.01, RunCard{}), card("B", 1, RunCard{Premise: &plant.ID})}, "B"},
		{"a premise whose area is elsewhere", []*Entry{entry(RunCards, "B", orb.Bound{Max: orb.Point{1, 1}}.ToPolygon(), &RunCard{Kinds: []string{"hazmat"}, Premise: &plant.ID})}, "B"},
		{"a premise too far away", []*Entry{card("A", 1, RunCard{Premise: &distant.ID})}, ""},
		{"by order", []*Entry{card("A", 1, RunCard{Order: 2}), card("B", 1, RunCard{Order: 1})}, "B"},
		{"by code", []*Entry{card("B", 1, RunCard{}), card("A", 1, RunCard{})}, "A"},
		{"urgent enough", []*Entry{card("A", 1, RunCard{PriorityMax: 3})}, "A"},
		{"not urgent enough", []*Entry{card("A", 1, RunCard{PriorityMax: 2})}, ""},
		{"of the grade", []*Entry{card("A", 1, RunCard{Grades: []int{1, 2}})}, "A"},
		{"of another grade", []*Entry{card("A", 1, RunCard{Grades: []int{1}})}, ""},
		{"too secret", []*Entry{secret}, ""},
	} {
		rows := []Entity{plant, distant}
		for _, e := range c.cards {
			rows = append(rows, e)
		}
		in := &Incident{ID: NewID(), Geometry: heart, Known: Known{Kind: "hazmat", Priority: 3, Grade: &grade, Division: "130302001"}}
		got := ""
		if e := NewPicture(1, "e", rows).RunCardFor(Actor{Area: "130302", Clearance: 2}, in); e != nil {
			got = e.Code
		}
		if got != c.want {
			t.Errorf("%s: card %q, want %q", c.name, got, c.want)
		}
	}
}

func TestACardNamesEveryFieldThatCannotBe(t *testing.T) {
	bad := RunCard{Kinds: []string{"picnic"}, PriorityMax: 9, Grades: []int{0}, Mode: "maybe", Levels: []RunCardLevel{{Requirements: []Requirement{
		{Type: "unit_kind", Quantity: 0, Kinds: []string{"kite"}}, {Type: "capability", Quantity: 1, Discipline: "singing"},
		{Type: "stock", Quantity: 1}, {Type: "equipment", Quantity: 1}, {Type: "money", Quantity: 1}, {Type: "unit_kind", Quantity: 1},
	}}}}
	err := entry(RunCards, "A", box(1), &bad).Check(maxVertices)
	var refusal *Error
	if !errors.As(err, &refusal) {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for _, f := range refusal.Fields {
		got[f.Path] = true
	}
	for _, path := range []string{
		"kinds[0]", "priority_max", "grades[0]", "mode", "levels[0].requirements[0].quantity", "levels[0].requirements[0].kinds[0]",
		"levels[0].requirements[1].discipline", "levels[0].requirements[1].level", "levels[0].requirements[2].item",
		"levels[0].requirements[3].item", "levels[0].requirements[4].type", "levels[0].requirements[5].kinds",
	} {
		if !got[path] {
			t.Errorf("%s is not named in %v", path, err)
		}
	}
	if len(got) != 12 {
		t.Errorf("%d fields named: %v", len(got), err)
	}
}

func TestLevelsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyCard(t).Detail.(*RunCard)
		for level := 2; level <= len(c.Levels); level++ {
			below, all := c.require(level-1), c.require(level)
			if len(all) != len(below)+len(c.Levels[level-1].Requirements) {
				t.Fatalf("level %d asks for %d, the one below for %d", level, len(all), len(below))
			}
			for i, n := range all {
				if i < len(below) && n.Quantity != below[i].Quantity || i >= len(below) && n.Level != level {
					t.Fatalf("level %d: requirement %d is %+v", level, i, n)
				}
			}
		}
	})
}
