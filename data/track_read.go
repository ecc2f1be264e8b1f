package data

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"onemap/dispatch"
)

// trackRow is one position of the n-th track asked for.
type trackRow struct {
	n, kept int64
	fix     dispatch.Fix
}

// UnitTracks returns where units were, a track for each span that has a
// position, doubtful ones included. All tracks together have about most points:
// when there are more, one in so many seconds is read, cries and what is trusted
// first.
func (db *DB) UnitTracks(ctx context.Context, spans []dispatch.TrackSpan, most int) ([]dispatch.UnitTrack, error) {
	units, steps := make([]dispatch.ID, len(spans)), make([]float64, len(spans))
	since, until := make([]time.Time, len(spans)), make([]time.Time, len(spans))
	whole := 0.0
	for i, s := range spans {
		units[i], since[i], until[i] = s.Unit, s.From, s.To
		whole += s.To.Sub(s.From).Seconds()
	}
	n, err := one(ctx, db, "track_count", pgx.RowTo[int64], units, since, until)
	if err != nil {
		return nil, err
	}
	if n > int64(most) {
		for i := range steps {
			steps[i] = max(1, whole/float64(most))
		}
	}
	rows, err := query(ctx, db, "track_points", scanTrackRow, units, since, until, steps)
	if err != nil {
		return nil, err
	}
	var tracks []dispatch.UnitTrack
	last := int64(0)
	for _, r := range rows {
		if r.n != last {
			step := time.Duration(steps[r.n-1] * float64(time.Second))
			tracks, last = append(tracks, dispatch.UnitTrack{TrackSpan: spans[r.n-1], Kept: int(r.kept), Step: step}), r.n
		}
		t := &tracks[len(tracks)-1]
		t.Points = append(t.Points, r.fix)
	}
	return tracks, nil
}

func scanTrackRow(rows pgx.CollectableRow) (r trackRow, err error) {
	r.fix, err = scanFixAfter(rows, &r.n, &r.kept)
	return r, err
}
