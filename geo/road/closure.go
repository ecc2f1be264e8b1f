package road

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"onemap/geo"
)

// Closure is a road blocked, slowed or limited (道路阻断). Where it lies is
// given by a geometry in lon/lat or by segments of one graph version.
type Closure struct {
	ID       string
	Area     orb.Geometry // point: the nearest road; line: roads along it or cut by it; polygon: roads inside
	Segments []uint32

	Heading *geo.Bearing // closes only the direction within 90° of it
	Along   bool         // a line closes only the direction it was drawn in

	Profiles    []string  // names; none is everyone, walkers too
	From, Until time.Time // zero is open-ended; Until itself is past
	Factor      float64   // share of the usual speed that is left; 0 is closed
	Limits      Load      // where not zero, concerns only larger vehicles
	Structures  bool      // a polygon also closes the bridges over it and the tunnels under it
}

var (
	// ErrBadClosure says that a closure cannot be applied as it stands.
	ErrBadClosure = errors.New("closure cannot be applied")
	// ErrNothingClosed says that a closure touches no road.
	ErrNothingClosed = errors.New("closure touches no road")
)

const mostVertices = 20_000

func (c *Closure) check(g *Graph) error {
	refuse := func(format string, args ...any) error {
		return fmt.Errorf("closure %q: %s: %w", c.ID, fmt.Sprintf(format, args...), ErrBadClosure)
	}
	switch {
	case c.ID == "":
		return refuse("no id")
	case c.Area == nil && len(c.Segments) == 0:
		return refuse("neither geometry nor segments")
	case !(c.Factor >= 0 && c.Factor < 1):
		return refuse("speed factor %g, want 0 to 1", c.Factor)
	case !c.Until.IsZero() && !c.From.Before(c.Until):
		return refuse("ends before it begins")
	case c.Heading != nil && !(math.Abs(float64(*c.Heading)) <= 360):
		return refuse("heading %g", float64(*c.Heading))
	}
	for _, limit := range []float64{c.Limits.Height, c.Limits.Width, c.Limits.Weight} {
		if !(limit >= 0 && limit < 1000) {
			return refuse("limit %g", limit)
		}
	}
	for _, name := range c.Profiles {
		if _, err := profileNamed(name); err != nil {
			return refuse("profile %q", name)
		}
	}
	for _, s := range c.Segments {
		if int(s) >= g.Segments() {
			return refuse("segment %d of %d", s, g.Segments())
		}
	}
	return nil
}

// holds reports whether a closure is in force at an instant.
func (c *Closure) holds(at time.Time) bool {
	return (c.From.IsZero() || !at.Before(c.From)) && (c.Until.IsZero() || at.Before(c.Until))
}

// concerns reports whether a closure stops or slows such a vehicle.
func (c *Closure) concerns(p *Profile, load Load) bool {
	if len(c.Profiles) > 0 && !slices.Contains(c.Profiles, p.Name) {
		return false
	}
	if c.Limits == (Load{}) {
		return true
	}
	beyond := func(size, limit float64) bool { return limit > 0 && size > limit+0.005 }
	return beyond(load.Height, c.Limits.Height) || beyond(load.Width, c.Limits.Width) ||
		beyond(load.Weight, c.Limits.Weight)
}

// blocked is what a closure covers of one segment: its directions and the
// stretch from low to high.
type blocked struct {
	segment           uint32
	low, high         float32
	forward, backward bool
}

// compiled is a closure with the segments it covers, ascending.
type compiled struct {
	Closure
	blocked []blocked
}

// compile finds the segments of a closure.
func (g *Graph) compile(c Closure) (*compiled, error) {
	if err := c.check(g); err != nil {
		return nil, err
	}
	var found []blocked
	for _, s := range c.Segments {
		found = append(found, g.directed(&c, blocked{segment: s, high: 1}))
	}
	if c.Area != nil {
		list, err := g.cover(&c, c.Area)
		if err != nil {
			return nil, fmt.Errorf("closure %q: %w", c.ID, err)
		}
		found = append(found, list...)
	}
	slices.SortFunc(found, func(a, b blocked) int { return cmp.Compare(a.segment, b.segment) })
	out := &compiled{Closure: c, blocked: found[:0]}
	for _, b := range found {
		n := len(out.blocked)
		switch {
		case !b.forward && !b.backward:
		case n > 0 && out.blocked[n-1].segment == b.segment:
			old := &out.blocked[n-1]
			old.low, old.high = min(b.low, old.low), max(b.high, old.high)
			old.forward, old.backward = b.forward || old.forward, b.backward || old.backward
		default:
			out.blocked = append(out.blocked, b)
		}
	}
	return out, nil
}

// directed decides which directions of a segment a closure means.
func (g *Graph) directed(c *Closure, b blocked) blocked {
	b.forward, b.backward = true, true
	if c.Heading != nil {
		b.forward, b.backward = g.facing(b, float64(*c.Heading))
	}
	return b
}

// facing tells which directions of a segment agree with a bearing.
func (g *Graph) facing(b blocked, bearing float64) (forward, backward bool) {
	forward = apart(g.bearingAt(b.segment, float64(b.low+b.high)/2), bearing) < 90
	return forward, !forward
}
