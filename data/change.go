package data

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"onemap/dispatch"
)

const (
	changeLimit = 2 * time.Minute  // an import of the whole grid takes seconds, on a busy machine more
	stepLimit   = 10 * time.Second // one exchange with the server, which gives up before
	bulkLimit   = 40 * time.Second // one exchange of thousands of rows, on a busy machine
	attempts    = 3
	patience    = 150 * time.Millisecond // the longest pause before the next attempt, for each made
	queueLimit  = "3s"                   // for the journal's head: a queue, not a deadlock
)

// errRaced says that a row changed between the decision and its saving, which
// the locks should have prevented: the decision is made again.
var errRaced = errors.New("the row has changed meanwhile")

// Change implements dispatch.Journal. The order inside the transaction is the
// lock order: the command's own id, the rows the decision reads, the journal's
// head. Facts are folded and rows saved under the head's lock, so two writers
// never meet on a unique index. The bell rings after the commit.
//
// A command that lost its connection, even while committing, is begun again
// once: when it was kept after all, its receipt is found.
func (db *DB) Change(ctx context.Context, c dispatch.Command, decide func(dispatch.Tx) (dispatch.Outcome, error)) (dispatch.Receipt, error) {
	ctx, cancel := context.WithTimeout(ctx, changeLimit)
	defer cancel()
	for try := 1; ; try++ {
		a := attempt{db: db, command: c}
		err := a.run(ctx, decide)
		if err == nil {
			db.settled(&a)
			return a.receipt, nil
		}
		if !again(err, try) || ctx.Err() != nil {
			db.count.refused.Add(1)
			return dispatch.Receipt{}, db.note(err)
		}
		db.count.retried.Add(1)
		// A refusal noted here only empties the pool of dead connections.
		_ = db.note(err)
		// Two that waited for each other gave up together: one goes first now.
		rest(ctx, rand.N(time.Duration(try)*patience))
	}
}

// again reports whether an attempt that failed may be made once more.
func again(err error, try int) bool {
	var said *dispatch.Error
	var pg *pgconn.PgError
	switch {
	case errors.As(err, &said):
		return false
	case isLost(err):
		return try == 1
	case errors.Is(err, errRaced):
		return try < attempts
	case errors.As(err, &pg) && pg.Code == "23505":
		return try == 1 // two made the same thing: the second may see the first's now
	case pg != nil:
		return try < attempts && (pg.Code == "40001" || pg.Code == "40P01" || pg.Code == "55P03")
	}
	return false
}

func (db *DB) settled(a *attempt) {
	if a.repeated {
		db.count.repeated.Add(1)
		return
	}
	db.count.commands.Add(1)
	db.count.events.Add(int64(len(a.events)))
	if len(a.events) > 0 {
		db.ring()
	}
}

// attempt is one try at a command.
type attempt struct {
	db       *DB
	command  dispatch.Command
	receipt  dispatch.Receipt
	repeated bool
	events   []record
}

func (a *attempt) run(ctx context.Context, decide func(dispatch.Tx) (dispatch.Outcome, error)) error {
	tx, err := a.begin(ctx)
	if err != nil {
		return err
	}
	// After a commit this does nothing; before, it leaves no trace.
	defer func() { _ = tx.Rollback(ctx) }()
	if a.repeated {
		return nil
	}
	t := &transaction{tx: tx, known: map[dispatch.Ref]dispatch.Entity{}}
	outcome, err := decide(t)
	if err != nil {
		return err
	}
	now := time.Now().UTC().Truncate(time.Microsecond)
	rows, err := a.fold(ctx, t, outcome.Facts, now)
	if err != nil {
		return err
	}
	if err := keepPhotos(ctx, tx, outcome.Facts); err != nil {
		return err
	}
	if err := keepResults(ctx, tx, outcome.Facts); err != nil {
		return err
	}
	if err := a.chain(ctx, tx); err != nil {
		return err
	}
	if err := a.save(ctx, tx, rows); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, stepLimit)
	defer cancel()
	if err := tx.Commit(ctx); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// begin starts the transaction and looks the command up, within the limit of a
// single call: a server that fell silent is found out here and not in the
// longer time that an import may take.
func (a *attempt) begin(ctx context.Context) (pgx.Tx, error) {
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	tx, err := a.db.pool.Begin(ctx)
	if err != nil {
		return nil, fmt.Errorf("begin: %w", err)
	}
	if err := a.lookUp(ctx, tx); err != nil {
		_ = tx.Rollback(ctx)
		return nil, err
	}
	return tx, nil
}

// lookUp locks the command's id and finds the receipt of a repeated one. The
// two are statements of their own: the second must see what the first waited for.
func (a *attempt) lookUp(ctx context.Context, tx pgx.Tx) error {
	var batch pgx.Batch
	batch.Queue(sql("command_lock"), a.command.Actor.ID, a.command.ID)
	batch.Queue(sql("command_read"), a.command.Actor.ID, a.command.ID)
	answers := tx.SendBatch(ctx, &batch)
	defer answers.Close()
	if _, err := answers.Exec(); err != nil {
		return fmt.Errorf("lock command %s: %w", a.command.ID, err)
	}
	var digest, receipt []byte
	err := answers.QueryRow().Scan(&digest, &receipt)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil
	case err != nil:
		return fmt.Errorf("look up command %s: %w", a.command.ID, err)
	case [32]byte(digest) != a.command.Digest:
		return dispatch.ErrOtherBody
	}
	if err := json.Unmarshal(receipt, &a.receipt); err != nil {
		return fmt.Errorf("read receipt of %s: %w", a.command.ID, err)
	}
	a.repeated = true
	return nil
}

// fold makes an event of every fact and a row of every entity they touch.
func (a *attempt) fold(ctx context.Context, t *transaction, facts []dispatch.Fact, now time.Time) ([]*row, error) {
	if err := t.lockAll(ctx, facts); err != nil {
		return nil, err
	}
	occurred := a.command.OccurredAt.UTC().Truncate(time.Microsecond)
	if occurred.IsZero() {
		occurred = now
	}
	rows, order := map[dispatch.Ref]*row{}, []*row(nil)
	for _, f := range facts {
		ref := f.Subject()
		r := rows[ref]
		if r == nil {
			var err error
			if r, err = t.row(ref); err != nil {
				return nil, err
			}
			rows[ref], order = r, append(order, r)
		}
		r.entity.Apply(f, now)
		r.keepSecret(f)
		payload, err := json.Marshal(f)
		if err != nil {
			return nil, fmt.Errorf("write fact %s: %w", f.Type(), err)
		}
		a.events = append(a.events, record{
			kind: f.Type(), ref: ref, version: r.entity.At(), actor: a.command.Actor.ID, actorName: a.command.Actor.Name,
			command: a.command.ID, occurredAt: occurred, recordedAt: now, payload: payload, row: r,
		})
	}
	if len(order) > 0 {
		first := order[0].entity
		a.receipt.ID, a.receipt.Version = first.Ref().ID, first.At()
		if in, ok := first.(*dispatch.Incident); ok {
			a.receipt.Number = in.Number
		}
	}
	return order, nil
}

// chain takes the journal's lock, numbers the events and links them.
func (a *attempt) chain(ctx context.Context, tx pgx.Tx) error {
	ctx, cancel := context.WithTimeout(ctx, stepLimit)
	defer cancel()
	var batch pgx.Batch
	batch.Queue("set local lock_timeout = '" + queueLimit + "'")
	batch.Queue(sql("head_lock"))
	answers := tx.SendBatch(ctx, &batch)
	defer answers.Close()
	if _, err := answers.Exec(); err != nil {
		return fmt.Errorf("prepare to lock the journal: %w", err)
	}
	var seq dispatch.Seq
	var hash []byte
	if err := answers.QueryRow().Scan(&seq, &hash); err != nil {
		return fmt.Errorf("lock the journal: %w", err)
	}
	for i := range a.events {
		e := &a.events[i]
		seq++
		e.seq, e.prev = seq, hash
		hash = e.digest()
		e.hash, e.row.seq = hash, seq
	}
	a.receipt.Seq = seq
	return nil
}

// save writes rows, events, the head and the receipt.
func (a *attempt) save(ctx context.Context, tx pgx.Tx, rows []*row) error {
	w := writer{tx: tx}
	bulk := len(a.events) > bulkFrom
	var fresh []*row
	for _, r := range rows {
		if _, ok := r.entity.(*dispatch.Entry); ok && bulk && r.was == 0 {
			fresh = append(fresh, r)
			continue
		}
		if err := r.save(ctx, &w); err != nil {
			return fmt.Errorf("save %s %s: %w", r.entity.Ref().Kind, r.entity.Ref().ID, err)
		}
	}
	if bulk {
		if err := patiently(ctx, tx); err != nil {
			return err
		}
	}
	if err := w.copyIn(ctx, "entry", entryColumns, len(fresh), func(i int) ([]any, error) {
		return entryValues(fresh[i].entity.(*dispatch.Entry), fresh[i].seq)
	}); err != nil {
		return err
	}
	if err := a.saveEvents(ctx, &w, bulk); err != nil {
		return err
	}
	receipt, err := json.Marshal(a.receipt)
	if err != nil {
		return fmt.Errorf("write receipt: %w", err)
	}
	if err := w.add(ctx, 1, "command_add", a.command.Actor.ID, a.command.ID, a.command.Digest[:], receipt, a.receipt.Seq); err != nil {
		return err
	}
	return w.flush(ctx)
}

func (a *attempt) saveEvents(ctx context.Context, w *writer, bulk bool) error {
	if len(a.events) == 0 {
		return nil
	}
	if bulk {
		if err := w.copyIn(ctx, "event", eventColumns, len(a.events), func(i int) ([]any, error) { return a.events[i].values(), nil }); err != nil {
			return err
		}
	} else {
		for i := range a.events {
			if err := w.add(ctx, 1, "event_add", a.events[i].values()...); err != nil {
				return err
			}
		}
	}
	last := a.events[len(a.events)-1]
	return w.add(ctx, 1, "head_move", last.seq, last.hash)
}
