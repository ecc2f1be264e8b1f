package dispatch

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"onemap/geo"
	"onemap/geo/road"
)

// ByRoad and ByAir are the bases of answers about time.
const (
	ByRoad = "road"
	ByAir  = "air"
)

// ErrNoRoads refuses a question that no road network is there to answer.
var ErrNoRoads = &Error{Kind: Conflict, Code: "no_roads", Text: "no road network is loaded: onemap load roads FILE.osm.pbf"}

// Roads is the road network under the closures of one picture (实时路网). Stops,
// places put on the road, are kept over all pictures of one network.
type Roads struct {
	Network *road.Network
	Now     *road.Snapshot
	Water   func(orb.Point) bool // where nobody walks; nil is not known
	stops   *stops
}

// NewRoads is a network with nothing closed.
func NewRoads(g *road.Graph) *Roads {
	n := road.NewNetwork(g)
	return &Roads{Network: n, Now: n.Now(), stops: &stops{kept: map[stopKey]stop{}, open: n.Now(), fastest: map[string]float64{}}}
}

// WithWater is the same network, knowing where the water is.
func (r *Roads) WithWater(water func(orb.Point) bool) *Roads {
	next := *r
	next.Water = water
	return &next
}

// OnRoads returns the picture on a road network, with its closures in force as
// of an instant; without a network when it is nil. Closures that cannot be
// applied are left out and named in the error; the picture is good all the same.
func (p *Picture) OnRoads(r *Roads, at time.Time) (*Picture, error) {
	next := *p
	if r == nil {
		next.Roads = nil
		return &next, nil
	}
	now, err := r.Network.Apply(p.closures(), at)
	next.Roads = &Roads{r.Network, now, r.Water, r.stops}
	return &next, err
}

// network is what can be driven on; nil without one, and when it is empty.
func (p *Picture) network() *Roads {
	if p.Roads == nil || p.Roads.Now.Graph().Arcs() == 0 {
		return nil
	}
	return p.Roads
}

// closures are all of the picture as the road core knows them, by code.
func (p *Picture) closures() (all []road.Closure) {
	for _, e := range p.Shelf(Closures).ByCode() {
		all = append(all, e.Detail.(*Closure).onRoads(e.ID, e.Geometry))
	}
	return all
}

// ClosureRef names a closure that shaped an answer.
type ClosureRef struct {
	ID   ID     `json:"id"`
	Code string `json:"code"`
	Name string `json:"name"`
}

// ClosureRefs names closures by the ids the road core knows them by. Where a
// closure lies does not matter, for it shaped the answer; how secret it is does.
func (p *Picture) ClosureRefs(a Actor, ids []string) []ClosureRef {
	var refs []ClosureRef
	for _, id := range ids {
		parsed, err := uuid.Parse(id)
		if err != nil {
			continue
		}
		if e := p.Entry(Closures, parsed); e != nil && e.Sensitivity <= a.Clearance {
			refs = append(refs, ClosureRef{e.ID, e.Code, e.Name})
		}
	}
	slices.SortFunc(refs, func(x, y ClosureRef) int { return slices.Compare(x.ID[:], y.ID[:]) })
	return slices.CompactFunc(refs, func(x, y ClosureRef) bool { return x.ID == y.ID })
}

// profileNames lists the vehicle profiles of the road core.
func profileNames() []string {
	var names []string
	for _, p := range road.Profiles() {
		names = append(names, p.Name)
	}
	return names
}

// unitProfiles says as what each kind of unit drives; a helicopter does not.
var unitProfiles = map[string]string{
	"engine": "fire_engine", "ladder": "fire_engine", "rescue": "fire_engine", "hazmat": "fire_engine", "pump": "fire_engine",
	"forest": "fire_engine", "ambulance": "ambulance", "command": "ambulance", "comms": "ambulance",
	"boat": "truck", "transport": "truck", "excavator": "truck",
}

// Driving says how a thing travels by road, and which way trips run between it
// and the place asked about; false for what does not go by road. Teams and
// depots send; people go to a shelter, and someone to a hazard or a camera.
func Driving(e *Entry) (ask road.Ask, way road.Direction, byRoad bool) {
	switch d := e.Detail.(type) {
	case *Unit:
		ask.Profile, byRoad = unitProfiles[d.Kind], unitProfiles[d.Kind] != ""
		ask.Load = d.Profile.load(ask.Profile)
		return ask, road.Toward, byRoad
	case *Team:
		return road.Ask{Profile: "fire_engine"}, road.Toward, true
	case *Depot:
		return road.Ask{Profile: "truck"}, road.Toward, true
	case *Shelter:
		return road.Ask{Profile: "bus"}, road.Away, true
	}
	return road.Ask{Profile: "car"}, road.Away, true
}

// load is the unit's own size; what is not known of it is its profile's. Nil
// when nothing is.
func (p *Profile) load(profile string) *road.Load {
	if p == nil || *p == (Profile{}) {
		return nil
	}
	var l road.Load
	for _, known := range road.Profiles() {
		if known.Name == profile {
			l = known.Load
		}
	}
	for _, own := range []struct {
		to   *float64
		size float64
	}{{&l.Height, p.HeightM}, {&l.Width, p.WidthM}, {&l.Weight, p.WeightT}} {
		if own.size > 0 {
			*own.to = own.size
		}
	}
	return &l
}

// stops keeps where things were put on the road: 6.6 µs a thing is little, but
// not for every thing in every question.
type stops struct {
	open *road.Snapshot // nothing closed

	mu      sync.Mutex
	kept    map[stopKey]stop
	fastest map[string]float64 // m/s by profile, of a vehicle that no limit stops

	laying sync.Mutex           // of the cells, which take their time
	cells  map[string]cellStops // by profile

	zones zones // of the coverage rules
}

type stopKey struct {
	id      ID
	profile string
}

type stop struct {
	at       orb.Point
	heading  *geo.Bearing
	accuracy geo.Metres
	is       road.Stop
	err      error
}

type cellStops struct {
	of    *Shelf
	stops []road.Stop
}

// Stop puts a thing on the road where it stands or was last seen. What does not
// move is on a motorway only when it is as near as its accuracy allows: from a
// station beside one nobody drives onto it. It refuses as Graph.Snap does.
func (r *Roads) Stop(id ID, profile string, at orb.Point, heading *geo.Bearing, accuracy geo.Metres) (road.Stop, error) {
	key := stopKey{id, profile}
	r.stops.mu.Lock()
	old, ok := r.stops.kept[key]
	r.stops.mu.Unlock()
	if ok && old.at == at && old.accuracy == accuracy && same(old.heading, heading) {
		return old.is, old.err
	}
	fresh := stop{at: at, heading: heading, accuracy: accuracy}
	moving := heading != nil
	if !moving {
		fresh.is, fresh.err = r.place(at, road.Snap{Profile: profile, Accuracy: cmp.Or(accuracy, onRoad)}, onRoad+accuracy)
		fresh.is.Place = false // it drives out of its yard, nobody walks
	}
	if moving || errors.Is(fresh.err, road.ErrOffRoad) {
		fresh.is, fresh.err = r.Now.Graph().Snap(at, road.Snap{Profile: profile, Heading: heading, Accuracy: accuracy})
	}
	r.stops.mu.Lock()
	r.stops.kept[key] = fresh
	r.stops.mu.Unlock()
	return fresh.is, fresh.err
}

// onRoad is how near to the middle of a motorway or a trunk road a place is
// taken to be on it: a carriageway and its shoulder.
const onRoad = geo.Metres(15)

// Place puts a point that was asked about on the road: a building or a person,
// so not on an expressway, ramp or ferry, or in a tunnel, and help goes the rest
// on foot; unless the point lies on that very road, as a crash does. It refuses
// as Graph.Snap does.
func (r *Roads) Place(p orb.Point, profile string) (road.Stop, error) {
	return r.place(p, road.Snap{Profile: profile}, onRoad)
}

// place puts on an expressway only what is as near to it as within.
func (r *Roads) place(p orb.Point, how road.Snap, within geo.Metres) (road.Stop, error) {
	g := r.Now.Graph()
	near := how
	near.Limit = within
	if on, err := g.Snap(p, near); err == nil {
		if s, ok := g.Segment(on.Candidates[0].Segment); ok && (s.Class <= road.TrunkLink || s.Tunnel) {
			return on, nil
		}
	}
	how.Place = true
	return g.Snap(p, how)
}

// Places puts many points on the road as Place does; those off it get an empty
// stop.
func (r *Roads) Places(points []orb.Point, profile string) ([]road.Stop, error) {
	stops := make([]road.Stop, len(points))
	for i, at := range points {
		var err error
		if stops[i], err = r.Place(at, profile); err != nil && !errors.Is(err, road.ErrOffRoad) {
			return nil, err
		}
	}
	return stops, nil
}

// fastest is a speed in m/s that no vehicle of a profile exceeds; 0 when no
// road is open to it.
func (r *Roads) fastest(profile string) (float64, error) {
	r.stops.mu.Lock()
	defer r.stops.mu.Unlock()
	if v, ok := r.stops.fastest[profile]; ok {
		return v, nil
	}
	v, err := r.stops.open.Fastest(road.Ask{Profile: profile, Load: &road.Load{}})
	if err != nil {
		return 0, fmt.Errorf("fastest %s: %w", profile, err)
	}
	r.stops.fastest[profile] = v
	return v, nil
}

func same(a, b *geo.Bearing) bool { return a == b || a != nil && b != nil && *a == *b }

// Cells puts the population grid of a picture on the road, in the order of
// their codes; a cell that no road is near has an empty stop. The first call
// for a profile takes a good tenth of a second for 31,000 cells.
func (r *Roads) Cells(p *Picture, profile string) ([]road.Stop, error) {
	shelf := p.Shelf(Cells)
	r.stops.laying.Lock()
	defer r.stops.laying.Unlock()
	if kept := r.stops.cells[profile]; kept.of == shelf {
		return kept.stops, nil
	}
	points := make([]orb.Point, 0, len(shelf.Entries))
	for _, e := range shelf.ByCode() {
		points = append(points, e.Point())
	}
	on, err := r.Now.Graph().SnapAll(points, road.Snap{Profile: profile, Place: true})
	if err != nil {
		return nil, fmt.Errorf("put cells on the road: %w", err)
	}
	if r.stops.cells == nil {
		r.stops.cells = map[string]cellStops{}
	}
	r.stops.cells[profile] = cellStops{shelf, on}
	return on, nil
}

// Flight is how long a helicopter takes from a to b.
func Flight(a, b orb.Point) time.Duration {
	return inSeconds(float64(geo.Distance(a, b)) / airSpeed)
}
