package demo

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
)

// county is a county, a district, one of the two zones (which have no ring of
// their own) or the city itself.
type county struct {
	Code, Kind, Name, NameEN, Bureau string
	Seat                             orb.Point
	People                           int // census of 2020; 0 for the zones
	FireClass                        int
	ring                             ring
	members                          []*township // by census
}

// township is a township-level unit with its part of its county.
type township struct {
	Code, Name string
	Point      orb.Point
	Elevation  int
	parent     *county // who runs it
	county     *county // whose census counts it
	parts      []ring  // its Voronoi cell within the county
	people     int
}

// town is false for the urban sub-districts.
func (t *township) town() bool { return !strings.HasSuffix(t.Name, "街道") }

func (f *facts) readCounties() error {
	recs, err := table("county", 8)
	if err != nil {
		return err
	}
	for _, rec := range recs {
		n, err := numbers(rec[6:8])
		if err != nil {
			return fmt.Errorf("county %s: %w", rec[0], err)
		}
		seat, err := points(rec[5])
		if err != nil {
			return fmt.Errorf("seat of %s: %w", rec[0], err)
		}
		f.counties = append(f.counties, &county{Code: rec[0], Kind: rec[1], Name: rec[2], NameEN: rec[3],
			Bureau: rec[4], Seat: seat[0], People: n[0], FireClass: n[1]})
	}
	rings, err := table("ring", 2)
	if err != nil {
		return err
	}
	for _, rec := range rings {
		r, err := points(rec[1])
		if err != nil {
			return fmt.Errorf("ring of %s: %w", rec[0], err)
		}
		f.county(rec[0]).ring = ring(r).turned()
	}
	return nil
}

func (f *facts) readTownships() error {
	recs, err := table("township", 5)
	if err != nil {
		return err
	}
	for _, rec := range recs {
		p, err := points(rec[2])
		if err != nil {
			return fmt.Errorf("township %s: %w", rec[0], err)
		}
		m, err := strconv.Atoi(rec[4])
		if err != nil {
			return fmt.Errorf("elevation of %s: %w", rec[0], err)
		}
		t := &township{Code: rec[0], Name: rec[1], Point: p[0], Elevation: m, parent: f.county(rec[0][:6])}
		for _, other := range f.townships {
			if other.Point == t.Point { // a zone's office in the town it grew out of
				t.Point = offset(t.Point, 700, -250) // towards the sea
			}
		}
		f.townships = append(f.townships, t)
	}
	return nil
}

// ground answers what lies where: on land or not, in which township.
type ground struct {
	*facts
	shore []orb.Point // the coast line, gone on beyond the city at both ends
	sea   ring
}

func newGround(f *facts) (*ground, error) {
	g := &ground{facts: f}
	g.shore = append(g.shore, f.frame["west"]...)
	g.shore = append(g.shore, f.coast...)
	g.shore = append(g.shore, f.frame["east"]...)
	g.sea = append(append(g.sea, g.shore...), f.frame["sea"]...).turned()
	for _, t := range f.townships {
		if t.county = g.countyAt(t.Point); t.county == nil {
			return nil, fmt.Errorf("township %s lies in no county", t.Name)
		}
		t.county.members = append(t.county.members, t)
	}
	return g, nil
}

// countyAt returns the county around p, nil outside the city.
func (g *ground) countyAt(p orb.Point) *county {
	for _, c := range g.counties {
		if c.ring != nil && c.ring.contains(p) {
			return c
		}
	}
	return nil
}

// township returns the unit p belongs to: the nearest of its county; nil off
// the city's land.
func (g *ground) township(p orb.Point) *township {
	c := g.countyAt(p)
	if c == nil || g.wet(p) {
		return nil
	}
	return c.nearest(p)
}

// nearest measures on the plane, as the Voronoi cells do.
func (c *county) nearest(p orb.Point) *township {
	var best *township
	least := 0.0
	at := toPlane(p)
	for _, t := range c.members {
		q := toPlane(t.Point)
		if d := (q[0]-at[0])*(q[0]-at[0]) + (q[1]-at[1])*(q[1]-at[1]); best == nil || d < least {
			best, least = t, d
		}
	}
	return best
}

// site draws a point on land within metres of centre whose township wanted
// accepts. The circle grows when nothing is found in it.
func (g *ground) site(rng *rand.Rand, centre orb.Point, metres float64, wanted func(*township) bool) (orb.Point, *township) {
	for try := 1; ; try++ {
		if try%200 == 0 {
			metres *= 1.5
		}
		p := around(rng, centre, metres)
		if t := g.township(p); t != nil && wanted(t) {
			return p, t
		}
	}
}

// around draws a point evenly from the disc of that radius.
func around(rng *rand.Rand, centre orb.Point, metres float64) orb.Point {
	for {
		x, y := 2*rng.Float64()-1, 2*rng.Float64()-1
		if x*x+y*y <= 1 {
			return round6(offset(centre, x*metres, y*metres))
		}
	}
}
