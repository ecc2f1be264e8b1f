package main

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"onemap/dispatch"
	studies "onemap/dispatch/study"
	"onemap/geo"
	"onemap/geo/road"
	"onemap/geo/site"
)

// studied is a picture with somebody who plans the whole of it.
func studied(p *dispatch.Picture, q studies.Params) studies.Input {
	return studies.Input{Picture: p, Actor: dispatch.Actor{Role: dispatch.Planner, Area: cityArea, Clearance: 3}, Now: time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC), Params: q}
}

// allTime is the processor time of all threads: the clock of a busy machine
// measures its other work too.
func allTime(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// BenchmarkSiting asks where the next shelters go in the demo city, exact, at a
// first preview, and at the next while a slider is dragged.
func BenchmarkSiting(b *testing.B) {
	p := demoOnRoads(b)
	walk := []float64{900}
	for _, c := range []struct {
		name  string
		asked studies.Params
	}{
		{"mclp", studies.Params{Model: "mclp", Sites: 10, LimitsS: walk, CandidateGridM: 3000}},
		{"mclp backup", studies.Params{Model: "mclp_backup", Sites: 10, LimitsS: walk, CandidateGridM: 3000}},
		{"lscp", studies.Params{Model: "lscp", LimitsS: []float64{3600}, CandidateGridM: 3000}},
		{"lscp backup", studies.Params{Model: "lscp_backup", LimitsS: []float64{3600}, CandidateGridM: 3000}},
		{"p median", studies.Params{Model: "p_median", Sites: 10, LimitsS: walk, CandidateGridM: 3000}},
		{"p centre", studies.Params{Model: "p_centre", Sites: 10, LimitsS: walk, CandidateGridM: 3000}},
		{"mclp with room", studies.Params{Model: "mclp", Sites: 10, Capacity: 3000, LimitsS: walk, CandidateGridM: 3000}},
		{"mclp by distance", studies.Params{Model: "mclp", Sites: 10, DistancesM: []float64{1500}, CandidateGridM: 3000}},
	} {
		for _, how := range []string{"exact", "coarse", "dragged"} {
			b.Run(c.name+"/"+how, func(b *testing.B) {
				in := studied(p, c.asked)
				if in.Coarse = how != "exact"; how == "dragged" { // after a first preview
					in.Memo = &studies.Memo{}
					if _, err := studies.Run(b.Context(), "siting", in); err != nil {
						b.Fatal(err)
					}
				}
				var r studies.Result
				busy := allTime(b)
				for b.Loop() {
					var err error
					if r, err = studies.Run(b.Context(), "siting", in); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64((allTime(b)-busy).Milliseconds())/float64(b.N), "cpu-ms/op")
				if r.Gap != nil {
					b.ReportMetric(100**r.Gap, "gap-%")
					b.Logf("value %.0f, bound %.0f", *r.Value, *r.Bound)
				}
			})
		}
	}
}

// settled is the rnv extract with 5,000 cells in the west of it, where people
// live about some towns, and 200 shelters in the east.
func settled(b *testing.B) *dispatch.Picture {
	b.Helper()
	g := realRoads(b, "rnv.osm.pbf")
	r := rand.New(rand.NewPCG(20261123, 7))
	box := g.Bound()
	var towns []orb.Point
	for range 15 {
		towns = append(towns, orb.Point{box.Min[0] + r.Float64()*(box.Max[0]-box.Min[0])/2, box.Min[1] + r.Float64()*(box.Max[1]-box.Min[1])})
	}
	var rows []dispatch.Entity
	const across, down = 50, 100
	dx, dy := (box.Max[0]-box.Min[0])/2/across, (box.Max[1]-box.Min[1])/down
	for i := range across * down {
		low := orb.Point{box.Min[0] + float64(i%across)*dx, box.Min[1] + float64(i/across)*dy}
		people := 1.0
		for _, t := range towns {
			people += 900 * math.Exp(-float64(geo.GreatCircle(low, t))/2000)
		}
		rows = append(rows, &dispatch.Entry{Ledger: dispatch.Cells, ID: dispatch.NewID(), Head: dispatch.Head{Code: fmt.Sprintf("C%05d", i), Division: "130302001"},
			Geometry: orb.Bound{Min: low, Max: orb.Point{low[0] + dx, low[1] + dy}}.ToPolygon(), Detail: &dispatch.Cell{People: int(people), AreaM2: 250_000}})
	}
	p, err := dispatch.NewPicture(1, "bench", nil).OnRoads(dispatch.NewRoads(g), time.Now())
	if err != nil {
		b.Fatal(err)
	}
	for n := 0; n < 200; {
		at := orb.Point{box.Center()[0] + r.Float64()*(box.Max[0]-box.Min[0])/2, box.Min[1] + r.Float64()*(box.Max[1]-box.Min[1])}
		if _, err := p.Roads.Place(at, "truck"); err != nil {
			continue
		}
		rows = append(rows, &dispatch.Entry{Ledger: dispatch.Shelters, ID: dispatch.NewID(), Head: dispatch.Head{Code: fmt.Sprintf("S%03d", n), Division: "130302001"},
			Geometry: at, Detail: &dispatch.Shelter{Class: "emergency", State: "ready", Capacity: 500 + r.IntN(8000)}})
		n++
	}
	if p, err = dispatch.NewPicture(1, "bench", rows).OnRoads(p.Roads, time.Now()); err != nil {
		b.Fatal(err)
	}
	return p
}

// BenchmarkEvacuation clears 5,000 cells of the rnv extract into 200 shelters by
// bus, then 3 km about each of the demo city's first places of danger on foot.
func BenchmarkEvacuation(b *testing.B) {
	run := func(name string, in studies.Input) {
		b.Run(name, func(b *testing.B) {
			var r studies.Result
			busy := allTime(b)
			for b.Loop() {
				var err error
				if r, err = studies.Run(b.Context(), "evacuation", in); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64((allTime(b)-busy).Milliseconds())/float64(b.N), "cpu-ms/op")
			for _, f := range r.Figures[:3] {
				b.Logf("%s %.0f", f.Code, *f.Value)
			}
		})
	}
	p := settled(b)
	box := p.Roads.Now.Graph().Bound()
	west := orb.Bound{Min: box.Min, Max: orb.Point{box.Center()[0], box.Max[1]}}
	run("rnv", studied(p, studies.Params{Zone: geojson.NewGeometry(west.ToPolygon()), Mode: "bus"}))
	city := demoOnRoads(b)
	hazard := city.Shelf(dispatch.Hazards).ByCode()[0].ID
	run("demo", studied(city, studies.Params{ZoneHazard: &hazard, ZoneBufferM: 3000, Mode: "foot"}))
}

// BenchmarkCoverageAgain counts who is reached after a road was closed: 5,000
// cells and 200 shelters of the rnv extract.
func BenchmarkCoverageAgain(b *testing.B) {
	p := settled(b)
	who := studied(p, studies.Params{}).Actor
	q := dispatch.CoverageQuery{Kinds: []dispatch.Ledger{dispatch.Shelters}, Limits: []time.Duration{15 * time.Minute, 30 * time.Minute}, Profile: "car"}
	places, took := onRoads(p, rand.New(rand.NewPCG(20261123, 8)), 50), []time.Duration{}
	if _, err := p.Coverage(b.Context(), who, q, time.Now()); err != nil { // puts the cells on the road, once a network
		b.Fatal(err)
	}
	for i := 0; b.Loop(); i++ {
		busy := allTime(b)
		closure := dispatch.EntryRecorded{Entry: *wide(places[i%len(places)])}
		closed, err := p.Next([]dispatch.Event{{Seq: p.Seq + 1, Fact: &closure, Version: 1}}).OnRoads(p.Roads, time.Now())
		if err != nil {
			b.Fatal(err)
		}
		got, err := closed.Coverage(b.Context(), who, q, time.Now())
		if err != nil || got.Results[1].Total.PeopleCovered == 0 {
			b.Fatal(got.LeftOut, err)
		}
		took = append(took, allTime(b)-busy)
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Milliseconds()), "cpu-ms/op")
}

// BenchmarkMaxCoverByRoad opens 20 of 200 places for 5,000 cells of the rnv
// extract by real travel times, by geo/site and by CBC where it is installed.
func BenchmarkMaxCoverByRoad(b *testing.B) {
	p := settled(b)
	people, places := p.Shelf(dispatch.Cells).ByCode(), onRoads(p, rand.New(rand.NewPCG(20261123, 9)), 200)
	problem := site.Problem{}
	for _, e := range people {
		problem.Weight = append(problem.Weight, int64(e.Detail.(*dispatch.Cell).People))
	}
	cells, err := p.Roads.Cells(p, "fire_engine")
	if err != nil {
		b.Fatal(err)
	}
	from, err := p.Roads.Places(places, "fire_engine")
	if err != nil {
		b.Fatal(err)
	}
	m, err := p.Roads.Now.Matrix(from, cells, road.Ask{Profile: "fire_engine"})
	if err != nil {
		b.Fatal(err)
	}
	for j := range from {
		row := make([]int32, len(cells))
		for i := range row {
			row[i] = site.None
			if t, ok := m.At(j, i); ok {
				row[i] = int32(t / time.Second)
			}
		}
		problem.Travel = append(problem.Travel, row)
	}
	for _, minutes := range []int32{5, 8, 10} {
		b.Run(fmt.Sprintf("%d min", minutes), func(b *testing.B) {
			var a site.Answer
			busy := allTime(b)
			for b.Loop() {
				if a, err = site.MaxCover(problem, 20, 60*minutes, site.Effort{}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64((allTime(b)-busy).Milliseconds())/float64(b.N), "cpu-ms/op")
			b.ReportMetric(100*a.Gap(), "gap-%")
			b.ReportMetric(float64(a.Value), "people")
			if value, spent, ok := byCBC(b, problem, 60*minutes); ok {
				b.ReportMetric(value, "cbc-people")
				b.ReportMetric(float64(spent.Milliseconds()), "cbc-cpu-ms")
			}
		})
	}
}

// byCBC asks CBC for the same; false where it is not installed.
func byCBC(b *testing.B, p site.Problem, within int32) (value float64, spent time.Duration, ok bool) {
	b.Helper()
	path, err := exec.LookPath("cbc")
	if err != nil {
		b.Logf("no CBC to compare with: %v", err)
		return 0, 0, false
	}
	var lp bytes.Buffer
	if err := site.WriteMaxCover(&lp, p, 20, within); err != nil {
		b.Fatal(err)
	}
	file := filepath.Join(b.TempDir(), "problem.lp")
	if err := os.WriteFile(file, lp.Bytes(), 0o600); err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(b.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, file, "sec", "60", "solve")
	out, err := cmd.Output()
	if err != nil {
		b.Fatalf("cbc: %v", err)
	}
	found := regexp.MustCompile(`Objective value: +(\S+)`).FindSubmatch(out)
	if found == nil {
		b.Log("CBC found nothing in its minute")
		return 0, 0, false
	}
	value, err = strconv.ParseFloat(string(found[1]), 64)
	if err != nil {
		b.Fatal(err)
	}
	return math.Abs(value), cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), true
}
