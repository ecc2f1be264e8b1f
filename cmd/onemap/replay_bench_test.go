package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"onemap/data"
	"onemap/data/demo"
	"onemap/data/load"
	"onemap/data/pgtest"
	"onemap/dispatch"
	"onemap/geo/crs"
)

// historyLength is how many events the journal has that is replayed.
const historyLength = 100_000

// history writes a journal of the demo city and thousands of incidents, 20 open
// at a time, each with two units that go and come back.
func history(b *testing.B, db *data.DB) {
	b.Helper()
	ctx, officer := b.Context(), dispatch.Actor{ID: dispatch.NewID(), Name: "示例", Role: dispatch.DutyOfficer, Area: cityArea, Clearance: 3}
	wish := func() dispatch.Command {
		id := dispatch.NewID()
		return dispatch.Command{ID: id, Actor: officer, OccurredAt: time.Now(), Digest: sha256.Sum256(id[:])}
	}
	empty := dispatch.NewPicture(0, "", nil)
	desk := &dispatch.Desk{Journal: db, Picture: func() *dispatch.Picture { return empty }, Now: time.Now}
	city, err := demo.Build()
	if err != nil {
		b.Fatal(err)
	}
	for _, l := range dispatch.Ledgers {
		body := city.File(string(l) + ".geojson")
		if body == nil {
			continue
		}
		rows, _, problems, err := load.Rows(l, "geojson", crs.WGS84, bytes.NewReader(body))
		if err != nil || len(problems) > 0 {
			b.Fatalf("%s: %v %v", l, err, problems)
		}
		if _, err := desk.Import(ctx, wish(), l, rows, false); err != nil {
			b.Fatalf("import %s: %v", l, err)
		}
	}
	p, err := db.Snapshot(ctx)
	if err != nil {
		b.Fatal(err)
	}
	units, ends := p.Shelf(dispatch.Units).ByCode(), [][]dispatch.Fact(nil)
	for n, k := 0, 0; p.Seq+dispatch.Seq(n) < historyLength; k++ {
		begin, end := life(k, units)
		if ends = append(ends, end); len(ends) > 20 {
			begin, ends = append(begin, ends[0]...), ends[1:]
		}
		if _, err := db.Change(ctx, wish(), func(dispatch.Tx) (dispatch.Outcome, error) { return dispatch.Outcome{Facts: begin}, nil }); err != nil {
			b.Fatalf("after %d facts: %v", n, err)
		}
		n += len(begin)
	}
}

// life is what happens to an incident until its units are on the scene, and to
// its end.
func life(n int, units []*dispatch.Entry) (begin, end []dispatch.Fact) {
	at := time.Now()
	in := dispatch.Incident{
		ID: dispatch.NewID(), Number: fmt.Sprintf("QHD-2026-%06d", n+1), Geometry: orb.Point{119.4 + float64(n%400)/1000, 39.9}, Source: "call",
		Known: dispatch.Known{Kind: "flood", Title: "积水（示例）", Priority: 3, Division: "130302001"},
	}
	begin = []dispatch.Fact{
		&dispatch.IncidentReported{Incident: in},
		&dispatch.IncidentAdvanced{ID: in.ID, From: dispatch.Reported, To: dispatch.Confirmed, When: at},
		&dispatch.IncidentAdvanced{ID: in.ID, From: dispatch.Confirmed, To: dispatch.Responding, When: at},
	}
	for i := range 2 {
		unit := units[(2*n+i)%len(units)]
		id := dispatch.NewID()
		begin = append(begin, &dispatch.AssignmentOrdered{ID: id, Incident: in.ID, Number: in.Number, Unit: unit.ID, Division: in.Division, By: in.Reporter, When: at})
		for _, to := range []dispatch.AssignmentState{dispatch.Acknowledged, dispatch.Enroute} {
			begin = append(begin, &dispatch.AssignmentAdvanced{ID: id, To: to, When: at})
		}
		end = append(end, &dispatch.AssignmentAdvanced{ID: id, To: dispatch.OnScene, When: at}, &dispatch.AssignmentAdvanced{ID: id, To: dispatch.Released, When: at})
	}
	again := *units[n%len(units)]
	begin = append(begin, &dispatch.EntryRecorded{Entry: again})
	return begin, append(end, &dispatch.IncidentClosed{ID: in.ID, Disposition: "resolved", Reason: "处置完毕", When: at})
}

// BenchmarkReplay goes to any moment of a journal of 100,000 events: cold, when
// the server was just started; jumping about; dragging the slider by a minute's
// worth of events, here 20. It reports what the past pictures kept take.
func BenchmarkReplay(b *testing.B) {
	dsn := pgtest.New(b)
	open := func() *data.DB {
		db, err := data.Open(context.Background(), data.Options{DSN: dsn, MaxConns: 4})
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(db.Close)
		return db
	}
	db := open()
	if err := db.Migrate(b.Context()); err != nil {
		b.Fatal(err)
	}
	history(b, db)
	now, err := db.Snapshot(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	moments := make([]time.Time, 0, 200) // a sample of when something was recorded
	for i := range 200 {
		events, err := db.Events(b.Context(), now.Seq*dispatch.Seq(i+1)/200-1, 1)
		if err != nil || len(events) == 0 {
			b.Fatal(i, err)
		}
		moments = append(moments, events[0].RecordedAt)
	}
	visit := func(b *testing.B, db *data.DB, t time.Time) time.Duration {
		begun := time.Now()
		if _, err := db.At(b.Context(), now, t); err != nil {
			b.Fatal(err)
		}
		return time.Since(begun)
	}
	b.Run("cold", func(b *testing.B) {
		var all []time.Duration
		for i := 0; b.Loop(); i++ {
			b.StopTimer()
			fresh := open()
			b.StartTimer()
			all = append(all, visit(b, fresh, moments[(i*61+100)%len(moments)]))
		}
		spread(b, all)
	})
	b.Run("jump", func(b *testing.B) {
		var all []time.Duration
		for i := 0; b.Loop(); i++ {
			all = append(all, visit(b, db, moments[(i*61)%len(moments)]))
		}
		spread(b, all)
		b.ReportMetric(kept(b, open, now, moments), "kept-MB")
	})
	b.Run("drag", func(b *testing.B) {
		events, err := db.Events(b.Context(), 60_000, 20_000)
		if err != nil {
			b.Fatal(err)
		}
		var all []time.Duration
		for i := 0; b.Loop(); i++ {
			all = append(all, visit(b, db, events[(i*20)%len(events)].RecordedAt))
		}
		spread(b, all)
	})
}

// spread writes the median and the slowest.
func spread(b *testing.B, all []time.Duration) {
	slices.Sort(all)
	b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(all[len(all)-1].Microseconds())/1000, "max-ms")
}

// kept is how many MB the diary and as many past pictures take as are kept.
func kept(b *testing.B, open func() *data.DB, now *dispatch.Picture, moments []time.Time) float64 {
	b.Helper()
	heap := func() float64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc) / 1e6
	}
	before, db := heap(), open()
	for i := range 20 {
		if _, err := db.At(b.Context(), now, moments[i*10]); err != nil {
			b.Fatal(err)
		}
	}
	after := heap()
	runtime.KeepAlive(db)
	return after - before
}
