package osm

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"onemap/geo/road"
)

const testdata = "../../../shared/testdata"

// extract opens a file of the shared test data, or skips.
func extract(t testing.TB, path string) *os.File {
	t.Helper()
	f, err := os.Open(filepath.Join(testdata, path))
	if err != nil {
		t.Skipf("shared test data is not here: %v", err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

var rnv = sync.OnceValues(func() (*road.Network, error) { return network("18-routing-siting/osm/rnv.osm.pbf") })

func network(path string) (*road.Network, error) {
	f, err := os.Open(filepath.Join(testdata, path))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	source, err := Road(f, PBF)
	if err != nil {
		return nil, err
	}
	g, _ := road.Build(source)
	g.Prepare()
	return road.NewNetwork(g), nil
}

func benchNetwork(b *testing.B) *road.Network {
	b.Helper()
	n, err := rnv()
	if err != nil {
		b.Skipf("shared test data is not here: %v", err)
	}
	return n
}

// places are random stops in the middle of the network, where the towns are.
func places(n *road.Network, count int, seed uint64, how road.Snap) []road.Stop {
	r := rand.New(rand.NewPCG(seed, 1))
	g := n.Now().Graph()
	box := g.Bound()
	var stops []road.Stop
	for len(stops) < count {
		p := orb.Point{
			box.Min[0] + r.Float64()*(box.Max[0]-box.Min[0]), box.Min[1] + r.Float64()*(box.Max[1]-box.Min[1]),
		}
		if s, err := g.Snap(p, how); err == nil {
			stops = append(stops, s)
		}
	}
	return stops
}

// processorTime reports what a benchmark cost in processor time, which a busy
// machine does not stretch as it does the clock.
func processorTime(b *testing.B) func() {
	spent := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	start := spent()
	return func() { b.ReportMetric(float64(spent()-start)/float64(b.N)/1e6, "cpu-ms/op") }
}

var fire = road.Ask{Profile: "fire_engine"}

func BenchmarkNearestTenOf500(b *testing.B) {
	n := benchNetwork(b)
	units := places(n, 500, 1, road.Snap{Profile: "fire_engine"})
	incidents := places(n, 50, 2, road.Snap{Profile: "fire_engine", Place: true})
	defer processorTime(b)()
	b.ResetTimer()
	for i := 0; b.Loop(); i++ {
		_, _ = n.Now().Times(incidents[i%50], units, road.Bounds{Nearest: 10}, fire)
	}
}

func BenchmarkOneTo100TurnByTurn(b *testing.B) {
	n := benchNetwork(b)
	units := places(n, 100, 1, road.Snap{Profile: "fire_engine"})
	incidents := places(n, 50, 2, road.Snap{Profile: "fire_engine", Place: true})
	defer processorTime(b)()
	b.ResetTimer()
	for i := 0; b.Loop(); i++ {
		_, _ = n.Now().Times(incidents[i%50], units, road.Bounds{}, fire)
	}
}

func BenchmarkOneTo100Hierarchy(b *testing.B) {
	n := benchNetwork(b)
	units := places(n, 100, 1, road.Snap{Profile: "fire_engine"})
	incidents := places(n, 50, 2, road.Snap{Profile: "fire_engine", Place: true})
	_, _ = n.Now().Matrix(incidents[:1], units, fire)
	defer processorTime(b)()
	b.ResetTimer()
	for i := 0; b.Loop(); i++ {
		_, _ = n.Now().Matrix(incidents[i%50:i%50+1], units, fire)
	}
}

func BenchmarkMatrix200x5000(b *testing.B) {
	n := benchNetwork(b)
	rows := places(n, 200, 1, road.Snap{})
	columns := places(n, 5000, 2, road.Snap{Place: true})
	_, _ = n.Now().Matrix(rows[:1], columns[:1], road.Ask{})
	defer processorTime(b)()
	b.ResetTimer()
	for b.Loop() {
		_, _ = n.Now().Matrix(rows, columns, road.Ask{})
	}
}

func BenchmarkRoute(b *testing.B) {
	n := benchNetwork(b)
	stops := places(n, 100, 1, road.Snap{})
	defer processorTime(b)()
	b.ResetTimer()
	for i := 0; b.Loop(); i++ {
		_, _ = n.Now().Route(stops[i%100], stops[(i*7+1)%100], road.Ask{})
	}
}

func BenchmarkReach10_20_30(b *testing.B) {
	n := benchNetwork(b)
	stops := places(n, 20, 3, road.Snap{})
	limits := []time.Duration{10 * time.Minute, 20 * time.Minute, 30 * time.Minute}
	defer processorTime(b)()
	b.ResetTimer()
	for i := 0; b.Loop(); i++ {
		_, _ = n.Now().Reach(stops[i%20:i%20+1], road.ReachOptions{Limits: limits}, road.Ask{})
	}
}

func BenchmarkArrivals20To5000(b *testing.B) {
	n := benchNetwork(b)
	sources := places(n, 20, 1, road.Snap{})
	cells := places(n, 5000, 2, road.Snap{Place: true})
	defer processorTime(b)()
	b.ResetTimer()
	for b.Loop() {
		_, _ = n.Now().Arrivals(sources, cells, road.Bounds{Direction: road.Away}, road.Ask{})
	}
}

func BenchmarkSnap(b *testing.B) {
	n := benchNetwork(b)
	stops := places(n, 100, 1, road.Snap{})
	defer processorTime(b)()
	b.ResetTimer()
	for i := 0; b.Loop(); i++ {
		_, _ = n.Now().Graph().Snap(stops[i%100].At, road.Snap{Place: true})
	}
}

// closeCity closes everything, then asks the hierarchy: compile, apply, weigh,
// customize and answer together.
func BenchmarkCloseTheWholeCity(b *testing.B) {
	n := benchNetwork(b)
	stops := places(n, 100, 1, road.Snap{})
	box := n.Now().Graph().Bound()
	defer processorTime(b)()
	b.ResetTimer()
	for i := 0; b.Loop(); i++ {
		box.Max[0] += float64(i) * 1e-9
		s, _ := n.WhatIf([]road.Closure{{ID: "city", Area: box.ToPolygon(), Factor: 0.5}}, time.Time{})
		_, _ = s.Matrix(stops[:1], stops, road.Ask{})
	}
}

func BenchmarkCloseOneStreet(b *testing.B) {
	n := benchNetwork(b)
	stops := places(n, 100, 1, road.Snap{})
	defer processorTime(b)()
	b.ResetTimer()
	for i := 0; b.Loop(); i++ {
		s, _ := n.WhatIf([]road.Closure{{ID: "street", Area: stops[i%100].At}}, time.Time{})
		_, _ = s.Matrix(stops[:1], stops, road.Ask{})
	}
}

// BenchmarkGrowth shows each step on extracts of different sizes: reading the
// file, building, ordering, being ready again from the store, and three
// answers.
func BenchmarkGrowth(b *testing.B) {
	for _, path := range []string{
		"02-osm/north-bayreuth.osm.gz", "18-routing-siting/osm/andorra.osm.pbf",
		"18-routing-siting/osm/malta.osm.pbf", "18-routing-siting/osm/rnv.osm.pbf",
	} {
		file, err := os.ReadFile(filepath.Join(testdata, path))
		if err != nil {
			b.Skipf("shared test data is not here: %v", err)
		}
		b.Run(filepath.Base(path), func(b *testing.B) { growth(b, file) })
	}
}

func growth(b *testing.B, file []byte) {
	source, err := Road(bytes.NewReader(file), "")
	if err != nil {
		b.Fatal(err)
	}
	g, _ := road.Build(source)
	g.Prepare()
	var stored bytes.Buffer
	if _, err := g.WriteTo(&stored); err != nil {
		b.Fatal(err)
	}
	n := road.NewNetwork(g)
	few, many := places(n, 100, 1, road.Snap{}), places(n, 1000, 2, road.Snap{Place: true})
	limits := []time.Duration{10 * time.Minute, 20 * time.Minute, 30 * time.Minute}
	step := func(name string, do func(i int) error) {
		b.Run(name, func(b *testing.B) {
			if err := do(0); err != nil { // the first answer waits for its prices
				b.Fatal(err)
			}
			defer processorTime(b)()
			for i := 0; b.Loop(); i++ {
				if err := do(i); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("memory", func(b *testing.B) {
		var each float64
		for b.Loop() {
			each = bytesPerArc(b, stored.Bytes())
		}
		b.ReportMetric(each, "bytes/arc")
		b.ReportMetric(float64(g.Arcs()), "arcs")
		b.ReportMetric(float64(stored.Len())/1e6, "MB-stored")
	})
	step("load", func(int) error { _, err := Road(bytes.NewReader(file), ""); return err })
	step("build", func(int) error { road.Build(source); return nil })
	step("build and order", func(int) error { g, _ := road.Build(source); g.Prepare(); return nil })
	step("ready from store", func(int) error { _, err := road.ReadFrom(bytes.NewReader(stored.Bytes())); return err })
	step("one to 100", func(i int) error { _, err := n.Now().Matrix(many[i%1000:i%1000+1], few, road.Ask{}); return err })
	step("reach 10, 20, 30 min", func(i int) error {
		_, err := n.Now().Reach(few[i%100:i%100+1], road.ReachOptions{Limits: limits}, road.Ask{})
		return err
	})
	step("matrix 100 x 1000", func(int) error { _, err := n.Now().Matrix(few, many, road.Ask{}); return err })
}
