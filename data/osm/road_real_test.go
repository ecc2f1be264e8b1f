package osm

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"onemap/geo"
	"onemap/geo/road"
)

// readReal reads a real extract and builds its network.
func readReal(t *testing.T, path string) (*road.Graph, road.Report) {
	t.Helper()
	s, err := Road(extract(t, path), "")
	if err != nil {
		t.Fatal(err)
	}
	g, report := road.Build(s)
	return g, report
}

func TestRealExtractsGiveSoundNetworks(t *testing.T) {
	t.Parallel()
	for path, nodes := range map[string]int{ // at least
		"18-routing-siting/osm/malta.osm.pbf":           30_000,
		"18-routing-siting/osm/andorra.osm.pbf":         6_000,
		"18-routing-siting/osm/poa.osm.pbf":             20_000,
		"02-osm/monaco.osm.pbf":                         3_000,
		"02-osm/krems.osm.gz":                           1_000,
		"02-osm/north-bayreuth.osm.gz":                  2_500,
		"02-osm/small/circle-bug.osm.gz":                15,
		"02-osm/small/one-way-dead-end.osm.pbf":         100,
		"02-osm/small/conditional-restrictions.osm.xml": 5,
	} {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			g, report := readReal(t, path)
			if g.Nodes() < nodes || report.Arcs != 2*report.Segments || report.Length <= 0 {
				t.Errorf("%d junctions, report %+v", g.Nodes(), report)
			}
			if share := report.Core["emergency"]; nodes > 1000 && share < 0.85 {
				t.Errorf("emergency vehicles are bound to %.0f %% of the junctions", share*100)
			}
		})
	}
}

func TestLZ4IsRefusedInWords(t *testing.T) {
	t.Parallel()
	_, err := Road(extract(t, "02-osm/monaco-lz4.osm.pbf"), PBF)
	if !errors.Is(err, ErrForeign) {
		t.Errorf("%v, want ErrForeign", err)
	}
}

// About fifty of Malta's restrictions forbid what the signs of the streets do
// not forbid already (counted by hand for the design).
func TestMaltaTurnRestrictionsAreInForce(t *testing.T) {
	t.Parallel()
	_, report := readReal(t, "18-routing-siting/osm/malta.osm.pbf")
	if report.Restrictions < 45 || report.Restrictions > 60 {
		t.Errorf("%d restrictions in force; left out: %v", report.Restrictions, report.RejectedBy)
	}
}

func TestMainlandReachesGozoByFerry(t *testing.T) {
	t.Parallel()
	g, _ := readReal(t, "18-routing-siting/osm/malta.osm.pbf")
	snap := func(p orb.Point) road.Stop {
		s, err := g.Snap(p, road.Snap{Place: true})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	r, err := road.NewNetwork(g).Now().Route(snap(orb.Point{14.5146, 35.8997}), snap(orb.Point{14.2396, 36.0440}), road.Ask{})
	if err != nil {
		t.Fatal(err)
	}
	ferry := false
	for _, s := range r.Steps {
		ferry = ferry || s.Turn == road.Board
	}
	if !ferry || r.Time < 50*time.Minute || r.Time > 3*time.Hour {
		t.Errorf("Valletta to Victoria in %v, ferry %v", r.Time, ferry)
	}
}

// The hierarchy, the reference search, routes and arrivals must agree to the
// tenth of a second, on real roads with real and invented turn restrictions,
// for every profile, under random closures of every kind.
func TestHierarchyEqualsReferenceOnRealRoads(t *testing.T) {
	t.Parallel()
	pairs, restrictions := 0, 0
	for i, path := range []string{"18-routing-siting/osm/malta.osm.pbf", "18-routing-siting/osm/andorra.osm.pbf", "02-osm/monaco.osm.pbf"} {
		r := rand.New(rand.NewPCG(uint64(i), 9))
		source, err := Road(extract(t, path), "")
		if err != nil {
			t.Fatal(err)
		}
		source.Restrictions = append(source.Restrictions, inventedTurns(r, source, 500)...)
		g, report := road.Build(source)
		restrictions += report.Restrictions
		n := road.NewNetwork(g)
		for round, profile := range road.Profiles() {
			snap, err := n.Apply(someClosures(r, g, round*4), time.Time{})
			if err != nil {
				t.Fatal(err)
			}
			c := pairing{t: t, r: r, snap: snap, profile: profile.Name}
			pairs += c.compare()
		}
	}
	t.Logf("%d pairs under %d turn restrictions", pairs, restrictions)
	if pairs < 10_000 || restrictions < 300 {
		t.Errorf("only %d pairs under %d restrictions compared", pairs, restrictions)
	}
}

// inventedTurns forbid turns between ways that meet; Build leaves out those
// that mean nothing.
func inventedTurns(r *rand.Rand, source road.Source, count int) []road.Restriction {
	at := map[int64][]int64{}
	for _, w := range source.Ways {
		for _, n := range []int64{w.Nodes[0], w.Nodes[len(w.Nodes)-1]} {
			at[n] = append(at[n], w.ID)
		}
	}
	var out []road.Restriction
	for len(out) < count {
		w := source.Ways[r.IntN(len(source.Ways))]
		node := w.Nodes[len(w.Nodes)-1]
		to := at[node][r.IntN(len(at[node]))]
		out = append(out, road.Restriction{ID: int64(-1 - len(out)), From: w.ID, ViaNode: node, To: to, Only: r.IntN(8) == 0})
	}
	return out
}

func someClosures(r *rand.Rand, g *road.Graph, count int) []road.Closure {
	var list []road.Closure
	for i := range count {
		number := uint32(r.IntN(g.Segments()))
		s, _ := g.Segment(number)
		c := road.Closure{ID: fmt.Sprint("c", i), Factor: float64(r.IntN(2)) * 0.4}
		switch i % 5 {
		case 0:
			c.Area, c.Structures = orb.Bound{Min: s.Line[0], Max: s.Line[0]}.Pad(0.002).ToPolygon(), true
		case 1:
			c.Area = s.Line[0]
		case 2:
			c.Area, c.Along = s.Line, r.IntN(2) == 0
		case 3:
			c.Segments = []uint32{number}
			c.Limits = road.Load{Height: 3}
		case 4:
			b := geo.Bearing(r.Float64() * 360)
			c.Area, c.Heading = orb.Bound{Min: s.Line[0], Max: s.Line[0]}.Pad(0.001).ToRing(), &b
			c.Profiles = []string{"car", "bus", "ambulance"}
		}
		list = append(list, c)
	}
	return list
}

// pairing compares all answers between some random stops.
type pairing struct {
	t       *testing.T
	r       *rand.Rand
	snap    *road.Snapshot
	profile string
	stops   []road.Stop
}

func (c *pairing) compare() int {
	c.t.Helper()
	g := c.snap.Graph()
	for len(c.stops) < 24 {
		s, _ := g.Segment(uint32(c.r.IntN(g.Segments())))
		heading := geo.Bearing(c.r.Float64() * 360)
		stop, err := g.Snap(s.Line[0], road.Snap{Profile: c.profile, Place: c.r.IntN(2) == 0, Heading: &heading})
		if err == nil {
			c.stops = append(c.stops, stop)
		}
	}
	m, err := c.snap.Matrix(c.stops, c.stops, road.Ask{Profile: c.profile})
	if err != nil {
		c.t.Fatal(err)
	}
	c.times(m)
	c.routes(m)
	c.arrivals(m)
	return len(c.stops) * len(c.stops)
}

func (c *pairing) same(what string, from, to int, got time.Duration, known bool, m *road.Matrix) {
	c.t.Helper()
	if want, ok := m.At(from, to); known != ok || ok && got != want {
		c.t.Fatalf("%s, %d to %d: %s %v %v, hierarchy %v %v", c.profile, from, to, what, got, known, want, ok)
	}
}

func (c *pairing) times(m *road.Matrix) {
	c.t.Helper()
	for j := range c.stops {
		d := road.Direction(j % 2)
		times, err := c.snap.Times(c.stops[j], c.stops, road.Bounds{Direction: d}, road.Ask{Profile: c.profile, Plain: true})
		if err != nil {
			c.t.Fatal(err)
		}
		for i, leg := range times.Legs {
			from, to := i, j
			if d == road.Away {
				from, to = j, i
			}
			c.same("times", from, to, leg.Time, leg.Known, m)
		}
	}
}

// routes compares routes with the hierarchy, and with the delays of turns both
// directions of the search with each other.
func (c *pairing) routes(m *road.Matrix) {
	c.t.Helper()
	for i := range c.stops {
		j := c.r.IntN(len(c.stops))
		route, err := c.snap.Route(c.stops[i], c.stops[j], road.Ask{Profile: c.profile, Plain: true})
		c.same("route", i, j, route.Time, err == nil, m)
		full, err := c.snap.Route(c.stops[i], c.stops[j], road.Ask{Profile: c.profile})
		back, wrong := c.snap.Times(c.stops[j], c.stops[i:i+1], road.Bounds{}, road.Ask{Profile: c.profile})
		if wrong != nil {
			c.t.Fatal(wrong)
		}
		if leg := back.Legs[0]; leg.Known != (err == nil) || leg.Known && (leg.Time != full.Time || full.Time < route.Time) {
			c.t.Fatalf("%s, %d to %d: route %v (%v), searched from its end %v %v, without turns %v", c.profile, i, j, full.Time, err, leg.Time, leg.Known, route.Time)
		}
	}
}

func (c *pairing) arrivals(m *road.Matrix) {
	c.t.Helper()
	const few = 5
	a, err := c.snap.Arrivals(c.stops[:few], c.stops, road.Bounds{Direction: road.Away}, road.Ask{Profile: c.profile, Plain: true})
	if err != nil {
		c.t.Fatal(err)
	}
	for j, cell := range a.Cells {
		best, reached := time.Duration(0), false
		for i := range few {
			if d, ok := m.At(i, j); ok && (!reached || d < best) {
				best, reached = d, true
			}
		}
		if cell.Known != reached || reached && cell.Time != best {
			c.t.Fatalf("%s, cell %d: arrival %v %v, hierarchy %v %v", c.profile, j, cell.Time, cell.Known, best, reached)
		}
	}
}

// What is drawn as reached must be reached, a walk and a cell allowed for, and
// one start gives one part: a road leads everywhere from it.
func TestReachOnRealRoadsHasNoFalseIsland(t *testing.T) {
	t.Parallel()
	g, _ := readReal(t, "18-routing-siting/osm/poa.osm.pbf")
	n := road.NewNetwork(g)
	r := rand.New(rand.NewPCG(5, 5))
	start, err := g.Snap(orb.Point{-51.2177, -30.0346}, road.Snap{})
	if err != nil {
		t.Fatal(err)
	}
	how := road.ReachOptions{Limits: []time.Duration{5 * time.Minute, 10 * time.Minute}, Direction: road.Away, Lines: true}
	reach, err := n.Now().Reach([]road.Stop{start}, how, road.Ask{})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range reach.Bands {
		if len(b.Area) != 1 {
			t.Errorf("%d parts within %v", len(b.Area), b.Limit)
		}
		if err := geo.CheckGeometry(b.Area, 1<<20); err != nil {
			t.Errorf("within %v: %v", b.Limit, err)
		}
	}
	checked := 0
	for range 1000 {
		s, _ := g.Segment(uint32(r.IntN(g.Segments())))
		p := s.Line[len(s.Line)/2]
		stop, err := g.Snap(p, road.Snap{Accuracy: 1})
		if err != nil || stop.Candidates[0].Island != 0 || stop.Candidates[0].Distance > 1 {
			continue
		}
		times, err := n.Now().Times(start, []road.Stop{stop}, road.Bounds{Direction: road.Away}, road.Ask{})
		if err != nil {
			t.Fatal(err)
		}
		checked++
		leg := times.Legs[0]
		for _, b := range reach.Bands {
			inside := planar.MultiPolygonContains(b.Area, p)
			if leg.Known && leg.Time < b.Limit-30*time.Second && !inside {
				t.Errorf("%v is reached in %v but not drawn within %v", p, leg.Time, b.Limit)
			}
			if inside && (!leg.Known || leg.Time > b.Limit+2*time.Minute) {
				if d := planar.DistanceFrom(b.Lines, p) * 111_000; d > 150+2*float64(reach.Cell) {
					t.Errorf("%v is drawn within %v, is reached in %v (%v) and lies %.0f m from the roads reached", p, b.Limit, leg.Time, leg.Why, d)
				}
			}
		}
	}
	if checked < 750 {
		t.Errorf("only %d places checked", checked)
	}
}

func TestStoredNetworkIsReadyAgainSoon(t *testing.T) {
	g, _ := readReal(t, "18-routing-siting/osm/rnv.osm.pbf")
	var file bytes.Buffer
	if _, err := g.WriteTo(&file); err != nil {
		t.Fatal(err)
	}
	size := file.Len()
	start := time.Now()
	back, err := road.ReadFrom(&file)
	if err != nil || back.Version() != g.Version() {
		t.Fatalf("version %x, %v", back.Version(), err)
	}
	t.Logf("%d bytes read in %v", size, time.Since(start))
}

// TestNetworkMemory holds the size of a network with its hierarchy and the
// prices of one profile.
func TestNetworkMemory(t *testing.T) {
	g, _ := readReal(t, "18-routing-siting/osm/rnv.osm.pbf")
	var file bytes.Buffer
	if _, err := g.WriteTo(&file); err != nil {
		t.Fatal(err)
	}
	g = nil
	each := bytesPerArc(t, file.Bytes())
	t.Logf("%.0f bytes an arc", each)
	if each > 200 {
		t.Errorf("%.0f bytes an arc, at most 200", each)
	}
}

// bytesPerArc is what a stored network holds in memory once it has answered.
func bytesPerArc(t testing.TB, stored []byte) float64 {
	t.Helper()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.GC() // what a pool let go of at the first
	runtime.ReadMemStats(&before)
	g, err := road.ReadFrom(bytes.NewReader(stored))
	if err != nil {
		t.Fatal(err)
	}
	n := road.NewNetwork(g)
	stop, err := g.Snap(g.Bound().Center(), road.Snap{Limit: 50_000})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := n.Now().Matrix([]road.Stop{stop}, []road.Stop{stop}, road.Ask{}); err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(n)
	runtime.KeepAlive(stored)
	return float64(after.HeapAlloc-before.HeapAlloc) / float64(g.Arcs())
}
