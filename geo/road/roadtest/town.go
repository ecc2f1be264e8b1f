// Package roadtest draws a town from text, so that a test of anything on roads
// shows its map.
//
//	A---B---C-------E
//	|               |
//	D---------------F
//
// Letters and digits are named junctions, + one without a name, * one with
// traffic lights. Streets: - | / \ ordinary, # motorway, = ! bridge, ~ ferry,
// . : footpath; a > < ^ v anywhere in a street makes it one-way. Streets that
// cross without a junction pass over each other. What follows // is a comment.
package roadtest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"onemap/geo"
	"onemap/geo/road"
)

// Town is a drawn road network with closures.
type Town struct {
	*road.Network
	Report road.Report

	t        testing.TB
	source   road.Source
	places   map[string]road.Node
	closures []road.Closure
	now      time.Time
}

// Draw builds the town of a drawing, so many metres a character. A drawing
// that cannot be read ends the test.
func Draw(t testing.TB, metres geo.Metres, text string) *Town {
	t.Helper()
	d, err := parse(text, float64(metres))
	if err != nil {
		t.Fatalf("draw a town: %v", err)
	}
	town := &Town{t: t, source: d.Source, places: map[string]road.Node{}, now: time.Date(2026, 7, 1, 8, 0, 0, 0, time.UTC)}
	for _, n := range d.Nodes {
		if name := d.name[n.ID]; name != "" {
			if _, twice := town.places[name]; twice {
				t.Fatalf("draw a town: junction %s is drawn twice", name)
			}
			town.places[name] = n
		}
	}
	town.build()
	return town
}

func (town *Town) build() {
	g, report := road.Build(town.source)
	town.Network, town.Report = road.NewNetwork(g), report
	if len(town.closures) > 0 {
		town.apply()
	}
}

// Ban forbids driving on over the named junctions in their order; three
// letters are a turn, more go over whole streets.
func (town *Town) Ban(path string) { town.restrict(path, false) }

// Only forbids every other way on than the one named.
func (town *Town) Only(path string) { town.restrict(path, true) }

func (town *Town) restrict(path string, only bool) {
	town.t.Helper()
	if len(path) < 3 {
		town.t.Fatalf("restriction %q: want three junctions or more", path)
	}
	r := road.Restriction{ID: int64(len(town.source.Restrictions) + 1), Only: only, From: town.way(path[:2])}
	for i := 1; i+2 < len(path); i++ {
		r.Via = append(r.Via, town.way(path[i:i+2]))
	}
	if len(path) == 3 {
		r.ViaNode = town.place(path[1:2]).ID
	}
	r.To = town.way(path[len(path)-2:])
	town.source.Restrictions = append(town.source.Restrictions, r)
	town.build()
}

func (town *Town) place(name string) road.Node {
	town.t.Helper()
	n, ok := town.places[name]
	if !ok {
		town.t.Fatalf("no junction %q in the drawing", name)
	}
	return n
}

// way finds the street between two neighbouring junctions.
func (town *Town) way(pair string) int64 {
	town.t.Helper()
	if len(pair) != 2 {
		town.t.Fatalf("street %q: want two junctions", pair)
	}
	ends := []int64{town.place(pair[:1]).ID, town.place(pair[1:]).ID}
	for _, w := range town.source.Ways {
		if slices.Equal(w.Nodes, ends) || slices.Equal(w.Nodes, []int64{ends[1], ends[0]}) {
			return w.ID
		}
	}
	town.t.Fatalf("no street %q in the drawing", pair)
	return 0
}

// Segments are the segments of the street between two junctions.
func (town *Town) Segments(pair string) []uint32 {
	town.t.Helper()
	return town.Now().Graph().SegmentsOf(town.way(pair))
}

// Close closes streets; the closure of each is called by its name.
func (town *Town) Close(pairs ...string) {
	town.t.Helper()
	for _, pair := range pairs {
		town.Put(road.Closure{ID: pair, Segments: town.Segments(pair)})
	}
}

// Slow leaves a share of the usual speed on a street.
func (town *Town) Slow(pair string, factor float64) {
	town.t.Helper()
	town.Put(road.Closure{ID: pair, Segments: town.Segments(pair), Factor: factor})
}

// Put puts a closure in force, in place of one with the same id.
func (town *Town) Put(c road.Closure) {
	town.t.Helper()
	town.lift(c.ID)
	town.closures = append(town.closures, c)
	town.apply()
}

// Open lifts closures; without names, all of them.
func (town *Town) Open(ids ...string) {
	town.t.Helper()
	if len(ids) == 0 {
		town.closures = nil
	}
	for _, id := range ids {
		town.lift(id)
	}
	town.apply()
}

func (town *Town) lift(id string) {
	town.closures = slices.DeleteFunc(town.closures, func(c road.Closure) bool { return c.ID == id })
}

// Clock sets the time at which closures are judged.
func (town *Town) Clock(now time.Time) {
	town.t.Helper()
	town.now = now
	town.apply()
}

func (town *Town) apply() {
	town.t.Helper()
	if _, err := town.Apply(town.closures, town.now); err != nil {
		town.t.Fatalf("close roads: %v", err)
	}
}

// At is the place of a junction, or of the middle of a street: "B" or "BC".
func (town *Town) At(name string) orb.Point {
	town.t.Helper()
	if len(name) == 1 {
		return town.place(name).At
	}
	town.way(name)
	a, b := town.place(name[:1]).At, town.place(name[1:]).At
	return orb.Point{(a[0] + b[0]) / 2, (a[1] + b[1]) / 2}
}

// Stop puts a junction or the middle of a street on the road, for a profile.
func (town *Town) Stop(name, profile string) road.Stop {
	town.t.Helper()
	s, err := town.Now().Graph().Snap(town.At(name), road.Snap{Profile: profile, Accuracy: 1, Limit: 100})
	if err != nil {
		town.t.Fatalf("stop at %s: %v", name, err)
	}
	return s
}

// Route finds the way between two places and ends the test if there is none.
func (town *Town) Route(from, to, profile string) road.Route {
	town.t.Helper()
	r, err := town.Now().Route(town.Stop(from, profile), town.Stop(to, profile), road.Ask{Profile: profile})
	if err != nil {
		town.t.Fatalf("route %s to %s: %v", from, to, err)
	}
	return r
}

// Path names the junctions that a way passes, in order: "ABCE".
func (town *Town) Path(from, to, profile string) string {
	town.t.Helper()
	var path strings.Builder
	for _, p := range town.Route(from, to, profile).Line {
		for name, n := range town.places {
			if geo.GreatCircle(p, n.At) < 0.5 && !strings.HasSuffix(path.String(), name) {
				path.WriteString(name)
			}
		}
	}
	return path.String()
}
