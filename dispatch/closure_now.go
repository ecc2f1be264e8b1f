package dispatch

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"onemap/geo"
	"onemap/geo/road"
)

// States of closures.
const (
	InForce = "in_force"
	Planned = "planned"
	Past    = "past"
	Beside  = "beside" // in force, but it touches no road
)

// ClosureNow is a closure as the traffic meets it now.
type ClosureNow struct {
	*Entry
	*Closure
	State    string
	Segments int                 // covered, in force only
	Lines    orb.MultiLineString // of Drawn segments, the main roads first
	Drawn    int
}

// Most segments that one closure, and all of an answer, are drawn with: a
// closure as large as the city says by its own outline where it lies.
const (
	mostDrawn    = 2_000
	mostDrawnAll = 20_000
)

// ClosuresNow lists the closures in the actor's scope by code. Without a road
// network they are in force by the clock and cover nothing.
func (p *Picture) ClosuresNow(a Actor, now time.Time) []ClosureNow {
	if p.Roads != nil {
		now = p.Roads.Now.At()
	}
	var all []ClosureNow
	left := mostDrawnAll
	for _, e := range p.Shelf(Closures).ByCode() {
		if !a.Sees(e.Division, e.Sensitivity) {
			continue
		}
		c := ClosureNow{Entry: e, Closure: e.Detail.(*Closure)}
		c.State = c.stateAt(now)
		if c.State == InForce && p.Roads != nil {
			extents := p.Roads.Now.Extents(e.ID.String())
			if c.Segments = len(extents); c.Segments == 0 {
				c.State = Beside
			}
			c.Lines, c.Drawn = draw(p.Roads.Now.Graph(), extents, min(mostDrawn, left))
			left -= c.Drawn
		}
		all = append(all, c)
	}
	return all
}

func (c *Closure) stateAt(at time.Time) string {
	switch {
	case c.holds(at):
		return InForce
	case c.From != nil && at.Before(*c.From):
		return Planned
	}
	return Past
}

// draw gives the lines of some extents; of too many, those on the grandest
// roads.
func draw(g *road.Graph, extents []road.Extent, most int) (lines orb.MultiLineString, drawn int) {
	if len(extents) > most {
		extents = grandest(g, extents)[:most]
	}
	for _, e := range extents {
		if line, _ := g.Draw(e); line != nil {
			lines = append(lines, line)
		}
	}
	return lines, len(extents)
}

// grandest orders extents by the class of their roads, then by number.
func grandest(g *road.Graph, extents []road.Extent) []road.Extent {
	class := func(e road.Extent) road.Class {
		s, _ := g.Segment(e.Segment)
		return s.Class
	}
	byClass := make(map[road.Class][]road.Extent)
	for _, e := range extents {
		byClass[class(e)] = append(byClass[class(e)], e)
	}
	out := make([]road.Extent, 0, len(extents))
	for c := road.Motorway; c <= road.Gate; c++ {
		out = append(out, byClass[c]...)
	}
	return out
}

// ClosureDraft is a closure that somebody is about to make.
type ClosureDraft struct {
	Geometry          orb.Geometry
	Heading           *int // degrees; nil closes both directions
	Along, Structures bool
}

// ClosurePreview is what a draft would cover.
type ClosurePreview struct {
	Segments         int
	Length           geo.Metres
	Names            []string // the longest first, at most ten
	Bridges, Tunnels int      // ways, not segments
	Lines            orb.MultiLineString
	Drawn            int
}

const mostNames = 10

// PreviewClosure says what a closure of a shape would cover. It refuses shapes
// as the ledger does; one beside the roads covers nothing.
func (p *Picture) PreviewClosure(d ClosureDraft) (ClosurePreview, error) {
	if p.Roads == nil {
		return ClosurePreview{}, ErrNoRoads
	}
	var problems Problems
	draft := Closure{HeadingDeg: d.Heading, Along: d.Along, Structures: d.Structures, Cause: "other", Confidence: "reported"}
	draft.check(&problems)
	problems.geometry(&Entry{Ledger: Closures, Detail: &draft, Geometry: d.Geometry}, maxVertices)
	if err := problems.Err(); err != nil {
		return ClosurePreview{}, err
	}
	extents, err := p.Roads.Network.Cover(draft.onRoads(ID{}, d.Geometry))
	if err != nil {
		return ClosurePreview{}, fmt.Errorf("preview closure: %w", err)
	}
	out := ClosurePreview{Segments: len(extents)}
	g := p.Roads.Now.Graph()
	out.survey(g, extents)
	out.Lines, out.Drawn = draw(g, extents, mostDrawn)
	return out, nil
}

// survey sums lengths and gathers names, bridges and tunnels.
func (v *ClosurePreview) survey(g *road.Graph, extents []road.Extent) {
	length, bridges, tunnels := map[string]float64{}, map[int64]bool{}, map[int64]bool{}
	for _, e := range extents {
		s, _ := g.Segment(e.Segment)
		metres := (e.High - e.Low) * s.Metres
		v.Length += geo.Metres(metres)
		if name := cmp.Or(s.Name, s.Ref); name != "" {
			length[name] += metres
		}
		if s.Bridge {
			bridges[s.Way] = true
		}
		if s.Tunnel {
			tunnels[s.Way] = true
		}
	}
	v.Bridges, v.Tunnels = len(bridges), len(tunnels)
	for name := range length {
		v.Names = append(v.Names, name)
	}
	slices.SortFunc(v.Names, func(a, b string) int {
		return cmp.Or(cmp.Compare(length[b], length[a]), cmp.Compare(a, b))
	})
	v.Names = v.Names[:min(len(v.Names), mostNames)]
}
