package road

import (
	"time"

	"github.com/paulmach/orb"

	"onemap/geo"
)

// Turn is what a driver does at the start of a step.
type Turn string

// The turns; their words are in phrase.go.
const (
	Depart      Turn = "depart"
	Straight    Turn = "straight"
	SlightLeft  Turn = "slight_left"
	SlightRight Turn = "slight_right"
	Left        Turn = "left"
	Right       Turn = "right"
	SharpLeft   Turn = "sharp_left"
	SharpRight  Turn = "sharp_right"
	TurnBack    Turn = "uturn"
	Roundabout  Turn = "roundabout"
	Board       Turn = "ferry"
	Arrive      Turn = "arrive"
)

// Step is one instruction of a route: a turn and the road after it.
type Step struct {
	Turn    Turn
	At      orb.Point
	Name    string // of the road, in Chinese or as signed there
	NameEn  string
	Ref     string // such as G102
	Class   Class
	Exit    int // of a roundabout, counted from 1
	Length  geo.Metres
	Time    time.Duration
	ZH, EN  string // the instruction in words
	Bearing geo.Bearing
}

// steps tells a trip: a new step wherever the driver must do something.
func (g *Graph) steps(t *trip, v *view, to Stop) []Step {
	var steps []Step
	exit := 0
	for i, arc := range t.arcs {
		a := g.way(g.segment(arc))
		if a.Class == Gate {
			g.extend(steps, t, v, i)
			continue
		}
		turn := Depart
		if i > 0 {
			turn = g.turnAt(t.arcs, i)
		}
		last := len(steps) - 1
		onRing := last >= 0 && steps[last].Turn == Roundabout
		switch {
		case onRing && exit == 0 && a.has(flagRoundabout):
			steps[last].Exit += g.exitsAt(t.arcs[i-1], arc)
		case onRing && exit == 0:
			exit = steps[last].Exit + 1
			steps[last].Exit = exit
			g.name(&steps[last], a)
		case turn == "" && last >= 0:
		default:
			exit = 0
			from, _ := t.share(i)
			step := Step{Turn: turn, At: g.pointAlong(g.segment(arc), g.alongArc(arc, from)), Bearing: g.bearingOf(arc, from)}
			g.name(&step, a)
			steps = append(steps, step)
		}
		g.extend(steps, t, v, i)
	}
	end := t.arcs[len(t.arcs)-1]
	steps = append(steps, Step{
		Turn: Arrive, At: to.Candidates[t.to.pick].At, Bearing: g.bearingOf(end, t.to.share), Class: g.way(g.segment(end)).Class,
	})
	steps = tidy(steps)
	for i := range steps {
		steps[i].ZH, steps[i].EN = steps[i].words()
	}
	return steps
}

const shortStep = 40 // metres; straight on for less is not worth saying

// tidy joins to the step before what goes straight on along the same road or
// for a few metres only.
func tidy(steps []Step) []Step {
	out := steps[:1]
	for _, s := range steps[1:] {
		last := &out[len(out)-1]
		same := s.Name == last.Name && s.Ref == last.Ref
		if s.Turn == Straight && (same || s.Length < shortStep) {
			last.Length += s.Length
			last.Time += s.Time
			continue
		}
		out = append(out, s)
	}
	return out
}

// name takes the name of a road into a step.
func (g *Graph) name(s *Step, a *attributes) {
	s.Name, s.NameEn, s.Ref, s.Class = g.names[a.Name], g.names[a.NameEn], g.names[a.Ref], a.Class
}

// extend adds the i-th arc of a trip to the last step.
func (g *Graph) extend(steps []Step, t *trip, v *view, i int) {
	if len(steps) == 0 {
		return
	}
	step := &steps[len(steps)-1]
	from, to := t.share(i)
	arc := t.arcs[i]
	step.Length += g.lengthOf(arc, to-from)
	w := v.m.weight[arc]
	if w >= never {
		w = v.base.weight[arc]
	}
	delay := min(g.delay(arc, v.m.profile), w)
	time := float64(w-delay) * (to - from)
	if i < len(t.arcs)-1 {
		time += float64(delay)
	}
	step.Time += duration(uint32(time))
}

func (g *Graph) bearingOf(arc uint32, share float64) geo.Bearing {
	b := g.bearingAt(g.segment(arc), g.alongArc(arc, share))
	if g.side[arc]&1 == 1 {
		b += 180
	}
	if b >= 360 {
		b -= 360
	}
	return geo.Bearing(b)
}

// turnAt is what the driver does between two arcs; "" when it is nothing worth
// saying.
func (g *Graph) turnAt(arcs []uint32, i int) Turn {
	before := arcs[i-1]
	for k := i - 1; k > 0 && g.way(g.segment(before)).Class == Gate; k-- {
		before = arcs[k-1]
	}
	arc := arcs[i]
	a, b := g.way(g.segment(before)), g.way(g.segment(arc))
	bend := int(int8(g.leave[arc] - g.arrive[before])) // clockwise, 256 to a circle
	same := a.Name == b.Name && a.Ref == b.Ref && a.Class.link() == b.Class.link()
	switch {
	case g.segment(before) == g.segment(arc):
		return TurnBack
	case b.has(flagRoundabout) && !a.has(flagRoundabout):
		return Roundabout
	case b.Class == Ferry && a.Class != Ferry:
		return Board
	case g.first[g.tail(arc)+1]-g.first[g.tail(arc)] < 3:
		if same || a.Name != 0 && b.Name == 0 {
			return "" // a bend, not a choice
		}
		return Straight
	case same && bend > -32 && bend < 32:
		return ""
	}
	return named(bend)
}

// named is the name of a bend in 256ths of a circle, clockwise.
func named(bend int) Turn {
	switch {
	case bend <= -96:
		return SharpLeft
	case bend <= -32:
		return Left
	case bend <= -14:
		return SlightLeft
	case bend < 14:
		return Straight
	case bend < 32:
		return SlightRight
	case bend < 96:
		return Right
	}
	return SharpRight
}

// exitsAt counts the ways out of a roundabout passed between two of its arcs.
func (g *Graph) exitsAt(before, arc uint32) int {
	node := g.tail(arc)
	n := 0
	for out := g.first[node]; out < g.first[node+1]; out++ {
		if out != arc && out != g.reversed(before) && g.mayUse(out)&motors != 0 && !g.way(g.segment(out)).has(flagRoundabout) {
			n++
		}
	}
	return n
}
