package dispatch

import (
	"strings"

	"github.com/paulmach/orb"
)

// DivisionLevels from the city down.
var DivisionLevels = []string{"city", "county", "township"}

// Division is one node of the division tree (行政区划). Its code is the head's;
// County is the county whose census counts a township's people, which for the
// two zones (开发区、北戴河新区) is not the parent.
type Division struct {
	Level  string `json:"level"`
	Parent string `json:"parent,omitempty"`
	County string `json:"county,omitempty"`
	Zone   bool   `json:"zone,omitempty"` // a functional zone that lies inside counties
	People int    `json:"people,omitempty"`
	AreaM2 int64  `json:"area_m2,omitempty"`
}

func (*Division) ledger() Ledger                      { return Divisions }
func (*Division) shape(g orb.Geometry) (string, bool) { return isArea(g) }
func (d *Division) check(p *Problems) {
	p.OneOf("level", d.Level, DivisionLevels)
	p.between("people", d.People, 0, 2e9)
}

// Within reports whether division code lies in area: 130300 holds all of 1303…,
// 130321 all of 130321….
func Within(code, area string) bool {
	return strings.HasPrefix(code, AreaPrefix(area))
}

// AreaPrefix is the prefix that all codes inside an area share.
func AreaPrefix(area string) string {
	if len(area) == 6 && strings.HasSuffix(area, "00") {
		return area[:4]
	}
	return area
}

// Cell is one square of the population grid (人口格网), 500 m or finer.
type Cell struct {
	People int `json:"people"`
	AreaM2 int `json:"area_m2"`
}

func (*Cell) ledger() Ledger                      { return Cells }
func (*Cell) shape(g orb.Geometry) (string, bool) { return isArea(g) }
func (c *Cell) check(p *Problems) {
	p.between("people", c.People, 0, 1e6)
	p.between("area_m2", c.AreaM2, 1, 250_000)
}
