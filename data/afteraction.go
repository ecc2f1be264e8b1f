package data

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"onemap/dispatch"
)

// EventsAbout returns at most limit events after a number of some entities, in
// order. Those that are deep in the journal cost no more than the newest.
func (db *DB) EventsAbout(ctx context.Context, about []dispatch.Ref, after dispatch.Seq, limit int) ([]dispatch.Event, error) {
	kinds, ids := make([]string, len(about)), make([]dispatch.ID, len(about))
	for i, ref := range about {
		kinds[i], ids[i] = ref.Kind, ref.ID
	}
	return query(ctx, db, "event_about", scanEvent, kinds, ids, after, limit)
}

// AlarmsAbout returns at most limit alarms about an incident, the oldest first.
func (db *DB) AlarmsAbout(ctx context.Context, incident dispatch.ID, limit int) ([]*dispatch.Alarm, error) {
	return query(ctx, db, "alarm_about", scanAlarm, incident, limit)
}

// fixAt is one position of the n-th track asked for.
type fixAt struct {
	n        int64
	at       time.Time
	lon, lat int32
	kept     int64
}

// Tracks returns where units were, a track for each span that has a trusted
// fix. Each track has at most most points: a longer one is thinned evenly.
func (db *DB) Tracks(ctx context.Context, spans []dispatch.TrackSpan, most int) ([]dispatch.Track, error) {
	units, steps := make([]dispatch.ID, len(spans)), make([]float64, len(spans))
	since, until := make([]time.Time, len(spans)), make([]time.Time, len(spans))
	for i, s := range spans {
		units[i], since[i], until[i] = s.Unit, s.From, s.To
		steps[i] = max(1, s.To.Sub(s.From).Seconds()/float64(max(1, most-1)))
	}
	fixes, err := query(ctx, db, "fix_track", scanFixAt, units, since, until, steps)
	if err != nil {
		return nil, err
	}
	var tracks []dispatch.Track
	last := int64(0)
	for _, f := range fixes {
		if f.n != last {
			s := spans[f.n-1]
			tracks, last = append(tracks, dispatch.Track{Assignment: s.Assignment, Unit: s.Unit, Fixes: int(f.kept)}), f.n
		}
		t := &tracks[len(tracks)-1]
		t.Points = append(t.Points, dispatch.TrackPoint{At: f.at.UTC(), Point: orb.Point{float64(f.lon) / 1e7, float64(f.lat) / 1e7}})
	}
	return tracks, nil
}

func scanFixAt(rows pgx.CollectableRow) (f fixAt, err error) {
	err = rows.Scan(&f.n, &f.at, &f.lon, &f.lat, &f.kept)
	return f, err
}
