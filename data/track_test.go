package data

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/geo"
	"onemap/geo/crs"
)

func unit(t *testing.T, db *DB, n int) dispatch.Entry {
	t.Helper()
	e := dispatch.Entry{
		Ledger: dispatch.Units, ID: dispatch.NewID(),
		Head: dispatch.Head{Code: "U-" + string(rune('A'+n)), Name: "示例车", Division: "130302001", SourceDatum: crs.WGS84},
		Detail: &dispatch.Unit{Team: dispatch.NewID(), CallSign: "海港消防01", Kind: "engine", Duty: "available_base",
			Crew: 5, CrewMinimum: 4, MobiliseMin: 1},
		Geometry: orb.Point{119.6, 39.9},
	}
	must[dispatch.Receipt](t)(desk(db).PutEntry(within(t, time.Minute), wish("unit"), e))
	return e
}

func TestNewestTrustedPositionIsFoundWhateverTheOrder(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	if err := db.KeepPartitions(ctx, time.Now()); err != nil {
		t.Fatal(err)
	}
	a, b := unit(t, db, 0), unit(t, db, 1)
	now := time.Now().UTC().Truncate(time.Millisecond)
	heading, speed, satellites := geo.Bearing(271.5), 12.5, 9
	fix := func(u dispatch.Entry, ago time.Duration, lon float64) dispatch.Fix {
		return dispatch.Fix{Unit: u.ID, Point: orb.Point{lon, 39.9}, DeviceAt: now.Add(-ago), RecordedAt: now}
	}
	newest := fix(a, 2*time.Second, 119.6000003)
	newest.Heading, newest.SpeedMPS, newest.Satellites, newest.SOS = &heading, &speed, &satellites, true
	doubtful := fix(a, 0, 100)
	doubtful.Doubtful = true
	nowhere := fix(a, time.Second, math.NaN())
	old := fix(b, 100*24*time.Hour, 119)
	batch := []dispatch.Fix{newest, fix(a, time.Minute, 119.5), fix(a, 26*time.Hour, 119.4), newest, doubtful, nowhere, old}
	for range 3 { // the same again changes nothing
		if err := db.SaveFixes(ctx, batch); err != nil {
			t.Fatal(err)
		}
	}
	got := must[[]dispatch.Fix](t)(db.LastFixes(ctx, 7*24*time.Hour))
	if diff := cmp.Diff([]dispatch.Fix{newest}, got, cmpopts.EquateApprox(0, 1e-6)); diff != "" {
		t.Error(diff)
	}
	var kept int
	if err := db.pool.QueryRow(ctx, "select count(*) from fix").Scan(&kept); err != nil || kept != 5 {
		t.Errorf("%d positions kept, %v", kept, err)
	}
}

func TestPartitionTakesWhatCameBeforeIt(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	now := time.Now()
	tomorrow := dispatch.Fix{Unit: dispatch.NewID(), Point: orb.Point{119, 39}, DeviceAt: now.Add(24 * time.Hour), RecordedAt: now}
	if err := db.SaveFixes(ctx, []dispatch.Fix{tomorrow}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := db.KeepPartitions(ctx, now); err != nil {
			t.Fatal(err)
		}
	}
	var stray, days, kept int
	const ask = `select (select count(*) from fix_default), (select count(*) from pg_inherits where inhparent = 'fix'::regclass) - 1, (select count(*) from fix)`
	if err := db.pool.QueryRow(ctx, ask).Scan(&stray, &days, &kept); err != nil || stray != 0 || days != daysAhead+2 || kept != 1 {
		t.Errorf("%d stray, %d days, %d kept, %v", stray, days, kept, err)
	}
}

func TestDoctorFindsAFreshDatabaseWell(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	if err := db.Ready(ctx); err != nil {
		t.Error(err)
	}
	if err := db.KeepPartitions(ctx, time.Now()); err != nil {
		t.Error(err)
	}
	must[dispatch.Receipt](t)(desk(db).PutEntry(ctx, wish("put"), shelter(1)))
	states := map[string]State{}
	for _, c := range db.Checks(ctx) {
		states[c.Name] = c.State
		t.Logf("%-4s %s: %s %s", c.State, c.Name, c.Text, c.Fix)
	}
	for _, name := range []string{"database", "PostGIS", "schema", "journal", "track partitions"} {
		if states[name] != OK {
			t.Errorf("%s is %q", name, states[name])
		}
	}
	if states["durability"] != Fail { // tests run without fsync
		t.Errorf("no fsync passes as %q", states["durability"])
	}
	if _, err := db.pool.Exec(ctx, "set session_replication_role = replica; update event set payload = 'x'; reset session_replication_role"); err != nil {
		t.Fatal(err)
	}
	for _, c := range db.Checks(ctx) {
		if c.Name == "journal" && c.State != Fail {
			t.Errorf("an altered journal passes: %+v", c)
		}
	}
}
