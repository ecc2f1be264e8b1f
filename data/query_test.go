package data

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"onemap/dispatch"
)

// calls finds the names of query files in our source.
var calls = regexp.MustCompile(`(?:sql\(|query\(ctx, db, |one\(ctx, db, |one\[[^]]+\]\(ctx, db, |exec\(ctx, |(?:entities|collect)\(ctx, (?:t\.)?tx, |w\.add\(ctx, -?1, |secret\{)"([a-z_]+)"`)

func TestEveryQueryIsSoundUsedAndSaysItsScope(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	used := map[string]bool{}
	for _, file := range must[[]fs.DirEntry](t)(os.ReadDir(".")) {
		if name := file.Name(); strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			for _, call := range calls.FindAllStringSubmatch(string(must[[]byte](t)(os.ReadFile(name))), -1) {
				used[call[1]] = true
			}
		}
	}
	conn, err := db.pool.Acquire(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	for name, text := range queries {
		if !used[name] {
			t.Errorf("query %s is not used", name)
		}
		if !strings.HasPrefix(text, "-- ") || !strings.Contains(text, "\n-- Scope: ") {
			t.Errorf("query %s does not say its purpose and scope", name)
		}
		if strings.Contains(text, "listen onemap") {
			continue // cannot be prepared
		}
		if _, err := conn.Conn().Prepare(ctx, name, text); err != nil {
			t.Errorf("query %s: %v", name, err)
		}
	}
}

func TestHotQueriesNeverScanATable(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	grid := make([]dispatch.Entry, 5000)
	for i := range grid {
		grid[i] = cell(i)
	}
	must[dispatch.Taken](t)(desk(db).Import(ctx, wish("grid"), dispatch.Cells, rows(grid...), false))
	for _, prepare := range []string{
		"insert into fix (unit, device_at, recorded_at, lon_e7, lat_e7) select gen_random_uuid(), now() - n * interval '1 s', now(), 1, 1 from generate_series(1, 5000) n",
		"insert into base (layer, minzoom, tile, geom) select 'road', 0, '{}', st_makeline(st_point(119 + n * 1e-4, 39.5, 4326), st_point(119 + n * 1e-4, 39.6, 4326)) from generate_series(1, 5000) n",
		"insert into command select gen_random_uuid(), gen_random_uuid(), '', '{}', 0 from generate_series(1, 5000)",
		"insert into account select gen_random_uuid(), 1, n::text, '{}', 0 from generate_series(1, 5000) n",
		"insert into session select decode(md5(name), 'hex'), id, now(), now() + interval '1 h' from account",
		"insert into incident select gen_random_uuid(), 1, n::text, 'closed', false, now(), '130302001', st_point(119.6, 39.9, 4326), '{}', 0 from generate_series(1, 5000) n",
		"insert into assignment select gen_random_uuid(), 1, id, gen_random_uuid(), division, 'released', false, now(), now(), '{}', 0 from incident",
		"analyze",
	} {
		if _, err := db.pool.Exec(ctx, prepare); err != nil {
			t.Fatal(err)
		}
	}
	conn, err := db.pool.Acquire(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	id := "'" + grid[0].ID.String() + "'"
	for name, args := range map[string]string{
		"command_read":    id + "," + id,
		"event_after":     "4000, 100",
		"assignment_open": id,
		"assignment_lock": "array[" + id + "]::uuid[]",
		"assignment_list": "null, null, now(), " + id + ", 100",
		"event_history":   "'cell', " + id + ", 100",
		"entry_lock":      "'cell', array[" + id + "]::uuid[]",
		"tile_base":       "14, 13607, 6210, 1000",
		"session_of":      `'\x00'`,
		"fix_last":        "now() - interval '1 minute'",
		"fix_then":        "array[" + id + "]::uuid[], now(), now() - interval '1 day'",
		"event_diary":     "4000, 100",
		"event_some":      "array[17, 4000]::bigint[]",
		"sensitivity_now": "'cell', array[" + id + "]::uuid[]",
	} {
		plan := planOf(t, conn.Conn(), name, args)
		if scans.MatchString(plan) {
			t.Errorf("%s:\n%s", name, plan)
		}
	}
}

// planOf returns the plan that a query kept prepared ends up with.
func planOf(t *testing.T, conn *pgx.Conn, name, args string) string {
	t.Helper()
	ctx := within(t, time.Minute)
	for _, order := range []string{"set plan_cache_mode = force_generic_plan", "prepare " + name + "_plan as " + queries[name]} {
		if _, err := conn.Exec(ctx, order); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	lines, err := conn.Query(ctx, "explain execute "+name+"_plan ("+args+")")
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return strings.Join(must[[]string](t)(pgx.CollectRows(lines, pgx.RowTo[string])), "\n")
}

// scans finds a sequential scan of a table that grows; small ones and one day's
// empty partition are no matter.
var scans = regexp.MustCompile(`Seq Scan on (event|command|assignment|entry_cell|base|session|fix_default)\b`)
