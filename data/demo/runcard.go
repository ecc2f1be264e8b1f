package demo

import (
	"strings"

	"github.com/paulmach/orb"
)

type requirement struct {
	Type       string   `json:"type"`
	Quantity   int      `json:"quantity"`
	Kinds      []string `json:"kinds,omitempty"`
	Discipline string   `json:"discipline,omitempty"`
	Level      int      `json:"level,omitempty"`
	Item       string   `json:"item,omitempty"`
	WithinMin  int      `json:"within_min,omitempty"`
	Optional   bool     `json:"optional,omitempty"`
}

type cardLevel struct {
	Name         string        `json:"name,omitempty"`
	Requirements []requirement `json:"requirements"`
}

type runCardProps struct {
	head
	Kinds       []string    `json:"kinds"`
	PriorityMax int         `json:"priority_max,omitempty"`
	Order       int         `json:"order,omitempty"`
	Mode        string      `json:"mode"`
	Levels      []cardLevel `json:"levels"`
}

// send asks for so many of a kind within minutes; further kinds are substitutes.
func send(n int, kinds string, within int) requirement {
	return requirement{Type: "unit_kind", Quantity: n, Kinds: strings.Fields(kinds), WithinMin: within}
}

// able asks for so many units of a discipline at a level.
func able(n int, discipline string, level, within int) requirement {
	return requirement{Type: "capability", Quantity: n, Discipline: discipline, Level: level, WithinMin: within}
}

// draw asks for goods by their code in the table of goods.
func draw(n int, item string) requirement {
	return requirement{Type: "stock", Quantity: n, Item: item, Optional: true}
}

func house(n int) requirement {
	return requirement{Type: "shelter_places", Quantity: n, Optional: true}
}

// planned is one seeded card before it has its head.
type planned struct {
	code, name, en, kinds, mode string
	first, second               []requirement // what levels 1 and 2 ask for
}

// cards has one for each hazard that the plan names (S1); the numbers are
// examples and no order of anybody's.
var cards = []planned{
	{"RC-FF", "森林火灾", "Forest fire", "forest_fire", "prefill",
		[]requirement{send(3, "forest engine", 40), send(1, "command", 40), able(1, "forest_fire", 1, 60)},
		[]requirement{send(4, "forest engine", 90), send(1, "helicopter", 60), send(1, "comms", 90), draw(30, "2040101")}},
	{"RC-HZ", "危化品事故", "Hazardous materials", "hazmat", "prefill",
		[]requirement{send(1, "hazmat", 30), send(2, "engine", 15), send(1, "ambulance", 15)},
		[]requirement{able(2, "hazmat", 2, 60), send(2, "engine", 30), send(1, "command", 45), house(200)}},
	{"RC-TP", "尾矿库险情", "Tailings pond", "tailings mine", "prefill",
		[]requirement{send(2, "excavator transport", 60), send(1, "rescue", 30), send(1, "command", 45)},
		[]requirement{able(1, "mine", 3, 90), send(2, "excavator", 90), house(300), draw(20, "3020101")}},
	{"RC-FL", "防汛抢险", "Flood", "flood storm_surge", "prefill",
		[]requirement{send(2, "pump", 60), send(1, "boat rescue", 45), draw(200, "2060102")},
		[]requirement{send(2, "pump", 90), send(2, "boat", 90), house(500), draw(50, "3020101")}},
	{"RC-EQ", "地震救援", "Earthquake", "earthquake", "prefill",
		[]requirement{able(3, "collapse", 3, 45), send(3, "ambulance", 30), send(1, "command", 45), send(1, "comms", 60)},
		[]requirement{send(2, "excavator", 120), house(2000), draw(300, "1010101")}},
	{"RC-SE", "海上救援", "Rescue at sea", "marine", "prefill",
		[]requirement{send(2, "boat", 45), send(1, "ambulance", 30), {Type: "unit_kind", Quantity: 1, Kinds: []string{"helicopter"}, WithinMin: 60, Optional: true}},
		[]requirement{able(2, "water_rescue", 2, 90), send(1, "command", 60)}},
	{"RC-GH", "地质灾害", "Geological hazard", "geohazard", "prefill",
		[]requirement{able(1, "geohazard", 3, 60), send(1, "rescue", 40), send(1, "ambulance", 30)},
		[]requirement{send(2, "excavator", 120), send(1, "command", 60), house(200)}},
	{"RC-TR", "交通事故", "Traffic accident", "traffic", "prefill",
		[]requirement{send(1, "rescue engine", 15), send(1, "ambulance", 15)},
		[]requirement{send(1, "rescue engine", 30), send(2, "ambulance", 30), send(1, "command", 45)}},
	{"RC-BF", "建筑火灾", "Building fire", "building_fire", "prefill",
		[]requirement{send(2, "engine", 10), send(1, "ladder engine", 15), send(1, "ambulance", 15)},
		[]requirement{send(3, "engine", 20), send(1, "rescue", 20), send(1, "command", 30)}},
	{"RC-MD", "医疗急救", "Medical", "medical public_health", "inform",
		[]requirement{send(1, "ambulance", 15)},
		[]requirement{send(2, "ambulance", 30), able(1, "medical", 2, 30)}},
}

// runCards are the seeded cards; they hold in the city and at sea before it.
func (g *ground) runCards() []entry {
	const offshore = 0.55 // degrees, about 60 km
	where := g.cityArea().Bound().Pad(offshore).ToPolygon()
	for i, p := range where[0] {
		where[0][i] = round6(p)
	}
	var out []entry
	for _, c := range cards {
		out = append(out, newEntry(orb.Polygon(where), &runCardProps{
			head: head{Code: c.code, Name: c.name + "出动编组（示例）", NameEN: c.en + " (example)", Division: "130300",
				Note: "编组数量与时限为示例；" + invented, Source: "S1 generated", SourceDatum: "wgs84"},
			Kinds: strings.Fields(c.kinds), Mode: c.mode,
			Levels: []cardLevel{{"一级", c.first}, {"二级", c.second}},
		}))
	}
	return out
}
