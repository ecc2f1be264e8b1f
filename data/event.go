package data

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"onemap/dispatch"
)

// ErrChain says that the journal is not what it was when it was written.
var ErrChain = errors.New("the journal's chain is broken")

// record is one event as it lies in the journal.
type record struct {
	seq        dispatch.Seq
	kind       string // type of the fact
	ref        dispatch.Ref
	version    int
	actor      dispatch.ID
	actorName  string
	command    dispatch.ID
	occurredAt time.Time
	recordedAt time.Time
	payload    []byte
	prev, hash []byte
	row        *row // the entity's, while writing
}

// digest is SHA-256 over the hash before and every column, each text with its
// length before it, so that no byte can move from one to the next unseen.
func (r *record) digest() []byte {
	b := make([]byte, 0, 256+len(r.payload))
	b = append(b, r.prev...)
	b = binary.BigEndian.AppendUint64(b, uint64(r.seq))
	b = binary.BigEndian.AppendUint64(b, uint64(r.version))
	b = binary.BigEndian.AppendUint64(b, uint64(r.occurredAt.UnixMicro()))
	b = binary.BigEndian.AppendUint64(b, uint64(r.recordedAt.UnixMicro()))
	b = append(append(append(b, r.ref.ID[:]...), r.actor[:]...), r.command[:]...)
	for _, text := range []string{r.kind, r.ref.Kind, r.actorName, string(r.payload)} {
		b = binary.BigEndian.AppendUint64(b, uint64(len(text)))
		b = append(b, text...)
	}
	sum := sha256.Sum256(b)
	return sum[:]
}

// eventColumns are the columns of event in the order of values and scanRecord.
var eventColumns = []string{"seq", "type", "kind", "id", "version", "actor", "actor_name",
	"command", "occurred_at", "recorded_at", "payload", "prev_hash", "hash"}

func (r *record) values() []any {
	return []any{r.seq, r.kind, r.ref.Kind, r.ref.ID, r.version, r.actor, r.actorName,
		r.command, r.occurredAt, r.recordedAt, string(r.payload), r.prev, r.hash}
}

func scanRecord(rows pgx.CollectableRow) (record, error) {
	var r record
	err := rows.Scan(&r.seq, &r.kind, &r.ref.Kind, &r.ref.ID, &r.version, &r.actor, &r.actorName,
		&r.command, &r.occurredAt, &r.recordedAt, &r.payload, &r.prev, &r.hash)
	return r, err
}

func scanEvent(rows pgx.CollectableRow) (dispatch.Event, error) {
	r, err := scanRecord(rows)
	if err != nil {
		return dispatch.Event{}, err
	}
	fact, err := dispatch.DecodeFact(r.kind, r.payload)
	if err != nil {
		return dispatch.Event{}, fmt.Errorf("event %d: %w", r.seq, err)
	}
	return dispatch.Event{
		Seq: r.seq, Fact: fact, Version: r.version, Actor: r.actor, ActorName: r.actorName, Command: r.command,
		OccurredAt: r.occurredAt.UTC(), RecordedAt: r.recordedAt.UTC(), Hash: r.hash,
	}, nil
}

// Events returns at most limit events after a number, in order, without a gap.
func (db *DB) Events(ctx context.Context, after dispatch.Seq, limit int) ([]dispatch.Event, error) {
	return query(ctx, db, "event_after", scanEvent, after, limit)
}

// History returns the newest limit events of one entity, newest first.
func (db *DB) History(ctx context.Context, ref dispatch.Ref, limit int) ([]dispatch.Event, error) {
	return query(ctx, db, "event_history", scanEvent, ref.Kind, ref.ID, limit)
}

// verifyPage is how many events Verify holds at a time.
const verifyPage = 2000

// Verify walks the chain up to the head and returns the head's number. It
// fails with ErrChain, naming the first event that does not fit.
func (db *DB) Verify(ctx context.Context) (dispatch.Seq, error) {
	h, err := db.readHead(ctx)
	if err != nil {
		return 0, err
	}
	return db.walk(ctx, h, make([]byte, sha256.Size), 0)
}

// walk follows the chain from behind event at, whose hash is given.
func (db *DB) walk(ctx context.Context, h head, hash []byte, at dispatch.Seq) (dispatch.Seq, error) {
	for at < h.seq {
		page, err := query(ctx, db, "event_after", scanRecord, at, min(verifyPage, int(h.seq-at)))
		if err != nil {
			return at, err
		}
		if len(page) == 0 {
			return at, fmt.Errorf("event %d is missing: %w", at+1, ErrChain)
		}
		for i := range page {
			r := &page[i]
			switch {
			case r.seq != at+1:
				return at, fmt.Errorf("event %d is missing: %w", at+1, ErrChain)
			case !bytes.Equal(r.prev, hash):
				return at, fmt.Errorf("event %d does not follow the one before: %w", r.seq, ErrChain)
			case !bytes.Equal(r.digest(), r.hash):
				return at, fmt.Errorf("event %d was altered: %w", r.seq, ErrChain)
			}
			hash, at = r.hash, r.seq
		}
	}
	if !bytes.Equal(hash, h.hash) || h.beyond > 0 {
		return at, fmt.Errorf("the head does not match event %d: %w", at, ErrChain)
	}
	return at, nil
}

// before returns a place to walk from: the hash and number of event at, or the
// journal's beginning.
func (db *DB) before(ctx context.Context, at dispatch.Seq) ([]byte, dispatch.Seq, error) {
	if at <= 0 {
		return make([]byte, sha256.Size), 0, nil
	}
	page, err := query(ctx, db, "event_after", scanRecord, at-1, 1)
	if err != nil {
		return nil, 0, err
	}
	if len(page) == 0 || page[0].seq != at {
		return nil, 0, fmt.Errorf("event %d is missing: %w", at, ErrChain)
	}
	return page[0].hash, at, nil
}

type head struct {
	seq    dispatch.Seq
	hash   []byte
	epoch  string
	beyond int // events numbered past the head
}

func (db *DB) readHead(ctx context.Context) (head, error) {
	return one(ctx, db, "head_read", scanHead)
}

func scanHead(rows pgx.CollectableRow) (h head, err error) {
	err = rows.Scan(&h.seq, &h.hash, &h.epoch, &h.beyond)
	return h, err
}
