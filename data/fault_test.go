package data

import (
	"context"
	"errors"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"onemap/data/pgtest"
	"onemap/dispatch"
)

// Not parallel: it kills the cluster that the other tests use.
func TestNothingAcknowledgedIsLostWhenTheDatabaseIsKilled(t *testing.T) {
	db, cluster := open(t), pgtest.Cluster(t)
	ctx := within(t, 2*time.Minute)
	var where string
	if err := db.pool.QueryRow(ctx, "show data_directory").Scan(&where); err != nil || filepath.Dir(where) != cluster.Dir() {
		t.Fatalf("connected to %s, the cluster is in %s, %v", where, cluster.Dir(), err)
	}
	const kills, between = 3, 60 // acknowledged commands between two kills
	var kept atomic.Int64
	writing, stop := context.WithCancel(ctx)
	var mu sync.Mutex
	var said []dispatch.Receipt
	var all sync.WaitGroup
	for w := range 8 {
		all.Go(func() {
			for i := 0; writing.Err() == nil; i++ {
				r, err := persist(ctx, db, wish("put"), shelter(100_000*w+i))
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				said = append(said, r)
				mu.Unlock()
				kept.Add(1)
			}
		})
	}
	for n := range kills {
		awaitCount(ctx, t, &kept, int64(between*(n+1)))
		if err := syscall.Kill(cluster.Pid(), syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		at := kept.Load()
		awaitCount(ctx, t, &kept, at+9) // each writer may have had one under way
	}
	stop()
	all.Wait()
	p := must[*dispatch.Picture](t)(db.Snapshot(ctx))
	for _, r := range said {
		if e := p.Entry(dispatch.Shelters, r.ID); e == nil || e.Version != 1 {
			t.Errorf("acknowledged and lost, or done twice: %+v, %v", r, e)
		}
	}
	seq := must[dispatch.Seq](t)(db.Verify(ctx))
	if int(seq) != len(said) {
		t.Errorf("%d acknowledged, %d events", len(said), seq)
	}
	t.Logf("%d acknowledged over %d kills, %d connections lost", len(said), kills, db.Stats().Lost)
}

// persist repeats a command, as a client does, until it is answered.
func persist(ctx context.Context, db *DB, c dispatch.Command, e dispatch.Entry) (dispatch.Receipt, error) {
	for {
		r, err := desk(db).PutEntry(ctx, c, e)
		if !errors.Is(err, ErrUnavailable) && !errors.Is(err, ErrBusy) {
			return r, err
		}
		if !rest(ctx, 20*time.Millisecond) {
			return r, err
		}
	}
}

func awaitCount(ctx context.Context, t *testing.T, n *atomic.Int64, least int64) {
	t.Helper()
	for n.Load() < least {
		if !rest(ctx, time.Millisecond) {
			t.Fatalf("%d commands, waiting for %d", n.Load(), least)
		}
	}
}

// deaf passes bytes to a database and back, until it has passed on a commit:
// then it keeps the answer to itself and hangs up. It does so cuts times.
type deaf struct {
	to   string
	cuts atomic.Int64
}

func (d *deaf) serve(l net.Listener) {
	for {
		client, err := l.Accept()
		if err != nil {
			return
		}
		go d.pass(client)
	}
}

func (d *deaf) pass(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("unix", d.to)
	if err != nil {
		return
	}
	defer server.Close()
	var committed atomic.Bool
	go func() {
		defer server.Close()
		buf := make([]byte, 64<<10)
		for {
			n, err := client.Read(buf)
			if n == 12 && string(buf[5:11]) == "commit" && d.cuts.Add(-1) >= 0 {
				committed.Store(true)
			}
			if _, failed := server.Write(buf[:n]); err != nil || failed != nil {
				return
			}
		}
	}()
	buf := make([]byte, 64<<10)
	for {
		n, err := server.Read(buf)
		if err != nil || committed.Load() {
			return
		}
		if _, err := client.Write(buf[:n]); err != nil {
			return
		}
	}
}

func TestLostAnswerToACommitIsFoundAgain(t *testing.T) {
	t.Parallel()
	dsn, err := url.Parse(migrated(t))
	if err != nil {
		t.Fatal(err)
	}
	q, dir := dsn.Query(), must[string](t)(os.MkdirTemp("", "deaf"))
	t.Cleanup(func() { os.RemoveAll(dir) })
	d := &deaf{to: filepath.Join(q.Get("host"), ".s.PGSQL."+q.Get("port"))}
	l := must[net.Listener](t)(net.Listen("unix", filepath.Join(dir, ".s.PGSQL."+q.Get("port"))))
	defer l.Close()
	go d.serve(l)
	q.Set("host", dir)
	dsn.RawQuery = q.Encode()
	db, ctx := openAt(t, dsn.String()), within(t, time.Minute)
	for i := range 20 {
		d.cuts.Store(1)
		got := must[dispatch.Receipt](t)(desk(db).PutEntry(ctx, wish("put"), shelter(i)))
		if got.Version != 1 || got.Seq != dispatch.Seq(i+1) {
			t.Errorf("answer %d: %+v", i, got)
		}
	}
	if s := db.Stats(); s.Repeated != 20 || s.Lost < 20 {
		t.Errorf("%+v: each answer should have been lost once", s)
	}
}

func TestNoDatabaseIsSaidSoSoon(t *testing.T) {
	t.Parallel()
	db, err := Open(context.Background(), Options{DSN: "postgres:///x?host=" + t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	ctx := within(t, 10*time.Second)
	_, put := desk(db).PutEntry(ctx, wish("put"), shelter(1))
	_, read := db.Events(ctx, 0, 1)
	for name, err := range map[string]error{"command": put, "read": read, "ready": db.Ready(ctx), "tracks": db.SaveFixes(ctx, []dispatch.Fix{{}})} {
		if !errors.Is(err, ErrUnavailable) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if checks := db.Checks(ctx); len(checks) != 1 || checks[0].State != Fail || checks[0].Fix == "" {
		t.Errorf("%+v", checks)
	}
}

func TestConnectionThatTurnedReadOnlyIsLeft(t *testing.T) {
	t.Parallel()
	db, err := Open(context.Background(), Options{DSN: migrated(t), MaxConns: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	ctx := within(t, time.Minute)
	if _, err := db.pool.Exec(ctx, "set default_transaction_read_only = on"); err != nil {
		t.Fatal(err)
	}
	must[dispatch.Receipt](t)(desk(db).PutEntry(ctx, wish("put"), shelter(1)))
	if s := db.Stats(); s.Lost != 1 || s.Retried != 1 {
		t.Errorf("%+v", s)
	}
}

func TestWhoStopsWaitingLeavesTheOthersTheirConnections(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	gone, leave := context.WithCancel(ctx)
	leave()
	if _, err := desk(db).PutEntry(gone, wish("put"), shelter(1)); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if s := db.Stats(); s.Lost != 0 {
		t.Errorf("%+v", s)
	}
}

func TestHeldLockIsSaidToBeBusy(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	e := shelter(1)
	must[dispatch.Receipt](t)(desk(db).PutEntry(ctx, wish("put"), e))
	tx, err := db.pool.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "select from entry where id = $1 for update", e.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := desk(db).PutEntry(ctx, seen(wish("again"), 1), e); !errors.Is(err, ErrBusy) {
		t.Errorf("%v", err)
	}
}

// tampered says how the journal can be changed by somebody who owns the
// database, and every way must be found.
var tampered = map[string]string{
	"payload":      "update event set payload = replace(payload, '示例', '真实') where seq = 5",
	"type":         "update event set type = 'shelter.removed' where seq = 5",
	"kind":         "update event set kind = 'depot' where seq = 5",
	"subject":      "update event set id = gen_random_uuid() where seq = 5",
	"version":      "update event set version = 2 where seq = 5",
	"actor":        "update event set actor = gen_random_uuid() where seq = 5",
	"actor's name": "update event set actor_name = actor_name || ' ' where seq = 5",
	"command":      "update event set command = gen_random_uuid() where seq = 5",
	"occurred":     "update event set occurred_at = occurred_at + interval '1 microsecond' where seq = 5",
	"recorded":     "update event set recorded_at = recorded_at - interval '1 microsecond' where seq = 5",
	"hash":         "update event set hash = decode(repeat('ab', 32), 'hex') where seq = 5",
	"hash before":  "update event set prev_hash = decode(repeat('ab', 32), 'hex') where seq = 5",
	"removal":      "delete from event where seq = 5",
	"closed gap":   "delete from event where seq = 5; update event set seq = seq - 1 where seq > 5",
	"swap":         "update event set seq = -seq where seq in (5, 6); update event set seq = 11 + seq where seq < 0",
	"truncation":   "delete from event where seq > 8",
	"everything":   "delete from event",
	"head number":  "update head set seq = 9; delete from event where seq > 9",
	"head hash":    "update head set hash = decode(repeat('ab', 32), 'hex')",
	"addition":     "insert into event select 11, type, kind, id, version, actor, actor_name, command, occurred_at, recorded_at, payload, hash, hash from event where seq = 10",
	"moved byte":   "update event set type = type || 's', kind = substr(kind, 2) where seq = 5",
}

func TestTamperingIsFound(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), within(t, time.Minute)
	for i := range 10 {
		must[dispatch.Receipt](t)(desk(db).PutEntry(ctx, wish("put"), shelter(i)))
	}
	must[dispatch.Seq](t)(db.Verify(ctx))
	if _, err := db.pool.Exec(ctx, "create table kept as table event; create table kept_head as table head"); err != nil {
		t.Fatal(err)
	}
	alone := "set session_replication_role = replica; "
	for name, order := range tampered {
		if _, err := db.pool.Exec(ctx, alone+order+"; reset session_replication_role"); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if seq, err := db.Verify(ctx); !errors.Is(err, ErrChain) {
			t.Errorf("%s: verified up to %d, %v", name, seq, err)
		}
		const back = "delete from event; insert into event table kept; delete from head; insert into head table kept_head; reset session_replication_role"
		if _, err := db.pool.Exec(ctx, alone+back); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Verify(ctx); err != nil {
			t.Fatalf("after mending %s: %v", name, err)
		}
	}
}
