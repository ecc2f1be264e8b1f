package dispatch

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"onemap/geo"
	"onemap/geo/road"
)

// ETA is when an ordered unit will be at its incident (预计到达). Without a
// basis it is not known, and WhyNot says why.
type ETA struct {
	Assignment *Assignment
	Source     string // where the way begins: fix or base
	Health     Health
	Age        *time.Duration
	Basis      string // ByRoad, ByAir, or empty
	ArriveAt   time.Time
	Mobilise   time.Duration // left until it leaves
	Travel     time.Duration
	Without    time.Duration // what Travel would be had nothing been closed
	Road       geo.Metres
	Closures   []string // as the road core knows them
	err        error
}

// Arrival is when it is there, from the moment of the answer.
func (e *ETA) Arrival() time.Duration { return e.Mobilise + e.Travel }

// WhyNot says why an arrival is not known, as far as the actor may know; nil
// when it is known.
func (p *Picture) WhyNot(a Actor, e *ETA) *NoWay {
	var refusal *Error
	switch {
	case e.Basis != "":
		return nil
	case errors.As(e.err, &refusal):
		return &NoWay{Code: refusal.Code, Text: refusal.Text}
	}
	return p.noWay(a, e.err)
}

// errNoRoadThere says that an end of the way is off the road network.
var errNoRoadThere = &Error{Kind: Invalid, Code: "off_road", Text: "no road is near"}

// convoy is who goes to one incident alike: one search prices them all.
type convoy struct {
	incident ID
	profile  string
	sized    bool
	load     road.Load
}

// march is one convoy's search.
type march struct {
	ask   road.Ask
	place road.Stop
	off   error
	etas  []*ETA
	stops []road.Stop
}

// ETAs answers for every assignment under way that keep accepts, soonest first,
// those not known last. Method: one search a convoy, from the incident towards
// where its units are now, or their bases when they were not heard in time.
func (p *Picture) ETAs(pos Positions, now time.Time, keep func(*Assignment) bool) ([]ETA, error) {
	all := make([]ETA, 0, len(p.bound))
	for _, as := range p.bound {
		switch as.State {
		case Ordered, Acknowledged, Enroute, Staged:
			if p.Incidents[as.Incident] != nil && p.Entry(Units, as.Unit) != nil && keep(as) {
				all = append(all, ETA{Assignment: as})
			}
		}
	}
	marches := map[convoy]*march{}
	for i := range all {
		if err := p.fallIn(marches, &all[i], pos, now); err != nil {
			return nil, err
		}
	}
	for _, m := range marches {
		if err := p.price(m); err != nil {
			return nil, err
		}
	}
	for i := range all {
		if e := &all[i]; e.Basis != "" {
			e.ArriveAt = now.Add(e.Arrival())
		}
	}
	slices.SortFunc(all, func(x, y ETA) int {
		if known := x.Basis != ""; known != (y.Basis != "") {
			if known {
				return -1
			}
			return 1
		}
		return cmp.Or(x.ArriveAt.Compare(y.ArriveAt), slices.Compare(x.Assignment.ID[:], y.Assignment.ID[:]))
	})
	return all, nil
}

// fallIn finds out where a unit is and puts it into its convoy; what flies is
// priced at once.
func (p *Picture) fallIn(marches map[convoy]*march, e *ETA, pos Positions, now time.Time) error {
	in, unit := p.Incidents[e.Assignment.Incident], p.Entry(Units, e.Assignment.Unit)
	from := e.locate(unit, pos, now)
	d := unit.Detail.(*Unit)
	if s := e.Assignment.State; (s == Ordered || s == Acknowledged) && !from.rolling && d.Duty != "available_mobile" {
		e.Mobilise = max(0, time.Duration(d.MobiliseMin)*time.Minute-max(0, now.Sub(e.Assignment.OrderedAt)))
	}
	ask, _, byRoad := Driving(unit)
	if !byRoad {
		e.Basis, e.Travel = ByAir, inSeconds(float64(geo.Distance(from.at, in.Point()))/airSpeed)
		e.Without = e.Travel
		return nil
	}
	if p.Roads == nil {
		e.err = ErrNoRoads
		return nil
	}
	key := convoy{incident: in.ID, profile: ask.Profile, sized: ask.Load != nil}
	if key.sized {
		key.load = *ask.Load
	}
	m := marches[key]
	if m == nil {
		m = &march{ask: ask}
		m.place, m.off = p.Roads.Place(in.Point(), ask.Profile)
		marches[key] = m
	}
	stop, err := p.Roads.Stop(unit.ID, ask.Profile, from.at, from.heading, from.accuracy)
	if err = cmp.Or(m.off, err); err != nil {
		return e.offRoad(err)
	}
	m.etas, m.stops = append(m.etas, e), append(m.stops, stop)
	return nil
}

// offRoad keeps why an end is not on the road; anything but that is a fault.
func (e *ETA) offRoad(err error) error {
	switch {
	case errors.Is(err, road.ErrNoRoads):
		e.err = ErrNoRoads
	case errors.Is(err, road.ErrOffRoad):
		e.err = errNoRoadThere.With("no road that the unit may use is near the incident or near the unit")
	default:
		return fmt.Errorf("put assignment %s on the road: %w", e.Assignment.ID, err)
	}
	return nil
}

// start is where a way begins.
type start struct {
	at       orb.Point
	heading  *geo.Bearing
	accuracy geo.Metres
	rolling  bool
}

// locate says where a unit is, as far as the asker may know, and how good that
// is.
func (e *ETA) locate(unit *Entry, pos Positions, now time.Time) start {
	e.Source, e.Health = "base", Never
	f, heard := pos.At(unit.ID)
	if !heard {
		return start{at: unit.Point()}
	}
	age := now.Sub(f.DeviceAt)
	e.Age, e.Health = &age, HealthAt(age, "committed")
	if age > FixLimit {
		return start{at: unit.Point()}
	}
	from := start{at: f.Point}
	if from.rolling = f.SpeedMPS != nil && *f.SpeedMPS > rolls; from.rolling {
		from.heading = f.Heading
	}
	if f.AccuracyM != nil {
		from.accuracy = geo.Metres(*f.AccuracyM)
	}
	e.Source = "fix"
	return from
}

// price asks the road core for one convoy.
func (p *Picture) price(m *march) error {
	if len(m.etas) == 0 {
		return nil
	}
	times, err := p.Roads.Now.Times(m.place, m.stops, road.Bounds{Direction: road.Toward}, m.ask)
	if err != nil {
		return fmt.Errorf("times of %d by %s: %w", len(m.etas), m.ask.Profile, err)
	}
	for i, leg := range times.Legs {
		e := m.etas[i]
		if !leg.Known {
			e.err = leg.Why
			continue
		}
		e.Basis, e.Travel, e.Without, e.Road, e.Closures = ByRoad, leg.Time, leg.Without, leg.Length, leg.Closures
	}
	return nil
}
