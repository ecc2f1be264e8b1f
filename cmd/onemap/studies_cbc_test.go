package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"onemap/dispatch"
	planning "onemap/dispatch/study"
	"onemap/geo/site"
)

// installed skips where CBC is not.
func installed(t *testing.T) cbc {
	t.Helper()
	c := newCBC()
	if _, err := exec.LookPath(c.name); err != nil {
		t.Skipf("no CBC to prove with: %v", err)
	}
	return c
}

func TestCBCSaysWhatABoundIsAndWhichSites(t *testing.T) {
	c := installed(t)
	p := site.Problem{Weight: []int64{10, 20, 30, 40}, Travel: [][]int32{{0, 5, 9, 9}, {5, 0, 9, 9}, {9, 9, 0, 5}, {9, 9, 9, 0}}}
	v, err := c.Prove(t.Context(), planning.Program{Write: func(w io.Writer) error { return site.WriteMaxCover(w, p, 2, 5) }, Start: []int{0, 1}})
	if err != nil || v.Bound == nil || *v.Bound != 100 {
		t.Fatalf("cover: %+v (%v)", v, err)
	}
	if got, err := site.MaxCoverOf(p, v.Sites, 5); err != nil || got != 100 {
		t.Errorf("its sites %v reach %d (%v)", v.Sites, got, err)
	}
	v, err = c.Prove(t.Context(), planning.Program{Write: func(w io.Writer) error { return site.WriteMedian(w, p, 2) }})
	if err != nil || v.Bound == nil || *v.Bound != 50+200 || v.Solver == "CBC" {
		t.Errorf("median: %+v (%v)", v, err)
	}
}

func TestCBCThatCannotAnswerIsNoVerdict(t *testing.T) {
	write := planning.Program{Write: func(w io.Writer) error { _, err := io.WriteString(w, "End\n"); return err }}
	if _, err := (cbc{filepath.Join(t.TempDir(), "cbc"), cbcLimit}).Prove(t.Context(), write); !errors.Is(err, planning.ErrNoSolver) {
		t.Errorf("not installed: %v", err)
	}
	broken := filepath.Join(t.TempDir(), "cbc")
	if err := os.WriteFile(broken, []byte("#!/bin/sh\nexit 3\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	if v, err := (cbc{broken, cbcLimit}).Prove(t.Context(), write); err == nil {
		t.Errorf("it broke, and said %+v", v)
	}
	large := planning.Program{Write: func(w io.Writer) error {
		_, err := w.Write(make([]byte, cbcProgram+1))
		return err
	}}
	if _, err := (cbc{broken, cbcLimit}).Prove(t.Context(), large); !errors.Is(err, planning.ErrProgramTooLarge) {
		t.Errorf("too large: %v", err)
	}
}

func TestCBCEndsWhenTheStudyIsCalledOff(t *testing.T) {
	dir := t.TempDir()
	begun, slow := filepath.Join(dir, "begun"), filepath.Join(dir, "cbc")
	if err := syscall.Mkfifo(begun, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(slow, fmt.Appendf(nil, "#!/bin/sh\necho $$ > %s\nexec sleep 600\n", begun), 0o700); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := (cbc{slow, cbcLimit}).Prove(ctx, planning.Program{Write: func(io.Writer) error { return nil }})
		ended <- err
	}()
	said, err := os.ReadFile(begun) // waits until it runs
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("called off: %v", err)
	}
	var pid int
	if _, err := fmt.Sscan(string(said), &pid); err != nil || syscall.Kill(pid, 0) == nil {
		t.Errorf("process %d goes on (%v)", pid, err)
	}
}

// TestCBCEndsWithTheServer kills a server, which is this test again, while its
// solver runs.
func TestCBCEndsWithTheServer(t *testing.T) {
	const solver = "ONEMAP_TEST_SOLVER"
	if slow := os.Getenv(solver); slow != "" {
		_, err := (cbc{slow, cbcLimit}).Prove(t.Context(), planning.Program{Write: func(io.Writer) error { return nil }})
		t.Fatalf("the solver ended first: %v", err)
	}
	dir := t.TempDir()
	lives, slow := filepath.Join(dir, "lives"), filepath.Join(dir, "cbc")
	if err := syscall.Mkfifo(lives, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(slow, fmt.Appendf(nil, "#!/bin/sh\nexec 3>%s\necho $$ >&3\nexec sleep 60\n", lives), 0o700); err != nil {
		t.Fatal(err)
	}
	server := exec.Command(os.Args[0], "-test.run=^TestCBCEndsWithTheServer$")
	server.Env = append(os.Environ(), solver+"="+slow, "TMPDIR="+dir)
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	said, err := os.Open(lives) // open as long as the solver lives
	if err != nil {
		t.Fatal(err)
	}
	defer said.Close()
	var pid int
	if _, err := fmt.Fscanln(said, &pid); err != nil {
		t.Fatal(err)
	}
	killed := time.Now()
	if err := server.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = server.Wait() // it was killed
	if _, err := io.Copy(io.Discard, said); err != nil || time.Since(killed) > 30*time.Second {
		t.Errorf("the solver, process %d, went on for %v (%v)", pid, time.Since(killed), err)
	}
}

func TestWhatAKilledServerLeftIsSweptAway(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	old, young := filepath.Join(os.TempDir(), cbcDir+"1"), filepath.Join(os.TempDir(), cbcDir+"2")
	for dir, age := range map[string]time.Duration{old: 2 * cbcLeft, young: 0} {
		if err := errors.Join(os.Mkdir(dir, 0o700), os.Chtimes(dir, time.Time{}, time.Now().Add(-age))); err != nil {
			t.Fatal(err)
		}
	}
	sweepCBC()
	if left, err := filepath.Glob(filepath.Join(os.TempDir(), "*")); err != nil || !slices.Equal(left, []string{young}) {
		t.Errorf("left: %v (%v)", left, err)
	}
}

// strewn is 600 cells of people and 120 candidates at random, for which our
// own bound leaves a little open.
func strewn(t *testing.T) (*dispatch.Picture, json.RawMessage) {
	t.Helper()
	r := rand.New(rand.NewPCG(4, 9))
	at := func() orb.Point { return orb.Point{119.5 + r.Float64()*0.117, 39.9 + r.Float64()*0.09} }
	var rows []dispatch.Entity
	for i := range 600 {
		low := at()
		rows = append(rows, &dispatch.Entry{Ledger: dispatch.Cells, ID: dispatch.NewID(), Head: dispatch.Head{Code: fmt.Sprintf("C%03d", i), Division: "130302001"},
			Geometry: orb.Bound{Min: low, Max: orb.Point{low[0] + 0.0005, low[1] + 0.0005}}.ToPolygon(), Detail: &dispatch.Cell{People: 1 + r.IntN(300), AreaM2: 2500}})
	}
	var candidates []planning.Candidate
	for range 120 {
		candidates = append(candidates, planning.Candidate{Point: geojson.NewGeometry(at())})
	}
	raw, err := json.Marshal(planning.Params{Model: "mclp", Sites: 12, DistancesM: []float64{1600}, Candidates: candidates})
	if err != nil {
		t.Fatal(err)
	}
	return dispatch.NewPicture(1, "", rows), raw
}

func TestAStudyIsProvedFromOutsideAndTheSameWhenComputedAgain(t *testing.T) {
	p, params := strewn(t)
	ask := func(with planning.Prover, prove bool) planning.Answer {
		t.Helper()
		st := &dispatch.Study{Kind: "siting", Params: params, Area: cityArea, Clearance: 2}
		if prove {
			st.Params = bytes.Replace(params, []byte(`"model"`), []byte(`"prove":true,"model"`), 1)
		}
		a, err := planning.On(p, nil, time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)).With(with).Answer(t.Context(), st, nil)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	plain := ask(nil, false)
	if plain.Proof != nil || *plain.Gap == 0 {
		t.Fatalf("proof %+v, gap %v", plain.Proof, *plain.Gap)
	}
	absent := cbc{filepath.Join(t.TempDir(), "cbc"), cbcLimit}
	without := ask(absent, true)
	if without.Proof == nil || without.Proof.Outcome != "not_installed" || *without.Gap != *plain.Gap || !slices.ContainsFunc(without.LeftOut, func(s planning.Saying) bool {
		return s.TextEN == "No solver (coinor-cbc) is installed: not proved from outside"
	}) {
		t.Errorf("without: %+v, gap %v; left out %v", without.Proof, *without.Gap, without.LeftOut)
	}
	if again := ask(planning.Recorded(without.Proof), true); again.SHA256 != without.SHA256 {
		t.Error("other bytes where no solver was")
	}
	c := installed(t)
	if same := ask(c, false); same.SHA256 != plain.SHA256 {
		t.Error("a solver at hand changes what nobody wants proved")
	}
	with := ask(c, true)
	t.Logf("%+v: %.0f within %.0f, gap %v before", *with.Proof, *with.Value, *with.Bound, *plain.Gap)
	if with.Proof.Outcome != "proved" && with.Proof.Outcome != "better" || *with.Gap != 0 || *with.Value < *plain.Value || *with.Bound > *plain.Bound {
		t.Errorf("with CBC: %+v; %v within %v, had %v within %v", with.Proof, *with.Value, *with.Bound, *plain.Value, *plain.Bound)
	}
	if again := ask(planning.Recorded(with.Proof), true); again.SHA256 != with.SHA256 || with.Inputs == plain.Inputs {
		t.Error("other bytes when computed again from the record")
	}
}
