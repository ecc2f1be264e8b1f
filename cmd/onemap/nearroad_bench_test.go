package main

import (
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"github.com/paulmach/orb"

	"onemap/data/osm"
	"onemap/dispatch"
	"onemap/dispatch/live"
	"onemap/geo"
	"onemap/geo/road"
)

// realRoads is the network of an extract of the shared test data.
func realRoads(b *testing.B, name string) *road.Graph {
	b.Helper()
	f, err := os.Open("../../../shared/testdata/18-routing-siting/osm/" + name)
	if err != nil {
		b.Skipf("shared test data is not here: %v", err)
	}
	defer f.Close()
	source, err := osm.Road(f, osm.PBF)
	if err != nil {
		b.Fatal(err)
	}
	g, _ := road.Build(source)
	return g
}

// column is a board of units that drive about a network.
type column struct {
	*live.Live
	r     *rand.Rand
	g     *road.Graph
	ids   []dispatch.ID
	fixes []dispatch.Fix
}

// onRoad is a random place near a road.
func (c *column) onRoad() orb.Point {
	box := c.g.Bound()
	for {
		p := orb.Point{box.Min[0] + c.r.Float64()*(box.Max[0]-box.Min[0]), box.Min[1] + c.r.Float64()*(box.Max[1]-box.Min[1])}
		if _, err := c.g.Snap(p, road.Snap{Profile: "truck", Place: true}); err == nil {
			return p
		}
	}
}

// columnOf is 500 units of all kinds, three in ten of them not available, and
// as many closures as are asked for.
func columnOf(b *testing.B, g *road.Graph, closures int) *column {
	b.Helper()
	c := &column{r: rand.New(rand.NewPCG(20261123, 3)), g: g}
	var rows []dispatch.Entity
	head := func(i int) dispatch.Head { return dispatch.Head{Code: fmt.Sprintf("X%04d", i), Division: "130302001"} }
	for i := range 500 {
		id, duty := dispatch.NewID(), "available_base"
		if i%10 < 3 {
			duty = "maintenance"
		}
		rows = append(rows, &dispatch.Entry{Ledger: dispatch.Units, ID: id, Head: head(i), Geometry: c.onRoad(), Detail: &dispatch.Unit{
			Kind: dispatch.UnitKinds[i%len(dispatch.UnitKinds)], Duty: duty, Crew: 4, CrewMinimum: 4, MobiliseMin: 1 + i%3,
			Capabilities: []dispatch.Capability{{Discipline: "fire", Level: 1 + i%3}},
		}})
		c.ids = append(c.ids, id)
		heading, speed := geo.Bearing(c.r.IntN(360)), 8.0
		c.fixes = append(c.fixes, dispatch.Fix{Unit: id, Point: c.onRoad(), Heading: &heading, SpeedMPS: &speed})
	}
	for i := range closures {
		p := c.onRoad()
		rows = append(rows, &dispatch.Entry{Ledger: dispatch.Closures, ID: dispatch.NewID(), Head: head(i), Geometry: p, Detail: &dispatch.Closure{Cause: "flood"}})
	}
	c.Live = live.New(dispatch.NewPicture(1, "bench", rows), silent{}, silent{}, slog.New(slog.NewTextHandler(io.Discard, nil)))
	c.Drive(dispatch.NewRoads(g))
	c.move()
	return c
}

// move drives every unit eight metres on.
func (c *column) move() {
	now := time.Now()
	for i := range c.fixes {
		f := &c.fixes[i]
		f.Point, f.DeviceAt = geo.Destination(f.Point, *f.Heading, 8), now
	}
	c.Report(now, c.fixes)
}

// threadTime is the processor time of this thread, which a busy machine does
// not stretch as it does the clock.
func threadTime(b *testing.B) time.Duration {
	const threadClock = 3 // CLOCK_THREAD_CPUTIME_ID of Linux
	var ts syscall.Timespec
	if _, _, e := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, threadClock, uintptr(unsafe.Pointer(&ts)), 0); e != 0 {
		b.Fatal(e)
	}
	return time.Duration(ts.Nano())
}

// BenchmarkNearestByRoad asks for the ten first of 500 units on the rnv extract,
// with filters and why-nots, while all of them move once every 20 questions.
func BenchmarkNearestByRoad(b *testing.B) {
	g := realRoads(b, "rnv.osm.pbf")
	for _, closures := range []int{0, 30} {
		c := columnOf(b, g, closures)
		who := dispatch.Actor{Role: dispatch.Dispatcher, Area: cityArea, Clearance: 1}
		for _, basis := range []string{dispatch.CrowFlies, dispatch.ByRoad} {
			b.Run(fmt.Sprintf("%s/closures=%d", basis, closures), func(b *testing.B) {
				runtime.LockOSThread()
				defer runtime.UnlockOSThread()
				var took, spent []time.Duration
				rejected := 0
				ask := func() {
					q := dispatch.NearestQuery{
						Point: c.onRoad(), Kinds: []dispatch.Ledger{dispatch.Units}, K: 10, Basis: basis, MaxFixAge: dispatch.FixLimit,
						Status: []string{"available"}, Capability: &dispatch.Capability{Discipline: "fire", Level: 2},
					}
					start, busy := time.Now(), threadTime(b)
					got, err := c.Picture().Nearest(who, q, c.Board(), start)
					took, spent = append(took, time.Since(start)), append(spent, threadTime(b)-busy)
					if err != nil || len(got.Results) != 10 {
						b.Fatal(len(got.Results), err)
					}
					rejected += len(got.Rejected)
				}
				for range 20 { // the weights of each vehicle are made once
					ask()
				}
				took, spent, rejected = nil, nil, 0
				for i := 0; b.Loop(); i++ {
					if i%20 == 0 {
						c.move()
					}
					ask()
				}
				slices.Sort(took)
				slices.Sort(spent)
				for _, p := range []int{50, 99} {
					b.ReportMetric(float64(took[len(took)*p/100].Microseconds())/1000, fmt.Sprintf("p%d-ms", p))
					b.ReportMetric(float64(spent[len(spent)*p/100].Microseconds())/1000, fmt.Sprintf("p%d-cpu-ms", p))
				}
				b.ReportMetric(float64(rejected)/float64(len(took)), "why-nots/op")
			})
		}
	}
}
