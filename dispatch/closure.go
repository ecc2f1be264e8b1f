package dispatch

import (
	"fmt"
	"time"

	"github.com/paulmach/orb"

	"onemap/geo"
	"onemap/geo/road"
)

// Codes of closures.
var (
	ClosureCauses     = []string{"flood", "landslide", "collapse", "accident", "works", "ice_snow", "fire", "control", "other"}
	ClosureConfidence = []string{"reported", "verified"}
)

// Closure is a road blocked, slowed or limited (道路阻断). A point closes the
// nearest road, a line the roads along it or cut by it, an area the roads
// inside. The zero value closes for everyone, from now until it is removed.
type Closure struct {
	Cause       string     `json:"cause"`
	Confidence  string     `json:"confidence"`
	VerifiedBy  string     `json:"verified_by,omitempty"`
	From        *time.Time `json:"from,omitempty"`
	Until       *time.Time `json:"until,omitempty"`
	Profiles    []string   `json:"profiles,omitempty"`     // whom it stops; none: everyone
	SpeedFactor float64    `json:"speed_factor,omitempty"` // share of the usual speed that is left
	MaxHeightM  float64    `json:"max_height_m,omitempty"` // concerns only what is larger
	MaxWidthM   float64    `json:"max_width_m,omitempty"`
	MaxWeightT  float64    `json:"max_weight_t,omitempty"`
	HeadingDeg  *int       `json:"heading_deg,omitempty"` // closes only the direction within 90° of it
	Along       bool       `json:"along,omitempty"`       // a line closes only the direction it was drawn in
	Structures  bool       `json:"structures,omitempty"`  // an area also closes bridges over it and tunnels under it
	Incident    *ID        `json:"incident,omitempty"`
}

func (*Closure) ledger() Ledger { return Closures }

// mostClosing is the most vertices of a closure's outline: an import may bring
// more, but a closure that the roads do not take would close nothing.
const mostClosing = 20_000

func (*Closure) shape(g orb.Geometry) (string, bool) {
	switch g.(type) {
	case orb.Point, orb.LineString, orb.MultiLineString, orb.Polygon, orb.MultiPolygon:
		return fmt.Sprintf("shape of at most %d points", mostClosing), geo.Vertices(g) <= mostClosing
	}
	return "Point, LineString or Polygon", false
}

func (c *Closure) check(p *Problems) {
	p.OneOf("cause", c.Cause, ClosureCauses)
	p.OneOf("confidence", c.Confidence, ClosureConfidence)
	p.text("verified_by", c.VerifiedBy, 0, 60)
	if c.From != nil && c.Until != nil && !c.From.Before(*c.Until) {
		p.Add("until", "bad_time", "ends before it begins")
	}
	for i, name := range c.Profiles {
		p.OneOf(fmt.Sprintf("profiles[%d]", i), name, profileNames())
	}
	if !(c.SpeedFactor >= 0 && c.SpeedFactor < 1) {
		p.Add("speed_factor", "out_of_range", "a share of the usual speed: 0 (closed) up to, but not, 1")
	}
	for path, limit := range map[string]float64{"max_height_m": c.MaxHeightM, "max_width_m": c.MaxWidthM, "max_weight_t": c.MaxWeightT} {
		if !(limit >= 0 && limit < 1000) {
			p.Add(path, "out_of_range", "no road has such a limit")
		}
	}
	if c.HeadingDeg != nil {
		p.between("heading_deg", *c.HeadingDeg, 0, 359)
	}
}

// holds reports whether the closure is in force at an instant.
func (c *Closure) holds(at time.Time) bool {
	return (c.From == nil || !at.Before(*c.From)) && (c.Until == nil || at.Before(*c.Until))
}

// onRoads is the closure as the road core takes it.
func (c *Closure) onRoads(id ID, shape orb.Geometry) road.Closure {
	out := road.Closure{
		ID: id.String(), Area: shape, Along: c.Along, Profiles: c.Profiles, Factor: c.SpeedFactor, Structures: c.Structures,
		Limits: road.Load{Height: c.MaxHeightM, Width: c.MaxWidthM, Weight: c.MaxWeightT},
	}
	if c.HeadingDeg != nil {
		heading := geo.Bearing(*c.HeadingDeg)
		out.Heading = &heading
	}
	if c.From != nil {
		out.From = *c.From
	}
	if c.Until != nil {
		out.Until = *c.Until
	}
	return out
}
