package data

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/geo/crs"
)

// engine makes a unit at Haigang.
func engine(n int) dispatch.Entry {
	return dispatch.Entry{
		Ledger: dispatch.Units, ID: dispatch.NewID(),
		Head:     dispatch.Head{Code: fmt.Sprintf("U-%03d", n), Name: fmt.Sprintf("示例%d号车", n), Division: "130302001", SourceDatum: crs.WGS84},
		Detail:   &dispatch.Unit{Team: dispatch.NewID(), CallSign: fmt.Sprintf("海港%d", n), Kind: "engine", Duty: "available_base", Crew: 5, CrewMinimum: 3, MobiliseMin: 1},
		Geometry: orb.Point{119.6, 39.93},
	}
}

// ready records units and incidents.
func ready(t *testing.T, db *DB, units, incidents int) (fleet []dispatch.Entry, scenes []dispatch.Incident) {
	t.Helper()
	ctx := within(t, time.Minute)
	for i := range units {
		fleet = append(fleet, engine(i))
	}
	must[dispatch.Taken](t)(desk(db).Import(ctx, wish("fleet"), dispatch.Units, rows(fleet...), false))
	for range incidents {
		in := incident("内涝")
		must[dispatch.Receipt](t)(desk(db).ReportIncident(ctx, wish("report"), in))
		scenes = append(scenes, in)
	}
	return fleet, scenes
}

func order(ctx context.Context, db *DB, in dispatch.Incident, unit dispatch.Entry) (dispatch.Receipt, error) {
	return desk(db).OrderUnit(ctx, wish("order"), dispatch.Assignment{ID: dispatch.NewID(), Incident: in.ID, Unit: unit.ID}, time.Time{})
}

func step(ctx context.Context, db *DB, r dispatch.Receipt, to dispatch.AssignmentState) (dispatch.Receipt, error) {
	return desk(db).AdvanceAssignment(ctx, seen(wish("step"), r.Version), r.ID, to, "因故", time.Time{})
}

func finish(ctx context.Context, db *DB, in dispatch.Incident, version int) error {
	_, err := desk(db).ChangeIncident(ctx, seen(wish("close"), version), "incident.close", in.ID, func(in dispatch.Incident) (dispatch.Outcome, error) {
		return in.Close(dispatch.IncidentClosed{Disposition: "false_alarm", Reason: "核实", When: time.Now()})
	})
	return err
}

func TestAssignmentIsKeptAsItWent(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	units, scenes := ready(t, db, 1, 1)
	must[dispatch.Receipt](t)(desk(db).ChangeIncident(ctx, seen(wish("confirm"), 1), "incident.update", scenes[0].ID, func(in dispatch.Incident) (dispatch.Outcome, error) {
		return in.Advance(dispatch.Confirmed, "", time.Now())
	}))
	r := must[dispatch.Receipt](t)(order(ctx, db, scenes[0], units[0]))
	if r.Version != 1 || r.Seq != 5 { // a unit, a report, a confirmation, the order, and the incident's turn
		t.Errorf("receipt %+v", r)
	}
	for _, to := range []dispatch.AssignmentState{dispatch.Acknowledged, dispatch.OnScene} {
		r = must[dispatch.Receipt](t)(step(ctx, db, r, to))
	}
	p := must[*dispatch.Picture](t)(db.Snapshot(ctx))
	as := p.Assignments[r.ID]
	if as == nil || as.State != dispatch.OnScene || as.Version != 3 || as.Number == "" || as.AcknowledgedAt == nil || as.EnrouteAt != nil || as.OnSceneAt == nil {
		t.Fatalf("kept as %+v", as)
	}
	if in := p.Incidents[scenes[0].ID]; in.State != dispatch.Responding || !in.RespondingAt.Equal(as.OrderedAt) {
		t.Errorf("the incident is %s since %v", in.State, in.RespondingAt)
	}
	if diff := cmp.Diff(as, must[*dispatch.Assignment](t)(db.Assignment(ctx, as.ID))); diff != "" {
		t.Error(diff)
	}
	if status := p.Status(p.Entry(dispatch.Units, units[0].ID)); status != "on_scene" {
		t.Errorf("the unit is %s", status)
	}
	r = must[dispatch.Receipt](t)(step(ctx, db, r, dispatch.Released))
	if _, err := step(ctx, db, r, dispatch.Acknowledged); !errors.Is(err, dispatch.ErrEnded) {
		t.Errorf("acknowledged after release: %v", err)
	}
	if _, err := db.Assignment(ctx, dispatch.NewID()); !errors.Is(err, dispatch.ErrNotFound) {
		t.Errorf("an unknown one: %v", err)
	}
}

func TestOrderThatCannotBeIsRefused(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	units, scenes := ready(t, db, 2, 2)
	first := must[dispatch.Receipt](t)(order(ctx, db, scenes[0], units[0]))
	if err := finish(ctx, db, scenes[1], 1); err != nil {
		t.Fatal(err)
	}
	before := traces(t, db)
	removed := desk(db)
	for name, c := range map[string]struct {
		want string
		do   func() error
	}{
		"a unit that is under way": {"unit_busy", func() error { _, err := order(ctx, db, scenes[0], units[0]); return err }},
		"to what has ended":        {"incident_closed", func() error { _, err := order(ctx, db, scenes[1], units[1]); return err }},
		"to nothing":               {"not_found", func() error { _, err := order(ctx, db, incident("x"), units[1]); return err }},
		"of nobody":                {"not_found", func() error { _, err := order(ctx, db, scenes[0], engine(9)); return err }},
		"under a used id": {"exists", func() error {
			_, err := desk(db).OrderUnit(ctx, wish("order"), dispatch.Assignment{ID: first.ID, Incident: scenes[0].ID, Unit: units[1].ID}, time.Time{})
			return err
		}},
		"closing meanwhile": {"assignments_open", func() error { return finish(ctx, db, scenes[0], 1) }},
		"removing the unit": {"unit_busy", func() error {
			_, err := removed.RemoveEntry(ctx, seen(wish("remove"), 1), units[0].Ref())
			return err
		}},
	} {
		if err := c.do(); !errors.Is(err, &dispatch.Error{Code: c.want}) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	if after := traces(t, db); after != before {
		t.Error("a refused order left traces")
	}
}

// TestEightDesksOrderTheSameUnits: of eight orders of one unit to as many
// incidents exactly one is taken, and the others are told by whom (INV-1).
func TestEightDesksOrderTheSameUnits(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, 2*time.Minute)
	const desks = 8
	units, scenes := ready(t, db, 300, desks)
	won := make([][]error, desks)
	begun := time.Now()
	var all sync.WaitGroup
	for n := range desks {
		all.Go(func() {
			for _, u := range units {
				_, err := order(ctx, db, scenes[n], u)
				won[n] = append(won[n], err)
			}
		})
	}
	all.Wait()
	t.Logf("%d orders of %d units in %s", desks*len(units), len(units), time.Since(begun).Round(time.Millisecond))
	for i, u := range units {
		taken := 0
		for n := range desks {
			if err := won[n][i]; err == nil {
				taken++
			} else if !errors.Is(err, dispatch.ErrUnitBusy) {
				t.Fatalf("%s: %v", u.Code, err)
			}
		}
		if taken != 1 {
			t.Fatalf("%s was taken %d times", u.Code, taken)
		}
	}
	p := must[*dispatch.Picture](t)(db.Snapshot(ctx))
	if len(p.Assignments) != len(units) {
		t.Errorf("%d assignments of %d units", len(p.Assignments), len(units))
	}
}

// TestClosingMeetsOrders: an incident is closed or units are sent to it, never
// both (INV-2), whoever comes first.
func TestClosingMeetsOrders(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, 2*time.Minute)
	const rounds, racers = 25, 8
	units, scenes := ready(t, db, rounds*racers, rounds)
	var closedFirst int
	for n, in := range scenes {
		results := make([]error, racers)
		var all sync.WaitGroup
		for i := range results {
			all.Go(func() {
				if i%2 == 0 {
					results[i] = finish(ctx, db, in, 1)
				} else {
					_, results[i] = order(ctx, db, in, units[n*racers+i])
				}
			})
		}
		all.Wait()
		var closed, sent int
		for i, err := range results {
			switch {
			case err == nil && i%2 == 0:
				closed++
			case err == nil:
				sent++
			case i%2 == 1 && errors.Is(err, dispatch.ErrIncidentClosed):
			case i%2 == 0 && (errors.Is(err, dispatch.ErrAssignmentsOpen) || errors.Is(err, dispatch.ErrVersion)):
			default:
				t.Fatal(err)
			}
		}
		if closed == 1 && sent == 0 {
			closedFirst++
		} else if closed != 0 || sent != racers/2 {
			t.Fatalf("closed %d times, %d units sent", closed, sent)
		}
	}
	t.Logf("closed first in %d of %d", closedFirst, rounds)
	var broken int
	const check = "select count(*) from assignment a join incident i on i.id = a.incident where a.open and not i.open"
	if err := db.pool.QueryRow(ctx, check).Scan(&broken); err != nil || broken > 0 {
		t.Errorf("%d open assignments of closed incidents, %v", broken, err)
	}
}

func TestTableItselfHoldsOneOpenAssignmentOfAUnit(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	units, scenes := ready(t, db, 1, 2)
	must[dispatch.Receipt](t)(order(ctx, db, scenes[0], units[0]))
	_, err := db.Change(ctx, wish("careless"), func(dispatch.Tx) (dispatch.Outcome, error) {
		return dispatch.Outcome{Facts: []dispatch.Fact{&dispatch.AssignmentOrdered{ID: dispatch.NewID(), Incident: scenes[1].ID, Unit: units[0].ID, Division: "130302001", When: time.Now()}}}, nil
	})
	if !errors.Is(err, dispatch.ErrUnitBusy) {
		t.Error(err)
	}
}

func TestAssignmentsAreListedNewestFirst(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	units, scenes := ready(t, db, 5, 2)
	var want []dispatch.ID
	for i, u := range units {
		r := must[dispatch.Receipt](t)(order(ctx, db, scenes[i%2], u))
		want = append([]dispatch.ID{r.ID}, want...)
	}
	all := dispatch.ID{0: 255, 15: 255}
	list := func(incident, unit *dispatch.ID, before time.Time, id dispatch.ID, limit int) (ids []dispatch.ID) {
		t.Helper()
		for _, as := range must[[]*dispatch.Assignment](t)(db.Assignments(ctx, incident, unit, before, id, limit)) {
			ids = append(ids, as.ID)
		}
		return ids
	}
	future := time.Now().Add(time.Hour)
	first := must[[]*dispatch.Assignment](t)(db.Assignments(ctx, nil, nil, future, all, 2))
	got := []dispatch.ID{first[0].ID, first[1].ID}
	got = append(got, list(nil, nil, first[1].OrderedAt, first[1].ID, 10)...)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]dispatch.ID{want[1], want[3]}, list(&scenes[1].ID, nil, future, all, 10)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]dispatch.ID{want[0]}, list(nil, &units[4].ID, future, all, 10)); diff != "" {
		t.Error(diff)
	}
}
