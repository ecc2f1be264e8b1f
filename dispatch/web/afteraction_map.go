package web

import (
	"fmt"
	"math"
	"strings"

	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/geo"
)

// Size of the small map, in its own units.
const (
	sketchWidth  = 720.0
	sketchHeight = 400.0
	sketchMargin = 30.0
)

// leastSpan is the least a map shows from edge to edge.
const leastSpan = 600.0 // metres

// sketch is a small map for paper: the incident, the units' tracks, places of
// notes, closures, north up, with a scale bar.
type sketch struct {
	Width, Height float64
	At            spot
	Tracks        []sketchTrack
	Notes         []spot
	Closures      []string // paths
	Bar           float64  // length of the scale bar
	BarLabel      string
}

type spot struct{ X, Y float64 }

// sketchTrack is one unit's way; its number is the row in the table of units.
type sketchTrack struct {
	Number, Style int
	Path          string
	End           spot
}

// trackStyles is how many kinds of line tell tracks apart.
const trackStyles = 6

// projection lays metres about the incident onto the sheet.
type projection struct {
	plane  geo.LocalPlane
	middle orb.Point // on the plane
	scale  float64   // units a metre
}

func (m projection) at(p orb.Point) spot {
	q := m.plane.To(p)
	return spot{tenth(sketchWidth/2 + (q[0]-m.middle[0])*m.scale), tenth(sketchHeight/2 - (q[1]-m.middle[1])*m.scale)}
}

func sketchOf(r *dispatch.AfterAction) sketch {
	m := project(r)
	out := sketch{Width: sketchWidth, Height: sketchHeight, At: m.at(r.Incident.Point())}
	for i, sent := range r.Sent {
		if sent.Track == nil || len(sent.Track.Points) == 0 {
			continue
		}
		points := sent.Track.Points
		line := make(orb.LineString, len(points))
		for j, p := range points {
			line[j] = p.Point
		}
		out.Tracks = append(out.Tracks, sketchTrack{i + 1, i % trackStyles, m.path(line, false), m.at(line[len(line)-1])})
	}
	for _, n := range r.Notes {
		if n.Point != nil {
			out.Notes = append(out.Notes, m.at(*n.Point))
		}
	}
	for _, e := range r.Closures {
		out.Closures = append(out.Closures, m.outline(e.Geometry))
	}
	out.Bar, out.BarLabel = m.bar()
	return out
}

// bar is a scale bar of a round length, at most a quarter of the sheet.
func (m projection) bar() (units float64, label string) {
	length := nice(sketchWidth / 4 / m.scale)
	if length >= 1000 {
		return tenth(length * m.scale), fmt.Sprintf("%g km", length/1000)
	}
	return tenth(length * m.scale), fmt.Sprintf("%g m", length)
}

// project fits the incident, the tracks and the notes into the sheet; closures
// may run over its edge.
func project(r *dispatch.AfterAction) projection {
	m := projection{plane: geo.NewLocalPlane(r.Incident.Point())}
	bound := orb.Bound{}
	for _, sent := range r.Sent {
		if sent.Track != nil {
			for _, p := range sent.Track.Points {
				bound = bound.Extend(m.plane.To(p.Point))
			}
		}
	}
	for _, n := range r.Notes {
		if n.Point != nil {
			bound = bound.Extend(m.plane.To(*n.Point))
		}
	}
	m.middle = bound.Center()
	wide := max(leastSpan, bound.Max[0]-bound.Min[0])
	high := max(leastSpan*sketchHeight/sketchWidth, bound.Max[1]-bound.Min[1])
	m.scale = min((sketchWidth-2*sketchMargin)/wide, (sketchHeight-2*sketchMargin)/high)
	return m
}

// path writes a line; what moves by less than a tenth of a unit is left out.
func (m projection) path(line orb.LineString, closed bool) string {
	var b strings.Builder
	last := spot{math.NaN(), math.NaN()}
	for _, p := range line {
		q := m.at(p)
		if q == last {
			continue
		}
		letter := "L"
		if b.Len() == 0 {
			letter = "M"
		}
		fmt.Fprintf(&b, "%s%g %g", letter, q.X, q.Y)
		last = q
	}
	if closed {
		b.WriteString("Z")
	}
	return b.String()
}

// outline writes the shape of a closure; a point is a small cross.
func (m projection) outline(g orb.Geometry) string {
	switch g := g.(type) {
	case orb.Point:
		q := m.at(g)
		return fmt.Sprintf("M%g %gL%g %gM%g %gL%g %g", tenth(q.X-5), tenth(q.Y-5), tenth(q.X+5), tenth(q.Y+5), tenth(q.X-5), tenth(q.Y+5), tenth(q.X+5), tenth(q.Y-5))
	case orb.LineString:
		return m.path(g, false)
	case orb.MultiLineString:
		parts := make([]string, len(g))
		for i, line := range g {
			parts[i] = m.path(line, false)
		}
		return strings.Join(parts, "")
	case orb.Polygon:
		parts := make([]string, len(g))
		for i, ring := range g {
			parts[i] = m.path(orb.LineString(ring), true)
		}
		return strings.Join(parts, "")
	case orb.MultiPolygon:
		parts := make([]string, len(g))
		for i, polygon := range g {
			parts[i] = m.outline(polygon)
		}
		return strings.Join(parts, "")
	}
	return ""
}

// nice is the largest of 1, 2, 5, 10, 20 … that is not more than v.
func nice(v float64) float64 {
	base := math.Pow(10, math.Floor(math.Log10(v)))
	for _, step := range []float64{5, 2} {
		if v >= step*base {
			return step * base
		}
	}
	return base
}
