package data

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"onemap/dispatch"
)

// scanIncident reads id, version, body, geom.
func scanIncident(rows pgx.CollectableRow) (*dispatch.Incident, error) {
	var in dispatch.Incident
	var body []byte
	if err := rows.Scan(&in.ID, &in.Version, &body, &in.Geometry); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, fmt.Errorf("read incident %s: %w", in.ID, err)
	}
	return &in, nil
}

func saveIncident(ctx context.Context, w *writer, in *dispatch.Incident, r *row) error {
	body, err := json.Marshal(in)
	if err != nil {
		return fmt.Errorf("write incident: %w", err)
	}
	args := []any{in.ID, in.Version, in.Number, in.State, in.State.Open(), in.ClosedAt, in.Division, in.Geometry, body, r.seq}
	if r.was == 0 {
		return w.add(ctx, 1, "incident_add", args...)
	}
	return w.add(ctx, 1, "incident_save", append(args, r.was)...)
}

// Incidents lists incidents by falling number, at most limit, from behind the
// number before (empty: from the newest). open leaves out the ended ones. area
// is the division code whose incidents are asked for.
func (db *DB) Incidents(ctx context.Context, before string, limit int, open bool, area string) ([]*dispatch.Incident, error) {
	return query(ctx, db, "incident_list", scanIncident, before, limit, open, dispatch.AreaPrefix(area))
}

// Incident returns one incident, however long ago it ended;
// dispatch.ErrNotFound when there is none.
func (db *DB) Incident(ctx context.Context, id dispatch.ID) (*dispatch.Incident, error) {
	return found(one(ctx, db, "incident_one", scanIncident, id))
}
