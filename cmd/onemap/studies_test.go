package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"onemap/data"
	"onemap/data/pgtest"
	"onemap/dispatch"
	"onemap/dispatch/live"
	planning "onemap/dispatch/study"
)

// studyNode is one server over a database that several may share, as far as it
// runs studies.
type studyNode struct {
	*testing.T
	db     *data.DB
	live   *live.Live
	desk   *dispatch.Desk
	runner *studyRunner
}

func newStudyNode(t *testing.T, dsn string) *studyNode {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	db, err := data.Open(ctx, data.Options{DSN: dsn, MaxConns: 4})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	p, err := db.Snapshot(ctx)
	if err != nil {
		t.Fatal(err)
	}
	n := &studyNode{T: t, db: db, live: live.New(p, db, db, slog.New(slog.DiscardHandler))}
	n.desk = &dispatch.Desk{Journal: db, Picture: n.live.Picture, Now: time.Now}
	n.runner = newStudyRunner(n.live, n.desk, db.Turn, slog.New(slog.DiscardHandler))
	ended := make(chan error, 1)
	go func() { ended <- n.live.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		db.Close()
	})
	return n
}

// start runs the node's studies until the test or the returned function ends it.
func (n *studyNode) start() (kill func()) {
	ctx, stop := context.WithCancel(n.Context())
	ended := make(chan error, 1)
	go func() { ended <- n.runner.Run(ctx) }()
	kill = func() {
		stop()
		if err := <-ended; err != nil {
			n.Error(err)
		}
		ended <- nil
	}
	n.Cleanup(kill)
	return kill
}

var studyPlanner = dispatch.Actor{ID: dispatch.NewID(), Name: "规划员（示例）", Role: dispatch.Planner, Area: cityArea, Clearance: 2}

func (n *studyNode) ask(params string) dispatch.ID {
	n.Helper()
	id := dispatch.NewID()
	receipt, err := n.desk.AskStudy(n.Context(), newCommand(studyPlanner), dispatch.Study{ID: id, Name: "覆盖", Kind: "coverage", Params: json.RawMessage(params)})
	if err != nil {
		n.Fatal(err)
	}
	n.await(receipt.Seq)
	return id
}

func (n *studyNode) await(seq dispatch.Seq) {
	n.Helper()
	ctx, cancel := context.WithTimeout(n.Context(), time.Minute)
	defer cancel()
	if err := n.live.Await(ctx, seq); err != nil {
		n.Fatal(err)
	}
}

// settled waits until a study is no longer asked.
func (n *studyNode) settled(id dispatch.ID) *dispatch.Study {
	n.Helper()
	for {
		p := n.live.Picture()
		if st := p.Studies[id]; st != nil && st.State != dispatch.StudyAsked {
			return st
		}
		n.await(p.Seq + 1)
	}
}

func (n *studyNode) drop(id dispatch.ID) {
	n.Helper()
	c := newCommand(studyPlanner)
	version := 1
	c.Expected = &version
	if _, err := n.desk.DropStudy(n.Context(), c, id); err != nil {
		n.Fatal(err)
	}
}

// endings counts how often each study ended, by the journal.
func (n *studyNode) endings() map[dispatch.ID]int {
	n.Helper()
	events, err := n.db.Events(n.Context(), 0, 10_000)
	if err != nil {
		n.Fatal(err)
	}
	count := map[dispatch.ID]int{}
	for _, e := range events {
		if f, ok := e.Fact.(*dispatch.StudyEnded); ok {
			count[f.ID]++
		}
	}
	return count
}

const thousand = `{"distances_m": [1000], "candidates": [{"point": {"type": "Point", "coordinates": [119.6, 39.93]}}]}`

// furnished puts one cell of people on the map.
func (n *studyNode) furnished() *studyNode {
	n.Helper()
	officer := dispatch.Actor{ID: dispatch.NewID(), Role: dispatch.DutyOfficer, Area: cityArea, Clearance: 3}
	e := dispatch.Entry{
		Ledger: dispatch.Cells, ID: dispatch.NewID(), Head: dispatch.Head{Code: "C-1", Name: "格", Division: "130302001", SourceDatum: "wgs84"}, Detail: &dispatch.Cell{People: 800, AreaM2: 250_000},
		Geometry: orb.Bound{Min: orb.Point{119.6, 39.93}, Max: orb.Point{119.605, 39.935}}.ToPolygon(),
	}
	receipt, err := n.desk.PutEntry(n.Context(), newCommand(officer), e)
	if err != nil {
		n.Fatal(err)
	}
	n.await(receipt.Seq)
	return n
}

func TestTwoNodesAnswerEveryStudyOnce(t *testing.T) {
	t.Parallel()
	dsn := pgtest.New(t)
	one := newStudyNode(t, dsn).furnished()
	other := newStudyNode(t, dsn)
	var asked []dispatch.ID
	for range 6 {
		asked = append(asked, one.ask(thousand))
	}
	one.start()
	other.start()
	for _, id := range asked {
		st := other.settled(id)
		raw, err := other.db.StudyResult(t.Context(), id)
		if err != nil || st.State != dispatch.StudyFinished {
			t.Fatalf("%s: %s %s, %v", id, st.State, st.Reason, err)
		}
		sum := sha256.Sum256(raw)
		result, err := planning.Decode(raw)
		if err != nil || hex.EncodeToString(sum[:]) != st.ResultSHA256 || result.Inputs != st.Inputs || result.Seq != st.RestsOn || *result.Figures[0].Value != 1 {
			t.Errorf("%s: %v; result %+v of %+v", id, err, result, st)
		}
	}
	for id, n := range one.endings() {
		if n != 1 {
			t.Errorf("study %s ended %d times", id, n)
		}
	}
}

// slowly is an answer that takes until it is told to end; begun is signalled.
func slowly(begun chan<- struct{}) func(planning.Scene, context.Context, *dispatch.Study, func(float64, float64, float64) bool) (planning.Answer, error) {
	return func(_ planning.Scene, ctx context.Context, _ *dispatch.Study, watch func(float64, float64, float64) bool) (planning.Answer, error) {
		begun <- struct{}{}
		<-ctx.Done()
		if watch(0.5, 1, math.NaN()) {
			return planning.Answer{}, errors.New("told to go on after the end")
		}
		return planning.Answer{}, ctx.Err()
	}
}

func TestAStudyOfANodeThatDiesIsRunByAnother(t *testing.T) {
	t.Parallel()
	dsn := pgtest.New(t)
	first, second := newStudyNode(t, dsn).furnished(), newStudyNode(t, dsn)
	begun := make(chan struct{}, 1)
	first.runner.answer = slowly(begun)
	id := first.ask(thousand)
	kill := first.start()
	<-begun
	if at, ok := first.live.Progress(id); !ok || at.Done != 0 {
		t.Errorf("progress %+v, %t", at, ok)
	}
	second.start()
	kill()
	if st := second.settled(id); st.State != dispatch.StudyFinished {
		t.Errorf("%s: %s", st.State, st.Reason)
	}
	if n := second.endings()[id]; n != 1 {
		t.Errorf("ended %d times", n)
	}
	if _, ok := first.live.Progress(id); ok {
		t.Error("the dead node still tells how far it is")
	}
}

func TestAStudyThatIsCalledOffStopsAndTheNextRuns(t *testing.T) {
	t.Parallel()
	n := newStudyNode(t, pgtest.New(t)).furnished()
	begun := make(chan struct{}, 1)
	var calls atomic.Int32
	slow, real := slowly(begun), n.runner.answer
	n.runner.answer = func(scene planning.Scene, ctx context.Context, st *dispatch.Study, watch func(float64, float64, float64) bool) (planning.Answer, error) {
		if calls.Add(1) == 1 {
			return slow(scene, ctx, st, watch)
		}
		return real(scene, ctx, st, watch)
	}
	id, next := n.ask(thousand), n.ask(thousand)
	n.start()
	<-begun
	n.drop(id)
	if st := n.settled(next); st.State != dispatch.StudyFinished {
		t.Errorf("the next: %s %s", st.State, st.Reason)
	}
	if st := n.settled(id); st.State != dispatch.StudyCancelled || n.endings()[id] != 1 {
		t.Errorf("called off: %+v", st)
	}
}

func TestAStudyThatBreaksFailsAndTheServerGoesOn(t *testing.T) {
	t.Parallel()
	n := newStudyNode(t, pgtest.New(t)).furnished()
	whole := n.runner.answer
	n.runner.answer = func(scene planning.Scene, ctx context.Context, st *dispatch.Study, watch func(float64, float64, float64) bool) (planning.Answer, error) {
		scene.Picture = nil
		return whole(scene, ctx, st, watch)
	}
	broken := n.ask(thousand)
	n.start()
	if st := n.settled(broken); st.State != dispatch.StudyFailed || st.Reason != errPanicked.Error() {
		t.Errorf("a panic: %+v", st)
	}
}

// TestALargeResultIsKeptAndATooLargeOneRefused gives results that do not pack.
func TestALargeResultIsKeptAndATooLargeOneRefused(t *testing.T) {
	t.Parallel()
	n := newStudyNode(t, pgtest.New(t)).furnished()
	body := make([]byte, dispatch.MostResult+1)
	if _, err := rand.NewChaCha8([32]byte{}).Read(body); err != nil {
		t.Fatal(err)
	}
	sizes := make(chan int, 2)
	n.runner.answer = func(planning.Scene, context.Context, *dispatch.Study, func(float64, float64, float64) bool) (planning.Answer, error) {
		return planning.Answer{Bytes: body[:<-sizes], SHA256: "0"}, nil
	}
	const size = 8 << 20 // as the largest study of a city
	sizes <- size
	sizes <- len(body)
	large, tooLarge := n.ask(thousand), n.ask(thousand)
	n.start()
	if st := n.settled(large); st.State != dispatch.StudyFinished {
		t.Errorf("8 MB: %s %s", st.State, st.Reason)
	}
	if raw, err := n.db.StudyResult(t.Context(), large); err != nil || !bytes.Equal(raw, body[:size]) {
		t.Errorf("8 MB: %d bytes back, %v", len(raw), err)
	}
	if st := n.settled(tooLarge); st.State != dispatch.StudyFailed || st.Code != errTooLarge.Code {
		t.Errorf("too large: %s %s", st.State, st.Code)
	}
}

func TestStudiesAskedForAllAtOnceAreRefusedPastTheMost(t *testing.T) {
	t.Parallel()
	n := newStudyNode(t, pgtest.New(t)).furnished()
	const all, most = 60, 20
	answers := make(chan error, all)
	for range all {
		go func() {
			_, err := n.desk.AskStudy(t.Context(), newCommand(studyPlanner), dispatch.Study{ID: dispatch.NewID(), Name: "覆盖", Kind: "coverage", Params: json.RawMessage(thousand)})
			answers <- err
		}()
	}
	taken := 0
	for range all {
		switch err := <-answers; {
		case err == nil:
			taken++
		case !errors.Is(err, dispatch.ErrStudiesFull):
			t.Errorf("refused as %v", err)
		}
	}
	if taken != most {
		t.Errorf("%d of %d were taken, want %d", taken, all, most)
	}
}

func TestAStudyIsRefusedOrTooLateWithItsReason(t *testing.T) {
	t.Parallel()
	n := newStudyNode(t, pgtest.New(t)).furnished()
	byRoad := n.ask(`{"kinds": ["shelter"], "limits_s": [900]}`)
	kill := n.start()
	if st := n.settled(byRoad); st.State != dispatch.StudyFailed || st.Reason != dispatch.ErrNoRoads.Error() {
		t.Errorf("without roads: %+v", st)
	}
	kill()
	n.runner.limit, n.runner.answer = time.Millisecond, slowly(make(chan struct{}, 1))
	late := n.ask(thousand)
	n.start()
	if st := n.settled(late); st.State != dispatch.StudyFailed || st.Reason != errTooLong.Error() {
		t.Errorf("too late: %+v", st)
	}
}

func TestResultsOfStudiesPutAwayAreKeptForAWhile(t *testing.T) {
	t.Parallel()
	n := newStudyNode(t, pgtest.New(t)).furnished()
	kept, away := n.ask(thousand), n.ask(thousand)
	n.start()
	n.settled(kept)
	version := n.settled(away).Version
	c := newCommand(studyPlanner)
	c.Expected = &version
	receipt, err := n.desk.DropStudy(t.Context(), c, away)
	if err != nil {
		t.Fatal(err)
	}
	n.await(receipt.Seq)
	for _, step := range []struct {
		before time.Time
		drops  int64
	}{{time.Now().Add(-time.Hour), 0}, {time.Now().Add(time.Hour), 1}, {time.Now().Add(time.Hour), 0}} {
		if dropped, err := n.db.PruneStudies(t.Context(), step.before); err != nil || dropped != step.drops {
			t.Errorf("before %v: %d dropped, want %d (%v)", step.before, dropped, step.drops, err)
		}
	}
	if _, err := n.db.StudyResult(t.Context(), away); !errors.Is(err, dispatch.ErrNotFound) {
		t.Errorf("put away: %v", err)
	}
	if raw, err := n.db.StudyResult(t.Context(), kept); err != nil || len(raw) == 0 {
		t.Errorf("kept: %d bytes, %v", len(raw), err)
	}
	if n.endings()[away] != 2 { // its answer, and that it was put away
		t.Error("the journal forgot the study")
	}
}
