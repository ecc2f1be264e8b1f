package demo

import (
	"fmt"
	"math/rand/v2"

	"github.com/paulmach/orb"
)

type shelterProps struct {
	head
	Class     string  `json:"class"`
	Grade     string  `json:"grade"`
	Space     string  `json:"space"`
	State     string  `json:"state"`
	Capacity  int     `json:"capacity"`
	Occupancy int     `json:"occupancy"`
	AreaM2    int     `json:"area_m2,omitempty"`
	Entrances int     `json:"entrances,omitempty"`
	Keeper    *person `json:"keeper,omitempty"`
}

// shelterType is a class of shelter (GB 51143-2015) with the square metres a
// person needs in it.
type shelterType struct {
	class, grade, space, name string
	perHead                   float64
	low, high                 int // square metres of use
}

var (
	centralShelter = shelterType{"central", "city", "outdoor", "奥林匹克体育中心避难场所", 4.5, 90_000, 90_000}
	longShelter    = shelterType{"fixed_long", "county", "outdoor", "公园避难场所", 4.5, 18_000, 36_000}
	midShelter     = shelterType{"fixed_mid", "county", "outdoor", "体育场避难场所", 3, 12_000, 24_000}
	schoolShelter  = shelterType{"fixed_short", "township", "indoor", "中学避难场所", 2, 1_600, 4_800}
	squareShelter  = shelterType{"emergency", "township", "outdoor", "广场避难场所", 0.5, 1_200, 4_000}
	villageShelter = shelterType{"emergency", "village", "indoor", "小学避难场所", 0.5, 400, 1_000}
)

// mainCity are the townships of the built-up area of Haigang that get a fixed
// shelter more: the plan wants one central and at least two fixed there (S1).
var mainCity = map[string]shelterType{
	"130302001": longShelter, "130302003": midShelter, "130302005": midShelter, "130302009": longShelter,
	"130371011": midShelter, "130303001": midShelter, "130304001": longShelter, "130306001": midShelter,
	"130321100": midShelter, "130322100": longShelter, "130324100": midShelter, "130372001": midShelter,
}

// shelters gives every township one at a school or square within a kilometre
// of its point, the seats a larger one, and the main city its central one.
func (g *ground) shelters() []entry {
	rng := stream("shelter")
	olympic := orb.Point{119.5560, 39.9220}
	central := g.shelter(rng, centralShelter, g.township(olympic), 1)
	central.Name = "秦皇岛" + centralShelter.name + "（示例）"
	out := []entry{newEntry(olympic, central)}
	add := func(kind shelterType, t *township) {
		at, _ := g.site(rng, t.Point, 900, func(o *township) bool { return o == t })
		out = append(out, newEntry(at, g.shelter(rng, kind, t, len(out)+1)))
	}
	for _, t := range g.townships {
		kind := schoolShelter
		if rng.IntN(4) == 0 {
			kind = squareShelter
		}
		add(kind, t)
		if more, ok := mainCity[t.Code]; ok {
			add(more, t)
		}
		if t.Code == "130321211" || t.Code == "130321101" || t.Code == "130321103" || t.Code == "130306106" || t.Code == "130302107" {
			add(villageShelter, t) // the hills, where debris flows come down
		}
	}
	return out
}

func (g *ground) shelter(rng *rand.Rand, kind shelterType, t *township, n int) *shelterProps {
	area := kind.low
	if kind.high > kind.low {
		area = 50 * between(rng, kind.low/50, kind.high/50)
	}
	p := &shelterProps{
		head: head{Code: fmt.Sprintf("S-%03d", n), Name: t.Name + kind.name + "（示例）", Division: t.Code, Owner: t.parent.Bureau,
			Note: invented, Source: "generated", SourceDatum: "cgcs2000", VerifyBy: verifyBy(rng)},
		Class: kind.class, Grade: kind.grade, Space: kind.space, State: "ready",
		Capacity: int(float64(area)/kind.perHead) / 10 * 10, AreaM2: area, Entrances: between(rng, 2, 4), Keeper: someone(rng, 2),
	}
	if kind.class == "central" || kind.class == "fixed_long" {
		p.Entrances = between(rng, 4, 6)
	}
	switch n % 29 {
	case 7:
		p.State, p.Occupancy = "open", p.Capacity*between(rng, 15, 60)/100
	case 13:
		p.State = "maintenance"
	case 21:
		p.State = "built"
	}
	if n == 36 {
		p.State, p.Occupancy = "full", p.Capacity
	}
	return p
}
