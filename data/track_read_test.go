package data

import (
	"testing"
	"time"

	"github.com/paulmach/orb"

	"onemap/dispatch"
)

func TestTracksComeWholeOrThinned(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	now := time.Now().UTC().Truncate(time.Second)
	if err := db.KeepPartitions(ctx, now); err != nil {
		t.Fatal(err)
	}
	a, b := dispatch.NewID(), dispatch.NewID()
	speed := 12.5
	var fixes []dispatch.Fix
	for i := range 600 {
		f := dispatch.Fix{Unit: a, Point: orb.Point{119.6, 39.9}, DeviceAt: now.Add(time.Duration(i-600) * time.Second), RecordedAt: now, SpeedMPS: &speed}
		f.SOS, f.Doubtful, f.Jumped = i == 301, i == 300, i == 300
		fixes = append(fixes, f)
	}
	if err := db.SaveFixes(ctx, fixes); err != nil {
		t.Fatal(err)
	}
	spans := []dispatch.TrackSpan{{Unit: b, From: now.Add(-time.Hour), To: now}, {Unit: a, From: now.Add(-10 * time.Minute), To: now}}
	whole := must[[]dispatch.UnitTrack](t)(db.UnitTracks(ctx, spans, 1000))
	if len(whole) != 1 || len(whole[0].Points) != 600 || whole[0].Kept != 600 || whole[0].Step != 0 || whole[0].Unit != a {
		t.Fatalf("%d tracks, %+v", len(whole), whole)
	}
	if p := whole[0].Points[300]; !p.Doubtful || !p.Jumped || *p.SpeedMPS != speed || whole[0].Points[299].Doubtful {
		t.Errorf("%+v", p)
	}
	thin := must[[]dispatch.UnitTrack](t)(db.UnitTracks(ctx, spans[1:], 100))
	if len(thin) != 1 || len(thin[0].Points) > 102 || len(thin[0].Points) < 90 || thin[0].Kept != 600 || thin[0].Step < 6*time.Second {
		t.Fatalf("%d tracks, %d points", len(thin), len(thin[0].Points))
	}
	cries := 0
	for _, p := range thin[0].Points {
		if p.SOS {
			cries++
		}
		if p.Doubtful {
			t.Error("a doubtful fix stands for trusted ones")
		}
	}
	if cries != 1 {
		t.Errorf("%d cries of one", cries)
	}
}

func TestTracksAreKeptAsLongAsTheyShould(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	now, keep := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC), 180*24*time.Hour
	for _, day := range []time.Time{now, now.Add(-keep - 24*time.Hour), now.Add(-keep)} {
		if err := db.keepDay(ctx, day.Truncate(24*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	var fixes []dispatch.Fix
	for _, ago := range []time.Duration{0, keep - time.Hour, keep + 24*time.Hour, 400 * 24 * time.Hour, -48 * time.Hour} {
		fixes = append(fixes, dispatch.Fix{Unit: dispatch.NewID(), Point: orb.Point{119.6, 39.9}, DeviceAt: now.Add(-ago), RecordedAt: now})
	}
	if err := db.SaveFixes(ctx, fixes); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time there is nothing left to do
		if _, err := db.PruneTracks(ctx, now, keep); err != nil {
			t.Fatal(err)
		}
	}
	var left int
	if err := db.pool.QueryRow(ctx, "select count(*) from fix").Scan(&left); err != nil || left != 3 {
		t.Errorf("%d positions left, want today's, the last day's and the one with a strange clock; %v", left, err)
	}
	if _, err := db.PruneTracks(ctx, now, 24*time.Hour); err == nil {
		t.Error("tracks kept for a day only")
	}
}

func TestADayBeingReadIsPrunedLater(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	old := now.Add(-200 * 24 * time.Hour).Truncate(24 * time.Hour)
	if err := db.keepDay(ctx, old); err != nil {
		t.Fatal(err)
	}
	tx, err := db.pool.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(ctx, "select count(*) from fix"); err != nil {
		t.Fatal(err)
	}
	if dropped, err := db.PruneTracks(ctx, now, 180*24*time.Hour); err == nil || len(dropped) != 0 {
		t.Errorf("dropped %v under a reader, %v", dropped, err)
	}
	if err := tx.Rollback(ctx); err != nil {
		t.Fatal(err)
	}
	if dropped := must[[]string](t)(db.PruneTracks(ctx, now, 180*24*time.Hour)); len(dropped) != 1 {
		t.Errorf("dropped %v", dropped)
	}
}
