package study

import (
	"errors"
	"fmt"
	"strings"

	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/geo"
	"onemap/geo/overlay"
)

// placing checks what new sites may be.
func (c *check) placing() {
	c.oneOf("model", c.Model, models)
	c.within("sites", float64(c.Sites), 1, mostSites)
	c.within("budget", c.Budget, leastCost, mostCost)
	c.within("capacity", float64(c.Capacity), 1, mostPlaces)
	c.within("candidate_grid_m", c.CandidateGridM, 200, 20_000)
	var ledgers []string
	for _, l := range dispatch.Ledgers {
		ledgers = append(ledgers, string(l))
	}
	c.oneOf("candidate_ledger", c.CandidateLedger, ledgers)
	if len(c.Candidates) > mostCandidates {
		c.add("candidates", "out_of_range", "%d candidates, at most %d", len(c.Candidates), mostCandidates)
		return
	}
	for i, one := range c.Candidates {
		path := fmt.Sprintf("candidates[%d]", i)
		at, isPoint := one.place()
		if err := geo.Check(at); !isPoint || err != nil {
			c.add(path+".point", "bad_geometry", "a point on the ground is wanted")
			continue
		}
		if n := len([]rune(one.Name)); n > 80 {
			c.add(path+".name", "too_long", "%d characters, at most 80", n)
		}
		if one.Cost != 0 && !(one.Cost >= leastCost && one.Cost <= mostCost) {
			c.add(path+".cost", "out_of_range", "%v is not within %v and %v", one.Cost, leastCost, mostCost)
		}
		if one.Capacity < 0 || one.Capacity > mostPlaces {
			c.add(path+".capacity", "out_of_range", "%d is not within 0 and %d", one.Capacity, mostPlaces)
		}
	}
}

// place is where a candidate is; false when that is no point.
func (c Candidate) place() (orb.Point, bool) {
	if c.Point == nil {
		return orb.Point{}, false
	}
	at, ok := c.Point.Geometry().(orb.Point)
	return at, ok
}

// zone checks the area of danger that is drawn.
func (c *check) zone() {
	c.within("zone_buffer_m", c.ZoneBufferM, 0, widestBuffer)
	if c.Zone == nil {
		return
	}
	g := c.Zone.Geometry()
	if g == nil {
		c.add("zone", "bad_geometry", "a geometry is wanted")
		return
	}
	if err := geo.CheckGeometry(g, zoneVertices); err != nil {
		c.misshapen(err)
		return
	}
	if g.Dimensions() == 2 {
		if err := overlay.Valid(g); err != nil {
			c.misshapen(err)
			return
		}
	}
	if g.Dimensions() < 2 && c.ZoneBufferM == 0 {
		c.add("zone_buffer_m", "required", "a %s is no area without a buffer", g.GeoJSONType())
	}
}

// misshapen refuses a zone, with the place where it is wrong when that is known.
func (c *check) misshapen(err error) {
	var bad *geo.Invalid
	if errors.As(err, &bad) && bad.At != (orb.Point{}) {
		c.add(strings.TrimSuffix("zone."+bad.Path, "."), "invalid_geometry", "%s at [%.6f, %.6f]", bad.Reason, bad.At[0], bad.At[1])
		return
	}
	c.add("zone", "invalid_geometry", "%v", err)
}
