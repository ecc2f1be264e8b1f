package data

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"onemap/dispatch"
)

// walk is a person doing sensible and senseless things to a few entities.
type walk struct {
	desk      *dispatch.Desk
	ctx       context.Context
	shelters  []dispatch.Entry
	incidents []dispatch.Incident
	accounts  []dispatch.Account
	units     []dispatch.Entry
	orders    []dispatch.ID
	versions  map[dispatch.ID]int
}

func (w *walk) step(t *rapid.T) {
	do := rapid.SampledFrom([]func(*rapid.T) (dispatch.Receipt, error){w.put, w.put, w.remove, w.report, w.advance, w.amend, w.close, w.account, w.password, w.order, w.order, w.proceed, w.proceed, w.proceed}).Draw(t, "step")
	got, err := do(t)
	var said *dispatch.Error
	if err != nil && !errors.As(err, &said) {
		t.Fatal(err)
	}
	if err == nil {
		w.versions[got.ID] = got.Version
	}
}

// command carries the version last seen, an old one now and then, or none.
func (w *walk) command(t *rapid.T, id dispatch.ID) dispatch.Command {
	c := wish("walk")
	if v, ok := w.versions[id]; ok {
		c = seen(c, v-rapid.SampledFrom([]int{0, 0, 0, 0, 1}).Draw(t, "behind"))
	}
	return c
}

func pick[T any](t *rapid.T, from []T) T {
	return from[rapid.IntRange(0, len(from)-1).Draw(t, "which")]
}

func (w *walk) put(t *rapid.T) (dispatch.Receipt, error) {
	e := pick(t, w.shelters)
	e.Code = fmt.Sprintf("%s-%d", e.Code, rapid.IntRange(0, 1).Draw(t, "code"))
	e.Note = rapid.StringMatching(`[a-z山海关"\\é]{0,12}`).Draw(t, "note")
	d := *e.Detail.(*dispatch.Shelter)
	d.Occupancy = rapid.IntRange(0, d.Capacity+50).Draw(t, "people")
	e.Detail, e.Geometry = &d, orb.Point{rapid.Float64Range(119, 120).Draw(t, "lon"), 39.9}
	return w.desk.PutEntry(w.ctx, w.command(t, e.ID), e)
}

func (w *walk) remove(t *rapid.T) (dispatch.Receipt, error) {
	e := pick(t, w.shelters)
	return w.desk.RemoveEntry(w.ctx, w.command(t, e.ID), e.Ref())
}

func (w *walk) report(t *rapid.T) (dispatch.Receipt, error) {
	return w.desk.ReportIncident(w.ctx, wish("walk"), pick(t, w.incidents))
}

func (w *walk) advance(t *rapid.T) (dispatch.Receipt, error) {
	in, to := pick(t, w.incidents), pick(t, []dispatch.State{dispatch.Verifying, dispatch.Confirmed, dispatch.Responding, dispatch.Contained})
	return w.desk.ChangeIncident(w.ctx, w.command(t, in.ID), "incident.update", in.ID, func(in dispatch.Incident) (dispatch.Outcome, error) {
		return in.Advance(to, "复燃", time.Now())
	})
}

func (w *walk) amend(t *rapid.T) (dispatch.Receipt, error) {
	in := pick(t, w.incidents)
	in.Title = rapid.StringMatching(`[a-z内涝]{1,12}`).Draw(t, "title")
	return w.desk.ChangeIncident(w.ctx, w.command(t, in.ID), "incident.update", in.ID, func(have dispatch.Incident) (dispatch.Outcome, error) {
		k := have.Known
		k.Title, k.Dead, k.Missing, k.Injured = in.Title, new(int), new(int), new(int)
		return have.Amend(k, orb.Point{119.7, 39.9}, "")
	})
}

func (w *walk) close(t *rapid.T) (dispatch.Receipt, error) {
	in, how := pick(t, w.incidents), pick(t, []string{"resolved", "false_alarm"})
	return w.desk.ChangeIncident(w.ctx, w.command(t, in.ID), "incident.close", in.ID, func(in dispatch.Incident) (dispatch.Outcome, error) {
		return in.Close(dispatch.IncidentClosed{Disposition: how, Reason: "核实", When: time.Now()})
	})
}

func (w *walk) account(t *rapid.T) (dispatch.Receipt, error) {
	a := pick(t, w.accounts)
	a.Closed = rapid.Bool().Draw(t, "closed")
	c := w.command(t, a.ID)
	c.Actor = dispatch.Actor{Name: "setup", Role: dispatch.Admin}
	return w.desk.PutAccount(w.ctx, c, a, "hash")
}

func (w *walk) password(t *rapid.T) (dispatch.Receipt, error) {
	c := wish("walk")
	c.Actor.ID = pick(t, w.accounts).ID
	return w.desk.SetPassword(w.ctx, c, "other")
}

func (w *walk) order(t *rapid.T) (dispatch.Receipt, error) {
	id := dispatch.NewID()
	w.orders = append(w.orders, id)
	return w.desk.OrderUnit(w.ctx, wish("walk"), dispatch.Assignment{ID: id, Incident: pick(t, w.incidents).ID, Unit: pick(t, w.units).ID}, time.Time{})
}

func (w *walk) proceed(t *rapid.T) (dispatch.Receipt, error) {
	if len(w.orders) == 0 {
		return w.order(t)
	}
	id := pick(t, w.orders)
	to := pick(t, []dispatch.AssignmentState{dispatch.Acknowledged, dispatch.Enroute, dispatch.OnScene, dispatch.Returning, dispatch.Released, dispatch.CalledOff})
	return w.desk.AdvanceAssignment(w.ctx, w.command(t, id), id, to, "因故", time.Time{})
}

// setOut begins the nth walk of a test: two units that stand, and two of all
// else that may come.
func setOut(t *rapid.T, ctx context.Context, db *DB, n int) *walk {
	w := &walk{desk: desk(db), ctx: ctx, versions: map[dispatch.ID]int{}}
	for i := range 2 {
		w.units = append(w.units, engine(10*n+i))
		if _, err := w.desk.PutEntry(ctx, wish("unit"), w.units[i]); err != nil {
			t.Fatal(err)
		}
		w.shelters = append(w.shelters, shelter(10*n+i))
		w.incidents = append(w.incidents, incident("内涝"))
		w.accounts = append(w.accounts, dispatch.Account{ID: dispatch.NewID(), Name: fmt.Sprintf("w%d-%d", n, i), Display: "示例", Role: dispatch.Viewer, Area: "130300"})
	}
	return w
}

func TestRowsAreTheFoldOfTheJournal(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, 3*time.Minute)
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		w := setOut(t, ctx, db, n)
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			w.step(t)
		}
	})
	different := must[[]string](t)(db.Replay(ctx))
	if len(different) > 0 {
		t.Errorf("%d rows differ:\n%s", len(different), strings.Join(different[:min(3, len(different))], "\n"))
	}
	if seq := must[dispatch.Seq](t)(db.Verify(ctx)); int64(seq) != db.Stats().Events || seq < 100 {
		t.Errorf("%d events verified, %d written", seq, db.Stats().Events)
	}
	pictureFollows(t, db)
}

// pictureFollows checks that following events from nothing leads to the
// picture that is read from rows.
func pictureFollows(t *testing.T, db *DB) {
	ctx := within(t, time.Minute)
	read := must[*dispatch.Picture](t)(db.Snapshot(ctx))
	events := must[[]dispatch.Event](t)(db.Events(ctx, 0, 1_000_000))
	followed := dispatch.NewPicture(0, read.Epoch, nil).Next(events)
	if followed.Seq != read.Seq || len(followed.Accounts) != len(read.Accounts) {
		t.Fatalf("followed to %d, read at %d", followed.Seq, read.Seq)
	}
	for id, e := range read.Shelf(dispatch.Shelters).Entries {
		if have := followed.Entry(dispatch.Shelters, id); have == nil || string(form(have)) != string(form(e)) {
			t.Errorf("followed %v, read %v", have, e)
		}
	}
	for id, as := range read.Assignments {
		if have := followed.Assignments[id]; have == nil || string(form(have)) != string(form(as)) {
			t.Errorf("followed %v, read %v", have, as)
		}
	}
	for id, in := range read.Incidents {
		if have := followed.Incidents[id]; have == nil || string(form(have)) != string(form(in)) {
			t.Errorf("followed %v, read %v", have, in)
		}
	}
}

func TestTwelveWritersLeaveNoGapAndTheReaderMissesNothing(t *testing.T) {
	t.Parallel()
	dsn := migrated(t)
	db, other := openAt(t, dsn), openAt(t, dsn)
	ctx := within(t, time.Minute)
	const writers, each = 12, 25
	var done atomic.Int64
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for i := range each {
				if _, err := desk(db).PutEntry(ctx, wish("put"), shelter(1000*w+i)); err != nil {
					t.Error(err)
				}
				done.Add(1)
			}
		})
	}
	bell, at := other.Bell(ctx), dispatch.Seq(0)
	for at < writers*each {
		select {
		case <-bell:
		case <-ctx.Done():
			t.Fatalf("stopped at %d after %d commits", at, done.Load())
		}
		for page := must[[]dispatch.Event](t)(other.Events(ctx, at, 7)); len(page) > 0; page = must[[]dispatch.Event](t)(other.Events(ctx, at, 7)) {
			for _, e := range page {
				if e.Seq != at+1 {
					t.Fatalf("event %d follows %d", e.Seq, at)
				}
				at = e.Seq
			}
		}
	}
	all.Wait()
	must[dispatch.Seq](t)(db.Verify(ctx))
}
