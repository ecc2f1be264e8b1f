package data

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"onemap/dispatch"
)

func reported(t *testing.T, db *DB) dispatch.Incident {
	t.Helper()
	in := dispatch.Incident{ID: dispatch.NewID(), Geometry: orb.Point{119.6, 39.9}, Source: "call",
		Known: dispatch.Known{Kind: "flood", Title: "积水", Priority: 3, Division: "130302001"}}
	must[dispatch.Receipt](t)(desk(db).ReportIncident(within(t, time.Minute), wish("report"), in))
	return in
}

func TestPhotoIsKeptWithItsNoteOrNotAtAll(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	in := reported(t, db)
	body := bytes.Repeat([]byte{0xFF, 0x00, 0xD8}, 100_000)
	note := dispatch.Note{ID: dispatch.NewID(), Incident: in.ID, Text: "北门", Photo: &dispatch.Photo{Type: "image/jpeg", Bytes: len(body), Width: 1, Height: 1}}
	must[dispatch.Receipt](t)(desk(db).AddNote(ctx, wish("photo"), note, body))
	if got := must[[]byte](t)(db.Photo(ctx, note.ID)); !bytes.Equal(got, body) {
		t.Errorf("%d bytes came back, not %d", len(got), len(body))
	}
	if _, err := desk(db).AddNote(ctx, wish("again"), note, body); !dispatch.ErrExists.Is(err) {
		t.Errorf("the same id again: %v", err)
	}
	lost := dispatch.Note{ID: dispatch.NewID(), Incident: in.ID, Photo: note.Photo}
	broken := errors.New("the head is gone")
	_, err := db.Change(ctx, wish("lost"), func(tx dispatch.Tx) (dispatch.Outcome, error) {
		out, err := lost.Add(&in, body, time.Now())
		if err != nil {
			return out, err
		}
		return out, broken
	})
	if !errors.Is(err, broken) {
		t.Error(err)
	}
	if _, err := db.Photo(ctx, lost.ID); !dispatch.ErrNotFound.Is(err) {
		t.Errorf("a photo without its note: %v", err)
	}
	must[dispatch.Receipt](t)(desk(db).AddNote(ctx, wish("words"), dispatch.Note{ID: dispatch.NewID(), Incident: in.ID, Text: "水退了"}, nil))
	notes := must[[]*dispatch.Note](t)(db.Notes(ctx, in.ID))
	if len(notes) != 2 || notes[0].ID != note.ID || notes[0].RecordedAt.IsZero() || notes[0].Division != in.Division {
		t.Errorf("%+v", notes)
	}
	if wrong, err := db.Replay(ctx); err != nil || len(wrong) > 0 {
		t.Error(wrong, err)
	}
}

func TestEventsAboutSeveralThingsComeInOrderByThePage(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	in, other := reported(t, db), reported(t, db)
	about := []dispatch.Ref{in.Ref()}
	for range 7 {
		for _, of := range []dispatch.Incident{in, other} {
			n := dispatch.Note{ID: dispatch.NewID(), Incident: of.ID, Text: "记录"}
			must[dispatch.Receipt](t)(desk(db).AddNote(ctx, wish("note"), n, nil))
			if of.ID == in.ID {
				about = append(about, n.Ref())
			}
		}
	}
	var got []dispatch.Ref
	for after := dispatch.Seq(0); ; {
		page := must[[]dispatch.Event](t)(db.EventsAbout(ctx, about, after, 3))
		for _, e := range page {
			if e.Seq <= after {
				t.Fatalf("event %d after %d", e.Seq, after)
			}
			got, after = append(got, e.Fact.Subject()), e.Seq
		}
		if len(page) < 3 {
			break
		}
	}
	if !slices.Equal(got, about) {
		t.Errorf("%v, want %v", got, about)
	}
}

func TestTrackIsOfItsTimeTrustedAndThinnedEvenly(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	now := time.Now().UTC().Truncate(time.Second)
	if err := db.KeepPartitions(ctx, now); err != nil {
		t.Fatal(err)
	}
	unit, start := dispatch.NewID(), now.Add(-time.Hour)
	var fixes []dispatch.Fix
	for s := range 3600 {
		fixes = append(fixes, dispatch.Fix{Unit: unit, Point: orb.Point{119.6 + float64(s)*1e-5, 39.9}, DeviceAt: start.Add(time.Duration(s) * time.Second), RecordedAt: now, Doubtful: s%10 == 9})
	}
	if err := db.SaveFixes(ctx, fixes); err != nil {
		t.Fatal(err)
	}
	bound := dispatch.TrackSpan{Assignment: dispatch.NewID(), Unit: unit, From: start.Add(10 * time.Minute), To: start.Add(30 * time.Minute)}
	nobody := dispatch.TrackSpan{Assignment: dispatch.NewID(), Unit: dispatch.NewID(), From: start, To: now}
	tracks := must[[]dispatch.Track](t)(db.Tracks(ctx, []dispatch.TrackSpan{nobody, bound}, 100))
	if len(tracks) != 1 || tracks[0].Assignment != bound.Assignment {
		t.Fatalf("%d tracks", len(tracks))
	}
	got := tracks[0]
	if got.Fixes != 1081 || len(got.Points) < 95 || len(got.Points) > 101 {
		t.Errorf("%d points of %d fixes", len(got.Points), got.Fixes)
	}
	first, last := got.Points[0].At, got.Points[len(got.Points)-1].At
	if first != bound.From || last.After(bound.To) || bound.To.Sub(last) > 15*time.Second {
		t.Errorf("from %s to %s", first, last)
	}
	whole := must[[]dispatch.Track](t)(db.Tracks(ctx, []dispatch.TrackSpan{bound}, 10_000))[0]
	if whole.Fixes != len(whole.Points) {
		t.Errorf("%d points of %d fixes, though there is room", len(whole.Points), whole.Fixes)
	}
}

func TestReportsNeverScanTheJournalNorTheTracks(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	for _, prepare := range []string{
		"insert into event select n, 'note.added', 'note', gen_random_uuid(), 1, gen_random_uuid(), '', gen_random_uuid(), now(), now(), '{}', '', '' from generate_series(1000, 6000) n",
		"insert into fix (unit, device_at, recorded_at, lon_e7, lat_e7) select gen_random_uuid(), now() - n * interval '1 s', now(), 1, 1 from generate_series(1, 5000) n",
		"analyze",
	} {
		if _, err := db.pool.Exec(ctx, prepare); err != nil {
			t.Fatal(err)
		}
	}
	conn, err := db.pool.Acquire(context.WithoutCancel(ctx))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	id := "'" + dispatch.NewID().String() + "'"
	for name, args := range map[string]string{
		"event_about": "array['note'], array[" + id + "]::uuid[], 0, 100",
		"fix_track":   "array[" + id + "]::uuid[], array[now() - interval '1 h'], array[now()], array[1.0]",
	} {
		if plan := planOf(t, conn.Conn(), name, args); scans.MatchString(plan) || !strings.Contains(plan, "Index") {
			t.Errorf("%s:\n%s", name, plan)
		}
	}
}
