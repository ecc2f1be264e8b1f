package data

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/paulmach/orb"

	"onemap/dispatch"
)

func TestEntryIsKeptAsItWasSaid(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	e := shelter(1)
	got := must[dispatch.Receipt](t)(desk(db).PutEntry(ctx, wish("put"), e))
	if want := (dispatch.Receipt{ID: e.ID, Version: 1, Seq: 1}); got != want {
		t.Errorf("receipt %+v, want %+v", got, want)
	}
	p := must[*dispatch.Picture](t)(db.Snapshot(ctx))
	have := p.Entry(dispatch.Shelters, e.ID)
	e.Version, e.RecordedAt = 1, have.RecordedAt
	if diff := cmp.Diff(&e, have); diff != "" {
		t.Error(diff)
	}
	if p.Seq != 1 || len(p.Epoch) != 36 {
		t.Errorf("picture at %d of epoch %q", p.Seq, p.Epoch)
	}
}

func TestSameCommandManyTimesAtOnceHappensOnce(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	c, in := wish("report"), incident("内涝")
	answers := make([]dispatch.Receipt, 100)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() {
			var err error
			if answers[i], err = desk(db).ReportIncident(ctx, c, in); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, r := range answers {
		if r != answers[0] {
			t.Fatalf("answers differ: %+v and %+v", r, answers[0])
		}
	}
	events := must[[]dispatch.Event](t)(db.Events(ctx, 0, 1000))
	if len(events) != 1 || answers[0].Number == "" || db.Stats().Repeated != 99 {
		t.Errorf("%d events, receipt %+v, %d repeated", len(events), answers[0], db.Stats().Repeated)
	}
}

func TestSameCommandWithAnotherBodyIsRefused(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	c := wish("one")
	must[dispatch.Receipt](t)(desk(db).PutEntry(ctx, c, shelter(1)))
	other := wish("other")
	other.ID = c.ID
	if _, err := desk(db).PutEntry(ctx, other, shelter(2)); !errors.Is(err, dispatch.ErrOtherBody) {
		t.Errorf("refused with %v", err)
	}
	other.Actor.ID = dispatch.NewID() // another person's keys are their own
	must[dispatch.Receipt](t)(desk(db).PutEntry(ctx, other, shelter(2)))
}

func TestRefusedCommandLeavesNoTrace(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	taken := shelter(1)
	must[dispatch.Receipt](t)(desk(db).PutEntry(ctx, wish("first"), taken))
	before := traces(t, db)
	sameCode := shelter(2)
	sameCode.Code = taken.Code
	for name, want := range map[string]struct {
		err error
		do  func() error
	}{
		"the same code": {&dispatch.Error{Code: "code_taken"}, func() error {
			_, err := desk(db).PutEntry(ctx, wish("x"), sameCode)
			return err
		}},
		"a stale version": {dispatch.ErrVersion, func() error {
			_, err := desk(db).PutEntry(ctx, seen(wish("x"), 7), taken)
			return err
		}},
		"no version": {dispatch.ErrNoVersion, func() error {
			_, err := desk(db).PutEntry(ctx, wish("x"), taken)
			return err
		}},
		"a dry run": {nil, func() error {
			_, err := desk(db).Import(ctx, wish("x"), dispatch.Shelters, rows(shelter(3)), true)
			return err
		}},
		"a broken decision after a number was drawn": {dispatch.ErrWrongStep, func() error {
			_, err := db.Change(ctx, wish("x"), func(tx dispatch.Tx) (dispatch.Outcome, error) {
				if _, err := tx.NextNumber(ctx, 2026); err != nil {
					return dispatch.Outcome{}, err
				}
				return dispatch.Outcome{}, dispatch.ErrWrongStep
			})
			return err
		}},
	} {
		if err := want.do(); !errors.Is(err, want.err) {
			t.Errorf("%s: %v, want %v", name, err, want.err)
		}
		if after := traces(t, db); after != before {
			t.Errorf("%s left traces: %s, before %s", name, after, before)
		}
	}
}

// traces is one digest of every table a command writes to.
func traces(t *testing.T, db *DB) (digest string) {
	t.Helper()
	const all = `select md5(concat(
		(select string_agg(e::text, ',' order by id) from entry e), (select string_agg(e::text, ',' order by seq) from event e),
		(select string_agg(i::text, ',' order by id) from incident i), (select string_agg(c::text, ',' order by id) from command c), (select string_agg(a::text, ',' order by id) from assignment a),
		(select string_agg(n::text, ',' order by year) from number n), (select h::text from head h)))`
	if err := db.pool.QueryRow(within(t, time.Minute), all).Scan(&digest); err != nil {
		t.Fatal(err)
	}
	return digest
}

func TestRowsTheDecisionWouldRefuseAreRefusedByTheTableToo(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	full := shelter(1)
	full.Detail.(*dispatch.Shelter).Occupancy = 1_000_000
	bow := cell(1)
	bow.Geometry = orb.Polygon{{{119, 39}, {119.1, 39.1}, {119.1, 39}, {119, 39.1}, {119, 39}}}
	far := shelter(2)
	far.Geometry = orb.Point{999, 39}
	short := dispatch.Entry{Ledger: dispatch.Depots, ID: dispatch.NewID(), Head: full.Head, Geometry: full.Geometry,
		Detail: &dispatch.Depot{Level: "city", Stock: []dispatch.Stock{{Item: "1010101", Quantity: -1}}}}
	for code, e := range map[string]dispatch.Entry{"capacity_exceeded": full, "bad_geometry": bow, "bad_geometry ": far, "insufficient_stock": short} {
		_, err := db.Change(ctx, wish(code), func(dispatch.Tx) (dispatch.Outcome, error) {
			return dispatch.Outcome{Facts: []dispatch.Fact{&dispatch.EntryRecorded{Entry: e}}}, nil
		})
		var said *dispatch.Error
		if !errors.As(err, &said) || said.Kind != dispatch.Invalid || code[:5] != said.Code[:5] {
			t.Errorf("%s: %v", code, err)
		}
	}
}

func TestJournalIsOnlyAddedTo(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	must[dispatch.Receipt](t)(desk(db).PutEntry(ctx, wish("put"), shelter(1)))
	for _, order := range []string{"update event set payload = ''", "delete from event", "truncate event"} {
		_, err := db.pool.Exec(ctx, order)
		var pg *pgconn.PgError
		if !errors.As(err, &pg) || pg.Code != "42501" {
			t.Errorf("%s: %v", order, err)
		}
	}
}

func TestWholeGridIsTakenInOneCommand(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, 5*time.Minute)
	grid := make([]dispatch.Entry, 31_000)
	for i := range grid {
		grid[i] = cell(i)
	}
	begun := time.Now()
	done := must[dispatch.Taken](t)(desk(db).Import(ctx, wish("grid"), dispatch.Cells, rows(grid...), false))
	t.Logf("%d cells in %s", done.Added, time.Since(begun).Round(time.Millisecond))
	if done.Added != len(grid) || int(done.Receipt.Seq) != len(grid) {
		t.Fatalf("took %+v", done)
	}
	begun = time.Now()
	p := must[*dispatch.Picture](t)(db.Snapshot(ctx))
	t.Logf("picture of it in %s", time.Since(begun).Round(time.Millisecond))
	if n := len(p.Shelf(dispatch.Cells).Entries); n != len(grid) {
		t.Errorf("%d cells in the picture", n)
	}
	again := must[dispatch.Taken](t)(desk(db).Import(ctx, wish("grid again"), dispatch.Cells, rows(grid...), false))
	if again.Unchanged != len(grid) {
		t.Errorf("the same again: %+v", again)
	}
	begun = time.Now()
	if seq := must[dispatch.Seq](t)(db.Verify(ctx)); int(seq) != len(grid) {
		t.Errorf("verified up to %d", seq)
	}
	t.Logf("chain verified in %s", time.Since(begun).Round(time.Millisecond))
}

func TestSecretsStayOutOfTheJournal(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	setup := wish("account")
	setup.Actor = dispatch.Actor{Name: "setup", Role: dispatch.Admin}
	a := dispatch.Account{ID: dispatch.NewID(), Name: "li", Display: "李（示例）", Role: dispatch.Dispatcher, Area: "130300"}
	got := must[dispatch.Receipt](t)(desk(db).PutAccount(ctx, setup, a, "$argon2id$secret"))
	if got.Version != 2 || got.ID != a.ID || got.Seq != 2 {
		t.Errorf("receipt %+v", got)
	}
	if hash := must[string](t)(db.PasswordOf(ctx, a.ID)); hash != "$argon2id$secret" {
		t.Errorf("password hash %q", hash)
	}
	tok := dispatch.Token{ID: dispatch.NewID(), Name: "terminal", Area: "130300", ExpiresAt: time.Now().Add(time.Hour)}
	mint := wish("token")
	mint.Actor = setup.Actor
	must[dispatch.Receipt](t)(desk(db).MintToken(ctx, mint, tok, []byte("sum of secret")))
	if id := must[dispatch.ID](t)(db.TokenOf(ctx, []byte("sum of secret"))); id != tok.ID {
		t.Errorf("token %s", id)
	}
	if _, err := db.TokenOf(ctx, []byte("other")); !errors.Is(err, dispatch.ErrNotFound) {
		t.Errorf("unknown secret: %v", err)
	}
	var leaks int
	const leak = "select count(*) from event e, command c where e::text || c::text ~ 'secret|73756d206f6620736563726574'"
	if err := db.pool.QueryRow(ctx, leak).Scan(&leaks); err != nil || leaks > 0 {
		t.Errorf("%d leaks, %v", leaks, err)
	}
	second := a
	second.ID = dispatch.NewID()
	again := wish("second")
	again.Actor = setup.Actor
	if _, err := desk(db).PutAccount(ctx, again, second, "x"); !errors.Is(err, &dispatch.Error{Code: "code_taken"}) {
		t.Errorf("second account of that name: %v", err)
	}
}

func TestSessionEnds(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	setup := wish("account")
	setup.Actor = dispatch.Actor{Name: "setup", Role: dispatch.Admin}
	a := dispatch.Account{ID: dispatch.NewID(), Name: "li", Display: "李（示例）", Role: dispatch.Dispatcher, Area: "130300"}
	must[dispatch.Receipt](t)(desk(db).PutAccount(ctx, setup, a, "x"))
	until := time.Now().UTC().Add(time.Hour).Truncate(time.Microsecond)
	start := func(hash string, until time.Time) {
		t.Helper()
		if err := db.StartSession(ctx, []byte(hash), a.ID, until); err != nil {
			t.Fatal(err)
		}
	}
	start("here", until)
	start("there", until)
	start("elsewhere", until)
	start("yesterday", until.Add(-24*time.Hour))
	whose := func(hash string) error {
		account, expires, err := db.SessionOf(ctx, []byte(hash))
		if err == nil && (account != a.ID || !expires.Equal(until)) {
			t.Errorf("session of %s until %s", account, expires)
		}
		return err
	}
	if err := errors.Join(whose("here"), db.EndSession(ctx, []byte("there")), db.EndSessions(ctx, a.ID, []byte("here")), whose("here")); err != nil {
		t.Error(err)
	}
	for _, ended := range []string{"there", "elsewhere", "yesterday"} {
		if err := whose(ended); !errors.Is(err, dispatch.ErrNotFound) {
			t.Errorf("session %s: %v", ended, err)
		}
	}
	if err := errors.Join(db.EndSessions(ctx, a.ID, nil)); err != nil || !errors.Is(whose("here"), dispatch.ErrNotFound) {
		t.Errorf("all ended: %v", err)
	}
}

func TestBellRingsInThisProcessAndOnOtherNodes(t *testing.T) {
	t.Parallel()
	dsn := migrated(t)
	here, there := openAt(t, dsn), openAt(t, dsn)
	ctx := within(t, time.Minute)
	bells := []<-chan struct{}{here.Bell(ctx), there.Bell(ctx)}
	must[dispatch.Receipt](t)(desk(here).PutEntry(ctx, wish("put"), shelter(1)))
	for i, bell := range bells {
		select {
		case <-bell:
		case <-ctx.Done():
			t.Fatalf("bell %d is silent", i)
		}
	}
	got := must[[]dispatch.Event](t)(there.Events(ctx, 0, 10))
	if len(got) != 1 || got[0].Seq != 1 || got[0].Fact.Type() != "shelter.recorded" || got[0].Version != 1 || got[0].ActorName != officer.Name {
		t.Errorf("events %+v", got)
	}
}

func TestNewerSchemaIsRefused(t *testing.T) {
	t.Parallel()
	db := open(t)
	ctx := context.Background()
	if err := db.Migrate(ctx); err != nil {
		t.Errorf("migrating twice: %v", err)
	}
	if _, err := db.pool.Exec(ctx, "update real.schema_version set version = version + 1"); err != nil {
		t.Fatal(err)
	}
	if err := db.Migrate(ctx); !errors.Is(err, ErrNewerSchema) {
		t.Errorf("a newer schema: %v", err)
	}
}

func TestLedgersReadAsPlainTables(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	e := shelter(7)
	must[dispatch.Receipt](t)(desk(db).PutEntry(ctx, wish("put"), e))
	var capacity, occupancy int
	var at orb.Geometry
	if err := db.pool.QueryRow(ctx, "select capacity, occupancy, geom from shelter where code = $1", e.Code).Scan(&capacity, &occupancy, &at); err != nil || capacity != 1007 || occupancy != 7 || at != e.Geometry {
		t.Errorf("%d places, %d people at %v, %v", capacity, occupancy, at, err)
	}
	for _, l := range dispatch.Ledgers {
		if _, err := db.pool.Exec(ctx, "select * from "+string(l)); err != nil {
			t.Errorf("%s: %v", l, err)
		}
	}
}
