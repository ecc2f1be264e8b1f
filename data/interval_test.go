package data

import (
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/geo"
)

func TestEndedIncidentsAreFoundByPlaceTimeAndArea(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	here := orb.Point{119.6, 39.93}
	ended := func(title string, metres geo.Metres, close bool) dispatch.ID {
		in := incident(title)
		in.ID, in.Geometry = dispatch.NewID(), geo.Destination(here, 45, metres)
		must[dispatch.Receipt](t)(desk(db).ReportIncident(ctx, wish(title), in))
		if close {
			must[dispatch.Receipt](t)(desk(db).ChangeIncident(ctx, seen(wish("close "+title), 1), "incident.close", in.ID, func(in dispatch.Incident) (dispatch.Outcome, error) {
				return in.Close(dispatch.IncidentClosed{Disposition: "false_alarm", Reason: "误报", When: time.Now()})
			}))
		}
		return in.ID
	}
	first, second := ended("one", 299, true), ended("two", 10, true)
	ended("open", 10, false)
	ended("far", 301, true)
	near := func(since time.Time, area string, limit int) (ids []dispatch.ID) {
		for _, in := range must[[]*dispatch.Incident](t)(db.IncidentsNear(ctx, here, 300, since, area, limit)) {
			ids = append(ids, in.ID)
		}
		return ids
	}
	if got := near(time.Now().Add(-time.Hour), "130300", 10); len(got) != 2 || got[0] != second || got[1] != first {
		t.Errorf("newest end first: %v", got)
	}
	if a, b, c := near(time.Now().Add(time.Hour), "130300", 10), near(time.Time{}, "130321", 10), near(time.Time{}, "", 1); len(a)+len(b) != 0 || len(c) != 1 {
		t.Errorf("too early %v, elsewhere %v, one %v", a, b, c)
	}
}

func TestWorkIsCutByTimeKindAndArea(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	in := incident("work")
	must[dispatch.Receipt](t)(desk(db).ReportIncident(ctx, wish("work"), in))
	now := time.Now()
	for name, c := range map[string]struct {
		from, to             time.Time
		kind, area, division string
		want                 int
	}{
		"all":              {now.Add(-time.Hour), now.Add(time.Hour), "", "130300", "130300", 1},
		"its kind":         {now.Add(-time.Hour), now.Add(time.Hour), in.Kind, "130300", "130302", 1},
		"another kind":     {now.Add(-time.Hour), now.Add(time.Hour), "mine", "130300", "130300", 0},
		"before":           {now.Add(-2 * time.Hour), now.Add(-time.Hour), "", "130300", "130300", 0},
		"another area":     {now.Add(-time.Hour), now.Add(time.Hour), "", "130321", "130302", 0},
		"another division": {now.Add(-time.Hour), now.Add(time.Hour), "", "130300", "130321", 0},
	} {
		incidents, assignments, err := db.Work(ctx, c.from, c.to, c.kind, c.area, c.division)
		if err != nil || len(incidents) != c.want || len(assignments) != 0 {
			t.Errorf("%s: %d incidents, %d assignments, %v", name, len(incidents), len(assignments), err)
		}
	}
}

func TestPlaceAndTimeOfIncidentsHaveTheirIndexes(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	for _, prepare := range []string{
		`insert into incident select gen_random_uuid(), 1, n::text, 'closed', false, now(), '130302001', st_point(118.9 + (n % 100) * 0.01, 39.5 + (n / 100) * 0.01, 4326),
		 jsonb_build_object('received_at', to_char(now() at time zone 'UTC' - n * interval '1 hour', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')), 0 from generate_series(1, 10000) n`,
		"analyze",
	} {
		if _, err := db.pool.Exec(ctx, prepare); err != nil {
			t.Fatal(err)
		}
	}
	conn := must[*pgxpool.Conn](t)(db.pool.Acquire(ctx))
	defer conn.Release()
	for name, c := range map[string]struct{ args, index string }{
		"incident_near":       {"'SRID=4326;POINT(119.6 39.9)', 300, now() - interval '1 year', '1303', 100", "incident_near"},
		"interval_incident":   {"now() - interval '30 days', now(), '', '1303', '1303'", "incident_received"},
		"interval_assignment": {"now() - interval '30 days', now(), '', '1303', '1303'", "incident_received"},
	} {
		if plan := planOf(t, conn.Conn(), name, c.args); !strings.Contains(plan, c.index) {
			t.Errorf("%s does not use %s:\n%s", name, c.index, plan)
		}
	}
}
