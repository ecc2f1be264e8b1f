package demo

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"
)

type closureProps struct {
	head
	Cause       string  `json:"cause"`
	Confidence  string  `json:"confidence"`
	VerifiedBy  string  `json:"verified_by,omitempty"`
	SpeedFactor float64 `json:"speed_factor,omitempty"`
	MaxWeightT  float64 `json:"max_weight_t,omitempty"`
}

// closures are three invented ones of the kinds there are: a road blocked in
// the hills, a street dug up in town, a bridge that bears no lorries.
func (g *ground) closures(n *network) []entry {
	var out []entry
	put := func(code, name, county string, highways []string, bridge bool, c closureProps) {
		at, ok := n.stretch(g, county, highways, bridge)
		if !ok {
			return
		}
		home := g.township(at)
		c.head = head{Code: code, Name: name, Division: g.division(home, home.parent), Owner: home.parent.Bureau,
			Note: invented, Source: "S1 generated", SourceDatum: "wgs84"}
		out = append(out, newEntry(at, &c))
	}
	country := []string{"tertiary", "unclassified"}
	put("RC-001", "山区公路塌方阻断（示例）", "130321", country, false, closureProps{Cause: "landslide", Confidence: "verified", VerifiedBy: "县公路段（示例）"})
	put("RC-002", "城区道路施工缓行（示例）", "130302", []string{"secondary"}, false, closureProps{Cause: "works", Confidence: "verified", SpeedFactor: 0.4})
	put("RC-003", "桥梁限重十吨（示例）", "130324", []string{"secondary", "tertiary", "primary"}, true, closureProps{Cause: "control", Confidence: "reported", MaxWeightT: 10})
	return out
}

// stretch is the middle of a piece of road of some classes in a county, on a
// bridge or not: of the middle one by length, so that neither a lane nor the
// county's lifeline is meant.
func (n *network) stretch(g *ground, county string, highways []string, bridge bool) (orb.Point, bool) {
	type piece struct {
		at     orb.Point
		metres float64
	}
	var all []piece
	for _, r := range n.roads {
		if r.raised || !slices.Contains(highways, r.highway) {
			continue
		}
		for i := 1; i < len(r.nodes); i++ {
			a, b := n.points[r.nodes[i-1]], n.points[r.nodes[i]]
			at := round6(lerp(a, b, 0.5))
			home := g.township(at)
			if home != nil && home.parent.Code == county && r.spans[i-1].bridge == bridge {
				all = append(all, piece{at, distance(a, b)})
			}
		}
	}
	if len(all) == 0 {
		return orb.Point{}, false
	}
	slices.SortStableFunc(all, func(a, b piece) int {
		return cmp.Or(cmp.Compare(a.metres, b.metres), cmp.Compare(a.at[0], b.at[0]), cmp.Compare(a.at[1], b.at[1]))
	})
	return all[len(all)/2].at, true
}
