package data

import (
	"os"
	"regexp"
	"testing"
	"time"

	"onemap/dispatch"
)

// TestAssignmentsOfBeforeTheAlarmsAreCaughtUp: the migration gives an old row
// what a fold of its events gives it now.
func TestAssignmentsOfBeforeTheAlarmsAreCaughtUp(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	units, scenes := ready(t, db, 2, 1)
	r := must[dispatch.Receipt](t)(order(ctx, db, scenes[0], units[0]))
	must[dispatch.Receipt](t)(step(ctx, db, r, dispatch.Acknowledged))
	must[dispatch.Receipt](t)(order(ctx, db, scenes[0], units[1]))
	if _, err := db.pool.Exec(ctx, "update assignment set body = body - 'told_at' - 'stepped'"); err != nil {
		t.Fatal(err)
	}
	if differ := must[[]string](t)(db.Replay(ctx)); len(differ) != 2 {
		t.Fatalf("rows of before differ: %v", differ)
	}
	text := must[[]byte](t)(os.ReadFile("migration/0011_alarm.sql"))
	if _, err := db.pool.Exec(ctx, string(regexp.MustCompile(`(?s)update assignment .*?;`).Find(text))); err != nil {
		t.Fatal(err)
	}
	if differ := must[[]string](t)(db.Replay(ctx)); len(differ) > 0 {
		t.Errorf("caught up, and still: %v", differ)
	}
}
