package road

import "math"

// never is the time over an arc that may not be driven. Two of it still fit
// into 32 bits.
const never = uint32(1) << 30

// metric is what a network costs one profile: tenths of a second.
type metric struct {
	profile *Profile
	load    Load
	weight  []uint32    // by arc, its delay included
	turn    [256]uint32 // by change of bearing at a junction, clockwise
	uturn   uint32
	ban     uint32  // for a forbidden turn: never for those who obey
	pace    float64 // the least time a metre takes anywhere
}

func tenths(seconds float64) uint32 { return uint32(math.Round(seconds * 10)) }

// weigh prices every arc without closures.
func (g *Graph) weigh(p *Profile, load Load) *metric {
	m := &metric{profile: p, load: load, weight: make([]uint32, len(g.head)), ban: never}
	if p.Ban > 0 {
		m.ban = tenths(p.Ban)
	}
	m.uturn = tenths(p.UTurn)
	for d := 128; d <= 224; d++ { // 45° to 180° to the left
		m.turn[d] = tenths(p.Left)
	}
	m.pace = math.Inf(1)
	for arc := range uint32(len(g.head)) {
		w := g.runTime(arc, m, 1)
		if w < never {
			w = min(w+g.delay(arc, p), never-1)
			if metres := g.metresOf(g.segment(arc)); metres > 0 {
				m.pace = min(m.pace, float64(w)/metres)
			}
		}
		m.weight[arc] = w
	}
	if math.IsInf(m.pace, 1) {
		m.pace = 0
	}
	return m
}

// runTime is the driving time along an arc at a share of its speed, without
// the delay at its end; never where the vehicle may not go.
func (g *Graph) runTime(arc uint32, m *metric, share float64) uint32 {
	a := g.way(g.segment(arc))
	p := m.profile
	if over(m.load.Height, a.MaxHeight) || over(m.load.Width, a.MaxWidth) || over(m.load.Weight, a.MaxWeight) {
		return never
	}
	slower := 1.0
	if g.mayUse(arc)&p.Kind == 0 {
		if p.Contraflow == 0 || g.mayDrive(arc)&p.Kind == 0 {
			return never
		}
		slower = p.Contraflow
	}
	length := g.metresOf(g.segment(arc))
	if length == 0 {
		return 0
	}
	run := length / (p.speedOn(a, g.side[arc]&1) * share / 3.6) * 10 * slower
	return uint32(max(math.Min(math.Ceil(run), float64(never-1)), 1))
}

func over(size float64, limit uint16) bool { return limit > 0 && size*100 > float64(limit)+0.5 }

// speedOn is the speed on a road in km/h. A sign counts, but nobody drives a
// country lane at the 80 its sign allows: it counts up to 1.3 times the usual.
func (p *Profile) speedOn(a *attributes, back uint32) float64 {
	speed := p.Speed[a.Class]
	signed := float64(a.Speed) / 10
	if back == 1 && a.SpeedBack > 0 {
		signed = float64(a.SpeedBack) / 10
	}
	if a.Class == Ferry {
		if signed > 0 {
			return signed
		}
		return speed
	}
	if signed > 0 && p.Kind != Feet {
		speed = math.Min(signed*p.Factor[a.Class], 1.3*speed)
	}
	speed = math.Min(speed, p.Top)
	if a.has(flagUnpaved) {
		speed *= p.Unpaved
	}
	if a.has(flagDestination) {
		speed *= p.Destination
	}
	return math.Max(speed, 0.5)
}

// delay is the wait on the way along an arc: lights, gates, and the ferry,
// which is waited for once, where it is left.
func (g *Graph) delay(arc uint32, p *Profile) uint32 {
	s := g.segment(arc)
	a := g.way(s)
	if a.Class == Gate {
		return tenths(p.Gate)
	}
	if a.Class == Ferry {
		if !g.landing(g.head[arc]) {
			return 0
		}
		if a.Wait > 0 {
			return uint32(a.Wait) * 10
		}
		return tenths(p.Ferry)
	}
	lights := float64(g.segLights[s])
	if g.flags[g.head[arc]]&nodeSignal != 0 && !g.insideJunction(arc) {
		lights++
	}
	return tenths(lights * p.Signal)
}

// insideJunction reports a short piece between two sets of lights: one
// crossing of dual carriageways, already waited for.
func (g *Graph) insideJunction(arc uint32) bool {
	return g.segLength[g.segment(arc)] < 4000 && g.flags[g.tail(arc)]&nodeSignal != 0
}

// landing reports a junction of a ferry with the land.
func (g *Graph) landing(node uint32) bool {
	for arc := g.first[node]; arc < g.first[node+1]; arc++ {
		if g.way(g.segment(arc)).Class != Ferry {
			return true
		}
	}
	return false
}

// turnCost is the delay from the end of arc in into arc out.
func (g *Graph) turnCost(m *metric, in, out uint32) uint32 {
	if out == g.reversed(in) {
		return m.uturn
	}
	if g.flags[g.head[in]]&nodeJunction == 0 {
		return 0
	}
	return m.turn[g.leave[out]-g.arrive[in]]
}

// banCost is what a move costs by the signs: never for those who obey them.
func (m *metric) banCost(pass Vehicles) uint32 {
	if pass&m.profile.Kind != 0 {
		return 0
	}
	return m.ban
}

// plain is the metric without the delays of ordinary turns, as the hierarchy
// knows it.
func (m *metric) plain() *metric {
	p := *m
	p.turn = [256]uint32{}
	p.uturn = 0
	return &p
}
