package data

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"onemap/dispatch"
)

const (
	pastLimit = 20 * time.Second // for a past picture, however busy the machine
	pastPage  = 5000             // events read at a time
)

// pastSlack is how much later than it is recorded something may be said to have
// ended; the door allows two minutes.
const pastSlack = 5 * time.Minute

// errOtherJournal says that a picture and the database are not of one journal.
var errOtherJournal = errors.New("the journal is another one")

// At returns the picture as it stood at an instant (回放): after the last event
// recorded by then, whatever came before it in the journal included. It is the
// fold of the journal up to there, but only for what stood otherwise then: what
// no event changed in between is shared with now, or with a past picture asked
// for before, whichever leaves less to fold. Positions and the road network are not in it.
func (db *DB) At(ctx context.Context, now *dispatch.Picture, t time.Time) (*dispatch.Picture, error) {
	return db.then(ctx, now, t, func(d *diary) dispatch.Seq { return d.at(t) })
}

// AtSeq returns the picture after an event, as it was looked at an instant.
func (db *DB) AtSeq(ctx context.Context, now *dispatch.Picture, seq dispatch.Seq, t time.Time) (*dispatch.Picture, error) {
	return db.then(ctx, now, t, func(d *diary) dispatch.Seq { return min(seq, d.head()) })
}

func (db *DB) then(ctx context.Context, now *dispatch.Picture, t time.Time, number func(*diary) dispatch.Seq) (*dispatch.Picture, error) {
	ctx, cancel := context.WithTimeout(ctx, pastLimit)
	defer cancel()
	base, seq, want, err := db.plan(ctx, now, t, number)
	if err != nil {
		return nil, fmt.Errorf("read the journal's diary: %w", err)
	}
	changed, err := db.foldSome(ctx, want.events)
	if err != nil {
		return nil, fmt.Errorf("fold %d events up to %d: %w", len(want.events), seq, err)
	}
	then := base.Then(seq, t, changed, want.absent)
	db.diary.mu.Lock()
	defer db.diary.mu.Unlock()
	db.diary.keep(then)
	return then, nil
}

func (db *DB) plan(ctx context.Context, now *dispatch.Picture, t time.Time, number func(*diary) dispatch.Seq) (*dispatch.Picture, dispatch.Seq, difference, error) {
	d := &db.diary
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.read(ctx, db); err != nil {
		return nil, 0, difference{}, err
	}
	if now.Epoch != d.epoch {
		return nil, 0, difference{}, fmt.Errorf("picture of %s, journal %s: %w", now.Epoch, d.epoch, errOtherJournal)
	}
	seq := number(d)
	base, least := now, d.between(now, seq, t)
	for _, p := range d.bases(now, seq)[1:] {
		if more := d.between(p, seq, t); len(more.events) < len(least.events) {
			base, least = p, more
		}
	}
	return base, seq, least, nil
}

// difference is what must be done to a picture to have another one of it: fold
// these events anew, and take these entities out.
type difference struct {
	events []dispatch.Seq
	absent []dispatch.Ref
}

// between finds the difference between a picture and that after event seq, as
// of an instant.
func (d *diary) between(base *dispatch.Picture, seq dispatch.Seq, t time.Time) difference {
	fold := make([]bool, len(d.subjects))
	for i := min(base.Seq, seq); i < min(max(base.Seq, seq), d.head()); i++ {
		fold[d.about[i]] = true
	}
	// the picture may have let go what had only just ended then
	for i := d.at(t.Add(-dispatch.Remembered - pastSlack)); i < seq; i++ {
		ref := d.subjects[d.about[i]]
		if ends(ref.Kind) && !fold[d.about[i]] && !base.Holds(ref) {
			fold[d.about[i]] = true
		}
	}
	var out difference
	last := map[uint32]dispatch.Seq{} // of entries, whose events say all
	there := make([]bool, len(d.subjects))
	for i := dispatch.Seq(0); i < seq; i++ {
		n := d.about[i]
		if !fold[n] {
			continue
		}
		there[n] = true
		switch kind := d.subjects[n].Kind; {
		case kind == dispatch.KindNote: // no picture holds them
		case isLedger(kind):
			last[n] = i + 1
		default:
			out.events = append(out.events, i+1)
		}
	}
	for _, at := range last {
		out.events = append(out.events, at)
	}
	slices.Sort(out.events)
	for n, yes := range fold {
		if yes && !there[n] {
			out.absent = append(out.absent, d.subjects[n])
		}
	}
	return out
}

// ends reports whether what is of a kind comes to an end and is let go.
func ends(kind string) bool {
	return kind == dispatch.KindIncident || kind == dispatch.KindAssignment || kind == dispatch.KindAlarm || kind == dispatch.KindWarning
}

func isLedger(kind string) bool { return slices.Contains(dispatch.Ledgers, dispatch.Ledger(kind)) }

// foldSome folds events, given by their numbers in order. Of an entry the last
// is enough. Pages are decoded side by side, then folded in order.
func (db *DB) foldSome(ctx context.Context, numbers []dispatch.Seq) ([]dispatch.Entity, error) {
	pages := slices.Collect(slices.Chunk(numbers, pastPage))
	read := make([][]dispatch.Event, len(pages))
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(max(2, runtime.GOMAXPROCS(0)))
	for i, page := range pages {
		g.Go(func() (err error) {
			read[i], err = db.some(gctx, page)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	folded := map[dispatch.Ref]dispatch.Entity{}
	var order []dispatch.Entity
	for _, e := range slices.Concat(read...) {
		ref := e.Fact.Subject()
		if folded[ref] == nil {
			fresh, err := dispatch.NewEntity(ref)
			if err != nil {
				return nil, fmt.Errorf("event %d: %w", e.Seq, err)
			}
			if entry, ok := fresh.(*dispatch.Entry); ok {
				entry.Version = e.Version - 1
			}
			folded[ref], order = fresh, append(order, fresh)
		}
		folded[ref].Apply(e.Fact, e.RecordedAt)
	}
	return order, nil
}

// some reads a page of events by their numbers.
func (db *DB) some(ctx context.Context, numbers []dispatch.Seq) ([]dispatch.Event, error) {
	found, err := query(ctx, db, "event_some", scanEvent, numbers)
	if err == nil && len(found) != len(numbers) {
		err = fmt.Errorf("%d of %d events are missing: %w", len(numbers)-len(found), len(numbers), ErrChain)
	}
	return found, err
}

// positionsFor is how old a position may be that the past is shown with.
const positionsFor = 24 * time.Hour

// FixesAt returns the last position of each unit that was known at an instant,
// measured within 24 hours before it; doubtful ones are left out.
func (db *DB) FixesAt(ctx context.Context, units []dispatch.ID, t time.Time) ([]dispatch.Fix, error) {
	return query(ctx, db, "fix_then", scanFix, units, t, t.Add(-positionsFor))
}

// Sensitivities returns how secret entries of a ledger are now, removed ones as
// they were.
func (db *DB) Sensitivities(ctx context.Context, l dispatch.Ledger, ids []dispatch.ID) (map[dispatch.ID]int, error) {
	type secrecy struct {
		id dispatch.ID
		n  int
	}
	found, err := query(ctx, db, "sensitivity_now", func(rows pgx.CollectableRow) (s secrecy, err error) {
		err = rows.Scan(&s.id, &s.n)
		return s, err
	}, string(l), ids)
	if err != nil {
		return nil, err
	}
	all := make(map[dispatch.ID]int, len(found))
	for _, s := range found {
		all[s.id] = s.n
	}
	return all, nil
}
