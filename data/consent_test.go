package data

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/geo/crs"
)

var second = dispatch.Actor{ID: dispatch.NewID(), Name: "值班员二（示例）", Role: dispatch.Dispatcher, Area: "130300", Clearance: 3}

// by is a wish of somebody else.
func by(who dispatch.Actor, c dispatch.Command) dispatch.Command {
	c.Actor = who
	return c
}

// volunteers is a unit whose owner must be asked.
func volunteers(t *testing.T, db *DB) dispatch.Entry {
	t.Helper()
	team := dispatch.Entry{
		Ledger: dispatch.Teams, ID: dispatch.NewID(), Geometry: orb.Point{119.6, 39.93},
		Head:   dispatch.Head{Code: "T-9", Name: "蓝天救援队（示例）", Division: "130302001", SourceDatum: crs.WGS84},
		Detail: &dispatch.Team{OwnerSystem: "social", Capabilities: []dispatch.Capability{}, Readiness: "ready"},
	}
	unit := engine(900)
	unit.Detail.(*dispatch.Unit).Team = team.ID
	for _, e := range []dispatch.Entry{team, unit} {
		must[dispatch.Receipt](t)(desk(db).PutEntry(within(t, time.Minute), wish("put"), e))
	}
	return unit
}

func confirm(ctx context.Context, db *DB, in dispatch.Incident, version int) error {
	_, err := desk(db).AdvanceIncident(ctx, seen(wish("confirm"), version), in.ID, dispatch.Confirmed, "", time.Now())
	return err
}

func TestVolunteersAreOrderedOnceTheirOwnerAgrees(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	_, scenes := ready(t, db, 1, 2)
	unit := volunteers(t, db)
	if err := confirm(ctx, db, scenes[0], 1); err != nil {
		t.Fatal(err)
	}
	r := must[dispatch.Receipt](t)(order(ctx, db, scenes[0], unit))
	p := must[*dispatch.Picture](t)(db.Snapshot(ctx))
	in := p.Incidents[scenes[0].ID]
	if as := p.OpenAssignment(unit.ID); as == nil || as.State != dispatch.Proposed || in.State != dispatch.Confirmed || *in.VerifiedBy != officer.ID {
		t.Fatalf("proposed as %+v to %+v", as, in)
	}
	if _, err := order(ctx, db, scenes[1], unit); !errors.Is(err, dispatch.ErrUnitBusy) {
		t.Errorf("another takes it meanwhile: %v", err)
	}
	if _, err := step(ctx, db, r, dispatch.Ordered); !errors.Is(err, dispatch.ErrSecondPerson) {
		t.Errorf("who proposed it records the consent: %v", err)
	}
	agreed := must[dispatch.Receipt](t)(desk(db).AdvanceAssignment(ctx, by(second, seen(wish("consent"), r.Version)), r.ID, dispatch.Ordered, "队长电话同意", time.Time{}))
	p = must[*dispatch.Picture](t)(db.Snapshot(ctx))
	as := p.OpenAssignment(unit.ID)
	if as.State != dispatch.Ordered || *as.ConsentBy != second.ID || as.OrderedAt.Before(*as.ProposedAt) || p.Incidents[scenes[0].ID].State != dispatch.Responding {
		t.Errorf("ordered as %+v", as)
	}
	must[dispatch.Receipt](t)(step(ctx, db, agreed, dispatch.Declined))
}

// TestOneOfConsentAndRefusal: the owner agrees and declines at once, and one of
// the two is what happened.
func TestOneOfConsentAndRefusal(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	_, scenes := ready(t, db, 1, 1)
	unit := volunteers(t, db)
	for range 25 {
		r := must[dispatch.Receipt](t)(order(ctx, db, scenes[0], unit))
		var errs [2]error
		var both sync.WaitGroup
		both.Go(func() {
			_, errs[0] = desk(db).AdvanceAssignment(ctx, by(second, seen(wish("consent"), 1)), r.ID, dispatch.Ordered, "同意", time.Time{})
		})
		both.Go(func() { _, errs[1] = step(ctx, db, r, dispatch.Declined) })
		both.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("both or neither: %v", errs)
		}
		if errs[0] == nil {
			must[dispatch.Receipt](t)(step(ctx, db, dispatch.Receipt{ID: r.ID, Version: 2}, dispatch.CalledOff))
		}
	}
}

func TestIncidentRecoversOnceTheRemainingAreNamed(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	units, scenes := ready(t, db, 1, 2)
	must[dispatch.Receipt](t)(order(ctx, db, scenes[0], units[0]))
	for i, to := range []dispatch.State{dispatch.Confirmed, dispatch.Responding} {
		must[dispatch.Receipt](t)(desk(db).AdvanceIncident(ctx, seen(wish("on"), i+1), scenes[0].ID, to, "", time.Now()))
	}
	p := must[*dispatch.Picture](t)(db.Snapshot(ctx))
	informed := desk(db)
	informed.Picture = func() *dispatch.Picture { return p }
	leave := func(reason string) error {
		_, err := informed.AdvanceIncident(ctx, seen(wish("recover"+reason), 3), scenes[0].ID, dispatch.Recovering, reason, time.Now())
		return err
	}
	for _, reason := range []string{"", "转入善后", "U-0000 留守"} {
		if err := leave(reason); !errors.Is(err, dispatch.ErrAssignmentsOpen) {
			t.Errorf("%q: %v", reason, err)
		}
	}
	if err := leave("U-000留守看护余火"); err != nil {
		t.Error(err)
	}
}

func TestDuplicateComesBackWithinADay(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	_, scenes := ready(t, db, 1, 2)
	closing := dispatch.IncidentClosed{Disposition: "duplicate", Reason: "同一处", MergedInto: &scenes[1].ID, When: time.Now()}
	must[dispatch.Receipt](t)(desk(db).ChangeIncident(ctx, seen(wish("close"), 1), "incident.close", scenes[0].ID, func(in dispatch.Incident) (dispatch.Outcome, error) { return in.Close(closing) }))
	back := func(after time.Duration, reason string) error {
		d := desk(db)
		d.Now = func() time.Time { return time.Now().Add(after) }
		_, err := d.AdvanceIncident(ctx, seen(wish("back"), 2), scenes[0].ID, dispatch.Verifying, reason, time.Now())
		return err
	}
	if err := back(24*time.Hour+time.Minute, "另一处"); !errors.Is(err, dispatch.ErrWrongStep) {
		t.Errorf("after a day: %v", err)
	}
	if err := back(0, ""); !errors.Is(err, &dispatch.Error{Code: "required"}) {
		t.Errorf("in silence: %v", err)
	}
	if err := back(23*time.Hour, "另一处"); err != nil {
		t.Error(err)
	}
	in := must[*dispatch.Incident](t)(db.Incident(ctx, scenes[0].ID))
	if in.State != dispatch.Verifying || in.MergedInto != nil || in.ClosedAt != nil {
		t.Errorf("it is back as %+v", in)
	}
}

// TestTwoIncidentsAreNotEachOthersPart: who makes each the other's parent at
// once meets the lock, and one is refused (torture 48).
func TestTwoIncidentsAreNotEachOthersPart(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	_, scenes := ready(t, db, 1, 8)
	for n := 0; n < len(scenes); n += 2 {
		pair := scenes[n : n+2]
		var errs [2]error
		var both sync.WaitGroup
		for i := range 2 {
			both.Go(func() {
				_, errs[i] = desk(db).ChangeIncident(ctx, seen(wish("part"), 1), "incident.update", pair[i].ID, func(in dispatch.Incident) (dispatch.Outcome, error) {
					in.Parent = &pair[1-i].ID
					return in.Amend(in.Known, in.Geometry, "")
				})
			})
		}
		both.Wait()
		if won, lost := errors.Join(errs[:]...), &(dispatch.Error{Code: "cycle"}); (errs[0] == nil) == (errs[1] == nil) || !errors.Is(won, lost) {
			t.Fatalf("pair %d: %v", n/2, errs)
		}
	}
}
