package data

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"onemap/dispatch"
)

func divert(ctx context.Context, db *DB, r dispatch.Receipt, to dispatch.Incident) (dispatch.ID, error) {
	next := dispatch.NewID()
	_, err := desk(db).DivertAssignment(ctx, seen(wish("divert"), r.Version), r.ID, dispatch.Diversion{Assignment: next, Incident: to.ID, Reason: "火情更急"})
	return next, err
}

func TestDivertedUnitIsNeverFree(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	units, scenes := ready(t, db, 1, 3)
	r := must[dispatch.Receipt](t)(order(ctx, db, scenes[0], units[0]))
	next := must[dispatch.ID](t)(divert(ctx, db, r, scenes[1]))
	p := must[*dispatch.Picture](t)(db.Snapshot(ctx))
	was, is := p.Assignments[r.ID], p.OpenAssignment(units[0].ID)
	if was.State != dispatch.Diverted || is == nil || is.ID != next || *was.DivertedTo != next || *is.DivertedFrom != r.ID || !is.OrderedAt.Equal(*was.EndedAt) {
		t.Fatalf("left %+v, holds %+v", was, is)
	}
	if err := finish(ctx, db, scenes[2], 1); err != nil {
		t.Fatal(err)
	}
	before := traces(t, db)
	held := dispatch.Receipt{ID: next, Version: 1}
	for name, c := range map[string]struct {
		r    dispatch.Receipt
		to   dispatch.Incident
		want string
	}{
		"to what has ended":    {held, scenes[2], "incident_closed"},
		"to where it is":       {held, scenes[1], "cycle"},
		"to nothing":           {held, incident("x"), "not_found"},
		"what has left":        {dispatch.Receipt{ID: r.ID, Version: 2}, scenes[1], "stale_assignment"},
		"an unknown one":       {dispatch.Receipt{ID: dispatch.NewID(), Version: 1}, scenes[1], "not_found"},
		"what moved meanwhile": {dispatch.Receipt{ID: next, Version: 7}, scenes[0], "conflict_version"},
	} {
		if _, err := divert(ctx, db, c.r, c.to); !errors.Is(err, &dispatch.Error{Code: c.want}) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	if after := traces(t, db); after != before {
		t.Error("a refused diversion left traces")
	}
}

// TestDiversionMeetsWhateverHappens: in 1,000 rounds a unit is diverted while
// its crew acknowledges, the other incident is closed, and another desk wants
// the unit. One assignment of it is open after each, never of a closed incident.
func TestDiversionMeetsWhateverHappens(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, 4*time.Minute)
	const rounds, teams = 1000, 4
	units, homes := ready(t, db, teams, teams)
	counts := make([]map[string]int, teams)
	var all sync.WaitGroup
	for n := range teams {
		counts[n] = map[string]int{}
		all.Go(func() {
			for range rounds / teams {
				if err := meet(ctx, db, units[n], homes[n], counts[n]); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	total := map[string]int{}
	for _, c := range counts {
		for what, n := range c {
			total[what] += n
		}
	}
	t.Logf("%v", total)
	if total["diverted"] == 0 || total["closed"] == 0 || total["acknowledged"] == 0 || total["taken"] > 0 {
		t.Errorf("the races were none: %v", total)
	}
	var broken int
	const check = "select count(*) from assignment a join incident i on i.id = a.incident where a.open and not i.open"
	if err := db.pool.QueryRow(ctx, check).Scan(&broken); err != nil || broken > 0 {
		t.Errorf("%d open assignments of closed incidents, %v", broken, err)
	}
}

// meet is one round: all that may happen to a diverted unit at once.
func meet(ctx context.Context, db *DB, unit dispatch.Entry, home dispatch.Incident, count map[string]int) error {
	other := incident("另一处")
	if _, err := desk(db).ReportIncident(ctx, wish("report"), other); err != nil {
		return err
	}
	r, err := order(ctx, db, home, unit)
	if err != nil {
		return err
	}
	var next dispatch.ID
	var errs [4]error
	var all sync.WaitGroup
	all.Go(func() { next, errs[0] = divert(ctx, db, r, other) })
	all.Go(func() { _, errs[1] = step(ctx, db, r, dispatch.Acknowledged) })
	all.Go(func() { errs[2] = finish(ctx, db, other, 1) })
	all.Go(func() { _, errs[3] = order(ctx, db, home, unit) })
	all.Wait()
	for i, what := range []string{"diverted", "acknowledged", "closed", "taken"} {
		if errs[i] == nil {
			count[what]++
		}
	}
	bound, err := boundTo(ctx, db, unit.ID)
	switch {
	case err != nil:
		return err
	case errs[3] == nil || !errors.Is(errs[3], dispatch.ErrUnitBusy):
		return fmt.Errorf("another desk took the unit, or was not told why not: %w", errs[3])
	case errs[0] == nil && (errs[2] == nil || bound != next), errs[0] != nil && bound != r.ID:
		return fmt.Errorf("diverted %w, closed %w, bound by %s", errs[0], errs[2], bound)
	}
	for i, allowed := range [][]error{{dispatch.ErrIncidentClosed, dispatch.ErrVersion}, {dispatch.ErrVersion}, {dispatch.ErrAssignmentsOpen, dispatch.ErrVersion}} {
		if errs[i] != nil && !errors.Is(errs[i], allowed[0]) && !errors.Is(errs[i], allowed[len(allowed)-1]) {
			return fmt.Errorf("refused otherwise: %w", errs[i])
		}
	}
	as, err := db.Assignment(ctx, bound)
	if err != nil {
		return err
	}
	_, err = step(ctx, db, dispatch.Receipt{ID: bound, Version: as.Version}, dispatch.CalledOff)
	return err
}

func boundTo(ctx context.Context, db *DB, unit dispatch.ID) (id dispatch.ID, err error) {
	err = db.pool.QueryRow(ctx, "select id from assignment where unit = $1 and open", unit).Scan(&id)
	return id, err
}

// TestTwoDispatchersOneUnit: 1,000 races for one unit through the real journal.
// One wins each, and the other is told who (torture 41).
func TestTwoDispatchersOneUnit(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, 4*time.Minute)
	units, scenes := ready(t, db, 1, 2)
	wins := [2]int{}
	for round := range 1000 {
		var got [2]dispatch.Receipt
		var errs [2]error
		var both sync.WaitGroup
		for i := range 2 {
			both.Go(func() { got[i], errs[i] = order(ctx, db, scenes[i], units[0]) })
		}
		both.Wait()
		winner := 0
		if errs[0] != nil {
			winner = 1
		}
		var told *dispatch.Error
		if errs[winner] != nil || !errors.As(errs[1-winner], &told) || told.Code != "unit_busy" {
			t.Fatalf("round %d: %v", round, errs)
		}
		// Who lost waited for the unit's row, and read whose it is now.
		if holder, ok := told.Current.(*dispatch.Assignment); !ok || holder.ID != got[winner].ID {
			t.Fatalf("round %d: told %v, want %s", round, told.Current, got[winner].ID)
		}
		wins[winner]++
		must[dispatch.Receipt](t)(step(ctx, db, got[winner], dispatch.CalledOff))
	}
	t.Logf("wins %v", wins)
}
