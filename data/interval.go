package data

import (
	"context"
	"time"

	"github.com/paulmach/orb"

	"onemap/dispatch"
)

// IncidentsNear lists at most limit incidents that ended after a moment within
// metres of a point, the newest end first. area is the division code whose
// incidents are asked for.
func (db *DB) IncidentsNear(ctx context.Context, at orb.Point, metres float64, since time.Time, area string, limit int) ([]*dispatch.Incident, error) {
	return query(ctx, db, "incident_near", scanIncident, orb.Geometry(at), metres, since, dispatch.AreaPrefix(area), limit)
}

// Work returns the incidents received from a moment until before another, of a
// kind (empty: any), in an area and in a division of it, with all that was sent
// to them.
func (db *DB) Work(ctx context.Context, from, to time.Time, kind, area, division string) ([]*dispatch.Incident, []*dispatch.Assignment, error) {
	args := []any{from, to, kind, dispatch.AreaPrefix(area), dispatch.AreaPrefix(division)}
	incidents, err := query(ctx, db, "interval_incident", scanIncident, args...)
	if err != nil {
		return nil, nil, err
	}
	assignments, err := query(ctx, db, "interval_assignment", scanAssignment, args...)
	return incidents, assignments, err
}
