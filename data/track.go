package data

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"onemap/dispatch"
	"onemap/geo"
)

// Flags of a fix.
const (
	flagSOS      = 1
	flagDoubtful = 2
	flagJumped   = 4 // and doubtful
)

// fixBatch is one row's worth of columns, many rows long.
type fixBatch struct {
	unit                     []dispatch.ID
	deviceAt, recordedAt     []time.Time
	lon, lat                 []int32
	heading, speed, accuracy []*float64
	satellites               []*int32
	flags                    []int32
}

// SaveFixes keeps positions. One that is kept already (same unit, same device
// time) is passed over, and so is one that is no place on earth. It is an
// INSERT from arrays and not a COPY, which could not pass over anything and at
// a second's batch is no faster (performance §5.1).
func (db *DB) SaveFixes(ctx context.Context, fixes []dispatch.Fix) error {
	for len(fixes) > 0 {
		n := min(len(fixes), 10_000)
		var b fixBatch
		for _, f := range fixes[:n] {
			if geo.Check(f.Point) == nil {
				b.add(f)
			}
		}
		if err := db.exec(ctx, "fix_add", b.unit, b.deviceAt, b.recordedAt, b.lon, b.lat, b.heading, b.speed, b.accuracy, b.satellites, b.flags); err != nil {
			return fmt.Errorf("save %d positions: %w", len(b.unit), err)
		}
		db.count.fixes.Add(int64(len(b.unit)))
		fixes = fixes[n:]
	}
	return nil
}

func (b *fixBatch) add(f dispatch.Fix) {
	b.unit = append(b.unit, f.Unit)
	b.deviceAt, b.recordedAt = append(b.deviceAt, f.DeviceAt), append(b.recordedAt, f.RecordedAt)
	b.lon, b.lat = append(b.lon, e7(f.Point[0])), append(b.lat, e7(f.Point[1]))
	b.heading = append(b.heading, (*float64)(f.Heading))
	b.speed, b.accuracy = append(b.speed, f.SpeedMPS), append(b.accuracy, f.AccuracyM)
	var satellites *int32
	if f.Satellites != nil {
		n := int32(min(max(*f.Satellites, 0), 99))
		satellites = &n
	}
	b.satellites = append(b.satellites, satellites)
	flags := int32(0)
	if f.SOS {
		flags |= flagSOS
	}
	if f.Doubtful {
		flags |= flagDoubtful
	}
	if f.Jumped {
		flags |= flagJumped
	}
	b.flags = append(b.flags, flags)
}

func e7(degrees float64) int32 { return int32(math.Round(degrees * 1e7)) }

// LastFixes returns the newest position of each unit that was heard within
// since; doubtful ones are left out.
func (db *DB) LastFixes(ctx context.Context, since time.Duration) ([]dispatch.Fix, error) {
	return query(ctx, db, "fix_last", scanFix, time.Now().Add(-since))
}

func scanFix(rows pgx.CollectableRow) (dispatch.Fix, error) { return scanFixAfter(rows) }

// scanFixAfter reads a position from the columns behind others.
func scanFixAfter(rows pgx.CollectableRow, others ...any) (dispatch.Fix, error) {
	var f dispatch.Fix
	var lon, lat, flags int32
	var heading *float64
	err := rows.Scan(append(others, &f.Unit, &f.DeviceAt, &f.RecordedAt, &lon, &lat, &heading, &f.SpeedMPS, &f.AccuracyM, &f.Satellites, &flags)...)
	f.Point, f.Heading = orb.Point{float64(lon) / 1e7, float64(lat) / 1e7}, (*geo.Bearing)(heading)
	f.DeviceAt, f.RecordedAt = f.DeviceAt.UTC(), f.RecordedAt.UTC()
	f.SOS, f.Doubtful, f.Jumped = flags&flagSOS != 0, flags&flagDoubtful != 0, flags&flagJumped != 0
	return f, err
}

// daysAhead is how many daily partitions are kept ready, should nobody look
// after them for a week.
const daysAhead = 7

// KeepPartitions makes the partitions of yesterday to a week from now.
func (db *DB) KeepPartitions(ctx context.Context, now time.Time) error {
	ctx, cancel := context.WithTimeout(ctx, changeLimit)
	defer cancel()
	day := now.UTC().Truncate(24 * time.Hour).Add(-24 * time.Hour)
	var failed []error
	for range daysAhead + 2 {
		if err := db.keepDay(ctx, day); err != nil {
			failed = append(failed, db.note(fmt.Errorf("make track partition of %s: %w", day.Format(time.DateOnly), err)))
		}
		day = day.Add(24 * time.Hour)
	}
	return errors.Join(failed...)
}

// keepDay makes one day's partition unless it is there. Fixes of that day that
// came too early for it are moved out of the default partition, which would
// otherwise refuse its new sister.
func (db *DB) keepDay(ctx context.Context, day time.Time) error {
	name := "fix_" + day.Format("20060102")
	return pgx.BeginFunc(ctx, db.pool, func(tx pgx.Tx) error {
		var there bool
		if err := tx.QueryRow(ctx, sql("fix_partition"), name).Scan(&there); err != nil || there {
			return err
		}
		table := pgx.Identifier{name}.Sanitize()
		from, to := day.Format(time.RFC3339), day.Add(24*time.Hour).Format(time.RFC3339)
		for _, order := range []string{
			"create table " + table + " (like fix including defaults including constraints)",
			"with moved as (delete from fix_default where device_at >= '" + from + "' and device_at < '" + to + "' returning *) insert into " + table + " select * from moved",
			"alter table fix attach partition " + table + " for values from ('" + from + "') to ('" + to + "')",
		} {
			if _, err := tx.Exec(ctx, order); err != nil {
				return err
			}
		}
		return nil
	})
}
