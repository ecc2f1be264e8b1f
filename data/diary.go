package data

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"onemap/dispatch"
)

// diary is the journal without its facts, in memory: what each event was about
// and when it was recorded. It takes 20 bytes an event and about 100 a subject,
// so a million events are 30 MB.
type diary struct {
	mu       sync.Mutex
	epoch    string
	recorded []int64  // µs, of event i+1
	since    []int64  // the earliest recorded of event i+1 and all that follow, so it never falls
	about    []uint32 // subject of event i+1
	subjects []dispatch.Ref
	numbers  map[dispatch.Ref]uint32
	pictures []*dispatch.Picture // past ones that were asked for, the last used first
}

// diaryPage is how many events are read at a time.
const diaryPage = 20_000

// line is one event of the diary.
type line struct {
	seq      dispatch.Seq
	ref      dispatch.Ref
	recorded time.Time
}

func scanLine(rows pgx.CollectableRow) (l line, err error) {
	err = rows.Scan(&l.seq, &l.ref.Kind, &l.ref.ID, &l.recorded)
	return l, err
}

// read brings the diary up to the journal; called under mu.
func (d *diary) read(ctx context.Context, db *DB) error {
	h, err := db.readHead(ctx)
	if err != nil {
		return fmt.Errorf("read head: %w", err)
	}
	if d.epoch != h.epoch {
		d.epoch, d.recorded, d.since, d.about, d.subjects, d.pictures = h.epoch, nil, nil, nil, nil, nil
		d.numbers = map[dispatch.Ref]uint32{}
	}
	for d.head() < h.seq {
		page, err := query(ctx, db, "event_diary", scanLine, d.head(), diaryPage)
		if err != nil {
			return fmt.Errorf("read events after %d: %w", d.head(), err)
		}
		if len(page) == 0 {
			return fmt.Errorf("event %d is missing: %w", d.head()+1, ErrChain)
		}
		for _, l := range page {
			if l.seq != d.head()+1 {
				return fmt.Errorf("event %d is missing: %w", d.head()+1, ErrChain)
			}
			d.add(l)
		}
	}
	return nil
}

func (d *diary) head() dispatch.Seq { return dispatch.Seq(len(d.recorded)) }

func (d *diary) add(l line) {
	n, known := d.numbers[l.ref]
	if !known {
		n = uint32(len(d.subjects))
		d.numbers[l.ref], d.subjects = n, append(d.subjects, l.ref)
	}
	at := l.recorded.UnixMicro()
	d.recorded, d.since, d.about = append(d.recorded, at), append(d.since, at), append(d.about, n)
	for i := len(d.since) - 2; i >= 0 && d.since[i] > at; i-- {
		d.since[i] = at
	}
}

// at is the number of the last event recorded at or before an instant, 0 when
// there is none. Commands take their time before they take their number, so
// recorded_at does not rise with every event: what has a lower number than the
// last one recorded by then belongs to it, as it did for those who watched.
func (d *diary) at(t time.Time) dispatch.Seq {
	us := t.UnixMicro()
	return dispatch.Seq(sort.Search(len(d.since), func(i int) bool { return d.since[i] > us }))
}

// mostPictures is how many past pictures are kept to go on from. They share
// what did not change with the live one and with each other.
const mostPictures = 8

// bases are the pictures worth going on from to seq: the nearest before it, the
// nearest after it, and the live one.
func (d *diary) bases(now *dispatch.Picture, seq dispatch.Seq) []*dispatch.Picture {
	var before, after *dispatch.Picture
	for _, p := range d.pictures {
		switch {
		case p.Seq <= seq && (before == nil || p.Seq > before.Seq):
			before = p
		case p.Seq > seq && (after == nil || p.Seq < after.Seq):
			after = p
		}
	}
	return slices.DeleteFunc([]*dispatch.Picture{now, before, after}, func(p *dispatch.Picture) bool { return p == nil })
}

// keep remembers a picture to go on from; the one not used for longest goes.
func (d *diary) keep(p *dispatch.Picture) {
	if p.Epoch != d.epoch {
		return
	}
	d.pictures = slices.DeleteFunc(d.pictures, func(old *dispatch.Picture) bool { return old.Seq == p.Seq })
	d.pictures = slices.Insert(d.pictures, 0, p)
	d.pictures = d.pictures[:min(len(d.pictures), mostPictures)]
}
