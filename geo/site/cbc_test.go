package site

import (
	"bytes"
	"context"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"
)

// cbcSeconds is how long CBC may try to prove one problem.
const cbcSeconds = "60"

// cbc solves an LP file and returns the best value it found, the bound it ended
// with, and how long it took; it skips where CBC is not installed.
func cbc(b testing.TB, write func(io.Writer) error) (value, bound float64, took time.Duration) {
	path, err := exec.LookPath("cbc")
	if err != nil {
		b.Skipf("no CBC to compare with: %v", err)
	}
	var lp bytes.Buffer
	if err := write(&lp); err != nil {
		b.Fatal(err)
	}
	file := filepath.Join(b.TempDir(), "problem.lp")
	if err := os.WriteFile(file, lp.Bytes(), 0o600); err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(b.Context(), 3*time.Minute)
	defer cancel()
	begun := time.Now()
	out, err := exec.CommandContext(ctx, path, file, "sec", cbcSeconds, "solve").CombinedOutput()
	if err != nil {
		b.Fatalf("cbc: %v", err)
	}
	took = time.Since(begun)
	value = said(out, `Objective value: +(\S+)`)
	if bound = said(out, `(?:Lower|Upper) bound: +(\S+)`); bound == 0 {
		bound = value // it ended with a proof
	}
	return value, bound, took
}

// said is the last number that CBC gives for something, without its sign.
func said(out []byte, what string) float64 {
	all := regexp.MustCompile(what).FindAllSubmatch(out, -1)
	if len(all) == 0 {
		return 0
	}
	v, err := strconv.ParseFloat(string(all[len(all)-1][1]), 64)
	if err != nil {
		return 0
	}
	return max(v, -v)
}

func TestTheWrittenProgramsHaveTheSameOptimum(t *testing.T) {
	p := towns(60, 12, 9)
	p.Fixed = []int{3}
	p.Travel[5][7] = None
	median, err := Median(p, 4, Effort{})
	if err != nil || !median.Proved {
		t.Fatalf("%+v (%v)", median, err)
	}
	if got, _, _ := cbc(t, func(w io.Writer) error { return WriteMedian(w, p, 4) }); int64(math.Round(got)) != median.Value {
		t.Errorf("median %d, by the program %.1f", median.Value, got)
	}
	cover, err := MaxCover(p, 4, 480, Effort{})
	if err != nil || !cover.Proved {
		t.Fatalf("%+v (%v)", cover, err)
	}
	if got, _, _ := cbc(t, func(w io.Writer) error { return WriteMaxCover(w, p, 4, 480) }); int64(math.Round(got)) != cover.Value {
		t.Errorf("cover %d, by the program %.1f", cover.Value, got)
	}
	fewest, err := Cover(p, 900, Effort{})
	if err != nil || !fewest.Proved {
		t.Fatalf("%+v (%v)", fewest, err)
	}
	if n, all, err := CoverOf(p, fewest.Sites, 900); err != nil || !all || n != fewest.Value {
		t.Errorf("%d sites, judged to be %d, %t (%v)", fewest.Value, n, all, err)
	}
	if got, _, _ := cbc(t, func(w io.Writer) error { return WriteCover(w, p, 900) }); int64(math.Round(got)) != fewest.Value {
		t.Errorf("%d sites, by the program %.1f", fewest.Value, got)
	}
	cost := make([]int64, len(p.Travel))
	for j := range cost {
		cost[j] = int64(2 + j%5)
	}
	median, err = MedianBudget(p, cost, 11, Effort{})
	if got, _, _ := cbc(t, func(w io.Writer) error { return WriteMedianBudget(w, p, cost, 11) }); err != nil || int64(math.Round(got)) != median.Value {
		t.Errorf("median %d (%v), by the program %.1f", median.Value, err, got)
	}
	cover, err = MaxCoverBudget(p, cost, 11, 480, Effort{})
	if got, _, _ := cbc(t, func(w io.Writer) error { return WriteMaxCoverBudget(w, p, cost, 11, 480) }); err != nil || int64(math.Round(got)) != cover.Value {
		t.Errorf("cover %d (%v), by the program %.1f", cover.Value, err, got)
	}
}

// BenchmarkAgainstCBC solves each problem by both, one after the other. Run it
// with -benchtime 1x.
func BenchmarkAgainstCBC(b *testing.B) {
	cover := func(p Problem, sites int, within int32) (func() (Answer, error), func(io.Writer) error) {
		return func() (Answer, error) { return MaxCover(p, sites, within, Effort{}) },
			func(w io.Writer) error { return WriteMaxCover(w, p, sites, within) }
	}
	compare := func(name string, ours func() (Answer, error), write func(io.Writer) error) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				begun := time.Now()
				a, err := ours()
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(time.Since(begun).Seconds(), "s")
				b.ReportMetric(float64(a.Value), "value")
				b.ReportMetric(100*a.Gap(), "%gap")
				value, bound, took := cbc(b, write)
				b.ReportMetric(value, "cbc-value")
				b.ReportMetric(took.Seconds(), "cbc-s")
				b.ReportMetric(100*max(bound-value, value-bound)/value, "cbc-%gap")
			}
		})
	}
	for _, town := range []struct {
		name string
		p    Problem
	}{{"roads", roads(5000, 200, 1)}, {"towns", towns(5000, 200, 1)}, {"plain", plain(5000, 200, 1)}} {
		for _, limit := range []int32{300, 480, 600} {
			ours, write := cover(town.p, 20, limit)
			compare(town.name+"/"+strconv.Itoa(int(limit)/60)+"min", ours, write)
		}
	}
	p := hexagons(b)
	for _, sites := range []int{10, 20} {
		compare("hexagons/median"+strconv.Itoa(sites), func() (Answer, error) { return Median(p, sites, Effort{}) },
			func(w io.Writer) error { return WriteMedian(w, p, sites) })
	}
}
