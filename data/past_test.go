package data

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"onemap/dispatch"
)

// moment is a picture that stood, and an instant at which it did.
type moment struct {
	at   time.Time
	seen *dispatch.Picture
}

// forms writes a picture down, an entity a line.
func forms(p *dispatch.Picture) map[string]string {
	all := map[string]string{}
	put := func(e dispatch.Entity) { all[fmt.Sprint(e.Ref())] = string(form(e)) }
	for _, in := range p.Incidents {
		put(in)
	}
	for _, as := range p.Assignments {
		put(as)
	}
	for _, a := range p.Accounts {
		put(a)
	}
	for _, al := range p.Alarms {
		put(al)
	}
	for _, g := range p.Grants {
		put(g)
	}
	for _, l := range dispatch.Ledgers {
		for _, e := range p.Shelf(l).Entries {
			put(e)
		}
	}
	return all
}

func wantPicture(t rapid.TB, got, want *dispatch.Picture) {
	if got.Seq != want.Seq {
		t.Fatalf("the picture of %d, want %d", got.Seq, want.Seq)
	}
	have, stood := forms(got), forms(want)
	maps.DeleteFunc(have, func(ref, form string) bool { return stood[ref] == form })
	for ref, form := range have {
		t.Errorf("at %d %s was %q, not %q", got.Seq, ref, stood[ref], form)
	}
	if again := forms(got); len(again) != len(stood) {
		t.Errorf("at %d there were %d entities, not %d", got.Seq, len(stood), len(again))
	}
	for unit, as := range boundIn(want) {
		if open := got.OpenAssignment(unit); open == nil || open.ID != as {
			t.Errorf("at %d unit %s was bound by %s, not by %v", got.Seq, unit, as, open)
		}
	}
}

func boundIn(p *dispatch.Picture) map[dispatch.ID]dispatch.ID {
	bound := map[dispatch.ID]dispatch.ID{}
	for _, as := range p.Assignments {
		if as.State.Open() {
			bound[as.Unit] = as.ID
		}
	}
	return bound
}

// TestEveryMomentIsSeenAgainAsItStood walks at random, takes a picture now and
// then, and asks for all of them again in any order (invariants 9 and 11).
func TestEveryMomentIsSeenAgainAsItStood(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, 4*time.Minute)
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		w := setOut(t, ctx, db, n)
		moments := []moment{look(t, db, w)}
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			w.step(t)
			if rapid.Bool().Draw(t, "look") {
				moments = append(moments, look(t, db, w))
			}
		}
		now := look(t, db, w).seen
		for range 4 {
			m := pick(t, moments)
			then, err := db.At(ctx, now, m.at)
			if err != nil {
				t.Fatal(err)
			}
			wantPicture(t, then, m.seen)
		}
	})
}

// look takes a picture and the instant of its last event.
func look(t *rapid.T, db *DB, w *walk) moment {
	p, err := db.Snapshot(w.ctx)
	if err != nil {
		t.Fatal(err)
	}
	events, err := db.Events(w.ctx, p.Seq-1, 1)
	if err != nil || len(events) != 1 {
		t.Fatal(events, err)
	}
	return moment{events[0].RecordedAt, p}
}

func TestBeforeTheFirstEventThereIsNothing(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	begun := time.Now().Add(-time.Second)
	must[dispatch.Receipt](t)(desk(db).PutEntry(ctx, wish("put"), shelter(1)))
	now := must[*dispatch.Picture](t)(db.Snapshot(ctx))
	then := must[*dispatch.Picture](t)(db.At(ctx, now, begun))
	if then.Seq != 0 || len(forms(then)) != 0 {
		t.Errorf("at %d: %v", then.Seq, forms(then))
	}
	other := dispatch.NewPicture(0, "other", nil)
	if _, err := db.At(ctx, other, begun); err == nil {
		t.Error("a picture of another journal was gone on from")
	}
}

// TestWhatHadJustEndedIsThere asks for a moment at which an incident had ended
// an hour before, from a picture that has let it go since.
func TestWhatHadJustEndedIsThere(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	in := incident("内涝")
	must[dispatch.Receipt](t)(desk(db).ReportIncident(ctx, wish("report"), in))
	ended := time.Now()
	must[dispatch.Receipt](t)(desk(db).ChangeIncident(ctx, seen(wish("close"), 1), "incident.close", in.ID, func(in dispatch.Incident) (dispatch.Outcome, error) {
		return in.Close(dispatch.IncidentClosed{Disposition: "false_alarm", Reason: "核实", When: ended})
	}))
	p := must[*dispatch.Picture](t)(db.Snapshot(ctx))
	forgetful := p.Then(p.Seq, ended.Add(48*time.Hour), nil, nil)
	if forgetful.Incidents[in.ID] != nil {
		t.Fatal("what ended two days ago is still in the picture")
	}
	for after, want := range map[time.Duration]bool{time.Hour: true, 25 * time.Hour: false} {
		then := must[*dispatch.Picture](t)(db.At(ctx, forgetful, ended.Add(after)))
		if got := then.Incidents[in.ID] != nil; got != want {
			t.Errorf("%s after its end the incident is there: %t", after, got)
		}
	}
}

// TestTheMomentIsThatOfTheLastEventRecordedByThen has an event recorded before
// the one it follows, as happens when two commands race.
func TestTheMomentIsThatOfTheLastEventRecordedByThen(t *testing.T) {
	t.Parallel()
	d := diary{numbers: map[dispatch.Ref]uint32{}}
	begin := time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)
	for i, s := range []int{10, 20, 18, 30, 25, 40} {
		d.add(line{dispatch.Seq(i + 1), dispatch.Ref{Kind: "shelter", ID: dispatch.NewID()}, begin.Add(time.Duration(s) * time.Second)})
	}
	for s, want := range map[int]dispatch.Seq{9: 0, 10: 1, 17: 1, 18: 3, 20: 3, 24: 3, 25: 5, 30: 5, 39: 5, 40: 6, 99: 6} {
		if got := d.at(begin.Add(time.Duration(s) * time.Second)); got != want {
			t.Errorf("second %d is event %d, want %d", s, got, want)
		}
	}
}

func TestPositionsOfThen(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	unit, at := dispatch.NewID(), time.Now().UTC().Truncate(time.Second)
	fix := func(ago, late time.Duration, lon float64) dispatch.Fix {
		return dispatch.Fix{Unit: unit, Point: orb.Point{lon, 39.9}, DeviceAt: at.Add(-ago), RecordedAt: at.Add(late - ago)}
	}
	backfill := fix(30*time.Second, time.Hour, 119.9)
	if err := db.SaveFixes(ctx, []dispatch.Fix{fix(time.Hour, 0, 119.1), fix(time.Minute, 0, 119.2), backfill, fix(-time.Minute, 0, 119.3)}); err != nil {
		t.Fatal(err)
	}
	for ago, want := range map[time.Duration]float64{0: 119.2, 30 * time.Minute: 119.1, -2 * time.Minute: 119.3, -2 * time.Hour: 119.3} {
		got := must[[]dispatch.Fix](t)(db.FixesAt(ctx, []dispatch.ID{unit, dispatch.NewID()}, at.Add(-ago)))
		if len(got) != 1 || got[0].Point[0] != want {
			t.Errorf("%s before: %v, want %g", ago, got, want)
		}
	}
	for _, ago := range []time.Duration{2 * time.Hour, -25 * time.Hour} {
		if got := must[[]dispatch.Fix](t)(db.FixesAt(ctx, []dispatch.ID{unit}, at.Add(-ago))); len(got) != 0 {
			t.Errorf("%s before: %v, want none", ago, got)
		}
	}
}

func TestTheSpanCountsWhatItsReaderMaySee(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	if empty := must[dispatch.Span](t)(db.Span(ctx, time.Now(), 500, func(string, string, int) bool { return true })); !empty.From.Equal(empty.To) || len(empty.Counts) > 0 {
		t.Errorf("nothing happened: %+v", empty)
	}
	must[dispatch.Receipt](t)(desk(db).PutEntry(ctx, wish("put"), shelter(1)))
	for range 3 {
		must[dispatch.Receipt](t)(desk(db).ReportIncident(ctx, wish("report"), incident("内涝")))
	}
	fix := dispatch.Fix{Unit: dispatch.NewID(), Point: orb.Point{119.6, 39.9}, DeviceAt: time.Now(), RecordedAt: time.Now()}
	if err := db.KeepPartitions(ctx, time.Now()); err != nil {
		t.Fatal(err)
	}
	if err := db.SaveFixes(ctx, []dispatch.Fix{fix}); err != nil {
		t.Fatal(err)
	}
	for division, want := range map[string]int{"130302": 3, "130321": 0} {
		s := must[dispatch.Span](t)(db.Span(ctx, time.Now(), 500, func(kind, at string, _ int) bool { return kind == "incident" && strings.HasPrefix(at, division) }))
		sum := 0
		for _, n := range s.Counts {
			sum += n
		}
		if sum != want || s.TracksFrom == nil || !s.TracksFrom.Equal(time.Now().UTC().Truncate(24*time.Hour)) || len(s.Counts) > 500 {
			t.Errorf("%s: %d events, tracks from %v, want %d", division, sum, s.TracksFrom, want)
		}
	}
}

// TestReplayCoversAlarmsNotesAndGrants writes one of each, finds rows and
// journal agreed, and finds each row that was changed behind the journal's back.
func TestReplayCoversAlarmsNotesAndGrants(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	in := incident("内涝")
	must[dispatch.Receipt](t)(desk(db).ReportIncident(ctx, wish("report"), in))
	now := time.Now().UTC().Truncate(time.Microsecond)
	facts := []dispatch.Fact{
		&dispatch.AlarmRaised{Alarm: dispatch.Alarm{ID: dispatch.NewID(), Kind: dispatch.AlarmSOS, Division: "130302001", RaisedAt: now}},
		&dispatch.NoteAdded{Note: dispatch.Note{ID: dispatch.NewID(), Incident: in.ID, Text: "示例"}},
		&dispatch.GrantGiven{Grant: dispatch.Grant{ID: dispatch.NewID(), Account: dispatch.NewID(), Role: dispatch.Viewer, Area: "130302"}},
	}
	must[dispatch.Receipt](t)(db.Change(ctx, wish("all"), func(dispatch.Tx) (dispatch.Outcome, error) { return dispatch.Outcome{Facts: facts}, nil }))
	if different := must[[]string](t)(db.Replay(ctx)); len(different) > 0 {
		t.Fatal(different)
	}
	for table, order := range map[string]string{
		"alarm": `update alarm set body = jsonb_set(body, '{kind}', '"lost"')`,
		"note":  `update note set body = jsonb_set(body, '{text}', '"真实"')`,
		"grant": `update lent set body = jsonb_set(body, '{area}', '"130300"')`,
	} {
		if _, err := db.pool.Exec(ctx, order); err != nil {
			t.Fatal(err)
		}
		different := must[[]string](t)(db.Replay(ctx))
		if !strings.Contains(strings.Join(different, "\n"), table+" ") {
			t.Errorf("a changed %s was not found: %v", table, different)
		}
	}
}
