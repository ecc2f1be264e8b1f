package dispatch

import (
	"errors"
	"fmt"
	"time"

	"github.com/paulmach/orb"

	"onemap/geo"
	"onemap/geo/road"
)

// RoutePlace is an end of a route: a point, or a thing by kind and id.
type RoutePlace struct {
	Point *orb.Point
	Kind  string // a ledger, or incident
	ID    ID
}

// RouteQuery asks for the quickest way. Without a profile, a unit, team or
// depot travels as its kind does and anything else as a car; Size is the
// vehicle's own, where it is not the unit's or the profile's.
type RouteQuery struct {
	From, To RoutePlace
	Profile  string
	Size     *Profile
}

// RouteAnswer is true at Seq. By air it has a time, a line and one step.
type RouteAnswer struct {
	Seq      Seq
	AsOf     time.Time
	Basis    string
	Profile  string // empty by air
	Route    road.Route
	Why      *NoWay // nil when there is a way
	Closures []ClosureRef
}

// NoWay says why no way leads there: Code is closed, island, one_way or
// unreachable.
type NoWay struct {
	Code, Text string
	Closures   []ClosureRef
}

// end is a place put where it is now.
type end struct {
	entry    *Entry // nil for a point and an incident
	at       orb.Point
	heading  *geo.Bearing
	accuracy geo.Metres
}

// Route finds the quickest way between two places. A thing out of the actor's
// scope is not found; a place off the road is refused.
func (p *Picture) Route(a Actor, q RouteQuery, pos Positions, now time.Time) (RouteAnswer, error) {
	answer := RouteAnswer{Seq: p.Seq, AsOf: now, Basis: ByRoad}
	from, err := p.end(a, "from", q.From, pos, now)
	if err != nil {
		return answer, err
	}
	to, err := p.end(a, "to", q.To, pos, now)
	if err != nil {
		return answer, err
	}
	ask, byRoad := q.travels(from.entry)
	if !byRoad {
		answer.Basis, answer.Route = ByAir, flight(from.at, to.at)
		return answer, nil
	}
	if p.Roads == nil {
		return answer, ErrNoRoads
	}
	answer.Profile = ask.Profile
	var off Problems
	start, err := p.Roads.put(from, ask, "from", &off)
	if err != nil {
		return answer, err
	}
	goal, err := p.Roads.put(to, ask, "to", &off)
	if err != nil {
		return answer, err
	}
	if err := off.Err(); err != nil {
		return answer, err
	}
	answer.Route, err = p.Roads.Now.Route(start, goal, ask)
	if errors.Is(err, road.ErrUnreachable) {
		answer.Why = p.noWay(a, err)
		answer.Closures = answer.Why.Closures
		return answer, nil
	}
	answer.Closures = p.ClosureRefs(a, answer.Route.Closures)
	return answer, roadRefusal(err)
}

// travels says as what the trip is made; false for what flies.
func (q *RouteQuery) travels(from *Entry) (ask road.Ask, byRoad bool) {
	ask.Profile = road.Profiles()[0].Name
	var own *Profile
	if from != nil {
		if kind, way, drives := Driving(from); way == road.Toward && drives {
			ask.Profile = kind.Profile
		} else if !drives && q.Profile == "" {
			return ask, false
		}
		if u, ok := from.Detail.(*Unit); ok {
			own = u.Profile
		}
	}
	if q.Profile != "" {
		ask.Profile = q.Profile
	}
	if q.Size != nil {
		own = q.Size
	}
	ask.Load = own.load(ask.Profile)
	return ask, true
}

// end finds where a place is. A unit is where it was last heard, if the actor
// may know and that was not too long ago, else at its base.
func (p *Picture) end(a Actor, path string, place RoutePlace, pos Positions, now time.Time) (end, error) {
	if place.Point != nil {
		if err := geo.Check(*place.Point); err != nil {
			var problems Problems
			problems.Add(path+".point", "out_of_range", "%v", err)
			return end{}, problems.Err()
		}
		return end{at: *place.Point}, nil
	}
	if place.Kind == KindIncident {
		in := p.Incidents[place.ID]
		if in == nil || !p.SeesIncident(a, in) {
			return end{}, ErrNotFound.With("%s: no incident of that id", path)
		}
		return end{at: in.Point()}, nil
	}
	shelf := p.shelves[Ledger(place.Kind)]
	if shelf == nil {
		return end{}, ErrNotFound.With("%s: no kind %q", path, place.Kind)
	}
	e := shelf.Entries[place.ID]
	if e == nil || !a.Sees(e.Division, e.Sensitivity) {
		return end{}, ErrNotFound.With("%s: no %s of that id", path, place.Kind)
	}
	out := end{entry: e, at: e.Point()}
	if f, heard := pos.At(e.ID); e.Ledger == Units && heard && now.Sub(f.DeviceAt) <= FixLimit {
		out.at = f.Point
		if f.Heading != nil && f.SpeedMPS != nil && *f.SpeedMPS > rolls {
			out.heading = f.Heading
		}
		if f.AccuracyM != nil {
			out.accuracy = geo.Metres(*f.AccuracyM)
		}
	}
	return out, nil
}

// put puts an end on the road, and notes one that is off it.
func (r *Roads) put(e end, ask road.Ask, path string, off *Problems) (stop road.Stop, err error) {
	if e.entry != nil {
		stop, err = r.Stop(e.entry.ID, ask.Profile, e.at, e.heading, e.accuracy)
	} else {
		stop, err = r.Place(e.at, ask.Profile)
	}
	if errors.Is(err, road.ErrOffRoad) {
		off.offRoad(path, e.at, ask.Profile)
		return stop, nil
	}
	return stop, roadRefusal(err)
}

// offRoad notes a place that no road is near: the limits are the road core's.
func (p *Problems) offRoad(path string, at orb.Point, profile string) {
	p.Add(path, "off_road", "no road for %s within 300 m in town or 2 km outside of %.5f, %.5f", profile, at[0], at[1])
}

// roadRefusal words what the road core refuses; nil stays nil, a fault a fault.
func roadRefusal(err error) error {
	var p Problems
	switch {
	case errors.Is(err, road.ErrNoRoads):
		return ErrNoRoads.With("the road network in use is empty: onemap load roads FILE.osm.pbf")
	case errors.Is(err, road.ErrNoProfile):
		p.Add("profile", "bad_enum", "%v", err)
	case errors.Is(err, road.ErrBadLoad):
		p.Add("vehicle", "out_of_range", "%v", err)
	case errors.Is(err, road.ErrBadLimits):
		p.Add("limits_s", "out_of_range", "%v", err)
	case errors.Is(err, road.ErrTooMuch):
		return errTooMuch.With("%v", err)
	}
	if len(p) > 0 {
		return p.Err()
	}
	return err
}

var errTooMuch = &Error{Kind: Invalid, Code: "too_much", Text: "more was asked for than this server answers at once"}

// noWay words an Unreachable. Closures too secret for the actor stay unnamed.
func (p *Picture) noWay(a Actor, err error) *NoWay {
	u := &road.Unreachable{}
	errors.As(err, &u)
	no := &NoWay{Code: "unreachable", Closures: p.ClosureRefs(a, u.Closures)}
	switch {
	case len(u.Closures) > 0:
		no.Code = "closed"
	case u.Island != nil:
		no.Code = "island"
	case u.OneWay:
		no.Code = "one_way"
	}
	no.Text = cutOff(u, no.Closures)
	return no
}

// flight is the straight way of what flies.
func flight(from, to orb.Point) road.Route {
	d := geo.Distance(from, to)
	took := inSeconds(float64(d) / airSpeed)
	course := geo.InitialBearing(from, to)
	return road.Route{
		Time: took, Without: took, Line: orb.LineString{from, to},
		Steps: []road.Step{{
			Turn: "fly", At: from, Length: d, Time: took, Bearing: course,
			ZH: fmt.Sprintf("直飞%.1f公里，航向%03.0f°", float64(d)/1000, float64(course)),
			EN: fmt.Sprintf("Fly %.1f km straight, course %03.0f°", float64(d)/1000, float64(course)),
		}},
	}
}
