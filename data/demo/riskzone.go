package demo

import (
	"fmt"
)

type riskZoneProps struct {
	head
	Kind  string `json:"kind"`
	Class int    `json:"class"`
}

// wooded lists the townships of a county that its forest-fire zone is made of
// where not the whole county is hills; elsewhere all but the seat.
var wooded = map[string][]string{
	"130302": {"130302104", "130302105", "130302106", "130302107"},
	"130303": {"130303101", "130303102", "130303003"},
	"130306": {"130306105", "130306106", "130306102", "130306200"},
	"130324": {"130324101", "130324102", "130324107", "130324109", "130324201"},
}

// riskZones are the forest-fire zones (火险区) of the counties that have a class.
func (g *ground) riskZones() []entry {
	rng := stream("risk_zone")
	var out []entry
	for _, c := range g.counties {
		if c.FireClass == 0 {
			continue
		}
		var parts []ring
		for _, t := range c.members {
			if inForest(c, t) {
				parts = append(parts, t.parts...)
			}
		}
		area := dissolve(parts)
		out = append(out, newEntry(area, &riskZoneProps{
			head: head{Code: fmt.Sprintf("F-%s", c.Code), Name: fmt.Sprintf("%s森林火险区（%s级，示例）", c.Name, []string{"", "Ⅰ", "Ⅱ", "Ⅲ"}[c.FireClass]),
				Division: c.Code, Owner: c.Bureau, Note: "分级数按 S1，归属与范围为示例；" + boundaryNote,
				Source: "S1 generated", SourceDatum: "wgs84", VerifyBy: verifyBy(rng)},
			Kind: "forest_fire", Class: c.FireClass,
		}))
	}
	return out
}

func inForest(c *county, t *township) bool {
	list, ok := wooded[c.Code]
	if !ok {
		return distance(t.Point, c.Seat) > 1500
	}
	for _, code := range list {
		if t.Code == code {
			return true
		}
	}
	return false
}
