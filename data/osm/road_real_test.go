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

// The hierarchy and the reference search must agree to the tenth of a second,
// on real roads with real restrictions under random closures.
func TestHierarchyEqualsReferenceOnRealRoads(t *testing.T) {
	t.Parallel()
	pairs := 0
	for i, path := range []string{"18-routing-siting/osm/malta.osm.pbf", "18-routing-siting/osm/andorra.osm.pbf", "02-osm/monaco.osm.pbf"} {
		g, _ := readReal(t, path)
		n := road.NewNetwork(g)
		r := rand.New(rand.NewPCG(uint64(i), 9))
		for round, profile := range []string{"car", "fire_engine", "foot", "truck"} {
			snap, err := n.Apply(someClosures(r, g, round*4), time.Time{})
			if err != nil && !errors.Is(err, road.ErrBadClosure) {
				t.Fatal(err)
			}
			pairs += comparePairs(t, r, snap, profile)
		}
	}
	t.Logf("%d pairs", pairs)
	if pairs < 10_000 {
		t.Errorf("only %d pairs compared", pairs)
	}
}

func someClosures(r *rand.Rand, g *road.Graph, count int) []road.Closure {
	var list []road.Closure
	for i := range count {
		s, _ := g.Segment(uint32(r.IntN(g.Segments())))
		c := road.Closure{ID: fmt.Sprint("c", i), Area: s.Line[0], Factor: float64(r.IntN(2)) * 0.4}
		if i%4 == 0 {
			c.Area = orb.Bound{Min: s.Line[0], Max: s.Line[0]}.Pad(0.002).ToPolygon()
			c.Structures = true
		}
		list = append(list, c)
	}
	return list
}

func comparePairs(t *testing.T, r *rand.Rand, snap *road.Snapshot, profile string) int {
	t.Helper()
	g := snap.Graph()
	var stops []road.Stop
	for len(stops) < 30 {
		s, _ := g.Segment(uint32(r.IntN(g.Segments())))
		heading := geo.Bearing(r.Float64() * 360)
		stop, err := g.Snap(s.Line[0], road.Snap{Profile: profile, Place: r.IntN(2) == 0, Heading: &heading})
		if err == nil {
			stops = append(stops, stop)
		}
	}
	ask := road.Ask{Profile: profile, Plain: true}
	m, err := snap.Matrix(stops, stops, ask)
	if err != nil {
		t.Fatal(err)
	}
	for j := range stops {
		times, err := snap.Times(stops[j], stops, road.Bounds{Direction: road.Direction(j % 2)}, ask)
		if err != nil {
			t.Fatal(err)
		}
		for i, leg := range times.Legs {
			from, to := i, j
			if j%2 == 1 {
				from, to = j, i
			}
			got, ok := m.At(from, to)
			if ok != leg.Known || ok && got != leg.Time {
				t.Fatalf("%s, %d to %d: hierarchy %v %v, reference %v %v", profile, from, to, got, ok, leg.Time, leg.Known)
			}
		}
	}
	return len(stops) * len(stops)
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
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	back, err := road.ReadFrom(bytes.NewReader(file.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	n := road.NewNetwork(back)
	stop, err := back.Snap(back.Bound().Center(), road.Snap{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := n.Now().Matrix([]road.Stop{stop}, []road.Stop{stop}, road.Ask{}); err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	each := float64(after.HeapAlloc-before.HeapAlloc) / float64(back.Arcs())
	t.Logf("%.0f bytes an arc", each)
	if each > 200 {
		t.Errorf("%.0f bytes an arc, at most 200", each)
	}
	runtime.KeepAlive(n)
}
